"""Formulas of Capital: market value, and whether the bridge is complete."""

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import AND, ISNUMBER
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets import price
from workbooks.sheets.capital import bridge, shares_formulas
from workbooks.sheets.money import converted, price_currency


def ordinary_price(capital: Capital | None) -> Reference:
    """The price of one ordinary share."""
    return "capital.ordinary_price" if capital and capital.ads_ratio else "capital.price"


def market_value(case: Case) -> Expression:
    """The price of all diluted shares, in the company's currency."""
    value = ref(ordinary_price(case.capital)) * ref("capital.shares_at_price")
    return converted(case, value, price_currency(case), case.company.currency)


def market_value_with_debt(capital: Capital) -> Expression:
    """The market value less the convertibles that the price makes worth more as shares."""
    return ref("capital.market_value") - shares_formulas.converted_principal(capital, "capital.price")


def market_enterprise(case: Case) -> Expression:
    """The market value and the bridge, in which all convertibles are debt."""
    return ref(price.market_value_with_debt(case)) + ref("capital.bridge")


def all_given(capital: Capital) -> Expression:
    """Whether every usual item of the bridge is a number; items that are not given are ignored."""
    return AND(*(ISNUMBER(ref(f"capital.{item.id}")) for item in bridge.items(capital)))
