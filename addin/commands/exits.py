"""Ends a command with a message on standard error and an exit status."""

from pathlib import Path
from typing import Final, NoReturn

import typer

REFUSED: Final = 1  # a check of the workbook fails, or a file cannot be written
BAD_INPUT: Final = 2


def fail(message: str, status: int) -> NoReturn:
    """Print a message on standard error and exit with a status.

    Raises
    ------
    typer.Exit
        Always.
    """
    typer.echo(message, err=True)
    raise typer.Exit(status)


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
        fail(f"{problem.filename or output}: {problem.strerror or problem}", REFUSED)
