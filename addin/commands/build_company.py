"""`steelyard build --from SPEC --company ID`: writes the workbook of one company of a screen."""

import tempfile
from pathlib import Path

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, fail, fail_to_write


def build_company(spec: Path | None, company: str, output: Path, language: str, *, given: bool, xlsm: bool) -> None:
    """Write the workbook of one company: a case is made of its row, with its group as peers."""
    if spec is None or not company or given:
        fail("a company of a screen takes --from SPEC and --company ID, and no case", BAD_INPUT)
    if xlsm or output.suffix.lower() != ".xlsx":
        fail(f"{output}: the workbook of a company has no macros: name it .xlsx, without --xlsm", BAD_INPUT)
    try:
        from workbooks.screening.company_case import write_company_case  # noqa: PLC0415
        from workbooks.screening.spec import SpecError  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        fail(f"{problem.name} is not installed: pip install 'steelyard[screen]'", REFUSED)
    from workbooks.build import BuildError, build  # noqa: PLC0415
    from workbooks.case.reading import CaseError  # noqa: PLC0415
    from workbooks.languages.language import LanguageError  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        try:
            output.parent.mkdir(parents=True, exist_ok=True)  # the folder that links in the report point to
            case = write_company_case(spec, company, Path(folder))
            report = build(case.path, output, language)
        except (SpecError, CaseError, LanguageError) as problem:
            fail(str(problem), BAD_INPUT)
        except BuildError as problem:
            fail(str(problem), REFUSED)
        except OSError as problem:
            fail_to_write(problem, output)
    typer.echo(f"{report.path}: {report.sheets} sheets, {report.formulas:,} formulas")
    typer.echo("\n  ".join([report.checks, *report.unmet]))
    for why in case.left_out:
        typer.echo(f"left out: {why}")
