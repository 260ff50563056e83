"""Each number that can be typed in a workbook: its case, its formulas and the core follow it, or it is named."""

import datetime as dt
import io
import random
import tomllib
from typing import Final

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from addin.embedded import recalculate
from company_cases import COHORTS, NAMES, Raw, case_of, example
from workbooks.build import workbook_bytes
from workbooks.read_back.contents import contents_of
from workbooks.read_back.findings import ReadBackError
from workbooks.read_back.identity import identity_of
from workbooks.read_back.inputs import read_inputs
from workbooks.read_back.result_check import differences
from workbooks.recalculation.trusted import Trust
from workbooks.results import values

DRAWS: Final = 8
MONTH: Final = 31  # days
MONTHS: Final = 12


def part_of_a_year() -> Raw:
    raw = example("dcf")
    raw["company"]["as_of"] = dt.date(2025, 12, 31)
    raw["dcf"]["first_year_end"] = dt.date(2026, 9, 30)
    return raw


CASES: Final = {
    **{name: example(name) for name in NAMES},
    "cohorts": tomllib.loads(COHORTS),
    "part of a year": part_of_a_year(),
}


def other(value: float | dt.datetime) -> float | dt.datetime:
    """A number or date near another one, of the same kind: a month, a fraction, a whole number, an amount."""
    if isinstance(value, dt.datetime):
        return value + dt.timedelta(MONTH)
    if float(value).is_integer() and abs(value) <= MONTHS:
        return value + 1
    return value * (0.95 if 0 < value <= 1 else 1.05)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_is_typed_counts_everywhere(name: str) -> None:
    """The date of a DCF was typed on two sheets, and each place ignored the other."""
    case = case_of(CASES[name])
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(case)[1]))
    typed = [
        (sheet, cell)
        for sheet in book.worksheets
        if isinstance(sheet, Worksheet)
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked and isinstance(cell.value, (int, float, dt.datetime))
    ]
    for sheet, cell in random.Random(name).sample(typed, DRAWS):  # noqa: S311 - a sample
        before = cell.value
        assert isinstance(before, (int, float, dt.datetime))
        cell.value = other(before)
        out = io.BytesIO()
        book.save(out)
        computed = identity_of(contents_of(recalculate(out.getvalue(), Trust(anew=True, second_engine=False)).data))
        at = f"{sheet.title}!{cell.coordinate}"
        try:
            read = read_inputs(computed)
        except ReadBackError:  # a base above its high, for example, which is named
            cell.value = before
            continue
        assert read.case != case or read.findings, at
        assert values(read.case) == values(read.case, read.sheets) or read.findings, at
        assert not differences(computed, values(read.case, read.sheets)), at
        cell.value = before
