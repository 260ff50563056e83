"""Benchmarks of the Holdings sheet: what a leader has for each of its units, and a follower with units of its own."""

from valuation.multiples import implied_value
from valuation.users import value_per_user
from workbooks.case import Benchmark, Case, Holdings
from workbooks.quantity import quantity, shown_unit
from workbooks.spec import Block, Call, Column, Field, Fields, Formula, Link, Reference, Table
from workbooks.workings.money import figure, local


def follower(section: Holdings, name: str) -> Reference:
    """What a follower comes to by a benchmark."""
    return f"followers.gives[{[b.name for b in _followed(section)].index(name) + 1}]"


def benchmarks(case: Case, section: Holdings) -> list[Block]:
    """The leaders for each unit, and what a follower would have at their rate, less its discount."""
    if not section.benchmarks:
        return []
    blocks: list[Block] = [_leaders(case, section)]
    if _followed(section):
        blocks += [_discount(case, section), _followers(case, section)]
    return blocks


def _followed(section: Holdings) -> list[Benchmark]:
    return [benchmark for benchmark in section.benchmarks if benchmark.own]


def _unit(case: Case, benchmark: Benchmark) -> str:
    of = quantity(case.figures[benchmark.units].unit)
    return f"{case.company.currency} per {_singular(of.noun)}" if of.kind == "count" else "×"


def _singular(noun: str) -> str:
    return noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")


def _leaders(case: Case, section: Holdings) -> Table:
    leaders = section.benchmarks
    counted = [case.figures[leader.units].unit for leader in leaders]
    each = [_unit(case, leader) for leader in leaders]
    return Table(
        "leaders",
        "What leaders have for each unit",
        rows=len(leaders),
        columns=(
            Column("name", "Leader, and what of it", cells=[leader.name for leader in leaders]),
            Column("amount", "Amount", cells=[local(case, b.amount) for b in leaders], unit=case.company.display_unit),
            Column("units", "Units", cells=[Link(figure(b.units)) for b in leaders], units=counted),
            Column("each", "For each", Call(value_per_user, {"value": "amount", "users": "units"}), units=each),
            Column("unit", "Unit", cells=[shown_unit(unit) for unit in each]),
            Column("counted", "Units counted in", cells=[shown_unit(unit) for unit in counted]),
        ),
    )


def _discount(case: Case, section: Holdings) -> Fields:
    discount = section.followers_discount or ""
    line = Field("followers_discount", case.figures[discount].label, Link(figure(discount)), "share")
    return Fields("The follower's discount", (line,))


def _followers(case: Case, section: Holdings) -> Table:
    followed = _followed(section)
    rows = [section.benchmarks.index(benchmark) + 1 for benchmark in followed]
    own = [case.figures[benchmark.own or ""].unit for benchmark in followed]

    def each(row: int) -> Formula:
        leader = f"leaders.each[{row}]"
        return Formula(
            f"{{{leader}}}*(1-{{holdings.followers_discount}})",
            lambda v: v(leader) * (1 - v("holdings.followers_discount")),
        )

    what = [
        "a value, which a stake is valued by" if b.value else "what is done, not what it is worth" for b in followed
    ]
    return Table(
        "followers",
        "What a follower would have at the leader's rate, less the discount",
        rows=len(followed),
        columns=(
            Column("name", "Leader, and what of it", cells=[benchmark.name for benchmark in followed]),
            Column("own", "Own units", cells=[Link(figure(b.own or "")) for b in followed], units=own),
            Column(
                "each", "Less discount", cells=[each(row) for row in rows], units=[_unit(case, b) for b in followed]
            ),
            Column(
                "gives",
                "Gives",
                Call(implied_value, {"metric": "own", "multiple": "each"}),
                unit=case.company.display_unit,
            ),
            Column("counted", "Units counted in", cells=[shown_unit(unit) for unit in own]),
            Column("what", "What that is", cells=what, width=62),
        ),
    )
