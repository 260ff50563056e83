"""Worked examples that others published: every way to call the functions must give these results.

`acceptance.json` holds each answer as it was printed, a text whose last digit says how exact it is:
"3867e8" is good to a hundred million, "384.36e8" to a million. Where an author rounded on the way to
an answer, `exact` is what the arithmetic gives, and the case's note says why the two differ.
"""

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One published answer."""

    id: str
    function: str
    arguments: dict[str, Any]
    published: str
    source: str
    exact: str = ""
    note: str = ""


CASES = tuple(Case(**case) for case in json.loads(Path(__file__).with_suffix(".json").read_text("utf-8")))


def agrees(value: float, printed: str) -> bool:
    """Whether a value rounds to a printed one, at the precision it is printed with."""
    digits = Decimal(printed)
    last_digit = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    # A half may be rounded up or down: a value on it agrees with both, with or without rounding error.
    return math.isfinite(value) and abs(Decimal(value) - digits) <= last_digit / 2 * (1 + Decimal("1e-6"))
