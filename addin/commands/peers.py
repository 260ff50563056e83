"""`steelyard peers`: what a data export says of peers, and how other commands read one."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.commands.exits import BAD_INPUT, fail

if TYPE_CHECKING:
    from workbooks.peer_import.records import Peer, PeersTable, Unplaced, Wishes

TABLES: Final = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm")
PREVIEW: Final = 100  # peers
LINES: Final = 2000  # that are printed at once

app = typer.Typer()

Sheet = Annotated[str, typer.Option(help="The sheet of the table of peers, where a workbook has several.")]
Unit = Annotated[str, typer.Option(help="What its amounts are counted in where the file does not say: 'USD m', 亿元.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="FIGURE=HEADING", help="Which heading holds a figure, where several may."),
]


@app.command(epilog="Example: steelyard peers export.csv --unit 'USD m'")
def peers(
    file: Annotated[
        Path,
        typer.Argument(help="A data export: .csv, .tsv, .txt, .xls as text, .xlsx; headings in English or Chinese."),
    ],
    sheet: Sheet = "",
    unit: Unit = "",
    columns: Columns = None,
    decimal: Annotated[str, typer.Option(help="The decimal mark, . or , where the file does not show it.")] = "",
    encoding: Annotated[
        str, typer.Option(help="The encoding of a text, where the file does not show it: gbk, big5.")
    ] = "",
    *,
    preview: Annotated[bool, typer.Option("--preview", help=f"Only the first {PREVIEW} peers of each table.")] = False,
) -> None:
    """Show what a data export says of peers, each figure with its cell, and what was not placed."""
    table = read(file, wishes(sheet, unit, columns, decimal, encoding, most=PREVIEW if preview else 0))
    lines = _lines(table.peers)
    while block := [line for _, line in zip(range(LINES), lines, strict=False)]:
        typer.echo("\n".join(block))
    if table.partial:
        typer.echo(f"\nA preview: more follow after the first {PREVIEW} peers")
    _tell_choices(table.choices)
    tell(table.unplaced)


def read(file: Path, wished: "Wishes") -> "PeersTable":
    """The peers in a file; a refusal ends the command."""
    from workbooks.peer_import.reading import read_peers  # noqa: PLC0415 - not before it is needed
    from workbooks.peer_import.records import TableError  # noqa: PLC0415 - as above

    try:
        table = read_peers(file, wished)
    except TableError as problem:
        fail(str(problem), BAD_INPUT)
    if not table.peers:
        tell(table.unplaced)
        fail(f"{file}: no peer has a figure that could be placed", BAD_INPUT)
    return table


def wishes(
    sheet: str, unit: str, columns: Sequence[str] | None, decimal: str = "", encoding: str = "", most: int = 0
) -> "Wishes":
    """What the options say of a file."""
    from workbooks.peer_import.records import Wishes  # noqa: PLC0415 - not before it is needed

    chosen = {}
    for text in columns or ():
        figure, equals, heading = text.partition("=")
        if not equals:
            fail(f"--column {text}: expected FIGURE=HEADING, such as pe='P/E (LTM)'", BAD_INPUT)
        chosen[figure.strip()] = heading.strip()
    return Wishes(sheet, unit, chosen, decimal, encoding, most)


def tell(unplaced: Sequence["Unplaced"]) -> None:
    """Print what was not placed; the same problem in many cells of a column is printed once."""
    if unplaced:
        typer.secho("\nNot placed", bold=True)
    groups: dict[tuple[str, str], list[Unplaced]] = {}
    for each in unplaced:
        groups.setdefault((each.why, each.place.rstrip("0123456789")), []).append(each)
    for (why, _), (first, *more) in groups.items():
        others = f" (and {len(more):,} more below it)" if more else ""
        typer.echo(f"  {first.place}: {first.text}: {why}{others}")


def _lines(found: Sequence["Peer"]) -> Iterator[str]:
    for peer in found:
        group = f"  [{peer.group}]" if peer.group else ""
        ticker = peer.ticker if peer.ticker != peer.name else ""
        yield typer.style(" ".join(filter(None, (peer.name, ticker))) + group, bold=True)
        for (what, period), figure in peer.by_period.items():
            label = f"{what} {period}".strip()
            dated = f", {figure.as_of}" if figure.as_of else ""
            yield f"  {label:<11} {_shown(figure.value, figure.unit):>22}   {figure.place}{dated}"


def _tell_choices(choices: Mapping[str, Sequence[str]]) -> None:
    if choices:
        typer.secho("\nIn several periods; a case takes one", bold=True)
    for what, headings in choices.items():
        options = " or ".join(f"--column {what}='{heading}'" for heading in headings) or "keep the rows of one period"
        typer.echo(f"  {what}: {options}")


def _shown(value: float, unit: str) -> str:
    if unit == "rate":
        return f"{value:.1%}"
    return f"{value:,.10g}×" if unit == "×" else f"{value:,.10g} {unit}"
