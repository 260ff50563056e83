"""The last steps to value per share, calculated again by functions of the add-in."""

from dataclasses import replace

from valuation.bridge import diluted_price, per_share
from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Field, Fields, present
from workbooks.declarations.texts import Text
from workbooks.sheets.capital import bridge, shares_formulas
from workbooks.sheets.methods import methods
from workbooks.sheets.money import price_currency

WEIGHTED = "value.equity_base_conclusion"


def lines(case: Case, capital: Capital) -> Fields | None:
    """The section; None if the functions do not support the case, for example with two currencies or convertibles."""
    found = present(_equity(case, capital), _per_share(case, capital))
    return Fields("The same by the functions", found) if found else None


def _equity(case: Case, capital: Capital) -> Field | None:
    """Equity on the first method of enterprise value."""
    first = next((method for method in methods(case) if method.enterprise and not method.equity), None)
    if first is None or first.enterprise is None:
        return None
    start = first.enterprise.base
    call = bridge.call(capital, start)
    if call is None:
        return None
    label = Text("Equity value, {}", first.label)
    return Field("equity_by_function", label, replace(call, needs=(start,)), case.company.display_unit, addin=True)


def _per_share(case: Case, capital: Capital) -> Field | None:
    """Value per share on the weighted value."""
    currency = price_currency(case)
    foreign = currency != case.company.currency or capital.ads_ratio
    if not methods(case) or not capital.has_shares or foreign or capital.convertibles:
        return None
    native = shares_formulas.per_share_of(case, capital, ref(WEIGHTED))
    if capital.options:
        vectors = {"options": "dilution.number", "strikes": "dilution.strike"}
        arguments = {"equity": WEIGHTED, "basic": shares_formulas.SHARES, **vectors}
        call = Call(diluted_price, arguments, native=native, needs=(WEIGHTED,))
    else:
        arguments = {"equity": WEIGHTED, "shares": shares_formulas.SHARES}
        call = Call(per_share, arguments, native=native, needs=(WEIGHTED,))
    label, unit = "Value per share, weighted value", f"{currency} per share"
    return Field("per_share_by_function", label, call, unit, addin=True, strong=True, precise=True)
