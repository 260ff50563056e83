"""The football field: what stands behind its bars."""

from pathlib import Path

import pytest

import ironcalc_engine
from built import column, place
from libreoffice import Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.case.model import Case, Figure
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook


def indebted(debt: float) -> Case:
    """Xiaomi in 2018 with net debt (its parts are worth 2,518, 4,031.2 and 4,273 亿元)."""
    case = bundled("xiaomi_2018")
    assert case.segments
    figure: Figure = case.figures["phones_2017"].model_copy(update={"label": "Net debt", "value": debt})
    segments = case.segments.model_copy(update={"net_debt": "debt"})
    return case.model_copy(update={"figures": case.figures | {"debt": figure}, "segments": segments})


def first_bar(values: Values, book: LaidBook) -> list[object]:
    names = ("low", "base", "high", "low_text", "high_text")
    return [column(values, book, f"field.{name}")[0] for name in names]


@pytest.mark.parametrize(
    ("debt", "bar"),
    [
        (0.0, [2518.0, 4031.2, 4273.0, "2,518 ", " 4,273"]),
        (3000.0, [0.0, 1031.2, 1273.0, " ", " (482) – 1,273"]),
        (4100.0, [0.0, 0.0, 173.0, " ", " (1,582) – 173"]),
        (5000.0, [0.0, 0.0, 0.0, " ", " (2,482) – (727)"]),
    ],
)
def test_a_bar_from_below_nothing_begins_where_the_axis_does_and_says_from_where(
    debt: float, bar: list[object], tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    book, data = workbook_bytes(indebted(debt))
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    assert first_bar(values, book) == [pytest.approx(each) if isinstance(each, float) else each for each in bar]
    assert at(values, *place(book, "methods.low")) == pytest.approx((2518 - debt) * 1e8)


@pytest.mark.parametrize(
    ("price", "texts"),
    [
        (None, {"P/S": (" ", " 573 – 4,355"), "IPO range": ("3,825 ", " 5,419"), "P/E": (" ", " 972")}),
        ("round_2014", {"P/S": (" ", " 573 – 4,355"), "IPO range": (" ", " 3,825 – 5,419")}),
    ],
)
def test_a_low_stands_on_the_left_where_neither_a_name_nor_the_line_of_the_price_is_in_its_way(
    price: str | None, texts: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    # Eleven bars to 13,861: a low needs 1,260 to its left. From the price of 2,868.75 to 3,825 there are 956.
    path, case = tmp_path / "book.xlsx", bundled("xiaomi_2018")
    company = case.company.model_copy(update={"price": price})
    book, data = workbook_bytes(case.model_copy(update={"company": company}))
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    names, lows, highs = (column(values, book, f"field.{name}") for name in ("label", "low_text", "high_text"))
    shown = dict(zip(names, zip(lows, highs, strict=True), strict=True))
    assert {name: shown[name] for name in texts} == texts
    assert shown["Sum of the parts"] == ("2,518 ", " 4,273")
