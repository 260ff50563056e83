"""Formulas of Scenarios: exit-year metric and value, present value, and the selected scenario."""

from typing import Final

from valuation.multiples import implied_value
from valuation.periods import project
from valuation.scenarios import forward_value, scenario_pick, scenario_value
from workbooks.case.model import Scenarios
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.excel_functions import ABS, COUNTIF, IF, INDEX, MAX, MIN, SUMPRODUCT
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Literal, Reference
from workbooks.sheets.money import figure
from workbooks.sheets.segments.formulas import CASES


def selected(section: Scenarios) -> Input:
    """The number of the selected scenario, chosen from theirs."""
    return Input(float(section.selected), among="scenarios_of.number")


def picked(row: str) -> Call:
    """A number of the selected scenario."""
    return Call(scenario_pick, {"selector": "scenarios.selected", "values": f"scenarios_of.{row}"})


def picked_text(row: str) -> Expression:
    """A text of the selected scenario."""
    return INDEX(ref(f"scenarios_of.{row}"), ref("scenarios.selected"))


def links(section: Scenarios, name: str) -> list[Link]:
    """A figure of every scenario."""
    return [Link(figure(getattr(scenario, name))) for scenario in section.cases]


def part(section: Scenarios, name: str, place: int) -> list[Content]:
    """The share or the margin of one part in every scenario; nothing in those that have no mix."""
    given = [getattr(scenario, name) for scenario in section.cases]
    return [Link(figure(figures[place])) if figures else 0.0 for figures in given]


def bases(section: Scenarios) -> list[Input]:
    """What each scenario's multiple is of."""
    return [Input(scenario.basis, ("revenue", "earnings")) for scenario in section.cases]


def part_multiples(section: Scenarios) -> list[Input]:
    """Which multiples the parts of the company have in each scenario."""
    return [Input(scenario.segments, CASES) for scenario in section.cases]


FORWARD_REVENUE: Final = Call(project, {"base": "scenarios.revenue", "growth": "growth", "years": "scenarios.years"})
METRIC: Final = Call(implied_value, {"metric": "forward_revenue", "multiple": "margin"})


def net_margin(section: Scenarios) -> Expression:
    """The margin of the mix, weighted by its shares."""
    return SUMPRODUCT(*map(ref, _mixed(section).values()))


def margin(section: Scenarios) -> Expression:
    """Share of the revenue that is the metric: the net margin for a multiple of earnings, else 1."""
    if not section.parts:
        return Literal(1.0)
    return IF(equal(ref("basis"), "earnings"), ref("net_margin"), 1)


# What a multiple is of may be changed in the workbook, and with it the margin that counts.
_GIVEN: Final[dict[str, Argument]] = {
    "revenue": "scenarios.revenue",
    "growth": "growth",
    "years": "scenarios.years",
    "multiple": "multiple",
    "margins": ("margin",),
}


def future(section: Scenarios) -> list[Call]:
    """Exit-year value in every scenario."""
    return [Call(forward_value, _GIVEN, native=ref("metric") * ref("multiple")) for _ in section.cases]


def today(section: Scenarios) -> list[Call]:
    """Present value in every scenario."""
    native = ref("future") / (1 + ref("discount_rate")) ** ref("scenarios.years")
    rate: dict[str, Argument] = {"discount_rate": "discount_rate"}
    return [Call(forward_value, _GIVEN | rate, native=native) for _ in section.cases]


def _mixed(section: Scenarios) -> dict[str, Reference]:
    return {name: f"{name}_1:{name}_{len(section.parts)}" for name in ("mix", "margins")}


WEIGHTED: Final = Call(scenario_value, {"values": "scenarios_of.present", "probabilities": "scenarios_of.probability"})
LOWEST: Final = MIN(ref("scenarios_of.present"))
HIGHEST: Final = MAX(ref("scenarios_of.present"))
_LOW, _WEIGHTED, _HIGH = (ref(f"scenarios.{name}") for name in ("low", "weighted", "high"))
# If all scenarios have the same value, their mean may differ by rounding.
BETWEEN: Final = MAX(_LOW - _WEIGHTED, _WEIGHTED - _HIGH) <= ref("inputs.rounding") * ABS(_WEIGHTED)
EXISTS: Final = COUNTIF(ref("scenarios_of.number"), ref("scenarios.selected")) > 0
