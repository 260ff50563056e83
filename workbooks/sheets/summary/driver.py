"""What drives the value most, for the Summary."""

from workbooks.case.holdings import Holdings
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import FIXED, INDEX, MATCH, MAX, ROUND
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.sheet import Content, Field
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression
from workbooks.sheets.comparables.peers_formulas import PEERS
from workbooks.sheets.comparables.peers_formulas import ratios as compared
from workbooks.sheets.holdings.formulas import valued
from workbooks.sheets.methods import methods
from workbooks.sheets.money import displayed, in_thousands, percent
from workbooks.sheets.multiples.sample import Ratio, Sample
from workbooks.sheets.transactions.deals import DEALS
from workbooks.sheets.transactions.deals import ratios as deals


def lines(text: Content, remark: str, span: Content = None) -> list[Field]:
    """What the value is most sensitive to; below, of which method and in which unit that is, and over which range."""
    return [Field("driver", "Most sensitive to", text), Field("driver_of", remark, span, remark=span is None)]


def without_swings(case: Case) -> list[Field]:
    """The driver of a case without swings: the multiple of its first method, or the largest stake; else none."""
    first = methods(case)[0]
    multiples = [(PEERS, ratio) for ratio in compared(case)] + [(DEALS, ratio) for ratio in deals(case)]
    found = next((each for each in multiples if _is_of(first.label, each)), None)
    if found:
        remark = Text("in {}; of {}", case.company.display_unit, first.label)
        return lines(_of_multiple(found[1].heading), remark, _span(*found))
    if first.id == "holdings":
        return lines(_largest_stake(case.holdings), Text("of {}", first.label))
    return []


def _is_of(label: str, of: tuple[Sample, Ratio]) -> bool:
    sample, ratio = of
    return label == Text("Peers, {}" if sample == PEERS else "Transactions, {}", ratio.heading)


def _of_multiple(heading: str) -> Expression:
    """How far the value moves from the selected multiple to its low and to its high."""
    ends = [f"line.{which}_0" for which in ("low", "base", "high")]
    at_low, base, at_high = map(displayed, ends)
    text = composed("{}: {} to {}", heading, in_thousands(at_low - base), in_thousands(at_high - base))
    return guarded([ref(end) for end in ends], text)


def _span(sample: Sample, ratio: Ratio) -> Expression:
    """The range of the multiple."""
    ends = [ref(sample.field(ratio, f"{end}_multiple")) for end in ("low", "high")]
    shown = composed("{}× – {}×" if ratio.unit == "×" else "{} – {}", *(FIXED(ROUND(end, 2), 2) for end in ends))
    return guarded(ends, shown)


def _largest_stake(section: Holdings | None) -> Expression:
    """The name of the largest stake that has a value, and its share of all."""
    if section and sum(map(valued, section.stakes)) == 1:
        return composed("{}, the only stake with a value", ref("holdings_of.name[1]"))
    values, shares = ref("holdings_of.value"), ref("holdings_of.share")
    name = INDEX(ref("holdings_of.name"), MATCH(MAX(values), values))
    return composed("{}, {} of the value", name, percent(MAX(shares)))
