"""Workbook of `steelyard new NAME.xlsx --like comps`: a table to paste peers into, and a few figures."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from workbooks.case.tables import rows
from workbooks.declarations.texts import Text
from workbooks.peer_import.grid import Content, Percentage, Uncomputed
from workbooks.sheets.peers.block import COLUMNS, SPARE
from workbooks.templates.pasted_peers import DATE, HEADINGS, PEERS, SOURCE, Columns, PastedPeers, columns, usual
from workbooks.templates.skeleton import Skeleton, WantedError
from workbooks.templates.small_case import Small, count_scale
from workbooks.templates.to_fill import ToFill, samples, sized

COLUMNS_SHOWN: Final = ("name", "tier", "value", "net_debt", "ebitda", "net_profit")


def comps_skeleton(wanted: Small) -> Skeleton:
    """Skeleton of a comparables case, with a sample of everything that a pasted table may contain.

    Raises
    ------
    WantedError
        If the options are not valid: an unknown currency or unit, a table of peers that is too large.
    TableError
        If the table of peers cannot be read.
    """
    figures: dict[str, dict[str, Any]] = {}
    numbers = samples()
    peers = PastedPeers(wanted.unit, numbers, figures)
    sections = {
        "metrics": peers.metrics(),
        "capital": _capital(wanted, numbers, figures),
        "comparables": peers.comparables(),
    }
    company = {
        "name": wanted.name,
        "as_of": dt.date.fromisoformat(wanted.as_of),
        "currency": wanted.currency,
        "unit": wanted.unit,
    }
    source = {"title": ToFill("Title of the source"), "publisher": ToFill("publisher"), "date": ToFill(DATE)}
    raw = {"title": Text("{}: valuation", wanted.name), "company": company, "sources": {SOURCE: source}}
    optional = {*sections["metrics"].values()}
    found = Skeleton(
        {**raw, "figures": figures, **sections}, optional, tables=_tables(wanted), filled=bool(wanted.peers)
    )
    found.sample()  # raises for options that are not valid
    return found


def _capital(wanted: Small, numbers: Iterator[float], figures: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Net debt, shares and price, added to the figures."""
    net_debt = "Net debt: debt less cash, negative where cash is larger"
    made = {}
    for key, label, unit in (
        ("net_debt", net_debt, wanted.unit),
        ("shares", "Shares, fully diluted", f"{count_scale(wanted)}shares"),
        ("price", "Share price", f"{wanted.currency} per share"),
    ):
        name = made[key] = f"capital.{key}"
        value = ToFill(sized(next(numbers), unit))
        figures[name] = {"label": label, "value": value, "unit": unit, "as_of": ToFill(DATE), "source": SOURCE}
    return made


def _tables(wanted: Small) -> Mapping[str, Columns]:
    """Initial cells of the columns: unit and heading in each language, or the contents of a file."""
    of_file = _of_file(wanted.peers) if wanted.peers else None
    return {
        language: (of_file or columns(of, COLUMNS_SHOWN, wanted.unit))
        | {"pasted_multiples.typed": usual(of, ["ev_ebitda"], ["pe"])}
        for language, of in HEADINGS.items()
    }


def _of_file(file: Path) -> Columns:
    table = [row for row in rows(file) if any(cell not in (None, "") for cell in row)]
    wide, long = max(map(len, table)), len(table) - 1
    if wide > COLUMNS or long > PEERS + SPARE:
        message = (
            f"{file}: {long} peers by {wide} columns: a workbook to fill in has room for {PEERS + SPARE} by {COLUMNS}"
        )
        raise WantedError(message)
    cells = [[_cell(row[n]) if n < len(row) else "" for row in table] for n in range(COLUMNS)]
    typed: Columns = {f"pasted.c{n}": ["", *column] for n, column in enumerate(cells, start=1)}
    return typed | {"pasted.source": ["", "", *[file.name] * long], "pasted.as_of": []}


def _cell(content: Content) -> str | float:
    match content:
        case Percentage():
            return content.fraction
        case float() | int():
            return content
        case None | Uncomputed():
            return ""
        case _:
            return str(content)
