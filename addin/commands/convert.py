"""`steelyard convert`: converts a case of the old form to the new one, with numbers in their sections."""

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, fail

app = typer.Typer()


@app.command(epilog="Example: steelyard convert old.toml -o new.toml")
def convert(
    case: Annotated[Path, typer.Argument(metavar="OLD.toml", help="A case file with its numbers under [figures].")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="NEW.toml", help="The case file to write.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a case with each number where it belongs; every figure and every result stays what it is."""
    from workbooks.case.conversion import ConversionError, converted_file  # noqa: PLC0415
    from workbooks.case.reading import CaseError  # noqa: PLC0415
    from workbooks.files import save  # noqa: PLC0415

    if output.exists() and not force:
        fail(f"{output} already exists: --force replaces it", BAD_INPUT)
    try:
        text, moved = converted_file(case)
        save(text.encode(), output)
    except CaseError as problem:
        fail(str(problem), BAD_INPUT)
    except ConversionError as problem:
        fail(str(problem), REFUSED)
    except OSError as problem:
        fail(f"{problem.filename or output}: {problem.strerror or problem}", REFUSED)
    typer.echo(f"{output}: {moved} numbers stand where they belong; every figure is what it was")


def hint(case: str) -> None:
    """Print how to convert a case of the old form."""
    if not Path(case).is_file():  # it comes with the package
        return
    from workbooks.case.conversion import is_old_file  # noqa: PLC0415

    if is_old_file(Path(case)):
        told = "writes each number where it belongs"
        typer.echo(f"{case} has the form of version 0.1: `steelyard convert {case} -o NEW.toml` {told}", err=True)
