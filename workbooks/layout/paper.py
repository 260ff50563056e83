"""Paper size: usable area in landscape and portrait."""

from typing import Final, Literal, TypeAlias

from workbooks.layout.widths import INCH

Orientation: TypeAlias = Literal["landscape", "portrait"]

ORIENTATIONS: Final[tuple[Orientation, ...]] = ("landscape", "portrait")
SIDE, ABOVE, BELOW, FOOTER = 0.5, 0.45, 0.6, 0.3  # margins in inches
LONG, SHORT = 29.7, 21.0  # sides of A4 in cm
READABLE: Final = 80  # per cent: texts of ten points are printed in eight
ROOM: Final = 0.97  # of the width, as some fonts are a little wider
SPARE: Final = 0.3  # cm of a page's height, as some rows are higher than others


def room(orientation: Orientation, scale: int) -> float:
    """How high the rows of a page may be together at a scale in per cent, in cm.

    Examples
    --------
    >>> round(room("landscape", 100), 1), round(room("portrait", 80), 1)
    (18.0, 33.5)
    """
    side = SHORT if orientation == "landscape" else LONG
    return (side - (ABOVE + BELOW) * INCH) * 100 / scale - SPARE


def widest(orientation: Orientation, scale: int) -> float:
    """How wide columns may be together at a scale in per cent, in cm."""
    side = LONG if orientation == "landscape" else SHORT
    return ROOM * (side - 2 * SIDE * INCH) * 100 / scale
