"""`steelyard check`: audits a workbook, or all workbooks of a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.commands.exits import BAD_INPUT, WORKBOOKS, expect_suffix, fail, fail_to_write
from addin.commands.progress import progress

if TYPE_CHECKING:
    from workbooks.audit.report import Report, Request
    from workbooks.opening.limits import Limits

FOUND: Final = 1  # a finding is an error

app = typer.Typer()


@app.command(epilog="Example: steelyard check model.xlsx --format markdown")
def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE or FOLDER", help="Workbooks, .xlsx or .xlsm; or folders.")
    ],
    form: Annotated[str, typer.Option("--format", help="text, json, markdown or sarif.")] = "text",
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", metavar="OUT.xlsx", help="Write a copy with a sheet of the findings, linked."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE", help="Leave a rule out. Repeatable.")
    ] = None,
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="A case whose [[accepted]] findings are left out.")
    ] = "",
    *,
    seconds: Annotated[float, typer.Option(help="How long one workbook may take.", min=1)] = 60,
    memory: Annotated[int, typer.Option(help="How much memory one may use, in MB.", min=64)] = 480,
) -> None:
    """Audit workbooks: formulas, ranges, inputs, hidden contents, outdated stored values.

    The status is 1 where there is an error, 2 where a file cannot be read, else 0.
    """
    from workbooks.audit.formats import written  # noqa: PLC0415
    from workbooks.audit.report import Request  # noqa: PLC0415
    from workbooks.opening.limits import MEGABYTE, Limits  # noqa: PLC0415

    _check_options(form, ignore or [])
    files = _files(paths)
    if annotate:
        _check_copy(annotate, files)
    limits = Limits(seconds, memory * MEGABYTE, options=True)
    request = Request(frozenset(ignore or ()), _accepted(case))
    reports: dict[str, Report] = {}
    unread = 0
    for number, file in enumerate(files, start=1):
        which = f" ({number} of {len(files)})" if len(files) > 1 else ""
        try:
            with progress(f"Checking {file.name}{which}"):
                reports[str(file)] = _audited(file, request, limits)
        except ValueError as problem:
            typer.echo(str(problem), err=True)
            unread += 1
    several = len(files) > 1 or any(path.is_dir() for path in paths)
    if reports:
        typer.echo(written(reports, form))
    if several and form == "text":
        _print_table(reports)
    if annotate and reports:
        _annotate(files[0], annotate, reports[str(files[0])], limits)
    if unread:
        raise typer.Exit(BAD_INPUT)
    if any(report.count("error") for report in reports.values()):
        raise typer.Exit(FOUND)


def _check_options(form: str, ignored: list[str]) -> None:
    from workbooks.audit.formats import FORMATS  # noqa: PLC0415
    from workbooks.audit.rulebook import RULES  # noqa: PLC0415

    if form not in FORMATS:
        fail(f"--format {form}: expected one of {', '.join(FORMATS)}", BAD_INPUT)
    unknown = [rule for rule in ignored if rule not in RULES]
    if unknown:
        fail(f"--ignore {unknown[0]}: there is no such rule; the rules are {', '.join(sorted(RULES))}", BAD_INPUT)


def _check_copy(out: Path, files: list[Path]) -> None:
    """Refuse a copy of several workbooks, of the workbook itself, or under a name that Excel would not open."""
    if len(files) != 1:
        fail("--annotate takes one workbook", BAD_INPUT)
    if out.exists() and files[0].exists() and out.samefile(files[0]):
        fail(f"{out}: is the workbook itself; --annotate writes a copy of another name", BAD_INPUT)
    expect_suffix(out, files[0].suffix.lower())


def _accepted(case: str) -> frozenset[tuple[str, str]]:
    """Accepted findings of a case, each as rule and cell."""
    if not case:
        return frozenset()
    from workbooks.case.reading import CaseError, find  # noqa: PLC0415

    try:
        return frozenset((each.rule, each.cell) for each in find(case).accepted)
    except CaseError as problem:
        fail(str(problem), BAD_INPUT)


def _files(paths: list[Path]) -> list[Path]:
    """The named workbooks and those in folders, without lock files of open workbooks."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in WORKBOOKS and each.is_file())
            found += [each for each in inside if not each.name.startswith(("~$", "."))]
            if not inside:
                fail(f"{path}: holds no workbook (.xlsx or .xlsm)", BAD_INPUT)
        else:
            found.append(path)
    return found


def _audited(file: Path, request: "Request", limits: "Limits") -> "Report":
    """Audit a file.

    Raises
    ------
    ValueError
        If the file cannot be read; the message says why.
    """
    from workbooks.audit.report import TASK  # noqa: PLC0415
    from workbooks.opening.child import in_child, read_limited  # noqa: PLC0415
    from workbooks.opening.limits import PackageError  # noqa: PLC0415

    try:
        data = read_limited(file, limits)
        report: Report = in_child(TASK, data, request, limits, limits=limits)
    except OSError as problem:
        message = f"{file}: {problem.strerror}"
        raise ValueError(message) from None
    except PackageError as problem:
        message = f"{file}: {problem}"
        raise ValueError(message) from None
    return report


def _annotate(file: Path, out: Path, report: "Report", limits: "Limits") -> None:
    from workbooks.audit.annotate import annotated  # noqa: PLC0415
    from workbooks.files import save  # noqa: PLC0415
    from workbooks.opening.child import read_limited  # noqa: PLC0415
    from workbooks.opening.limits import PackageError  # noqa: PLC0415

    try:
        save(annotated(read_limited(file, limits), report, limits), out)
    except PackageError as problem:
        fail(f"{file}: {problem}", BAD_INPUT)
    except OSError as problem:
        fail_to_write(problem, out)
    typer.echo(f"{out}: a copy with its findings", err=True)


def _print_table(reports: "dict[str, Report]") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Workbook", overflow="fold")
    for heading in ("Formulas", "Errors", "Warnings", "Notes"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, report in reports.items():
        counts = (report.formulas, *(report.count(severity) for severity in ("error", "warning", "note")))
        table.add_row(name, *(f"{count:,}" for count in counts))
    Console(markup=False, highlight=False).print(table)
