"""Formulas of benchmarks: a leader's amount per unit, and the implied amount of the follower."""

from typing import Final

from valuation.multiples import implied_value
from valuation.users import value_per_user
from workbooks.case.holdings import Benchmark, Holdings
from workbooks.case.model import Case
from workbooks.case.quantity import one_of, quantity
from workbooks.declarations.calls import Call
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Reference

FOR_EACH: Final = Call(value_per_user, {"value": "amount", "users": "units"})
GIVES: Final = Call(implied_value, {"metric": "own", "multiple": "each"})


def followed(section: Holdings) -> list[Benchmark]:
    """The benchmarks that a follower has units of its own for."""
    return [benchmark for benchmark in section.benchmarks if benchmark.own]


def follower(section: Holdings, name: str) -> Reference:
    """Implied amount of a follower by a benchmark."""
    return f"followers.gives[{[benchmark.name for benchmark in followed(section)].index(name) + 1}]"


def less_discount(section: Holdings, benchmark: Benchmark) -> Expression:
    """Amount per unit of a follower: the leader's less the discount."""
    leader = ref(f"leaders.each[{section.benchmarks.index(benchmark) + 1}]")
    return leader * (1 - ref("holdings.followers_discount"))


def unit(case: Case, benchmark: Benchmark) -> str:
    """The unit of an amount for each unit: money for one of something, or money for money."""
    of = quantity(case.figures[benchmark.units].unit)
    return f"{case.company.currency} per {one_of(of.noun)}" if of.kind == "count" else "×"
