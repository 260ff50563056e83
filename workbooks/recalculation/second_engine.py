"""Second engine for comparison: IronCalc, if it is installed (`pip install "steelyard[verify]"`)."""

import importlib.util
import re
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from workbooks.opening.child import in_child
from workbooks.opening.limits import LimitError
from workbooks.opening.package import opened
from workbooks.recalculation.book import Book
from workbooks.recalculation.package import replaced
from workbooks.recalculation.refusal import At
from workbooks.recalculation.worksheet import ErrorCode, Place, Value

_TASK: Final = "workbooks.recalculation.second_engine:computed"
_NUMBER: Final = re.compile(
    rb"""(<(?:\w+:)?c\s[^>]*?)\st=["']n["']"""
)  # IronCalc reads an empty cell of this type as 0
_UNKNOWN: Final = ("#NAME?", "#N/IMPL!", "#ERROR!", "#CIRC!")  # its result for an unknown function


def is_installed() -> bool:
    """Whether IronCalc is installed."""
    return importlib.util.find_spec("ironcalc") is not None


def opinion(book: Book, known: Mapping[At, Value], asked: Collection[At]) -> dict[At, Value]:
    """Values of cells by IronCalc; cells that it cannot compute are left out.

    Parameters
    ----------
    book : Book
        The workbook.
    known : mapping
        Values for formulas that it cannot compute, such as those with our functions.
    asked : collection of cells
        Formulas to compute.
    """
    parts = {}
    for name, part in book.structure.sheets.items():
        here: dict[Place, Value] = {at: value for (sheet, at), value in known.items() if sheet == name}
        data = book.sheets[name].with_constants(here)
        parts[part] = _NUMBER.sub(rb"\1", data)
    data = replaced(book.package, parts)
    order = list(book.sheets)
    try:
        found = in_child(_TASK, data, order, [(order.index(sheet), *place) for sheet, place in asked])
    except LimitError:
        return {}
    return {at: _value(value) for at, value in zip(asked, found, strict=True) if value is not None}


def computed(data: bytes, sheets: list[str], cells: list[tuple[int, int, int]]) -> list[float | str | bool | None]:
    """Values of cells, given as sheet number, row and column; None where IronCalc cannot compute them.

    Runs in a child process.
    """
    import ironcalc  # noqa: PLC0415 - only who asks waits for it

    opened(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(data)
        try:
            model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
            model.evaluate()
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException:  # noqa: BLE001 - a panic in its Rust code is no Exception; then there is no second opinion
            return [None] * len(cells)
    titles = [sheet["name"] for sheet in model.get_worksheets_properties()]
    numbers = [titles.index(name) if name in titles else -1 for name in sheets]
    found: list[float | str | bool | None] = []
    for sheet, row, column in cells:
        value = model.get_cell_value(numbers[sheet], row, column) if numbers[sheet] >= 0 else None
        found.append(None if value in _UNKNOWN else value)
    return found


def _value(value: float | str | bool) -> Value:  # noqa: FBT001 - it is a cell's value
    if isinstance(value, str) and value.startswith("#"):
        return ErrorCode(value)
    return value if isinstance(value, (bool, str)) else float(value)
