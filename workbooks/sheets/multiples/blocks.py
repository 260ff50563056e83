"""Sections of a sheet of multiples below the companies: statistics, their selection, and the implied values."""

from collections.abc import Callable, Sequence

from workbooks.case.model import Case, Comparables
from workbooks.case.multiples import Transactions
from workbooks.declarations.sheet import Check, Column, Field, Fields, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression
from workbooks.sheets.method import Method, Range
from workbooks.sheets.multiples import formulas
from workbooks.sheets.multiples.formulas import STATISTICS
from workbooks.sheets.multiples.sample import Ratio, Sample


def used(ratios: Sequence[Ratio]) -> list[Column]:
    """Columns of the included multiples, which are not printed: what does not count is grey in their own columns."""
    return [
        Column(f"{r.id}_used", Text("{} used", r.heading), formulas.used(r), unit=r.unit, precise=True, printed=False)
        for r in ratios
    ]


def beside(before: Sequence[Column]) -> list[Column]:
    """Blank columns, so that statistics stand under the multiples that they are of."""
    return [Column(f"beside_{number}", "") for number in range(len(before) - 1)]


def statistics(
    sample: Sample,
    title: str,
    ratios: Sequence[Ratio],
    before: Sequence[Column],
    left_out: Callable[[Ratio], Expression] | None = None,
    others: Sequence[Column] = (),
) -> Table:
    """The statistics of all companies that are included, each under the column of its multiple; then other columns."""
    labels = ("Count", "Excluded / n.m.", *STATISTICS.values())
    names = ("count", "left_out", *STATISTICS)

    def column(ratio: Ratio) -> Column:
        keys = [sample.statistic(ratio, name) for name in names]
        cells = formulas.statistics(sample, ratio, left_out(ratio) if left_out else None)
        units = ("", "", *[ratio.unit] * len(STATISTICS))
        return Column(ratio.id, ratio.heading, cells=cells, unit=ratio.unit, units=units, keys=keys, precise=True)

    columns = (Column("label", "Statistic", cells=labels), *beside(before), *map(column, ratios), *others)
    return Table(sample.statistics, title, columns, len(labels))


def selected(sample: Sample, section: Comparables | Transactions, ratios: Sequence[Ratio]) -> Fields:
    """Selectable statistics for low, selected and high, and the resulting multiples."""
    ends = (("low_", "Low", section.low), ("", "Selected", section.statistic), ("high_", "High", section.high))
    choices = [
        Field(f"{end}statistic", Text("{} statistic", label), formulas.chosen(name), note="Choose from the list")
        for end, label, name in ends
    ]
    lines = [
        Field(
            f"{r.id}_{end}multiple",
            Text("{}, {}", r.heading, label),
            formulas.selected(sample, r, end),
            r.unit,
            addin=True,
            precise=True,
        )
        for r in ratios
        for end, label in (("low_", "low"), ("", "selected"), ("high_", "high"))
    ]
    return Fields("Selected statistics", (*choices, *lines))


def keys(sample: Sample) -> Table:
    """The selected statistics as PEER_MULTIPLE takes them."""
    ends = {"low_": "Low", "": "Selected", "high_": "High"}
    columns = (
        Column("label", "Statistic", cells=[Text("{} statistic", label) for label in ends.values()]),
        Column(
            "key",
            "as PEER_MULTIPLE takes it",
            cells=[formulas.key(sample.chosen(end)) for end in ends],
            keys=[f"{sample.chosen(end)}_key" for end in ends],
        ),
    )
    return Table(f"{sample.sheet}_keys", "Selected statistics", columns, len(ends), quiet=True)


def implied(case: Case, sample: Sample, ratio: Ratio) -> Fields:
    """Value of the company at the multiples of each statistic."""
    money, name = case.company.display_unit, ratio.id
    of = "Enterprise value" if ratio.enterprise else "Equity value"
    labels = {end: Text("{}, {}", of, end) for end in ("low", "selected", "high")}
    low, base, high = (formulas.implied(sample, ratio, end) for end in ("low_", "", "high_"))
    return Fields(
        Text("Value implied by {}", ratio.heading),
        (
            Field(f"{name}_metric", case.figures[ratio.own].label, formulas.metric(case, ratio), ratio.metric_unit),
            Field(f"{name}_low", labels["low"], low, money),
            Field(f"{name}_base", labels["selected"], base, money, addin=True, strong=True),
            Field(f"{name}_high", labels["high"], high, money),
        ),
    )


def counted(sample: Sample, label: str, ratios: Sequence[Ratio]) -> Check:
    """The check that every multiple has a company left."""
    at = sample.statistic(ratios[0], "count")
    return Check(f"{sample.table}_count", label, formulas.each_counts(sample, ratios), "warn", at)


def ordered(sample: Sample, name: str, label: str, ratio: Ratio) -> Check:
    """The check that low, selected and high are in order."""
    return Check(name, label, formulas.ordered(sample, ratio), "warn", sample.field(ratio, "base"))


def method(sample: Sample, name: str, label: str, ratio: Ratio) -> Method:
    """The values on a multiple as a method, of enterprise or equity as the multiple is."""
    cells = Range(*(sample.field(ratio, end) for end in ("low", "base", "high")))
    of = {"enterprise": cells} if ratio.enterprise else {"equity": cells}
    return Method(name, Text(label, ratio.heading), **of)
