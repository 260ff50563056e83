"""Writes a comparison as a workbook: a waterfall of the groups, all changes with their shares, and live sums."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from workbooks.build import prove, units_line
from workbooks.case.model import Case
from workbooks.case.quantity import quantity, shown_unit
from workbooks.comparison.changes import FORMULAS
from workbooks.comparison.why import foremost
from workbooks.declarations.excel_functions import SUM
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Block, Chart, Column, Field, Fields, Link, Sheet, Stored, Table
from workbooks.declarations.texts import Text
from workbooks.files import save
from workbooks.languages.language import CHINESE, ENGLISH, language
from workbooks.layout.sheet_cells import lay_out
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.segments import waterfall_formulas as bars
from workbooks.sheets.shown_units import in_units_of
from workbooks.sheets.workings import taken_from, workings
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

WIDE: Final = 44
MIDDLE: Final = 18
KINDS: Final = {
    "enterprise": "Enterprise value",
    "equity": "Equity value",
    "per_share": "Value per share",
    "upside": "Upside",
}

TITLES: Final = {  # of the groups
    "asset values": "Asset values",
    "bridge": "Bridge",
    "cash flows": "Cash flows",
    "dates": "Dates",
    "exchange rates": "Exchange rates",
    FORMULAS: "Settings",
    "holdings": "Holdings",
    "method weights": "Method weights",
    "methods": "Methods",
    "metrics": "Metrics",
    "multiples": "Multiples",
    "price": "Price",
    "scenario": "Scenario",
    "scorecard": "Scorecard",
    "segments": "Segments",
    "shares": "Shares",
    "users": "Users",
}


def write_report(found: dict[str, Any], new: Case, out: Path, code: str = ENGLISH) -> None:
    """Write a comparison as a workbook, whole or not at all, in the units and the language of the new case.

    Raises
    ------
    OSError
        If the file cannot be written.
    BuildError
        If a formula differs from the result of the comparison.
    LanguageError
        If the language is not available.
    """
    company = in_units_of(new, code).company
    said = language(code, new.zh if code == CHINESE else {})
    book = lay_out(sheets(found, new, company.display_unit), units_line(company, code, typed=new.company), said)
    parts = write(book, said.text(_title(found)), new.company.as_of)
    prove(book, parts)
    save(finished(parts, new.company.as_of), out)


def sheets(found: dict[str, Any], new: Case, money: str) -> list[Sheet]:
    """The sheet of the comparison, and the data of its chart on another that is not printed."""
    result, others = foremost(found)
    every = result["groups"]
    groups = [each for each in every if each["share"] or any(row.get("share") for row in each["changes"])] or every
    shown = _unit(result, new, money)
    total = Fields(
        Text("{}, {}", result["label"], KINDS[result["kind"]]),
        (
            Field("old", Text("Value before, {}", found["old"]), _found(result["old"]), shown),
            Field("new", Text("Value now, {}", found["new"]), ref("why.old") + SUM(ref("groups.share")), shown),
            Field("change", "Change", ref("why.new") - ref("why.old"), shown, strong=True),
            Field("rule", "How it is shared out", found["rule"]),
        ),
    )
    title = Text("From the value before to the value now, {}", "%" if shown == "rate" else shown)
    blocks: list[Block] = [
        total,
        Chart("waterfall", title, "waterfall", "", rows=18),
        _groups(groups, shown),
        *(_changes(number, group, shown) for number, group in enumerate(groups)),
        *([_others(others, new, money)] if others else []),
        _waterfall(groups, 0.01 if shown == "rate" else quantity(shown).scale),
    ]
    whole = Sheet("why", "Why it moved", _title(found), "What moved the value?", blocks)
    rest, behind = taken_from([whole])
    return [*rest, *filter(None, [workings(behind)])]


def _title(found: dict[str, Any]) -> Text:
    return Text("Why the value of {} moved", found["company"])


def _unit(result: dict[str, Any], new: Case, money: str) -> str:
    if result["kind"] == "upside":
        return "rate"
    if result["kind"] != "per_share":
        return money
    price = new.capital.price if new.capital else None
    return new.figures[price].unit if price else f"{new.company.currency} per share"


def _groups(groups: Sequence[dict[str, Any]], money: str) -> Table:
    """Share of each group, the sum of its changes; changed formulas are one bar."""
    cells = [
        _found(group["share"]) if group["group"] == FORMULAS else SUM(ref(f"group_{number}.share"))
        for number, group in enumerate(groups)
    ]
    columns = (
        Column("group", "Group", cells=[TITLES[group["group"]] for group in groups], width=WIDE),
        Column("share", "Contribution", cells=cells, unit=money, width=MIDDLE),
        Column("of_old", "Of the value before", ref("share") / ref("why.old"), unit="rate", width=MIDDLE),
    )
    return Table("groups", "By group", columns, len(groups))


def _changes(number: int, group: dict[str, Any], money: str) -> Table:
    rows = group["changes"]
    columns = [Column("label", "Change", cells=[row["label"] for row in rows], width=WIDE, wrap=True)]
    if group["group"] != FORMULAS:  # together they are one bar
        shares = [_found(row["share"]) for row in rows]
        columns.append(Column("share", "Contribution", cells=shares, unit=money, width=MIDDLE))
    columns += [
        Column("old", "Before", cells=[row["old"] for row in rows], width=MIDDLE, wrap=True, verbatim=True),
        Column("new", "Now", cells=[row["new"] for row in rows], width=MIDDLE, wrap=True, verbatim=True),
    ]
    if any(row.get("error") for row in rows):
        errors = [_found(row["error"]) for row in rows]
        columns.append(Column("error", "Standard error", cells=errors, unit=money, width=MIDDLE))
    return Table(f"group_{number}", TITLES[group["group"]], columns, len(rows))


def _others(results: Sequence[dict[str, Any]], new: Case, money: str) -> Table:
    """The other results, each with the group that moved it most."""
    units = [_unit(each, new, money) for each in results]
    labels = [Text("{}, {}", each["label"], KINDS[each["kind"]]) for each in results]
    most = [max(each["groups"], key=lambda group: abs(group["share"]), default=None) for each in results]
    columns = (
        Column("label", "Result", cells=labels, width=WIDE, wrap=True),
        Column("old", "Before", cells=[_found(each["old"]) for each in results], units=units, width=MIDDLE),
        Column("new", "Now", cells=[_found(each["new"]) for each in results], units=units, width=MIDDLE),
        Column("change", "Change", ref("new") - ref("old"), units=units, width=MIDDLE),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"),
        Column("most", "Most of it from", cells=[TITLES[each["group"]] if each else "–" for each in most]),
    )
    return Table("others", "Other results", columns, len(results))


def _waterfall(groups: Sequence[dict[str, Any]], scale: float) -> Table:
    """Data of the chart: the value before, one bar per group, the value now."""
    count = len(groups)
    before, now = (ref(f"why.{end}") / scale for end in ("old", "new"))
    keys = [f"waterfall_end.{number}" for number in range(count + 1)]
    steps = [ref(f"groups.share[{number + 1}]") / scale for number in range(count)]
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
    return Table("waterfall", "Waterfall", columns, count + 2, quiet=True)


def _found(value: float) -> Stored:
    """A constant computed by the comparison: neither an input nor a formula."""
    return Stored(lambda _: float(value))
