"""Cached values of charts, for previews that do not calculate."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from workbooks.address import letters
from workbooks.xlsx.parts import plain, sheet_parts

CHART: Final = "xl/charts/chart"
REFERENCE: Final = re.compile(rb"<(numRef|strRef)><f>([^<]*)</f></")
AREA: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
CELL: Final = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)>(.*?)</c>', re.DOTALL)
TYPE: Final = re.compile(rb' t="(\w+)"')
CONTENT: Final = re.compile(rb"<(?:v|t)(?: [^>]*)?>([^<]*)</(?:v|t)>")


def with_caches(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The charts of a package with the values of their cells, as stored in its worksheets."""
    charts = {name: part for name, part in parts.items() if name.startswith(CHART)}
    areas = {text: _cells(text.decode()) for part in charts.values() for _, text in REFERENCE.findall(part)}
    wanted: dict[str, set[str]] = defaultdict(set)
    for sheet, cells in areas.values():
        wanted[sheet].update(cells)
    sheets = dict(sheet_parts(parts))
    found = {sheet: _values(parts[sheets[sheet]], cells) for sheet, cells in wanted.items()}

    def cached(reference: re.Match[bytes]) -> bytes:
        kind, area = reference[1], reference[2]
        sheet, cells = areas[area]
        values = [found[sheet].get(cell) for cell in cells]
        return b"<%s><f>%s</f>%s</" % (kind, area, _cache(values, number=kind == b"numRef"))

    return {name: REFERENCE.sub(cached, part) for name, part in charts.items()}


def _cells(area: str) -> tuple[str, list[str]]:
    """The sheet of an area and its cells, row by row."""
    found = AREA.fullmatch(plain(area))
    if found is None:
        message = f"a chart refers to {area}"
        raise ValueError(message)
    sheet = found[1].replace("''", "'") if found[1] else found[2]
    first, last = _number(found[3]), _number(found[5] or found[3])
    rows = range(int(found[4]), int(found[6] or found[4]) + 1)
    return sheet, [f"{letters(column)}{row}" for row in rows for column in range(first, last + 1)]


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _values(sheet: bytes, wanted: Iterable[str]) -> dict[str, tuple[bool, bytes]]:
    """Contents of cells of a worksheet: whether each is a number, and its text as XML."""
    places = {place.encode() for place in wanted}
    values = {}
    for place, attributes, inside in CELL.findall(sheet):
        content = CONTENT.search(inside) if place in places else None
        if content:
            kind = TYPE.search(attributes)
            values[place.decode()] = (kind is None or kind[1] == b"n", content[1])
    return values


def _cache(values: list[tuple[bool, bytes] | None], *, number: bool) -> bytes:
    points = b"".join(
        b'<pt idx="%d"><v>%s</v></pt>' % (place, value[1])
        for place, value in enumerate(values)
        if value and (value[0] or not number)
    )
    count = b'<ptCount val="%d"/>' % len(values)
    if number:
        return b"<numCache><formatCode>General</formatCode>" + count + points + b"</numCache>"
    return b"<strCache>" + count + points + b"</strCache>"
