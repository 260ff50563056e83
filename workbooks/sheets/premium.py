"""Premium: what answers to questions about the business add to a peer's multiple, and where that leaves the price."""

from typing import Any

import numpy as np

from valuation.multiples import adjusted_multiple, implied_value
from valuation.quality import quality_premium, quality_score
from workbooks.case import Case, Premium
from workbooks.sheets.bounds import between, bounds, prices
from workbooks.spec import (
    Call,
    Check,
    Column,
    Field,
    Fields,
    Formula,
    Link,
    Reference,
    Sheet,
    Table,
    Values,
)
from workbooks.workings.money import figure, local, reporting


def sheet(case: Case) -> Sheet | None:
    """The Premium sheet."""
    section = case.premium
    if section is None:
        return None
    placed = bounds(case, section)
    return Sheet(
        "premium",
        "Premium",
        f"{section.peer}'s multiple with a premium",
        f"What is the company worth on {section.peer}'s multiple, with the premium that its business earns?",
        (_questions(section), _premium(case, section), _value(case, section), *placed, *prices(case, section)),
        checks=(*_checks(), *([between()] if placed else ())),
        tab="results",
        headlines=("score", "premium", "multiple"),
    )


def _questions(section: Premium) -> Table:
    questions = section.questions
    return Table(
        "questions",
        "Scorecard",
        note="An answer is 1 (worst) to 5 (best); 3 earns nothing.",
        rows=len(questions),
        columns=(
            Column("name", "Question", cells=[question.name for question in questions], width=34),
            Column("score", "Score", cells=[Link(figure(q.score)) for q in questions], unit="score"),
            Column("weight", "Weight", cells=[Link(figure(q.weight)) for q in questions], unit="share"),
            Column(
                "weighted", "Weighted", Formula("{score}*{weight}", lambda v: v("score") * v("weight")), unit="score"
            ),
            Column("earned", "Premium it earns", _earned(), unit="rate", precise=True),
            Column("why", "What the answer rests on", cells=[q.why for q in questions], width=76, wrap=True),
        ),
    )


def _scaled(answer: str) -> str:
    """An answer on the scale from −1 to +1."""
    low, high = "{inputs.score_low}", "{inputs.score_high}"
    return f"(({answer}-{low})-({high}-{answer}))/({high}-{low})"


def _earned() -> Formula:
    def earned(value: Values) -> Any:  # noqa: ANN401 - an array
        share = value("weight") / np.sum(value("questions.weight"))
        return quality_premium(quality_score(value("score")[:, None]), value("premium.maximum")) * share

    return Formula(f"{_scaled('{score}')}*{{premium.maximum}}*{{weight}}/SUM({{questions.weight}})", earned)


def _premium(case: Case, section: Premium) -> Fields:
    mean = Formula(
        "SUM({questions.weighted})/SUM({questions.weight})",
        lambda v: float(np.sum(v("questions.weighted")) / np.sum(v("questions.weight"))),
    )
    answers = {"scores": "questions.score", "weights": "questions.weight"}
    score = Call(quality_score, answers, native=_scaled("{premium.mean}"))
    earned = Call(quality_premium, {"score": "premium.score", "maximum": "premium.maximum"})
    most = case.figures[section.maximum].label
    return Fields(
        "From the answers to the premium",
        (
            Field("mean", "Weighted mean of the answers", mean, "score"),
            Field("score", "Score of the business, from −1 to +1", score, "score", addin=True, precise=True),
            Field("maximum", "Premium that the best score earns", Link(figure(section.maximum)), "rate", note=most),
            Field("premium", "Premium that this score earns", earned, "rate", addin=True, strong=True, precise=True),
        ),
    )


def _value(case: Case, section: Premium) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit

    def adjusted(premium: Reference) -> Call:
        return Call(adjusted_multiple, {"base_multiple": "premium.base_multiple", "premium": premium})

    def value(at: Reference) -> Call:
        return Call(implied_value, {"metric": "premium.metric", "multiple": at})

    metric, base = case.figures[section.metric].label, case.figures[section.base_multiple].label
    return Fields(
        "From the premium to the value",
        (
            Field("base_multiple", base, Link(figure(section.base_multiple)), "×", precise=True),
            Field(
                "multiple",
                "Multiple with the premium",
                adjusted("premium.premium"),
                "×",
                addin=True,
                strong=True,
                precise=True,
            ),
            Field("best_multiple", "Multiple with the best score", adjusted("premium.maximum"), "×", precise=True),
            Field("metric", metric, local(case, section.metric), money),
            Field("plain", "Equity value without a premium", value("premium.base_multiple"), money),
            Field(
                "value",
                "Equity value with the premium",
                value("premium.multiple"),
                money,
                "Premium_Equity",
                addin=True,
                strong=True,
            ),
            Field("best", "Equity value with the best score", value("premium.best_multiple"), money),
            Field(
                "value_reporting",
                "Equity value with the premium",
                reporting(case, "premium.value"),
                second,
                strong=True,
            ),
        ),
    )


def _checks() -> tuple[Check, ...]:
    whole = Formula(
        "ABS(SUM({questions.earned})-{premium.premium})<={inputs.rounding}",
        lambda v: bool(abs(float(np.sum(v("questions.earned"))) - v("premium.premium")) <= v("inputs.rounding")),
    )
    weights = Formula(
        "ABS(SUM({questions.weight})-1)<={inputs.rounding}",
        lambda v: bool(abs(float(np.sum(v("questions.weight"))) - 1) <= v("inputs.rounding")),
    )
    scores = Formula(
        "AND(MIN({questions.score})>={inputs.score_low},MAX({questions.score})<={inputs.score_high})",
        lambda v: bool(
            min(v("questions.score")) >= v("inputs.score_low") and max(v("questions.score")) <= v("inputs.score_high")
        ),
    )
    return (
        Check("weights_sum", "Weights of the questions make the whole", weights, "fail", "questions.weight"),
        Check("premium_foots", "The premiums of the answers make the premium", whole, "fail", "premium.premium"),
        Check("scores_on_scale", "Every answer is on the scale", scores, "fail", "questions.score"),
    )
