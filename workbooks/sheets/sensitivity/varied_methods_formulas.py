"""Formulas of sensitivities: methods called on live cells, and limits of their inputs."""

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


ANY: Final = Limits()


@dataclass(frozen=True, slots=True)
class Swing:
    """An input with its low and high: given by the case, or a step in either direction.

    While `held` is true the input cannot vary: low and high are the base.
    """

    axis: Axis
    base: Reference
    ends: tuple[Reference, Reference] | None = None
    held: Expression | None = None
    decimals: int = 0  # of its ends, where they are percentages
    limits: Limits = ANY  # of a number that is not an argument of the catalogue
    results: tuple[Reference, Reference] | None = None  # cells with the results at low and high

    def end(self, which: End, limits: Limits, needs: tuple[Reference, ...] = ()) -> Content:
        """Its low or high, clipped to the range of its argument; n.m. if it is needed and not a number."""
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
    """A number changed by a share of its absolute value: the low of −100 is −120."""
    if limits.least >= 0:
        return base * (1 - step if low else 1 + step)
    return _by(base, step * ABS(base), low)


def _by(base: Expression, step: Expression, low: bool) -> Expression:  # noqa: FBT001 - down or up
    return base - step if low else base + step


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A method of the case: the call for its result on live cells, and its variable inputs."""

    id: str
    title: str
    call: Call | Moved  # of the catalogue; or a formula of the numbers that are varied, by their names
    result: Reference
    unit: str
    units: Mapping[str, str]  # of the arguments
    grids: tuple[tuple[Axis, Axis], ...]
    swings: tuple[Swing, ...] = ()
    width: int = 1  # values of its longest argument
    of: Literal["enterprise", "equity", ""] = ""  # basis of the result; "" if it cannot be shown per share
    workings: tuple[Table, ...] = ()  # what results stand in that are worked out year by year


def argued(part: Part, place: int) -> tuple[Reference, Reference] | None:
    """Low and high multiple of a part, if the case gives them."""
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
    """Value of a metric at the multiple of the peers; n.m. without a multiple or for a loss."""
    return Call(implied_value, {"metric": metric, "multiple": multiple}, needs=(metric, multiple))
