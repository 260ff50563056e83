"""Parser of units: the kind, scale, currency and counted thing of a figure.

Grammar of all units in cases and workbooks::

    share                a fraction of a whole, 0 to 1          mix, stake, probability, payer ratio
    rate                 a fraction above −1                    growth, discount rate
    margin               a fraction of revenue, at most 1       margin: below −1 where the loss exceeds revenue
    ×                    a multiple
    ratio                a plain number                         beta, correlation
    score                an answer from 1 (worst) to 5 (best)
    years                a length of time
    date                 a day: the number that spreadsheets hold for it
    CNY per USD          an exchange rate: two currencies
    CNY per account      money for one of something
    亿元, CNY m, USD     money
    亿 accounts, units   a count: a scale, if any, and what is counted
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from valuation.kernel.amount_text import MoneyUnit, money_unit
from valuation.kernel.currencies import COUNTED, SCALES
from valuation.kernel.dates import LAST_SERIAL
from valuation.kernel.errors import RangeError, UnitError
from valuation.kernel.local_amounts import hint

QuantityKind: TypeAlias = Literal[
    "money", "money_per", "share", "rate", "margin", "multiple", "ratio", "score", "years", "date", "fx", "count"
]

FORMS: Final = (
    "a unit is `share`, `rate`, `margin`, `×`, `ratio`, `score`, `years`, `date`, money (`亿元`, `USD m`), "
    "`CNY per USD`, `CNY per account` or a count (`亿 accounts`)"
)

_WORDS: Final[dict[str, QuantityKind]] = {
    "share": "share",
    "rate": "rate",
    "margin": "margin",
    "×": "multiple",
    "ratio": "ratio",
    "score": "score",
    "years": "years",
    "date": "date",
}
_CORRECTIONS: Final = {
    "%": "write a fraction: 0.15 with the unit `share` or `rate`",
    "percent": "write a fraction: 0.15 with the unit `share` or `rate`",
    "fraction": "write `share` (0 to 1), `rate` (growth, discount) or `margin`",
    "x": "write `×`",
    "times": "write `×`",
    "year": "write `years`",
}
_NOUN: Final = re.compile(r"[^\W_]([\w' -]*\w)?")  # written as words, not signs
DEPOSITARY: Final = ("ADS", "ADR", "GDR")  # depositary shares and receipts: they look like codes of currencies
_CODE: Final = re.compile("[A-Z]{3}")
# A currency after a word without a space, as in zillionUSD; 单元 ends with the same sign and is a noun.
_MONEY_AT_THE_END: Final = re.compile(r"(?<=[a-z])(?:[A-Z]{3}|[^\x00-\x7F]+)$")
_LONGEST_FIRST: Final = sorted(SCALES, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A parsed unit."""

    kind: QuantityKind
    unit: str  # as written
    scale: float = 1.0  # number of whole units in one unit: 1e8 for 亿元
    currency: str = ""  # ISO code, for money and money per something
    noun: str = ""  # the thing counted, or the thing that the money is per


@lru_cache(maxsize=1024)
def quantity(unit: str) -> Quantity:
    """Parse a unit.

    Raises
    ------
    UnitError
        If the text has none of the forms; the message lists them.

    Examples
    --------
    >>> quantity("亿 USD")
    Quantity(kind='money', unit='亿 USD', scale=100000000.0, currency='USD', noun='')
    >>> quantity("CNY per account").noun
    'account'
    """
    text = " ".join(unit.split())
    if text in _WORDS:
        return Quantity(_WORDS[text], unit)
    if "/" in text:
        raise _error(unit, f"write `{text.replace('/', ' per ')}`")
    if text.lower() in _CORRECTIONS:
        raise _error(unit, _CORRECTIONS[text.lower()])
    left, per, right = text.partition(" per ")
    if per:
        return _per(unit, left, right)
    money = _money(text)
    if money and money.currency:
        return Quantity("money", unit, money.scale, money.currency)
    first, _, rest = _glued(text) or text.partition(" ")
    scale = _money(first)
    if scale is None:
        return Quantity("count", unit, noun=_noun(unit, text))
    if scale.currency:
        raise _error(unit, hint(rest) or f"{first!r} is money, and {rest!r} is not a scale of it")
    return Quantity("count", unit, scale.scale, noun=_noun(unit, rest))


def money_currency(text: str) -> str:
    """Currency of a unit of money; "" where the text is not one, or names no currency.

    Examples
    --------
    >>> money_currency("亿元"), money_currency("USD"), money_currency("shares")
    ('CNY', 'USD', '')
    """
    found = _money(text)
    return found.currency if found else ""


def whole(value: float, quantity: Quantity) -> float:
    """The number in whole units: the float nearest to value × scale as written in decimals.

    Raises
    ------
    RangeError
        If it is too large for a number.

    Examples
    --------
    >>> whole(148.86, quantity("亿元"))
    14886000000.0
    """
    # In floats 148.86 × 1e8 is 14886000000.000002; one figure in nine has such an error, and cells must hold exact
    # values.
    exact = float(Decimal(repr(float(value))) * Decimal(quantity.scale))
    if exact - exact != 0:
        message = f"{value!r} {quantity.unit} is too large for a number"
        raise RangeError(message)
    return exact


def objection(value: float, quantity: Quantity) -> str:
    """Why a number is not valid in its unit; "" where it is valid.

    Examples
    --------
    >>> objection(45, quantity("share"))
    'a share is a fraction from 0 to 1: 45 % is 0.45'
    >>> objection(0.45, quantity("share"))
    ''
    """
    percent = f"{value:g} % is {value / 100:g}"
    match quantity.kind:
        case "share" if not 0 <= value <= 1:
            problem = f"a share is a fraction from 0 to 1: {percent}"
        case "rate" if not value > -1:
            problem = f"a rate is a fraction above −1: {percent}; a `margin` may be lower"
        case "margin" if not value <= 1:
            problem = f"a margin is a fraction of at most 1: {percent}"
        case "score" if not 1 <= value <= 5:  # noqa: PLR2004 - the scale
            problem = f"a score is an answer from 1 to 5: {value:g} is not"
        case "fx" if not value > 0:
            problem = "an exchange rate is above 0"
        case "date" if not 1 <= value <= LAST_SERIAL - 1:
            problem = f"{value:.15g} is no date from 1900 to 9999: type it as a date"
        case "years" | "count" if not value >= 0:
            problem = f"{quantity.unit} cannot be negative"
        case _:
            problem = ""
    return problem


def shown_unit(unit: str) -> str:
    """A unit as shown to readers: fractions as %; dates and statuses need no unit.

    Examples
    --------
    >>> shown_unit("share"), shown_unit("亿元")
    ('%', '亿元')
    """
    return {"share": "%", "rate": "%", "margin": "%", "ratio": "", "date": "", "status": ""}.get(unit, unit)


def whole_unit(unit: str) -> str:
    """The unscaled unit in which a figure is calculated.

    Examples
    --------
    >>> whole_unit("亿元"), whole_unit("亿 accounts"), whole_unit("USD m per user"), whole_unit("share")
    ('CNY', 'accounts', 'USD per user', 'share')
    """
    given = quantity(unit)
    match given.kind:
        case "money":
            return given.currency
        case "money_per":
            return f"{given.currency} per {given.noun}"
        case "count":
            return given.noun
        case _:
            return unit


def one_of(noun: str) -> str:
    """The singular of a noun.

    Examples
    --------
    >>> one_of("users"), one_of("companies"), one_of("户")
    ('user', 'company', '户')
    """
    return noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")


def _per(unit: str, left: str, right: str) -> Quantity:
    money = _money(left)
    if not money or not money.currency:
        raise _error(unit, f"{left!r} before `per` is not money")
    other = _money(right)
    if other and other.currency:
        if money.scale != 1 or other.scale != 1 or money.currency == other.currency:
            raise _error(unit, "an exchange rate is one whole currency per another")
        return Quantity("fx", unit, currency=money.currency, noun=other.currency)
    return Quantity("money_per", unit, money.scale, money.currency, _noun(unit, right))


def _glued(text: str) -> tuple[str, str, str] | None:
    """Split scale and counted thing where there is no space between them, as in Chinese: 亿股, 万人."""
    halves = ((text.removesuffix(thing), "", thing) for thing in COUNTED if text.endswith(thing))
    return next((half for half in halves if half[0] and not half[0].isascii() and half[0] in SCALES), None)


def _noun(unit: str, text: str) -> str:
    # A noun with a numeral in it is a scale that was not understood: 亿吨 must not be read as single units.
    if not text:
        raise _error(unit, "of what?")
    if _CODE.fullmatch(text) and text not in DEPOSITARY:
        raise _error(unit, f"{text!r} is not a currency that is known")
    glued = _MONEY_AT_THE_END.search(text)
    first, last = text.partition(" ")[0], glued[0] if glued else text.rpartition(" ")[2]
    if why := hint(first):
        raise _error(unit, why)
    money = _money(last)
    if money and money.currency and not (last.isascii() and last.islower()):  # a word may be a code: all, top, try
        raise _error(unit, f"{last!r} is money, and {text.removesuffix(last).strip()!r} is not a scale of it")
    scale = next((scale for scale in _LONGEST_FIRST if text.startswith(scale)), "")
    if scale and not scale.isascii():
        raise _error(unit, f"write a space after the scale, `{scale} {text.removeprefix(scale)}`")
    if not _NOUN.fullmatch(text) or any(character.isnumeric() for character in text):
        raise _error(unit, f"{text!r} is not a word for what is counted")
    return text


def _money(text: str) -> MoneyUnit | None:
    try:
        return money_unit(text)
    except UnitError:
        return None


def _error(unit: str, problem: str) -> UnitError:
    return UnitError(f"{unit!r}: {problem}; {FORMS}")
