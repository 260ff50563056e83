"""Numbers of the table of peers that are texts, read as the formulas of the sheet Peers read them."""

import math
from typing import Final

from workbooks.recalculation.stored_cells import Stored

_PLAIN: Final = str.maketrans({"x": "", "×": "", "倍": "", ")": "", "(": "-", "−": "-", ",": "", " ": ""})
_PER_CENT: Final = "%"


def number_in(cell: Stored) -> float | None:
    """The number of a cell, or of a text such as `5.0x`, `(20)` or `12%`; None for any other text.

    Examples
    --------
    >>> [number_in(Stored(text)) for text in ("5.0x", "(1,234)", " 12.5 %", "five")]
    [5.0, -1234.0, 0.125, None]
    """
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        return float(cell.value)
    text = str(cell.value).strip().lower().translate(_PLAIN)
    number = text.rstrip(_PER_CENT)
    try:
        return float(number) / math.pow(100, len(text) - len(number))
    except ValueError:
        return None
