"""Inputs that people reported, one a line: the right value worked by hand, or an error that says what would do."""

from typing import Any

import pytest

from addin.binding import bind
from addin.cells import error_text
from valuation.catalogue import CATALOGUE

VALUES, SHARES = ["values", 20.0, 57.0], ["weights", 0.5, 0.5]
DRIVERS: list[list[Any]] = [
    ["revenue", 100.0],
    ["growth", 0.0],
    ["ebitda_margin", 0.2],
    ["depreciation", 0.0],
    ["tax_rate", 0.0],
    ["capex", 0.0],
    ["working_capital", 0.0],
    ["wacc", 0.0],
    ["exit_multiple", 5.0],
]

REFUSED: list[tuple[tuple[Any, ...], str, tuple[str, ...]]] = [
    (("RECONCILE", "100亿元", "US$100亿"), "#N/A recomputed", ("CNY", "USD", "CONVERT_AMOUNT")),
    (("FOOTS", "US$30bn", [["10bn", "CNY 20bn"]]), "#N/A parts", ("CNY 20bn", "USD")),
    (("FORMAT_AMOUNT", "US$5bn", "亿元"), "#N/A value", ("USD", "CNY")),
    (("PRESENT_VALUE", 144.0, "5亿", 2.0), "#VALUE! rate", ("5亿", "0.25")),
    (("PEER_MULTIPLE", [["US$5", 6.0]]), "#VALUE! multiples row 1", ("US$5", "12.5")),
    (("EQUITY_FROM_EV", 1500.0, [[None]]), "#N/A net_debt", ("blank", "leave the argument out")),
    (("SOTP_VALUE", [[100.0]], [[2.0]], 60.0), "#NUM! stakes", ("60", "0.25")),
    (("SOTP_VALUE", [[100.0]], [[2.0]], 1.0, 0.0, 20.0), "#NUM! discount", ("20", "0.2")),
    (("WACC", 100.0, 50.0, 0.1, 0.05, 25.0), "#NUM! tax", ("25", "0.25")),
    (("PER_SHARE", 1125.0, -250.0), "#NUM! shares", ("-250", "at least 0")),
    (("PER_USER_VALUE", 1.5, 21.0, 0.1, 99.0, 13.0, -6.3), "#NUM! fx", ("-6.3", "at least 0")),
    (("DILUTED_SHARES", 100.0, [[10.0]], [[5.0]], -10.0), "#NUM! price", ("-10", "at least 0")),
    (("SOLVE_FOR", "BLEND", [VALUES, SHARES], "weights[1]", 30.0), "#NUM!", ("weights", "in proportion")),
    (("SIMULATE", "BLEND", [VALUES, SHARES], [["weights", 0.4, None]], [["weights", 0.6, None]]), "#NUM!",
     ("weights", "in proportion")),
    (("FORWARD_VALUE", 100.0, 0.1, 3.0, 10.0, None, [[0.1, 0.2]]), "#N/A mix", ("2 margins",)),
    (("GORDON_VALUE", 100.0, 0.05, 0.06), "#NUM! growth", ("below the rate",)),
    (("IMPLIED_PERPETUAL_GROWTH", -100.0, 10.0, 0.1), "#NUM! ev", ("at least 0",)),
    (("IMPLIED_GROWTH", -100.0, 10.0, 5.0, 3.0), "#NUM! target", ("at least 0",)),
    (("CAGR", 1.0, 2.0, 0.0), "#NUM! years", ("above 0",)),
    (("SCENARIO_PICK", 4.0, [[1.0, 2.0, 3.0]]), "#NUM! selector", ("1 to 3",)),
    (("ROUND_STAKE", 40.0, 30.0), "#NUM! raised", ("post_money",)),
]  # fmt: skip

ANSWERED: list[tuple[tuple[Any, ...], float]] = [
    (("PEER_MULTIPLE", [[1e308, 1.7e308, 1.5e308]], "mean"), 1.4e308),  # 4.2 ÷ 3
    (("SOLVE_FOR", "DRIVER_DCF", DRIVERS, "years", 240.0), 7.0),  # 20 a year, and 5 × 20 at the end
    (("AMOUNT", "3亿5,000万"), 350_000_000.0),
    (("AMOUNT", "3亿5000萬港元"), 350_000_000.0),
    (("AMOUNT", "人民币1146亿元"), 114_600_000_000.0),
    (("AMOUNT", "5亿元人民币"), 500_000_000.0),
    (("AMOUNT", "1.2萬億"), 1_200_000_000_000.0),
    (("AMOUNT", "₹1,23,45,678"), 12_345_678.0),
    (("AMOUNT", "₹2 lakh crore"), 2_000_000_000_000.0),  # 200,000 × 10,000,000
    (("AMOUNT", "€ 3,5 Mrd"), 3_500_000_000.0),
    (("AMOUNT", "1.234,5 Mio. €"), 1_234_500_000.0),
    (("AMOUNT", "1兆円"), 1_000_000_000_000.0),
    (("AMOUNT", "3兆5000億円"), 3_500_000_000_000.0),
    (("AMOUNT", "3조 5000억 원"), 3_500_000_000_000.0),
    (("AMOUNT", "5천만원"), 50_000_000.0),
    (("AMOUNT", "$(5.2)bn"), -5_200_000_000.0),
    (("AMOUNT", "5亿股"), 500_000_000.0),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "begins", "says"), REFUSED)
def test_a_refusal_names_the_argument_and_what_would_do(
    formula: tuple[Any, ...], begins: str, says: tuple[str, ...]
) -> None:
    name, *cells = formula
    shown = str(bind(CATALOGUE[name.lower()], error_text)(*cells))
    assert shown.startswith(begins), shown
    for words in says:
        assert words in shown


@pytest.mark.parametrize(("formula", "value"), ANSWERED)
def test_the_right_value(formula: tuple[Any, ...], value: float) -> None:
    name, *cells = formula
    assert bind(CATALOGUE[name.lower()], error_text)(*cells) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["1兆", "5兆元", "1.234 Mio", "1,234 Mrd. €", "12,34", "1.5亿万"])
def test_an_amount_that_may_mean_two_things_is_refused(text: str) -> None:
    assert str(bind(CATALOGUE["amount"], error_text)(text)).startswith("#VALUE!")


def test_a_blank_in_a_range_names_its_argument() -> None:
    cells = bind(CATALOGUE["equity_from_ev"], error_text)([[1500.0, 1600.0]], [[None, 200.0]])
    assert cells == [["#N/A net_debt: a required cell is blank", 1400.0]]


@pytest.mark.parametrize("method", ["TORNADO", "SENSITIVITY"])
def test_one_weight_alone_cannot_vary(method: str) -> None:
    entry = CATALOGUE[method.lower()]
    ends = (
        ([["weights[1]", 0.4]], [["weights[1]", 0.6]])
        if method == "TORNADO"
        else ("weights[1]", [[0.4, 0.6]], "values[1]", [[20.0, 30.0]])
    )
    assert "in proportion" in str(bind(entry, error_text)("BLEND", [VALUES, SHARES], *ends))
