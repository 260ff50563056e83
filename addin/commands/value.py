"""`steelyard value`: prints the results of the methods of a case."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from addin.commands.convert import hint
from addin.commands.exits import BAD_INPUT, fail
from addin.commands.progress import progress

if TYPE_CHECKING:
    from workbooks.case.model import Case

WIDEST: Final = 1_000  # characters
METHODS: Final = "[comparables], [transactions], [segments], [dcf], [users], [cohorts], [scenarios] or [premium]"
ABSENT: Final = "–"
ENDS: Final = ("low", "base", "high")

app = typer.Typer()


@app.command(epilog="Example: steelyard value xiaomi_2018; steelyard value returned.xlsx --to returned.toml")
def value(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE or FILE",
            help="A bundled case (steelyard cases lists them), a case file, .toml, or a workbook of Steelyard, .xlsx.",
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: amounts in whole units.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Of a workbook: write its inputs here, as a case file."),
    ] = None,
    original: Annotated[
        str, typer.Option("--case", metavar="CASE", help="The case that a workbook was made from, if it cannot say.")
    ] = "",
) -> None:
    """Print what each method of a case gives: enterprise value, equity value, value per share, upside.

    Of a workbook, filled in or changed, the inputs are read back first; what is found on the way goes to stderr.
    """
    from addin.commands.value_workbook import is_workbook, value_workbook  # noqa: PLC0415
    from workbooks.case.reading import CaseError, find  # noqa: PLC0415
    from workbooks.layout.core_values import NoValueError  # noqa: PLC0415
    from workbooks.results import values  # noqa: PLC0415

    if is_workbook(case):
        with progress(f"Reading {case}"):
            read, found = value_workbook(Path(case), to, original)
    else:
        if to or original:
            fail("--to and --case are of a workbook, .xlsx", BAD_INPUT)
        try:
            read = find(case)
            found = values(read)
        except (CaseError, NoValueError) as problem:
            fail(str(problem), BAD_INPUT)
        hint(case)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
    elif found["methods"]:
        _print(read, found)
    else:
        typer.echo(_no_method(read, found))


def _no_method(case: "Case", found: dict[str, Any]) -> str:
    """What a case without a method has instead, and what would value it."""
    facts = [f"[{name}]" for name in ("funding", "cap_table", "holdings", "ownership") if getattr(case, name)]
    besides = f" It has {' and '.join(facts)}, which the workbook shows." if facts else ""
    holdings = " [holdings] does where whole = true says that they are all of the company." if case.holdings else ""
    return f"{found['company']}, {found['as_of']}: no method values the company.{besides} {METHODS} would.{holdings}"


def _print(case: "Case", found: dict[str, Any]) -> None:
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.measure import Measurement  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    company = case.company
    rows = [*found["methods"], {"label": "Weighted value"} | (found["conclusion"] or {})]
    kinds = [kind for kind in ("enterprise", "equity", "per_share", "upside") if any(kind in row for row in rows)]
    title = f"{company.name}, {found['as_of']}: low | selected | high"
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("Method", overflow="fold")
    for kind in kinds:
        table.add_column(_heading(case, kind), justify="right", no_wrap=True)
    for row in rows:
        without = ABSENT if any(kind in row for kind in kinds) else "n.m."  # of another kind, or no value
        table.add_row(str(row["label"]), *(_range(case, kind, row.get(kind, {})) or without for kind in kinds))
    wide = Console(markup=False, highlight=False, width=WIDEST)
    needed = Measurement.get(wide, wide.options, table).maximum  # numbers are never cut off
    Console(markup=False, highlight=False, width=max(needed, Console().width)).print(table)


def _heading(case: "Case", kind: str) -> str:
    from workbooks.sheets.money import per_share_unit  # noqa: PLC0415

    money = case.company.unit
    names = {
        "enterprise": f"Enterprise value, {money}",
        "equity": f"Equity value, {money}",
        "per_share": per_share_unit(case),
        "upside": "Upside",
    }
    return names[kind]


def _range(case: "Case", kind: str, ends: dict[str, float]) -> str:
    """A result with its low and high, as far as they exist."""
    given = [_shown(case, kind, ends.get(end)) for end in ENDS if end in ends]
    return " | ".join(given)


def _shown(case: "Case", kind: str, value: float | None) -> str:
    from workbooks.case.quantity import quantity  # noqa: PLC0415

    if value is None:
        return ABSENT
    if kind == "upside":
        return f"{value:.1%}"
    return f"{value:,.2f}" if kind == "per_share" else f"{value / quantity(case.company.unit).scale:,.1f}"
