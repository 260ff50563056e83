"""`steelyard install`, `uninstall`, `doctor` and `vba`: the commands about Excel on Windows."""

from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Annotated, Final

import typer

from addin.commands.exits import REFUSED, expect_suffix, fail, save_or_fail

WRONG: Final = 1

app = typer.Typer()


@app.command(epilog="Example: steelyard install")
def install() -> None:
    """Set up Excel on Windows for Steelyard: xlwings' add-in and its settings."""
    from addin.excel.install import install as set_up  # noqa: PLC0415
    from addin.excel.machine import ThisMachine  # noqa: PLC0415

    _tell(set_up(ThisMachine()))


@app.command(epilog="Example: steelyard uninstall")
def uninstall() -> None:
    """Undo `steelyard install`: settings and add-in become what they were."""
    from addin.excel.install import uninstall as put_back  # noqa: PLC0415
    from addin.excel.machine import ThisMachine  # noqa: PLC0415

    _tell(put_back(ThisMachine()))


@app.command(epilog="Example: steelyard doctor model.xlsm")
def doctor(
    workbook: Annotated[Path | None, typer.Argument(metavar="WORKBOOK", help="A workbook to look into.")] = None,
) -> None:
    """Say why a cell shows #NAME?, and what to do; the status is 1 where something is wrong."""
    from addin.excel.doctor import ALL_IS_WELL, LOOK_INSIDE, examine  # noqa: PLC0415
    from addin.excel.machine import ThisMachine  # noqa: PLC0415

    path = PureWindowsPath(workbook.absolute()) if workbook else None
    wrong = 0
    for finding in examine(ThisMachine(), path):
        wrong += finding.state == "wrong"
        mark, colour = {"ok": ("ok   ", "green"), "look": ("look ", "yellow"), "wrong": ("WRONG", "red")}[finding.state]
        typer.echo(f"{typer.style(mark, fg=colour)}  {finding.subject:9}  {finding.says}")
        if finding.remedy:
            typer.echo("".join(f"                  {line}\n" for line in finding.remedy.splitlines()), nl=False)
    if wrong:
        raise typer.Exit(WRONG)
    typer.echo(f"\n{ALL_IS_WELL}" if workbook else f"\n{ALL_IS_WELL}\n{LOOK_INSIDE}")


@app.command(epilog="Example: steelyard vba -o steelyard.bas")
def vba(
    output: Annotated[Path, typer.Option("--output", "-o", help="The module to write, .bas.")],
) -> None:
    """Write the VBA module that makes the functions known to Excel, to be imported by hand."""
    from addin.excel.vba import STEPS, module  # noqa: PLC0415

    expect_suffix(output, ".bas")
    save_or_fail(module().replace("\n", "\r\n").encode("ascii"), output)
    typer.echo(f"{output}: {STEPS}")


def _tell(steps: Iterator[str]) -> None:
    from addin.excel.install import InstallError  # noqa: PLC0415

    try:
        for step in steps:
            typer.echo(step)
    except InstallError as problem:
        fail(str(problem), REFUSED)
