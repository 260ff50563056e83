"""The exit waterfall: the terms of every class, what each gets at several exit values, and whether it converts."""

from workbooks.case.cap_table import CapTable, Preference, ShareClass
from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Content, Input, Link, Spill, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Literal
from workbooks.declarations.words import ABSENT
from workbooks.sheets.arithmetic import counted
from workbooks.sheets.cap_table import exits_formulas as formulas
from workbooks.sheets.cap_table.formulas import ONE, links, local, number


def _names(section: CapTable) -> list[str]:
    """Every class: those there are, and after the round SAFEs and notes, and its own."""
    found = [*(each.name for each in section.classes), *(each.name for each in section.convertibles)]
    return [*found, section.round.name] if section.round else found


def count(section: CapTable) -> int:
    """How many classes there are."""
    return len(_names(section))


def columns(section: CapTable) -> list[str]:
    """The columns of the payouts, one an exit value."""
    return [f"exit_payouts.at_{n}" for n in range(1, len(section.exits) + 1)]


def _preferences(section: CapTable) -> list[Preference]:
    """The terms of every class: SAFEs and notes have those of the round."""
    own: list[Preference] = [*section.classes]
    return own + [section.round] * (len(section.convertibles) + 1) if section.round else own


def _has_none(of: Preference) -> bool:
    return isinstance(of, ShareClass) and not of.invested


def terms(case: Case, section: CapTable) -> Table:
    """The terms of every class, and what follows from them."""
    money, unit, size = case.company.display_unit, case.figures[section.classes[0].shares].unit, count(section)
    every = _preferences(section)
    classes, notes = len(section.classes), len(section.convertibles)
    common = [*links("share_classes.common", classes), *links("conversions.shares", notes)]
    invested: list[Content] = [
        local(case, each.invested) if each.invested else Literal(0.0) for each in section.classes
    ]
    if section.round:
        common.append(Link("cap_table.new_shares"))
        invested += [*links("conversions.money", notes), Link("cap_table.raised")]
    parts: list[Content] = [ABSENT if _has_none(each) else formulas.participation(each) for each in every]
    multiples = [ABSENT if _has_none(each) else number(each.preference, ONE) for each in every]
    ranks: list[Content] = [ONE if _has_none(each) else Input(float(each.rank)) for each in every]
    shown = (
        Column("name", "Class", cells=_names(section), width=34),
        Column("common", "Shares as converted", cells=common, unit=unit),
        Column("invested", "Money invested", cells=invested, unit=money),
        Column("multiple", "Preference", cells=multiples, unit="×"),
        Column("participation", "Participation", cells=parts),
        Column("cap", "Cap", cells=[number(each.cap, ABSENT) for each in every], unit="×"),
        Column("rank", "Rank", cells=ranks),
        Column("preference", "Preference", formulas.PREFERENCE, unit=money),
        Column("limit", "At most, with it", formulas.LIMIT, unit=money),
        Column("senior", "Paid before it", cells=formulas.senior(size), unit=money),
        Column("equal_rank", "Paid with it", cells=formulas.equal_rank(size), unit=money),
        Column("reached", "Limit reached at", formulas.REACHED, unit=_a_share(case), precise=True),
        Column("converts", "Converts above", formulas.CONVERTS, unit=_a_share(case), precise=True),
    )
    note = "SAFEs and notes rank with the round. The last two are values of a common share. Rank 1 is paid first"
    return Table("class_terms", "Terms of the classes", shown, size, note)


def _a_share(case: Case) -> str:
    return f"{case.company.currency} per share"


def payouts(case: Case, section: CapTable) -> Table:
    """What each class gets at every exit value."""
    money, size = case.company.display_unit, count(section)
    labels = ["Exit value", "Value of a common share", *_names(section), "Together"]
    units = [money, _a_share(case), *[money] * (size + 1)]
    shown = [Column("name", "Class", cells=labels, width=34)]
    for given, column in zip(section.exits, columns(section), strict=True):
        classes = [formulas.payout(column, place) for place in range(1, size + 1)]
        cells: list[Content] = [
            local(case, given),
            formulas.common_share(column),
            *classes,
            formulas.all_of(column, size),
        ]
        heading = Text("Exit {}", len(shown))
        shown.append(Column(column.partition(".")[2], heading, cells=cells, unit=money, units=units))
    laid = formulas.laid_out(f"{columns(section)[0]}[1]")
    unit = case.figures[section.classes[0].shares].unit
    spill = Spill(laid, ("", unit, money, "", money, money, money, "share", _a_share(case)))
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
    shown = [Column("name", "Class", cells=_names(section), width=34)]
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
    """The same in order, with the shares that take part from there on and what all have got by then."""
    size = count(section)
    rows = 2 * size + 1
    keys = [f"waterfall_turn.{n}" for n in range(rows)]
    shown = (
        Column("number", "Number", cells=counted(keys), keys=keys),
        Column("value", "Value of a common share", cells=formulas.sorted_turns(size), unit=_a_share(case)),
        Column("shares", "Shares that take part", cells=formulas.rising(size), unit="shares"),
        Column("paid", "Paid out by then", cells=formulas.paid(size), unit=case.company.display_unit),
    )
    return Table("waterfall_turns", "What all get together", shown, rows, quiet=True)
