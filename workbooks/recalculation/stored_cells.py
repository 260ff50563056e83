"""Reads cells from the XML of a worksheet: stored values, and shared formulas."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from workbooks.address import letters
from workbooks.opening.limits import PackageError
from workbooks.opening.package import shown
from workbooks.recalculation.worksheet import ErrorCode, Place, Value, place, row_number, unescaped

_WHOLE: Final = 4 << 20  # bytes of a worksheet that is read as a whole, which is quicker
_MOVED: Final = re.compile(
    r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'!?|(?<![\w.])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![\w(.!])', re.IGNORECASE
)


def stored_value(kind: str, text: str, texts: Sequence[str]) -> Value | None:
    """Stored value of a cell, None where it is blank; `texts` are the shared strings.

    Raises
    ------
    PackageError
        If the content does not match its type.
    """
    try:
        if kind in _KINDS:
            return _KINDS[kind](text, texts)
        return float(text) if text and not text.isspace() else None
    except (ValueError, IndexError):
        message = f"has a cell that holds {shown(text)!r}, which is not a value"
        raise PackageError(message) from None


_KINDS: Final[dict[str, Callable[[str, Sequence[str]], Value | None]]] = {
    "str": lambda text, _: unescaped(text),
    "inlineStr": lambda text, _: unescaped(text),
    "s": lambda text, texts: texts[int(text)],
    "b": lambda text, _: text.strip() in {"1", "true"},
    "e": lambda text, _: ErrorCode(text.strip()),
}


class Stored(NamedTuple):
    """A cell: its stored value or None, its formula without the equals sign, its array area."""

    value: Value | None
    formula: str = ""
    array: str = ""


class Rows:
    """Reads the rows of a worksheet one by one.

    Parameters
    ----------
    texts : sequence of str
        The shared strings.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._shared = SharedFormulas()
        self.row = 0

    def cells(self, element: ET.Element) -> Iterator[tuple[Place, Stored]]:
        """The non-empty cells of a row.

        Raises
        ------
        PackageError
            If a cell has an invalid address, or content that does not match its type.
        """
        number = element.get("r", "")
        row = self.row = row_number(number) if number else self.row + 1
        column, ends, space, texts = 0, str(row), element.tag.removesuffix("row"), self._texts
        value_tag, formula_tag = f"{space}v", f"{space}f"
        digits = len(ends)
        for cell in element:
            address = cell.get("r", "")
            if address.endswith(ends) and (known := _COLUMNS.get(address[:-digits])):
                at = row, known
            else:
                at = place(address) if address else (row, column + 1)
            column = at[1]
            text: str | None = None
            formula = array = ""
            for part in cell:
                tag = part.tag
                if tag == value_tag:
                    text = part.text or ""
                elif tag == formula_tag:
                    formula = part.text or ""
                    if part.attrib:
                        formula, array = self._formula(part, at, formula)
                elif tag == f"{space}is":
                    text = "".join(each.text or "" for each in part.iter() if each.tag.endswith("}t"))
            value = None if text is None else stored_value(cell.get("t", "n"), text, texts)
            if value is not None or formula:
                yield at, Stored(value, formula, array)

    def _formula(self, part: ET.Element, at: Place, written: str) -> tuple[str, str]:
        """The formula of a cell that shares it with others or fills an array, and the array."""
        how = part.get("t", "")
        formula = self._shared.text(at, written, part.get("si", "") if how == "shared" else "")
        return formula, part.get("ref", "") if how == "array" else ""


_COLUMNS: Final = {letters(number): number for number in range(1, 257)}  # in the order in which they are looked up


def read_worksheet(data: bytes, readers: Mapping[str, Callable[[ET.Element], object]]) -> None:
    """Parse the XML of a worksheet in one pass.

    Parameters
    ----------
    data : bytes
        The XML. Document types were refused when the package was opened.
    readers : mapping
        Functions by element name, called with each complete element. Of a large sheet rows are cleared afterwards, to
        save memory.

    Raises
    ------
    PackageError
        If the XML is broken.
    """
    found = _ByTag(readers)
    try:
        if len(data) <= _WHOLE:
            for element in ET.fromstring(data).iter():  # noqa: S314 - see above
                if reader := found[element.tag]:
                    reader(element)
            return
        for _, element in ET.iterparse(BytesIO(data)):  # noqa: S314 - see above
            reader = found[element.tag]
            if reader:
                reader(element)
                if element.tag.endswith("}row"):
                    element.clear()
    except ET.ParseError as problem:
        message = f"has a worksheet whose XML is broken: {problem}"
        raise PackageError(message) from None


class _ByTag(dict[str, "Callable[[ET.Element], object] | None"]):
    """Readers by qualified element name."""

    def __init__(self, readers: Mapping[str, Callable[[ET.Element], object]]) -> None:
        super().__init__()
        self._readers = readers

    def __missing__(self, tag: str) -> Callable[[ET.Element], object] | None:
        found = self[tag] = self._readers.get(tag.rpartition("}")[2])
        return found


class SharedFormulas:
    """Shared formulas of a worksheet, which are written once for several cells."""

    def __init__(self) -> None:
        self._firsts: dict[str, tuple[Place, str]] = {}

    def text(self, at: Place, written: str, number: str) -> str:
        """Formula of a cell from its own text and the index of its shared formula."""
        if number and written:
            self._firsts[number] = (at, written)
        elif number in self._firsts:
            (row, column), first = self._firsts[number]
            return shifted(first, at[0] - row, at[1] - column)
        return written


def shifted(formula: str, rows: int, columns: int) -> str:
    """A formula after copying its cell down and to the right, with relative references adjusted.

    Examples
    --------
    >>> shifted('A1*$B$2&"A1"+Q1!C4', 2, 1)
    'B3*$B$2&"A1"+Q1!D6'
    """

    def moved(found: re.Match[str]) -> str:
        if not found[2]:
            return found[0]
        row, column = place(found[2].upper() + found[4])
        row, column = row if found[3] else row + rows, column if found[1] else column + columns
        return f"{found[1]}{letters(column)}{found[3]}{row}" if row > 0 and column > 0 else "#REF!"

    return _MOVED.sub(moved, formula)
