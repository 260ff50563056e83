"""Data of a picture: the values of the cells behind the charts of a case's workbook."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workbooks.case.model import Case
from workbooks.declarations.sheet import Chart
from workbooks.declarations.texts import Text
from workbooks.languages.language import CHINESE, ENGLISH, Language
from workbooks.languages.language import language as in_language
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets import contents
from workbooks.sheets.shown_units import in_units_of
from workbooks.sheets.summary.football import per_share
from workbooks.sheets.summary.formulas import lines

KINDS: Final = ("football", "waterfall", "tornado", "histogram")
TRIFLE: Final = 1e-9
ANOTHER: Final = "another method, such as [segments], [comparables] or [dcf]"
NEEDS: Final = {  # what a picture shows, and what would do where a case has nothing of it
    "football": f"it compares values, and the case has {{}}: add {ANOTHER}, or a third party's range, [[references]]",
    "waterfall": "it leads from the parts to equity value, and the case has no parts: add [segments]",
    "tornado": "it compares the inputs of one method, and a multiple of peers has no others: add [segments], [dcf], "
    "[scenarios], [users] or [cohorts]",
    "histogram": f"it shows the draws of a method, and the case has none to draw: add {ANOTHER}",
}


class PictureError(ValueError):
    """The case has no figures for the picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from low to high; `base` is the selected value, None for a third party's range."""

    label: str
    low: float
    high: float
    base: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The texts and the bars of a picture, in the unit of its axis."""

    kind: str
    title: str
    unit: str
    bars: Sequence[Bar]
    line: tuple[str, float] | None = None  # the price
    totals: Sequence[int] = ()  # waterfall: bars that start at zero
    legend: Sequence[str] = ()
    stretches: Sequence[int] = ()  # histogram: of each bar its place in the legend


class _Book:
    """Access to the cells of a laid-out workbook by reference."""

    def __init__(self, case: Case, language: Language) -> None:
        self.book: LaidBook = lay_out(contents.sheets(case), "", language)
        self._cells = {
            (page.sheet.name, cell.row, cell.column): cell.content for page in self.book.sheets for cell in page.cells
        }

    def column(self, reference: str) -> list[Any]:
        """Values of a column; empty if the workbook has no such column."""
        at = self.book.addresses.get(reference)
        if at is None:
            return []
        return [self._cells.get((at.sheet, at.at(n).row, at.at(n).column)) for n in range(at.count)]

    def charts(self, kind: str) -> list[Chart]:
        """The charts of a kind in the workbook."""
        return [chart for page in self.book.sheets for chart, _ in page.charts if chart.kind == kind]


def picture(case: Case, kind: str = "football", language: str = ENGLISH, *, shares: bool = False) -> Picture:
    """Collect the data of a picture of a case; with `shares`, per share instead of in total.

    Raises
    ------
    PictureError
        If there is no such kind, or the case has no figures for it.
    """
    if kind not in KINDS:
        message = f"{kind!r} is not a kind of picture: expected one of {', '.join(KINDS)}"
        raise PictureError(message)
    if shares and (kind != "football" or not per_share(case)):
        why = "the case has no number of shares" if kind == "football" else f"a {kind} is in money"
        message = f"per share: {why}"
        raise PictureError(message)
    case = in_units_of(case, language)
    spoken = in_language(language, case.zh if language == CHINESE else {})
    book = _Book(case, spoken)
    drawn = book.charts(kind)
    if not drawn:
        raise PictureError(_missing(case, kind, [other for other in KINDS if book.charts(other)]))
    make: dict[str, Callable[[_Book, Chart, Case, Language], Picture]] = {
        "football": _football_per_share if shares else _football,
        "waterfall": _waterfall,
        "tornado": _tornado,
        "histogram": _histogram,
    }
    return make[kind](book, drawn[0], case, spoken)


def _missing(case: Case, kind: str, others: Sequence[str]) -> str:
    """Why a case has no picture of a kind, what would give it one, and which others can be drawn."""
    said = NEEDS[kind]
    if kind == "football":
        values = [str(line.label) for line in lines(case)]
        said = said.format(f"one alone, {values[0]}" if values else "none")
    return f"{kind}: {said}" + (f"; or draw --kind {' or '.join(others)}" if others else "")


def _football(book: _Book, chart: Chart, case: Case, spoken: Language) -> Picture:
    # The table of the Summary: behind the chart of the workbook, whose axis begins at zero, bars are cut off there.
    bars, unit = _ranges(book, ""), float(book.column("inputs.display_unit")[0])
    bars = [Bar(bar.label, bar.low / unit, bar.high / unit, bar.base and bar.base / unit) for bar in bars]
    named, price = book.column("price_line.named"), book.column("price_line.price")
    line = (str(named[0]), float(price[0])) if price else None
    return Picture("football", chart.title, spoken.text(case.company.display_unit), bars, line)


def _football_per_share(book: _Book, chart: Chart, case: Case, spoken: Language) -> Picture:  # noqa: ARG001 - as the others
    bars = _ranges(book, "per_share_")
    price = book.column("capital.price") or book.column("capital.market_per_share")
    label = next(iter(book.column("price_line.named")), "")
    line = (str(label), float(price[0])) if price and isinstance(price[0], float) else None
    unit = per_share(case)
    title = Text("{}: value per share by method, {}", case.company.name, unit)
    return Picture("football", spoken.text(title), spoken.text(unit), bars, line)


def _ranges(book: _Book, of: str) -> list[Bar]:
    """The ranges of the methods that have a value, and those of third parties, which have no base."""
    names = ("label", f"{of}low", f"{of}high", f"{of}base")
    rows = zip(*(book.column(f"methods.{name}") for name in names), strict=True)
    return [
        Bar(str(label), low, high, base if isinstance(base, float) else None)
        for label, low, high, base in rows
        if isinstance(low, float) and isinstance(high, float)
    ]


def _waterfall(book: _Book, chart: Chart, case: Case, spoken: Language) -> Picture:
    names = ("label", "ground", "up", "up_below", "down", "down_below", "total", "up_thin", "down_thin")
    bars, totals = [], []
    for number, (label, ground, tall, up_below, fallen, down_below, total, up_thin, down_thin) in enumerate(
        zip(*(book.column(f"{chart.table}.{name}") for name in names), strict=True)
    ):
        up, down = tall + up_thin, fallen + down_thin
        # A step that crosses zero has a piece on each side.
        if abs(total) > TRIFLE:
            totals.append(number)
            bars.append(Bar(str(label), 0.0, total))
        elif abs(up) + abs(up_below) > TRIFLE:
            low = up_below if abs(up_below) > TRIFLE else ground
            bars.append(Bar(str(label), low, (ground if up > 0 else 0.0) + up))
        else:
            low = down_below if abs(down_below) > TRIFLE else ground
            bars.append(Bar(str(label), (ground if down > 0 else 0.0) + down, low))
    return Picture("waterfall", chart.title, spoken.text(case.company.display_unit), bars, totals=totals)


def _tornado(book: _Book, chart: Chart, case: Case, spoken: Language) -> Picture:  # noqa: ARG001 - as the others
    rows = zip(*(book.column(f"{chart.table}.{name}") for name in ("label", "low", "high")), strict=True)
    bars = [Bar(str(label), float(low), float(high)) for label, low, high in rows if str(label).strip()]
    return Picture("tornado", chart.title, "", bars, legend=[spoken.text("At its low"), spoken.text("At its high")])


def _histogram(book: _Book, chart: Chart, case: Case, spoken: Language) -> Picture:
    labels = book.column(f"{chart.table}.label")
    rows = [[float(part or 0.0) for part in row] for row in zip(*_stretches(book, chart), strict=True)]
    bars = [Bar(str(label), 0.0, math.fsum(row)) for label, row in zip(labels, rows, strict=True)]
    legend, stretches = [str(name) for name in book.column(chart.names)], [row.index(max(row)) for row in rows]
    unit = spoken.text(case.company.display_unit)
    return Picture("histogram", chart.title, unit, bars, legend=legend, stretches=stretches)


def _stretches(book: _Book, chart: Chart) -> list[list[Any]]:
    return [book.column(f"{chart.table}.{name}") for name in chart.series]
