"""Writes a copy of a workbook with an added sheet that lists the findings, each linked to its cell."""

import io
import posixpath
import re
import zipfile
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from workbooks.address import letters, quoted
from workbooks.audit.report import Report
from workbooks.opening.limits import STANDARD, Limits, PackageError
from workbooks.opening.package import opened, read
from workbooks.recalculation.package import structure

TITLE: Final = "Findings"
_HEADINGS: Final = ("Severity", "Sheet", "Cell", "Rule", "Cells", "What and why", "How to mend")
_WIDTHS: Final = (10, 18, 10, 24, 8, 90, 60)
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TYPES: Final = "[Content_Types].xml"
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET: Final = re.compile(rb"""<((?:\w+:)?)sheet\s[^>]*?\bsheetId\s*=\s*["'](\d+)["']""")
_LONGEST_TITLE: Final = 31


def annotated(data: bytes, report: Report, limits: Limits = STANDARD) -> bytes:
    """Add a sheet with the findings at the end of a workbook.

    Parameters
    ----------
    data : bytes
        The file.
    report : Report
        Result of the audit.
    limits : Limits
        Limits for reading.

    Raises
    ------
    PackageError
        If it is not a workbook, or its parts have an unusual form.
    """
    package = opened(data, limits)
    book = structure(package)
    workbook = read(package, book.part)
    folder, name = posixpath.split(book.part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    names = set(package.namelist())
    number = next(n for n in range(1, len(names) + 2) if f"{folder}/worksheets/findings{n}.xml" not in names)
    part = posixpath.join(folder, "worksheets", f"findings{number}.xml")
    listed = _SHEET.findall(workbook)
    if not listed or relations not in names:
        message = "has a list of sheets that nothing can be added to"
        raise PackageError(message)
    prefix = listed[0][0].decode()
    title = _title({sheet.casefold() for sheet in book.sheets})
    entry = (
        f"<{prefix}sheet name={quoteattr(title)} sheetId={quoteattr(str(max(int(each) for _, each in listed) + 1))} "
        f'xmlns:sy="{_RELATION}" sy:id="steelyardFindings{number}"/>'
    )
    relation = f'<Relationship Id="steelyardFindings{number}" Type="{_RELATION}/worksheet" Target="/{part}"/>'
    override = f'<Override PartName="/{part}" ContentType="{_KIND}"/>'
    changed = {
        book.part: _added(workbook, f"</{prefix}sheets>", entry),
        relations: _added(read(package, relations), "</Relationships>", relation),
        _TYPES: _added(read(package, _TYPES), "</Types>", override),
    }
    return _packed(package, changed, part, _sheet(report))


def _added(data: bytes, closing: str, text: str) -> bytes:
    """Insert an element before the closing tag of its parent."""
    before, tag, after = data.rpartition(closing.encode())
    if not tag:
        message = "has a list of parts that nothing can be added to"
        raise PackageError(message)
    return before + text.encode() + tag + after


def _packed(package: zipfile.ZipFile, changed: dict[str, bytes], part: str, sheet: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in package.infolist():
            data = changed.get(entry.filename)
            new.writestr(entry, read(package, entry.filename) if data is None else data)
        added = zipfile.ZipInfo(part, package.infolist()[0].date_time)  # equal workbooks have equal bytes
        added.compress_type = zipfile.ZIP_DEFLATED
        new.writestr(added, sheet)
    return out.getvalue()


def _title(taken: set[str]) -> str:
    """A sheet name that is not in use."""
    number, title = 1, TITLE
    while title.casefold() in taken:
        number += 1
        title = f"{TITLE} {number}"[:_LONGEST_TITLE]
    return title


def _sheet(report: Report) -> bytes:
    rows = [_HEADINGS] + [
        (each.severity, each.sheet, each.cell, each.rule, each.count, each.message, each.fix)
        for each in report.findings
    ]
    links = [
        f'<hyperlink ref="C{row}" location={quoteattr(f"{quoted(each.sheet)}!{each.cell}")}/>'
        for row, each in enumerate(report.findings, start=2)
        if each.sheet and each.cell
    ]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    cells = "".join(
        f'<row r="{row}">{"".join(_cell(row, column, value) for column, value in enumerate(values, start=1))}</row>'
        for row, values in enumerate(rows, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{cells}</sheetData>"
        f'<autoFilter ref="A1:{letters(len(_HEADINGS))}{len(rows)}"/>'
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + "</worksheet>"
    ).encode()


def _cell(row: int, column: int, value: object) -> str:
    at = f"{letters(column)}{row}"
    if isinstance(value, int):
        return f'<c r="{at}"><v>{value}</v></c>'
    text = escape(_NO_XML.sub(" ", str(value)))
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
