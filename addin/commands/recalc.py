"""`steelyard recalc`: computes every formula of a workbook and stores the values."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, WORKBOOKS, expect_suffix, fail, save_or_fail
from addin.commands.progress import progress

if TYPE_CHECKING:
    from workbooks.opening.limits import Limits
    from workbooks.recalculation.trusted import Recalculated, Trust

SHOWN: Final = 10  # cells that keep their stored values

app = typer.Typer()


@app.command(epilog="Example: steelyard recalc xiaomi.xlsx -o computed.xlsx")
def recalc(
    workbook: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook, .xlsx or .xlsm.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it; left out, it replaces the file.")
    ] = None,
    changed: Annotated[
        list[str] | None,
        typer.Option(
            "--changed", metavar="CELLS", help="Cells that were changed after it was saved: 'Inputs!C5:C9'. Repeatable."
        ),
    ] = None,
    *,
    keep_stored: Annotated[
        bool,
        typer.Option("--keep-stored", help="Keep the stored value where the engine gives another unexplained."),
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Trust no stored value: the file was changed after it was saved.")
    ] = False,
    second_engine: Annotated[
        bool, typer.Option("--second-engine/--no-second-engine", help="Ask IronCalc too, where it is installed.")
    ] = True,
    seconds: Annotated[float, typer.Option(help="How long it may take.", min=1)] = 25,
    memory: Annotated[int, typer.Option(help="How much memory it may use, in MB.", min=64)] = 480,
) -> None:
    """Compute every formula of a workbook, including the add-in's functions, and store the values.

    A value that differs from the stored one without an explanation is named, and nothing is written. The status is 1
    then, and also if the workbook's own master check fails.
    """
    from workbooks.opening.limits import MEGABYTE, Limits  # noqa: PLC0415
    from workbooks.recalculation.trusted import Trust  # noqa: PLC0415

    if output:
        own = workbook.suffix.lower()  # Excel opens no workbook with macros as .xlsx, and none without as .xlsm
        expect_suffix(output, *((own,) if own in WORKBOOKS else WORKBOOKS))
    started = perf_counter()
    trust = Trust(keep_stored=keep_stored, anew=anew, edited=tuple(changed or ()), second_engine=second_engine)
    with progress(f"Computing {workbook.name}"):
        done = _recalculated(workbook, trust, Limits(seconds, memory * MEGABYTE, options=True))
    target = output or workbook
    save_or_fail(done.data, target)
    typer.echo(f"{target}: {done.formulas:,} formulas, in {perf_counter() - started:.1f} s")
    for line in done.kept[:SHOWN]:
        typer.echo(f"keeps its stored value: {line}")
    if len(done.kept) > SHOWN:
        typer.echo(f"… and {len(done.kept) - SHOWN:,} more keep theirs")
    if done.fails:
        fail(f"{target}: its master check says {done.verdict}", REFUSED)


def _recalculated(workbook: Path, trust: "Trust", limits: "Limits") -> "Recalculated":
    from workbooks.opening.child import in_child, read_limited  # noqa: PLC0415
    from workbooks.opening.limits import PackageError  # noqa: PLC0415
    from workbooks.recalculation.refusal import EngineError  # noqa: PLC0415

    try:
        data = read_limited(workbook, limits)
        done: Recalculated = in_child("addin.embedded:recalculate", data, trust, limits, limits=limits)
    except OSError as problem:
        fail(f"{workbook}: {problem.strerror}", BAD_INPUT)
    except PackageError as problem:
        fail(f"{workbook}: {problem}", BAD_INPUT)
    except EngineError as problem:
        fail(f"{workbook} is left as it was:\n{problem}", REFUSED)
    return done
