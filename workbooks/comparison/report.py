"""Writes a comparison as a workbook: a waterfall of the groups, and all changes with their shares and live sums."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from workbooks.build import prove
from workbooks.case.quantity import quantity
from workbooks.declarations.excel_functions import SUM
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Block, Chart, Column, Field, Fields, Link, Sheet, Stored, Table
from workbooks.declarations.texts import Text
from workbooks.files import save
from workbooks.languages.language import ENGLISH, language
from workbooks.layout.sheet_cells import lay_out
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.segments import waterfall_formulas as bars
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

WIDE: Final = 44


def write_report(found: dict[str, Any], unit: str, out: Path) -> None:
    """Write the first result of a comparison as a workbook, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    BuildError
        If a formula differs from the result of the comparison.
    """
    said = language(ENGLISH)
    book = lay_out([sheet(found, unit)], Text("Values in {}", found["currency"]), said)
    as_of = dt.date.fromisoformat(found["new"])
    parts = write(book, Text("Why the value of {} moved", found["company"]), as_of)
    prove(book, parts)
    save(finished(parts, as_of), out)


def sheet(found: dict[str, Any], unit: str) -> Sheet:
    """The sheet of the first result."""
    result = found["results"][0]
    every = result["groups"]
    groups = [each for each in every if each["share"] or any(row.get("share") for row in each["changes"])] or every
    money = found["currency"]
    total = Fields(
        result["label"],
        (
            Field("old", Text("Value before, {}", found["old"]), _found(result["old"]), money),
            Field("new", Text("Value now, {}", found["new"]), ref("why.old") + SUM(ref("groups.share")), money),
            Field("change", "Change", ref("why.new") - ref("why.old"), money, strong=True),
            Field("scale", Text("One of the unit of the chart, {}", unit), _found(quantity(unit).scale), money),
            Field("rule", "How it is shared out", found["rule"]),
        ),
    )
    blocks: list[Block] = [
        total,
        Chart("waterfall", Text("From the value before to the value now, {}", unit), "waterfall", "", rows=20),
        _groups(groups, money),
        *(_changes(number, group, money) for number, group in enumerate(groups) if group["group"] != "formulas"),
        _waterfall(groups),
    ]
    return Sheet("why", "Why", Text("Why the value of {} moved", found["company"]), "What moved the value?", blocks)


def _groups(groups: Sequence[dict[str, Any]], money: str) -> Table:
    """Share of each group, the sum of its changes; changed formulas are one bar."""
    cells = [
        _found(group["share"]) if group["group"] == "formulas" else SUM(ref(f"group_{number}.share"))
        for number, group in enumerate(groups)
    ]
    said = ["; ".join(f"{row['label']}: {row['old']} → {row['new']}" for row in group["changes"]) for group in groups]
    columns = (
        Column("group", "Group", cells=[group["group"].capitalize() for group in groups], width=WIDE),
        Column("share", "Share of the change", cells=cells, unit=money, width=20),
        Column("changes", "Changes", cells=said, width=WIDE, wrap=True, verbatim=True),
    )
    return Table("groups", "By group", columns, len(groups))


def _changes(number: int, group: dict[str, Any], money: str) -> Table:
    rows = group["changes"]
    columns = (
        Column("label", "Change", cells=[row["label"] for row in rows], width=WIDE, wrap=True, verbatim=True),
        Column("share", "Share of the change", cells=[_found(row["share"]) for row in rows], unit=money, width=20),
        Column("old", "Before", cells=[row["old"] for row in rows], width=WIDE, wrap=True, verbatim=True),
        Column("new", "Now", cells=[row["new"] for row in rows], width=20, wrap=True, verbatim=True),
        Column("error", "Standard error", cells=[_found(row["error"]) for row in rows], unit=money, width=20),
    )
    return Table(f"group_{number}", group["group"].capitalize(), columns, len(rows))


def _waterfall(groups: Sequence[dict[str, Any]]) -> Table:
    """Data of the chart: the value before, one bar per group, the value now."""
    count = len(groups)
    before, now = (ref(f"why.{end}") / ref("why.scale") for end in ("old", "new"))
    keys = [f"waterfall_end.{number}" for number in range(count + 1)]
    steps = [ref(f"groups.share[{number + 1}]") / ref("why.scale") for number in range(count)]
    columns = (
        Column("label", "Step", cells=["Before", *(Link(f"groups.group[{n + 1}]") for n in range(count)), "Now"]),
        Column("start", "Start", cells=[before, *map(Link, keys[:count]), now]),
        Column("step", "Change", cells=[NOTHING, *steps, NOTHING]),
        Column("end", "Running total", cells=[before, *[bars.END] * count, now], keys=[*keys, ""]),
        Column("ground", "Ground", cells=[NOTHING, *[bars.GROUND] * count, NOTHING]),
        Column("up", "Up", bars.UP),
        Column("up_below", "Up, below zero", bars.UP_BELOW),
        Column("down", "Down", bars.DOWN),
        Column("down_below", "Down, below zero", bars.DOWN_BELOW),
        Column("up_thin", "Up, thin", bars.UP_THIN),
        Column("down_thin", "Down, thin", bars.DOWN_THIN),
        Column("total", "Total", cells=[before, *[NOTHING] * count, now]),
    )
    return Table("waterfall", "Behind the chart", columns, count + 2, quiet=True)


def _found(value: float) -> Stored:
    """A constant computed by the comparison: neither an input nor a formula."""
    return Stored(lambda _: float(value))
