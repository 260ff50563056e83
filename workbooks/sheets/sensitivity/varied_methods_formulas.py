"""The workings of sensitivities: methods called on live cells, and the limits of their numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from valuation.kernel.units import Limits
from valuation.multiples import implied_value
from valuation.scenarios import forward_value
from valuation.users import per_user_value
from workbooks.case.model import Case, Part
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import ABS, IF
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.ranges import within
from workbooks.declarations.sheet import Axis, Content, Link, Table
from workbooks.declarations.trees import Expression, Reference

End: TypeAlias = Literal["low", "high"]
Moved: TypeAlias = Callable[[Mapping[str, Expression]], Expression]

STEP: Final = "inputs.step"  # a share of the base; the others are added to it
GROWTH_STEP: Final = "inputs.growth_step"
RATE_STEP: Final = "inputs.rate_step"
PREMIUM_STEP: Final = "inputs.premium_step"

ANY: Final = Limits()


@dataclass(frozen=True, slots=True)
class Swing:
    """A number among the arguments with the ends that it may have: the case's own, or a step either way.

    While `held` is true it cannot be other than it is: both ends are the base.
    """

    axis: Axis
    base: Reference
    ends: tuple[Reference, Reference] | None = None
    held: Expression | None = None
    decimals: str = "0%"  # in which its ends are shown
    limits: Limits = ANY  # of a number that is no argument of the catalogue
    results: tuple[Reference, Reference] | None = None  # where other cells work out the results at its two ends

    def end(self, which: End, limits: Limits, needs: tuple[Reference, ...] = ()) -> Content:
        """Its low or its high, within the range of its argument; n.m. where it is among the needs and is no number."""
        if self.ends:
            return Link(self.ends[0] if which == "low" else self.ends[1])
        base, step, low = ref(self.base), ref(self.axis.step), which == "low"
        term = _share(base, step, low, limits) if self.axis.relative else _by(base, step, low)
        moved = within(term, limits)
        return self.unless_held(guarded([base], moved) if self.base in needs else moved, base)

    def unless_held(self, moved: Expression, still: Expression) -> Expression:
        """The remark on a number that may vary, and on one that may not."""
        return moved if self.held is None else IF(self.held, still, moved)


def _share(base: Expression, step: Expression, low: bool, limits: Limits) -> Expression:  # noqa: FBT001 - down or up
    """A number moved by a share of its size: the low of −100 is −120."""
    if limits.least >= 0:
        return base * (1 - step if low else 1 + step)
    return _by(base, step * ABS(base), low)


def _by(base: Expression, step: Expression, low: bool) -> Expression:  # noqa: FBT001 - down or up
    return base - step if low else base + step


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A method of the case: how its result is called from live cells, and what may be varied."""

    id: str
    title: str
    call: Call | Moved  # of the catalogue; or a formula of the numbers that are varied, by their names
    result: Reference
    unit: str
    units: Mapping[str, str]  # of the arguments
    grids: tuple[tuple[Axis, Axis], ...]
    swings: tuple[Swing, ...] = ()
    width: int = 1  # values of its longest argument
    of: Literal["enterprise", "equity", ""] = ""  # where its result is a value of the company: it has one per share
    workings: tuple[Table, ...] = ()  # what results stand in that are worked out year by year


def argued(part: Part, place: int) -> tuple[Reference, Reference] | None:
    """The ends of the multiple of a part, where the case argues for them."""
    return (f"parts.low[{place}]", f"parts.high[{place}]") if part.low or part.high else None


# A multiple of revenue applies to the whole revenue, so the share is not varied.
ON_REVENUE: Final = equal(ref("scenarios.selected_basis"), "revenue")


def per_user(case: Case) -> Call:
    """Value by analogy with a peer's users, in the reporting currency if there is one."""
    names = ("users", "payer_ratio", "payer_arpu", "ad_arpu", "multiple", *(("fx",) if case.company.fx else ()))
    return Call(per_user_value, {name: f"users.{name}" for name in names}, needs=("users.multiple",))


SCENARIO: Final = Call(
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


def at_peers(metric: Reference, multiple: Reference) -> Call:
    """The value of a metric on the peers' multiple, where they have one and the metric counts."""
    return Call(implied_value, {"metric": metric, "multiple": multiple}, needs=(metric, multiple))
