"""betteroffice for tests: one more engine that computes a workbook, from formulas alone.

    values = betteroffice_engine.recalculate(path)                    # as LibreOffice.recalculate gives them

Stored values are taken out of the file first, so that none can be passed off as computed.
"""

import io
import re
import zipfile
from pathlib import Path
from typing import Final

import betteroffice_xlsx
import openpyxl
from openpyxl.utils import get_column_letter

from libreoffice import Value, Values

_STORED: Final = re.compile(rb"(<c [^>]*>)(<f(?: [^>]*)?(?:/>|>[^<]*</f>))<v(?: [^>]*)?>[^<]*</v>")


def recalculate(path: Path) -> Values:
    """Values of every sheet after evaluation."""
    book = betteroffice_xlsx.Workbook.open(without_values(path.read_bytes()))
    book.recalculate()
    return {
        sheet.title: [
            [_plain(book.value(sheet.title, f"{get_column_letter(c)}{r}")) for c in range(1, sheet.max_column + 1)]
            for r in range(1, sheet.max_row + 1)
        ]
        for sheet in openpyxl.load_workbook(path).worksheets
    }


def without_values(data: bytes) -> bytes:
    """A workbook whose formulas have no stored values."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _STORED.sub(rb"\1\2", part) if name.startswith("xl/worksheets/sheet") else part)
    return out.getvalue()


def _plain(value: object) -> Value:
    if value is None or value == "":
        return None
    if isinstance(value, betteroffice_xlsx.CellError):
        return str(value.code)
    return value if isinstance(value, (bool, str)) else float(value)  # type: ignore[arg-type]
