"""A worksheet's XML changes in the cells that are changed, and in no other byte."""

import re
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.opening.limits import PackageError
from workbooks.recalculation.worksheet import ErrorCode, Value, Worksheet, filled, place, stored

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}" xmlns:q="urn:q" q:odd=\'a>b\'>'.encode()
)
BEFORE: Final = b"<!-- <c r='Z9'><f>1</f></c> --><cols><col min='1'/></cols><sheetData>"
AFTER: Final = "</sheetData><conditionalFormatting><cfRule><formula>A1&gt;1</formula></cfRule></conditionalFormatting>"
TAIL: Final = f"{AFTER}<extLst><ext><q:f>A1</q:f><q:v>é亿</q:v></ext></extLst></worksheet>".encode()


def part(rows: str) -> bytes:
    return HEAD + BEFORE + rows.encode() + TAIL


def rows_of(data: bytes) -> str:
    assert data.startswith(HEAD + BEFORE)
    assert data.endswith(TAIL)
    return data.removeprefix(HEAD + BEFORE).removesuffix(TAIL).decode()


def stored_in(rows: str, values: dict[str, Value]) -> str:
    return rows_of(Worksheet(part(rows)).with_values({place(at): value for at, value in values.items()}))


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ('<c r="A1"><f>B1</f></c>', 1.5, '<c r="A1"><f>B1</f><v>1.5</v></c>'),
        ('<c r="A1" s="3" t="str"><f>B1</f><v>x</v></c>', 2.0, '<c r="A1" s="3"><f>B1</f><v>2</v></c>'),
        (
            "<c r='A1' t='n' s='3'><f >B1</f><v/></c>",
            "é<&>",
            "<c r='A1' s='3' t=\"str\"><f >B1</f><v>é&lt;&amp;&gt;</v></c>",
        ),
        ('<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>', True, '<c r="A1" t="b"><f>B1</f><v>1</v></c>'),
        ('<c r="A1"><f>B1</f><v>1</v></c>', ErrorCode("#N/A"), '<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>'),
        ('<c r="A1"><f>B1</f><v>1</v></c>', "#N/A", '<c r="A1" t="str"><f>B1</f><v>#N/A</v></c>'),
        ('<c r="A1"><f t="shared" si="0"/><v>1</v></c>', "", '<c r="A1" t="str"><f t="shared" si="0"/><v></v></c>'),
        ('<c r="A1"><f>B1</f><v>1</v><extLst/></c>', 5.0, '<c r="A1"><f>B1</f><v>5</v><extLst/></c>'),
        ('<c r="A1" t="inlineStr"><f>B1</f><is><t>x</t></is></c>', 5.0, '<c r="A1"><f>B1</f><v>5</v></c>'),
        ('<c r="A1"><f><![CDATA[B1<2]]></f></c>', False, '<c r="A1" t="b"><f><![CDATA[B1<2]]></f><v>0</v></c>'),
    ],
)
def test_a_value_is_stored(before: str, value: Value, after: str) -> None:
    others = '<c r="B1" t="s"><v>0</v></c><c r="C1"/>'
    assert stored_in(f'<row r="1">{before}{others}</row>', {"A1": value}) == f'<row r="1">{after}{others}</row>'


def test_cells_and_rows_without_addresses_are_counted() -> None:
    rows = '<row><c/><c><f>1+1</f></c></row><row r="5"><c><v>1</v></c><c><f>2</f></c></row><row><c><f>3</f></c></row>'
    assert [cell.place for cell in Worksheet(part(rows)).formulas] == [(1, 2), (5, 2), (6, 1)]
    assert stored_in(rows, {"B5": 2.0}) == rows.replace("<f>2</f>", "<f>2</f><v>2</v>")


def test_a_prefix_is_kept() -> None:
    row = '<x:row><x:c r="A1"><x:f t="array" ref="A1:B1">1</x:f></x:c></x:row>'
    data = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
    found = Worksheet(data.encode()).with_values({(1, 1): 1.0, (1, 2): 2.0}).decode()
    assert '<x:f t="array" ref="A1:B1">1</x:f><x:v>1</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row>' in found


def array(area: str, value: str = "") -> str:
    """A cell with an array formula."""
    return f'<c r="{area.partition(":")[0]}"><f t="array" ref="{area}">F(,1)</f>{value}</c>'


def cell(address: str, value: int) -> str:
    return f'<c r="{address}"><v>{value}</v></c>'


def row(number: int, *cells: str, style: str = "") -> str:
    return f'<row r="{number}"{style}>{"".join(cells)}</row>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # the row below is not there at all
            [row(1, array("B1:C2"), '<c r="D1"/>'), '<row r="4"/>'],
            [
                row(1, array("B1:C2", "<v>1</v>"), cell("C1", 2), '<c r="D1"/>'),
                row(2, cell("B2", 3), cell("C2", 4)),
                '<row r="4"/>',
            ],
        ),
        (  # a row without cells, and one with cells on either side
            [row(1, array("B1:C3")), '<row r="2" s="1" />', row(3, '<c r="A3"/>', '<c r="C3" s="2"/>', '<c r="E3"/>')],
            [
                row(1, array("B1:C3", "<v>1</v>"), cell("C1", 2)),
                row(2, cell("B2", 3), cell("C2", 4), style=' s="1"'),
                row(3, '<c r="A3"/>', cell("B3", 5), '<c r="C3" s="2"><v>6</v></c>', '<c r="E3"/>'),
            ],
        ),
    ],
)
def test_an_array_fills_its_cells(before: list[str], after: list[str]) -> None:
    sheet = Worksheet(part("".join(before)))
    (found,) = sheet.formulas
    values: dict[tuple[int, int], Value] = {at: float(number) for number, at in enumerate(found.fills(), start=1)}
    assert rows_of(sheet.with_values(values)) == "".join(after)


def test_an_array_that_grows_and_shrinks() -> None:
    rows = row(1, array("A1:B1", "<v>1</v>"), '<c r="B1" s="4" t="b"><v>1</v></c>')
    changed = Worksheet(part(rows)).with_areas({(1, 1): "A1:A2"})
    assert rows_of(changed) == rows.replace("A1:B1", "A1:A2").replace(' t="b"><v>1</v></c>', "/>")
    assert rows_of(Worksheet(changed).with_values({(2, 1): 7.0})).endswith(row(2, cell("A2", 7)))


def test_other_formulas_and_no_values_of_arrays() -> None:
    rows = row(1, array("A1:B1", "<v>1</v>"), '<c r="B1" t="s" s="2"><v>1</v></c>', cell("C1", 5))
    written = array("A1:B1", "<v>1</v>").replace("F(,1)", 'F("",1)&amp;"&lt;"')
    found = rows_of(Worksheet(part(rows)).with_formulas({(1, 1): 'F("",1)&"<"'}))
    assert found == row(1, written, '<c r="B1" s="2"/>', cell("C1", 5))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back(text: str) -> None:
    kind, written = stored(text)
    assert kind == "str"
    read = ET.fromstring(stored_in('<row r="1"><c r="A1"><f>B1</f></c></row>', {"A1": text})).find("c/v")  # noqa: S314
    assert read is not None
    assert (read.text or "") == written
    assert re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), written) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back_to_its_last_digit(number: float) -> None:
    kind, written = stored(number)
    assert kind == ""
    assert float(written) == number


def test_addresses() -> None:
    assert (place("XFD1048576"), place("$B$2")) == ((1048576, 16384), (2, 2))
    assert filled("B2:C3") == [(2, 2), (2, 3), (3, 2), (3, 3)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (part("<row><c>"), "XML is broken"),
        (b"", "XML is broken"),
        (part('<row><c r="1A"/></row>'), "has a worksheet with '1A' for a cell"),
        (part(row(1, array("A1:XFD1048576"))), "has an array that fills A1:XFD1048576, more than 100,000 cells"),
        (part(row(1, array("A1:CU999"), array("CV1:GP999"))), "has arrays that fill more than 100,000 cells"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + part(""), "declares a document type"),
        ('<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16"), "in UTF-16, not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(PackageError, match=problem):
        Worksheet(data)
