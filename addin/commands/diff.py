"""`steelyard diff`: why the value moved from one case to another."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

BAD_INPUT: Final = 2
FORMATS: Final = ("text", "json")
NAMES: Final = {"enterprise": "enterprise value", "equity": "equity value", "per_share": "value per share"}

app = typer.Typer()


@app.command(epilog="Example: steelyard diff last_year.toml this_year.toml")
def diff(
    old: Annotated[str, typer.Argument(help="The case before: a file, .toml, or the name of a bundled case.")],
    new: Annotated[str, typer.Argument(help="The case now.")],
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json: amounts in whole units.")] = False,
) -> None:
    """Say why the value moved: the share of every changed input, by group, which add up to the change."""
    import json  # noqa: PLC0415

    from workbooks.case.reading import CaseError, find  # noqa: PLC0415
    from workbooks.comparison.changes import ComparisonError  # noqa: PLC0415
    from workbooks.comparison.why import why  # noqa: PLC0415
    from workbooks.layout.core_values import NoValueError  # noqa: PLC0415

    if form not in FORMATS:
        typer.echo(f"--format {form}: expected one of {', '.join(FORMATS)}", err=True)
        raise typer.Exit(BAD_INPUT)
    try:
        before, after = find(old), find(new)
        found = why(before, after)
    except (CaseError, ComparisonError, NoValueError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(BAD_INPUT) from None
    if as_json or form == "json":
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _print(found, after.company.unit)


def _print(found: dict[str, Any], unit: str) -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console(markup=False, highlight=False, soft_wrap=False)
    for side, cases in (("old", "only_in_old"), ("new", "only_in_new")):
        for label in found[cases]:
            typer.echo(f"{label}: has a value in the {side} case only")
    if not found["changes"]:
        typer.echo("nothing changed")
        return
    if not found["results"]:
        return
    main, *others = found["results"]
    console.print(_table(main, unit))
    if others:
        console.print(_overview(others, unit))
    if any(group["error"] for group in main["groups"]):
        typer.echo("± is one standard error: there are too many changes to value all their combinations")
    typer.echo(found["rule"])


def _shower(result: dict[str, Any], unit: str) -> Callable[[float, str], str]:
    """How the amounts of a result are shown: per share as they are, else in the unit of the company."""
    from workbooks.case.quantity import quantity  # noqa: PLC0415

    scale, places = (1.0, 2) if result["kind"] == "per_share" else (quantity(unit).scale, 1)
    return lambda amount, sign: f"{amount / scale:{sign},.{places}f}"


def _heading(result: dict[str, Any], unit: str) -> str:
    shown = f", {unit}" if result["kind"] != "per_share" else ""
    return f"{result['label']}, {NAMES[result['kind']]}{shown}"


def _overview(results: list[dict[str, Any]], unit: str) -> Any:  # noqa: ANN401 - rich is imported late
    """A line for each further result: what it was, is, and the group that moved it most."""
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
    """The changes of one result by group; those without effect are left out."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    shown = _shower(result, unit)

    def share(row: dict[str, Any]) -> str:
        return shown(row["share"], "+") + (f" ± {shown(row['error'], '')}" if row["error"] else "")

    ends = f"{shown(result['old'], '')} → {shown(result['new'], '')}, {shown(result['change'], '+')}"
    table = Table(title=f"{_heading(result, unit)}: {ends}", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("Change", overflow="fold")
    for heading in ("Old", "New", "Share"):
        table.add_column(heading, justify="right", overflow="fold")
    for group in result["groups"]:
        rows = [row for row in group["changes"] if row.get("share") != 0]
        if rows:
            table.add_row(group["group"], "", "", share(group), style="bold")
        for row in rows:
            table.add_row(f"  {row['label']}", row["old"], row["new"], share(row) if "share" in row else "")
    return table
