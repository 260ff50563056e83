"""`steelyard build` of several cases: one workbook each, in parallel, and a summary."""

from collections.abc import Sequence
from pathlib import Path

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, fail, fail_to_write


def build_several(cases: Sequence[str], folder: Path, language: str, *, xlsm: bool) -> None:
    """Write the workbooks of cases into a folder and report the result of each."""
    from workbooks.batch import SUMMARY, build_many, cases_in  # noqa: PLC0415
    from workbooks.case.reading import CaseError  # noqa: PLC0415
    from workbooks.languages.language import LanguageError  # noqa: PLC0415
    from workbooks.languages.language import language as known  # noqa: PLC0415

    if xlsm or folder.suffix:
        fail(f"{folder}: several cases are written into a folder, without macros", BAD_INPUT)
    failed = 0
    try:
        known(language)
        found = cases_in(cases)
        for done, built in enumerate(build_many(found, folder, language), start=1):
            failed += bool(built.problem)
            said = built.problem or f"{built.workbook}, {built.checks}"
            typer.echo(f"[{done}/{len(found)}] {built.case}: {said}", err=bool(built.problem))
    except (CaseError, LanguageError) as problem:
        fail(str(problem), BAD_INPUT)
    except OSError as problem:
        fail_to_write(problem, folder)
    typer.echo(f"{folder}: {len(found) - failed} of {len(found)} workbooks; {folder / SUMMARY} says how each went")
    if failed:
        raise typer.Exit(REFUSED)
