"""`steelyard diff`: explains why the value changed from one case or workbook to another."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, expect_suffix, fail, fail_to_write
from addin.commands.progress import progress

if TYPE_CHECKING:
    from workbooks.case.model import Case

FORMATS: Final = ("text", "json")
NAMES: Final = {
    "enterprise": "enterprise value",
    "equity": "equity value",
    "per_share": "value per share",
    "upside": "upside",
}
PERCENT: Final = 100

app = typer.Typer()


@app.command(epilog="Example: steelyard diff last_year.toml this_year.toml")
def diff(
    old: Annotated[
        str, typer.Argument(help="The case before: a file, .toml, a bundled case, or a workbook of Steelyard, .xlsx.")
    ],
    new: Annotated[str, typer.Argument(help="The case now, likewise.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write a workbook with a waterfall, .xlsx.")
    ] = None,
    language: Annotated[
        str, typer.Option("--lang", help="The language of the workbook: en, or zh for Chinese.")
    ] = "en",
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json: amounts in whole units.")] = False,
) -> None:
    """Explain why the value changed: the share of each changed input, by group; the shares add up to the change."""
    import json  # noqa: PLC0415

    from workbooks.case.reading import CaseError  # noqa: PLC0415
    from workbooks.comparison.changes import ComparisonError  # noqa: PLC0415
    from workbooks.comparison.why import why  # noqa: PLC0415
    from workbooks.layout.core_values import NoValueError  # noqa: PLC0415

    if form not in FORMATS:
        fail(f"--format {form}: expected one of {', '.join(FORMATS)}", BAD_INPUT)
    if output:
        expect_suffix(output, ".xlsx")
    try:
        with progress(f"Comparing {Path(old).name} with {Path(new).name}"):
            before, after = _case(old), _case(new)
            found = why(before, after)
    except (CaseError, ComparisonError, NoValueError) as problem:
        fail(str(problem), BAD_INPUT)
    if output and found["changes"]:
        _write(found, after, output, language)
    if as_json or form == "json":
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _print(found, after.company.unit)


def _case(name: str) -> "Case":
    """Load a case by name or file; for a workbook, the case with the inputs of the workbook."""
    from addin.commands.value_workbook import is_workbook, value_workbook  # noqa: PLC0415
    from workbooks.case.reading import find  # noqa: PLC0415
    from workbooks.results import values  # noqa: PLC0415

    if not is_workbook(name):
        return find(name)
    case, found = value_workbook(Path(name), None, "")
    if values(case)["methods"] != found["methods"]:
        message = "a number typed on one of its sheets changes its value, and no case file can hold it: not compared"
        fail(f"{name}: {message}", BAD_INPUT)
    return case


def _write(found: dict[str, Any], new: "Case", output: Path, language: str) -> None:
    from workbooks.build import BuildError  # noqa: PLC0415
    from workbooks.comparison.report import write_report  # noqa: PLC0415
    from workbooks.languages.language import LanguageError  # noqa: PLC0415

    try:
        write_report(found, new, output, language)
    except LanguageError as problem:
        fail(str(problem), BAD_INPUT)
    except BuildError as problem:
        fail(str(problem), REFUSED)
    except OSError as problem:
        fail_to_write(problem, output)
    typer.echo(f"{output}: the changes, and a waterfall", err=True)


def _print(found: dict[str, Any], unit: str) -> None:
    from rich.console import Console  # noqa: PLC0415

    from workbooks.comparison.why import foremost  # noqa: PLC0415

    console = Console(markup=False, highlight=False, soft_wrap=False)
    for side, cases in (("old", "only_in_old"), ("new", "only_in_new")):
        for label in found[cases]:
            typer.echo(f"{label}: has a value in the {side} case only")
    for each in found["without_effect"]:
        typer.echo(f"{each['label']}: {each['old']} → {each['new']}, but no result depends on it")
    if not found["changes"] and not found["without_effect"]:
        typer.echo("nothing changed")
    if not found["results"] or len(found["without_effect"]) >= found["changes"]:
        return
    main, others = foremost(found)
    table = _table(main, unit)
    console.print(table if table.row_count else table.title)
    if others:
        console.print(_overview(others, unit))
    if any(group["error"] for group in main["groups"]):
        typer.echo("± is one standard error: there are too many changes to value all their combinations")
    typer.echo(found["rule"])


def _shower(result: dict[str, Any], unit: str) -> Callable[[float, str], str]:
    """Formatter for the amounts of a result: per share unscaled, upside in per cent, else in the company's unit."""
    from workbooks.case.quantity import quantity  # noqa: PLC0415

    if result["kind"] == "upside":
        return lambda amount, sign: f"{amount * PERCENT:{sign},.1f}{' pp' if sign else '%'}"  # percentage points
    scale, places = (1.0, 2) if result["kind"] == "per_share" else (quantity(unit).scale, 1)
    return lambda amount, sign: f"{amount / scale:{sign},.{places}f}"


def _heading(result: dict[str, Any], unit: str) -> str:
    shown = f", {unit}" if result["kind"] in ("enterprise", "equity") else ""
    return f"{result['label']}, {NAMES[result['kind']]}{shown}"


def _overview(results: list[dict[str, Any]], unit: str) -> Any:  # noqa: ANN401 - rich is imported late
    """One line per further result: old, new, and the group with the largest contribution."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("Also", overflow="fold")
    for heading in ("Old", "New", "Change", "Most of it from"):
        table.add_column(heading, justify="right", overflow="fold")
    for result in results:
        shown = _shower(result, unit)
        largest = max(result["groups"], key=lambda group: abs(group["share"]), default=None)
        cause = f"{largest['group']} {shown(largest['share'], '+')}" if largest and largest["share"] else "–"
        ends = shown(result["old"], ""), shown(result["new"], ""), shown(result["change"], "+")
        table.add_row(_heading(result, unit), *ends, cause)
    return table


def _table(result: dict[str, Any], unit: str) -> Any:  # noqa: ANN401 - rich is imported late
    """Print the contributions to one result by group; inputs without effect are left out."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    shown = _shower(result, unit)

    def share(row: dict[str, Any]) -> str:
        return shown(row["share"], "+") + (f" ± {shown(row['error'], '')}" if row["error"] else "")

    ends = f"{shown(result['old'], '')} → {shown(result['new'], '')}, {shown(result['change'], '+')}"
    table = Table(title=f"{_heading(result, unit)}: {ends}", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("Change", overflow="fold")
    for heading in ("Old", "New", "Contribution"):
        table.add_column(heading, justify="right", overflow="fold")
    for group in result["groups"]:
        rows = [row for row in group["changes"] if row.get("share") != 0]
        if rows:
            table.add_row(group["group"], "", "", share(group), style="bold")
        for row in rows:
            table.add_row(f"  {row['label']}", row["old"], row["new"], share(row) if "share" in row else "")
    return table
