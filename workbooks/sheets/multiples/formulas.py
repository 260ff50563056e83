"""Formulas of multiples: included ones, statistics, and implied values of the company."""

from collections.abc import Sequence
from typing import Final

from valuation.multiples import implied_value, peer_multiple
from workbooks.case.model import Case
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.excel_functions import ABS, AND, CHOOSE, COUNT, COUNTA, IF, INDEX, ISNUMBER, MATCH
from workbooks.declarations.expressions import array, equal, ref
from workbooks.declarations.sheet import Content, Input
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.money import amount_in
from workbooks.sheets.multiples.sample import Ratio, Sample

# The statistics as PEER_MULTIPLE takes them, and as people read them.
STATISTICS: Final = {
    "min": "Minimum",
    "q1": "1st quartile",
    "median": "Median",
    "mean": "Mean",
    "harmonic": "Harmonic mean",
    "q3": "3rd quartile",
    "max": "Maximum",
}


def switch(*, included: bool) -> Input:
    """Whether a company is included, for the reader to change."""
    return Input("yes" if included else "no", ("yes", "no"))


def used(ratio: Ratio) -> Expression:
    """The multiple of a company that is included; a loss is n.m."""
    own = ref(ratio.id)
    counts = AND(equal(ref("included"), "yes"), ISNUMBER(own))
    return IF(counts, IF(own > 0, own, NOT_MEANINGFUL), ABSENT)


def statistics(sample: Sample, ratio: Ratio, left_out: Expression | None = None) -> list[Content]:
    """Number of companies with and without the multiple, and all statistics."""
    column = ref(sample.used(ratio))
    return [
        COUNT(column),
        COUNTA(ref(f"{sample.table}.included")) - COUNT(column) if left_out is None else left_out,
        *(Call(peer_multiple, {"multiples": column, "statistic": Word(name)}) for name in STATISTICS),
    ]


def chosen(name: str) -> Input:
    """A statistic, for the reader to change."""
    return Input(STATISTICS[name], tuple(STATISTICS.values()))


def key(chosen: Reference) -> Expression:
    """A chosen statistic as PEER_MULTIPLE takes it."""
    return CHOOSE(MATCH(ref(chosen), array(*STATISTICS.values())), *STATISTICS)


def selected(sample: Sample, ratio: Ratio, end: str) -> Call:
    """The multiple by a statistic that is chosen: the selected one, or that of the low or the high."""
    chosen, table = sample.chosen(end), sample.statistics
    arguments: dict[str, Argument] = {"multiples": sample.used(ratio), "statistic": f"{chosen}_key"}
    native = INDEX(ref(f"{table}.{ratio.id}"), MATCH(ref(chosen), ref(f"{table}.label")))
    return Call(peer_multiple, arguments, native=native)


def metric(case: Case, ratio: Ratio) -> Expression:
    """The company's own metric; a multiple of a loss is n.m."""
    own = amount_in(case, ratio.own, case.company.currency)
    return IF(own > 0, own, NOT_MEANINGFUL)


def implied(sample: Sample, ratio: Ratio, end: str) -> Call:
    """Implied value: metric × multiple; n.m. without a multiple and for a loss."""
    of, by = sample.field(ratio, "metric"), sample.field(ratio, f"{end}multiple")
    return Call(implied_value, {"metric": of, "multiple": by}, needs=(of, by))


def each_counts(sample: Sample, ratios: Sequence[Ratio]) -> Expression:
    """Whether every multiple has a company left: a method without one is n.m."""
    return AND(*(ref(sample.statistic(ratio, "count")) > 0 for ratio in ratios))


def ordered(sample: Sample, ratio: Ratio) -> Expression:
    """Check: low, selected and high are in order; n.m. values are ignored."""
    low, base, high = (ref(sample.field(ratio, end)) for end in ("low", "base", "high"))
    # All statistics of a single company are equal up to rounding.
    near = ref("inputs.rounding") * ABS(base)
    return IF(ISNUMBER(base), AND(low - base <= near, base - high <= near), True)  # noqa: FBT003 - a flag of Excel's
