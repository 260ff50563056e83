"""Faults put into a workbook by editing its XML, as no spreadsheet program is needed for it."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from workbooks.opening.package import opened
from workbooks.recalculation.package import structure
from workbooks.recalculation.worksheet import place

Content: TypeAlias = float | str | bool | None
_STYLE: Final = re.compile(r'\ss="\d+"')


def edited(data: bytes, sheet: str, cell: str, content: Content, value: float | None = None) -> bytes:
    """The workbook with another content in a cell: `=…` is a formula, None nothing; no value is stored for a formula.

    With `value` a formula keeps that stored value.
    """
    part = structure(opened(data)).sheets[sheet]
    return with_part(data, part, lambda text: _edited(text, cell, content, value))


def with_part(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()).encode() if name == part else content)
    return out.getvalue()


def stored_as(data: bytes, sheet: str, cell: str, value: float) -> bytes:
    """The workbook with another stored value for a formula."""

    def change(text: str) -> str:
        found = _found(text, cell)
        assert found
        inner = re.sub(r"<v>[^<]*</v>", f"<v>{value!r}</v>", found[0])
        assert inner != found[0]
        return text[: found.start()] + inner + text[found.end() :]

    return with_part(data, structure(opened(data)).sheets[sheet], change)


def _edited(text: str, cell: str, content: Content, value: float | None) -> str:
    found = _found(text, cell)
    style = _STYLE.search(found[0].partition(">")[0]) if found else None
    new = _cell(cell, content, style[0] if style else "", value)
    if found:
        return text[: found.start()] + new + text[found.end() :]
    row, column = place(cell)
    line = re.search(rf'<row r="{row}"[^>]*?(?:/>|>.*?</row>)', text, re.DOTALL)
    if line is None:
        later = next((each.start() for each in re.finditer(r'<row r="(\d+)"', text) if int(each[1]) > row), None)
        at = text.index("</sheetData>") if later is None else later
        return f'{text[:at]}<row r="{row}">{new}</row>{text[at:]}'
    if line[0].endswith("/>"):
        return f"{text[: line.end() - 2]}>{new}</row>{text[line.end() :]}"
    cells = list(re.finditer(rf'<c r="([A-Z]+){row}"', line[0]))
    after = next((each.start() for each in cells if place(f"{each[1]}{row}")[1] > column), line[0].rindex("</row>"))
    at = line.start() + after
    return text[:at] + new + text[at:]


def _found(text: str, cell: str) -> re.Match[str] | None:
    return re.search(rf'<c r="{cell}"(?:[^>]*/>|[^>]*>.*?</c>)', text, re.DOTALL)


def _cell(cell: str, content: Content, style: str, value: float | None) -> str:
    if content is None:
        return f'<c r="{cell}"{style}/>'
    if isinstance(content, bool):
        return f'<c r="{cell}"{style} t="b"><v>{content:d}</v></c>'
    if isinstance(content, (int, float)):
        return f'<c r="{cell}"{style}><v>{content!r}</v></c>'
    if content.startswith("="):
        kept = "" if value is None else f"<v>{value!r}</v>"
        return f'<c r="{cell}"{style}><f>{escape(content[1:])}</f>{kept}</c>'
    return f'<c r="{cell}"{style} t="inlineStr"><is><t>{escape(content)}</t></is></c>'
