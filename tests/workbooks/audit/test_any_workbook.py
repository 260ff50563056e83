"""Rules for any workbook: each fault, put into a small model, is named at its cell, and the models are clean."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from public_models import MODELS, Cells, Content, budget, comparables, discounted, forecast, packed, stored
from workbooks.audit.audit import audited
from workbooks.audit.finding import Finding
from workbooks.audit.report import Request
from workbooks.audit.rulebook import RULES


def found(data: bytes) -> list[Finding]:
    return list(audited(data).findings)


def named(findings: list[Finding], sheet: str, cell: str) -> set[str]:
    """The rules that name a cell."""
    return {each.rule for each in findings if each.sheet == sheet and cell in (each.cell, *each.cells)}


@pytest.mark.parametrize("model", MODELS)
def test_a_clean_model_has_no_findings(model: str) -> None:
    assert [each for each in found(stored(MODELS[model]())) if each.severity != "note"] == []


# A model, the cell that is changed, what is put there, and the rule that has to name it.
FAULTS: list[tuple[Callable[[], Cells], str, str, Content, str]] = [
    (forecast, "Model", "E5", "=E3-E4", "inconsistent-formula"),
    (forecast, "Model", "D8", "=-C7*Assumptions!D6", "inconsistent-formula"),
    (forecast, "Model", "F6", "=-F3*Assumptions!F4", "inconsistent-formula"),
    (comparables, "Comps", "D7", "=B7-C7", "inconsistent-formula"),
    (budget, "Budget", "H7", "=SUM(H4:H5)", "inconsistent-formula"),
    (forecast, "Model", "E7", 310.0, "number-among-formulas"),
    (comparables, "Comps", "H8", 9.5, "number-among-formulas"),
    (budget, "Budget", "N6", 120.0, "number-among-formulas"),
    (budget, "Budget", "M13", 30.0, "number-among-formulas"),
    (discounted, "DCF", "C17", "=C16-C4-12.5", "constant-in-formula"),
    (discounted, "DCF", "C14", "=G9*(1+0.025)/(C2-C3)", "constant-in-formula"),
    (comparables, "Comps", "B19", "=B18*1.85", "constant-in-formula"),
    (comparables, "Comps", "G14", "=IFERROR(MEDIAN(G4:G11),0)", "error-hidden"),
    (discounted, "DCF", "C18", "=IFERROR(C17/C5,1)", "error-hidden"),
    (discounted, "DCF", "C15", "=IF(ISERROR(C14*G10),0,C14*G10)", "error-hidden"),
    (comparables, "Comps", "E6", "790", "number-as-text"),
    (budget, "Budget", "E5", "17,000", "number-as-text"),
    (discounted, "DCF", "C4", "310.0", "number-as-text"),
    (discounted, "DCF", "C3", None, "blank-as-zero"),
    (comparables, "Comps", "C9", None, "blank-as-zero"),
    (forecast, "Assumptions", "E5", None, "blank-as-zero"),
    (budget, "Budget", "F5", "tbd", "text-as-zero"),
    (forecast, "Model", "G3", "=F3*(1+#REF!)", "broken-reference"),
    (discounted, "DCF", "C13", "=SUM(C11:F11)", "short-range"),
    (comparables, "Comps", "H13", "=AVERAGE(H4:H10)", "short-range"),
    (comparables, "Comps", "G16", "=MAX(G5:G11)", "short-range"),
    (budget, "Budget", "N4", "=SUM(B4:L4)", "short-range"),
    (budget, "Budget", "C11", "=SUM(C9:C10)+C10", "counted-twice"),
    (budget, "Budget", "N13", "=SUM(N4:N7)", "counted-twice"),
    (budget, "Budget", "D13", "=SUM(D4:D7)", "counted-twice"),
    (forecast, "Model", "C3", "=B3*(1+Assumptions!C3)+0*C9", "circular-reference"),
    (discounted, "DCF", "C13", "=SUM(C11:G11)+C13", "circular-reference"),
    (discounted, "DCF", "C4", "=C17*0.1", "circular-reference"),
    (discounted, "DCF", "C15", "=C14*OFFSET(G10,0,0)", "volatile-function"),
    (discounted, "DCF", "C2", "=RAND()*0.01", "volatile-function"),
    (comparables, "Comps", "G15", '=MIN(INDIRECT("G4:G11"))', "volatile-function"),
    (discounted, "DCF", "C18", "=C17/C5+'[other.xlsx]Sheet1'!A1", "external-link"),
]


@pytest.mark.parametrize(("model", "sheet", "cell", "content", "rule"), FAULTS)
def test_a_fault_is_named_at_its_cell(
    model: Callable[[], Cells], sheet: str, cell: str, content: Content, rule: str
) -> None:
    cells = model()
    cells[sheet, cell] = content
    uncomputed = rule in {"circular-reference", "external-link", "broken-reference"}
    data = packed(cells) if uncomputed else stored(cells)
    assert rule in named(found(data), sheet, cell)


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


def test_ranges_of_one_function_that_are_not_equally_long() -> None:
    cells = comparables()
    cells["Comps", "B19"] = "=SUMPRODUCT(E4:E11,G4:G10)/SUM(E4:E11)"
    assert "unequal-ranges" in named(found(packed(cells)), "Comps", "B19")


def test_a_number_that_no_formula_uses() -> None:
    cells = discounted()
    cells |= {("DCF", "A6"): "Minorities", ("DCF", "C6"): 40.0}
    assert "unused-input" in named(found(stored(cells)), "DCF", "C6")


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


def test_an_error_value_is_named_where_it_begins() -> None:
    cells = discounted()
    cells["DCF", "C5"] = 0.0
    cells["DCF", "C20"] = "=C18*2"
    assert [each.cell for each in found(stored(cells)) if each.rule == "error-value"] == ["C18"]


def hidden_sheet(book: Workbook) -> None:
    book["Assumptions"].sheet_state = "hidden"


def very_hidden_sheet(book: Workbook) -> None:
    book["Assumptions"].sheet_state = "veryHidden"


def hidden_row(book: Workbook) -> None:
    book["Model"].row_dimensions[6].hidden = True


def hidden_column(book: Workbook) -> None:
    book["Model"].column_dimensions["D"].hidden = True


def merged(book: Workbook) -> None:
    book["Assumptions"].merge_cells("D3:E4")


def manual(book: Workbook) -> None:
    book.calculation.calcMode = "manual"


def iterative(book: Workbook) -> None:
    book.calculation.iterate = True


def as_displayed(book: Workbook) -> None:
    book.calculation.fullPrecision = False


@pytest.mark.parametrize(
    ("change", "rule", "where"),
    [
        (hidden_sheet, "hidden-sheet", "Assumptions!A1"),
        (very_hidden_sheet, "very-hidden-sheet", "Assumptions!A1"),
        (hidden_row, "hidden-row", "Model!B6"),
        (hidden_column, "hidden-column", "Model!D2"),
        (manual, "manual-calculation", "Assumptions"),
        (iterative, "iterative-calculation", "Assumptions"),
        (as_displayed, "precision-as-displayed", "Assumptions"),
    ],
)
def test_what_a_workbook_hides_or_is_set_to(change: Callable[[Workbook], None], rule: str, where: str) -> None:
    assert (rule, where) in {(each.rule, each.where) for each in found(packed(forecast(), change))}


def test_merged_cells_in_a_range() -> None:
    cells = budget()
    data = packed(cells, lambda book: book["Budget"].merge_cells("E4:F5"))
    assert "merged-cells" in named(found(data), "Budget", "E7")


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


def test_every_rule_of_the_faults_is_in_the_rulebook() -> None:
    assert {rule for *_, rule in FAULTS} <= RULES.keys()
