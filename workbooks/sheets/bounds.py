"""Bounds of the Premium sheet: companies on either side of the value, and how far prices have run from it."""

from collections.abc import Sequence

from valuation.multiples import bracket, implied_value, multiple, price_to_value
from workbooks.case import Bound, Case, Premium
from workbooks.spec import ABSENT, Block, Call, Check, Column, Content, Field, Fields, Formula, Link, Table, Values
from workbooks.workings.money import figure, local


def bounds(case: Case, section: Premium) -> list[Block]:
    """Companies on either side of the value, and where it lies between them; none where the case names none."""
    if not section.floors:
        return []
    placed = Call(bracket, {"value": "premium.value", "floors": "floors.value", "ceilings": "ceilings.value"})
    return [
        _side(case, "floors", "Floor: companies that it must be worth more than", section.floors),
        _side(case, "ceilings", "Ceiling: companies that it cannot be worth more than", section.ceilings),
        Fields("Between floor and ceiling", (Field("bracket", "The value with the premium is", placed),)),
    ]


def _side(case: Case, name: str, title: str, bounds: Sequence[Bound]) -> Table:
    def value(bound: Bound) -> Content:
        if bound.value:
            return local(case, bound.value)
        return Call(implied_value, {"metric": "premium.metric", "multiple": "multiple"})

    ratio = Call(multiple, {"value": "premium.value", "metric": "value"})
    return Table(
        name,
        title,
        rows=len(bounds),
        columns=(
            Column("name", "Company", cells=[bound.name for bound in bounds]),
            Column(
                "multiple",
                "Multiple",
                cells=[Link(figure(b.multiple)) if b.multiple else ABSENT for b in bounds],
                unit="×",
            ),
            Column("value", "Value", cells=[value(bound) for bound in bounds], unit=case.company.display_unit),
            Column("ratio", "Value ÷ bound", ratio, unit="×", precise=True),
            Column(
                "how", "Which value", cells=["own" if bound.value else "by its multiple" for bound in bounds], width=15
            ),
            Column("why", "Why it is a bound", cells=[bound.why for bound in bounds], width=76, wrap=True),
        ),
    )


def prices(case: Case, section: Premium) -> list[Block]:
    """What others asked or named, against the value and the band around it."""
    company, money = case.company, case.company.display_unit
    named = [(case.figures[company.price].label, company.price, company.price)] if company.price else []
    named += [(reference.label, reference.low, reference.high) for reference in case.references]
    if not named:
        return []

    def ratio(price: str) -> Call:
        return Call(price_to_value, {"price": price, "value": "premium.value"})

    table = Table(
        "prices",
        "Price and value",
        note="The price is a dog on a leash: it runs ahead of the value and falls behind, and comes back.",
        rows=len(named),
        columns=(
            Column("label", "Price", cells=[label for label, _, _ in named]),
            Column("low", "Low", cells=[local(case, low) for _, low, _ in named], unit=money),
            Column("high", "High", cells=[local(case, high) for _, _, high in named], unit=money),
            Column("low_ratio", "Low ÷ value", ratio("low"), unit="×", precise=True),
            Column("high_ratio", "High ÷ value", ratio("high"), unit="×", precise=True),
            *([Column("verdict", "Against the band", _verdict(), width=20)] if section.band else ()),
        ),
    )
    return [_band(case, section.band), table] if section.band else [table]


def _band(case: Case, band: str) -> Fields:
    def end(sign: str, factor: int) -> Formula:
        return Formula(
            f"{{premium.value}}*(1{sign}{{premium.band}})",
            lambda v: v("premium.value") * (1 + factor * v("premium.band")),
        )

    money = case.company.display_unit
    return Fields(
        "The leash",
        (
            Field("band", case.figures[band].label, Link(figure(band)), "share"),
            Field("band_low", "The band begins at", end("-", -1), money),
            Field("band_high", "and ends at", end("+", 1), money),
        ),
    )


def _verdict() -> Formula:
    def verdict(value: Values) -> list[str]:
        low, high = value("premium.band_low"), value("premium.band_high")
        return [
            "above" if a > high else "below" if b < low else "within" if a >= low and b <= high else "partly within"
            for a, b in zip(value("low"), value("high"), strict=True)
        ]

    return Formula(
        'IF({low}>{premium.band_high},"above",IF({high}<{premium.band_low},"below",'
        'IF(AND({low}>={premium.band_low},{high}<={premium.band_high}),"within","partly within")))',
        verdict,
    )


def between() -> Check:
    """Whether the value lies between the companies on either side of it."""
    within = Formula('{premium.bracket}="within"', lambda v: bool(v("premium.bracket") == "within"))
    return Check("within_bounds", "The value lies between floor and ceiling", within, "warn", "premium.bracket")
