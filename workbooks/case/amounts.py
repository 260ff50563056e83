"""Amounts as people type them into a case file: "2.1bn USD", "212p", "43.5亿 shares", "12.5%", "12.5x"."""

import re
from typing import Final, NamedTuple

from valuation.kernel.amount_text import parse_number
from valuation.kernel.currencies import CURRENCIES, SCALES
from valuation.kernel.errors import NotANumberError, UnitError
from workbooks.case.quantity import QuantityKind, quantity

_NUMBER: Final = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
_TYPED: Final = re.compile(
    rf"(?P<sign>[-−(]?)\s*(?P<before>[^\d\s.,()+−-]*)\s*(?P<number>{_NUMBER})\s*(?P<unit>.*?)\)?"
)
_PENCE: Final = {"p": "GBP", "pence": "GBP", "gbp pence": "GBP", "gbx": "GBP"}
_TIMES: Final = {"x", "×", "倍"}


class Amount(NamedTuple):
    """A number and its unit."""

    value: float
    unit: str


def amount(text: str, kinds: tuple[QuantityKind, ...]) -> Amount | None:
    """The number and the unit that a text says; None where it is no amount.

    `kinds` are the kinds of figure that are expected: a percentage is a share or a rate, pence are money per share.

    Examples
    --------
    >>> amount("1146亿元", ("money",)), amount("US$45bn", ("money",))
    (Amount(value=1146.0, unit='亿元'), Amount(value=45.0, unit='USD bn'))
    >>> amount("212p", ("money_per",)), amount("32m shares", ("count",)), amount("12.5%", ("rate",))
    (Amount(value=2.12, unit='GBP per share'), Amount(value=32.0, unit='m shares'), Amount(value=0.125, unit='rate'))
    >>> amount("48.2 HKD per share", ("money_per",)), amount("7.5x", ("multiple",)), amount("revenue", ("money",))
    (Amount(value=48.2, unit='HKD per share'), Amount(value=7.5, unit='×'), None)
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    try:
        value = parse_number(found["number"])
    except NotANumberError:
        return None
    value = -value if found["sign"] else value
    unit = _unit(found["before"], found["unit"].strip())
    if unit == "%":
        return Amount(parse_number(f"{value!r}%"), next((kind for kind in kinds if kind in ("share", "rate")), "rate"))
    if unit.lower() in _PENCE:
        return Amount(parse_number(f"{value!r}%"), f"{_PENCE[unit.lower()]} per share")
    if unit.lower() in _TIMES:
        return Amount(value, "×")
    try:
        of = quantity(unit)
    except UnitError:
        return None
    if of.kind == "money" and "money_per" in kinds and "money" not in kinds:
        return Amount(value, f"{unit} per share")
    return Amount(value, unit)


def _unit(before: str, after: str) -> str:
    """The unit of an amount: a sign before the number is the currency's code after it."""
    if not before:
        return after
    code = CURRENCIES.get(before.lower(), "")
    if not code:
        return f"{before} {after}".strip()
    scale, _, rest = after.partition(" ")
    if scale.lower() in SCALES:
        return f"{code} {scale} {rest}".strip()
    return f"{code} {after}".strip()
