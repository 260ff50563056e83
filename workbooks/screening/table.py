"""Table of a screen: a file with one row per company, or per company and segment, read by partition."""

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbooks.screening.from_workbook import TWICE, of_workbook
from workbooks.screening.numbers import unit_in, unlike_numbers
from workbooks.screening.spec import Spec, SpecError

WORKBOOKS: Final = (".xlsx", ".xlsm")
FORMATS: Final = (".parquet", ".csv", ".tsv", ".arrow", *WORKBOOKS)
ROW_GROUP: Final = 65_536

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Table:
    """A Parquet file that any process can read rows of.

    Attributes
    ----------
    path : file
        The table itself, or a copy in the work folder if the table is a text file or must be sorted.
    rows : count
        Number of rows.
    starts : (companies + 1) row
        First row of each company in a table with segments; None where each row is a company.
    duplicates : texts
        Ids that occur in several rows.
    numbers : texts
        Columns read as numbers.
    """

    path: str
    rows: int
    starts: NDArray[np.int64] | None
    duplicates: tuple[str, ...]

    @property
    def companies(self) -> int:
        """How many companies there are."""
        return self.rows if self.starts is None else len(self.starts) - 1

    def partition(self, first: int, companies: int) -> "Partition":
        """Partition of consecutive companies."""
        if self.starts is None:
            return Partition(self.path, first, companies, None, self.duplicates)
        starts = self.starts[first : first + companies + 1]
        return Partition(self.path, int(starts[0]), int(starts[-1] - starts[0]), starts - starts[0], self.duplicates)


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows of a table that are valued together."""

    path: str
    first: int
    rows: int
    starts: NDArray[np.int64] | None
    duplicates: tuple[str, ...]

    def frame(self, columns: Sequence[str]) -> pl.DataFrame:
        """Read the rows, with some columns."""
        scan = pl.scan_parquet(self.path).slice(self.first, self.rows)
        return reading(self.path, lambda: scan.select(columns).collect())


def open_table(spec: Spec, folder: Path, work: Path, needed: Sequence[str], numbers: Sequence[str]) -> Table:
    """Open and check the table of a spec.

    Parameters
    ----------
    spec : Spec
        What is asked for.
    folder : folder
        Folder of the spec.
    work : folder
        Folder for a copy of the table, if it is not a Parquet file or must be sorted.
    needed : texts
        Columns that the screen reads.
    numbers : texts
        Those of them that hold numbers.

    Raises
    ------
    SpecError
        If the file is missing, truncated or of an unknown format, a column is missing, or a column mixes units.
    """
    file = path = folder / spec.table.file
    if not path.is_file():
        raise SpecError(path, ["no such file"])
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise SpecError(path, [f"is not one of {', '.join(FORMATS)}"])
    scan = of_workbook(path, spec.table).lazy() if suffix in WORKBOOKS else _scan(path, suffix)
    schema = reading(path, scan.collect_schema)
    _check_columns(path, schema, needed, numbers)
    if suffix != ".parquet" or spec.table.segment:
        # Rows of one company must be adjacent; the sort is stable, so the order of its parts is kept.
        chosen = scan.select(list(dict.fromkeys(needed)))
        ordered = chosen.sort(spec.table.id, maintain_order=True) if spec.table.segment else chosen
        copy = work / "table.parquet"
        reading(path, lambda: ordered.sink_parquet(copy, row_group_size=ROW_GROUP, statistics=False))
        path, scan = copy, pl.scan_parquet(copy)
    rows = int(reading(path, lambda: scan.select(pl.len()).collect()).item())
    if not rows:
        raise SpecError(file, ["has no rows"])
    for column in numbers:
        if schema[column] == pl.String:
            _check_units(file, scan, column, spec)
    duplicates, starts = _companies(scan, spec, file)
    return Table(str(path.resolve()), rows, starts, duplicates)


def reading(path: str | Path, read: Callable[[], Read]) -> Read:
    """Call a reader of a file; any failure becomes an error of one line.

    Raises
    ------
    SpecError
        If the file cannot be read: it is cut short, is of another kind, or is gone.
    """
    try:
        return read()
    except pl.exceptions.PolarsError as problem:
        why = str(problem).splitlines()[0]
        raise SpecError(path, [f"cannot be read, it may be cut short or of another kind: {why}"]) from None
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise
        why = (problem.strerror or str(problem)).splitlines()[0]
        raise SpecError(path, [f"cannot be read, it may be cut short or of another kind: {why}"]) from None


def _scan(path: Path, suffix: str) -> pl.LazyFrame:
    match suffix:
        case ".parquet":
            return pl.scan_parquet(path)
        case ".arrow":
            return pl.scan_ipc(path)
        case _:
            # All columns are read as text: amounts are parsed later, and an invalid cell does not stop the screen.
            return pl.scan_csv(path, separator="\t" if suffix == ".tsv" else ",", infer_schema=False)


def _check_columns(path: Path, schema: pl.Schema, needed: Sequence[str], numbers: Sequence[str]) -> None:
    only = schema.names()[0] if len(schema) == 1 else ""
    for separator in ";\t|":
        if separator in only:
            message = f"its columns are separated by {separator!r}: save it with commas, and points in decimals (12.5)"
            raise SpecError(path, [message])
    problems = []
    for column in dict.fromkeys(needed):
        if f"{column}{TWICE}" in schema:
            problems.append(f"has two columns {column!r}: rename one")
        elif column not in schema:
            near = get_close_matches(column, schema.names(), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(schema.names()[:20])}"
            problems.append(f"has no column {column!r}{hint}")
        elif column in numbers and not (schema[column].is_numeric() or schema[column] == pl.String):
            problems.append(f"column {column!r} holds {schema[column]}, not numbers")
    if problems:
        raise SpecError(path, problems)


def _check_units(path: Path, scan: pl.LazyFrame, column: str, spec: Spec) -> None:
    """Raise for a column in which only some cells have a unit; a zero needs none."""
    if column in spec.units:
        return  # unit of cells without a unit
    cells = scan.select(pl.col(column)).with_row_index("row", offset=1)
    odd = reading(path, lambda: cells.filter(unlike_numbers(column)).collect())
    said = next(((row, cell) for row, cell in odd.rows() if unit_in(cell)), None)
    if said is None:
        return
    plain = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    bare = reading(path, cells.filter(plain.is_finite() & (plain != 0)).head(1).collect).rows()
    if bare:
        message = (
            f"column {column!r} mixes units: row {said[0]} says {said[1]!r} and row {bare[0][0]} says "
            f"{bare[0][1]!r} without a unit; say what bare numbers count in, [units] {column} = …"
        )
        raise SpecError(path, [message])


def _companies(scan: pl.LazyFrame, spec: Spec, path: Path) -> tuple[tuple[str, ...], NDArray[np.int64] | None]:
    """Ids that occur in several rows, and, with segments, the first row of each company."""
    keys = [spec.table.id] + ([spec.table.segment] if spec.table.segment else [])
    ids = pl.col(spec.table.id).cast(pl.String)
    # Compares 8-byte hashes first; ids themselves are compared only where hashes are equal.
    hashes = reading(path, lambda: scan.select(pl.struct(keys).hash()).collect(engine="streaming")).to_series()
    suspects = hashes.filter(hashes.is_duplicated()).unique()
    duplicates: tuple[str, ...] = ()
    if len(suspects):
        among = scan.select(keys).filter(pl.struct(keys).hash().is_in(suspects.implode()))
        found = reading(path, among.collect)
        several = found.filter(found.is_duplicated()).select(ids).to_series()
        duplicates = tuple(sorted(several.drop_nulls().unique().to_list()))
    if not spec.table.segment:
        return duplicates, None
    begins = reading(path, lambda: scan.select(ids.rle_id()).collect(engine="streaming")).to_series().to_numpy()
    starts = np.flatnonzero(np.diff(begins, prepend=-1, append=begins[-1] + 1))
    return duplicates, np.asarray(starts, np.int64)
