"""Runs a screen: open the table, compute peer statistics, value the partitions, write one file.

The result of each partition is kept in a work folder beside the output until the output is complete, so that an
interrupted run can be resumed.
"""

import io
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from valuation.about import steelyard_version
from workbooks.files import save
from workbooks.screening.inputs import Inputs, needed_columns
from workbooks.screening.output import assembled, check_output, write_table
from workbooks.screening.peers import Grouping, Members, grouping, joined
from workbooks.screening.sketch import Sketch, added_up, approximate_grouping, sketch_of
from workbooks.screening.spec import Spec
from workbooks.screening.spec_file import load
from workbooks.screening.table import Partition, Table, open_table
from workbooks.screening.valuing import screen_partition

SIMULATED: Final = 8192  # companies per partition with simulation: about half a second
PLAIN: Final = 131_072  # and without simulation
WORK: Final = ".steelyard-work"


@dataclass(frozen=True, slots=True)
class Task:
    """One partition to value."""

    number: int
    partition: Partition
    groupings: Mapping[str, Grouping]


class Runner(Protocol):
    """Interface of the backends that value partitions: this process, several processes, a cluster."""

    def groupings(self, spec: Spec, partitions: list[Partition]) -> dict[str, Grouping]:
        """Statistics of the peers."""

    def values(self, spec: Spec, tasks: Iterable[Task]) -> Iterator[tuple[int, bytes]]:
        """The number and the result of each task, as they come."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run."""

    companies: int
    done: int
    resumed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Screened:
    """Result of a run."""

    path: Path
    companies: int
    resumed: int
    seconds: float


def screen(
    spec_file: Path,
    output: Path,
    runner: Runner,
    told: Callable[[Progress], None] = lambda _: None,
) -> Screened:
    """Value every company of a table, and write the results.

    Parameters
    ----------
    spec_file : file
        The spec, .toml.
    output : file
        Output file, .parquet, .csv or .arrow; written atomically.
    runner : Runner
        Backend that does the work.
    told : function
        Called with the progress of the run.

    Raises
    ------
    SpecError
        If the spec or the table has errors.
    OSError
        If the results cannot be written.
    """
    started = time.perf_counter()
    spec = load(spec_file)
    check_output(output)
    work = output.with_name(f".{output.name}{WORK}")
    work.mkdir(exist_ok=True)
    try:
        table = _opened(spec, spec_file.parent, work)
        size = SIMULATED if any(method.uncertain for method in spec.methods) else PLAIN
        if table.companies <= size and size == PLAIN:
            told(Progress(table.companies, 0, 0, time.perf_counter() - started))
            write_table(assembled(spec, _at_once(spec, table).lazy(), None), output)
            shutil.rmtree(work, ignore_errors=True)
            return Screened(output, table.companies, 0, time.perf_counter() - started)
        partitions = [table.partition(first, size) for first in range(0, table.companies, size)]
        parts = [work / f"part-{number:06d}.arrow" for number in range(len(partitions))]
        missing = [number for number, part in enumerate(parts) if not part.exists()]
        resumed = sum(min(size, table.companies - n * size) for n in range(len(parts)) if n not in set(missing))
        done = resumed
        told(Progress(table.companies, done, resumed, time.perf_counter() - started))
        if missing:
            groupings = runner.groupings(spec, partitions)
            tasks = (
                Task(n, partitions[n], {k: g.part(slice(n * size, (n + 1) * size)) for k, g in groupings.items()})
                for n in missing
            )
            for number, data in runner.values(spec, tasks):
                save(data, parts[number])
                done += min(size, table.companies - number * size)
                told(Progress(table.companies, done, resumed, time.perf_counter() - started))
        write_table(assembled(spec, pl.concat([pl.scan_ipc(part) for part in parts]), work), output)
    except BaseException:
        if not any(work.glob("part-*.arrow")):  # nothing to resume
            shutil.rmtree(work, ignore_errors=True)
        raise
    shutil.rmtree(work, ignore_errors=True)
    return Screened(output, table.companies, resumed, time.perf_counter() - started)


def _at_once(spec: Spec, table: Table) -> pl.DataFrame:
    """Results of a small table that takes less than a second, without a work folder."""
    inputs = Inputs(spec, table.partition(0, table.companies))
    groupings = {name: grouping_of(spec, name, [_summary(inputs, name)]) for name in spec.served_groups()}
    return screen_partition(inputs, groupings)


def value_task(spec: Spec, task: Task) -> bytes:
    """The result of one partition, in Arrow's file format."""
    buffer = io.BytesIO()
    screen_partition(Inputs(spec, task.partition), task.groupings).write_ipc(buffer)
    return buffer.getvalue()


def summary_of(spec: Spec, partition: Partition) -> dict[str, Members | Sketch]:
    """Summary of one partition for the peer statistics, per grouping."""
    inputs = Inputs(spec, partition)
    return {name: _summary(inputs, name) for name in spec.served_groups()}


def _summary(inputs: Inputs, name: str) -> Members | Sketch:
    error, members = inputs.spec.groups[name].approximate, inputs.members(name)
    return members if error is None else sketch_of(members, error)


def grouping_of(spec: Spec, name: str, summaries: Sequence[Members | Sketch]) -> Grouping:
    """The statistics of one grouping, from the summaries of all partitions."""
    nearest = spec.groups[name].nearest
    served = [method for method in spec.methods if method.is_multiple and method.group == name]
    sketches = [each for each in summaries if isinstance(each, Sketch)]
    if sketches:
        return approximate_grouping(added_up(sketches), served)
    members = joined([each for each in summaries if isinstance(each, Members)])
    return grouping(members, served, nearest.count if nearest else 0)


@cache
def _version() -> str:
    return str(steelyard_version())


def _opened(spec: Spec, folder: Path, work: Path) -> Table:
    """Open the table; results of an earlier run are kept only if spec, table and version are the same."""
    file = folder / spec.table.file
    stamp = [file.stat().st_size, file.stat().st_mtime_ns] if file.is_file() else []
    manifest = {"spec": spec.fingerprint(), "file": str(file.resolve()), "stamp": stamp}
    manifest |= {"version": _version(), "polars": pl.__version__}
    text = json.dumps(manifest, indent=1)
    written = work / "manifest.json"
    if not written.exists() or written.read_text("utf-8") != text:
        for old in work.iterdir():
            old.unlink()
    table = open_table(spec, folder, work, *needed_columns(spec))
    written.write_text(text, "utf-8")
    return table
