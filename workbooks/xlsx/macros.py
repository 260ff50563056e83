"""Adds a VBA project to a workbook: the parts of the package, and the sheet with its settings.

Its bytes are copied unchanged.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

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


def with_project(data: bytes, project: bytes) -> bytes:
    """Convert the package of an .xlsx to an .xlsm with a VBA project, without other changes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            for before, after in CHANGES.get(item.filename, ()):
                if content.count(before) != 1:
                    message = f"{item.filename}: {before.decode()} does not stand there once"
                    raise ValueError(message)
                content = content.replace(before, after)
            new.writestr(item, content)
        added = zipfile.ZipInfo("xl/vbaProject.bin", old.infolist()[0].date_time)  # equal workbooks have equal bytes
        added.compress_type = zipfile.ZIP_DEFLATED
        new.writestr(added, project)
    return out.getvalue()
