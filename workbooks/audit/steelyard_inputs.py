"""Rules on inputs of our workbooks: missing, of another kind, in a wrong unit or currency."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workbooks.audit.finding import Finding, cell
from workbooks.audit.graph import At
from workbooks.audit.reference import Reference
from workbooks.audit.stale import shown_value
from workbooks.case.quantity import Quantity, quantity
from workbooks.layout.cell import Cell
from workbooks.layout.styles import NO_NUMBER
from workbooks.recalculation.worksheet import Value

_TYPED: Final = frozenset({"input", "entry"})
_FAR: Final = 20.0  # factor relative to the case
_NEAR: Final = 0.03  # relative tolerance for an exchange rate
_BOUNDS: Final[dict[str, tuple[float, float, str]]] = {
    "share": (0.0, 1.0, "a share is from 0 to 1 (0% to 100%)"),
    "rate": (-1.0, math.inf, "a rate is above -1 (-100%)"),
    "margin": (-math.inf, 1.0, "a margin is at most 1 (100%)"),
    "multiple": (0.0, math.inf, "a multiple is zero or positive"),
    "score": (1.0, 5.0, "a score is from 1 to 5"),
    "years": (0.0, math.inf, "years are zero or positive"),
    "fx": (1e-12, math.inf, "an exchange rate is positive"),
    "date": (1.0, 109_575.0, "a date lies between 1900 and 2199"),
}
_HIGH_RATE: Final = 3.0  # 300%
_DIGITS: Final = 3  # significant digits for which equality is unlikely to be an accident


@dataclass(frozen=True, slots=True)
class Typed:
    """An input: its position, original content and present content."""

    at: At
    then: Cell
    now: Value | None
    formula: str

    @property
    def quantity(self) -> Quantity | None:
        """Its parsed unit; None where it has none."""
        return None if self.then.unit in NO_NUMBER else quantity(self.then.unit)

    @property
    def is_changed(self) -> bool:
        """Whether its number was changed."""
        return isinstance(self.now, float) and not self.formula and not _is_close(self.now, _number(self.then.content))


class Inputs:
    """The inputs of a workbook that Steelyard wrote.

    Parameters
    ----------
    reference : Reference
        The original and the present workbook.
    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    @cached_property
    def all(self) -> list[Typed]:
        """All input cells with a number or a choice."""
        found = []
        for at, then in self._reference.cells.items():
            if then.role in _TYPED and not then.formula and at not in self._reference.formulas:
                now = self._reference.graph.page(at.sheet).cell(at.place)
                found.append(Typed(at, then, now.value, now.formula))
        return found

    @cached_property
    def numbers(self) -> list[Typed]:
        """The inputs that were written with a number."""
        return [each for each in self.all if isinstance(each.then.content, float)]

    @cached_property
    def changed(self) -> list[Typed]:
        """Changed numbers."""
        return [each for each in self.numbers if each.is_changed]

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the inputs."""
        for each in self.numbers:
            found = self._kind(each) or (self._bounds(each) if each.is_changed else None)
            if found:
                yield found
            elif each.is_changed:
                yield from self._size(each)
                yield from self._twice(each)
        for each in self.all:
            if each.then.choices and each.now not in each.then.choices:
                yield _finding(
                    each,
                    "not-a-choice",
                    "error",
                    f"{shown_value(each.now)} is not one of this cell's choices: {', '.join(each.then.choices[:8])}",
                    "Choose from the list",
                )
        yield from self._units()

    def _kind(self, each: Typed) -> Finding | None:
        """Check an input that does not contain a number."""
        if each.formula or (isinstance(each.now, float) and not isinstance(each.now, bool)):
            return None
        then = f"{_number(each.then.content):g}"
        if each.now in {None, ""}:
            return _finding(each, "input-missing", "error", f"is blank; the case has {then}", "Type the figure")
        rule = (
            "number-as-text" if isinstance(each.now, str) and _looks_like_a_number(each.now) else "input-not-a-number"
        )
        message = f"holds {shown_value(each.now)} where a number belongs; the case has {then}"
        return _finding(each, rule, "error", message, "Type the number, without a unit or a sign")

    def _bounds(self, each: Typed) -> Finding | None:
        unit = each.quantity
        value, then = _number(each.now), _number(each.then.content)
        low, high, words = _BOUNDS.get(unit.kind if unit else "", (-math.inf, math.inf, ""))
        kind = unit.kind if unit else ""
        if kind == "rate" and value > _HIGH_RATE and then <= 1:
            words = f"{value:.0%} is a percentage that was typed as a whole number"
        elif low <= value <= high and not (kind == "rate" and value <= -1):
            return None
        message = f"{value:g} is out of its kind: {words}; the case has {then:g}"
        return _finding(each, "input-out-of-bounds", "error", message, "Type 0.45 or 45% for a share of 45 percent")

    def _size(self, each: Typed) -> Iterator[Finding]:
        """Check for a number far from that of the case, off by an exchange rate, or with another sign."""
        value, then = _number(each.now), _number(each.then.content)
        if not value or not then:
            return
        ratio = abs(value / then)
        if value * then < 0:
            message = f"{value:g} has another sign than the case, which has {then:g}"
            yield _finding(each, "input-sign", "warning", message, "Check whether it is to be added or deducted")
        rate = self._rate(each, ratio)
        if max(ratio, 1 / ratio) >= _FAR or _is_ten_times(ratio):
            times = f"{ratio:,.4g} times" if ratio > 1 else f"1/{1 / ratio:,.4g} of"
            message = (
                f"{value:g} is {times} what the case has, {then:g} {each.then.unit}: is it in the unit of its line?"
            )
            yield _finding(
                each, "input-out-of-scale", "warning", message, f"Type the figure in {each.then.unit or 'its unit'}"
            )
        elif rate:
            message = (
                f"{value:g} is the {then:g} of the case times or divided by the exchange rate {rate:g}: "
                "another currency?"
            )
            yield _finding(each, "input-in-another-currency", "warning", message, f"Type it in {each.then.unit}")

    def _rate(self, each: Typed, ratio: float) -> float:
        """The exchange rate that a ratio is close to; 0 where it is close to none."""
        unit = each.quantity
        if unit is None or unit.kind not in {"money", "money_per"}:
            return 0.0
        rates = [
            _number(other.then.content) for other in self.numbers if other.quantity and other.quantity.kind == "fx"
        ]
        near = (
            rate
            for rate in rates
            if rate > 0 and abs(rate - 1) > 2 * _NEAR and min(abs(ratio / rate - 1), abs(ratio * rate - 1)) <= _NEAR
        )
        return next(near, 0.0)

    def _twice(self, each: Typed) -> Iterator[Finding]:
        """Check for an amount that was moved to another input, or added to it."""
        unit = each.quantity
        if unit is None or unit.kind != "money":
            return
        value, then = _number(each.now) * unit.scale, _number(each.then.content) * unit.scale
        for other in self.numbers:
            theirs = other.quantity
            if other is each or theirs is None or theirs.kind != "money" or theirs.currency != unit.currency:
                continue
            amount = _number(other.now) * theirs.scale
            if not amount or _digits(amount) < _DIGITS or _is_close(amount, then):
                continue
            if _is_close(value - then, amount) or _is_close(value, amount):
                where = f"{other.at.sheet}!{cell(other.at.place)}"
                message = (
                    f"{_number(each.now):g} holds the amount of {where}, {_number(other.now):g} {other.then.unit}, too"
                )
                yield _finding(each, "counted-twice", "error", message, "Leave the amount in one of the two")
                return

    def _units(self) -> Iterator[Finding]:
        """Check for changed units beside inputs, since the formulas still use the old ones."""
        for at, then in self._reference.cells.items():
            if (
                then.role == "unit"
                and isinstance(then.content, str)
                and then.content
                and not self._reference.is_unchanged(at)
            ):
                now = self._reference.graph.page(at.sheet).cell(at.place)
                if now.formula or at in self._reference.formulas:
                    continue
                yield Finding(
                    "unit-changed",
                    "error",
                    at.sheet,
                    cell(at.place),
                    f"the unit reads {shown_value(now.value)}, but the formulas compute in {then.content!r}",
                    f"Put {then.content!r} back, and type the figures in it",
                )


def _finding(each: Typed, rule: str, severity: str, message: str, fix: str) -> Finding:
    return Finding(
        rule, "error" if severity == "error" else "warning", each.at.sheet, cell(each.at.place), message, fix
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12)


def _is_ten_times(ratio: float) -> bool:
    power = math.log10(ratio)
    return abs(power) >= 1 - 1e-9 and math.isclose(power, round(power), abs_tol=1e-9)


def _digits(amount: float) -> int:
    return len(f"{abs(amount):.10e}".partition("e")[0].replace(".", "").rstrip("0"))


def _looks_like_a_number(text: str) -> bool:
    return any(char.isdigit() for char in text)
