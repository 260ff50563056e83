"""From the value of each method to value per share and upside, one row per method."""

from collections.abc import Sequence
from typing import Final, Literal

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import IF, ISNUMBER
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Link, Table
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.capital import bridge, shares_formulas
from workbooks.sheets.method import WHICH, Method, Which
from workbooks.sheets.methods import KINDS, Kind, kinds, methods, own, weighted
from workbooks.sheets.money import per_share_unit

HEADINGS: Final[dict[tuple[Kind, Which], str]] = {
    ("enterprise", "low"): "Enterprise value, low",
    ("enterprise", "base"): "Enterprise value, selected",
    ("enterprise", "high"): "Enterprise value, high",
    ("equity", "low"): "Equity value, low",
    ("equity", "base"): "Equity value, selected",
    ("equity", "high"): "Equity value, high",
    ("per_share", "low"): "Value per share, low",
    ("per_share", "base"): "Value per share, selected",
    ("per_share", "high"): "Value per share, high",
    ("upside", "low"): "Upside, low",
    ("upside", "base"): "Upside, selected",
    ("upside", "high"): "Upside, high",
}


def table(case: Case, capital: Capital) -> Table:
    """One row per method, with the cells that other sheets refer to."""
    rows = [(method, str(number)) for number, method in enumerate(methods(case))]
    if rows:
        rows.append((weighted(), "conclusion"))
    known = {kind for method, _ in rows for kind in kinds(case, method)}
    columns = [Column("method", "Method", cells=[method.label for method, _ in rows], width=34)]
    for kind in (kind for kind in KINDS if kind in known):
        columns += [_column(case, capital, rows, kind, which) for which in WHICH]
    note = "Enterprise value less the bridge is equity value; over the diluted shares it is value per share"
    return Table("road", "From each method to value per share", columns, len(rows), note)


def _column(case: Case, capital: Capital, rows: Sequence[tuple[Method, str]], kind: Kind, which: Which) -> Column:
    units: dict[Kind, str] = {"per_share": per_share_unit(case), "upside": "rate"}
    return Column(
        f"{kind}_{which}",
        HEADINGS[kind, which],
        cells=[_cell(case, capital, method, kind, which, key) for method, key in rows],
        keys=[f"value.{kind}_{which}_{key}" for _, key in rows],
        unit=units.get(kind, case.company.display_unit),
        precise=kind == "per_share",
    )


def _cell(case: Case, capital: Capital, method: Method, kind: Kind, which: Which, key: str) -> Content:
    start = getattr(own(method), which)
    if start is None or kind not in kinds(case, method):
        return None
    match kind:
        case "enterprise":
            return Link(getattr(method.enterprise, which))
        case "equity" if method.equity:
            return Link(start)
        case "equity":
            return or_not_meaningful(start, equity_of(capital, start, f"value.per_share_{which}_{key}"))
        case "per_share":
            return or_not_meaningful(
                start, per_share_of(case, capital, "equity" if method.equity else "enterprise", start)
            )
        case "upside":
            return _upside(capital, which, key)


def per_share_of(case: Case, capital: Capital, of: Literal["enterprise", "equity"], value: Reference) -> Expression:
    """The value per share, as it is quoted, of an enterprise value or an equity value."""
    shareholders = ref(value) if of == "equity" else bridge.equity(value)
    return shares_formulas.quoted(capital, shares_formulas.per_share_of(case, capital, shareholders))


def equity_of(capital: Capital, enterprise: Reference, per_share: Reference) -> Expression:
    """Enterprise value less the bridge; converted convertibles do not count as debt."""
    equity = bridge.equity(enterprise)
    if capital.convertibles and capital.has_shares:
        return equity + shares_formulas.converted_principal(capital, per_share)
    return equity


def _upside(capital: Capital, which: Which, key: str) -> Expression:
    if capital.price and capital.has_shares:
        value, price = f"value.per_share_{which}_{key}", "capital.price"
    else:
        value, price = f"value.equity_{which}_{key}", "capital.market_value"
    return or_not_meaningful(value, ref(value) / ref(price) - 1)


def or_not_meaningful(of: Reference, formula: Expression) -> Expression:
    """A formula that is n.m. where the result it depends on is n.m."""
    return IF(ISNUMBER(ref(of)), formula, NOT_MEANINGFUL)
