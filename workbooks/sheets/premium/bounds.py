"""Bounds on the Premium sheet: weaker and stronger companies, and distance of prices from the value."""

from collections.abc import Sequence

from workbooks.case.model import Bound, Case, Premium
from workbooks.declarations.sheet import Block, Check, Column, Field, Fields, Link, Table, present
from workbooks.declarations.texts import Prose
from workbooks.sheets.money import figure, local
from workbooks.sheets.premium import bounds_formulas as formulas


def bounds(case: Case, section: Premium) -> list[Block]:
    """Weaker and stronger companies, and the position of the value between them; None without such companies."""
    if not section.floors:
        return []
    return [
        _side(case, "floors", "Floor: companies that it must be worth more than", section.floors),
        _side(case, "ceilings", "Ceiling: companies that it cannot be worth more than", section.ceilings),
        Fields("Between floor and ceiling", [Field("bracket", "The value with the premium is", formulas.BRACKET)]),
    ]


def _side(case: Case, name: str, title: str, bounds: Sequence[Bound]) -> Table:
    values = [formulas.value(case, bound) for bound in bounds]
    multiples = [formulas.own_multiple(bound) for bound in bounds]
    how = ["own" if bound.value else "by its multiple" for bound in bounds]
    columns = (
        Column("name", "Company", cells=[bound.name for bound in bounds]),
        Column("multiple", "Multiple", cells=multiples, unit="×", precise=True),
        Column("value", "Value", cells=values, unit=case.company.display_unit),
        Column("ratio", "Value ÷ bound", formulas.RATIO, unit="×", precise=True),
        Column("how", "Which value", cells=how, width=15),
        Column("why", "Why it is a bound", cells=[Prose(bound.why) for bound in bounds], width=56, wrap=True),
    )
    return Table(name, title, columns, len(bounds))


def prices(case: Case, section: Premium) -> list[Block]:
    """Third-party prices compared with the value and the band around it."""
    company, money = case.company, case.company.display_unit
    named = [(case.figures[company.price].label, company.price, company.price)] if company.price else []
    named += [(reference.label, reference.low, reference.high) for reference in case.references]
    if not named:
        return []
    columns = present(
        Column("label", "Price", cells=[label for label, _, _ in named]),
        Column("low", "Low", cells=[local(case, low) for _, low, _ in named], unit=money),
        Column("high", "High", cells=[local(case, high) for _, _, high in named], unit=money),
        Column("low_ratio", "Low ÷ value", formulas.to_value("low"), unit="×", precise=True),
        Column("high_ratio", "High ÷ value", formulas.to_value("high"), unit="×", precise=True),
        Column("verdict", "Against the band", formulas.VERDICT, width=20) if section.band else None,
    )
    note = "A price may run ahead of the value or fall behind it; the band says how far is usual."
    table = Table("prices", "Price and value", columns, len(named), note)
    return [_band(case, section.band), table] if section.band else [table]


def _band(case: Case, band: str) -> Fields:
    money = case.company.display_unit
    return Fields(
        "Price band around value",
        (
            Field("band", case.figures[band].label, Link(figure(band)), "share", precise=True),
            Field("band_low", "The band begins at", formulas.BAND_LOW, money),
            Field("band_high", "and ends at", formulas.BAND_HIGH, money),
        ),
    )


def between() -> Check:
    """Whether the value lies between the companies on either side of it."""
    label = "The value lies between floor and ceiling"
    return Check("within_bounds", label, formulas.WITHIN, "warn", "premium.bracket")
