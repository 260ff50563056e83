"""`steelyard convert`: converts a case of the old form to the new one, with numbers in their sections."""

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, expect_suffix, fail, fail_to_write

app = typer.Typer()


@app.command(epilog="Example: steelyard convert old.toml -o new.toml")
def convert(
    case: Annotated[Path, typer.Argument(metavar="OLD.toml", help="A case file with its numbers under [figures].")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="NEW.toml", help="The case file to write.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Convert a case of version 0.1 to the present form, with the numbers in their sections; no result changes."""
    from workbooks.case.conversion import ConversionError, converted_file  # noqa: PLC0415
    from workbooks.case.reading import CaseError  # noqa: PLC0415
    from workbooks.files import save  # noqa: PLC0415

    expect_suffix(output, ".toml")
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
        fail_to_write(problem, output)
    typer.echo(f"{output}: {moved} numbers moved to their sections; no figure and no result has changed")


def hint(case: str) -> None:
    """Print how to convert a case of the old form."""
    if not Path(case).is_file():  # it comes with the package
        return
    from workbooks.case.conversion import is_old_file  # noqa: PLC0415

    if is_old_file(Path(case)):
        told = "converts it to the present form, with the numbers in their sections"
        typer.echo(f"{case} has the form of version 0.1: `steelyard convert {case} -o NEW.toml` {told}", err=True)
