"""Key results on the Summary: value, range, price, value per share, and the most important driver."""

from workbooks.case.model import Case
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.sheet import Content, Field, Fields, Link, present
from workbooks.declarations.texts import Prose, Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.methods import conclusion
from workbooks.sheets.money import figure, fx, in_thousands, per_share_unit
from workbooks.sheets.price import against_last_price, price_of
from workbooks.sheets.sensitivity.tornado_formulas import change, known
from workbooks.sheets.sensitivity.varied_methods import what_ifs
from workbooks.sheets.sensitivity.varied_methods_formulas import WhatIf
from workbooks.sheets.summary import driver, football, formulas
from workbooks.sheets.summary.selected import no_range, selected


def answer(case: Case, *, valued: bool) -> Fields:
    """The lines that a reader looks for first."""
    return Fields(
        case.company.name,
        present(
            *(_worth(case) if valued else (_no_worth(),)),
            *_against(case, valued=valued),
            *(_driver(case) if valued else ()),
            *selected(case),
            football.choice(case) if valued and len(formulas.lines(case)) > 1 else None,
            Field("as_of", "Valued as of", Link("inputs.valuation_date"), "date"),
            _rate(case),
            Field("master", "Master check", Link("checks.master"), "status"),
            Field("not_met", "Not met", Link("checks.not_met")),
        ),
    )


def _worth(case: Case) -> list[Field]:
    money, basis = case.company.display_unit, "weighted equity value"
    found = [
        Field("value", "Value", formulas.weighted(case, "base"), money, "Value", note=basis, strong=True),
        Field("value_low", "Low", formulas.weighted(case, "low"), money, note=no_range(case)),
        Field("value_high", "High", formulas.weighted(case, "high"), money),
    ]
    together = conclusion(case)
    if "per_share" not in together:
        return [*found, Field("per_share", "Value per share", "n/a", note="no shares in the case")]
    low, base, high = together["per_share"]
    unit = per_share_unit(case)
    return [
        *found,
        Field("per_share", "Value per share", Link(base), unit, "Value_per_share", strong=True, precise=True),
        Field("per_share_low", "Low", Link(low or base), unit, precise=True),
        Field("per_share_high", "High", Link(high or base), unit, precise=True),
    ]


def _no_worth() -> Field:
    return Field("value", "Value", "n/a", note="not valued as a whole")


def _against(case: Case, *, valued: bool) -> list[Field]:
    label, price, unit = price_of(case)
    if not label:
        return [Field("price", "Price", "n/a", note="no price in the case")]
    given = case.figures[label]
    source = Text("Source: {}", Prose(case.sources[given.source].title))
    found = [
        Field("price", given.label, price, unit, note=given.as_of, precise=unit == per_share_unit(case)),
        Field("price_source", source, None, remark=True),
    ]
    together = conclusion(case)
    worth: Content = Link(together["upside"].base) if valued and "upside" in together else None
    if valued and against_last_price(case):
        worth = formulas.or_text("summary.value", ref("summary.value") / ref("summary.price") - 1)
    if worth is not None:
        found.append(Field("upside", "Upside", worth, "rate", "Upside", note="value ÷ price − 1", strong=True))
    return found


def _driver(case: Case) -> list[Field]:
    """The input with the largest swing on Sensitivity; else the multiple, or the largest stake."""
    varied = [of for of in what_ifs(case) if of.swings]
    if not varied:
        return driver.without_swings(case)
    of = varied[0]
    ends = [f"{of.id}_widest.at_{end}[1]" for end in ("low", "high")]
    low, high = (in_thousands(_in_money(case, of, end)) for end in ends)
    label, span = (ref(f"{of.id}_widest.{column}[1]") for column in ("label", "range"))
    text = known(of, [*ends, of.result], composed("{}: {} to {}", label, low, high))
    unit = case.company.display_unit if of.unit == case.company.reporting_unit else of.unit
    return driver.lines(text, Text("in {}; of {}", unit, of.title), known(of, [*ends, of.result], span))


def _in_money(case: Case, of: WhatIf, end: Reference) -> Expression:
    """Change of a result in the unit of the value above, also where the method is varied in the second currency."""
    moved = change(of, end)
    if of.unit != case.company.reporting_unit:
        return moved
    return moved * ref("inputs.reporting_unit") * ref(fx(case)) / ref("inputs.display_unit")


def _rate(case: Case) -> Field | None:
    rate = case.company.fx
    return Field("fx", case.figures[rate].label, Link(figure(rate)), case.figures[rate].unit) if rate else None
