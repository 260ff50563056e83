"""Rules on sums in our workbooks: shares that sum to 1, totals and their parts, the workbook's checks."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from workbooks.audit.finding import Finding, cell
from workbooks.audit.graph import At
from workbooks.audit.reference import Reference
from workbooks.audit.stale import Computed
from workbooks.audit.steelyard_inputs import Inputs, Typed
from workbooks.case.quantity import quantity
from workbooks.layout.cell import Cell
from workbooks.layout.styles import NO_NUMBER
from workbooks.recalculation.worksheet import Value

_WHOLE: Final = 1e-9  # largest distance from 1 of a sum of shares
_OFF: Final = 1e-6  # smallest distance for a finding
_SHARES: Final = frozenset({"share", "rate", "margin", "ratio"})
_DIGITS: Final = 2  # significant digits of a sum that chance explains
_NAMED: Final = 3  # number of inputs named for one broken sum


class Sums:
    """Sums of one of our workbooks, originally and as computed from its present contents.

    Parameters
    ----------
    reference : Reference
        The original and the present workbook.
    inputs : Inputs
        Its inputs.
    computed : Computed
        What its formulas give now.
    """

    def __init__(self, reference: Reference, inputs: Inputs, computed: Computed) -> None:
        self._reference, self._inputs, self._computed = reference, inputs, computed
        self._changed = {each.at: each for each in inputs.numbers if each.is_changed or each.now is None}

    def findings(self) -> Iterator[Finding]:
        """Sums that were right originally and are not now."""
        if not self._reference.cells or self._reference.is_intact:
            return
        told: set[At] = set()
        groups = list(self._groups())
        for group in groups:
            yield from self._whole(group, told)
        for group in groups if self._changed else ():
            yield from self._total(group, told)
        yield from self._checks()

    def _groups(self) -> Iterator[list[At]]:
        """Groups of cells: a column of a table, numbered columns of a row, figures with the same name."""
        rows: dict[tuple[str, int], list[At]] = defaultdict(list)
        for name, cells in self._reference.groups():
            stem, _, number = name.rpartition("_")
            for item, at in cells.items() if number.isdecimal() else ():
                rows[stem, item].append(at)
            if len(cells) > 1:
                yield list(cells.values())
        yield from (group for group in rows.values() if len(group) > 1)
        yield from self._figures()
        yield from self._lines()

    def _lines(self) -> Iterator[list[At]]:
        """Typed amounts on adjacent rows whose sum is typed in the row above or below them."""
        typed = {each.at: self._then(each.at) or 0.0 for each in self._inputs.numbers if self._kind(each.at) == "money"}
        for total, whole in typed.items():
            for step in (-1, 1):
                group, summed = [], 0.0
                at = _moved(total, step)
                while at in typed and self._unit(at) == self._unit(total):
                    group.append(at)
                    summed += typed[at]
                    if len(group) > 1 and math.isclose(summed, whole, rel_tol=1e-9):
                        yield sorted(group)
                        break
                    at = _moved(at, step)

    def _figures(self) -> Iterator[list[At]]:
        named: dict[str, list[At]] = defaultdict(list)
        for known, written in self._reference.identity.written.items():
            if written.kind in {"figure", "input"}:
                stem = max((known.rpartition(sign)[0] for sign in "_."), key=len)
                at = self._reference.identity.now.get(known)
                if at:
                    named[stem].append(At(at.sheet, at.cell))
        yield from (group for group in named.values() if len(group) > 1)

    def _whole(self, group: list[At], told: set[At]) -> Iterator[Finding]:
        """Check of shares that summed to 1."""
        if not {self._kind(at) for at in group} <= _SHARES:
            return
        now = [self._now(at) for at in group]
        if any(each is None for each in now):
            return
        total = math.fsum(each or 0 for each in now)
        if abs(total - 1) <= _OFF:
            return
        then = [self._then(at) for at in group]
        if not all(each is not None and 0 <= each <= 1 for each in then):
            return
        if not math.isclose(math.fsum(each or 0 for each in then), 1, abs_tol=_WHOLE):
            return
        for each in self._blamed(group, told):
            message = f"with this the {len(group)} shares of its group sum to {total:.6g}, not to 1"
            yield Finding("shares-do-not-sum", "error", each.sheet, cell(each.place), message, "Let them sum to 100%")

    def _total(self, group: list[At], told: set[At]) -> Iterator[Finding]:
        """Check of a typed total that was the sum of the group.

        Where the parts are results of several inputs each, only a change of the total itself is a finding: with another
        multiple the parts are worth something else.
        """
        changed = self._changed.keys() - told
        if not changed or self._kind(group[0]) not in {"money", "count"}:
            return
        sources = self._sources(group)
        if len(sources) < len(group):
            return
        then = [self._then(at) for at in group]
        if any(each is None for each in then):
            return
        whole = math.fsum(each or 0 for each in then)
        meant = sources if len(sources) == len(group) else set()
        for total in self._totals_of(group, sources, whole):
            now, parts = self._now(total), [self._now(at) for at in group]
            if now is None or any(each is None for each in parts):
                continue
            summed = math.fsum(each or 0 for each in parts)
            if math.isclose(now, summed, rel_tol=_OFF):
                continue
            for at in sorted((meant | {total}) & changed)[:_NAMED]:
                told.add(at)
                shown = [self._shown(total, value) for value in (summed, now)]
                message = f"with this the parts sum to {shown[0]}, and the total typed in {total.text} is {shown[1]}"
                yield Finding(
                    "total-does-not-foot", "error", at.sheet, cell(at.place), message, "Mend the part or the total"
                )

    def _totals_of(self, group: list[At], sources: set[At], whole: float) -> Iterator[At]:
        """Typed numbers of the group's unit that were its sum, by more digits than chance explains."""
        if not whole or len(f"{abs(whole):.12e}".partition("e")[0].replace(".", "").rstrip("0")) <= _DIGITS:
            return
        kind = self._unit(group[0])
        for each in self._inputs.numbers:
            then = self._then(each.at) or 0
            if each.at not in sources and self._unit(each.at) == kind and math.isclose(then, whole, rel_tol=1e-9):
                yield each.at

    def _checks(self) -> Iterator[Finding]:
        """Checks of the workbook that passed originally and do not now."""
        laid = self._reference.laid
        for name, severity, status in (("FAIL", "error", "fails"), ("WARN", "warning", "warns")):
            word = laid.language.text(name)
            for at in self._check_cells():
                now = self._computed.values.get(at)
                if isinstance(now, str) and now in {name, word} and self._reference.value(at) not in {name, word}:
                    label = self._reference.graph.page(at.sheet).cell((at.place[0], 1)).value
                    yield Finding(
                        "check-fails",
                        "error" if severity == "error" else "warning",
                        at.sheet,
                        cell(at.place),
                        f"the workbook's own check {status}: {label}",
                        "Look where the check points to; it passed when the workbook was written",
                    )

    def _check_cells(self) -> Iterator[At]:
        address = self._reference.laid.addresses.get("check_rows.status")
        for item in range(address.count if address else 0):
            one = address.at(item) if address else None
            at = self._reference.now("checks", (one.row, one.column)) if one else None
            if at and at in self._reference.cells:
                yield at

    def _blamed(self, group: list[At], told: set[At]) -> list[At]:
        """Changed inputs that a group depends on; the group's first cell if there are none."""
        sources = sorted(self._sources(group) & self._changed.keys())[:_NAMED]
        fresh = [at for at in (sources or group[:1]) if at not in told]
        told.update(fresh)
        return fresh

    def _sources(self, group: Collection[At]) -> set[At]:
        """Typed numbers that cells depend on, including themselves."""
        typed = {each.at for each in self._inputs.numbers}
        seen, waiting = set(group), list(group)
        while waiting:
            for area in self._reference.graph.areas.get(waiting.pop(), ()):
                for place in self._reference.graph.filled(area):
                    at = At(area.sheet, place)
                    if at not in seen:
                        seen.add(at)
                        waiting.append(at)
        return seen & typed

    def _kind(self, at: At) -> str:
        return self._unit(at)[0]

    def _unit(self, at: At) -> tuple[str, str]:
        """The kind and the currency of a cell."""
        unit = self._reference.cells[at].unit if at in self._reference.cells else ""
        if unit in NO_NUMBER:
            return "", ""
        found = quantity(unit)
        return found.kind, found.currency

    def _then(self, at: At) -> float | None:
        """The number that a cell was written with, in whole units."""
        then = self._reference.cells.get(at)
        value = self._reference.value(at) if then else None
        if then is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return float(value) * self._scale(then)

    def _now(self, at: At) -> float | None:
        """The number that a cell gives now, in whole units."""
        then = self._reference.cells.get(at)
        stored: Value | None = self._reference.graph.page(at.sheet).cell(at.place).value
        value = self._computed.values.get(at, stored)
        if then is None or isinstance(value, (bool, str)) or (value is None and at not in self._changed):
            return None
        return float(value or 0.0) * self._scale(then)

    def _shown(self, at: At, value: float) -> str:
        """A value in whole units, in the unit of a cell."""
        then = self._reference.cells[at]
        return f"{value / self._scale(then):,.6g} {then.unit}"

    def _scale(self, then: Cell) -> float:
        """Scale of a typed number; formulas are in whole units."""
        if then.formula or then.unit in NO_NUMBER:
            return 1.0
        return quantity(then.unit).scale


def _moved(at: At, rows: int) -> At:
    return At(at.sheet, (at.place[0] + rows, at.place[1]))


def stale_inputs(inputs: Inputs, reference: Reference, computed: Computed) -> Iterator[Finding]:
    """Inputs that were changed after the dependent results were computed."""
    stale = {(each.sheet, each.cell) for each in computed.findings if each.rule == "stale-value"}
    if not stale:
        return
    readers: Mapping[At, int] = _stale_readers(inputs.changed, reference, stale)
    for at, count in readers.items():
        yield Finding(
            "stale-input",
            "error",
            at.sheet,
            cell(at.place),
            f"was changed after the workbook was computed: {count} formulas that refer to it store old results",
            "Compute the workbook anew and save it: F9 in Excel, or steelyard recalc --anew",
        )


def _stale_readers(changed: list[Typed], reference: Reference, stale: set[tuple[str, str]]) -> dict[At, int]:
    found = {}
    for each in changed:
        readers = {reader for _, reader in reference.graph.readers[each.at.sheet].of(each.at.place)}
        count = sum((reader.sheet, cell(reader.place)) in stale for reader in readers)
        if count:
            found[each.at] = count
    return found
