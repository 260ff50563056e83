"""A holding company: loan to value, current market discount, and historic discounts."""

from typing import Final

from valuation.sotp import implied_discount
from workbooks.case.model import Case, Segments
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AVERAGE, COUNT, IF, MAX, MIN, SUMPRODUCT
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Block, Column, Field, Fields, Link, Table, present
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.money import link
from workbooks.sheets.price import market_value_with_debt
from workbooks.sheets.segments import formulas

PAST: Final = ref("discounts.discount")
TODAY: Final = ref("segments.discount_today")
LOAN_TO_VALUE: Final = IF(
    ref("segments.gross_used") > 0, ref("segments.net_debt") / ref("segments.gross_used"), NOT_MEANINGFUL
)
PERCENTILE: Final = SUMPRODUCT((PAST <= TODAY) * 1) / COUNT(PAST)
AT_AVERAGE: Final = ref("segments.equity_used") * (1 - ref("segments.discount_average"))


def is_holding(section: Segments) -> bool:
    """Whether the company holds listed stakes, or the case follows its discount."""
    return bool(section.discount_history) or any(part.method == "market" for part in section.parts)


def blocks(case: Case, section: Segments) -> tuple[Block, ...]:
    """Sections for a holding company; none for other companies."""
    return present(_lines(case, section), _discounts(section))


def _lines(case: Case, section: Segments) -> Fields | None:
    money, market = case.company.display_unit, market_value_with_debt(case)
    history = bool(section.discount_history)
    worth = ref("segments.equity_used")
    native = IF(worth > 0, 1 - ref("segments.holding_market") / worth, NOT_MEANINGFUL)
    arguments = {"net_asset_value": "segments.equity_used", "market_value": "segments.holding_market"}
    today = Call(implied_discount, arguments, native=native)
    stands = "share of the dates on which the discount was at most today's"
    found = present(
        Field("loan_to_value", "Loan to value", LOAN_TO_VALUE, "share", note="net debt ÷ gross assets")
        if formulas.taken(case, section)
        else None,
        Field("holding_market", "Market value", Link(market), money) if market else None,
        Field("discount_today", "Discount to net asset value today", today, "share", addin=True, strong=True)
        if market
        else None,
        Field("discount_average", "Average discount before", AVERAGE(PAST), "share") if history else None,
        Field("discount_low", "Smallest discount before", MIN(PAST), "share") if history else None,
        Field("discount_high", "Largest discount before", MAX(PAST), "share") if history else None,
        Field("discount_percentile", "Percentile of today's discount", PERCENTILE, "share", note=stands)
        if history and market
        else None,
        Field("at_average_discount", "Net asset value at the average discount", AT_AVERAGE, money, strong=True)
        if history
        else None,
    )
    return Fields("Net asset value and its discount", found) if found and is_holding(section) else None


def _discounts(section: Segments) -> Table | None:
    history = section.discount_history
    if not history:
        return None
    columns = (
        Column("date", "Date", cells=[link(each.date) for each in history], unit="date"),
        Column(
            "discount", "Discount to net asset value", cells=[link(each.discount) for each in history], unit="share"
        ),
    )
    return Table("discounts", "Discount before", columns, len(history))
