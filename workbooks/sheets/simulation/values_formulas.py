"""Equity value, value per share and value in the reporting currency for a quantile of a method.

Equity value and value per share increase with the method's value, so their quantiles correspond.
"""

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.capital import bridge, equity_formulas
from workbooks.sheets.money import reporting
from workbooks.sheets.price import market_value_with_debt
from workbooks.sheets.simulation.drawn_formulas import Drawn, Of


def has_bridge(case: Case, drawn: Drawn) -> bool:
    """Whether the equity value is another than the method's value: by the bridge, or by convertibles that convert."""
    capital = case.capital
    return capital is not None and (drawn.of == "enterprise" or equity_formulas.converting(capital))


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
    """The equity value of a quantile, with the convertibles that convert."""
    cells = (_of(drawn, "value", place), _of(drawn, "per_share", place))
    value = equity_formulas.equity_of(_capital(case), drawn.of, *cells)
    return _known(drawn, place, value)


def per_share(case: Case, drawn: Drawn, place: int) -> Expression:
    """The value per share of a quantile."""
    return _known(
        drawn, place, equity_formulas.per_share_of(case, _capital(case), drawn.of, _of(drawn, "value", place))
    )


def in_reporting(case: Case, drawn: Drawn, place: int) -> Expression:
    """A quantile in the reporting currency."""
    return _known(drawn, place, reporting(case, in_the_end(case, drawn, place)))


def _known(drawn: Drawn, place: int, formula: Expression) -> Expression:
    """The formula; n.m. where the method may be n.m. and is."""
    return equity_formulas.or_not_meaningful(_of(drawn, "value", place), formula) if drawn.needs else formula


def _capital(case: Case) -> Capital:
    if case.capital is None:
        message = "value per share needs capital"
        raise ValueError(message)
    return case.capital


def market_enterprise(case: Case) -> Expression:
    """Enterprise value at which the equity equals the market value."""
    value = ref(market_value_with_debt(case))
    return value + ref("capital.bridge") if bridge.has_bridge(_capital(case)) else value
