"""The terms of every class: what it has invested, its preference, its participation, its rank."""

from workbooks.case.cap_table import CapTable, Preference, ShareClass
from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Content, Input, Link, Table
from workbooks.declarations.trees import Literal
from workbooks.declarations.words import ABSENT
from workbooks.sheets.cap_table import exits_formulas as formulas
from workbooks.sheets.cap_table.formulas import ONE, links, number
from workbooks.sheets.money import local_or_absent


def names(section: CapTable) -> list[str]:
    """All classes: existing ones, SAFEs and notes after the round, and the class of the round."""
    found = [*(each.name for each in section.classes), *(each.name for each in section.convertibles)]
    return [*found, section.round.name] if section.round else found


def count(section: CapTable) -> int:
    """How many classes there are."""
    return len(names(section))


def _preferences(section: CapTable) -> list[Preference]:
    """The terms of every class: SAFEs and notes have those of the round."""
    own: list[Preference] = [*section.classes]
    return own + [section.round] * (len(section.convertibles) + 1) if section.round else own


def _has_none(of: Preference) -> bool:
    return isinstance(of, ShareClass) and not of.invested


def table(case: Case, section: CapTable) -> Table:
    """The terms of every class, and the amounts calculated from them."""
    money, unit, size = case.company.display_unit, case.figures[section.classes[0].shares].unit, count(section)
    every = _preferences(section)
    classes, notes = len(section.classes), len(section.convertibles)
    common = [*links("share_classes.common", classes), *links("conversions.shares", notes)]
    invested: list[Content] = [
        local_or_absent(case, each.invested) if each.invested else Literal(0.0) for each in section.classes
    ]
    if section.round:
        common.append(Link("cap_table.new_shares"))
        invested += [*links("conversions.money", notes), Link("cap_table.raised")]
    parts: list[Content] = [ABSENT if _has_none(each) else formulas.participation(each) for each in every]
    multiples = [ABSENT if _has_none(each) else number(each.preference, ONE) for each in every]
    ranks: list[Content] = [ONE if _has_none(each) else Input(float(each.rank)) for each in every]
    shown = (
        Column("name", "Class", cells=names(section), width=34),
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
        Column("reached", "Limit reached at", formulas.REACHED, unit=a_share(case), precise=True),
        Column("converts", "Converts above", formulas.CONVERTS, unit=a_share(case), precise=True),
    )
    note = "SAFEs and notes rank with the round. The last two are values of a common share. Rank 1 is paid first"
    return Table("class_terms", "Terms of the classes", shown, size, note)


def a_share(case: Case) -> str:
    """The unit of the value of a common share."""
    return f"{case.company.currency} per share"
