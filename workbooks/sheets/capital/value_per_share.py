"""From the value of each method to value per share and upside, one row per method."""

from collections.abc import Sequence
from typing import Final, Literal

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Link, Table
from workbooks.declarations.trees import Expression
from workbooks.sheets.capital import equity_formulas as formulas
from workbooks.sheets.capital import shares_formulas
from workbooks.sheets.method import CONCLUSION, WHICH, Method, Which
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
        rows.append((weighted(), CONCLUSION))
    known = {kind for method, _ in rows for kind in kinds(case, method)}
    columns = [Column("method", "Method", cells=[method.label for method, _ in rows], width=34)]
    for kind in (kind for kind in KINDS if kind in known):
        columns += [_column(case, capital, rows, kind, which) for which in WHICH]
    note = "Enterprise value less the bridge is equity value; over the diluted shares it is value per share"
    if formulas.converting(capital):
        note = "Equity value over the diluted shares is value per share; convertibles that convert are equity, not debt"
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
    start, per_share = getattr(own(method), which), f"value.per_share_{which}_{key}"
    if start is None or kind not in kinds(case, method):
        return None
    match kind:
        case "enterprise":
            return Link(getattr(method.enterprise, which))
        case "equity" if method.equity and (key == CONCLUSION or not formulas.converting(capital)):
            return Link(start)
        case "equity":
            return formulas.or_not_meaningful(start, formulas.equity_of(capital, _of(method), start, per_share))
        case "per_share":
            return formulas.or_not_meaningful(start, _per_share(case, capital, method, which, key))
        case "upside":
            return _upside(capital, which, key)


def _per_share(case: Case, capital: Capital, method: Method, which: Which, key: str) -> Expression:
    start = getattr(own(method), which)
    if key == CONCLUSION and formulas.converting(capital):
        shareholders = ref(start) - formulas.weighted_principal(case, capital, which)
        return shares_formulas.quoted(capital, shares_formulas.per_share_of(case, capital, shareholders))
    return formulas.per_share_of(case, capital, _of(method), start)


def _of(method: Method) -> Literal["enterprise", "equity"]:
    return "equity" if method.equity else "enterprise"


def _upside(capital: Capital, which: Which, key: str) -> Expression:
    if capital.price and capital.has_shares:
        value, price = f"value.per_share_{which}_{key}", "capital.price"
    elif formulas.converting(capital):  # the market value that is given has them as debt
        value, price = f"value.per_share_{which}_{key}", "capital.market_per_share"
    else:
        value, price = f"value.equity_{which}_{key}", "capital.market_value"
    return formulas.or_not_meaningful(value, ref(value) / ref(price) - 1)
