"""Check of Inputs: no figure is typed in another unit than that of its line."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from workbooks.case.model import Figure
from workbooks.case.quantity import quantity
from workbooks.declarations.excel_functions import AND, MAX, MIN, OR
from workbooks.declarations.expressions import equal, ref, shown_when_empty
from workbooks.declarations.sheet import Field
from workbooks.declarations.trees import Expression
from workbooks.sheets.money import figure

MOST_COUNTS: Final = 200  # of one kind in the check; a function takes 255 arguments, and a formula 8,191 characters
SHARES: Final = "shares"
BILLION: Final = 1e9
FRACTIONS: Final = ("rate", "share", "margin")  # kinds of units that are shown as per cent


def amounts(figures: Mapping[str, Figure]) -> Counter[str]:
    """How many amounts of money there are of each currency."""
    units = [quantity(given.unit) for given in figures.values()]
    return Counter(unit.currency for unit in units if unit.kind == "money")


def counts(figures: Mapping[str, Figure]) -> dict[str, list[str]]:
    """The figures that count shares, and those that count users or anything else; without a kind that is not there."""
    found: dict[str, list[str]] = {}
    for name, given in figures.items():
        unit = quantity(given.unit)
        if unit.kind == "count":
            found.setdefault("most_shares" if unit.noun == SHARES else "most_counted", []).append(name)
    return found


def fractions(figures: Mapping[str, Figure]) -> dict[str, float]:
    """The figures that are per cent, with their values."""
    return {name: given.value for name, given in figures.items() if quantity(given.unit).kind in FRACTIONS}


def limits(figures: Mapping[str, Figure], rates: Mapping[str, float]) -> Iterator[Field]:
    """The conventions that the check takes."""
    beyond = "beyond, a unit is wrong"
    yield Field("reach", "Amounts of a currency differ by less than", 1e6, note="times: beyond, a unit is wrong")
    if 1 in amounts(figures).values():
        yield Field(
            "most_money", "A single amount of a currency is less than", 1e7, note="billion: beyond, a unit is wrong"
        )
    counted = counts(figures)
    if "most_counted" in counted:
        yield Field("most_counted", "Users, and what else is counted, are less than", 100.0, "bn users", note=beyond)
    if "most_shares" in counted:
        yield Field("most_shares", "Shares are less than", 10_000.0, f"bn {SHARES}", note=beyond)
    if rates:
        largest = max(filter(math.isfinite, rates.values()), default=0.0)
        most = 1.0 if largest <= 1 else math.ceil(2 * largest)
        yield Field("most_rate", "Rates are at most", most, "rate", note="beyond, 5% is typed as 5")


def as_on_their_lines(tables: Sequence[str], figures: Mapping[str, Figure], rates: Sequence[str]) -> Expression:
    """Whether the size of every amount, count and rate is plausible in the unit of its line.

    The largest amount of a currency is less than a million times the smallest: the usual mistakes, such as 元 instead
    of 亿元, are larger than that. An amount without another to compare with, counts and rates have limits of their own.
    """
    tests: list[Expression] = []
    for currency, count in amounts(figures).items():
        sizes = [ref(f"{table}.size_{currency}") for table in tables]
        largest = MAX(*sizes)
        near = OR(equal(largest, 0), largest < ref("inputs.reach") * MIN(*sizes))  # zeros and blanks have no size
        tests.append(near if count > 1 else largest < ref("inputs.most_money") * BILLION)
    for limit, names in counts(figures).items():
        most = ref(f"inputs.{limit}") * BILLION
        tests.append(MAX(*(ref(figure(name)) for name in names[:MOST_COUNTS])) < most)
    if rates:
        tests.append(MAX(*(ref(figure(name)) for name in rates[:MOST_COUNTS])) <= ref("inputs.most_rate"))
    return shown_when_empty(tests[0] if len(tests) == 1 else AND(*tests))
