"""Benchmarks of the Holdings sheet: a leader's amount per unit, applied to a follower's units."""

from workbooks.case.holdings import Holdings
from workbooks.case.model import Case
from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Block, Column, Field, Fields, Link, Table
from workbooks.sheets.holdings import benchmarks_formulas as formulas
from workbooks.sheets.money import figure, local


def benchmarks(case: Case, section: Holdings) -> list[Block]:
    """Amount per unit of the leaders, and the implied amount of the follower less a discount."""
    if not section.benchmarks:
        return []
    if not formulas.followed(section):
        return [_leaders(case, section)]
    return [_leaders(case, section), _discount(case, section), _followers(case, section)]


def _leaders(case: Case, section: Holdings) -> Table:
    leaders, money = section.benchmarks, case.company.display_unit
    units = [Link(figure(leader.units)) for leader in leaders]
    counted = [case.figures[leader.units].unit for leader in leaders]
    each = [formulas.unit(case, leader) for leader in leaders]
    columns = (
        Column("name", "Leader, and what of it", cells=[leader.name for leader in leaders]),
        Column("amount", "Amount", cells=[local(case, leader.amount) for leader in leaders], unit=money),
        Column("units", "Units", cells=units, units=counted, precise=True),
        Column("each", "For each", formulas.FOR_EACH, units=each),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in each], role="unit"),
        Column("counted", "Units counted in", cells=[shown_unit(unit) for unit in counted]),
    )
    return Table("leaders", "What leaders have for each unit", columns, len(leaders))


def _discount(case: Case, section: Holdings) -> Fields:
    discount = section.followers_discount or ""
    line = Field("followers_discount", case.figures[discount].label, Link(figure(discount)), "share")
    return Fields("The follower's discount", (line,))


def _followers(case: Case, section: Holdings) -> Table:
    followed, money = formulas.followed(section), case.company.display_unit
    own = [Link(figure(benchmark.own or "")) for benchmark in followed]
    counted = [case.figures[benchmark.own or ""].unit for benchmark in followed]
    each = [formulas.less_discount(section, benchmark) for benchmark in followed]
    rates = [formulas.unit(case, benchmark) for benchmark in followed]
    what = ["a value" if b.value else "a volume, not a value" for b in followed]
    columns = (
        Column("name", "Leader, and what of it", cells=[benchmark.name for benchmark in followed]),
        Column("own", "Own units", cells=own, units=counted, precise=True),
        Column("each", "Less discount", cells=each, units=rates),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in rates], role="unit"),
        Column("gives", "Gives", formulas.GIVES, unit=money),
        Column("counted", "Units counted in", cells=[shown_unit(unit) for unit in counted]),
        Column("what", "What that is", cells=what, width=24),
    )
    title = "What a follower would have at the leader's rate, less the discount"
    return Table("followers", title, columns, len(followed))
