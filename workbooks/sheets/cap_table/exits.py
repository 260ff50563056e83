"""The exit waterfall: payout of each class at several exit values, and whether it converts."""

from workbooks.case.cap_table import CapTable
from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Content, Spill, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.arithmetic import counted
from workbooks.sheets.cap_table import exits_formulas as formulas
from workbooks.sheets.cap_table.terms import a_share, count, names
from workbooks.sheets.money import local_or_absent


def columns(section: CapTable) -> list[str]:
    """The columns of payouts, one per exit value."""
    return [f"exit_payouts.at_{n}" for n in range(1, len(section.exits) + 1)]


def payouts(case: Case, section: CapTable) -> Table:
    """Payout of each class at every exit value."""
    money, size = case.company.display_unit, count(section)
    labels = ["Exit value", "Value of a common share", *names(section), "Together"]
    units = [money, a_share(case), *[money] * (size + 1)]
    shown = [Column("name", "Class", cells=labels, width=34)]
    for given, column in zip(section.exits, columns(section), strict=True):
        classes = [formulas.payout(column, place) for place in range(1, size + 1)]
        cells: list[Content] = [
            local_or_absent(case, given),
            formulas.common_share(column),
            *classes,
            formulas.all_of(column, size),
        ]
        heading = Text("Exit {}", len(shown))
        shown.append(Column(column.partition(".")[2], heading, cells=cells, unit=money, units=units))
    laid = formulas.laid_out(f"{columns(section)[0]}[1]")
    unit = case.figures[section.classes[0].shares].unit
    spill = Spill(laid, ("", unit, money, "", money, money, money, "share", a_share(case)))
    note = "After debt and costs. Beside it the first exit, as LIQUIDATION_WATERFALL lays it out"
    return Table("exit_payouts", "Exit waterfall", shown, len(labels), note, spill=spill)


def shares(section: CapTable) -> Table:
    """The share of each class in every exit value."""
    return _of_exits(section, "exit_shares", "Shares of the exit value", "share", formulas.part)


def ways(section: CapTable) -> Table:
    """Which classes convert at every exit value."""
    return _of_exits(section, "exit_ways", "Who converts", "", formulas.way)


def _of_exits(section: CapTable, table: str, title: str, unit: str, formula: formulas.OfExit) -> Table:
    size = count(section)
    shown = [Column("name", "Class", cells=names(section), width=34)]
    for column in columns(section):
        cells = [formula(column, place) for place in range(1, size + 1)]
        heading = Text("Exit {}", len(shown))
        shown.append(Column(column.partition(".")[2], heading, cells=cells, unit=unit))
    return Table(table, title, shown, size)


def points(section: CapTable) -> Table:
    """The values of a common share at which a class reaches its limit or converts."""
    found = formulas.turns(count(section))
    return Table("waterfall_points", "Turns", [Column("value", "Turn", cells=found)], len(found), quiet=True)


def turns(case: Case, section: CapTable) -> Table:
    """The same in ascending order, with the shares that participate from there on and the payout up to there."""
    size = count(section)
    rows = 2 * size + 1
    keys = [f"waterfall_turn.{n}" for n in range(rows)]
    shown = (
        Column("number", "Number", cells=counted(keys), keys=keys),
        Column("value", "Value of a common share", cells=formulas.sorted_turns(size), unit=a_share(case)),
        Column("shares", "Shares that take part", cells=formulas.rising(size), unit="shares"),
        Column("paid", "Paid out by then", cells=formulas.paid(size), unit=case.company.display_unit),
    )
    return Table("waterfall_turns", "What all get together", shown, rows, quiet=True)
