"""The workings of the histogram: which bins lie below P10, at the median and above P90, and what the legend says."""

from typing import Any, Final

import numpy as np

from workbooks.declarations.sheet import Content, Formula, Reference, Values
from workbooks.sheets.money import in_thousands, thousands

P10, P50, P90 = (f"quantiles.value[{place}]" for place in (3, 5, 7))
# Each bin belongs to one stretch: up to the median by where it ends, above it by where it begins.
STRETCHES: Final = {
    "below": f"{{to}}<={{{P10}}}",
    "lower": f"AND({{to}}>{{{P10}}},{{to}}<={{{P50}}})",
    "middle": f"AND({{from}}<={{{P50}}},{{to}}>{{{P50}}})",
    "upper": f"AND({{from}}>{{{P50}}},{{from}}<{{{P90}}})",
    "above": f"AND({{from}}>{{{P50}}},{{from}}>={{{P90}}})",
}
ENDS: Final = {"below": P10, "middle": P50, "above": P90}  # the quantile that a stretch ends or begins at
LABEL: Final = Formula(
    in_thousands("AVERAGE({from},{to})/{inputs.display_unit}"),
    lambda v: [thousands(middle) for middle in (v("from") + v("to")) / 2 / v("inputs.display_unit")],
)


def share(stretch: str) -> Formula:
    """The share of the draws in a bin, where the bin is of a stretch."""
    return Formula(f"IF({STRETCHES[stretch]},{{share}},0)", lambda v: np.where(_within(stretch, v), v("share"), 0.0))


def _within(stretch: str, value: Values) -> Any:  # noqa: ANN401 - an array of flags
    start, end, p10, p50, p90 = (value(name) for name in ("from", "to", P10, P50, P90))
    within = {
        "below": end <= p10,
        "lower": (end > p10) & (end <= p50),
        "middle": (start <= p50) & (end > p50),
        "upper": (start > p50) & (start < p90),
        "above": (start > p50) & (start >= p90),
    }
    return within[stretch]


def legend(stretch: str, heading: str) -> Content:
    """What the legend says of a stretch: its name, and the quantile that it ends or begins at."""
    return _named(heading, ENDS[stretch]) if stretch in ENDS else heading


def _named(heading: str, at: Reference) -> Formula:
    end = in_thousands(f"{{{at}}}/{{inputs.display_unit}}")
    return Formula(f'"{heading}: "&{end}', lambda v: f"{heading}: {thousands(v(at) / v('inputs.display_unit'))}")
