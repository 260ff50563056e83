"""Result table: adds percentiles within groups and writes one file atomically."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats
from workbooks.screening.peers import codes_of, in_groups
from workbooks.screening.spec import Spec, SpecError
from workbooks.screening.threads import each
from workbooks.screening.valuing import group_column, percentile_column, reason_column, upside_column

ROW_GROUP: Final = 131_072
FORMATS: Final = (".parquet", ".csv", ".arrow")


def assembled(spec: Spec, whole: pl.LazyFrame, work: Path | None) -> pl.LazyFrame:
    """Results with the percentile of each upside within its group; percentiles are stored in the work folder, if any.

    A percentile is the share of the group's other companies with a smaller upside, as in PERCENTRANK.INC.
    """
    columns = whole.collect_schema().names()
    ranked = [method.name for method in spec.methods if upside_column(method.name) in columns]
    if not ranked:
        return whole
    groups = {method.name: group_column(method.group) if method.group else "" for method in spec.methods}
    needed = [name for name in dict.fromkeys(groups[method] for method in ranked) if name]
    upsides = whole.select([*needed, *map(upside_column, ranked)]).collect()
    codes = {name: codes_of(upsides[name])[1] for name in needed} | {"": np.zeros(upsides.height, np.int64)}

    def percentiles(method: str) -> pl.Series:
        found = percentiles_of(upsides[upside_column(method)].to_numpy(), codes[groups[method]])
        return pl.Series(percentile_column(method), found).fill_nan(None)

    found = pl.DataFrame(each(percentiles, ranked))
    if work is None:
        beside = found.lazy()
    else:
        found.write_ipc(work / "percentiles.arrow")
        beside = pl.scan_ipc(work / "percentiles.arrow")
    order = []
    for column in columns:
        if column in {reason_column(method) for method in ranked}:
            order.append(percentile_column(column.removesuffix(" reason")))
        order.append(column)
    return pl.concat([whole, beside], how="horizontal").select(order)


def check_output(output: Path) -> None:
    """Raise early if the results cannot be written to a path.

    Raises
    ------
    SpecError
        If the format given by its suffix is not supported.
    OSError
        If its folder does not exist, or it is a folder itself.
    """
    if output.suffix.lower() not in FORMATS:
        raise SpecError(output, [f"is written as one of {', '.join(FORMATS)}"])
    if output.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(output))
    if not output.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder does not exist", str(output.parent))


def write_table(frame: pl.LazyFrame, output: Path) -> None:
    """Write a table in the format given by the suffix.

    Raises
    ------
    OSError
        If it cannot be written; an existing file is then unchanged.
    """
    check_output(output)
    writers: dict[str, Callable[[Path], object]] = {
        ".parquet": lambda path: frame.sink_parquet(path, row_group_size=ROW_GROUP),
        ".csv": frame.sink_csv,
        ".arrow": frame.sink_ipc,
    }
    descriptor, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.", suffix=".part")
    os.close(descriptor)
    temporary = Path(name)
    try:
        writers[output.suffix.lower()](temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(output)
    except pl.exceptions.ComputeError as problem:
        raise OSError(errno.EIO, str(problem).splitlines()[0], str(output)) from None
    finally:
        temporary.unlink(missing_ok=True)


def percentiles_of(values: Floats, codes: NDArray[np.int64]) -> Floats:
    """Share of the group's other members with a smaller value, as in PERCENTRANK.INC; NaN where there are no others.

    Examples
    --------
    >>> import numpy as np
    >>> percentiles_of(np.array([3.0, 1.0, 2.0, 2.0, 9.0]), np.array([0, 0, 0, 0, 1])).round(3).tolist()
    [1.0, 0.0, 0.333, 0.333, nan]
    """
    found = np.full(len(values), np.nan)
    rows = np.flatnonzero(~np.isnan(values) & (codes >= 0))
    if not len(rows):
        return found
    rows = rows[np.argsort(values[rows])]
    rows = rows[in_groups(codes[rows])]
    ordered, group = values[rows], codes[rows]
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(begins, append=len(rows))
    new = np.diff(ordered, prepend=np.nan) != 0
    new[begins] = True
    first_equal = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
    others = np.repeat(sizes - 1, sizes)
    smaller = first_equal - np.repeat(begins, sizes)
    found[rows] = np.where(others > 0, smaller / np.maximum(others, 1), np.nan)
    return found
