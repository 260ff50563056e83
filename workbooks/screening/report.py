"""Report of a screen as a workbook: methods, top and bottom of each group, distribution of upside, failures."""

import datetime as dt
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import polars as pl

from workbooks.build import prove
from workbooks.declarations.sheet import Chart, Column, Field, Fields, Sheet, Stored, Table
from workbooks.declarations.texts import Text
from workbooks.files import save
from workbooks.languages.language import ENGLISH, language
from workbooks.layout.sheet_cells import lay_out
from workbooks.screening.spec import Spec
from workbooks.screening.spec_file import load
from workbooks.screening.table import reading
from workbooks.screening.valuing import group_column, percentile_column, reason_column, upside_column, value_column
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

ENDS: Final = 5  # number of companies at the top and at the bottom of each group
MOST_GROUPS: Final = 100
MOST_FAILED: Final = 2000
EDGES: Final = (-0.75, -0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
COMPANIES: Final = "companies"  # folder, beside the report, for workbooks of single companies


def write_report(spec_file: Path, results: Path, out: Path, spoken: str = ENGLISH) -> None:
    """Write the report of a screen, whole or not at all.

    Parameters
    ----------
    spec_file : file
        The spec of the screen.
    results : file
        Output file of the screen.
    out : file
        The workbook, .xlsx.
    spoken : text
        The language of its texts: en or zh.

    Raises
    ------
    SpecError
        If the results cannot be read.
    OSError
        If the workbook cannot be written.
    """
    spec = load(spec_file)
    frame = reading(results, lambda: read_results(results))
    said = language(spoken)
    as_of = dt.datetime.fromtimestamp(results.stat().st_mtime, dt.UTC).date()
    currency = spec.fx.currency if spec.fx else ""
    line = Text("Values in {}", currency) if currency else "Values in the currency of each company"
    book = lay_out(sheets(spec, frame, spec_file.name), line, said)
    parts = write(book, said.text(spec.title or "Screen"), as_of)
    prove(book, parts)
    save(finished(parts, as_of), out)


def read_results(results: Path) -> pl.DataFrame:
    """Read the output of a screen."""
    match results.suffix.lower():
        case ".csv":
            return pl.read_csv(results, infer_schema_length=None)
        case ".arrow":
            return pl.read_ipc(results)
        case _:
            return pl.read_parquet(results)


def sheets(spec: Spec, frame: pl.DataFrame, source: str) -> list[Sheet]:
    """Sheets of the report; `source` is the spec file, shown in the command that builds workbooks of companies."""
    ranked = [method.name for method in spec.methods if upside_column(method.name) in frame.columns]
    found = [_overview(spec, frame)]
    if ranked:
        # Overall ranking of a company: the median of its upsides by method.
        middle = pl.concat_list([upside_column(name) for name in ranked]).list.drop_nulls().list.median()
        frame = frame.with_columns(middle.alias("upside"))
        found += [_ends(spec, frame, ranked, source), _distribution(frame, ranked)]
    failed = _failed(spec, frame)
    return [*found, *([failed] if failed else [])]


def _overview(spec: Spec, frame: pl.DataFrame) -> Sheet:
    rows = [_method_row(method.name, frame) for method in spec.methods]
    headings = ("Method", "Valued", "No value", "Upside, first quartile", "Upside, median", "Upside, third quartile")
    units = ("", "count", "count", "rate", "rate", "rate")
    table = _table("methods", "What the methods found", headings, units, rows)
    fields = Fields(
        spec.title or "The screen",
        (
            Field("companies", "Companies", _found(frame.height), "count"),
            Field("groups", "Groups", _found(len(spec.groups)), "count"),
            Field("draws", "Draws of each simulation", _found(spec.simulation.draws), "count"),
        ),
    )
    return Sheet(
        "screen", "Screen", spec.title or "Screen", "What did the methods find over all companies?", (fields, table)
    )


def _method_row(name: str, frame: pl.DataFrame) -> list[Any]:
    valued = frame[value_column(name, "base")].count()
    row: list[Any] = [name, float(valued), float(frame.height - valued)]
    if upside_column(name) not in frame.columns or not frame[upside_column(name)].count():
        return [*row, None, None, None]
    upside = frame[upside_column(name)].drop_nulls().to_numpy()
    return row + [float(value) for value in np.quantile(upside, [0.25, 0.5, 0.75])]


def _ends(spec: Spec, frame: pl.DataFrame, ranked: Sequence[str], source: str) -> Sheet:
    """The companies with the highest and the lowest upside of each group."""
    group = next((method.group for method in spec.methods if method.group), "")
    key = group_column(group) if group else ""
    known = frame.filter(pl.col("upside").is_not_null())
    labels = known[key].drop_nulls().unique().sort().to_list() if key else [Text("All companies")]
    blocks = []
    for number, label in enumerate(labels[:MOST_GROUPS]):
        members = known.filter(pl.col(key) == label) if key else known
        members = members.sort(["upside", spec.table.id], descending=[True, False])
        ends = members if members.height <= 2 * ENDS else pl.concat([members.head(ENDS), members.tail(ENDS)])
        blocks.append(_companies(f"group_{number}", label, spec, ends, ranked))
    command = f"steelyard build --from {source} --company ID -o {COMPANIES}/ID.xlsx"
    note = Text("The workbook of a company is written by: {}", command)
    if len(labels) > MOST_GROUPS:
        left = str(len(labels) - MOST_GROUPS)
        template = "The workbook of a company is written by: {}. {} more groups stand in the table only"
        note = Text(template, command, left)
    about = Fields("How to read it", (Field("how", "Links", note),))
    answers = "Which companies of each group have the most upside, and which the least?"
    return Sheet("ends", "Groups", "Top and bottom of each group", answers, (about, *blocks))


def _companies(block: str, title: str, spec: Spec, ends: pl.DataFrame, ranked: Sequence[str]) -> Table:
    ids = [str(each) for each in ends[spec.table.id]]
    columns = [Column("company", "Company", cells=ids, files=[link_of(each) for each in ids], width=24, verbatim=True)]
    if spec.table.name:
        names = [None if each is None else str(each) for each in ends[spec.table.name]]
        columns.append(Column("name", "Name", cells=names, width=34, verbatim=True))
    columns.append(Column("upside", "Upside, median of the methods", cells=_cells(ends["upside"]), unit="rate"))
    for place, name in enumerate(ranked):
        column = ends[upside_column(name)]
        columns.append(Column(f"upside_{place}", Text("Upside by {}", name), cells=_cells(column), unit="rate"))
        percentile = ends[percentile_column(name)]
        columns.append(Column(f"rank_{place}", Text("Percentile by {}", name), cells=_cells(percentile), unit="share"))
        chance = f"{name} probability of upside"
        if chance in ends.columns:
            heading = Text("Probability of upside by {}", name)
            columns.append(Column(f"chance_{place}", heading, cells=_cells(ends[chance]), unit="share"))
    return Table(block, title, columns, ends.height)


def link_of(company: str) -> str:
    """Path of the workbook of a company, relative to the report."""
    return f"{COMPANIES}/{quote(file_of(company))}.xlsx"


def file_of(company: str) -> str:
    """File name for the id of a company."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", company).strip(". ") or "_"


def _distribution(frame: pl.DataFrame, ranked: Sequence[str]) -> Sheet:
    """Number of companies by range of upside, for each method."""
    edges = [-math.inf, *EDGES, math.inf]
    labels = [_between(low, high) for low, high in pairwise(edges)]
    columns = [Column("label", "Upside", cells=labels, width=22)]
    for place, name in enumerate(ranked):
        upside = frame[upside_column(name)].drop_nulls().to_numpy()
        counts, _ = np.histogram(upside, edges)
        columns.append(
            Column(f"method_{place}", name, cells=[_found(count) for count in counts.tolist()], unit="count")
        )
    table = Table("spread", "Companies by upside", columns, len(labels))
    series = tuple(f"method_{place}" for place in range(len(ranked)))[:4]
    chart = Chart("columns", "Companies by upside", "spread", "companies", series=series)
    return Sheet("distribution", "Distribution", "Distribution of upside", "How is upside spread?", (chart, table))


def _between(low: float, high: float) -> str:
    if math.isinf(low):
        return Text("below {}", f"{high:.0%}")
    return Text("{} and more", f"{low:.0%}") if math.isinf(high) else Text("{} to {}", f"{low:.0%}", f"{high:.0%}")


def _failed(spec: Spec, frame: pl.DataFrame) -> Sheet | None:
    """Failures: counts by reason, then one row per company and method."""
    pieces = []
    for method in spec.methods:
        reasons = reason_column(method.name)
        chosen = [pl.col(spec.table.id).cast(pl.String).alias("id"), pl.col(reasons).cast(pl.String).alias("reason")]
        pieces.append(frame.filter(pl.col(reasons).is_not_null()).select(*chosen, pl.lit(method.name).alias("method")))
    failed = pl.concat(pieces)
    if not failed.height:
        return None
    counted = (
        failed.group_by("method", "reason").len().sort(["len", "method", "reason"], descending=[True, False, False])
    )
    why = [[row["method"], row["reason"], float(row["len"])] for row in counted.head(200).to_dicts()]
    each = [[row["id"], row["method"], row["reason"]] for row in failed.head(MOST_FAILED).to_dicts()]
    blocks = [
        _table("reasons", "By reason", ("Method", "Reason", "Companies"), ("", "", "count"), why),
        _table("failed", "By company", ("Company", "Method", "Reason"), ("", "", ""), each),
    ]
    if failed.height > MOST_FAILED:
        more = Text("{} more rows stand in the table only", f"{failed.height - MOST_FAILED:,}")
        blocks.append(_table("more", "And more", ("Note",), ("",), [[more]]))
    return Sheet("failed", "No value", "What has no value", "What could not be valued, and why?", blocks)


def _table(
    block: str, title: str, headings: Sequence[str], units: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Table:
    columns = [
        Column(
            f"column_{place}",
            heading,
            cells=[row[place] if not unit else _found(row[place]) for row in rows],
            unit=unit,
            width=0.0 if unit else max(16.0, min(70.0, 2.0 + max(len(str(row[place])) for row in rows))),
        )
        for place, (heading, unit) in enumerate(zip(headings, units, strict=True))
    ]
    return Table(block, title, columns, len(rows))


def _cells(values: pl.Series) -> list[Stored | None]:
    return [_found(value) for value in values.to_list()]


def _found(value: float | None) -> Stored | None:
    """A constant computed by the screen: neither an input nor a formula."""
    return None if value is None else Stored(lambda _: float(value))
