"""`steelyard screen`: values every company of a table by the methods of a spec."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, expect_suffix, fail, fail_to_write

if TYPE_CHECKING:
    from workbooks.screening.running import Progress as Told
    from workbooks.screening.running import Runner, Screened


app = typer.Typer()


@app.command(epilog="Example: steelyard screen universe.toml -o values.parquet --report values.xlsx")
def screen(
    spec: Annotated[Path, typer.Argument(help="What to do: the table, its columns, the methods, .toml.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The table to write: .parquet, .csv or .arrow.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="A workbook for people as well, .xlsx.")] = None,
    lang: Annotated[str, typer.Option(help="The language of the report: en, or zh for Chinese.")] = "en",
    to: Annotated[str, typer.Option(metavar="URL", help="A database as well: sqlite:///values.db.")] = "",
    table: Annotated[str, typer.Option(help="The table in the database, replaced where it is there.")] = "screen",
    processes: Annotated[int, typer.Option(min=0, help="Processes on this machine; 0 is one a core.")] = 0,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="A Dask cluster instead: tcp://host:8786.")] = "",
) -> None:
    """Value every company of a table. A bad row gets reasons; an interrupted run resumes where it stopped."""
    try:
        from workbooks.languages.language import LanguageError, language  # noqa: PLC0415
        from workbooks.screening.spec import SpecError  # noqa: PLC0415
        from workbooks.screening.spec_file import load  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        fail(f"{problem.name} is not installed: pip install 'steelyard[screen]'", REFUSED)
    if report is not None:
        expect_suffix(report, ".xlsx")
    try:
        language(lang)
        wanted = output or Path(load(spec).output.file or "")
        if not wanted.suffix:
            fail(f"{spec}: give -o FILE, or [output] file", BAD_INPUT)
        done = _run(spec, wanted, _runner(processes, scheduler))
        typer.echo(_line(done))
        if report is not None:
            from workbooks.screening.report import write_report  # noqa: PLC0415

            write_report(spec, wanted, report, lang)
            typer.echo(f"{report}: the report")
        if to:
            from workbooks.screening.database import write_database  # noqa: PLC0415

            typer.echo(f"{table}: {write_database(wanted, to, table):,} rows")
    except (SpecError, LanguageError) as problem:
        fail(str(problem), BAD_INPUT)
    except ConnectionError as problem:
        fail(str(problem), REFUSED)
    except OSError as problem:
        fail_to_write(problem, output or spec)


def _runner(processes: int, scheduler: str) -> "Runner":
    if not scheduler:
        from workbooks.screening.local import Local  # noqa: PLC0415

        return Local(processes or None)
    try:
        from workbooks.screening.cluster import Cluster  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        fail(f"{problem.name} is not installed: pip install 'steelyard[cluster]'", REFUSED)
    return Cluster(scheduler)


def _run(spec: Path, output: Path, runner: "Runner") -> "Screened":
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from workbooks.screening.running import screen as run  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("companies"), TextColumn("{task.fields[pace]}"))
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, pace="")

        def told(progress: "Told") -> None:
            new = progress.done - progress.resumed
            pace = f"{new / progress.seconds:,.0f} a second" if new else ""
            bar.update(task, total=progress.companies, completed=progress.done, pace=pace)

        return run(spec, output, runner, told)


def _line(done: "Screened") -> str:
    again = f", {done.resumed:,} of them from the run before" if done.resumed else ""
    new = done.companies - done.resumed
    pace = f"in {done.seconds:.1f} s ({new / done.seconds:,.0f} a second)"
    return f"{done.path}: {done.companies:,} companies{again}, {pace}"
