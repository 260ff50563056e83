"""Faults of the engine: each is still there, is never stored, and keeps what Excel stored where that still holds."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final, NamedTuple

import openpyxl
import pytest

from stored_book import Content, F, Stored, book
from workbooks.opening.package import opened
from workbooks.recalculation.book import Book
from workbooks.recalculation.engine import recalculated
from workbooks.recalculation.evaluation import Evaluation
from workbooks.recalculation.known_faults import FAULTS
from workbooks.recalculation.refusal import EngineError
from workbooks.recalculation.trust import is_close
from workbooks.recalculation.trusted import Trust
from workbooks.recalculation.worksheet import ErrorCode

CELLS: Final[dict[str, Content]] = {
    "A1": "x", "A2": "y", "A3": "x", "A4": "z",
    "B1": 1.0, "B2": 2.0, "B3": 4.0, "B4": 8.0,
    "C1": 3.0, "C2": 1.0, "C3": 2.0, "C4": 5.0,
    "D1": 30.0, "D2": 10.0, "D3": 20.0, "D4": 50.0,
    "F1": 1.0, "F2": F("NA()", "#N/A"), "F3": 3.0,
    "G1": "1,234", "G2": "(5)", "G3": "$5", "G4": "é", "G5": "2020-05-05",
    "J1": 0.3, "J2": 0.1 + 0.2,  # equal for Excel, which compares fifteen digits
}  # fmt: skip


class Fault(NamedTuple):
    formula: str
    right: Stored  # what Excel gives, as documented or by hand
    input: str = "B1:D4"  # cells that it refers to
    more: Mapping[str, Any] = {}
    attributes: str = ""


ONE: Final = ' t="array" ref="H9"'  # an array formula of one cell
FOUND: Final[dict[str, Fault]] = {
    "SUMIF over criteria": Fault('SUM(SUMIF(A1:A4,{"x","y"},B1:B4))', 7.0),
    "COUNTIF over criteria": Fault('SUM(COUNTIF(A1:A4,{"x","y"}))', 3.0, "A1:A4"),
    "distinct values": Fault("SUMPRODUCT(1/COUNTIF(A1:A4,A1:A4))", 3.0, "A1:A4"),
    "SUMIFS over criteria": Fault('SUM(SUMIFS(B1:B4,A1:A4,{"x";"y"}))', 7.0),
    "VLOOKUP of two": Fault("SUM(VLOOKUP({1,2},B1:D4,3,FALSE))", 40.0),
    "LARGE of two": Fault("SUM(LARGE(B1:B4,{1,2}))", 12.0),
    "ROUND of two": Fault("SUM(ROUND({1.5,2.5},0))", 5.0, ""),
    "ROUND of a range": Fault("SUM(ROUND(B1:B4/2,0))", 8.0, attributes=ONE),  # 0.5 → 1, 1, 2, 4
    "ISNUMBER of two": Fault('SUM(ISNUMBER({1,"a"})*1)', 1.0, ""),
    "LEN of two": Fault('SUM(LEN({"a","bb"}))', 3.0, ""),
    "CHOOSE of two": Fault("SUM(CHOOSE({1,2},3,4))", 7.0, ""),
    "row numbers": Fault("SUM(ROW(B1:B4))", 10.0, "B1:B4", attributes=ONE),
    "column numbers": Fault("SUM(COLUMN(B1:D1))", 9.0, "B1:D1", attributes=ONE),
    "row of the range": Fault("B1:B12", 0.0),  # row 9 of it is blank
    "row of the range in arithmetic": Fault("B1:B12*2+1", 1.0),
    "sum of arithmetic on a range": Fault("SUM(B1:B12*2)", 0.0),
    "text in AVERAGE": Fault('AVERAGE("a",1)', "#VALUE!", ""),
    "text in MAX": Fault('MAX(IF(B1>0,"a",1),1)', "#VALUE!"),
    "a range and a number": Fault("SUMPRODUCT(B1:B4,1)", "#VALUE!"),
    "a range and a cell": Fault("SUMPRODUCT(B1:B4,C1)", "#VALUE!"),
    "text in PRODUCT": Fault('PRODUCT("a",2)', "#VALUE!", ""),
    # The interest of period 2 on 1,000 at 10 % over 3 annuities due: (1000 − 365.5589) × 10 % = −63.4441.
    "IPMT at the beginning": Fault("IPMT(0.1,2,3,1000,0,1)", -63.444108761329306, ""),
    "PPMT at the beginning": Fault("PPMT(0.1,2,3,1000,0,1)", -302.11480362537736, ""),
    "DB in the last months": Fault("DB(1000000,100000,6,7,7)", 15845.098473848071, ""),  # Microsoft's own example
    # Without x it is 1, 2, 3, 4: Σxy ÷ Σx² = (1 + 4 + 12 + 32) ÷ 30.
    "LINEST without a constant": Fault("INDEX(LINEST(B1:B4,,FALSE),1,1)", 49 / 30),
    "TEXT with room for a bracket": Fault('TEXT(-1234.5,"#,##0.00_);(#,##0.00)")', "(1,234.50)", ""),
    "TEXT with an exponent": Fault('TEXT(12345.678,"0.00E+00")', "1.23E+04", ""),
    "TEXT of a fraction": Fault('TEXT(0.5,"# ?/?")', " 1/2", ""),
    "number with a comma": Fault("G1+1", 1235.0, "G1"),
    "number in brackets": Fault("G2*1", -5.0, "G2"),
    "number with a sign of money": Fault("IFERROR(G3+1,0)", 6.0, "G3"),
    "VALUE of a number with a comma": Fault('VALUE("1,234")', 1234.0, ""),
    "year of a text": Fault("YEAR(G5)", 2020.0, "G5"),
    "ISFORMULA": Fault("ISFORMULA(F2)", right=True, input="F2"),
    "TYPE of an error": Fault("TYPE(F2)", 16.0, "F2"),
    "INDIRECT by rows and columns": Fault('INDIRECT("R1C2",FALSE)', 1.0),
    "approximate XLOOKUP": Fault("_xlfn.XLOOKUP(2.5,C1:C4,D1:D4,,-1)", 20.0, "C1:D4"),
    "MATCH in what is not sorted": Fault("MATCH(4,C1:C4,1)", 3.0, "C1:D4"),  # halves: 1 ≤ 4, 2 ≤ 4, 5 > 4
    "VLOOKUP in what is not sorted": Fault("VLOOKUP(4,C1:D4,2)", 20.0, "C1:D4"),
    "sum over an error": Fault('SUMIF(A1:A3,"y",F1:F3)', "#N/A", "F1:F3"),
    "sum by two over an error": Fault('SUMIFS(F1:F3,A1:A3,"y",B1:B3,">0")', "#N/A", "F1:F3"),
    "average over an error": Fault('AVERAGEIF(A1:A3,"y",F1:F3)', "#N/A", "F1:F3"),
    "FLOOR to a negative step": Fault("FLOOR(-2.1,-1)", -2.0, ""),
    "many digits in a text": Fault('C1/7&""', "0.428571428571429", "C1:D4"),
    "equal in fifteen digits": Fault("J1=J2", right=True, input="J1:J2"),
    "unequal in fifteen digits": Fault("J1<>J2", right=False, input="J1:J2"),
    "at most, in fifteen digits": Fault("J2<=J1", right=True, input="J1:J2"),
    "at least, in fifteen digits": Fault("J1>=J2", right=True, input="J1:J2"),
    "less, in fifteen digits": Fault("J1<J2", right=False, input="J1:J2"),
    "more, in fifteen digits": Fault("J2>J1", right=False, input="J1:J2"),
    "capitals beyond ASCII": Fault("UPPER(G4)", "É", "G4"),
    "SUBTOTAL over hidden rows": Fault("SUBTOTAL(109,B1:B4)", 13.0, more={"hidden": (2,)}),
    "AGGREGATE over hidden rows": Fault("AGGREGATE(9,5,B1:B4)", 13.0, more={"hidden": (2,)}),
    "days from 1904": Fault("DATE(2020,1,1)", 42369.0, "", more={"settings": '<workbookPr date1904="1"/>'}),
    "precision as displayed": Fault("1/3", 0.33, "", more={"settings": '<calcPr fullPrecision="0"/>'}),
    "a spilled range": Fault("SUM(B1#)", 15.0),
}
REFUSED: Final[dict[str, Fault]] = {  # what the engine itself refuses, though Excel computes it
    "MMULT": Fault("SUM(MMULT(B1:C2,C1:D2))", 208.0),
    "MINVERSE": Fault("SUM(MINVERSE(B1:C2))", 0.4),
    "GETPIVOTDATA": Fault('GETPIVOTDATA("x",$A$1)', 5.0, "A1"),
    "BYROW": Fault("SUM(_xlfn.BYROW(B1:C2,_xlfn.LAMBDA(_xlpm.r,SUM(_xlpm.r))))", 7.0),
    "intersection": Fault("SUM(B1:B4 A2:C2)", 2.0),
    "union": Fault("SUM((B1:B2,B4))", 11.0),
    "several sheets": Fault("SUM(S:T!B1)", 1.0, more={"others": {"T": {"A1": 1.0}}}),
    "AGGREGATE of order": Fault("AGGREGATE(14,6,B1:B4,2)", 4.0),
    "name that is a formula": Fault("SUM(Moving)", 3.0, more={"names": {"Moving": "OFFSET(S!$B$1,0,0,2,1)"}}),
    "name of a union": Fault("SUM(Both)", 5.0, more={"names": {"Both": "S!$B$1,S!$B$3"}}),
    "what-if table": Fault("", 5.0, more={}, attributes=' t="dataTable" ref="H9" dt2D="0" r1="B1"'),
    "another workbook": Fault("[1]Sheet1!A1*2", 8.0, ""),
    "another workbook's range": Fault("SUM('[1]Sheet 1'!A1:A3)", 8.0, ""),
    "VDB": Fault("VDB(2400,300,10,0,0.875,1.5)", 315.0, ""),
}
ALL: Final = {**FOUND, **REFUSED}


def file(fault: Fault, stored: Stored, cells: Mapping[str, Content] | None = None) -> bytes:
    formula = F(fault.formula, stored, fault.attributes)
    return book({**CELLS, **(cells or {}), "H9": formula, "I9": F("H9", stored)}, **fault.more)


def value(data: bytes, at: str = "H9") -> Any:  # noqa: ANN401 - whatever a cell holds
    return openpyxl.load_workbook(BytesIO(data), data_only=True)["S"][at].value


@pytest.mark.parametrize("name", FOUND)
def test_the_engine_still_has_the_fault(name: str) -> None:
    """If this test fails, the engine has fixed a fault: remove its guard."""
    fault = FOUND[name]
    with opened(file(fault, None)) as package:
        evaluation = Evaluation(Book(package, ()), {}, ())
        assert not is_close(evaluation.value(("S", (9, 8))), _as_value(fault.right))


def _as_value(stored: Stored) -> Any:  # noqa: ANN401 - whatever a cell holds
    return ErrorCode(stored) if isinstance(stored, str) and stored.startswith("#") else stored


@pytest.mark.parametrize("name", ALL)
def test_without_a_stored_value_the_cell_is_named(name: str) -> None:
    with pytest.raises(EngineError, match=r"S!H9"):
        recalculated(file(ALL[name], None), {})


@pytest.mark.parametrize("name", ALL)
def test_what_excel_stored_is_kept(name: str) -> None:
    fault = ALL[name]
    done = recalculated(file(fault, fault.right), {})
    assert value(done.data) == (pytest.approx(fault.right) if isinstance(fault.right, float) else fault.right)
    assert value(done.data, "I9") == value(done.data)


@pytest.mark.parametrize("name", [name for name, fault in ALL.items() if fault.input])
def test_a_changed_input_invalidates_the_stored_value(name: str) -> None:
    fault = ALL[name]
    with pytest.raises(EngineError, match=r"S!H9"):
        recalculated(file(fault, fault.right), {}, Trust(edited=(f"S!{fault.input}",)))


@pytest.mark.parametrize("name", [name for name, fault in ALL.items() if "B1" in fault.input])
def test_a_new_precedent_makes_the_simulation_stale(name: str) -> None:
    fault = ALL[name]
    with pytest.raises(EngineError, match=r"S!H9"):
        recalculated(file(fault, fault.right, {"B1": F("1+0")}), {})


def test_every_guard_has_an_example() -> None:
    """Each known fault by name refuses at least one of the examples."""
    said = []
    for fault in ALL.values():
        with pytest.raises(EngineError) as caught:
            recalculated(file(fault, None), {})
        said.append(str(caught.value))
    assert [guard.name for guard in FAULTS if not any(guard.name in text for text in said)] == []


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("SUM(B1:B4)", 15), ("SUMPRODUCT(B1:B4,C1:C4)", 53), ("SUMPRODUCT(B1:B4*2)", 30),
        ('SUMPRODUCT((A1:A4="x")*B1:B4)', 5), ('SUMIF(A1:A4,"x",B1:B4)', 5),
        ("VLOOKUP(2,C1:D4,2,FALSE)", 10 + 10), ("MATCH(5,B1:B4)", 3), ("LOOKUP(5,B1:B4,D1:D4)", 20),
        ("INDEX(B1:D4,2,3)", 10), ("IPMT(0.1,2,3,1000)", -69.78851963746223), ("DB(1000000,100000,6,2)", 217239),
        ('TEXT(0.25,"0.0%")', "25.0%"), ('TEXT(-5,"#,##0;(#,##0)")', "(5)"), ("FLOOR(2.5,1)", 2),
        ("AGGREGATE(9,6,F1:F3)", 4), ("SUBTOTAL(9,B1:B4)", 15), ("MAX(B1:B4,3)", 8), ('"n: "&B1+1', "n: 2"),
        ('SUM(IF(A1:A4="x",B1:B4))', 5), ("ROWS(B1:B9)", 9), ("COLUMNS(A1:D1)", 4), ("ROW(B7)", 7),
        ("COLUMNS($A:H)", 8), ("ROWS(2:$9)", 8),
        ('INDIRECT("B3")', 4), ('LOOKUP(2,1/(A1:A4="x"),B1:B4)', 4), ("NPV(0.1,B1:B4)", 11.031350317601255),
        ("IF(ISNUMBER(G2),G2*2,7)", 7), ("IF(ISNUMBER(B1),IF(ISNUMBER(G1),G1+1,B1),G2*2)", 1),
        ("IF(ISNUMBER(B1),B1+1,G1+1)", 2),
        ("J1<=J2", 1), ("J2>=J1", 1), ("J2<J1", 0), ("J1>J2", 0),
        ("IF(COUNT(J1,J2)>1,ABS(J1-J2)<=1,J1=J2)", 1), ("IF(COUNT(J1,A1)>1,J1=J2,5)", 5),
    ],
)  # fmt: skip
def test_what_the_engine_computes_right_is_computed(formula: str, right: float | str) -> None:
    more = ONE if formula.startswith("SUM(IF") else ""
    found = value(recalculated(book({**CELLS, "H9": F(formula, None, more)}), {}).data)
    assert found == (pytest.approx(right) if isinstance(right, (int, float)) else right)


@pytest.mark.parametrize("title", ["sheet1", "SHEET1", "Sheet1", "sHeEt1"])
def test_a_sheet_titled_like_the_engines_own(title: str) -> None:
    cells: dict[str, Content] = {"A1": 5.0, "A2": F(f"{title}!A1*2"), "A3": F("SUM(Both)"), "A4": F("Other!A1")}
    others: dict[str, dict[str, Content]] = {"Other": {"A1": F(f"{title}!A2+1")}}
    done = recalculated(book(cells, title, others, {"Both": f"{title}!$A$1:$A$2"}), {})
    found = openpyxl.load_workbook(BytesIO(done.data), data_only=True)
    assert [found[title][at].value for at in ("A2", "A3", "A4")] == [10, 15, 11]
    assert found.sheetnames == [title, "Other"]


def test_a_strict_file() -> None:
    data = book({"A1": 5.0, "A2": F("A1*2"), "A3": F("SUM(Both)")}, names={"Both": "S!$A$1:$A$2"})
    transitional = {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for loose, strict in transitional.items():
                text = text.replace(loose, strict)
            new.writestr(name, text)
    done = recalculated(out.getvalue(), {}).data
    with zipfile.ZipFile(BytesIO(done)) as package:
        text = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>10</v>" in text
    assert "<v>15</v>" in text
    assert "http://purl.oclc.org/ooxml/spreadsheetml/main" in text
