"""The formulas of diluted shares and of value per share."""

from typing import Final

from valuation.bridge import diluted_shares
from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import MIN, SUMPRODUCT
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.money import converted, in_currency, price_currency

SHARES: Final = "capital.shares"


NUMBERS: Final = ref("dilution.number")


STRIKES: Final = ref("dilution.strike")


def instruments(capital: Capital) -> int:
    """How many option tranches and convertibles there are."""
    return len(capital.options) + len(capital.convertibles)


def shares_converted(case: Case) -> Expression:
    """The principal in the currency of the price, over the conversion price."""
    return in_price_currency(case, ref("principal")) / ref("conversion_price")


def up_to(count: int, amounts: Expression) -> list[Content]:
    """The amounts of all instruments up to the strike of each."""
    return [SUMPRODUCT((ref(f"dilution.strike[{n}]") >= STRIKES) * amounts) for n in range(1, count + 1)]


def principals(case: Case, capital: Capital) -> list[Content]:
    """The principal of each convertible, in the company's currency."""
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


def at_price(capital: Capital, price: Reference) -> Expression:
    """The diluted shares at a share price: options by the treasury stock method, convertibles if converted."""
    if not instruments(capital):
        return ref(SHARES)
    exercised = NUMBERS * (ref(price) > STRIKES)
    native = ref(SHARES) + SUMPRODUCT(exercised * (1 - STRIKES / ref(price)))
    if capital.convertibles:  # no treasury stock: the shares that the principal would buy at the price
        conversion, number = ref("convertibles.conversion_price"), ref("convertibles.number")
        return native + SUMPRODUCT((ref(price) > conversion) * number * conversion) / ref(price)
    vectors = {"options": "dilution.number", "strikes": "dilution.strike"}
    return Call(diluted_shares, {"basic": SHARES, **vectors, "price": price}, native=native)


def quoted(capital: Capital, ordinary: Expression) -> Expression:
    """Value per quoted share: one ordinary share, or a depositary share for several."""
    return grouped(ordinary) * ref("capital.ads_ratio") if capital.ads_ratio else ordinary


def converted_principal(capital: Capital, value_per_share: Reference) -> Expression:
    """The principal of the convertibles whose holders convert at a value per share, as it is quoted."""
    converts = ref(value_per_share) > quoted(capital, ref("convertibles.conversion_price"))
    return SUMPRODUCT(converts * ref("convertibles.principal"))
