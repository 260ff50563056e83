"""The formulas of Transactions: the multiples that count, their statistics, and what these make of the company."""

from valuation.multiples import implied_value, peer_multiple
from workbooks.case.model import Case
from workbooks.declarations.calls import Call, Word
from workbooks.declarations.excel_functions import AND, COUNT, COUNTA, IF, INDEX, ISNUMBER, MATCH
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.comparables.formulas import STATISTICS
from workbooks.sheets.comparables.peers_formulas import Ratio
from workbooks.sheets.money import amount_in
from workbooks.sheets.transactions.deals import ratios


def used(ratio: Ratio) -> Expression:
    """The multiple of a transaction that is included; a loss is n.m."""
    own = ref(ratio.id)
    counts = AND(equal(ref("included"), "yes"), ISNUMBER(own))
    return IF(counts, IF(own > 0, own, NOT_MEANINGFUL), ABSENT)


def statistic(ratio: Ratio, name: str) -> Reference:
    """The reference of a statistic of a multiple."""
    return f"deal_statistics.{ratio.id}_{name}"


def statistics(ratio: Ratio) -> list[Content]:
    """How many transactions have the multiple, how many not, and every statistic of those that do."""
    column = ref(f"deals.{ratio.id}_used")
    return [
        COUNT(column),
        COUNTA(ref("deals.included")) - COUNT(column),
        *(Call(peer_multiple, {"multiples": column, "statistic": Word(name)}) for name in STATISTICS),
    ]


def selected(ratio: Ratio, end: str) -> Call:
    """The multiple by a statistic that is chosen: the selected one, or that of the low or the high."""
    chosen = f"transactions.{end}statistic"
    native = INDEX(ref(f"deal_statistics.{ratio.id}"), MATCH(ref(chosen), ref("deal_statistics.label")))
    return Call(peer_multiple, {"multiples": f"deals.{ratio.id}_used", "statistic": f"{chosen}_key"}, native=native)


def metric(case: Case, ratio: Ratio) -> Expression:
    """The company's own metric; a multiple of a loss is n.m."""
    own = amount_in(case, ratio.own, case.company.currency)
    return IF(own > 0, own, NOT_MEANINGFUL)


def implied(ratio: Ratio, end: str) -> Call:
    """What the company's metric is worth on a multiple; n.m. where there is none, and of a loss."""
    of, by = f"transactions.{ratio.id}_metric", f"transactions.{ratio.id}_{end}multiple"
    return Call(implied_value, {"metric": of, "multiple": by}, needs=(of, by))


def each_counts(case: Case) -> Expression:
    """Whether every multiple has a transaction left: a method without one is n.m."""
    return AND(*(ref(statistic(ratio, "count")) > 0 for ratio in ratios(case)))


def ordered(ratio: Ratio) -> Expression:
    """Whether low, selected and high are in order; what is n.m. is in no order that could be wrong."""
    low, base, high = (ref(f"transactions.{ratio.id}_{end}") for end in ("low", "base", "high"))
    return IF(ISNUMBER(base), AND(low <= base, base <= high), True)  # noqa: FBT003 - a flag of Excel's
