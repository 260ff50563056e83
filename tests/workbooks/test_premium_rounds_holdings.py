"""The sheets of the scorecard, of rounds and of holdings: by hand, against the core, and with parts left out."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from built import cell
from valuation.funding import funding_table
from workbooks.build import BuildError, workbook_bytes
from workbooks.case.holdings import Benchmark, Holding
from workbooks.case.model import Bound, Case, Figure, Reference
from workbooks.case.reading import bundled
from workbooks.sheets.contents import sheets

CASE = bundled("xiaomi_2018")
ROUNDS = bundled("xiaomi_2019")
FINANCE = bundled("xiaomi_finance_2016")


def with_values(case: Case, values: Mapping[str, float]) -> Case:
    """A case with other values of some figures."""
    figures = {name: case.figures[name].model_copy(update={"value": value}) for name, value in values.items()}
    return case.model_copy(update={"figures": case.figures | figures})


def with_section(case: Case, section: str, **changes: object) -> Case:
    """A case with a section changed."""
    return case.model_copy(update={section: getattr(case, section).model_copy(update=changes)})


def with_figure(case: Case, name: str, value: float, unit: str) -> Case:
    """A case with one figure more."""
    added = Figure(label=name, value=value, unit=unit, as_of="2016", source="derived")
    return case.model_copy(update={"figures": case.figures | {name: added}})


def said(case: Case, *references: str) -> list[Any]:
    """What the core says for some fields; building the workbook proves that its cells say the same."""
    book, _ = workbook_bytes(case)
    return [cell(book, reference).content for reference in references]


def column(case: Case, reference: str) -> list[Any]:
    book, _ = workbook_bytes(case)
    return [cell(book, reference, item).content for item in range(book.addresses[reference].count)]


# --- premium --------------------------------------------------------------------------------------

QUESTIONS = [question.score for question in CASE.premium.questions] if CASE.premium else []
VALUES = ("premium.score", "premium.premium", "premium.multiple", "premium.value_reporting")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (3.0, [0.0, 0.0, 18.0, 270e8]),  # nothing better or worse than Apple: 15 × 18
        (5.0, [1.0, 1.0, 36.0, 540e8]),  # the article's own doubling
        (1.5, [-0.75, -0.75, 4.5, 67.5e8]),
        (2.0, [-0.5, -0.5, 9.0, 135e8]),
    ],
)
def test_a_score_earns_its_premium(score: float, expected: list[float]) -> None:
    case = with_values(CASE, dict.fromkeys(QUESTIONS, score))
    low = with_section(case, "premium", floors=(), ceilings=())
    assert said(low, *VALUES) == pytest.approx(expected)


def test_a_discount_is_the_low_end_of_the_method() -> None:
    case = with_section(with_values(CASE, dict.fromkeys(QUESTIONS, 2.0)), "premium", floors=(), ceilings=())
    book, _ = workbook_bytes(case)
    labels = [cell(book, "methods.label", item).content for item in range(book.addresses["methods.label"].count)]
    row = labels.index("Apple's P/E with a premium")
    low, base, high = (cell(book, f"methods.{which}", row).content for which in ("low", "base", "high"))
    assert [low, base, high] == pytest.approx([135e8 * 6.375, 135e8 * 6.375, 540e8 * 6.375])


def test_questions_count_by_their_weight_and_their_premiums_add_up() -> None:
    weights = {name.replace("score", "weight"): 0.0 for name in QUESTIONS}
    weights |= {QUESTIONS[0].replace("score", "weight"): 0.25, QUESTIONS[2].replace("score", "weight"): 0.75}
    case = with_values(CASE, weights)  # answers 3 and 4: a quarter of 0 and three quarters of a half
    assert said(case, "premium.score") == pytest.approx([0.375])
    earned = column(case, "questions.earned")
    assert earned == pytest.approx([0.0, 0.0, 0.375, 0.0, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.slow
def test_a_value_is_placed_between_companies() -> None:
    assert said(CASE, "premium.bracket") == ["within"]
    assert said(with_values(CASE, {"premium.tencent_itself.value": 300.0}), "premium.bracket") == ["above ceiling"]
    assert said(with_values(CASE, dict.fromkeys(QUESTIONS, 2.5)), "premium.bracket") == ["below floor"]
    with pytest.raises(BuildError, match=r"Premium, .*: the highest floor, .* is above the lowest ceiling"):
        workbook_bytes(with_values(CASE, {"premium.tencent_itself.value": 200.0}))


def test_a_bound_may_be_a_value_or_a_multiple() -> None:
    bounds = (
        Bound(name="Small", why="small", value="revenue_2017"),
        Bound(name="Other", why="other", multiple="haier_ps"),
    )
    assert column(with_section(CASE, "premium", floors=bounds), "floors.value") == pytest.approx([1146e8, 15e8 * 6.375])


def test_prices_are_held_against_the_band() -> None:
    # The value is 303.75 亿 USD: half as much again is 455.6, a half less 151.9.
    case = with_values(
        CASE, {"premium.band": 0.5, "company.price": 450.0, "references.1.low": 100.0, "references.1.high": 120.0}
    )
    case = case.model_copy(
        update={
            "references": (*case.references, Reference(label="Both", low="references.1.low", high="references.3.high"))
        }
    )
    assert column(case, "prices.verdict") == [
        *("within", "below", "above", "partly within", "above", "above", "above", "partly within"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "without"),
    [
        ({"floors": (), "ceilings": ()}, {"floors", "ceilings", "Between floor and ceiling"}),
        ({"band": None}, {"Price band around value"}),
    ],
)
def test_parts_of_a_scorecard_without_figures_are_left_out(changes: Mapping[str, object], without: set[str]) -> None:
    def blocks(case: Case) -> set[str]:
        page = next(sheet for sheet in sheets(case) if sheet.id == "premium")
        return {str(getattr(block, "id", "") or block.title) for block in page.blocks}

    case = with_section(CASE, "premium", **changes)
    assert blocks(CASE) - blocks(case) == without
    workbook_bytes(case)


def test_without_a_price_nothing_is_held_against_the_value() -> None:
    case = CASE.model_copy(update={"references": (), "company": CASE.company.model_copy(update={"price": None})})
    assert "prices.label" not in workbook_bytes(case)[0].addresses


# --- rounds ---------------------------------------------------------------------------------------


def test_the_rounds_are_the_funding_table() -> None:
    dates = [
        dt.date(2010, 12, 31),
        dt.date(2011, 12, 31),
        dt.date(2012, 6, 30),
        dt.date(2013, 8, 31),
        dt.date(2014, 12, 31),
    ]
    _, *rows = funding_table(dates, [250e6, 1e9, 4e9, 10e9, 45e9], [41e6, 90e6, 216e6, np.nan, np.nan])
    book, _ = workbook_bytes(ROUNDS)
    for item, (date, *numbers) in enumerate(rows):
        assert cell(book, "rounds.date", item).content == (date - dt.date(1899, 12, 30)).days
        found = [cell(book, f"rounds.{c}", item).content for c in ("valuation", "raised", "stake", "step_up", "growth")]
        assert found == ["–" if number is None else pytest.approx(number, rel=1e-12) for number in numbers]


def test_rounds_in_the_local_currency_stay_in_it() -> None:
    assert ROUNDS.funding
    units = {name: f.model_copy(update={"unit": "CNY m"}) for name, f in ROUNDS.figures.items() if f.unit == "USD m"}
    case = ROUNDS.model_copy(update={"figures": ROUNDS.figures | units})
    book, _ = workbook_bytes(case)
    assert cell(book, "rounds.valuation").content == 250e6
    assert cell(book, "funding_shown.value").content == 250  # in millions, as one amount is below a billion
    assert cell(book, "rounds.valuation").unit == "CNY m"
    assert said(case, "funding.step_up") == said(ROUNDS, "funding.step_up") == [180.0]


def test_rounds_in_two_currencies_are_brought_into_one() -> None:
    assert ROUNDS.funding
    yuan = ROUNDS.figures["funding.december_2011.valuation"].model_copy(update={"unit": "CNY m"})
    case = ROUNDS.model_copy(update={"figures": ROUNDS.figures | {"funding.december_2011.valuation": yuan}})
    assert column(case, "rounds.valuation")[:2] == pytest.approx([250e6 * 6.87, 1e9])
    assert column(case, "rounds.raised")[:2] == pytest.approx([41e6 * 6.87, 90e6 * 6.87])


def test_the_axis_of_years_begins_a_year_at_its_first_day() -> None:
    days = {
        "funding.end_of_2010.date": 40544.0,
        "funding.december_2011.date": 40909.0,
        "funding.june_2012.date": 41091.0,
    }  # 1 January 2011 and 2012, 1 July 2012
    years = column(with_values(ROUNDS, days), "funding_shown.year")
    assert years[:3] == [2011.0, 2012.0, pytest.approx(2012 + 182 / 366)]


def test_labels_round_as_people_do() -> None:
    shown = column(with_values(ROUNDS, {"funding.december_2011.valuation": 1125.0}), "funding_shown.shown")
    names, values = zip(*(text.strip().split(": ") for text in shown), strict=True)
    assert names == ("End of 2010", "December 2011", "June 2012", "August 2013", "December 2014")
    assert values == ("250", "1,125 (4.5×)", "4,000 (3.6×)", "10,000 (2.5×)", "45,000 (4.5×)")


# --- holdings -------------------------------------------------------------------------------------


def followed() -> Case:
    """The finance arm, had the article told what the leader in payments is worth: 1,800 亿元, 400 yuan an account."""
    assert FINANCE.holdings
    case = with_figure(FINANCE, "leader_value", 1800.0, "亿元")
    bank, payments, platform = FINANCE.holdings.stakes
    worth = Benchmark(
        name="Leader, value per account",
        amount="leader_value",
        units="holdings.leader_in_payments_volume_per_account.units",
        own="holdings.leader_in_payments_volume_per_account.own",
        value=True,
    )
    by_leader = payments.model_copy(update={"benchmark": worth.name})
    return with_section(
        case, "holdings", stakes=(bank, by_leader, platform), benchmarks=(*FINANCE.holdings.benchmarks, worth)
    )


def test_a_stake_by_the_leaders_value_less_the_followers_discount() -> None:
    case = followed()
    # 1.5 亿 accounts × 400 yuan × 50 % = 300 亿元, of which 65 %.
    assert column(case, "holdings_of.whole") == pytest.approx([30e8, 300e8])
    assert column(case, "holdings_of.value") == pytest.approx([8.85e8, 195e8])
    assert column(case, "holdings_of.share") == pytest.approx([8.85 / 203.85, 195 / 203.85])
    assert said(case, "holdings.value", "holdings.value_reporting") == pytest.approx([203.85e8, 203.85e8 / 6.5])
    assert column(case, "followers.what") == [
        "a volume, not a value",
        "a value",
    ]
    assert column(with_values(case, {"holdings.followers_discount": 0.0}), "holdings_of.whole") == pytest.approx(
        [30e8, 600e8]
    )


def test_money_may_be_the_unit() -> None:
    assert FINANCE.holdings
    case = with_figure(followed(), "own_lending", 50.0, "亿元")
    per_yuan = Benchmark(
        name="Leader, value per yuan lent",
        amount="leader_value",
        units="holdings.crowdfunding_peer_raised_per_company.amount",
        own="own_lending",
    )
    case = with_section(case, "holdings", benchmarks=(*case.holdings.benchmarks, per_yuan) if case.holdings else ())
    book, _ = workbook_bytes(case)
    each = cell(book, "leaders.each", 4)
    assert each.content == pytest.approx(1800 / 11)
    assert each.unit == "×"
    assert cell(book, "followers.gives", 2).content == pytest.approx(50e8 * 1800 / 11 / 2)


def test_a_holding_discount_is_taken_on_the_whole() -> None:
    case = with_section(
        with_figure(followed(), "holding_discount", 0.2, "share"), "holdings", discount="holding_discount"
    )
    assert said(case, "holdings.gross", "holdings.value") == pytest.approx([203.85e8, 163.08e8])


def test_holdings_are_varied_by_stake_and_by_discount() -> None:
    case = with_section(
        with_figure(followed(), "holding_discount", 0.2, "share"), "holdings", discount="holding_discount"
    )
    # 163.08 is 80 % of 8.85 and 195: a tenth of 8.85 is 0.708 of it, of 195 it is 15.6; 2 % of 203.85 are 4.077.
    assert column(case, "holdings_swings.at_low") == pytest.approx([162.372e8, 147.48e8, 167.157e8])
    assert column(case, "holdings_swings.at_high") == pytest.approx([163.788e8, 178.68e8, 159.003e8])
    assert column(case, "holdings_grid_1.down") == pytest.approx([240e8, 270e8, 300e8, 330e8, 360e8])
    assert "holdings_swings.swing" not in workbook_bytes(FINANCE)[0].addresses  # one stake varies as itself


def test_stakes_without_a_value_are_listed_and_left_out() -> None:
    assert FINANCE.holdings
    assert column(FINANCE, "holdings_without.name") == ["Payment company", "Crowdfunding platform"]
    assert column(FINANCE, "holdings_without.stake") == [0.65, "not given"]
    assert said(FINANCE, "holdings.valued", "holdings.without", "checks.master") == [1.0, 2.0, "OK, 2 warnings"]
    none = tuple(Holding.model_validate({"name": held.name, "basis": "its value"}) for held in FINANCE.holdings.stakes)
    book, _ = workbook_bytes(with_section(FINANCE, "holdings", stakes=none))
    assert "holdings.value" not in book.addresses


def test_a_missing_stake_is_not_assumed() -> None:
    """The article of 2019 gives the book value of what is held, and no stake."""
    assert [column(ROUNDS, f"holdings_of.{what}") for what in ("whole", "stake")] == [["not given"], ["not given"]]
    assert column(ROUNDS, "holdings_of.value") == [287e8]
    assert ROUNDS.holdings
    (held,) = ROUNDS.holdings.stakes
    half = held.model_copy(update={"name": "Half", "stake": "half"})
    case = with_section(with_figure(ROUNDS, "half", 0.5, "share"), "holdings", stakes=(held, half))
    assert column(case, "holdings_of.value") == [287e8, 143.5e8]
    assert said(case, "holdings.gross", "holdings.value") == [430.5e8, 430.5e8]


def test_holdings_that_are_the_company_are_its_value() -> None:
    assert column(FINANCE, "methods.label") == ["Holdings"]
    assert column(FINANCE, "methods.base") == [8.85e8]
    assert said(ROUNDS, "summary.holdings_value") == [287e8]  # a part of the company: a key result, and no method


def test_a_summary_without_methods_shows_what_there_is() -> None:
    book, _ = workbook_bytes(ROUNDS)
    summary = book.sheets[0]
    assert (
        summary.sheet.answers == "What do the figures of the case show? None of its methods values the whole company."
    )
    assert "methods.label" not in book.addresses
    assert [chart.kind for chart, _ in summary.charts] == ["timeline"]
    results = ("last", "step_up", "growth")
    assert said(ROUNDS, *(f"summary.funding_{r}" for r in results)) == said(ROUNDS, *(f"funding.{r}" for r in results))
