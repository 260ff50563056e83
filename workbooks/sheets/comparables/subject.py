"""The company among its peers: its own multiples at the market price and its own measures, against the median."""

from collections.abc import Callable, Sequence

from valuation.multiples import multiple
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AND, IF, ISNUMBER
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.capital import bridge
from workbooks.sheets.comparables import measures_formulas as measures
from workbooks.sheets.comparables.measures_formulas import Shown
from workbooks.sheets.comparables.peers_formulas import PEERS, ratios
from workbooks.sheets.money import amount_in
from workbooks.sheets.multiples.blocks import beside
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.price import market_value, market_value_with_debt


def subject(case: Case, before: Sequence[Column]) -> Table | None:
    """The company in the columns of its peers; none where neither its price nor its measures are known."""
    shown = measures.measures(case)
    if not shown and not market_value(case):
        return None
    columns = (
        Column("label", "The company", cells=[case.company.name, "Against the median"]),
        *beside(before),
        *(_multiple(case, each) for each in ratios(case)),
        *(_measure(case, each) for each in shown),
    )
    note = "Multiples at the market price. Against the median: multiples in per cent, measures in points."
    return Table("subject", "The company among its peers", columns, 2, note)


def _multiple(case: Case, ratio: Ratio) -> Column:
    value = _market(case, ratio)
    if not value:
        return Column(ratio.id, ratio.heading, cells=[ABSENT, ABSENT], unit=ratio.unit)
    metric = amount_in(case, ratio.own, case.company.currency)
    native = ref(value) / metric
    own = IF(metric > 0, Call(multiple, {"value": value, "metric": metric}, native=native), NOT_MEANINGFUL)
    against = _where_known(f"subject.{ratio.id}[1]", PEERS.statistic(ratio, "median"), _premium)
    return Column(
        ratio.id, ratio.heading, cells=[own, against], unit=ratio.unit, units=[ratio.unit, "rate"], precise=True
    )


def _market(case: Case, ratio: Ratio) -> Reference:
    """Market value of the company; empty where it is not known."""
    value, capital = market_value_with_debt(case), case.capital
    if not value or not ratio.enterprise:
        return value
    return "capital.market_enterprise" if capital is not None and bridge.given(capital) else ""


def _measure(case: Case, shown: Shown) -> Column:
    own = measures.own(case, shown)
    against: Content = ABSENT
    if own != ABSENT:
        against = _where_known(f"subject.{shown.id}[1]", f"statistics.{shown.id}_median", _points)
    return Column(shown.id, shown.heading, cells=[own, against], unit=shown.unit, precise=True)


def _where_known(
    own: Reference, median: Reference, compared: Callable[[Expression, Expression], Expression]
) -> Expression:
    value, middle = ref(own), ref(median)
    return IF(AND(ISNUMBER(value), ISNUMBER(middle)), compared(value, middle), NOT_MEANINGFUL)


def _premium(own: Expression, median: Expression) -> Expression:
    # Cash beyond the market value makes a multiple negative: it is no discount to the peers.
    return IF(own > 0, own / median - 1, NOT_MEANINGFUL)


def _points(own: Expression, median: Expression) -> Expression:
    return own - median
