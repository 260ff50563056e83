"""A finding of the audit: what is wrong, in which cell, and how to mend it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from workbooks.address import letters

Severity: TypeAlias = Literal["error", "warning", "note"]
Place: TypeAlias = tuple[int, int]  # row and column, from 1

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
_MOST_CELLS: Final = 200  # of one finding that are listed


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes
    ----------
    rule : str
        The rule's id, such as `circular-reference`.
    severity : str
        `error`, `warning` or `note`.
    sheet, cell : str
        Where; both are empty where the whole workbook is meant.
    message, fix : str
        What is found and why it matters; how to mend it.
    cells : tuple of str
        All cells of findings that are alike, the first of them `cell`.
    alike : str
        Findings of a rule on a sheet with the same text here become one; an empty text stands alone.
    beside : tuple of str
        Other cells without which it would be no finding, each with its sheet.
    """

    rule: str
    severity: Severity
    sheet: str
    cell: str
    message: str
    fix: str
    cells: tuple[str, ...] = ()
    alike: str = ""
    beside: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many cells it is about."""
        return max(1, len(self.cells))

    @property
    def where(self) -> str:
        """The cell with its sheet, such as `Inputs!C10`; empty for the whole workbook."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet

    def as_json(self) -> dict[str, Any]:
        """The finding as JSON shows it."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "message": self.message,
            "fix": self.fix,
            "count": self.count,
            "cells": list(self.cells[:_MOST_CELLS]) or [self.cell],
        }


def cell(at: Place) -> str:
    """The address of a cell.

    Examples
    --------
    >>> cell((10, 3))
    'C10'
    """
    return f"{letters(at[1])}{at[0]}"


def without_accepted(found: Iterable[Finding], accepted: Collection[tuple[str, str]]) -> list[Finding]:
    """Findings without those cells of them that were accepted, each by its rule and its cell.

    Examples
    --------
    >>> one = Finding("volatile-function", "warning", "A", "C1", "", "", cells=("C1", "C2"))
    >>> [each.cells for each in without_accepted([one], [("volatile-function", "A!C1")])]
    [('C2',)]
    """
    kept = []
    for each in found:
        cells = each.cells or (each.cell,)
        left = tuple(at for at in cells if (each.rule, f"{each.sheet}!{at}" if at else each.sheet) not in accepted)
        if len(left) == len(cells):
            kept.append(each)
        elif left:
            kept.append(replace(each, cell=left[0], cells=left))
    return kept


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with those that are alike made one, the worst first.

    Examples
    --------
    >>> one = Finding("volatile-function", "warning", "A", "C1", "", "", alike="NOW")
    >>> merged([one, replace(one, cell="C2")])[0].cells
    ('C1', 'C2')
    """
    groups: dict[object, list[Finding]] = {}
    for number, each in enumerate(findings):
        key = (each.rule, each.severity, each.sheet, each.alike) if each.alike else number
        groups.setdefault(key, []).append(each)
    whole = [_one(group) for group in groups.values()]
    return sorted(whole, key=lambda each: SEVERITIES.index(each.severity))


def _one(group: list[Finding]) -> Finding:
    cells = tuple(dict.fromkeys(address for each in group for address in (each.cells or (each.cell,)) if address))
    return replace(group[0], cells=cells)
