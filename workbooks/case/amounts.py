"""Amounts written in a case file as one text: a number and its unit."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from valuation.kernel.amount_text import money_unit
from valuation.kernel.currencies import CURRENCIES, HUNDREDTH_OF, HUNDREDTHS
from valuation.kernel.errors import UnitError
from valuation.kernel.local_amounts import as_written, hint, with_points
from workbooks.case.quantity import quantity
from workbooks.case.roles import Role


class Amount(NamedTuple):
    """A number and its unit."""

    value: float
    unit: str


_AMOUNT: Final = re.compile(
    r"(?P<before>[^\d+\-−.(]*)(?P<sign>[+\-−]?)\s*(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)\s*(?P<after>.*)"
)
_PARENTHESES: Final = re.compile(r"([^()\d]*)\(([^()+\-−]*\d[^()]*)\)([^()\d]*)")  # (EUR 20m), EUR (20)m: negative
_SIGN_FIRST: Final = re.compile(r"([+\-−])\s*([^\s\d+\-−.()][^\d+\-−.()]*)(?=[\d.])")  # -$20m
_FIRST_DIGIT: Final = re.compile(r"(?=[\d.])")
_FULL_WIDTH: Final = str.maketrans("（）", "()")
_FRACTIONS: Final = ("rate", "share", "margin")  # what may be written in per cent
_MULTIPLE: Final = {"x", "X", "×", "倍"}
_PENCE: Final = {"p": "GBP", **{word: CURRENCIES[word] for word in HUNDREDTHS}, **HUNDREDTH_OF}
_SHARES: Final = re.compile(r"(.*?)\s*(?:shares|股)")


def amount(text: str, role: Role) -> Amount | None:
    """Number and unit of a text, for a field of this role; None where the text is not an amount.

    Examples
    --------
    >>> from workbooks.case.roles import Role
    >>> amount("1146亿元", Role("money", ("money",)))
    Amount(value=1146.0, unit='亿元')
    >>> amount("212p", Role("a price", ("money_per",), noun="share"))
    Amount(value=2.12, unit='GBP per share')
    >>> amount("12.5%", Role("a rate", ("rate",)))
    Amount(value=0.125, unit='rate')
    >>> amount("-$20m", Role("money", ("money",))), amount("(20) USD m", Role("money", ("money",)))
    (Amount(value=-20.0, unit='USD m'), Amount(value=-20.0, unit='USD m'))
    """
    plain = with_points(_sign_at_number(" ".join(text.split())))
    found = None if plain is None or as_written(text) else _AMOUNT.fullmatch(plain)
    if not found:
        return None
    number = Decimal(found["number"].replace(",", ""))
    number = -number if found["sign"] in {"-", "−"} else number
    before, after = found["before"].strip(), found["after"].strip()
    if after in {"%", "％"} and not before:
        return Amount(float(number / 100), next((kind for kind in role.kinds if kind in _FRACTIONS), "rate"))
    if after in _MULTIPLE and not before:
        return Amount(float(number), "×")
    what, per, noun = after.replace("/", " per ").partition(" per ")
    (before, first), (what, second) = ("p", False) if before == "p" else _in_whole(before), _in_whole(what.strip())
    if first or second:
        number /= 100
    noun = noun.strip()
    unit = _unit(before, what, noun if per else "", role)
    return Amount(float(number), unit) if unit else None


def _in_whole(unit: str) -> tuple[str, bool]:
    """A unit with pence, cents or agorot replaced by their currency, and whether it had them."""
    for word in unit.split():
        if currency := _PENCE.get(word) or _PENCE.get(word.casefold() if word.casefold() in HUNDREDTHS else ""):
            return unit.replace(word, currency, 1), True
    return unit, False


def _sign_at_number(text: str) -> str:
    """An amount with its sign next to the number, and a minus in place of parentheses."""
    if found := _PARENTHESES.fullmatch(text.translate(_FULL_WIDTH)):
        before, inside, after = found.groups()
        return f"{before}{_FIRST_DIGIT.sub('-', inside, count=1)}{after}"
    return _SIGN_FIRST.sub(r"\2\1", text, count=1) if _SIGN_FIRST.match(text) else text


def _unit(before: str, after: str, noun: str, role: Role) -> str:
    """The unit written before or after a number, in the standard form of units; "" where it is not a unit."""
    shares = _SHARES.fullmatch(after)
    if shares and not before:
        return _known(f"{shares[1]} shares".strip())
    unit = after
    if before:
        try:
            read = money_unit(before)
        except UnitError:
            return ""
        scaled = read.scale != 1  # EUR m 20: the scale stands once
        unit = before if scaled and not after else "" if scaled else f"{read.currency} {after}".strip()
    known = _known(f"{unit} per {noun}" if noun else unit)
    if known and not noun and role.kinds == ("money_per",) and quantity(known).kind == "money":
        return f"{known} per {role.noun}"
    return known


def _known(unit: str) -> str:
    try:
        quantity(unit)
    except UnitError:
        return ""
    return unit


def unread(text: str) -> str:
    """Hint what to write instead of an ambiguous text, to append to an error message; "" where it is not ambiguous.

    Examples
    --------
    >>> unread("1.234 Mrd EUR"), unread("about five")
    ("; '1.234' may be 1234 or 1.234, with a scale in English: write one of these", '')
    """
    bare = re.fullmatch(r"\s*[+\-−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?\s*", text)
    if bare:
        return f"; a number stands without quotes: {text.strip().replace(',', '')}"
    if re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", text):
        return f"; a date stands without quotes: {text.strip()}"
    if per_cent := re.fullmatch(r"\s*([+\-−]?[\d.]+)\s*(?:percent|per cent|pct)\s*", text):
        return f"; write '{per_cent[1]}%'"
    why = hint(text)
    return f"; {why}" if why else ""


def above_whole(value: object, role: Role) -> str:
    """What to tell of a number without a unit that is above 100 %, such as 8 for 8 %; empty for any other.

    Examples
    --------
    >>> from workbooks.case.roles import Role
    >>> above_whole(8, Role("a growth rate", ("rate",), high=10))
    "8 is 800 %: write 0.08 or '8%'; if it is meant, '800%'"
    """
    if not isinstance(value, (int, float)) or role.kinds[0] != "rate" or role.high <= 1 or abs(value) <= 1:
        return ""
    per_cent = value * 100
    written = f"write {value / 100:.10g} or '{value:.10g}%'"
    return f"{value} is {per_cent:,.10g} %: {written}; if it is meant, '{per_cent:.10g}%'"
