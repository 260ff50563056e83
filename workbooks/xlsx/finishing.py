"""Post-processes the package: adds what openpyxl omits, and changes what other readers fail on.

It marks dynamic arrays, adds cached values and alternative text to charts, and writes parts as Excel does. All parts
have the same timestamp, so that the same case gives the same bytes.
"""

import datetime as dt
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from workbooks.xlsx.chart_caches import with_caches
from workbooks.xlsx.dynamic_arrays import SHEET, with_dynamic_arrays
from workbooks.xlsx.parts import ESCAPE, ESCAPED

DRAWING: Final = re.compile(r"xl/drawings/drawing\d+\.xml")
CHART: Final = re.compile(r"xl/charts/chart\d+\.xml")
STYLES: Final = "xl/styles.xml"
NONE: Final[Mapping[str, bytes]] = MappingProxyType({})
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning
STAMPS: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")

# Empty cells get no type, because IronCalc reads an empty cell with a type as 0.
EMPTY_CELLS: Final = (b' t="n"></c>', b' t="inlineStr"></c>')
# ExcelJS, and previews based on it, only recognise elements of a drawing with this prefix.
UNPREFIXED: Final = re.compile(rb"<(/?)(?=[A-Za-z]+[\s/>])")
DRAWING_SPACE: Final = b'"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
# Excel writes no empty text run where only the format of a text is given.
EMPTY_RUN: Final = re.compile(rb"<a:r><a:t(?:/>|></a:t>)</a:r>")
FRAME: Final = re.compile(rb'(<xdr:cNvPr [^>]*name="[^"]*")(?=/>)(.*?r:id="([^"]*)")', re.DOTALL)
TITLE: Final = re.compile(rb"<title>.*?</title>", re.DOTALL)
TEXT: Final = re.compile(rb"<(?:a:t|v)>([^<]*)</")  # written there, or of the cell that it is linked to
RELATION: Final = re.compile(rb"<Relationship [^>]*>")
FONT: Final = re.compile(rb"<font>(.*?)</font>", re.DOTALL)
FONT_PART: Final = re.compile(rb"<(\w+)[^>]*/>")
# The order of elements required by the schema and checked by the Open XML SDK.
FONT_ORDER: Final = (
    *(b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u", b"vertAlign", b"sz", b"color"),
    *(b"name", b"family", b"charset", b"scheme"),
)
NUMBER_AS_TEXT: Final = re.compile(rb'<c r="([A-Z]+)(\d+)" s="\d+" t="inlineStr"><is><t>\d[\d,]*\.?\d*</t>')
# What follows the errors to ignore in a worksheet: its schema is a sequence.
AFTER_IGNORED: Final = re.compile(rb"<(?:smartTags|drawing|legacyDrawing|tableParts|extLst|/worksheet)[ />]")


def finished(written: Mapping[str, bytes], as_of: dt.date, varied: Mapping[str, bytes] = NONE) -> bytes:
    """The package of parts as Excel would write it, with one timestamp, so that equal workbooks have equal bytes.

    `varied` are the areas of `varied_formulas`, by part.
    """
    stamp = f"{as_of.isoformat()}T00:00:00Z".encode()
    parts = with_dynamic_arrays(written)
    parts |= {name: _sheet(part, varied.get(name, b"")) for name, part in parts.items() if name.startswith(SHEET)}
    parts |= {name: EMPTY_RUN.sub(b"", part) for name, part in parts.items() if CHART.fullmatch(name)}
    parts |= with_caches(parts)
    parts |= {name: _drawing(name, part, parts) for name, part in parts.items() if DRAWING.fullmatch(name)}
    parts[STYLES] = FONT.sub(_ordered, parts[STYLES])
    parts["docProps/core.xml"] = STAMPS.sub(rb"\g<1>" + stamp + rb"\g<3>", parts["docProps/core.xml"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return out.getvalue()


def _sheet(sheet: bytes, varied: bytes) -> bytes:
    """Post-process a worksheet: empty cells without a type, escaped texts, no triangles where nothing is wrong."""
    for empty in EMPTY_CELLS:
        sheet = sheet.replace(empty, b"/>")
    if b"_x" in sheet:  # a search for the whole pattern takes ten times as long
        sheet = ESCAPE.sub(ESCAPED, sheet)
    columns: dict[bytes, list[int]] = defaultdict(list)
    for column, row in NUMBER_AS_TEXT.findall(sheet):
        columns[column].append(int(row))
    areas = b" ".join(b"%s%d:%s%d" % (column, min(rows), column, max(rows)) for column, rows in columns.items())
    errors = ((areas, b"numberStoredAsText"), (varied, b"formula"))
    each = b"".join(b'<ignoredError sqref="%s" %s="1"/>' % error for error in errors if error[0])
    if not each:
        return sheet
    ignored = b"<ignoredErrors>%s</ignoredErrors>" % each
    return AFTER_IGNORED.sub(lambda next_part: ignored + next_part[0], sheet, count=1)


def _drawing(name: str, drawing: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A drawing with the usual prefix, and the title of each chart as its alternative text."""
    plain = b"xmlns=" + DRAWING_SPACE
    if plain in drawing:
        drawing = UNPREFIXED.sub(rb"<\1xdr:", drawing).replace(plain, b"xmlns:xdr=" + DRAWING_SPACE)
    folder, _, file = name.rpartition("/")
    charts = {}
    for relation in RELATION.findall(parts[f"{folder}/_rels/{file}.rels"]):
        given = dict(re.findall(rb'(\w+)="([^"]*)"', relation))
        charts[given[b"Id"]] = given[b"Target"].decode().lstrip("/")

    def described(frame: re.Match[bytes]) -> bytes:
        return frame[1] + b' descr="%s"' % _title(parts[charts[frame[3]]]) + frame[2]

    return FRAME.sub(described, drawing)


def _title(chart: bytes) -> bytes:
    found = TITLE.search(chart)
    title = b"".join(TEXT.findall(found[0])) if found else b""
    return title.replace(ESCAPED, b"_").replace(b'"', b"&quot;")  # a drawing has no escapes


def _ordered(font: re.Match[bytes]) -> bytes:
    parts = sorted(FONT_PART.finditer(font[1]), key=lambda part: FONT_ORDER.index(part[1]))
    return b"<font>" + b"".join(part[0] for part in parts) + b"</font>"
