"""The formulas from an enterprise or equity value to equity with converted convertibles, and to value per share."""

from typing import Literal

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import IF, ISTEXT
from workbooks.declarations.expressions import grouped, ref, total
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.capital import bridge, shares_formulas
from workbooks.sheets.method import Which
from workbooks.sheets.methods import methods, own


def per_share_of(case: Case, capital: Capital, of: Literal["enterprise", "equity"], value: Reference) -> Expression:
    """The value per share, as it is quoted, of an enterprise value or an equity value."""
    return shares_formulas.quoted(capital, shares_formulas.per_share_of(case, capital, as_debt(of, value)))


def equity_of(
    capital: Capital, of: Literal["enterprise", "equity"], value: Reference, per_share: Reference
) -> Expression:
    """The equity of an enterprise value, or of an equity value after all convertibles as debt.

    Convertibles that convert at the value per share are equity, not debt.
    """
    equity = as_debt(of, value)
    return equity + shares_formulas.converted_principal(capital, per_share) if converting(capital) else equity


def as_debt(of: Literal["enterprise", "equity"], value: Reference) -> Expression:
    """Equity with all convertibles as debt."""
    return ref(value) if of == "equity" else bridge.equity(value)


def converting(capital: Capital) -> bool:
    """Whether convertibles may convert into shares."""
    return bool(capital.convertibles) and capital.has_shares


def weighted_principal(case: Case, capital: Capital, which: Which) -> Expression:
    """The principal that converts in the equity values of the methods, by their weights."""
    terms: list[Expression] = []
    for number, method in enumerate(methods(case)):
        end = which if getattr(own(method), which) else "base"
        per_share = f"value.per_share_{end}_{number}"
        principal = shares_formulas.converted_principal(capital, per_share)
        counted = ref(f"methods.weight_used[{number + 1}]") * principal
        terms.append(IF(ISTEXT(ref(per_share)), 0, counted))
    return grouped(total(terms))


def or_not_meaningful(of: Reference, formula: Expression) -> Expression:
    """A formula that is n.m. where the result it depends on is n.m.; an error stays an error."""
    return IF(ISTEXT(ref(of)), NOT_MEANINGFUL, formula)
