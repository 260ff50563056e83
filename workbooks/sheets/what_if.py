"""What may be varied in each method of a case: its call on live cells, and the numbers a reader would doubt."""

from collections.abc import Mapping
from dataclasses import dataclass

from valuation.multiples import implied_value
from valuation.scenarios import forward_value
from valuation.sotp import sotp_value
from valuation.users import per_user_value
from workbooks.case import Case, Part
from workbooks.quantity import quantity, whole
from workbooks.sheets.comparables import Ratio, ratios
from workbooks.spec import Axis, Call, Content, Formula, Link, Reference
from workbooks.workings.money import figure

STEP, GROWTH_STEP, RATE_STEP = "inputs.step", "inputs.growth_step", "inputs.rate_step"


@dataclass(frozen=True, slots=True)
class Swing:
    """A number among the arguments with the ends that it may have: the case's own, or a step either way."""

    axis: Axis
    base: Reference
    ends: tuple[Reference, Reference] | None = None

    def end(self, which: int) -> Content:
        """Its low (0) or its high (1)."""
        if self.ends:
            return Link(self.ends[which])
        sign = (-1, 1)[which]
        base, step = self.base, self.axis.step
        if self.axis.relative:
            return Formula(f"{{{base}}}*(1{'-+'[which]}{{{step}}})", lambda v: v(base) * (1 + sign * v(step)))
        return Formula(f"{{{base}}}{'-+'[which]}{{{step}}}", lambda v: v(base) + sign * v(step))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A method of the case: how its result is called from live cells, and what may be varied."""

    id: str
    title: str
    call: Call
    result: Reference
    unit: str
    units: Mapping[str, str]  # of the arguments
    grids: tuple[tuple[Axis, Axis], ...]
    swings: tuple[Swing, ...] = ()
    width: int = 1  # values of its longest argument


def what_ifs(case: Case) -> list[WhatIf]:
    """Every method of a case that hangs on numbers that may be varied."""
    found = [*_parts(case), *_users(case), *_scenario(case)]
    if case.comparables:
        found += [_peers(case, ratio) for ratio in ratios(case.comparables)]
    return found


def _parts(case: Case) -> list[WhatIf]:
    section = case.segments
    if section is None:
        return []
    money = case.company.display_unit
    arguments: dict[str, Reference] = {"metrics": "parts.metric", "multiples": "parts.used"}
    if any(part.stake for part in section.parts):
        arguments["stakes"] = "parts.stake"
    swings: list[Swing] = []
    for place, part in enumerate(section.parts, start=1):
        ends = (f"parts.low[{place}]", f"parts.high[{place}]") if part.low or part.high else None
        swings.append(Swing(_multiple(part, place), f"parts.used[{place}]", ends))
    for name, label, unit in (("net_debt", "Net debt", money), ("discount", "Holding discount", "share")):
        if getattr(section, name):
            arguments[name] = f"segments.{name}"
            swings.append(Swing(Axis(name, label, unit, STEP), f"segments.{name}"))
    first, *others = sorted(enumerate(section.parts, start=1), key=lambda item: -size(case, item[1]))
    down = _multiple(first[1], first[0])
    across = [_multiple(part, place) for place, part in others[:2]] or [_metric(first[1], first[0], money)]
    return [
        WhatIf(
            "sotp",
            "Sum of the parts",
            Call(sotp_value, arguments),
            "segments.equity_used",
            money,
            {"metrics": money, "multiples": "×", "stakes": "share", "net_debt": money, "discount": "share"},
            tuple((down, axis) for axis in across),
            tuple(swings),
            len(section.parts),
        )
    ]


def _multiple(part: Part, place: int) -> Axis:
    return Axis(f"multiples[{place}]", f"{part.name}, multiple", "×", STEP)


def _metric(part: Part, place: int, unit: str) -> Axis:
    return Axis(f"metrics[{place}]", f"{part.name}, {part.metric_name}", unit, STEP)


def size(case: Case, part: Part) -> float:
    """What a part is worth at its base multiple, in the local currency."""

    def value(name: str) -> float:
        return whole(case.figures[name].value, quantity(case.figures[name].unit))

    abroad = quantity(case.figures[part.metric].unit).currency == case.company.reporting_currency
    rate = value(case.company.fx) if abroad else 1.0
    return value(part.metric) * rate * value(part.base) * (value(part.stake) if part.stake else 1.0)


def _users(case: Case) -> list[WhatIf]:
    section = case.users
    if section is None:
        return []

    def axis(name: str, label: str, unit: str) -> Axis:
        return Axis(name, label, unit, STEP)

    axes = (
        axis("users", "Number of users", case.figures[section.users].unit),
        axis("payer_ratio", "Share that pays", "share"),
        axis("payer_arpu", "Spend per payer", case.figures[section.payer_arpu].unit),
        axis("ad_arpu", "Advertising per account", case.figures[section.ad_arpu].unit),
        axis("multiple", "Multiple", "×"),
        axis("fx", "Exchange rate", case.figures[case.company.fx].unit),
    )
    users, ratio, spend, advertising, multiple, rate = axes
    call = Call(per_user_value, {a.argument: f"users.{a.argument}" for a in axes})
    return [
        WhatIf(
            "per_user",
            "Per user",
            call,
            "users.value_reporting",
            case.company.reporting_unit,
            {a.argument: a.unit for a in axes},
            ((users, ratio), (multiple, rate), (spend, advertising)),
            tuple(Swing(a, f"users.{a.argument}") for a in axes),
        )
    ]


def _scenario(case: Case) -> list[WhatIf]:
    section = case.scenarios
    if section is None:
        return []
    money = case.company.display_unit
    growth = Axis("growth", "Growth a year", "rate", GROWTH_STEP, relative=False)
    multiple = Axis("multiple", "Multiple", "×", STEP)
    rate = Axis("discount_rate", "Discount rate", "rate", RATE_STEP, relative=False)
    margin = Axis("margins[1]", "Metric ÷ revenue", "rate", STEP)
    call = Call(
        forward_value,
        {
            "revenue": "scenarios.revenue",
            "growth": "scenarios.selected_growth",
            "years": "scenarios.years",
            "multiple": "scenarios.selected_multiple",
            "margins": ("scenarios.selected_margin",),
            "discount_rate": "scenarios.selected_rate",
        },
    )
    swings = (
        Swing(growth, "scenarios.selected_growth"),
        Swing(multiple, "scenarios.selected_multiple"),
        Swing(margin, "scenarios.selected_margin"),
        Swing(rate, "scenarios.selected_rate"),
    )
    return [
        WhatIf(
            "scenario",
            "Scenario in force",
            call,
            "scenarios.picked",
            money,
            {"revenue": money, "years": "years", "margins": "rate"}
            | {a.argument: a.unit for a in (growth, multiple, rate)},
            ((growth, multiple), (growth, rate)),
            swings,
        )
    ]


def _peers(case: Case, ratio: Ratio) -> WhatIf:
    metric_id = str(getattr(case.comparables, ratio.metric))
    multiple = f"comparables.{ratio.id}_multiple"
    metric = Axis("metric", case.figures[metric_id].label, case.company.display_unit, STEP)
    return WhatIf(
        ratio.id,
        f"Peers, {ratio.heading}",
        Call(implied_value, {"metric": figure(metric_id), "multiple": multiple}, needs=(multiple,)),
        f"comparables.{ratio.id}_base",
        case.company.display_unit,
        {"metric": case.company.display_unit, "multiple": "×"},
        ((metric, Axis("multiple", ratio.heading, "×", STEP)),),
    )
