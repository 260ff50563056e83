"""Precision of a published figure: the unit of its last printed digit."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final, Self

from valuation.kernel.errors import UnitError
from workbooks.case.quantity import Quantity, quantity, whole

_DIGITS: Final = 15  # significant digits that a spreadsheet stores
PER_CENT: Final = 2  # smallest number of decimals of a printed rate: whole per cent
FORMS: Final = "expected the figure as it is printed, such as '2.7', '2.70', '16bn' or '12.5%'"
_PRINTED: Final = re.compile(r"\D*?(?P<number>[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+\-−]?\d*\.?\d+)\s*(?P<unit>.*)")


class Written(float):
    """A float that keeps its text in the case file, so that 7.0 and 7.00 can be told apart.

    Examples
    --------
    >>> Written("7.00"), Written("7.00").text
    (7.0, '7.00')
    """

    text: str

    def __new__(cls, text: str) -> Self:
        """Parse a text."""
        made = super().__new__(cls, text)
        made.text = text
        return made


def step(value: float, unit: str, printed: str = "") -> float:
    """One unit of the last printed digit of a figure, in whole units.

    Parameters
    ----------
    value, unit
        The figure in the case.
    printed
        The figure as printed in its source, where the digits differ.

    Raises
    ------
    ValueError
        If `printed` is not a number, or differs from the figure.

    Examples
    --------
    >>> step(12.6, "×"), step(2.7, "USD bn"), step(16000, "EUR m", "16bn"), step(0.5, "rate")
    (0.1, 100000000.0, 1000000000.0, 0.01)
    """
    of = quantity(unit)
    if not printed:
        return whole(_last_digit(Decimal(f"{value:.15g}"), of), of)
    number, shown = _read(printed, of)
    if abs(whole(float(number), shown) - whole(value, of)) > 1e-9 * abs(whole(value, of)):
        message = f"{printed!r} is not the figure, {value:.15g} {unit}: {FORMS}"
        raise ValueError(message)
    return whole(_last_digit(number, shown), shown)


def digits(text: str, value: float) -> str:
    """The written form of a number where its digits differ from those of the float; "" otherwise.

    Examples
    --------
    >>> digits("7.00", 7.0), digits("7.5", 7.5), digits("16e3", 16000.0), digits("0.30000000000000004", 0.1 + 0.2)
    ('7.00', '', '16e3', '')
    """
    try:
        written = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return ""
    plain = Decimal(f"{value:.15g}")
    if not written.is_finite() or len(written.normalize().as_tuple().digits) > _DIGITS:
        return ""  # a number with more digits than a spreadsheet stores was computed, not printed
    return text if written.as_tuple().exponent != plain.as_tuple().exponent else ""


def _read(printed: str, of: Quantity) -> tuple[Decimal, Quantity]:
    """Number and unit of a text; the unit of the figure where the text has none."""
    try:
        return Decimal(printed.replace("_", "")), of
    except InvalidOperation:
        found = _PRINTED.fullmatch(" ".join(printed.split()))
    if not found:
        message = f"{printed!r} is not a number: {FORMS}"
        raise ValueError(message)
    number, unit = Decimal(found["number"].replace(",", "").replace("−", "-")), found["unit"]
    if unit in {"%", "％"}:
        return number.scaleb(-2), of
    if unit in {"", "x", "X", "×", "倍"}:
        return number, of
    for text in (unit, f"{of.currency} {unit}", f"{unit} {of.noun}"):
        try:
            given = quantity(text)
        except UnitError:
            continue
        if given.kind == of.kind and given.currency == of.currency:
            return number, given
    message = f"{printed!r} is in another unit than the figure, {of.unit}: {FORMS}"
    raise ValueError(message)


def _last_digit(number: Decimal, of: Quantity) -> float:
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    if of.kind in {"rate", "share", "margin"}:
        decimals = max(decimals, PER_CENT)
    return float(Decimal(1).scaleb(-decimals))
