"""The histogram of a simulation: its bins, and which of them lie below P10, at the median and above P90."""

from collections.abc import Callable
from typing import Final

import numpy as np

from valuation.spread import BINS
from workbooks.case import Case
from workbooks.sheets.drawn import spill
from workbooks.spec import Chart, Column, Formula, Reference, Table, Values
from workbooks.workings.drawn import Simulated
from workbooks.workings.money import thousands

P10, P50, P90 = (f"quantiles.value[{place}]" for place in (3, 5, 7))
# Each bin belongs to one stretch: up to the median by where it ends, above it by where it begins.
STRETCHES: Final = {
    "below": f"{{to}}<={{{P10}}}",
    "lower": f"AND({{to}}>{{{P10}}},{{to}}<={{{P50}}})",
    "middle": f"AND({{from}}<={{{P50}}},{{to}}>{{{P50}}})",
    "upper": f"AND({{from}}>{{{P50}}},{{from}}<{{{P90}}})",
    "above": f"AND({{from}}>{{{P50}}},{{from}}>={{{P90}}})",
}


def histogram(case: Case) -> Chart:
    """The chart of the draws."""
    title = f"Equity value of {case.company.name}: share of the draws"
    return Chart(
        "histogram", title, "bins", case.company.display_unit, rows=20, series=tuple(STRETCHES), names="stretches.text"
    )


def bins(case: Case, drawn: Simulated) -> list[Table]:
    """What the chart shows: the bins, and the names in its legend."""
    return [_bins(case, drawn), _names()]


def _bins(case: Case, drawn: Simulated) -> Table:
    money = case.company.display_unit
    label = Formula(
        'TEXT(ROUND({from}/{inputs.display_unit},0),"#,##0")',
        lambda v: [thousands(start) for start in v("from") / v("inputs.display_unit")],
    )
    return Table(
        "bins",
        "Histogram",
        rows=BINS,
        columns=(
            Column("label", "Bin", label),
            Column("from", "From", drawn.bins(0), unit=money),
            Column("to", "To", drawn.bins(1), unit=money),
            Column("share", "Share", drawn.bins(3), unit="share"),
            *(Column(name, HEADINGS[name], _share(name), unit="share") for name in STRETCHES),
        ),
        spill=spill(drawn, "histogram", (money, money, "", "share")),
    )


HEADINGS: Final = {
    "below": "Below P10",
    "lower": "P10 to P50",
    "middle": "At P50",
    "upper": "P50 to P90",
    "above": "Above P90",
}


def _share(stretch: str) -> Formula:
    def share(v: Values) -> object:
        start, end, p10, p50, p90 = v("from"), v("to"), v(P10), v(P50), v(P90)
        within = {
            "below": end <= p10,
            "lower": (end > p10) & (end <= p50),
            "middle": (start <= p50) & (end > p50),
            "upper": (start > p50) & (start < p90),
            "above": (start > p50) & (start >= p90),
        }
        return np.where(within[stretch], v("share"), 0.0)

    return Formula(f"IF({STRETCHES[stretch]},{{share}},0)", share)


def _names() -> Table:
    """What the legend says: each stretch, and the quantile that it ends or begins at."""
    at = {"below": P10, "middle": P50, "above": P90}

    def name(stretch: str) -> str | Formula:
        heading = HEADINGS[stretch]
        if stretch not in at:
            return heading
        return Formula(
            f'"{heading}: "&TEXT(ROUND({{{at[stretch]}}}/{{inputs.display_unit}},0),"#,##0")',
            _named(heading, at[stretch]),
        )

    return Table(
        "stretches",
        "Behind the chart",
        quiet=True,
        rows=len(STRETCHES),
        columns=(Column("text", "Legend", cells=[name(stretch) for stretch in STRETCHES]),),
    )


def _named(heading: str, at: Reference) -> Callable[[Values], str]:
    return lambda v: f"{heading}: {thousands(v(at) / v('inputs.display_unit'))}"
