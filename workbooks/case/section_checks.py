"""Checks within sections of a case: sums of shares, order of rows, references to names of the same section."""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from valuation.kernel.errors import BLANK, ValuationError
from valuation.ownership import lookthrough
from workbooks.case.cap_table import CapTable
from workbooks.case.cap_table_checks import cap_table_misfits
from workbooks.case.cohort_checks import cohort_misfits
from workbooks.case.cohorts import Cohorts
from workbooks.case.holdings import Funding, Holdings, Ownership
from workbooks.case.known import Known, Misfits, Rules
from workbooks.case.model import Bound, Part, Premium, Scenario, Scenarios, Segments
from workbooks.case.shape import nearest, shown
from workbooks.case.stakes import register

SUM_TOLERANCE: Final = 1e-9


def _segments(section: Segments, known: Known) -> Misfits:
    seen: dict[float, int] = {}
    for row, past in enumerate(section.discount_history):
        day = known.numbers.get(past.date)
        if day is not None and seen.setdefault(day, row) != row:
            yield ("discount_history", row, "date"), f"is the date of row {seen[day] + 1} too: expected each date once"
    for row, part in enumerate(section.parts):
        for key, message in _part_needs(part):
            yield ("parts", row, *key), message
        if part.method == "multiple":
            for end, message in _ends(part, known.numbers):
                yield ("parts", row, end), message


# Inputs of each method of a part: one of these sets of keys.
NEEDS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "multiple": (("metric", "base", "peer"),),
    "dcf": ((),),
    "market": (("shares", "price"), ("market_value",)),
    "book": (("value",),),
    "cost": (("value",),),
    "transaction": (("value",),),
    "per_user": (("users", "per_user"),),
    "value": (("value",),),
}


def _part_needs(part: Part) -> Misfits:
    ways = NEEDS[part.method]
    missing = [[key for key in way if not getattr(part, key)] for way in ways]
    if all(missing):
        for key in missing[0]:
            other = f", or {' and '.join(ways[1])}" if len(ways) > 1 else ""
            hint = "; peer says whose multiple it is: 'median of the peers', 'own estimate'" if key == "peer" else ""
            yield (key,), f"is missing: the method {part.method} needs {' and '.join(ways[0])}{other}{hint}"
    used = {key for way in ways for key in way} | ({"low", "high"} if part.method == "multiple" else set())
    every = {key for each in NEEDS.values() for way in each for key in way} | {"low", "high"}
    for key in sorted(every - used - {"peer"}):
        if getattr(part, key):
            yield (key,), f"is not used by the method {part.method}"


def _ends(part: Part, numbers: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """A low that gives more value than the base, or a high that gives less; for a cost (negative metric) reversed."""
    base = numbers.get(part.base)
    if base is None:
        return
    cost = numbers.get(part.metric, 0.0) < 0
    low, high = (numbers.get(end, base) if end else base for end in (part.low, part.high))
    most, least = ("at least", "at most") if cost else ("at most", "at least")
    why = " because the metric is negative" if cost else ""
    if low != base and (low > base) != cost:
        yield "low", f"{shown(part.low)} is {low:g}: expected {most} the base, {base:g}{why}"
    if high != base and (high < base) != cost:
        yield "high", f"{shown(part.high)} is {high:g}: expected {least} the base, {base:g}{why}"


def _scenarios(section: Scenarios, known: Known) -> Misfits:
    if section.selected > len(section.cases):
        message = f"{section.selected}: expected the number of a scenario, 1 to {len(section.cases)}"
        yield ("selected",), message
    total = _sum(known.numbers, (scenario.probability for scenario in section.cases))
    if total and abs(total[0] - 1) > SUM_TOLERANCE:
        yield ("cases",), f"the probabilities {total[1]} are {total[0]:.10g}: expected a sum of 1"
    for row, scenario in enumerate(section.cases):
        for key, message in _mix(scenario, section.parts, known.numbers):
            yield ("cases", row, key), message


def _mix(scenario: Scenario, parts: tuple[str, ...], numbers: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    if scenario.basis == "earnings" and not scenario.mix:
        yield "basis", "'earnings': expected a mix and its margins, from which the earnings come"
    if len(scenario.margins) != len(scenario.mix):
        yield "margins", f"{len(scenario.margins)} margins: expected one for each of the {len(scenario.mix)} of the mix"
    if scenario.mix and len(scenario.mix) != len(parts):
        yield "mix", f"{len(scenario.mix)} shares: expected one for each of the {len(parts)} of scenarios.parts"
    total = _sum(numbers, scenario.mix)
    if scenario.mix and total and abs(total[0] - 1) > SUM_TOLERANCE:
        yield "mix", f"the shares {total[1]} are {total[0]:.10g}: expected a sum of 1"


def _premium(section: Premium, known: Known) -> Misfits:
    total = _sum(known.numbers, (question.weight for question in section.questions))
    if total and abs(total[0] - 1) > SUM_TOLERANCE:
        yield ("questions",), f"the weights {total[1]} are {total[0]:.10g}: expected a sum of 1"
    if bool(section.floors) != bool(section.ceilings):
        given, missing = ("floors", "ceilings") if section.floors else ("ceilings", "floors")
        yield (given,), f"expected {missing} too: a value is placed between the two"
    sides: dict[str, tuple[Bound, ...]] = {"floors": section.floors, "ceilings": section.ceilings}
    for side, bounds in sides.items():
        for row, bound in enumerate(bounds):
            if bool(bound.value) == bool(bound.multiple):
                given = "both are given" if bound.value else "neither is given"
                yield (side, row), f"{given}: expected either a value or a multiple"


def _ownership(section: Ownership, known: Known) -> Misfits:
    stakes = section.stakes
    owners = list(dict.fromkeys(stake.owner for stake in stakes))
    if section.holder not in owners:
        yield ("holder",), f"{shown(section.holder)} is not an owner{nearest(section.holder, owners)}"
        return
    for circle in register(section).circles:
        for row, stake in enumerate(stakes):
            if stake.owned in circle and stake.owner in circle and not stake.stake:
                yield ("stakes", row), "is part of a circle of companies that own each other: expected its stake"
    held = [known.numbers.get(stake.stake, BLANK) if stake.stake else BLANK for stake in stakes]
    try:
        lookthrough(section.holder, [stake.owner for stake in stakes], [stake.owned for stake in stakes], held)
    except ValuationError as error:
        yield ("stakes",), str(error).removeprefix("stakes: ")


def _funding(section: Funding, known: Known) -> Misfits:
    for row, (before, after) in enumerate(pairwise(section.rounds), start=1):
        days = known.numbers.get(before.date), known.numbers.get(after.date)
        if days[0] is not None and days[1] is not None and not days[0] < days[1]:
            yield ("rounds", row, "date"), f"is not after {shown(before.name)}: expected the oldest round first"


def _holdings(section: Holdings, _known: Known) -> Misfits:
    benchmarks = {benchmark.name: benchmark for benchmark in section.benchmarks}
    if any(benchmark.own for benchmark in section.benchmarks) and not section.followers_discount:
        yield ("benchmarks",), "expected a followers_discount, at which the follower's own units are valued"
    for row, holding in enumerate(section.stakes):
        if not holding.benchmark:
            continue
        benchmark = benchmarks.get(holding.benchmark)
        if benchmark is None:
            message = f"{shown(holding.benchmark)} is not a benchmark{nearest(holding.benchmark, benchmarks)}"
            yield ("stakes", row, "benchmark"), message
        elif not (benchmark.value and benchmark.own):
            yield (
                ("stakes", row, "benchmark"),
                f"{shown(benchmark.name)} gives no value: expected value = true and own units",
            )
        if holding.value:
            yield ("stakes", row), "both a value and a benchmark are given: expected one of them"


def _sum(numbers: Mapping[str, float], names: Iterable[str]) -> tuple[float, str] | None:
    """Sum of figures and its terms as text; None where one of them cannot be read."""
    values = [numbers.get(name) for name in names]
    known = [value for value in values if value is not None]
    return (math.fsum(known), " + ".join(f"{number:g}" for number in known)) if len(known) == len(values) else None


SECTION_RULES: Final[Rules] = {
    "segments": (Segments, _segments),
    "cohorts": (Cohorts, cohort_misfits),
    "scenarios": (Scenarios, _scenarios),
    "premium": (Premium, _premium),
    "ownership": (Ownership, _ownership),
    "funding": (Funding, _funding),
    "cap_table": (CapTable, cap_table_misfits),
    "holdings": (Holdings, _holdings),
}
