"""A finding of the audit: what is wrong, in which cell, and how to fix it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from workbooks.address import letters

Severity: TypeAlias = Literal["error", "warning", "note"]
Place: TypeAlias = tuple[int, int]  # row and column, from 1

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
_MOST_CELLS: Final = 200  # cells of a finding that are listed


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule.

    Attributes
    ----------
    rule : str
        The rule's id, such as `circular-reference`.
    severity : str
        `error`, `warning` or `note`.
    sheet, cell : str
        Its place; both are empty for the whole workbook.
    message, fix : str
        What was found and why it matters; how to fix it.
    cells : tuple of str
        All cells of merged findings, the first of them `cell`.
    alike : str
        Findings of a rule on a sheet with the same text here are merged; those with an empty text are not.
    beside : tuple of str
        Other cells that are part of the finding, each with its sheet.
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
        """Number of cells concerned."""
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
    """Remove accepted cells from findings, by rule and cell.

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
    """Merge similar findings and sort by severity.

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
