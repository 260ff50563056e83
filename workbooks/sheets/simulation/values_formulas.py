"""Equity value, value per share and value in the reporting currency for a quantile of a method.

Equity value and value per share increase with the method's value, so their quantiles correspond.
"""

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.capital import bridge, value_per_share
from workbooks.sheets.money import reporting
from workbooks.sheets.simulation.drawn_formulas import Drawn, Of


def has_bridge(case: Case, drawn: Drawn) -> bool:
    """Whether the method's value is converted to equity value by the bridge."""
    return drawn.of == "enterprise" and case.capital is not None


def has_shares(case: Case) -> bool:
    """Whether value per share is known."""
    return case.capital is not None and case.capital.has_shares


def kind(case: Case, drawn: Drawn) -> Of:
    """Final value of the method: equity value, or enterprise value without a bridge."""
    return "equity" if has_bridge(case, drawn) else drawn.of


def _of(drawn: Drawn, column: str, place: int) -> Reference:
    return drawn.at(f"quantiles.{column}", place)


def in_the_end(case: Case, drawn: Drawn, place: int) -> Reference:
    """The cell of what a quantile comes to in money."""
    return _of(drawn, "equity" if has_bridge(case, drawn) else "value", place)


def equity(case: Case, drawn: Drawn, place: int) -> Expression:
    """The equity value of a quantile of enterprise value."""
    value = value_per_share.equity_of(_capital(case), _of(drawn, "value", place), _of(drawn, "per_share", place))
    return _known(drawn, place, value)


def per_share(case: Case, drawn: Drawn, place: int) -> Expression:
    """The value per share of a quantile."""
    return _known(
        drawn, place, value_per_share.per_share_of(case, _capital(case), drawn.of, _of(drawn, "value", place))
    )


def in_reporting(case: Case, drawn: Drawn, place: int) -> Expression:
    """A quantile in the reporting currency."""
    return _known(drawn, place, reporting(case, in_the_end(case, drawn, place)))


def _known(drawn: Drawn, place: int, formula: Expression) -> Expression:
    """The formula; n.m. where the method may be n.m. and is."""
    return value_per_share.or_not_meaningful(_of(drawn, "value", place), formula) if drawn.needs else formula


def _capital(case: Case) -> Capital:
    if case.capital is None:
        message = "value per share needs capital"
        raise ValueError(message)
    return case.capital


def market_enterprise(case: Case) -> Expression:
    """Enterprise value at which the equity equals the market value."""
    value = ref("capital.market_value")
    return value + ref("capital.bridge") if bridge.has_bridge(_capital(case)) else value
