"""Diluted shares: option tranches by the treasury stock method, convertibles if converted, and the value per share.

A tranche of n options at a strike k takes max(0, n × (p − k)) of the equity at a value per share p, and a convertible
of principal P at a conversion price c takes max(0, (P ÷ c) × (p − c)) more than its principal. So p is the lowest of
(E + Σ n × k) ÷ (shares + Σ n) over the sets of instruments up to each strike; E counts all convertibles as debt.
"""

from typing import Final

from valuation.bridge import diluted_price, diluted_shares, per_share
from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import MIN, SUMPRODUCT
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Column, Content, Field, Fields, Table, present
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.money import converted, in_currency, link, price_currency

SHARES: Final = "capital.shares"
NUMBERS: Final = ref("dilution.number")
STRIKES: Final = ref("dilution.strike")


def instruments(capital: Capital) -> int:
    """How many option tranches and convertibles there are."""
    return len(capital.options) + len(capital.convertibles)


def lines(case: Case, capital: Capital) -> Fields:
    """The shares before options and convertibles."""
    basic = capital.basic_shares or capital.shares or ""
    unit = case.figures[basic].unit
    label = "Basic shares" if capital.basic_shares else "Diluted shares, as given"
    total: Expression = ref("capital.basic_shares")
    if capital.restricted:
        total += ref("capital.restricted")
    return Fields(
        "Shares",
        present(
            Field("basic_shares", label, link(basic), unit),
            Field("restricted", "Restricted shares", link(capital.restricted), unit) if capital.restricted else None,
            Field("shares", "Shares before options and convertibles", total, unit, strong=True),
        ),
    )


def convertibles(case: Case, capital: Capital) -> Table | None:
    """The convertibles: what is owed, and the shares that it converts into."""
    if not capital.convertibles:
        return None
    money, currency = case.company.display_unit, price_currency(case)
    strike = f"{currency} per share"
    columns = (
        Column("name", "Convertible", cells=[_named("Convertible {}", n) for n in range(len(capital.convertibles))]),
        Column("principal", "Principal", cells=_principals(case, capital), unit=money),
        Column(
            "conversion_price",
            "Conversion price",
            cells=[in_currency(case, each.conversion_price, currency) for each in capital.convertibles],
            unit=strike,
            precise=True,
        ),
        Column("number", "Shares if converted", _converted(case), unit="shares"),
    )
    return Table("convertibles", "Convertibles", columns, len(capital.convertibles))


def _converted(case: Case) -> Expression:
    """The principal in the currency of the price, over the conversion price."""
    return in_price_currency(case, ref("principal")) / ref("conversion_price")


def dilution(case: Case, capital: Capital) -> Table | None:
    """Every instrument at its strike, and all up to each strike together."""
    count = instruments(capital)
    if not count:
        return None
    currency = price_currency(case)
    options, notes = capital.options, range(1, len(capital.convertibles) + 1)
    names = [_named("Options {}", n) for n in range(len(options))]
    numbers: list[Content] = [link(tranche.number) for tranche in options]
    strikes: list[Content] = [in_currency(case, tranche.strike, currency) for tranche in options]
    numbers += [ref(f"convertibles.number[{n}]") for n in notes]
    strikes += [ref(f"convertibles.conversion_price[{n}]") for n in notes]
    columns = (
        Column("name", "Instrument", cells=[*names, *(ref(f"convertibles.name[{n}]") for n in notes)]),
        Column("number", "Shares", cells=numbers, unit="shares"),
        Column("strike", "Strike or conversion price", cells=strikes, unit=f"{currency} per share", precise=True),
        Column("added", "Shares up to this strike", cells=_up_to(count, NUMBERS), unit="shares"),
        Column("paid", "Paid in up to this strike", cells=_up_to(count, NUMBERS * STRIKES), unit=currency),
    )
    note = "Exercised where the value per share is above the strike: the money paid in counts as equity"
    return Table("dilution", "Options and convertibles", columns, count, note)


def _up_to(count: int, amounts: Expression) -> list[Content]:
    """The amounts of all instruments up to the strike of each."""
    return [SUMPRODUCT((ref(f"dilution.strike[{n}]") >= STRIKES) * amounts) for n in range(1, count + 1)]


def _named(template: str, number: int) -> str:
    return Text(template, str(number + 1))


def _principals(case: Case, capital: Capital) -> list[Content]:
    return [in_currency(case, each.principal, case.company.currency) for each in capital.convertibles]


def in_price_currency(case: Case, amount: Expression) -> Expression:
    """An amount of the company's currency in the currency of the share price."""
    return converted(case, amount, case.company.currency, price_currency(case))


def per_share_of(case: Case, capital: Capital, equity: Expression) -> Expression:
    """The value of one ordinary share of an equity value with all convertibles counted as debt."""
    value = in_price_currency(case, equity)
    shares = ref(SHARES)
    candidates = [value / shares]
    candidates += [
        (value + ref(f"dilution.paid[{n}]")) / (shares + ref(f"dilution.added[{n}]"))
        for n in range(1, instruments(capital) + 1)
    ]
    return candidates[0] if len(candidates) == 1 else MIN(*candidates)


def value_call(capital: Capital, equity: Reference, native: Expression) -> Call:
    """The same by the catalogue: DILUTED_PRICE, or PER_SHARE where nothing dilutes."""
    if not instruments(capital):
        return Call(per_share, {"equity": equity, "shares": SHARES}, native=native)
    vectors = {"options": "dilution.number", "strikes": "dilution.strike"}
    return Call(diluted_price, {"equity": equity, "basic": SHARES, **vectors}, native=native)


def at_price(capital: Capital, price: Reference) -> Expression:
    """The diluted shares at a share price."""
    if not instruments(capital):
        return ref(SHARES)
    exercised = NUMBERS * (ref(price) > STRIKES)
    native = ref(SHARES) + SUMPRODUCT(exercised * (1 - STRIKES / ref(price)))
    vectors = {"options": "dilution.number", "strikes": "dilution.strike"}
    return Call(diluted_shares, {"basic": SHARES, **vectors, "price": price}, native=native)


def quoted(capital: Capital, ordinary: Expression) -> Expression:
    """The value of what the price is of: one ordinary share, or a depositary share of several."""
    return grouped(ordinary) * ref("capital.ads_ratio") if capital.ads_ratio else ordinary


def converted_principal(capital: Capital, value_per_share: Reference) -> Expression:
    """The principal of the convertibles whose holders convert at a value per share, as it is quoted."""
    converts = ref(value_per_share) > quoted(capital, ref("convertibles.conversion_price"))
    return SUMPRODUCT(converts * ref("convertibles.principal"))
