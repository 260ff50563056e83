"""Premium: a scorecard adds a premium to a peer's multiple; the price is compared with the result."""

from workbooks.case.model import Case, Premium
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Prose, Text
from workbooks.sheets.arithmetic import make_whole
from workbooks.sheets.money import figure, local, reporting
from workbooks.sheets.premium import formulas
from workbooks.sheets.premium.bounds import between, bounds, prices
from workbooks.sheets.premium.method import title_of, valued


def sheet(case: Case) -> Sheet | None:
    """The Premium sheet."""
    section = case.premium
    if section is None:
        return None
    return Sheet(
        "premium",
        "Premium",
        title_of(case, section),
        Text("What is the company worth on {}'s multiple, with the premium that its business earns?", section.peer),
        (
            _scorecard(section),
            _total(),
            _premium(case, section),
            _value(case, section),
            *bounds(case, section),
            *prices(case, section),
        ),
        checks=_checks(section),
        tab="results",
        headlines=("score", "premium", "multiple"),
    )


def _scorecard(section: Premium) -> Table:
    questions = section.questions
    scores = [Link(figure(question.score)) for question in questions]
    weights = [Link(figure(question.weight)) for question in questions]
    reasons = [Prose(question.why) for question in questions]
    columns = (
        Column("name", "Question", cells=[question.name for question in questions], width=34),
        Column("score", "Score", cells=scores, unit="score", precise=True),
        Column("weight", "Weight", cells=weights, unit="share", precise=True),
        Column("weighted", "Weighted", formulas.WEIGHTED, unit="score", precise=True),
        Column("earned", "Premium it earns", formulas.EARNED, unit="rate", precise=True),
        Column("why", "What the answer rests on", cells=reasons, width=56, wrap=True),
    )
    note = "An answer is 1 (worst) to 5 (best); 3 earns nothing."
    return Table("questions", "Scorecard", columns, len(questions), note)


def _total() -> Table:
    columns = (
        Column("name", "Question", cells=["Total"]),
        Column("score", "Score"),
        Column("weight", "Weight", formulas.WEIGHTS, unit="share", precise=True),
        Column("weighted", "Weighted", formulas.WEIGHTED_TOGETHER, unit="score", precise=True),
        Column("earned", "Premium it earns", formulas.EARNED_TOGETHER, unit="rate", precise=True),
    )
    return Table("questions_total", "Scorecard, total", columns, rows=1, total=True)


def _premium(case: Case, section: Premium) -> Fields:
    maximum, note = Link(figure(section.maximum)), case.figures[section.maximum].label
    premium = formulas.PREMIUM
    return Fields(
        "From the answers to the premium",
        (
            Field("mean", "Weighted mean of the answers", formulas.MEAN, "score", precise=True),
            Field("score", "Score of the business, from −1 to +1", formulas.SCORE, "score", addin=True, precise=True),
            Field("maximum", "Premium that the best score earns", maximum, "rate", note=note, precise=True),
            Field("premium", "Premium that this score earns", premium, "rate", addin=True, strong=True, precise=True),
        ),
    )


def _value(case: Case, section: Premium) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    metric, base = case.figures[section.metric].label, case.figures[section.base_multiple].label
    multiple, best_multiple = formulas.multiple("premium.premium"), formulas.multiple("premium.maximum")
    plain, best = formulas.value("premium.base_multiple"), formulas.value("premium.best_multiple")
    value, converted = formulas.value("premium.multiple"), reporting(case, "premium.value") if second else None
    without_premium, with_premium, with_best = valued(section)
    return Fields(
        "From the premium to the value",
        (
            Field("base_multiple", base, Link(figure(section.base_multiple)), "×", precise=True),
            Field("multiple", "Multiple with the premium", multiple, "×", addin=True, strong=True, precise=True),
            Field("best_multiple", "Multiple with the best score", best_multiple, "×", precise=True),
            Field("metric", metric, local(case, section.metric), money),
            Field("plain", without_premium, plain, money),
            Field("value", with_premium, value, money, "Premium_Equity", addin=True, strong=True),
            Field("low", "The lower of the two", formulas.LOW, money),
            Field("best", with_best, best, money),
            *((Field("value_reporting", with_premium, converted, second, strong=True),) if second else ()),
        ),
    )


def _checks(section: Premium) -> tuple[Check, ...]:
    whole, foots, on_scale = make_whole("questions.weight"), formulas.FOOTS, formulas.ON_SCALE
    return present(
        Check("weights_sum", "Weights of the questions sum to 100%", whole, "fail", "questions.weight"),
        Check("premium_foots", "The premiums of the answers make the premium", foots, "fail", "premium.premium"),
        Check("scores_on_scale", "Every answer is on the scale", on_scale, "fail", "questions.score"),
        between() if section.floors else None,
    )
