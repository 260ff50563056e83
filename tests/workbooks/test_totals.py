"""Totals below tables: of the segments and of the scorecard, by hand, and where they stand."""

import pytest

import ironcalc_engine
from built import bundled_workbook, place
from libreoffice import Values, at
from workbooks.layout.sheet_cells import LaidBook


@pytest.fixture(scope="module")
def xiaomi(tmp_path_factory: pytest.TempPathFactory) -> tuple[LaidBook, Values]:
    path = tmp_path_factory.mktemp("totals") / "book.xlsx"
    book, data = bundled_workbook("xiaomi_2018")
    path.write_bytes(data)
    return book, ironcalc_engine.recalculate(path)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        # 806, 234 and 99 亿元; at 2, 2.3 and 19 times 4,031.2; at 0.5, 1 and 19 times 2,518; at 2.3, 2.3 and 19 4,273.
        ("parts_total.metric", 1139e8),
        ("parts_total.low", 2518 / 1139),
        ("parts_total.base", 4031.2 / 1139),
        ("parts_total.high", 4273 / 1139),
        ("parts_total.value_low", 2518e8),
        ("parts_total.value", 4031.2e8),
        ("parts_total.value_used", 4031.2e8),
        ("parts_total.share", 1.0),
        # The scores of eight questions of the same weight sum to 26: 26 / 8 = 3.25, an eighth of the whole premium.
        ("questions_total.weight", 1.0),
        ("questions_total.weighted", 3.25),
        ("questions_total.earned", 0.125),
    ],
)
def test_totals_are_what_the_rows_come_to(column: str, expected: float, xiaomi: tuple[LaidBook, Values]) -> None:
    book, values = xiaomi
    assert at(values, *place(book, column)) == pytest.approx(expected)


@pytest.mark.parametrize(("table", "rows"), [("parts", 4), ("questions", 8)])
def test_a_total_stands_directly_below_its_table_in_the_same_columns(
    table: str, rows: int, xiaomi: tuple[LaidBook, Values]
) -> None:
    book, _ = xiaomi
    for column in ("name", "weight" if table == "questions" else "share"):
        first, total = book.addresses[f"{table}.{column}"], book.addresses[f"{table}_total.{column}"]
        assert (total.sheet, total.row, total.column) == (first.sheet, first.row + rows, first.column)


@pytest.mark.parametrize("name", ["prosus_2023", "netflix_2018", "alibaba_2025"])
def test_amounts_have_no_multiples_of_one_among_what_is_printed(name: str) -> None:
    book, _ = bundled_workbook(name)
    page = next(page for page in book.sheets if page.sheet.id == "segments")
    assert all(
        book.addresses[f"parts.{column}"].column > page.last_column for column in ("low", "base", "high", "used")
    )
    assert book.addresses["parts.value"].column <= page.last_column
