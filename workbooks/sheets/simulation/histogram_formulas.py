"""The workings of the histogram: which bins lie below P10, at the median and above P90, and what the legend says."""

from typing import Final

from workbooks.declarations.excel_functions import AND, AVERAGE, IF
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression
from workbooks.sheets.money import in_thousands

_FROM, _TO, _UNIT = ref("from"), ref("to"), ref("inputs.display_unit")
_P10, _P50, _P90 = (ref(f"quantiles.value[{place}]") for place in (3, 5, 7))
# Each bin belongs to one stretch: up to the median by where it ends, above it by where it begins.
STRETCHES: Final[dict[str, Expression]] = {
    "below": _TO <= _P10,
    "lower": AND(_TO > _P10, _TO <= _P50),
    "middle": AND(_FROM <= _P50, _TO > _P50),
    "upper": AND(_FROM > _P50, _FROM < _P90),
    "above": AND(_FROM > _P50, _FROM >= _P90),
}
ENDS: Final = {"below": _P10, "middle": _P50, "above": _P90}  # the quantile that a stretch ends or begins at
LABEL: Final = in_thousands(AVERAGE(_FROM, _TO) / _UNIT)


def share(stretch: str) -> Expression:
    """The share of the draws in a bin, where the bin is of a stretch."""
    return IF(STRETCHES[stretch], ref("share"), 0)


def legend(stretch: str, heading: str) -> Content:
    """What the legend says of a stretch: its name, and the quantile that it ends or begins at."""
    if stretch not in ENDS:
        return heading
    return composed("{}: {}", heading, in_thousands(ENDS[stretch] / _UNIT))
