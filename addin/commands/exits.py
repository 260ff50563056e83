"""Ends a command with a message on standard error and an exit status."""

from pathlib import Path
from typing import Final, NoReturn

import typer

REFUSED: Final = 1  # a check of the workbook fails, or a file cannot be written
BAD_INPUT: Final = 2
WORKBOOKS: Final = (".xlsx", ".xlsm")  # suffixes of workbooks that are read


def fail(message: str, status: int) -> NoReturn:
    """Print a message on standard error and exit with a status.

    Raises
    ------
    typer.Exit
        Always.
    """
    typer.echo(message, err=True)
    raise typer.Exit(status)


def expect_suffix(output: Path, *suffixes: str) -> None:
    """Refuse a name for an output file that does not end as its contents require.

    Raises
    ------
    typer.Exit
        If the name ends otherwise.
    """
    if output.suffix.lower() not in suffixes:
        fail(f"{output}: expected a name that ends in {' or '.join(suffixes)}", BAD_INPUT)


def fail_to_write(problem: OSError, output: Path) -> NoReturn:
    """Print why a file cannot be written, and exit.

    Raises
    ------
    typer.Exit
        Always.
    """
    fail(f"{problem.filename or output}: {problem.strerror or problem}", REFUSED)


def save_or_fail(data: bytes, output: Path) -> None:
    """Write a file atomically; on failure exit with the reason, an existing file being unchanged.

    Raises
    ------
    typer.Exit
        If the file cannot be written.
    """
    from workbooks.files import save  # noqa: PLC0415 - a command may have nothing to write

    try:
        save(data, output)
    except OSError as problem:
        fail_to_write(problem, output)
