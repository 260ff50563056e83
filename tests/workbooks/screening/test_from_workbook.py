"""The table of a screen in a sheet of a workbook: the same results as from a Parquet file."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from universe_tables import MULTIPLES, screened, universe
from workbooks.screening.local import Local
from workbooks.screening.running import screen
from workbooks.screening.spec import SpecError

SPEC = MULTIPLES.replace("universe.parquet", "universe.xlsx")


def from_workbook(folder: Path, book: openpyxl.Workbook, spec: str = SPEC) -> pl.DataFrame:
    book.save(folder / "universe.xlsx")
    (folder / "spec.toml").write_text(spec, "utf-8")
    screen(folder / "spec.toml", folder / "out.parquet", Local(1))
    return pl.read_parquet(folder / "out.parquet")


def a_book(table: pl.DataFrame, *above: str) -> openpyxl.Workbook:
    """A workbook as an export writes it: a cover sheet, lines above the headings, a blank line within."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Exported on 2026-11-30"])
    sheet = book.create_sheet("Universe")
    for line in above:
        sheet.append([line])
    sheet.append(table.columns)
    for number, row in enumerate(table.rows()):
        if number == 2:
            sheet.append([])
        sheet.append(list(row))
    return book


def test_a_workbook_gives_what_a_parquet_file_gives(tmp_path: Path) -> None:
    table = universe(80)
    expected = screened(tmp_path, table)
    assert_frame_equal(from_workbook(tmp_path, a_book(table, "Universe", "in EUR m")), expected, rel_tol=1e-12)


def test_per_cent_and_codes_are_read_as_they_are_shown(tmp_path: Path) -> None:
    table = universe(6).with_columns(id=pl.Series([600519, 858, 333, 2594, 1, 601318]), industry=pl.lit("x"))
    book = a_book(table)
    sheet = book["Universe"]
    place = table.columns.index("margin") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, place).number_format = "0.0%"
    spec = SPEC + (
        '[[methods]]\nname = "margin"\nof = "equity"\nfunction = "IMPLIED_VALUE"\n'
        'arguments = { metric = "revenue", multiple = "margin" }\n'
    )
    found = from_workbook(tmp_path, book, spec)
    assert found["id"].to_list() == ["600519", "858", "333", "2594", "1", "601318"]
    expected = (table["revenue"] * table["margin"]).to_list()
    assert found["margin base"].to_list() == pytest.approx(expected, rel=1e-12)


def test_the_sheet_may_be_named(tmp_path: Path) -> None:
    book = a_book(universe(5))
    book.create_sheet("Old", 0).append(universe(5).columns)
    found = from_workbook(tmp_path, book, SPEC.replace("[capital]", 'sheet = "Universe"\n[capital]'))
    assert found.height == 5
    with pytest.raises(SpecError, match=r"universe.xlsx: has no sheet 'New': there are Old, Sheet, Universe"):
        from_workbook(tmp_path, book, SPEC.replace("[capital]", 'sheet = "New"\n[capital]'))


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        ({"id": "ticker"}, "no sheet has a row of headings with 'id', [table] id"),
        ({"growth": "ebitda"}, "has two columns 'ebitda': rename one"),
        ({"ebitda": "EBITDA LTM"}, "has no column 'ebitda'"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused(headings: dict[str, str], message: str, tmp_path: Path) -> None:
    book = a_book(universe(5))
    for cell in book["Universe"][1]:
        cell.value = headings.get(str(cell.value), cell.value)
    with pytest.raises(SpecError) as caught:
        from_workbook(tmp_path, book)
    assert f"universe.xlsx: {message}" in str(caught.value)


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "universe.xlsx").write_bytes(b"id,name\n")
    (tmp_path / "spec.toml").write_text(SPEC, "utf-8")
    with pytest.raises(SpecError, match=r"universe.xlsx: is not a workbook that can be read"):
        screen(tmp_path / "spec.toml", tmp_path / "out.parquet", Local(1))
