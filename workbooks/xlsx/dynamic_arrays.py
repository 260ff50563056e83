"""Marks array formulas as dynamic arrays (which spill), as Excel 365 does and openpyxl cannot.

Without the mark Excel shows an array formula in braces and limits it to its own cell.
"""

import re
from collections.abc import Mapping
from typing import Final

METADATA: Final = "xl/metadata.xml"
SHEET: Final = "xl/worksheets/sheet"
ARRAY: Final = re.compile(rb'<c ([^>]*)>(?=<f [^>]*t="array")')
# Cell metadata no. 1 (`cm="1"`): a dynamic array that is not collapsed.
PART: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    b'<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" '
    b'pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" '
    b'coerce="1" cellMeta="1"/></metadataTypes>'
    b'<futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    b'<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
    b'<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
ADDED: Final = {
    "[Content_Types].xml": (
        b"</Types>",
        (
            b'<Override PartName="/xl/metadata.xml" '
            b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"/>'
        ),
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        (
            b'<Relationship Id="metadata" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata" '
            b'Target="metadata.xml"/>'
        ),
    ),
}


def with_dynamic_arrays(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Mark all array formulas in the parts of a package; unchanged where there are none."""
    spilling = [name for name, part in parts.items() if name.startswith(SHEET) and b't="array"' in part]
    if not spilling:
        return dict(parts)
    marked = {name: ARRAY.sub(rb'<c \1 cm="1">', parts[name]) for name in spilling}
    declared = {name: parts[name].replace(end, added + end) for name, (end, added) in ADDED.items()}
    return {**parts, **marked, **declared, METADATA: PART}
