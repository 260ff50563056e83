"""`steelyard peers`: shows the peers of a data export; other commands use its options."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.commands.exits import BAD_INPUT, fail

if TYPE_CHECKING:
    from workbooks.opening.limits import Limits
    from workbooks.peer_import.records import Peer, PeersTable, Unplaced, Wishes

TABLES: Final = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm")
PREVIEW: Final = 100  # peers
LINES: Final = 2000  # lines printed at a time

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
    seconds: Annotated[float, typer.Option(help="How long it may take.", min=1)] = 25,
    memory: Annotated[int, typer.Option(help="How much memory it may use, in MB.", min=64)] = 480,
) -> None:
    """Show the peers in a data export, each figure with its cell, and what was not used."""
    from workbooks.opening.limits import MEGABYTE, Limits  # noqa: PLC0415 - not before it is needed

    wished = wishes(sheet, unit, columns, decimal, encoding, most=PREVIEW if preview else 0)
    limits = Limits(seconds, memory * MEGABYTE, options=True)
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "peers.txt"
        table, count = _in_child("addin.commands.peers:list_peers", file, wished, listed, limits=limits)
        _refuse_none(file, table, count)
        with listed.open(encoding="utf-8", newline="\n") as lines:
            while block := "".join(islice(lines, LINES)):
                typer.echo(block, nl=False)
    if table.partial:
        typer.echo(f"\nA preview: more follow after the first {PREVIEW} peers")
    _tell_choices(table.choices)
    tell(table.unplaced)


def read(file: Path, wished: "Wishes", most: int) -> tuple["PeersTable", int]:
    """The first peers in a file, and how many there are; a refusal ends the command."""
    table, count = _in_child("workbooks.peer_import.reading:peers_of_case", file, wished, most)
    _refuse_none(file, table, count)
    return table, count


def list_peers(file: Path, wished: "Wishes", to: Path) -> tuple["PeersTable", int]:
    """Write the peers of a file to another; returns the rest of the table, and the number of peers."""
    from workbooks.peer_import.reading import read_peers  # noqa: PLC0415 - not before it is needed

    table = read_peers(file, wished)
    with to.open("w", encoding="utf-8", newline="\n") as listed:
        listed.writelines(f"{line}\n" for line in _lines(table.peers))
    return replace(table, peers=()), len(table.peers)


def _in_child(task: str, file: Path, *arguments: object, limits: "Limits | None" = None) -> tuple["PeersTable", int]:
    """Run a task on a file in a child process; a refusal ends the command."""
    from workbooks.opening.child import in_child  # noqa: PLC0415 - not before it is needed
    from workbooks.opening.limits import STANDARD, PackageError  # noqa: PLC0415 - as above
    from workbooks.peer_import.records import TableError  # noqa: PLC0415 - as above

    try:
        answer: tuple[PeersTable, int] = in_child(task, file, *arguments, limits=limits or STANDARD)
    except TableError as problem:
        fail(str(problem), BAD_INPUT)
    except PackageError as problem:
        fail(f"{file}: {problem}", BAD_INPUT)
    return answer


def _refuse_none(file: Path, table: "PeersTable", count: int) -> None:
    if not count:
        tell(table.unplaced)
        fail(f"{file}: no peer has a figure that could be placed", BAD_INPUT)


def wishes(
    sheet: str, unit: str, columns: Sequence[str] | None, decimal: str = "", encoding: str = "", most: int = 0
) -> "Wishes":
    """Collect the options for reading a file."""
    from workbooks.peer_import.records import Wishes  # noqa: PLC0415 - not before it is needed

    chosen = {}
    for text in columns or ():
        figure, equals, heading = text.partition("=")
        if not equals:
            fail(f"--column {text}: expected FIGURE=HEADING, such as pe='P/E (LTM)'", BAD_INPUT)
        chosen[figure.strip()] = heading.strip()
    return Wishes(sheet, unit, chosen, decimal, encoding, most)


def tell(unplaced: Sequence["Unplaced"]) -> None:
    """Print content that was not used; the same problem in many cells of a column is printed once."""
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
