"""How a command ends that does not do what it was asked for: a message on standard error, and a status."""

from pathlib import Path
from typing import Final, NoReturn

import typer

REFUSED: Final = 1  # the workbook does not prove itself, or a file cannot be written
BAD_INPUT: Final = 2


def fail(message: str, status: int) -> NoReturn:
    """Say why on standard error, and end with a status.

    Raises
    ------
    typer.Exit
        Always.
    """
    typer.echo(message, err=True)
    raise typer.Exit(status)


def save_or_fail(data: bytes, output: Path) -> None:
    """Write a file whole, or leave what was there and end with the reason.

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
