"""Rules for any workbook: each fault, put into a small model, is named at its cell, and the models are clean."""

import io
import re
import zipfile

import pytest

from public_models import MODELS, Cells, budget, comparables, discounted, packed, stored
from workbooks.audit.audit import audited
from workbooks.audit.finding import Finding
from workbooks.audit.report import Request


def found(data: bytes) -> list[Finding]:
    return list(audited(data).findings)


@pytest.mark.parametrize("model", MODELS)
def test_a_clean_model_has_no_findings(model: str) -> None:
    assert [each for each in found(stored(MODELS[model]())) if each.severity != "note"] == []


def running() -> Cells:
    """Running sums, a moving average, codes of shares, and two formulas that take turns."""
    cells: Cells = {
        ("Days", f"{column}1"): text
        for column, text in zip("ABCDE", ("Code", "Flow", "Sum", "Mean", "Turn"), strict=True)
    }
    for row in range(2, 40):
        cells |= {
            ("Days", f"A{row}"): f"{row:06d}",
            ("Days", f"B{row}"): 10.0 + row % 7,
            ("Days", f"C{row}"): f"=SUM(B$2:B{row})",
            ("Days", f"E{row}"): f"=B{row}-C{row}" if row % 2 else f"=B{row}+C{row}",
        }
        if row > 4:
            cells["Days", f"D{row}"] = f"=AVERAGE(B{row - 2}:B{row})"
    return cells


def test_ranges_that_move_and_formulas_that_take_turns_are_no_findings() -> None:
    assert [each for each in found(stored(running())) if each.severity != "note"] == []


def test_copies_of_a_short_range_are_one_finding() -> None:
    cells = budget()
    for column in "DEF":
        cells["Budget", f"{column}7"] = f"=SUM({column}4:{column}5)"
    (short,) = [each for each in found(stored(cells)) if each.rule == "short-range"]
    assert short.cells == ("D7", "E7", "F7")


def test_a_column_of_numbers_stored_as_texts_is_one_finding() -> None:
    cells = comparables()
    for row in range(4, 12):
        cells["Comps", f"E{row}"] = f"{cells['Comps', f'E{row}']}"
    texts = [each for each in found(packed(cells)) if each.rule == "number-as-text"]
    assert [(each.cell, each.count) for each in texts] == [("E4", 8)]


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("=SUMPRODUCT(E4:E7,G4:G7)+SUMPRODUCT(E8:E10,G8:G10)", []),
        ("=SUMPRODUCT(E4:E7,G4:G7)+SUMPRODUCT(E8:E10,G8:G11)", ["B19"]),
        ("=CORREL(E4:E11,F4:F11)*SUMPRODUCT(E4:E6,G4:G6)", []),
    ],
)
def test_sizes_are_compared_within_one_call(formula: str, cells: list[str]) -> None:
    model = comparables() | {("Comps", "B19"): formula}
    assert [each.cell for each in found(stored(model)) if each.rule == "unequal-ranges"] == cells


def test_an_error_value_is_named_where_it_begins() -> None:
    cells = discounted()
    cells["DCF", "C5"] = 0.0
    cells["DCF", "C20"] = "=C18*2"
    assert [each.cell for each in found(stored(cells)) if each.rule == "error-value"] == ["C18"]


def test_a_stored_value_that_its_formula_does_not_give() -> None:
    data = stored(comparables())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb'(r="D7".*?<v>)[^<]+', rb"\g<1>1", part, count=1)
            new.writestr(name, part)
    errors = [each for each in found(out.getvalue()) if each.severity == "error"]
    assert [(each.rule, each.cell) for each in errors] == [("stale-value", "D7")]


def test_a_file_without_values_is_not_called_stale() -> None:
    rules = {each.rule for each in found(packed(comparables()))}
    assert "not-computed" in rules
    assert "stale-value" not in rules


def test_a_rule_may_be_left_out() -> None:
    cells = comparables()
    cells["Comps", "D7"] = "=B7-C7"
    report = audited(stored(cells), Request(frozenset({"inconsistent-formula"})))
    assert [each.rule for each in report.findings if each.severity != "note"] == []


@pytest.mark.parametrize(
    ("formula", "is_circle"),
    [
        ("=ROWS(B$1:B2)", False),
        ("=COLUMNS($A:B)*2", False),
        ("=ROW( B2 )-ROW(B$1)", False),
        ("=INDEX(A1:A9,ROWS(B$2:B2))", False),
        ("=SUM(B$1:B2)", True),
        ("=ROWS(A1:A9)+B2", True),
        ("=ROW(INDEX(B1:B9,2))", True),
    ],
)
def test_a_range_whose_rows_are_counted_is_no_circle(formula: str, *, is_circle: bool) -> None:
    told = found(packed({("S", "A1"): 1.0, ("S", "A2"): 2.0, ("S", "B2"): formula}))
    assert any(each.rule == "circular-reference" for each in told) == is_circle
