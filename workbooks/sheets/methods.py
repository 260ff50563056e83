"""The methods of a case in the order of their sheets, and the cells of their final results.

A method gives an enterprise or an equity value. From there the Capital sheet calculates equity value, value per share
and upside; a case without capital uses the equity values of its methods.
"""

from typing import Final, Literal, TypeAlias

from workbooks.case.model import Case
from workbooks.sheets.cohorts import method as cohorts
from workbooks.sheets.comparables import method as comparables
from workbooks.sheets.dcf import method as dcf
from workbooks.sheets.holdings import method as holdings
from workbooks.sheets.method import CONCLUSION, WHICH, Method, Range
from workbooks.sheets.premium import method as premium
from workbooks.sheets.scenarios import method as scenarios
from workbooks.sheets.segments import method as segments
from workbooks.sheets.transactions import method as transactions
from workbooks.sheets.users import method as users

Kind: TypeAlias = Literal["enterprise", "equity", "per_share", "upside"]
KINDS: Final[tuple[Kind, ...]] = ("enterprise", "equity", "per_share", "upside")
Results: TypeAlias = dict[Kind, Range]

_SHEETS: Final = (segments, dcf, users, cohorts, comparables, transactions, scenarios, premium, holdings)


def methods(case: Case) -> list[Method]:
    """All methods that the case has figures for."""
    return [method for sheet in _SHEETS for method in sheet.methods(case)]


def results(case: Case) -> dict[str, Results]:
    """The cells with the results of each method, by its id."""
    return {method.id: results_of(case, method, str(number)) for number, method in enumerate(methods(case))}


def weighted() -> Method:
    """The weighted value of all methods, converted to value per share like each method."""
    return Method(
        CONCLUSION, "Weighted value", equity=Range("summary.value_low", "summary.value", "summary.value_high")
    )


def conclusion(case: Case) -> Results:
    """The cells with the weighted value of all methods."""
    return results_of(case, weighted(), "conclusion")


def results_of(case: Case, method: Method, key: str) -> Results:
    """Cells with the results of a method: its own, or in a case with capital its row on the Capital sheet."""
    if case.capital is None:
        own: dict[Kind, Range | None] = {"enterprise": method.enterprise, "equity": method.equity}
        return {kind: cells for kind, cells in own.items() if cells}
    return {kind: on_capital(method, kind, key) for kind in kinds(case, method)}


def kinds(case: Case, method: Method) -> list[Kind]:
    """Results of a method in a case with capital: enterprise value, equity, value per share, upside."""
    capital = case.capital
    if capital is None:
        return []
    found: list[Kind] = ["enterprise"] if method.enterprise else []
    found.append("equity")
    if capital.has_shares:
        found.append("per_share")
    if capital.market_value or capital.last_round or (capital.price and capital.has_shares):
        found.append("upside")
    return found


def on_capital(method: Method, kind: Kind, key: str) -> Range:
    """The cells of a kind of result in the row of a method on the Capital sheet."""
    low, base, high = (f"value.{kind}_{which}_{key}" if getattr(own(method), which) else None for which in WHICH)
    return Range(low, base or "", high)


def own(method: Method) -> Range:
    """Results on a method's own sheet: equity if available, else enterprise value."""
    found = method.equity or method.enterprise
    if found is None:
        message = f"the method {method.id} has no results"
        raise ValueError(message)
    return found
