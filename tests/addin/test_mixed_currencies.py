"""Amounts of one call: those of the arguments of a method and of its values count as those of any function."""

from typing import Any

import pytest

from in_cell import call
from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import example

MONEY = ("money", "money per user", "money per share")
DOLLARS: list[list[object]] = [["metrics", "US$800m", "US$200m"], ["multiples", 2.0, 3.0]]
YUAN: list[list[object]] = [["metrics", "CNY 800m", "CNY 200m"], ["multiples", 2.0, 3.0]]
ENDS: list[list[object]] = [["metrics", 7e8, 1e8]]
HIGHS: list[list[object]] = [["metrics", "CNY 900m", 3e8]]


def with_two_currencies() -> list[Entry]:
    """Methods that give one number and take at least two amounts of money in their example."""
    found = []
    for entry in CATALOGUE.values():
        money = [each.name for each in entry.parameters if each.kind.unit in MONEY and each.kind.numeric]
        if entry.result.shape == "number" and len([name for name in money if name in example(entry)]) > 1:
            found.append(entry)
    return found


@pytest.mark.parametrize("entry", with_two_currencies(), ids=lambda entry: entry.name)
def test_two_currencies_among_the_arguments_of_a_method_are_refused_with_both_named(entry: Entry) -> None:
    block: list[list[object]] = []
    currencies = ["USD", "CNY"]
    for parameter in entry.parameters:
        if parameter.name not in example(entry):
            continue
        given = example(entry)[parameter.name]
        cells = [*given] if isinstance(given, list) else [given]
        if parameter.kind.unit in MONEY and parameter.kind.numeric and currencies:
            cells[0] = f"{currencies.pop(0)} {cells[0]}"
        block.append([parameter.name, *cells])
    width = max(map(len, block))
    block = [row + [None] * (width - len(row)) for row in block]
    shown = str(call("why_moved", entry.excel_name, block, block))
    assert shown.startswith("#N/A old_arguments, ")
    assert "is in USD" in shown
    assert "is in CNY" in shown


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (("sensitivity", "SOTP_VALUE", DOLLARS, "net_debt", "CNY 100m", "discount", 0.1), "row_values"),
        (("sensitivity", "SOTP_VALUE", DOLLARS, "discount", 0.1, "net_debt", "CNY 100m"), "column_values"),
        (("solve_for", "SOTP_VALUE", DOLLARS, "multiples[1]", "CNY 3bn"), "target"),
        (("solve_for", "SOTP_VALUE", DOLLARS, "net_debt", 1e9, "CNY 1", 1e9), "low"),
        (("tornado", "SOTP_VALUE", DOLLARS, ENDS, HIGHS), "highs, metrics"),
        (("simulate", "SOTP_VALUE", DOLLARS, ENDS, HIGHS), "highs, metrics"),
        (("simulate", "SOTP_VALUE", DOLLARS, ENDS, ENDS, 100.0, 1.0, "above:CNY 100m"), "statistic"),
        (("why_moved", "SOTP_VALUE", DOLLARS, YUAN), "new_arguments, metrics"),
    ],
)
def test_two_currencies_in_an_analysis(formula: tuple[Any, ...], shown: str) -> None:
    found = call(*formula)
    assert found.startswith(f"#N/A {shown}: 'CNY ")
    assert "'US$800m' of " in found


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (("sensitivity", "SOTP_VALUE", DOLLARS, "net_debt", "5%", "discount", 0.1), "row_values: '5%' is a perc"),
        (
            ("sensitivity", "SOTP_VALUE", DOLLARS, "discount", 0.1, "multiples[2]", "5亿"),
            "column_values: '5亿' is an a",
        ),
        (("solve_for", "SOTP_VALUE", DOLLARS, "multiples[1]", "12%"), "target: '12%' is a percentage"),
        (("solve_for", "SOTP_VALUE", DOLLARS, "stakes", 1e9, "5亿"), "low: '5亿' is an amount"),
        (
            ("solve_for", "CAGR", [["first", 100.0], ["years", 2.0]], "years", 0.1, 1.0, "5%"),
            "high: '5%' is a percentage",
        ),
    ],
)
def test_a_text_of_another_kind_than_the_argument_that_varies(formula: tuple[Any, ...], shown: str) -> None:
    assert call(*formula).startswith(f"#VALUE! {shown}")


def test_values_are_read_as_the_argument_that_varies_is() -> None:
    rows = call("sensitivity", "SOTP_VALUE", DOLLARS, "multiples[2]", "4x", "discount", "10%")
    assert rows[1] == [4.0, (800e6 * 2 + 200e6 * 4) * 0.9]
    assert call("solve_for", "IMPLIED_DISCOUNT", [["net_asset_value", 4000.0]], "market_value", "25%") == 3000


def test_amounts_of_a_method_are_brought_to_the_unit_that_they_are_in() -> None:
    # 100 亿元 at 6.3 is 1.587 billion dollars, however it is written.
    block = [["value", "100亿元"], ["from_unit", "亿元"], ["to_unit", "USD bn"]]
    rows = call("sensitivity", "CONVERT_AMOUNT", block, "fx", 6.3, "value", [["100亿元", 100.0]])
    assert rows[1][1:] == pytest.approx([100 / 63, 100 / 63])
    rows = call("tornado", "CONVERT_AMOUNT", [*block, ["fx", 6.3]], [["value", "90亿元"]], [["value", 110.0]])
    assert rows[1][3:5] == pytest.approx([90 / 63, 110 / 63])
