"""Workbooks as a spreadsheet program saves them: formulas with the values that it stored.

data = book({"A1": 5, "A2": F("A1*2", 10)})
data = book({"A1": F("Other!A1", 3)}, others={"Other": {"A1": 3}}, names={"Rate": "S!$A$1"})
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from hostile_files import HEAD, MAIN, OFFICE, PACKAGE, WORKSHEET, Parts, packed

EVERY_FILE: Final[Parts] = {  # what every program writes, and the second engine asks for
    "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts><font/></fonts>'
    "<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    "docProps/app.xml": f'{HEAD}<Properties xmlns="{OFFICE.replace("relationships", "extended-properties")}">'
    "<Application>Test</Application></Properties>",
    "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"/>',
}
Stored = float | str | bool | None
ERROR: Final = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)")


@dataclass(frozen=True)
class F:
    """A formula, the value that is stored for it, and attributes of the formula, such as those of an array."""

    text: str
    stored: Stored = None
    more: str = ""


Content = float | str | bool | F


def book(
    cells: Mapping[str, Content],
    title: str = "S",
    others: Mapping[str, Mapping[str, Content]] | None = None,
    names: Mapping[str, str] | None = None,
    settings: str = "",
    hidden: tuple[int, ...] = (),
) -> bytes:
    """The file of a workbook; hidden rows are those of the first sheet, settings stand in the workbook's own part."""
    return packed(parts(cells, title, others, names, settings, hidden))


def parts(
    cells: Mapping[str, Content],
    title: str = "S",
    others: Mapping[str, Mapping[str, Content]] | None = None,
    names: Mapping[str, str] | None = None,
    settings: str = "",
    hidden: tuple[int, ...] = (),
) -> Parts:
    """The parts of a workbook."""
    sheets = {title: cells, **(others or {})}
    relations = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in zip(numbers, sheets, strict=True)
    )
    named = "".join(f'<definedName name="{name}">{escape(text)}</definedName>' for name, text in (names or {}).items())
    before, after = (settings, "") if "workbookPr" in settings else ("", settings)
    found: Parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{WORKSHEET}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{WORKSHEET}.worksheet+xml"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'{relations}<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheets>{listed}</sheets>'
        f"<definedNames>{named}</definedNames>{after}</workbook>".replace("<definedNames></definedNames>", ""),
        "xl/_rels/workbook.xml.rels": relations
        + "".join(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + "</Relationships>",
    }
    found |= EVERY_FILE
    for number, (name, contents) in zip(numbers, sheets.items(), strict=True):
        found[f"xl/worksheets/sheet{number}.xml"] = _sheet(contents, hidden if name == title else ())
    return found


def _sheet(cells: Mapping[str, Content], hidden: tuple[int, ...]) -> str:
    rows: dict[int, list[tuple[int, str]]] = {}
    for at, content in cells.items():
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", at).groups()  # type: ignore[union-attr]
        number = 0
        for letter in column:
            number = 26 * number + ord(letter) - 64
        rows.setdefault(int(row), []).append((number, _cell(at, content)))
    lines = []
    for row, texts in sorted(rows.items()):
        mark = ' hidden="1"' if row in hidden else ""
        lines.append(f'<row r="{row}"{mark}>{"".join(text for _, text in sorted(texts))}</row>')
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(at: str, content: Content) -> str:
    if isinstance(content, F):
        formula = f"<f{content.more}>{escape(content.text)}</f>"
        if content.stored is None:
            return f'<c r="{at}">{formula}</c>'
        kind, text = _kind(content.stored)
        dynamic = ' cm="1"' if "array" in content.more and "cm" in content.more else ""
        return f'<c r="{at}"{dynamic}{kind}>{formula}<v>{escape(text)}</v></c>'
    kind, text = _kind(content)
    if kind == ' t="str"':
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
    return f'<c r="{at}"{kind}><v>{text}</v></c>'


def _kind(value: float | str | bool) -> tuple[str, str]:  # noqa: FBT001 - it is a cell's value
    if isinstance(value, bool):
        return ' t="b"', "1" if value else "0"
    if isinstance(value, str):
        return (' t="e"' if ERROR.fullmatch(value) else ' t="str"'), value
    return "", repr(value)
