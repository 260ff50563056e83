"""Small files that ask for more than any workbook does: 110 of them, each made here and named for its kind.

for name, data in hostile_files(): …
"""

import io
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
WORKSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET: Final = "xl/worksheets/sheet1.xml"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'

Parts = dict[str, str | bytes]


def sheet(cells: str, after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{cells}</sheetData>{after}</worksheet>'


def formula(at: str, text: str, more: str = "") -> str:
    row = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<row r="{row}"><c r="{at}"><f{more}>{escaped}</f></c></row>'


def formulas(*texts: str) -> str:
    return "".join(formula(f"A{row}", text) for row, text in enumerate(texts, start=1))


def parts(worksheet: str | bytes, names: str = "", **more: str | bytes) -> Parts:
    """The parts of a workbook of one sheet, S."""
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">'
    found: Parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{WORKSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{WORKSHEET}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{HEAD}{relations}<Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="S" sheetId="1" r:id="r1"/></sheets>{names}</workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}{relations}<Relationship Id="r1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        SHEET: worksheet,
    }
    return found | more


def packed(contents: Mapping[str, str | bytes], doubled: Mapping[str, str | bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")  # of two parts of one name
        for listed in (contents, doubled or {}):
            for name, content in listed.items():
                package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def of(cells: str, after: str = "", names: str = "") -> bytes:
    return packed(parts(sheet(cells, after), names))


SOUND: Final = of(formulas("1+1"))


def with_sizes(data: bytes, part: str, size: int) -> bytes:
    """A file whose directory says that a part has another size."""
    at = data.rindex(part.encode()) - 46
    local = data.index(part.encode()) - 30
    changed = bytearray(data)
    changed[at + 24 : at + 28] = changed[local + 22 : local + 26] = struct.pack("<I", size)
    return bytes(changed)


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Every file by its name."""
    for kind in (_packages, _types, _xml, _cells, _sizes, _texts, _arrays, _formulas, _names, _circles):
        yield from kind()


def _packages() -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "one byte", b"P"
    yield "no zip", b"Revenue,Profit\n1,2\n" * 100
    yield "half of a file", SOUND[: len(SOUND) // 2]
    yield "end of a file", SOUND[len(SOUND) // 2 :]
    yield "only a directory", SOUND[SOUND.index(b"PK\x01\x02") :]
    yield "old xls or password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    yield "duplicate worksheet", packed(parts(sheet(formulas("1+1"))), {SHEET: sheet(formulas("2+2"))})
    yield "duplicate workbook", packed(parts(sheet("")), {"xl/workbook.xml": "<workbook/>"})
    yield "duplicate in capitals", packed(parts(sheet("")), {"xl/Worksheets/Sheet1.xml": sheet("")})
    yield "understated size", with_sizes(packed(parts(sheet("", " " * 120_000_000))), SHEET, 10)
    yield "overstated size", with_sizes(SOUND, SHEET, 2**31)
    yield "wrong checksum", SOUND.replace(struct.pack("<I", zlib.crc32(sheet(formulas("1+1")).encode())), b"\0\0\0\1")
    yield "encrypted flag", SOUND.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    yield (
        "unknown compression",
        SOUND.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63"),
    )
    yield "20,000 parts", packed(parts(sheet("")) | {f"xl/media/{number}": b"" for number in range(20_000)})
    yield "part names that climb", packed(parts(sheet("")) | {"../../../etc/passwd": "x", "/absolute": "x"})
    yield "a zip in front of another", SOUND + SOUND
    yield "text after the end", SOUND + b"x" * 70_000
    noise = random.Random(5)  # noqa: S311 - the same damage each time
    for number in range(6):
        changed = bytearray(SOUND)
        for _ in range(40):
            changed[noise.randrange(len(changed))] = noise.randrange(256)
        yield f"changed bytes {number}", bytes(changed)


def _types() -> Iterator[tuple[str, bytes]]:
    sound = parts(sheet(formulas("1+1")))
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    for name in sound:
        text = str(sound[name]).replace(HEAD, f'{HEAD}<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}]>')
        yield f"document type in {name}", packed(sound | {name: text})
    outside = f'{HEAD}<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    yield "outside document type", packed(sound | {SHEET: str(sound[SHEET]).replace(HEAD, outside)})
    late = f"{HEAD}<!-- {'x' * 5000} --><?p?><!DOCTYPE x>"
    yield "document type after a comment", packed(sound | {SHEET: str(sound[SHEET]).replace(HEAD, late)})


def _xml() -> Iterator[tuple[str, bytes]]:
    sound = parts(sheet(formulas("1+1")))
    for name in sound:
        yield f"broken XML in {name}", packed(sound | {name: str(sound[name])[:-9]})
        yield f"empty {name}", packed(sound | {name: ""})
    deep = "<a>" * 100_000 + "</a>" * 100_000
    yield "deep worksheet", of("", deep)
    yield "deep workbook", of("", "", deep)
    yield "UTF-16", packed(sound | {SHEET: str(sound[SHEET]).replace("UTF-8", "UTF-16").encode("utf-16")})
    yield "UTF-7", packed(sound | {SHEET: str(sound[SHEET]).replace("UTF-8", "UTF-7")})
    yield "zero bytes", packed(sound | {SHEET: b"\0" * 1000})
    yield "bad UTF-8", packed(sound | {SHEET: sheet("<row><c><v>").encode() + b"\xff\xfe\xff</v></c></row>"})
    attributes = " ".join(f'a{number}="x"' for number in range(200_000))
    yield "200,000 attributes", of(f'<row r="1" {attributes}><c r="A1"><v>1</v></c></row>')
    yield "long attribute", of(f'<row r="1" spans="{"1" * 9_000_000}"/>')
    yield (
        "relation to itself",
        packed(
            sound
            | {
                "xl/_rels/workbook.xml.rels": str(sound["xl/_rels/workbook.xml.rels"]).replace(
                    SHEET[3:], "workbook.xml"
                )
            }
        ),
    )
    yield "no sheets", packed(sound | {"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'})
    both = '<sheet name="S" sheetId="1" r:id="r1"/><sheet name="s" sheetId="2" r:id="r1"/>'
    yield (
        "two sheets of one name",
        packed(
            sound
            | {
                "xl/workbook.xml": str(sound["xl/workbook.xml"]).replace(
                    '<sheet name="S" sheetId="1" r:id="r1"/>', both
                )
            }
        ),
    )


def _cells() -> Iterator[tuple[str, bytes]]:
    yield "cell at ZZ100000", of('<row r="100000"><c r="ZZ100000"><v>1</v></c></row>')
    yield "cell at the last corner", of('<row r="1048576"><c r="XFD1048576"><f>1+1</f></c></row>')
    yield "cell beyond the corner", of('<row r="1"><c r="XFE1"><f>1+1</f></c></row>')
    yield "row beyond the last", of('<row r="99999999"><c r="A99999999"><f>1+1</f></c></row>')
    yield "row of 5,000 digits", of(f'<row r="{"9" * 5000}"><c r="A1"><f>1</f></c></row>')
    yield "row that is not a number", of('<row r="x"><c r="A1"><f>1</f></c></row>')
    yield "cell that is no address", of('<row r="1"><c r="1A"><f>1</f></c></row>')
    yield "one cell twice", of(formula("A1", "1+1") + formula("A1", "2+2"))
    yield "merge of a sheet", of("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    merges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 60_000))
    yield "60,000 merges", of("", f"<mergeCells>{merges}</mergeCells>")
    rows = "".join(f'<row r="{row}"><c r="A{row}"/><c r="XFD{row}"/></row>' for row in range(1, 40_000))
    yield "80,000 scattered cells", of(rows)
    yield "6 million cells", of("<row>" + "<c/>" * 6_000_000 + "</row>")
    yield "copy of no formula", of('<row r="1"><c r="A1"><f t="shared" si="7"/></c></row>')
    yield "copies over a sheet", of(formula("A1", "B1+1", ' t="shared" ref="A1:XFD1048576" si="0"'))
    yield (
        "value that is not a number",
        of('<row r="1"><c r="A1"><f>1+1</f><v>NaN</v></c><c r="B1" t="s"><v>999</v></c></row>'),
    )
    yield "data table over a sheet", of(formula("A1", "", ' t="dataTable" ref="A1:XFD1048576" r1="B1"'))


def _sizes() -> Iterator[tuple[str, bytes]]:
    yield "500 MB of spaces", packed(parts(sheet("", " " * 500_000_000)))
    yield "120 MB picture", packed(parts(sheet("")) | {"xl/media/image1.png": b"\0" * 120_000_000})
    yield "three parts of 80 MB", packed(parts(sheet("")) | {f"xl/media/{n}.png": b"\0" * 80_000_000 for n in range(3)})
    yield "80 MB of comments", packed(parts(sheet("", "<!--" + "x" * 80_000_000 + "-->")))


def _texts() -> Iterator[tuple[str, bytes]]:
    long = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'
    yield "text of 40,000 letters", of(long)
    chain = [f'"{"x" * 1000}"', *(f"A{row}&A{row}" for row in range(1, 37))]
    yield "36 doublings of 1,000 letters", of(formulas(*chain))
    yield "59 doublings", of(formulas('"x"', *(f"A{row}&A{row}" for row in range(1, 60))))
    yield "doublings by CONCATENATE", of(formulas('"xx"', *(f"CONCATENATE(A{row},A{row})" for row in range(1, 45))))
    yield "SUBSTITUTE over REPT", of(formulas('SUBSTITUTE(REPT("a",32000),"a",REPT("b",32000))'))
    yield "SUBSTITUTE twice", of(formulas('REPT("a",32767)', 'SUBSTITUTE(A1,"a",A1)', 'SUBSTITUTE(A2,"a",A1)'))
    yield "REPT of a billion", of(formulas('REPT("x",1E9)', 'LEN(REPT("ab",2E9))'))
    yield "TEXTJOIN of a column", of(formulas('_xlfn.TEXTJOIN(REPT("x",30000),FALSE,B:B)', "A1&A1"))


def _arrays() -> Iterator[tuple[str, bytes]]:
    yield "array that ends before it begins", of(formula("C5", "1", ' t="array" ref="C5:A2"'))
    yield "array of a column", of(formula("A2", "B1:B9", ' t="array" ref="A2:A1048576"'))
    yield "array of a sheet", of(formula("A1", "1", ' t="array" ref="A1:XFD1048576"'))
    yield "array without an area", of(formula("A1", "1", ' t="array"'))
    yield "array of no address", of(formula("A1", "1", ' t="array" ref="banana"'))
    yield "SEQUENCE of a sheet", of(formulas("SUM(_xlfn.SEQUENCE(1048576,16384))"))
    yield "SEQUENCE of a million", of(formulas("SUM(_xlfn.SEQUENCE(1048576,64))"))
    yield "product of columns", of(formulas("SUMPRODUCT(A:A*TRANSPOSE(A:A))".replace("A:A", "B:B")))
    yield "our function over a sheet", of(formulas("SOTP_VALUE(B1:XFD1048576,B1:XFD1048576)"))
    yield "RANDARRAY", of(formulas("SUM(_xlfn.RANDARRAY(1000000,1000))"))


def _formulas() -> Iterator[tuple[str, bytes]]:
    yield "formula of 200,000 terms", of(formulas("1" + "+1" * 200_000))
    yield "formula of 16,000 signs", of(formulas("-" * 16_000 + "1"))
    yield "10,000 brackets", of(formulas("(" * 7_000 + "1" + ")" * 7_000))
    yield "4,000 functions in each other", of(formulas("ABS(" * 2_000 + "1" + ")" * 2_000))
    yield "powers of powers", of(formulas("9^9^9^9^9", "10^308*10", "FACT(1E9)", "COMBIN(1E9,5E8)"))
    yield "open quote", of(formulas('"open'))
    yield "3,000 arguments", of(formulas(f"SUM({','.join(['1'] * 3_000)})"))
    yield "20,000 sums of a column", of("".join(formula(f"A{row}", "SUM(B:B)+SUM(C:C)") for row in range(1, 20_001)))
    yield "sums of sums", of("".join(formula(f"A{row}", f"SUM(A{row + 1}:A3000)") for row in range(1, 3_000)))
    yield "recursive LAMBDA", of(formulas("_xlfn.LET(_xlpm.f,_xlfn.LAMBDA(_xlpm.g,_xlpm.g(_xlpm.g)),_xlpm.f(_xlpm.f))"))
    yield "1,000 IFs over a column", of("".join(formula(f"A{r}", f'COUNTIF(B:B,">{r}")') for r in range(1, 1_001)))


def _names() -> Iterator[tuple[str, bytes]]:
    def named(*texts: str) -> str:
        listed = "".join(f'<definedName name="N{number}">{text}</definedName>' for number, text in enumerate(texts))
        return f"<definedNames>{listed}</definedNames>"

    yield "name of itself", of(formulas("N0+1"), names=named("N0+1"))
    yield "names in a ring", of(formulas("N0"), names=named("N1+1", "N2+1", "N0+1"))
    yield "names that double", of(formulas("N39"), names=named("1", *(f"N{n}+N{n}" for n in range(39))))
    yield "50,000 names", of(formulas("N5"), names=named(*(f"S!$A${row}" for row in range(2, 50_002))))
    yield "name of 100,000 letters", of(formulas("1"), names=named("1" + "+1" * 50_000))


def _circles() -> Iterator[tuple[str, bytes]]:
    chain = "".join(formula(f"A{row}", f"A{row + 1}+1") for row in range(1, 20_000))
    yield "chain of 20,000", of(chain + formula("A20000", "1"))
    yield "ring of 20,000", of(chain + formula("A20000", "A1"))
    yield "circle by OFFSET", of(formulas("OFFSET(A1,0,0)", "SUM(OFFSET(A1,0,0,9,1))"))
    yield "circle by INDIRECT", of(formulas('INDIRECT("A"&1)', 'INDIRECT("A3")', 'INDIRECT("A2")'))
    yield (
        "circle that is iterated",
        of(formulas("A2+1", "A1*2"), names='<calcPr iterate="1" iterateCount="2147483647" iterateDelta="0"/>'),
    )
