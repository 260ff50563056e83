"""Two implementations timed side by side."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

LEAST_TIMED: Final = 0.02  # seconds: quicker calls are repeated until they take this long


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, against what, both in the same unit, and the ratio that is the goal."""

    what: str
    against: str
    ours: str
    theirs: str
    ratio: float
    goal: float
    digits: int = 2

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio <= self.goal


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that could not be measured, and why."""

    what: str
    why: str


def side_by_side(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 15) -> tuple[float, float]:
    """Median seconds of a call of each, in alternating rounds, so that noise affects both."""
    calls = [(call, _repeats(call)) for call in (ours, theirs)]
    seconds: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            for place in (0, 1) if number % 2 else (1, 0):
                call, repeats = calls[place]
                seconds[place].append(_timed(call, repeats))
    finally:
        gc.enable()
    return median(seconds[0]), median(seconds[1])


def timed_row(
    what: str, ours: Callable[[], object], against: str, theirs: Callable[[], object], goal: float, rounds: int = 15
) -> Row:
    """A line that compares two times."""
    mine, other = side_by_side(ours, theirs, rounds)
    return Row(what, against, time_text(mine), time_text(other), mine / other, goal)


def time_text(seconds: float) -> str:
    """A time with three digits in a suitable unit."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def root_mean_square(values: Sequence[float]) -> float:
    """Root of the mean of the squares."""
    return float((sum(value * value for value in values) / len(values)) ** 0.5)


def _repeats(call: Callable[[], object]) -> int:
    call()  # imports and caches of the first call are not timed
    return max(1, round(LEAST_TIMED / max(_timed(call, 1), 1e-9)))


def _timed(call: Callable[[], object], repeats: int) -> float:
    start = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - start) / repeats
