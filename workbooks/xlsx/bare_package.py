"""A package with nothing but rows and names, which is all that an engine needs to compute."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from workbooks.xlsx.parts import escaped

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS: Final = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES: Final = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{MEDIA}.sheet.main+xml"/>%s</Types>'
)
SHEET_TYPE: Final = f'<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="{MEDIA}.worksheet+xml"/>'
RELATED: Final = f"{HEAD}<Relationships {RELATIONSHIPS}>%s</Relationships>"
BOOK_RELATION: Final = f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/>'
SHEET_RELATION: Final = f'<Relationship Id="rId%d" Type="{RELATION}/worksheet" Target="worksheets/sheet%d.xml"/>'
BOOK: Final = (
    f'{HEAD}<workbook {MAIN} xmlns:r="{RELATION}"><sheets>%s</sheets><definedNames>%s</definedNames></workbook>'
)
LISTED: Final = '<sheet name="%s" sheetId="%d" r:id="rId%d"/>'
NAMED: Final = '<definedName name="%s">%s</definedName>'
WORKSHEET: Final = f"{HEAD}<worksheet {MAIN}>".encode()
END: Final = b"</worksheet>"


def bare_package(rows: Mapping[str, bytes], names: Mapping[str, str]) -> bytes:
    """Make a package of worksheets with these rows, and of these defined names with what they refer to."""
    numbers = range(1, len(rows) + 1)
    sheets = "".join(LISTED % (escaped(name), at, at) for at, name in zip(numbers, rows, strict=True))
    defined = "".join(NAMED % (escaped(name), escaped(target)) for name, target in names.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", TYPES % "".join(SHEET_TYPE % at for at in numbers))
        package.writestr("_rels/.rels", RELATED % BOOK_RELATION)
        package.writestr("xl/workbook.xml", BOOK % (sheets, defined))
        package.writestr("xl/_rels/workbook.xml.rels", RELATED % "".join(SHEET_RELATION % (at, at) for at in numbers))
        for at, each in zip(numbers, rows.values(), strict=True):
            package.writestr(f"xl/worksheets/sheet{at}.xml", WORKSHEET + each + END)
    return out.getvalue()


def rows_in(data: bytes, names: Mapping[str, object]) -> dict[str, bytes]:
    """The rows in a package of `bare_package` by the names of their worksheets, after an engine has changed them."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = {name: package.read(f"xl/worksheets/sheet{at}.xml") for at, name in enumerate(names, start=1)}
    return {name: sheet[sheet.index(b"<sheetData") : sheet.rindex(END)] for name, sheet in sheets.items()}
