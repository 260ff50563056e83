"""The holders: their shares before and after the round, conversion of SAFEs and notes, classes as given."""

from workbooks.case.cap_table import CapTable, PricedRound
from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Content, Link, Spill, Table
from workbooks.declarations.trees import Literal
from workbooks.declarations.words import ABSENT
from workbooks.sheets.cap_table import formulas
from workbooks.sheets.money import local_or_absent


def table(case: Case, section: CapTable) -> Table:
    """Shares of each holder, after the round also their value."""
    classes, notes, terms = len(section.classes), len(section.convertibles), section.round
    unit, money = case.figures[section.classes[0].shares].unit, case.company.display_unit
    names = [*(each.name for each in section.classes), *(each.name for each in section.convertibles)]
    names.append("Unissued option pool")
    before: list[Content] = [
        *formulas.links("share_classes.common", classes),
        *[ABSENT] * notes,
        Link("cap_table.pool_before"),
    ]
    rows = len(names) + bool(terms)
    columns = [
        Column("name", "Holder", cells=[*names, *([terms.name] if terms else [])], width=34),
        Column("before", "Shares before", cells=[*before, *([ABSENT] if terms else [])], unit=unit),
        Column("stake_before", "Stake before", cells=formulas.share_of("before", rows), unit="share"),
    ]
    if terms:
        columns += _after(case, section, unit, rows)
    note = "Fully diluted: preferred shares as converted, options granted among the classes, the unissued pool"
    spill = (
        Spill(formulas.laid_out(section, terms), ("", money, "×", unit, "share", money)) if terms and notes else None
    )
    return Table("cap_holders", "Cap table", columns, rows, note, spill=spill)


def _after(case: Case, section: CapTable, unit: str, rows: int) -> list[Column]:
    classes, notes = len(section.classes), len(section.convertibles)
    money, a_share = case.company.display_unit, f"{case.company.currency} per share"
    paid: list[Content] = [local_or_absent(case, each.invested) for each in section.classes]
    paid += [*formulas.links("conversions.money", notes), ABSENT, Link("cap_table.raised")]
    prices: list[Content] = [*[ABSENT] * classes, *formulas.links("conversions.price", notes), ABSENT]
    after: list[Content] = [
        *formulas.links("share_classes.common", classes),
        *formulas.links("conversions.shares", notes),
        Link("cap_table.pool_after"),
        Link("cap_table.new_shares"),
    ]
    return [
        Column("money", "Money paid in", cells=paid, unit=money),
        Column("price", "Price a share", cells=[*prices, Link("cap_table.price")], unit=a_share, precise=True),
        Column("after", "Shares after", cells=after, unit=unit),
        Column("stake", "Stake after", cells=formulas.share_of("after", rows), unit="share"),
        Column("value", "Value at the price", cells=formulas.times_price(rows), unit=money),
    ]


def classes(case: Case, section: CapTable) -> Table:
    """The classes as the case gives them."""
    given = section.classes
    units = [case.figures[each.shares].unit for each in given]
    columns = (
        Column("name", "Class", cells=[each.name for each in given], width=34),
        Column("shares", "Shares", cells=[formulas.number(each.shares, None) for each in given], units=units),
        Column(
            "conversion",
            "Common shares for one",
            cells=[formulas.number(each.conversion, Literal(1.0)) for each in given],
            unit="ratio",
            precise=True,
        ),
        Column("common", "As converted", cells=[formulas.as_common(each) for each in given], units=units),
    )
    return Table("share_classes", "Classes of shares", columns, len(given))


def conversions(case: Case, section: CapTable, terms: PricedRound) -> Table:
    """Conversion of each SAFE and note, with the intermediate prices for each cap."""
    notes, money = section.convertibles, case.company.display_unit
    a_share, unit = f"{case.company.currency} per share", case.figures[section.classes[0].shares].unit
    discounts = [formulas.number(each.discount, Literal(0.0)) for each in notes]
    columns = [
        Column("name", "SAFE or note", cells=[each.name for each in notes], width=34),
        Column("money", "Converts", cells=[formulas.money(case, each) for each in notes], unit=money),
        Column("cap", "Valuation cap", cells=[local_or_absent(case, each.cap) for each in notes], unit=money),
        Column("discount", "Discount", cells=discounts, unit="share"),
        Column("price", "Converts at", formulas.conversion_price(terms), unit=a_share, precise=True),
        Column("shares", "Shares", formulas.CONVERTED_SHARES, unit=unit),
        Column("turn", "Cap ÷ (1 − discount)", formulas.TURN, unit=money),
        Column("at_discount", "Money ÷ (1 − discount)", formulas.AT_DISCOUNT, unit=money),
        Column("at_cap", "Money ÷ cap", formulas.AT_CAP, unit="ratio", precise=True),
        Column("discount_by_cap", "Of it by cap", cells=formulas.by_cap(len(notes), "at_discount"), unit=money),
        Column("capped", "Caps together", cells=formulas.by_cap(len(notes), "at_cap"), unit="ratio", precise=True),
        Column("as_it_is", "Price, pool as it is", formulas.in_row(terms, filled=False), unit=a_share, precise=True),
    ]
    if terms.pool:
        filled = formulas.in_row(terms, filled=True)
        columns.append(Column("filled", "Price, pool filled up", filled, unit=a_share, precise=True))
    note = "Each converts at its discount or its cap, whichever gives more shares. The lowest price below is the price"
    return Table("conversions", "SAFEs and notes", columns, len(notes), note)
