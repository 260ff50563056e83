"""Capital: from enterprise value over the bridge and diluted shares to value per share, and upside to the price."""

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Check, Field, Fields, Sheet, present
from workbooks.sheets.capital import bridge, by_functions, formulas, shares, shares_formulas, value_per_share
from workbooks.sheets.holdings import formulas as holdings
from workbooks.sheets.methods import methods
from workbooks.sheets.money import in_currency, link, per_share_unit, price_currency
from workbooks.sheets.price import convertibles_at_price
from workbooks.sheets.segments import formulas as segments


def sheet(case: Case) -> Sheet | None:
    """The Capital sheet; a case without capital has none."""
    capital = case.capital
    if capital is None:
        return None
    return Sheet(
        "capital",
        "Capital",
        "Capital: from enterprise value to value per share",
        "What do the methods give for the shareholders, per share, and against the price?",
        present(
            value_per_share.table(case, capital),
            _price(case, capital),
            bridge.lines(case, capital) if bridge.given(capital) or capital.convertibles else None,
            shares.lines(case, capital) if capital.has_shares else None,
            shares.convertibles(case, capital),
            shares.dilution(case, capital),
            by_functions.lines(case, capital),
        ),
        checks=_checks(case, capital),
        tab="results",
    )


def _price(case: Case, capital: Capital) -> Fields | None:
    money, currency = case.company.display_unit, price_currency(case)
    price, given = capital.price, capital.market_value or capital.last_round
    lines: list[Field] = []
    if price:
        quoted = in_currency(case, price, currency)
        lines.append(Field("price", case.figures[price].label, quoted, per_share_unit(case), precise=True))
    if capital.ads_ratio:
        each = ref("capital.price") / ref("capital.ads_ratio")
        lines += [
            Field("ads_ratio", "Ordinary shares in one depositary share", link(capital.ads_ratio), precise=True),
            Field("ordinary_price", "Price of one ordinary share", each, f"{currency} per share", precise=True),
        ]
    if price and capital.has_shares:
        diluted = shares_formulas.at_price(capital, formulas.ordinary_price(capital))
        lines += [
            Field("shares_at_price", "Diluted shares at the price", diluted, "shares", addin=not capital.convertibles),
            Field("market_value", "Market value of the equity", formulas.market_value(case), money, strong=True),
        ]
    elif given:
        value = in_currency(case, given, case.company.currency)
        lines.append(Field("market_value", case.figures[given].label, value, money, strong=True))
        if capital.has_shares:
            share = shares_formulas.per_share_of(case, capital, ref("capital.market_value"))
            share = shares_formulas.quoted(capital, share)
            a_share = f"{currency} per share"
            lines.insert(0, Field("market_per_share", "The same per share", share, a_share, precise=True))
    known = len(lines) > 0 and lines[-1].id == "market_value"
    if convertibles_at_price(case):
        label, as_debt = "The same with all convertibles as debt", formulas.market_value_with_debt(capital)
        lines.append(Field("market_value_with_debt", label, as_debt, money))
    if known and bridge.given(capital):
        lines.append(Field("market_enterprise", "Market enterprise value", formulas.market_enterprise(case), money))
    return Fields("Price", lines) if lines else None


def _checks(case: Case, capital: Capital) -> tuple[Check, ...]:
    if not (bridge.given(capital) and bridge.missing(capital) and _is_crossed(case)):
        return ()
    label = "Every usual item of the bridge is given"
    return (Check("bridge_given", label, formulas.all_given(capital), "warn", "capital.bridge"),)


def _is_crossed(case: Case) -> bool:
    """Whether any method goes over the bridge: a bank on its book value does not, and has no net debt to give."""
    parts, stakes = case.segments, case.holdings
    of_assets = (parts and segments.bridged(case, parts)) or (stakes and holdings.owing(case, stakes))
    return bool(of_assets) or any(method.enterprise for method in methods(case))
