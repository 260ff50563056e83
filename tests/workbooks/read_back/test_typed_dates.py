"""Dates and months that are typed under Conventions: the workbook, what is read back and the core agree."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Final

import openpyxl
import pytest

import ironcalc_engine
from built import bytes_of, place
from company_cases import case_of, example, valued
from filled_templates import read_back
from libreoffice import Value, at
from valuation.kernel.dates import serial_number
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import parse
from workbooks.layout.sheet_cells import LaidBook
from workbooks.read_back.findings import ReadBackError
from workbooks.read_back.identity import identity_of
from workbooks.results import values

CONVENTION: Final = "inputs.valuation_date"


def with_stub() -> Case:
    raw = example("dcf")
    raw["dcf"]["first_year_end"] = dt.date(2026, 12, 31)
    return case_of(raw)


def typed(data: bytes, book: LaidBook, reference: str, value: Value) -> bytes:
    opened = openpyxl.load_workbook(BytesIO(data))
    sheet, cell = place(book, reference)
    opened[sheet][cell] = value
    return bytes_of(opened)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 31), dt.date(2026, 9, 30), dt.date(2026, 1, 1)])
def test_the_valuation_date_that_is_typed_is_that_of_the_cash_flows(day: dt.date, tmp_path: Path) -> None:
    case = with_stub()
    book, data = workbook_bytes(case)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    computed = ironcalc_engine.recalculate(path, {place(book, CONVENTION): serial_number(day)})
    later = case.model_copy(update={"company": case.company.model_copy(update={"as_of": day})})
    expected = valued(later)["dcf"]["equity"]
    assert expected != pytest.approx(valued(case)["dcf"]["equity"])
    results = identity_of(data).now
    for end, value in expected.items():
        cell = results[f"results.dcf.equity.{end}"]
        assert at(computed, cell.sheet, f"{letters(cell.column)}{cell.row}") == pytest.approx(value)
    found = read_back(typed(data, book, CONVENTION, serial_number(day)))
    assert found.case == later
    assert found.findings == []
    assert values(found.case, found.sheets) == values(later)
    assert parse(found.text("book.xlsx"), "case.toml") == later


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (20260102.0, r"Inputs!.*\(Valuation date\): 20260102 is no date from 1900 to 9999: type it as a date"),
        ("2 January 2026", r"Inputs!.*\(Valuation date\): '2 January 2026' is a text: expected a date"),
    ],
)
def test_what_is_no_date_is_named(value: Value, message: str) -> None:
    book, data = workbook_bytes(with_stub())
    with pytest.raises(ReadBackError, match=message):
        read_back(typed(data, book, CONVENTION, value))


def test_the_month_in_which_the_fiscal_year_ends_is_read() -> None:
    raw = example("comps")
    raw["company"]["year_end"] = 12
    metrics = {"EBITDA 2014A": 200.0, "EBITDA 2015E": 240.0, "EBITDA 2016E": 320.0}
    raw["comparables"] = {
        "multiples": [{"name": "EV/EBITDA 2015E", "of": "enterprise", "metric": "EBITDA", "period": "2015E"}],
        "peers": [{"name": "A", "year_end": 9, "market_value": 2000, "net_debt": 400, "metrics": metrics}],
    }
    book, data = workbook_bytes(case_of(raw))
    found = read_back(typed(data, book, "inputs.year_end", 6.0))
    assert found.case.company.year_end == 6
    assert found.findings == []
    assert parse(found.text("book.xlsx"), "case.toml") == found.case
    # The peer's years end in September: three months of the company's lie in 2014, nine in 2015. 85.17 is its EBITDA.
    ebitda = (3 * 200 + 9 * 240) / 12
    assert valued(found.case)["EV/EBITDA 2015E"]["enterprise"]["base"] == pytest.approx(85.17e6 * 2400 / ebitda)
    with pytest.raises(ReadBackError, match=r"year_end: 6.5: expected a whole number"):
        read_back(typed(data, book, "inputs.year_end", 6.5))
