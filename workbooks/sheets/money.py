"""Figures of a case in the local currency and in the reporting currency."""

from typing import Final

from workbooks.case.currencies import Step, chain
from workbooks.case.model import Case
from workbooks.case.quantity import quantity, whole
from workbooks.declarations.excel_functions import ABS, FIXED, IF, INT, LEN, ROUND, TEXT
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT

# The sheets are protected without a password: copied cells remain locked until the protection is removed.
TWO: Final = 2  # decimals of numbers below 100
GROWS: Final = (
    "More {}: unprotect (no password), insert rows above this line, copy the row above into them, then type over it"
)


def figure(figure_id: str) -> Reference:
    """The reference of a figure on the Inputs sheet."""
    return f"figures.{figure_id}"


def local(case: Case, figure_id: str) -> Content:
    """A figure in the company's currency."""
    return in_currency(case, figure_id, case.company.currency)


def link(figure_id: str | None) -> Link:
    """A figure in its own currency."""
    return Link(figure(figure_id or ""))


def in_currency(case: Case, figure_id: str, currency: str) -> Content:
    """A figure in a currency, converted at the exchange rates of the case where necessary."""
    amount = amount_in(case, figure_id, currency)
    return Link(figure(figure_id)) if amount == ref(figure(figure_id)) else amount


def local_or_absent(case: Case, name: str | None) -> Content:
    """An amount in the company's currency; absent where none is given."""
    return in_currency(case, name, case.company.currency) if name else ABSENT


def amount_in(case: Case, figure_id: str, currency: str) -> Expression:
    """Expression for a figure in a currency; unchanged for a figure that is not money, such as users."""
    own, amount = currency_of(case, figure_id), ref(figure(figure_id))
    return converted(case, amount, own, currency) if own else amount


def currency_of(case: Case, figure_id: str) -> str:
    """The currency that a figure is in."""
    return quantity(case.figures[figure_id].unit).currency


def number(case: Case, figure_id: str | None, currency: str = "") -> float:
    """Value of a figure in whole units of a currency, to compare sizes while sheets are declared."""
    given = case.figures[figure_id or ""]
    unit = quantity(given.unit)
    amount = whole(given.value, unit)
    for rate, divide in _steps(case, unit.currency, currency) if currency else ():
        amount = amount / case.figures[rate].value if divide else amount * case.figures[rate].value
    return amount


def converted(case: Case, amount: Expression, source: str, target: str) -> Expression:
    """An amount of one currency in another, at the exchange rates of the case."""
    for rate, divide in _steps(case, source, target):
        amount = amount / ref(figure(rate)) if divide else amount * ref(figure(rate))
    return amount


def _steps(case: Case, source: str, target: str) -> tuple[Step, ...]:
    """Chain of exchange rates between two currencies; checked when the case was read."""
    found = chain(case, source, target)
    if found is None:
        message = f"no exchange rate leads from {source} to {target}"
        raise ValueError(message)
    return found


def price_currency(case: Case) -> str:
    """The currency that value per share is in: that of the share price, else the company's."""
    price = case.capital.price if case.capital else None
    return quantity(case.figures[price].unit).currency if price else case.company.currency


def per_share_unit(case: Case) -> str:
    """The unit of value per share: of an ordinary share, or of a depositary share where the price is of one."""
    one = "ADS" if case.capital and case.capital.ads_ratio else "share"
    return f"{price_currency(case)} per {one}"


def reporting(case: Case, of: Reference) -> Expression:
    """A result in the reporting currency, or in the company's own if there is none."""
    company = case.company
    return converted(case, ref(of), company.currency, company.reporting_currency or company.currency)


def displayed(of: Reference) -> Expression:
    """A result in the display unit, for the axis of a chart."""
    return ref(of) / ref("inputs.display_unit")


def fx(case: Case) -> Reference:
    """The exchange rate of the case."""
    return figure(case.company.fx or "")


def in_thousands(number: Expression) -> Expression:
    """A number as a text, with one decimal below 100, and with negatives in parentheses as in cells."""
    digits = LEN(INT(ROUND(ABS(number), 1)))  # before the point
    return IF(digits <= TWO, signed(number, 1), signed(number, 0))


def percent(number: Expression, decimals: int = 0) -> Expression:
    """A number as a percentage with so many decimals; a format with a decimal point would depend on the locale."""
    if not decimals:
        return TEXT(number, "0%")
    return FIXED(ROUND(number * 100, decimals), decimals) & "%"


def signed(number: Expression, decimals: int) -> Expression:
    """A number as a text with so many decimals, with negatives in parentheses as in cells."""
    # FIXED alone would round a value slightly below one half down, while a cell shows it rounded up.
    rounded = ROUND(number, decimals)
    return IF(rounded < 0, "(" & FIXED(ABS(rounded), decimals) & ")", FIXED(rounded, decimals))
