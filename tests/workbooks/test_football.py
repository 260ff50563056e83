"""The football field: what stands behind its bars."""

from pathlib import Path

import pytest

import ironcalc_engine
from built import Workbook, column, place
from company_cases import case_of, example, valued
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.case.model import Case, Figure
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook


def indebted(debt: float) -> Case:
    """Xiaomi in 2018 with net debt (its parts are worth 2,518, 4,031.2 and 4,273 亿元)."""
    case = bundled("xiaomi_2018")
    assert case.segments
    figure: Figure = case.figures["segments.phones.metric"].model_copy(update={"label": "Net debt", "value": debt})
    segments = case.segments.model_copy(update={"net_debt": "debt"})
    return case.model_copy(update={"figures": case.figures | {"debt": figure}, "segments": segments})


def first_bar(values: Values, book: LaidBook) -> list[object]:
    names = ("low", "base", "high", "low_text", "high_text")
    return [column(values, book, f"field.{name}")[0] for name in names]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("debt", "bar"),
    [
        (0.0, [251.8, 403.12, 427.3, " ", " 252 – 427"]),
        (3000.0, [0.0, 103.12, 127.3, " ", " (48.2) – 127"]),
        (4100.0, [0.0, 0.0, 17.3, " ", " (158) – 17.3"]),
        (5000.0, [0.0, 0.0, 0.0, " ", " (248) – (72.7)"]),
    ],
)
def test_a_bar_from_below_zero_begins_at_the_axis_and_is_labelled_with_its_start(
    debt: float, bar: list[object], tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    book, data = workbook_bytes(indebted(debt))
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    assert first_bar(values, book) == [pytest.approx(each) if isinstance(each, float) else each for each in bar]
    assert at(values, *place(book, "methods.low")) == pytest.approx((2518 - debt) * 1e8)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("price", "texts"),
    [
        (None, {"Peers, P/S": (" ", " 57.3 – 435"), "IPO range": ("383 ", " 542"), "Peers, P/E": (" ", " 97.2")}),
        ("company.price", {"Peers, P/S": (" ", " 57.3 – 435"), "IPO range": (" ", " 383 – 542")}),
    ],
)
def test_a_low_stands_on_the_left_where_neither_a_name_nor_the_line_of_the_price_is_in_its_way(
    price: str | None, texts: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    # In CNY bn, to 1,386.1: a low needs a fifth of it, 277.2, to its left. From the price of 286.9 to 382.5 are 95.6.
    path, case = tmp_path / "book.xlsx", bundled("xiaomi_2018")
    company = case.company.model_copy(update={"price": price})
    book, data = workbook_bytes(case.model_copy(update={"company": company}))
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    names, lows, highs = (column(values, book, f"field.{name}") for name in ("label", "low_text", "high_text"))
    shown = dict(zip(names, zip(lows, highs, strict=True), strict=True))
    assert {name: shown[name] for name in texts} == texts
    assert shown["Sum of the parts"] == (" ", " 252 – 427")


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """Two multiples, 40 shares without options at 10 dollars, and a range that a third party named: 300 to 500 m."""
    raw = example("comps")
    raw["capital"] = {"net_debt": 218, "shares": "40m shares", "price": "10 USD per share"}
    raw["references"] = [{"label": "Offers", "low": 300, "high": 500}]
    book, data = workbook_bytes(case_of(raw))
    path = tmp_path_factory.mktemp("priced") / "book.xlsx"
    path.write_bytes(data)
    return book, path


def per_share(book: LaidBook) -> dict[tuple[str, str], Value]:
    return {place(book, "summary.field_in"): "Value per share"}


def as_expected(values: Values, book: LaidBook) -> None:
    shares = [valued_per_share(end) for end in ("low", "base", "high")]
    for end, methods, named in zip(("low", "base", "high"), shares, (300 / 40, 300 / 40, 500 / 40), strict=True):
        assert column(values, book, f"field.{end}") == pytest.approx([*methods, named], rel=1e-9)
    assert str(column(values, book, "field.high_text")[2]).endswith("12.50")
    assert str(at(values, *place(book, "field_title.title"))).endswith(": value per share by method, USD per share")
    assert column(values, book, "price_line.price") == pytest.approx([10.0, 10.0])
    assert str(column(values, book, "price_line.label")[1]).endswith(": 10.00")


def valued_per_share(end: str) -> list[float]:
    """The values per share of both multiples: equity over 40 m shares, from what the methods give in money."""
    raw = example("comps")
    raw["capital"] = {"net_debt": 218}
    found = valued(case_of(raw))
    return [found[name]["equity"][end] / 40e6 for name in ("EV/EBITDA 2015E", "P/E 2015E")]


def test_the_field_is_in_money_until_a_reader_chooses_value_per_share(priced: Workbook) -> None:
    book, path = priced
    values = ironcalc_engine.recalculate(path, {})
    assert disagreements(formula_cells(path), values) == []
    assert column(values, book, "field.low")[2] == pytest.approx(300)
    assert str(at(values, *place(book, "field_title.title"))).endswith(": equity value by method, USD m")
    as_expected(ironcalc_engine.recalculate(path, per_share(book)), book)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_draws_the_field_per_share_too(priced: Workbook, libreoffice: LibreOffice) -> None:
    book, path = priced
    as_expected(libreoffice.recalculate(path, per_share(book)), book)


def test_a_market_value_without_a_price_is_shown_per_share_too(tmp_path: Path) -> None:
    raw = example("comps")
    raw["capital"] = {"net_debt": 218, "shares": "40m shares", "market_value": 324}
    path = tmp_path / "book.xlsx"
    book, data = workbook_bytes(case_of(raw))
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path, per_share(book))
    assert at(values, *place(book, "capital.market_per_share")) == pytest.approx(324 / 40)
    assert column(values, book, "price_line.price") == pytest.approx([8.1, 8.1])
