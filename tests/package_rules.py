"""Rules of Excel for the package of a workbook that no schema states.

assert problems(path.read_bytes()) == []
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from lxml import etree

from workbooks.recalculation.worksheet import place

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHARTS: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
OFFICE: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SPREADSHEET_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
ERRORS: Final = {"#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NULL!"}
LIMITS: Final = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}  # of a validation
NEWER: Final = (  # functions that a file names with the prefix _xlfn.
    *("QUARTILE.INC", "QUARTILE.EXC", "PERCENTILE.INC", "PERCENTILE.EXC", "IFNA", "IFS", "XLOOKUP", "FILTER", "SORT"),
    *("UNIQUE", "LET", "LAMBDA", "TEXTJOIN", "CONCAT", "MAXIFS", "MINIFS", "SEQUENCE", "STDEV.S", "NORM.S.INV"),
    *("NORM.S.DIST", "SWITCH", "XMATCH", "VSTACK", "HSTACK", "DAYS", "NUMBERVALUE", "SORTBY", "RANK.EQ", "AGGREGATE.X"),
)
LABEL_PLACES: Final = {
    "barChart": {"ctr", "inBase", "inEnd", "outEnd"},
    "scatterChart": {"b", "ctr", "l", "r", "t"},
}

Parts = Mapping[str, bytes]


def problems(data: bytes) -> list[str]:
    """Everything in a package that Excel would repair, refuse or show wrongly."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    found = [] if len({name.lower() for name in names}) == len(names) else ["two parts of one name"]
    sheets = [sheet.get("name", "") for sheet in etree.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet")]
    for rule in (_content_types, _relations, _names, _styles):
        found += rule(parts)
    for name, part in parts.items():
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            found += [f"{name}: {problem}" for problem in _sheet(etree.fromstring(part), parts, sheets)]
        if re.fullmatch(r"xl/charts/chart\d+\.xml", name):
            found += [f"{name}: {problem}" for problem in _chart(etree.fromstring(part), sheets)]
        if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
            found += [f"{name}: {problem}" for problem in _drawing(part)]
    return found


def _content_types(parts: Parts) -> Iterator[str]:
    types = etree.fromstring(parts["[Content_Types].xml"])
    named = [each.get("PartName") for each in types if each.tag.endswith("Override")]
    endings = {each.get("Extension") for each in types if each.tag.endswith("Default")}
    if len(set(named)) != len(named):
        yield "a part has two content types"
    yield from (f"a content type for {name}, which is not there" for name in named if name.lstrip("/") not in parts)
    for name in parts:
        own = f"/{name}" in named
        if name != "[Content_Types].xml" and not own and name.rsplit(".", 1)[-1] not in endings:
            yield f"{name} has no content type"
        if name.endswith(".xml") and name != "[Content_Types].xml" and not own:
            yield f"{name} has the content type of any XML"


def _relations(parts: Parts) -> Iterator[str]:
    reached = {"[Content_Types].xml"}
    for name in (name for name in parts if name.endswith(".rels")):
        folder = posixpath.dirname(posixpath.dirname(name))
        every = etree.fromstring(parts[name])
        relations = [each for each in every if each.get("TargetMode") != "External"]
        ids = [each.get("Id") for each in every]
        if len(set(ids)) != len(ids):
            yield f"{name}: two relations of one id"
        for each in relations:
            target = each.get("Target")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            reached.add(part)
            if part not in parts:
                yield f"{name}: {target} is not there"
        source = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
        if source in parts:
            used = set(re.findall(r'r:(?:id|embed|link|pict)="([^"]+)"', parts[source].decode()))
            yield from (f"{source}: no relation {each}" for each in sorted(used - set(ids)))
    yield from (f"nothing leads to {name}" for name in parts if name not in reached and not name.endswith(".rels"))


def _names(parts: Parts) -> Iterator[str]:
    workbook = etree.fromstring(parts["xl/workbook.xml"])
    names = [sheet.get("name", "") for sheet in workbook.iter(f"{MAIN}sheet")]
    if len({name.lower() for name in names}) != len(names):
        yield "two sheets of one name"
    for name in names:
        if len(name.encode("utf-16-le")) // 2 > 31 or set(name) & set("[]:*?/\\") or "'" in (name[0], name[-1]):
            yield f"a sheet cannot be called {name!r}"
    known = set()
    for defined in workbook.iter(f"{MAIN}definedName"):
        name, key = defined.get("name"), (defined.get("name").lower(), defined.get("localSheetId"))
        if key in known:
            yield f"the name {name} is defined twice"
        known.add(key)
        if not re.fullmatch(r"[A-Za-z_\\\u0080-\uffff][\w.\\?\u0080-\uffff]*", name) or re.fullmatch(
            r"[A-Za-z]{1,3}\d+|[rRcC]|[rR]\d*[cC]\d*", name
        ):
            yield f"a name cannot be {name}"
        if "#REF" in (defined.text or ""):
            yield f"the name {name} points nowhere"


def _styles(parts: Parts) -> Iterator[str]:
    styles = etree.fromstring(parts["xl/styles.xml"])
    counts = {tag: len(styles.find(f"{MAIN}{tag}")) for tag in ("fonts", "fills", "borders", "cellStyleXfs")}
    formats = {int(each.get("numFmtId")): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
    for code in formats.values():
        if len(code) > 255 or code.count(";") > 3:
            yield f"a number format cannot be {code}"
    for each in [*styles.find(f"{MAIN}cellXfs"), *styles.find(f"{MAIN}cellStyleXfs")]:
        for key, tag in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
            if int(each.get(key, 0)) >= counts[tag]:
                yield f"a style refers to {key} {each.get(key)}"
        number = int(each.get("numFmtId", 0))
        if number >= 164 and number not in formats:
            yield f"a style refers to the number format {number}"
    named = [each.get("name").lower() for each in styles.find(f"{MAIN}cellStyles")]
    if len(set(named)) != len(named):
        yield "two styles of one name"


def _sheet(sheet: etree._Element, parts: Parts, sheets: list[str]) -> Iterator[str]:
    styles = len(etree.fromstring(parts["xl/styles.xml"]).find(f"{MAIN}cellXfs"))
    places = []
    for cell in sheet.iter(f"{MAIN}c"):
        places.append(place(cell.get("r")))
        if int(cell.get("s", 0)) >= styles:
            yield f"{cell.get('r')}: no style {cell.get('s')}"
        yield from (f"{cell.get('r')}: {problem}" for problem in _cell(cell))
    if any(before >= after for before, after in pairwise(places)):
        yield "cells out of order"
    yield from _validations(sheet)
    for link in sheet.iter(f"{MAIN}hyperlink"):
        if link.get(f"{OFFICE}id"):
            continue  # to another file
        target = re.match(r"'?((?:[^']|'')+?)'?!", link.get("location", ""))
        if target is None or target[1].replace("''", "'") not in sheets:
            yield f"a link to {link.get('location')}"
    breaks = sheet.find(f"{MAIN}rowBreaks")
    if breaks is not None and sheet.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr[@fitToPage='1']") is not None:
        yield "page breaks on a sheet that is fitted to its page"
    priorities = [rule.get("priority") for rule in sheet.iter(f"{MAIN}cfRule")]
    if len(set(priorities)) != len(priorities):
        yield "two conditional formats of one priority"


def _validations(sheet: etree._Element) -> Iterator[str]:
    for validation in sheet.iter(f"{MAIN}dataValidation"):
        for key, most in LIMITS.items():
            if len(validation.get(key, "")) > most:
                yield f"a validation's {key} of {len(validation.get(key))} characters"
        first = validation.findtext(f"{MAIN}formula1") or ""
        if len(first.strip('"')) > 255:
            yield f"a validation's list of {len(first)} characters"


def _cell(cell: etree._Element) -> Iterator[str]:
    kind, formula, value, inline = cell.get("t"), *(cell.find(f"{MAIN}{tag}") for tag in ("f", "v", "is"))
    stored = "" if value is None else value.text or ""
    if kind is not None and formula is None and value is None and inline is None:
        yield "a type without a value"
    if kind == "b" and stored not in ("0", "1"):
        yield f"the flag {stored!r}"
    if kind == "e" and stored not in ERRORS:
        yield f"the error {stored!r}"
    if kind in (None, "n") and stored and not abs(float(stored)) < 1e308:
        yield f"the number {stored}"
    text = stored if inline is None else "".join(inline.itertext())
    if len(text) > 32_767:
        yield f"a text of {len(text):,} characters"
    if formula is not None:
        yield from _formula(formula.text or "")


def _formula(formula: str) -> Iterator[str]:
    if len(formula) > 8_191:
        yield f"a formula of {len(formula):,} characters"
    if any(len(text) > 255 for text in re.findall(r'"((?:[^"]|"")*)"', formula)):
        yield "a text of more than 255 characters in a formula"
    plain = re.sub(r"'[^']*'!", "", re.sub(r'"(?:[^"]|"")*"', '""', formula))
    depth = deepest = 0
    for sign in plain:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    if deepest > 64:
        yield f"{deepest} levels of parentheses"
    if re.search(r'(?<![A-Z])TEXT\([^"]*"[^"]*[.,][^"]*"\)', formula):
        yield "a format in TEXT with a separator, which each locale reads in its own way"
    if re.search(r"INDEX\(\{[^{};]*\},(?!1,)", plain):
        yield "INDEX of a row without its number, which Gnumeric and HyperFormula take for a row"
    for name in NEWER:
        if re.search(rf"(?<![\w.]){re.escape(name)}\(", plain):
            yield f"{name} without _xlfn."


def _chart(chart: etree._Element, sheets: list[str]) -> Iterator[str]:
    yield from _labels_and_axes(chart)
    if any(not run.findtext(f"{DRAWING}t") for run in chart.iter(f"{DRAWING}r")):
        yield "a run without a text"
    for key in ("idx", "order"):
        values = [series.find(f"{CHARTS}{key}").get("val") for series in chart.iter(f"{CHARTS}ser")]
        if len(set(values)) != len(values):
            yield f"two series of one {key}"
    for reference in chart.iter(f"{CHARTS}f"):
        sheet = re.match(r"'((?:[^']|'')+)'!|([^'!]+)!", reference.text)
        if sheet is None or (sheet[1] or sheet[2]).replace("''", "'") not in sheets:
            yield f"a reference to {reference.text}"
        cache = reference.getnext()
        if cache is None or not cache.tag.endswith("Cache"):
            yield f"no cached values of {reference.text}"


def _labels_and_axes(chart: etree._Element) -> Iterator[str]:
    axes = [each.get("val") for tag in ("catAx", "valAx") for axis in chart.iter(f"{CHARTS}{tag}") for each in axis[:1]]
    for kind, allowed in LABEL_PLACES.items():
        for drawn in chart.iter(f"{CHARTS}{kind}"):
            grouping = drawn.find(f"{CHARTS}grouping")
            stacked = grouping is not None and grouping.get("val") != "clustered"
            for label in drawn.iter(f"{CHARTS}dLblPos"):
                if label.get("val") not in allowed - ({"outEnd"} if stacked else set()):
                    yield f"labels at {label.get('val')}"
            if {each.get("val") for each in drawn.findall(f"{CHARTS}axId")} != set(axes):
                yield "axes that are not there"


def _drawing(part: bytes) -> Iterator[str]:
    if b"<xdr:wsDr" not in part:
        yield "elements without the prefix xdr"
    frames = list(etree.fromstring(part).iter(f"{SPREADSHEET_DRAWING}cNvPr"))
    if len({frame.get("id") for frame in frames}) != len(frames):
        yield "two frames of one id"
    yield from (f"{frame.get('name')} has no alternative text" for frame in frames if not frame.get("descr"))
