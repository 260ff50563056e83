"""Adds a VBA project to a workbook: the parts of the package, and the sheet with its settings.

Its bytes are copied unchanged.
"""

from dataclasses import dataclass
from typing import Final

from workbooks.xlsx.parts import Parts

MEDIA_TYPE: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MEDIA_TYPE_WITH_MACROS: Final = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PROJECT_TYPE: Final = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
RELATION: Final = (
    b'<Relationship Id="vbaProject" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
    b'Target="vbaProject.bin"/>'
)
# Text in a part, and its replacement.
CHANGES: Final = {
    "[Content_Types].xml": ((MEDIA_TYPE, MEDIA_TYPE_WITH_MACROS), (b"</Types>", PROJECT_TYPE + b"</Types>")),
    "xl/_rels/workbook.xml.rels": ((b"</Relationships>", RELATION + b"</Relationships>"),),
}


@dataclass(frozen=True, slots=True)
class Macros:
    """A VBA project, and the sheet that it reads its settings from: its name and its rows from A1 on."""

    project: bytes
    sheet: str
    rows: tuple[tuple[str, ...], ...]


def with_project(parts: Parts, project: bytes) -> Parts:
    """Convert the parts of an .xlsx to those of an .xlsm with a VBA project, without other changes."""
    changed = Parts(parts)
    for name, changes in CHANGES.items():
        for before, after in changes:
            if changed[name].count(before) != 1:
                message = f"{name}: {before.decode()} does not stand there once"
                raise ValueError(message)
            changed[name] = changed[name].replace(before, after)
    changed["xl/vbaProject.bin"] = project
    return changed
