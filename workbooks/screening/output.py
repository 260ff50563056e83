"""The table that comes out: percentiles within the groups, then one file, whole or absent."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from workbooks.screening.spec import Spec, SpecError
from workbooks.screening.valuing import group_column, percentile_column, reason_column, upside_column

ROW_GROUP: Final = 131_072
FORMATS: Final = (".parquet", ".csv", ".arrow")


def assembled(spec: Spec, parts: list[Path], work: Path) -> pl.LazyFrame:
    """All partitions one after another, with the percentiles of each upside within its group.

    A percentile is the share of the group's other companies whose upside is smaller, as PERCENTRANK.INC counts.
    """
    whole = pl.concat([pl.scan_ipc(part) for part in parts])
    columns = whole.collect_schema().names()
    ranked = [method.name for method in spec.methods if upside_column(method.name) in columns]
    if not ranked:
        return whole
    groups = {method.name: method.group for method in spec.methods}
    needed = [group_column(name) for name in dict.fromkeys(groups[each] for each in ranked) if name]
    upsides = whole.select([*needed, *map(upside_column, ranked)]).collect()
    percentiles = upsides.select(
        [
            _percentile(upside_column(each), group_column(groups[each]) if groups[each] else "").alias(
                percentile_column(each)
            )
            for each in ranked
        ]
    )
    file = work / "percentiles.arrow"
    percentiles.write_ipc(file)
    order = []
    for column in columns:
        if column in {reason_column(each) for each in ranked}:
            order.append(percentile_column(column.removesuffix(" reason")))
        order.append(column)
    return pl.concat([whole, pl.scan_ipc(file)], how="horizontal").select(order)


def write_table(frame: pl.LazyFrame, output: Path) -> None:
    """Write a table, in the format that its name says.

    Raises
    ------
    OSError
        If it cannot be written; what stood there before still does.
    """
    suffix = output.suffix.lower()
    writers: dict[str, Callable[[Path], object]] = {
        ".parquet": lambda path: frame.sink_parquet(path, row_group_size=ROW_GROUP),
        ".csv": lambda path: frame.sink_csv(path),
        ".arrow": lambda path: frame.sink_ipc(path),
    }
    if suffix not in writers:
        raise SpecError(output, [f"is written as one of {', '.join(FORMATS)}"])
    if not output.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder does not exist", str(output.parent))
    descriptor, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.", suffix=".part")
    os.close(descriptor)
    temporary = Path(name)
    try:
        writers[suffix](temporary)
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


def _percentile(upside: str, group: str) -> pl.Expr:
    rank, count = pl.col(upside).rank("min"), pl.col(upside).count()
    if group:
        rank, count = rank.over(group), count.over(group)
    share = (rank - 1) / (count - 1)
    return pl.when(count > 1).then(share)
