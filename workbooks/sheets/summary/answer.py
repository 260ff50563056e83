"""The answer of the Summary: the value, its range, the price, the value per share, and what drives it most."""

from workbooks.case.model import Case
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.sheet import Field, Fields, Link, present
from workbooks.declarations.texts import Text
from workbooks.sheets.methods import conclusion
from workbooks.sheets.money import figure, price_currency
from workbooks.sheets.price import against_last_price, price_of
from workbooks.sheets.sensitivity.varied_methods import what_ifs
from workbooks.sheets.summary import formulas


def answer(case: Case, *, valued: bool) -> Fields:
    """The lines that a reader looks for first."""
    scenario = Field("scenario", "Selected scenario", Link("scenarios.selected_name")) if case.scenarios else None
    return Fields(
        case.company.name,
        present(
            *(_worth(case) if valued else ()),
            *_against(case, valued=valued),
            _driver(case) if valued else None,
            scenario,
            Field("as_of", "Valued as of", case.company.as_of.isoformat()),
            _rate(case),
            Field("master", "Master check", Link("checks.master"), "status"),
        ),
    )


def _worth(case: Case) -> list[Field]:
    money, basis = case.company.display_unit, "equity value, weighted by method"
    found = [
        Field("value", "Value", formulas.weighted(case, "base"), money, "Value", note=basis, strong=True),
        Field("value_low", "Low", formulas.weighted(case, "low"), money),
        Field("value_high", "High", formulas.weighted(case, "high"), money),
    ]
    together = conclusion(case)
    if "per_share" in together:
        low, base, high = together["per_share"]
        unit = f"{price_currency(case)} per share"
        span = "low and high"
        found += [
            Field("per_share", "Value per share", Link(base), unit, "Value_per_share", strong=True, precise=True),
            Field("per_share_low", "Low", Link(low or base), unit, note=span, precise=True),
            Field("per_share_high", "High", Link(high or base), unit, precise=True),
        ]
    return found


def _against(case: Case, *, valued: bool) -> list[Field]:
    label, price, unit = price_of(case)
    if not label:
        return []
    given = case.figures[label]
    said = Text("{}; {}", given.as_of, case.sources[given.source].title)
    found = [Field("price", given.label, price, unit, note=said, precise=unit.endswith("per share"))]
    together = conclusion(case)
    if against_last_price(case) and valued:
        worth = formulas.or_text("summary.value", ref("summary.value") / ref("summary.price") - 1)
        found.append(Field("upside", "Upside", worth, "rate", "Upside", strong=True))
    if "upside" in together:
        found.append(Field("upside", "Upside", Link(together["upside"].base), "rate", "Upside", strong=True))
    return found


def _driver(case: Case) -> Field | None:
    """The input whose range moves a method most, as Sensitivity has it."""
    varied = [of for of in what_ifs(case) if of.swings]
    if not varied:
        return None
    of = varied[0]
    text = composed("{}, {}", ref(f"{of.id}_widest.label[1]"), ref(f"{of.id}_widest.range[1]"))
    return Field("driver", "Most sensitive to", text, note=of.title)


def _rate(case: Case) -> Field | None:
    rate = case.company.fx
    return Field("fx", case.figures[rate].label, Link(figure(rate)), case.figures[rate].unit) if rate else None
