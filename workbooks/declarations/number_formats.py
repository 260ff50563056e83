"""Formats numbers as TEXT does, for the number formats that formulas use."""

import re
from typing import Final

from valuation.numerics.rounding import rounded_number

SECTION: Final = re.compile(r"(?P<before>\(?)(?P<comma>#,##)?0(?P<decimals>\.0+)?(?P<percent>%?)(?P<after>\)?)")


def formatted(value: float, code: str) -> str:
    """A number in a format with one section, or two: for numbers from 0 up, and for negative ones (without sign).

    Examples
    --------
    >>> formatted(-4031.2, "#,##0;(#,##0)"), formatted(0.125, "0%"), formatted(2.345, "0.00")
    ('(4,031)', '13%', '2.35')

    Raises
    ------
    ValueError
        If the format is not supported.
    """
    sections = code.split(";")
    found = SECTION.fullmatch(sections[-1] if value < 0 else sections[0])
    if found is None or len(sections) > 2:  # noqa: PLR2004 - from zero on, and below
        message = (
            f"{code!r} is not a number format known here: 0, #,##0, 0.00, 0% and a section for negative numbers are"
        )
        raise ValueError(message)
    decimals = len(found["decimals"] or ".") - 1
    scaled = rounded_number(value * 100 if found["percent"] else value, float(decimals))
    if scaled == 0:
        return formatted(0.0, code) if value < 0 else _written(found, 0.0, decimals)
    return _written(found, abs(scaled) if len(sections) > 1 else scaled, decimals)


def _written(found: re.Match[str], value: float, decimals: int) -> str:
    shown = f"{value:,.{decimals}f}" if found["comma"] else f"{value:.{decimals}f}"
    return f"{found['before']}{shown}{found['percent']}{found['after']}"
