"""A workbook recalculated in place: every formula, whoever wrote it, and nothing else; or nothing at all."""

import copy
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Final

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table

from built import bytes_of, parts_of
from workbooks.opening.limits import MEGABYTE, LimitError, Limits, PackageError
from workbooks.recalculation import evaluation
from workbooks.recalculation.engine import recalculated
from workbooks.recalculation.evaluation import error, error_code
from workbooks.recalculation.refusal import EngineError

Cells = Mapping[str, Any]
SHEET: Final = "xl/worksheets/sheet1.xml"
GRID: Final = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def said(*arguments: object) -> str:
    return repr(arguments)


LENT: Final[dict[str, Callable[..., Any]]] = {
    "SAID": said,
    "GRID": lambda *_: GRID,
    "ROW": lambda: [[1.0, 2.0]],  # not Excel's: registered functions come first
    "TWICE": lambda value: 2 * value if isinstance(value, float) else value,
    "FAILED": lambda code: error(str(code)),
    "CODE": error_code,
}


def book(cells: Cells, name: str = "S", others: Mapping[str, Cells] | None = None) -> openpyxl.Workbook:
    found = openpyxl.Workbook()
    found.remove(found.worksheets[0])
    for title, contents in {name: cells, **(others or {})}.items():
        sheet = found.create_sheet(title)
        for place, content in contents.items():
            sheet[place] = content
    return found


def changed(data: bytes, change: Callable[[str, str], str]) -> bytes:
    """A file with its parts of text changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(copy.copy(entry), change(entry.filename, old.read(entry).decode()))
    return out.getvalue()


def values(data: bytes, sheet: str = "S") -> dict[str, Any]:
    """What a file stores, by cell."""
    found = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[sheet]
    return {cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value is not None}


def computed(cells: Cells) -> dict[str, Any]:
    return values(recalculated(bytes_of(book(cells)), LENT).data)


def refusal(data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        recalculated(data, LENT)
    return str(caught.value)


# --- what is computed -----------------------------------------------------------------------------


def test_every_kind_of_value_is_stored() -> None:
    found = computed(
        {
            "A1": 2,
            "B1": "=A1*1.5",
            "B2": '="x"&A1',
            "B3": "=A1>1",
            "B4": "=1/0",
            "B5": "=NA()",
            "B6": "=A99",
            "B7": "=SQRT(-1)",
            "B8": '=""',
            "B9": "=DATE(2018,7,9)",
            "B10": "=#REF!",
            "B11": "=1E308*10",
            "B12": "=_xlfn.STDEV.S(A1,4)^2",
        }
    )
    assert found == {
        "A1": 2,
        "B1": 3,
        "B2": "x2",
        "B3": True,
        "B4": "#DIV/0!",
        "B5": "#N/A",
        "B6": 0,
        "B7": "#NUM!",
        "B9": 43290,
        "B10": "#REF!",
        "B11": "#NUM!",
        "B12": pytest.approx(2),
    }


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("SAID()", "()"),
        ("SAID(1,0)", "(1.0, 0.0)"),
        ("SAID(,0)", "('', 0.0)"),
        ("SAID(1,)", "(1.0, '')"),
        ("SAID(1, ,2)", "(1.0, '', 2.0)"),
        ("SAID(,)", "('', '')"),
        ("SAID(A9)", "(None,)"),
        ("SAID(A1:B2)", "([[5.0, 'x'], [None, True]],)"),
        ("SAID(SAID(,),TWICE(2),)", "(\"('', '')\", 4.0, '')"),
        ('SAID(",",{1,2;3,4},)', "(',', [[1.0, 2.0], [3.0, 4.0]], '')"),
        ("said(IF(TRUE,5),)", "(5.0, '')"),
        ("[1]!SAID(,1)", "('', 1.0)"),  # from an add-in's own file
        ("SAID(CODE(1/0),CODE(A3:A3))", "('#DIV/0!', '#N/A')"),
        ("IF(SUM(,2)=2,SAID(),0)", "()"),  # Excel's own keep what they mean
        ("SAID('T x'!A1,亿!A1)", "(7.0, 8.0)"),
    ],
)
def test_a_registered_function_receives_the_content_of_the_cell(call: str, arguments: str) -> None:
    cells = {"A1": 5, "B1": "x", "B2": True, "A3": "=NA()", "Z1": f"={call}"}
    found = book(cells, others={"T x": {"A1": 7}, "亿": {"A1": 8}})
    assert values(recalculated(bytes_of(found), LENT).data)["Z1"] == arguments


@pytest.mark.parametrize(
    ("code", "stored"), [("#N/A", "#N/A"), ("#DIV/0!", "#DIV/0!"), ("#NUM!", "#NUM!"), ("#SPILL!", "#VALUE!")]
)
def test_a_registered_function_may_return_errors(code: str, stored: str) -> None:
    found = computed({"A1": f'=FAILED("{code}")', "A2": "=ISERROR(A1)", "A3": "=IFERROR(A1,7)", "A4": "=SUM(A1,1)"})
    assert found == {"A1": stored, "A2": True, "A3": 7, "A4": stored}


def test_results_that_depend_on_each_other() -> None:
    found = computed({"A1": "=TWICE(B1)+1", "B1": "=TWICE(C1)", "C1": 5, "D1": "=SUM(A1:C1)"})
    assert found == {"A1": 21, "B1": 10, "C1": 5, "D1": 36}


def test_a_cell_shows_the_first_of_many_results_and_leaves_its_neighbours() -> None:
    found = computed({"A1": "=GRID()", "B1": "stays", "A2": "=IF(TRUE,GRID(),0)", "A3": "=SUM(GRID())", "C2": "stays"})
    assert found == {"A1": 1, "B1": "stays", "A2": 1, "A3": 21, "C2": "stays"}


@pytest.mark.parametrize(
    ("area", "formula", "rows"),
    [
        ("A1:C2", "=GRID()", [[1, 2, 3], [4, 5, 6]]),
        ("A1:B1", "=GRID()", [[1, 2]]),
        ("A1:D3", "=GRID()", [[1, 2, 3, "#N/A"], [4, 5, 6, "#N/A"], ["#N/A"] * 4]),
        ("A1:B3", "=ROW()", [[1, 2]] * 3),
        ("A1:B2", "=TWICE(4)", [[8, 8], [8, 8]]),
        ("A1:A3", "=G1:G3*2", [[20], [40], [60]]),
        ("A1:A2", "=1/0", [["#DIV/0!"], ["#DIV/0!"]]),
    ],
)
def test_an_array_formula_fills_its_area_and_no_more(area: str, formula: str, rows: list[list[Any]]) -> None:
    cells = {"A1": ArrayFormula(area, formula), "G1": 10, "G2": 20, "G3": 30, "E1": "stays"}
    stored = computed(cells)
    found = {at: value for at, value in stored.items() if at[0] < "E"}
    assert found == {f"{'ABCD'[c]}{r}": v for r, row in enumerate(rows, start=1) for c, v in enumerate(row)}
    assert stored["E1"] == "stays"


def in_sheet(data: bytes, change: Callable[[str], str]) -> bytes:
    return changed(data, lambda name, text: change(text) if name == SHEET else text)


def dynamic(data: bytes) -> bytes:
    """A file whose array formulas are dynamic arrays."""
    return in_sheet(data, lambda text: re.sub('<c ([^>]*)>(<f t="array")', r'<c \1 cm="1">\2', text))


@pytest.mark.parametrize("before", ["A1", "A1:C2", "A1:D1", "A1:A9"])
def test_a_dynamic_array_grows_and_shrinks(before: str) -> None:
    cells = {"A1": ArrayFormula(before, "=GRID()"), "G1": "=SUM(A1:F9)", "F9": "stays"}
    done = recalculated(dynamic(bytes_of(book(cells))), LENT).data
    found = {"A1": 1, "B1": 2, "C1": 3, "A2": 4, "B2": 5, "C2": 6, "G1": 21, "F9": "stays"}
    assert values(done) == found
    assert b'ref="A1:C2">GRID()</f>' in parts_of(done)[SHEET].replace(b' aca="0"', b"")
    again = recalculated(done, LENT)
    assert parts_of(again.data) == parts_of(done)


def test_a_dynamic_array_that_has_no_room() -> None:
    data = bytes_of(book({"A1": ArrayFormula("A1", "=GRID()"), "B2": "in its way"}))
    assert values(recalculated(dynamic(data), LENT).data) == {"A1": "#VALUE!", "B2": "in its way"}


def test_formulas_that_are_copies_of_one() -> None:
    def share(text: str) -> str:
        text = text.replace("<f>TWICE(A1)+SAID(,1)</f>", '<f t="shared" ref="B1:B3" si="0">TWICE(A1)&amp;SAID(,1)</f>')
        return re.sub(r"<f>copy\d</f>", '<f t="shared" si="0"/>', text)

    cells = {"A1": 1, "A2": 2, "A3": 3, "B1": "=TWICE(A1)+SAID(,1)", "B2": "=copy2", "B3": "=copy3"}
    found = values(recalculated(in_sheet(bytes_of(book(cells)), share), LENT).data)
    assert [found[f"B{row}"] for row in (1, 2, 3)] == ["2('', 1.0)", "4('', 1.0)", "6('', 1.0)"]


def test_a_table_and_the_row_that_a_formula_stands_in() -> None:
    found = book({"A1": "Peer", "B1": "P/E [x]", "C1": "Twice", "A2": "Gree", "B2": 10, "A3": "Haier", "B3": 20})
    sheet = found["S"]
    for row in (2, 3):
        sheet[f"C{row}"] = "=TWICE(Peers[[#This Row],[P/E '[x']]])"
        sheet[f"D{row}"] = "=SUM(Peers[[#This Row],[P/E '[x']]:[Twice]])"
    sheet["E1"], sheet["E2"] = "=SUM(Peers[Twice])", "=COUNTA(peers[[#this row],[Peer]])"
    sheet.add_table(Table(displayName="Peers", ref="A1:C3"))
    other = found.create_sheet("Other")
    other["A3"] = "=Peers[[#This Row],[Twice]]"
    done = recalculated(bytes_of(found), LENT).data
    stored = values(done)
    assert [stored[at] for at in ("C2", "C3", "D2", "D3", "E1", "E2")] == [20, 40, 30, 60, 60, 1]
    assert values(done, "Other")["A3"] == 40


def test_names_of_cells_areas_and_numbers() -> None:
    found = book({"A1": 3, "A2": 4, "B1": "=TWICE(Rate)+SUM(Both)+Tax+Sum"})
    for name, text in (("Rate", "S!$A$1"), ("Both", "S!$A$1:$A$2"), ("Tax", "0.25"), ("Sum", "S!$A$1+S!$A$2")):
        found.defined_names[name] = DefinedName(name, attr_text=text)
    assert values(recalculated(bytes_of(found), LENT).data)["B1"] == 6 + 7 + 0.25 + 7


def test_an_intended_circular_reference_is_iterated() -> None:
    found = book({"A1": "=B1/2+1", "B1": "=A1"})
    found.calculation.iterate = True
    assert values(recalculated(bytes_of(found), LENT).data)["A1"] == pytest.approx(2, abs=0.01)


# --- what stays -----------------------------------------------------------------------------------


def test_nothing_changes_but_the_cells_that_are_computed() -> None:
    data = bytes_of(
        book({"A1": 5, "A2": "text", "B1": "=TWICE(A1)", "B2": "=1+1"}, others={"Other": {"A1": "no formula"}})
    )

    before = in_sheet(data, lambda text: text.replace("</worksheet>", "<!-- kept --><f xmlns=''>1</f></worksheet>"))
    after = recalculated(before, LENT)
    assert after.formulas == 2
    old, new = parts_of(before), parts_of(after.data)
    assert list(old) == list(new)
    assert [name for name in old if old[name] != new[name]] == [SHEET]
    cell = re.compile(rb'<c r="B[12]".*?</c>')
    assert cell.sub(b"", old[SHEET]) == cell.sub(b"", new[SHEET])
    assert recalculated(after.data, LENT).data == after.data


def test_a_workbook_without_formulas_stays() -> None:
    data = bytes_of(book({"A1": 5}))
    done = recalculated(data, LENT)
    assert (done.formulas, parts_of(done.data)) == (0, parts_of(data))


# --- what is refused ------------------------------------------------------------------------------


def test_unknown_functions_are_named_with_their_cells_even_where_an_error_is_hidden() -> None:
    cells = {"A1": "=IFERROR(NO_SUCH(1),5)", "B2": "=NO_SUCH(2)+MMULT(1,2)"}
    assert refusal(bytes_of(book(cells, "T x"))) == (
        "MMULT is not known here: 'T x'!B2\nNO_SUCH is not known here: 'T x'!A1, 'T x'!B2"
    )
    many = {f"A{row}": "=NO_SUCH()" for row in range(1, 31)}
    assert refusal(bytes_of(book(many))).endswith("S!A10 and 20 more")


def test_functions_that_a_formula_names_itself_are_known() -> None:
    assert computed({"A1": "=_xlfn.LET(_xlpm.x,2,_xlpm.x*TWICE(3))"}) == {"A1": 12}


def test_a_circular_reference_is_named_without_the_cells_that_depend_on_it() -> None:
    cells = {"A1": "=A2", "A2": "=B1+1", "B1": "=SUM(C1:C2)", "C1": "=Again", "C2": 1, "D9": "=B1*2"}
    found = book(cells)
    found.defined_names["Again"] = DefinedName("Again", attr_text="S!$B$1")
    assert refusal(bytes_of(found)) == "a circle of references: S!B1 → S!C1 → S!B1"
    assert refusal(bytes_of(book({"A1": "=A1+1"}))) == "a circle of references: S!A1 → S!A1"


def test_names_that_are_not_known_are_named() -> None:
    assert refusal(bytes_of(book({"A1": "=Nobody*2", "B1": "=A1"}))) == "S!A1 =Nobody*2: a name in it is not known here"
    found = book({"A1": "=IFERROR(Ours,0)"})
    found.defined_names["Ours"] = DefinedName("Ours", attr_text="TWICE(S!$B$1)")
    assert refusal(bytes_of(found)) == "S!A1 =IFERROR(Ours,0): the name Ours is not known here"


def test_a_data_table_is_named() -> None:
    cells = {"A1": 1, "B2": DataTableFormula("B2:B3", dt2D=False, r1="A1")}
    assert refusal(bytes_of(book(cells))) == "S!B2 is a data table of a what-if analysis, which is not computed here"


def test_what_cannot_be_read_as_a_formula_is_named() -> None:
    assert refusal(bytes_of(book({"A1": '="open'}))).startswith('S!A1 ="open: ')


def test_a_long_list_of_problems_is_cut() -> None:
    lines = refusal(bytes_of(book({f"A{row}": f"=Nobody{row}" for row in range(1, 31)}))).split("\n")
    assert (len(lines), lines[-1]) == (11, "… and 20 more")


def test_formulas_that_take_too_long_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "LONGEST", 1)
    assert "deadline" in refusal(bytes_of(book({f"A{row}": f"=SUM(A{row + 1}:A900)" for row in range(1, 900)})))


def encrypted(data: bytes) -> bytes:
    """A file whose entries say that they are encrypted."""
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


SOUND: Final = bytes_of(book({"A1": "=1+1"}))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", r"is not a workbook \(.xlsx or .xlsm\)"),
        (b"not a zip file", "is not a workbook"),
        (SOUND[: len(SOUND) // 2], "is not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "is protected by a password, or an .xls file of old"),
        (changed(SOUND, lambda name, text: "" if name == "_rels/.rels" else text), "is broken: _rels/.rels"),
        (changed(SOUND, lambda name, text: "\x00" if name == "xl/workbook.xml" else text), "is not a workbook"),
        (in_sheet(SOUND, lambda text: text[:-20]), "has a worksheet whose XML is broken"),
        (SOUND.replace(b"worksheets/sheet1.xml", b"worksheets/sheet9.xml", 1), "is broken"),
        (encrypted(SOUND), "is broken: .* encrypted"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(PackageError, match=problem):
        recalculated(data, LENT)


def test_a_file_larger_than_its_limits_is_refused() -> None:
    room = Limits(memory=len(SOUND) * 8)
    assert recalculated(SOUND, LENT, limits=Limits(memory=MEGABYTE)).formulas == 1
    with pytest.raises(LimitError, match=f"has {len(SOUND):,} bytes: the limit is {len(SOUND) - 1:,}"):
        recalculated(SOUND, LENT, limits=Limits(memory=len(SOUND) * 8 - 1))
    with pytest.raises(LimitError, match="has a part of more than 0 MB when it is unpacked: xl/theme"):
        recalculated(SOUND, LENT, limits=room)


def test_xml_that_is_nested_deeper_than_any_is_refused() -> None:
    deep = in_sheet(SOUND, lambda text: text.replace("</worksheet>", "<a>" * 300 + "</a>" * 300 + "</worksheet>"))
    with pytest.raises(PackageError, match="depth"):
        recalculated(deep, LENT)
