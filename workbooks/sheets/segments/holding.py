"""A holding company: loan to value, current market discount, and historic discounts."""

from typing import Final

from valuation.sotp import implied_discount
from workbooks.case.model import Case, Segments
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AVERAGE, COUNT, IF, MAX, MIN, SUMPRODUCT
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Block, Column, Field, Fields, Link, Table, present
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.capital.bridge import borrowed
from workbooks.sheets.money import figure, link
from workbooks.sheets.price import market_value_with_debt
from workbooks.sheets.segments import formulas

PAST: Final = ref("discounts.discount")
TODAY: Final = ref("segments.discount_today")
LOAN_TO_VALUE: Final = "net debt ÷ gross assets"
PERCENTILE: Final = SUMPRODUCT((PAST <= TODAY) * 1) / COUNT(PAST)


def is_holding(section: Segments) -> bool:
    """Whether the company holds listed stakes, or the case follows its discount."""
    return bool(section.discount_history) or any(part.method == "market" for part in section.parts)


def blocks(case: Case, section: Segments) -> tuple[Block, ...]:
    """Sections for a holding company; none for other companies."""
    return present(_lines(case, section), _discounts(section))


def _lines(case: Case, section: Segments) -> Fields | None:
    money, market = case.company.display_unit, market_value_with_debt(case)
    history = bool(section.discount_history)
    value: Reference = "segments.net_asset_value" if _discounted(section) else "segments.equity_used"
    worth = ref(value)
    native = IF(worth > 0, 1 - ref("segments.holding_market") / worth, NOT_MEANINGFUL)
    arguments = {"net_asset_value": value, "market_value": "segments.holding_market"}
    loans = _borrowed(case, section)
    today = Call(implied_discount, arguments, native=native)
    at_average = worth * (1 - ref("segments.discount_average"))
    stands = "share of the dates on which the discount was at most today's"
    found = present(
        Field("loan_to_value", "Loan to value", _loan_to_value(section, loans), "share", note=LOAN_TO_VALUE)
        if loans is not None
        else None,
        Field("net_asset_value", "Net asset value before the holding discount", _undiscounted(case, section), money)
        if _discounted(section)
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
        Field("at_average_discount", "Net asset value at the average discount", at_average, money, strong=True)
        if history
        else None,
    )
    return Fields("Net asset value and its discount", found) if found and is_holding(section) else None


def _discounted(section: Segments) -> bool:
    """Whether a holding discount is taken, so that the equity value is not the net asset value."""
    return bool(section.discount or section.gross_discount)


def _assets(section: Segments) -> Expression:
    """All parts less what those with net debt of their own owe, both before a discount on the gross assets."""
    assets: Expression = ref("segments.gross_used")
    if formulas.own_debt(section):
        assets = assets - ref("segments.own_debt")
    return grouped(assets) / grouped(1 - ref(figure(section.gross_discount))) if section.gross_discount else assets


def _undiscounted(case: Case, section: Segments) -> Expression:
    """Net asset value: the market's discount is measured against it, not against the value after our own."""
    taken = formulas.taken_together(case, section)
    worth = _assets(section) if taken is None else _assets(section) - taken
    if not section.gross_discount:
        return worth
    return IF(ref(figure(section.gross_discount)) < 1, worth, NOT_MEANINGFUL)


def _borrowed(case: Case, section: Segments) -> Expression | None:
    """What the holding company itself has borrowed, less its cash; None where the case does not say it."""
    if section.net_debt:
        return formulas.taken_together(case, section)
    if case.capital is None or not formulas.bridged(case, section):
        return None
    return borrowed(case.capital)


def _loan_to_value(section: Segments, borrowed: Expression) -> Expression:
    assets = _assets(section)
    share = IF(assets > 0, grouped(borrowed) / grouped(assets), NOT_MEANINGFUL)
    return IF(ref(figure(section.gross_discount)) < 1, share, NOT_MEANINGFUL) if section.gross_discount else share


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
