"""`steelyard peers`: what a table of peers says, before anything is made of it."""

from pathlib import Path
from typing import Annotated, Final

import typer

BAD_INPUT: Final = 2

app = typer.Typer()


@app.command(epilog="Example: steelyard peers export.xlsx --unit 亿元")
def peers(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="A data export: .csv, .tsv, .xlsx or .xlsm.")],
    sheet: Annotated[str, typer.Option("--sheet", help="The one sheet to read; left out, all of them.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="The unit of amounts that state none: 亿元, USD m.")] = "",
) -> None:
    """Show the peers in a table, each figure with its unit and cell, and what could not be placed."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from workbooks.peers_table.grid import TableError  # noqa: PLC0415
    from workbooks.peers_table.reading import Wishes, read_peers  # noqa: PLC0415

    try:
        read = read_peers(table, Wishes(sheet, unit))
    except (TableError, OSError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(BAD_INPUT) from None
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Peer", "Figure", "Value", "Unit", "Where"):
        shown.add_column(heading, overflow="fold", justify="right" if heading == "Value" else "left")
    for peer in read.peers:
        for number, (what, found) in enumerate(peer.figures.items()):
            name = "" if number else " ".join(filter(None, (peer.name, peer.ticker)))
            shown.add_row(name, what, f"{found.value:,.15g}", found.unit, found.place)
    console = Console(markup=False, highlight=False)
    console.print(shown)
    if read.unplaced:
        typer.echo(f"\nNot placed, and nothing guessed ({len(read.unplaced)}):")
        for each in read.unplaced:
            typer.echo(f"{each.place}: {each.text!r}: {each.why}")
