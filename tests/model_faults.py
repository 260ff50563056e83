"""At least three faults for each rule that is for any workbook, put into the small models."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from edit_xml import stored_as, with_part
from public_models import Cells, Content, budget, comparables, discounted, forecast, loan, packed, stored

Model: TypeAlias = Callable[[], Cells]


class Fault(NamedTuple):
    """A model with one fault: the rule that has to name it, and the cell; no cell for the whole workbook."""

    rule: str
    model: Model
    sheet: str
    cell: str
    make: Callable[[], bytes]

    @property
    def name(self) -> str:
        """Name of the test."""
        return f"{self.rule}-{self.model.__name__}-{self.cell or self.sheet}"


# The rule; the model and the cell with the fault; what is put there.
TYPED: Final[tuple[tuple[str, Model, str, str, Content], ...]] = (
    ("inconsistent-formula", forecast, "Model", "E5", "=E3-E4"),
    ("inconsistent-formula", forecast, "Model", "D8", "=-C7*Assumptions!D6"),
    ("inconsistent-formula", forecast, "Model", "F6", "=-F3*Assumptions!F4"),
    ("inconsistent-formula", comparables, "Comps", "D7", "=B7-C7"),
    ("inconsistent-formula", budget, "Budget", "H7", "=SUM(H4:H5)"),
    ("inconsistent-formula", loan, "Loan", "C20", "=B20*$C$3/365"),
    ("number-among-formulas", forecast, "Model", "E7", 310.0),
    ("number-among-formulas", comparables, "Comps", "H8", 9.5),
    ("number-among-formulas", budget, "Budget", "N6", 120.0),
    ("number-among-formulas", budget, "Budget", "M13", 30.0),
    ("number-among-formulas", loan, "Loan", "D19", 900.0),
    ("constant-in-formula", discounted, "DCF", "C17", "=C16-C4-12.5"),
    ("constant-in-formula", discounted, "DCF", "C14", "=G9*(1+0.025)/(C2-C3)"),
    ("constant-in-formula", comparables, "Comps", "B19", "=B18*1.85"),
    ("constant-in-formula", loan, "Loan", "C33", "=SUM(C8:C31)*1.19"),
    ("error-hidden", comparables, "Comps", "G14", "=IFERROR(MEDIAN(G4:G11),0)"),
    ("error-hidden", discounted, "DCF", "C18", "=IFERROR(C17/C5,1)"),
    ("error-hidden", discounted, "DCF", "C15", "=IF(ISERROR(C14*G10),0,C14*G10)"),
    ("error-hidden", loan, "Loan", "C5", "=IFERROR(PMT(C3/12,C4,-C2),0)"),
    ("number-as-text", comparables, "Comps", "E6", "790"),
    ("number-as-text", budget, "Budget", "E5", "17,000"),
    ("number-as-text", discounted, "DCF", "C4", "310.0"),
    ("number-as-text", forecast, "Assumptions", "E6", "23%"),
    ("blank-as-zero", discounted, "DCF", "C3", None),
    ("blank-as-zero", comparables, "Comps", "C9", None),
    ("blank-as-zero", forecast, "Assumptions", "E5", None),
    ("text-as-zero", budget, "Budget", "F5", "tbd"),
    ("text-as-zero", budget, "Budget", "D9", " "),
    ("text-as-zero", comparables, "Comps", "G7", "n.m."),
    ("text-as-zero", discounted, "DCF", "D11", "see note"),
    ("error-value", discounted, "DCF", "C18", "=C17/0"),
    ("error-value", comparables, "Comps", "G8", "=D8/A8"),
    ("error-value", loan, "Loan", "C5", "=PMT(C3/12,0,-C2)"),
    ("broken-reference", forecast, "Model", "G3", "=F3*(1+#REF!)"),
    ("broken-reference", comparables, "Comps", "D7", "=B7+'Old sheet'!#REF!"),
    ("broken-reference", discounted, "DCF", "C17", "=C16-Debt!C4"),
    ("broken-reference", loan, "Loan", "C5", "=PMT(rate_a_year/12,C4,-C2)"),
    ("short-range", discounted, "DCF", "C13", "=SUM(C11:F11)"),
    ("short-range", comparables, "Comps", "H13", "=AVERAGE(H4:H10)"),
    ("short-range", comparables, "Comps", "G16", "=MAX(G5:G11)"),
    ("short-range", budget, "Budget", "N4", "=SUM(B4:L4)"),
    ("short-range", loan, "Loan", "C33", "=SUM(C8:C30)"),
    ("unequal-ranges", comparables, "Comps", "B19", "=SUMPRODUCT(E4:E11,G4:G10)/SUM(E4:E11)"),
    ("unequal-ranges", comparables, "Comps", "B19", "=CORREL(E4:E11,F4:F10)"),
    ("unequal-ranges", budget, "Budget", "N13", '=SUMIF(B3:M3,"M1",B13:L13)'),
    ("counted-twice", budget, "Budget", "C11", "=SUM(C9:C10)+C10"),
    ("counted-twice", budget, "Budget", "N13", "=SUM(N4:N7)"),
    ("counted-twice", budget, "Budget", "D13", "=SUM(D4:D7)"),
    ("circular-reference", forecast, "Model", "C3", "=B3*(1+Assumptions!C3)+0*C9"),
    ("circular-reference", discounted, "DCF", "C13", "=SUM(C11:G11)+C13"),
    ("circular-reference", discounted, "DCF", "C4", "=C17*0.1"),
    ("volatile-function", discounted, "DCF", "C15", "=C14*OFFSET(G10,0,0)"),
    ("volatile-function", discounted, "DCF", "C2", "=RAND()*0.01"),
    ("volatile-function", comparables, "Comps", "G15", '=MIN(INDIRECT("G4:G11"))'),
    ("external-link", discounted, "DCF", "C18", "=C17/C5+'[other.xlsx]Sheet1'!A1"),
    ("external-link", comparables, "Comps", "B18", "='[peers 2024.xlsx]Comps'!$B$7"),
    ("external-link", forecast, "Model", "B3", "=SUM([1]Sheet1!A1:A4)"),
)
_UNCOMPUTED: Final = frozenset({"circular-reference", "external-link", "broken-reference"})

# The rule; the model and the label and number that are added.
ADDED: Final[tuple[tuple[Model, str, str, str], ...]] = (
    (discounted, "DCF", "A6", "C6"),
    (comparables, "Comps", "A20", "B20"),
    (budget, "Budget", "A15", "B15"),
    (forecast, "Assumptions", "A8", "E8"),
)

Change: TypeAlias = Callable[[Workbook], None]


def _state(sheet: str, state: Literal["hidden", "veryHidden"]) -> Change:
    def change(book: Workbook) -> None:
        book.create_sheet("Notes")  # a workbook has to show one
        book[sheet].sheet_state = state

    return change


def _row(sheet: str, row: int) -> Change:
    return lambda book: setattr(book[sheet].row_dimensions[row], "hidden", True)


def _column(sheet: str, column: str) -> Change:
    return lambda book: setattr(book[sheet].column_dimensions[column], "hidden", True)


def _merged(sheet: str, area: str) -> Change:
    return lambda book: book[sheet].merge_cells(area)


def _set(**settings: object) -> Change:
    return lambda book: book.calculation.__dict__.update(settings)


# The rule; the model; the cell that is named; what is done to the workbook.
SET: Final[tuple[tuple[str, Model, str, str, Change], ...]] = (
    ("hidden-sheet", forecast, "Assumptions", "A1", _state("Assumptions", "hidden")),
    ("hidden-sheet", forecast, "Model", "A1", _state("Model", "hidden")),
    ("hidden-sheet", loan, "Loan", "A1", _state("Loan", "hidden")),
    ("very-hidden-sheet", forecast, "Assumptions", "A1", _state("Assumptions", "veryHidden")),
    ("very-hidden-sheet", forecast, "Model", "A1", _state("Model", "veryHidden")),
    ("very-hidden-sheet", budget, "Budget", "A1", _state("Budget", "veryHidden")),
    ("hidden-row", forecast, "Model", "B6", _row("Model", 6)),
    ("hidden-row", budget, "Budget", "B5", _row("Budget", 5)),
    ("hidden-row", comparables, "Comps", "B7", _row("Comps", 7)),
    ("hidden-column", forecast, "Model", "D2", _column("Model", "D")),
    ("hidden-column", budget, "Budget", "H4", _column("Budget", "H")),
    ("hidden-column", comparables, "Comps", "C4", _column("Comps", "C")),
    ("merged-cells", budget, "Budget", "E7", _merged("Budget", "E4:F5")),
    ("merged-cells", comparables, "Comps", "G14", _merged("Comps", "G5:G6")),
    ("merged-cells", discounted, "DCF", "C13", _merged("DCF", "D11:E11")),
    *(("manual-calculation", model, "", "", _set(calcMode="manual")) for model in (forecast, budget)),
    ("manual-calculation", loan, "", "", _set(calcMode="autoNoTable")),
    *(("iterative-calculation", model, "", "", _set(iterate=True)) for model in (forecast, budget, loan)),
    *(("precision-as-displayed", model, "", "", _set(fullPrecision=False)) for model in (forecast, budget, loan)),
)

# The model; the cell whose stored value is replaced.
STALE: Final[tuple[tuple[Model, str, str], ...]] = (
    (comparables, "Comps", "D7"),
    (budget, "Budget", "C7"),
    (discounted, "DCF", "C17"),
)


def _typed(rule: str, model: Model, sheet: str, cell: str, content: Content) -> Fault:
    write = packed if rule in _UNCOMPUTED else stored
    return Fault(rule, model, sheet, cell, lambda: write(_with(model, {(sheet, cell): content})))


def _with(model: Model, changes: Mapping[tuple[str, str], Content]) -> Cells:
    return model() | dict(changes)


def _added(model: Model, sheet: str, label: str, cell: str) -> Fault:
    changes: Cells = {(sheet, label): "Minorities", (sheet, cell): 40.0}
    return Fault("unused-input", model, sheet, cell, lambda: stored(_with(model, changes)))


def _changed(rule: str, model: Model, sheet: str, cell: str, change: Change) -> Fault:
    return Fault(rule, model, sheet, cell, lambda: packed(model(), change))


def _stale(model: Model, sheet: str, cell: str) -> Fault:
    return Fault("stale-value", model, sheet, cell, lambda: stored_as(stored(model()), sheet, cell, 1.0))


def _without_values(model: Model) -> Fault:
    return Fault("not-computed", model, "", "", lambda: packed(model()))


def _named(book: Workbook) -> None:
    book.defined_names["lost"] = DefinedName("lost", attr_text="Comps!#REF!")


def _flat(text: str) -> str:
    return re.sub(r'<row r="6"', '<row r="6" ht="0" customHeight="1"', text)


def _narrow(text: str) -> str:
    return re.sub(r"<sheetData>", '<cols><col min="5" max="5" width="0" customWidth="1"/></cols><sheetData>', text)


def _unreadable(model: Model, sheet: str, cell: str) -> Fault:
    return Fault("not-judged", model, "", "", lambda: _with_formula(model, sheet, cell, "=SUM("))


def _with_formula(model: Model, sheet: str, cell: str, formula: str) -> bytes:
    """A model with stored values, one of whose formulas was replaced by what no program understands."""
    data = stored(model() | {(sheet, cell): "=1+1"})
    return with_part(data, "xl/worksheets/sheet1.xml", lambda text: text.replace("<f>1+1</f>", f"<f>{formula[1:]}</f>"))


FAULTS: Final[tuple[Fault, ...]] = (
    *(_typed(*each) for each in TYPED),
    *(_added(*each) for each in ADDED),
    *(_changed(*each) for each in SET),
    Fault(
        "broken-reference",
        comparables,
        "Comps",
        "B19",
        lambda: packed(_with(comparables, {("Comps", "B19"): "=B18*lost"}), _named),
    ),
    Fault(
        "hidden-column",
        comparables,
        "Comps",
        "E4",
        lambda: with_part(packed(comparables()), "xl/worksheets/sheet1.xml", _narrow),
    ),
    Fault(
        "hidden-row",
        comparables,
        "Comps",
        "B6",
        lambda: with_part(packed(comparables()), "xl/worksheets/sheet1.xml", _flat),
    ),
    *(_stale(*each) for each in STALE),
    *(_without_values(model) for model in (loan, budget, forecast)),
    _unreadable(loan, "Loan", "C33"),
    _unreadable(budget, "Budget", "N13"),
    _unreadable(discounted, "DCF", "C18"),
)
