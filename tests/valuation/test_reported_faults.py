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
    (("USER_LIFETIME_VALUE", 100.0, 0.8, 0.12, [[None]]), "#N/A years", ("blank", "leave the argument out")),
    (("PER_USER_VALUE", 1.5, 21.0, 0.1, 99.0, 13.0, [[None]]), "#N/A fx", ("blank", "leave the argument out")),
    (("SOTP_VALUE", [[100.0]], [[2.0]], 60.0), "#NUM! stakes", ("60", "0.25")),
    (("SOTP_VALUE", [[100.0]], [[2.0]], 1.0, 0.0, 20.0), "#NUM! discount", ("20", "0.2")),
    (("HOLDINGS_VALUE", [[100.0]], [[60.0]]), "#NUM! stakes", ("60", "0.25")),
    (("HOLDINGS_VALUE", [[100.0]], [[0.5]], 20.0), "#NUM! discount", ("20", "0.2")),
    (("DRIVER_DCF", 100.0, 0.05, 0.2, 0.05, 25.0, 0.04, 0.02, 0.1), "#NUM! tax_rate", ("25", "0.25")),
    (("PRICE_TO_VALUE", 450.0, -10.0), "#N/A n.m.", ()),
    (("IMPLIED_DISCOUNT", -4000.0, 3000.0), "#N/A n.m.", ()),
    (("ATTRIBUTED_VALUE", 1600.0, 75.0, -100.0), "#N/A n.m.", ()),
    (("ANNUALIZE", 60.0, -50.0, 120.0), "#N/A n.m.", ()),
    (("ARPU", 100.0, -5.0), "#NUM! users", ("-5", "at least 0")),
    (("ACQUISITION_COST", 100.0, -5.0), "#NUM! additions", ("-5", "at least 0")),
    (("CONVERT_AMOUNT", 100.0, "USD", "CNY", -6.3), "#NUM! fx", ("-6.3", "at least 0")),
    (("REGRESSION_MULTIPLE", [[1.0, 2.0, 4.0]], [[0.1, 0.1 + 2**-56, 0.1]], 0.2), "#DIV/0!", ("denominator",)),
    (("CAGR", 1e-308, 1e308, 1.0), "#NUM!", ("too large",)),
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
    (("CONVERT_AMOUNT", "100亿元", "亿元", "USD bn", 6.3), 10 / 6.3),  # 10 billion yuan
    (("AMOUNT", "250 GBp", "GBP"), 2.5),
    (("AMOUNT", "250 ZAc", "ZAR"), 2.5),
    (("AMOUNT", "250 ILA", "ILS"), 2.5),
    (("EQUITY_FROM_EV", 1500.0), 1500.0),  # left out, and not an empty cell
    (("USER_LIFETIME_VALUE", 100.0, 0.8, 0.12), 250.0),  # 80 ÷ 0.32, for ever
    (("SOTP_VALUE", [[500.0, 2000.0, -300.0]], [[9.0, 1.0, 9.0]], 1.0, 12000.0, 0.2), -8200.0),  # 3,800 − 12,000
    (("SOTP_VALUE", [[500.0, 2000.0, -300.0]], [[9.0, 1.0, 9.0]], 1.0, 12000.0), -8200.0),
    (("FOOTS", 0.0, [[0.1, 0.2, -0.3]]), True),
    (("REGRESSION_MULTIPLE", [[2.0, 4.0, 6.0]], [[1e154, 2e154, 3e154]], 2e154), 4.0),  # a line through the origin
    (("CAGR", 1e-308, 1e308, 2.0), 1e308),  # 10^616 ^ ½
    (("CAGR", 1e-308, 1e308, 616.0), 9.0),  # 616 powers of ten in 616 years
    (("PEER_MULTIPLE", [["NMF", "NM", "亏损", "-", "—", "12.5x", 6.0]]), 9.25),  # of 12.5 and 6
    (("XIRR_OF_FLOWS", [[-100.0, 110.0]], [["2010/12/31", "2011年12月31日"]]), 0.1),  # 365 days
    (("AMOUNT", "5亿元人民币"), 500_000_000.0),
    (("AMOUNT", "港幣5億元"), 500_000_000.0),
    (("AMOUNT", "HK$5億元"), 500_000_000.0),
    (("AMOUNT", "500百萬"), 500_000_000.0),
    (("AMOUNT", "3千萬"), 30_000_000.0),
    (("AMOUNT", "歐元5億"), 500_000_000.0),
    (("AMOUNT", "5億日圓"), 500_000_000.0),
    (("AMOUNT", "新臺幣5億"), 500_000_000.0),
    (("AMOUNT", "5億美金"), 500_000_000.0),
    (("AMOUNT", "3亿5000万"), 350_000_000.0),
    (("AMOUNT", "₹3.5 lakh"), 350_000.0),
    (("AMOUNT", "₹3 crore"), 30_000_000.0),
    (("AMOUNT", "5 Mio"), 5_000_000.0),
    (("AMOUNT", "5 Mrd"), 5_000_000_000.0),
    (("AMOUNT", "2.5T"), 2_500_000_000_000.0),
    (("AMOUNT", "$4.2B"), 4_200_000_000.0),
    (("AMOUNT", "5亿美元"), 500_000_000.0),
    (("AMOUNT", "3亿5,000万"), 350_000_000.0),
    (("AMOUNT", "3亿5000萬港元"), 350_000_000.0),
    (("AMOUNT", "人民币1146亿元"), 114_600_000_000.0),
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
def test_the_stored_value_is_right(formula: tuple[Any, ...], value: float) -> None:
    name, *cells = formula
    assert bind(CATALOGUE[name.lower()], error_text)(*cells) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["1兆", "5兆元", "1.234 Mio", "1,234 Mrd. €", "12,34", "1.5亿万", "5 bio", "5 Bio. €", "bio 5"]
)
def test_an_ambiguous_amount_is_refused(text: str) -> None:
    assert str(bind(CATALOGUE["amount"], error_text)(text)).startswith("#VALUE!")


PARTS = [["metrics", 1.0, 1.0, 1.0, 1.0, 1.0], ["multiples", 2.0, 2.0, 2.0, 2.0, 2.0]]
ENDS = [[["multiples", 1.0, 1.0, 1.0, 1.0, 1.0]], [["multiples", 3.0, 3.0, 3.0, 3.0, 3.0]]]


@pytest.mark.parametrize(("correlation", "refused"), [(1.0, False), (-0.25, False), (-0.26, True), (1.1, True)])
def test_correlations_hold_together_where_no_eigenvalue_is_negative(correlation: float, *, refused: bool) -> None:
    # Five at −1⁄4 are singular, the least eigenvalue 1 − 4⁄4; all at 1 are the same number five times.
    matrix = [[1.0 if row == column else correlation for column in range(5)] for row in range(5)]
    drawn = bind(CATALOGUE["simulate"], error_text)("SOTP_VALUE", PARTS, *ENDS, 1000.0, 1.0, "quantiles", matrix)
    assert ("correlation" in str(drawn)) is refused


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
