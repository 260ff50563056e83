"""The table of a screen: one file whose rows are companies, or companies and segments, read a partition at a time."""

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbooks.screening.numbers import unit_in, unlike_numbers
from workbooks.screening.spec import Spec, SpecError

FORMATS: Final = (".parquet", ".csv", ".tsv", ".arrow")
ROW_GROUP: Final = 65_536

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Table:
    """A Parquet file that any process can read rows of.

    Attributes
    ----------
    path : file
        The table itself, or its copy in the work folder where it came as text or has to be sorted.
    rows : count
        Rows in it.
    starts : (companies + 1) row
        Where each company's rows begin, with segments; None where each row is a company.
    duplicates : texts
        Ids that stand in several rows.
    numbers : texts
        Columns of which numbers are read.
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
        """Some companies that stand together."""
        if self.starts is None:
            return Partition(self.path, first, companies, None, self.duplicates)
        starts = self.starts[first : first + companies + 1]
        return Partition(self.path, int(starts[0]), int(starts[-1] - starts[0]), starts - starts[0], self.duplicates)


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows of a table that are valued in one go."""

    path: str
    first: int
    rows: int
    starts: NDArray[np.int64] | None
    duplicates: tuple[str, ...]

    def frame(self, columns: Sequence[str]) -> pl.DataFrame:
        """The rows, of some columns."""
        scan = pl.scan_parquet(self.path).slice(self.first, self.rows)
        return reading(self.path, lambda: scan.select(columns).collect())


def open_table(spec: Spec, folder: Path, work: Path, needed: Sequence[str], numbers: Sequence[str]) -> Table:
    """The table of a spec, checked as a whole.

    Parameters
    ----------
    spec : Spec
        What is asked for.
    folder : folder
        Where the spec stands.
    work : folder
        Where a copy is written of a table that is no Parquet file, or that is to be sorted.
    needed : texts
        Columns that the screen reads.
    numbers : texts
        Those among them that hold numbers.

    Raises
    ------
    SpecError
        If the file is missing, cut short or of no known kind, a column is missing, or a column mixes units.
    """
    path = folder / spec.table.file
    if not path.is_file():
        raise SpecError(path, ["no such file"])
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise SpecError(path, [f"is not one of {', '.join(FORMATS)}"])
    scan = _scan(path, suffix)
    schema = reading(path, scan.collect_schema)
    _check_columns(path, schema, needed, numbers)
    if suffix != ".parquet" or spec.table.segment:
        # Rows of one company have to stand together; sorting keeps the order of the parts within it.
        chosen = scan.select(list(dict.fromkeys(needed)))
        ordered = chosen.sort(spec.table.id, maintain_order=True) if spec.table.segment else chosen
        copy = work / "table.parquet"
        reading(path, lambda: ordered.sink_parquet(copy, row_group_size=ROW_GROUP, statistics=False))
        path, scan = copy, pl.scan_parquet(copy)
    rows = int(reading(path, lambda: scan.select(pl.len()).collect()).item())
    if not rows:
        raise SpecError(path, ["has no rows"])
    for column in numbers:
        if schema[column] == pl.String:
            _check_units(path, scan, column, spec)
    duplicates, starts = _companies(scan, spec, path)
    return Table(str(path.resolve()), rows, starts, duplicates)


def reading(path: str | Path, read: Callable[[], Read]) -> Read:
    """What a reader of a file gives; any fault of the file is an error of one line.

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
            # All as texts: cells are read by the parser of amounts, and a bad cell does not stop the screen.
            return pl.scan_csv(path, separator="\t" if suffix == ".tsv" else ",", infer_schema=False)


def _check_columns(path: Path, schema: pl.Schema, needed: Sequence[str], numbers: Sequence[str]) -> None:
    problems = []
    for column in dict.fromkeys(needed):
        if column not in schema:
            near = get_close_matches(column, schema.names(), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(schema.names()[:20])}"
            problems.append(f"has no column {column!r}{hint}")
        elif column in numbers and not (schema[column].is_numeric() or schema[column] == pl.String):
            problems.append(f"column {column!r} holds {schema[column]}, not numbers")
    if problems:
        raise SpecError(path, problems)


def _check_units(path: Path, scan: pl.LazyFrame, column: str, spec: Spec) -> None:
    """Refuse a column in which some cells say their unit and others do not."""
    if column in spec.units:
        return  # bare cells count in that
    cells = scan.select(pl.col(column)).with_row_index("row", offset=1)
    odd = reading(path, lambda: cells.filter(unlike_numbers(column)).collect())
    said = next(((row, cell) for row, cell in odd.rows() if unit_in(cell)), None)
    if said is None:
        return
    plain = cells.filter(pl.col(column).str.strip_chars().cast(pl.Float64, strict=False).is_finite()).head(1)
    bare = reading(path, plain.collect).rows()
    if bare:
        message = (
            f"column {column!r} mixes units: row {said[0]} says {said[1]!r} and row {bare[0][0]} says "
            f"{bare[0][1]!r} without a unit; say what bare numbers count in, [units] {column} = …"
        )
        raise SpecError(path, [message])


def _companies(scan: pl.LazyFrame, spec: Spec, path: Path) -> tuple[tuple[str, ...], NDArray[np.int64] | None]:
    """Ids that stand in several rows, and with segments where each company's rows begin."""
    keys = [spec.table.id] + ([spec.table.segment] if spec.table.segment else [])
    ids = pl.col(spec.table.id).cast(pl.String)
    # A hash of eight bytes a row first: the ids themselves are looked at only where two are the same.
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
