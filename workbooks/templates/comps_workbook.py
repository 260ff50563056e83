"""Workbook of `steelyard new NAME.xlsx --like comps`: a table to paste peers into, and a few figures."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from workbooks.case.tables import rows
from workbooks.declarations.texts import Text
from workbooks.languages.language import CHINESE, ENGLISH
from workbooks.peer_import.grid import Content, Percentage, Uncomputed
from workbooks.sheets.peers.block import COLUMNS, SPARE
from workbooks.templates.empty_case import Skeleton, WantedError
from workbooks.templates.small_case import Small, count_scale
from workbooks.templates.to_fill import ToFill, samples, sized

PEERS: Final = 25  # sample peers; with the spare rows thirty peers can be pasted
ENTERPRISE, EQUITY = 4, 2  # multiples that a table may have
TIERS: Final = 3
DATE, SOURCE = "date", "source_1"
HEADINGS: Final = {
    ENGLISH: ("Peer", "Tier", "Market cap", "Net debt", "EBITDA", "Net profit"),
    CHINESE: ("可比公司", "组别", "市值", "净负债", "EBITDA", "净利润"),
}
USUAL: Final = {ENGLISH: ("EV/EBITDA", "P/E"), CHINESE: ("EV/EBITDA", "市盈率")}
Columns: TypeAlias = dict[str, Sequence[str | float]]
TEXTS: Final = 2  # headings without a unit


def comps_skeleton(wanted: Small) -> Skeleton:
    """Skeleton of a comparables case, with a sample of everything that a pasted table may contain.

    Raises
    ------
    WantedError
        If the options are not valid: an unknown currency or unit, a table of peers that is too large.
    TableError
        If the table of peers cannot be read.
    """
    made = _Maker(wanted)
    sections = {"metrics": made.metrics(), "capital": made.capital(), "comparables": made.comparables()}
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
        {**raw, "figures": made.figures, **sections}, optional, tables=_tables(wanted), filled=bool(wanted.peers)
    )
    found.sample()  # raises for options that are not valid
    return found


class _Maker:
    """Builds the sections and their figures."""

    def __init__(self, wanted: Small) -> None:
        self.wanted = wanted
        self.samples = samples()
        self.figures: dict[str, dict[str, Any]] = {}
        self.multiples = [
            *(("enterprise", f"EV/X{n}", f"X{n}") for n in range(1, ENTERPRISE + 1)),
            *(("equity", f"P/Y{n}", f"Y{n}") for n in range(1, EQUITY + 1)),
        ]

    def metrics(self) -> dict[str, str]:
        """The company's own figures, one for each multiple."""
        unit = self.wanted.unit
        return {
            metric: self._figure(f"metrics.{basis}_{metric[1:]}", metric, unit) for basis, _, metric in self.multiples
        }

    def capital(self) -> dict[str, str]:
        """Net debt, shares and price."""
        net_debt = "Net debt: debt less cash, negative where cash is larger"
        return {
            "net_debt": self._figure("capital.net_debt", net_debt, self.wanted.unit),
            "shares": self._figure("capital.shares", "Shares, fully diluted", f"{count_scale(self.wanted)}shares"),
            "price": self._figure("capital.price", "Share price", f"{self.wanted.currency} per share"),
        }

    def comparables(self) -> dict[str, Any]:
        """The multiples and a sample of peers."""
        multiples = [{"name": name, "of": basis, "metric": metric} for basis, name, metric in self.multiples]
        return {"multiples": multiples, "peers": [self._peer(n) for n in range(1, PEERS + 1)]}

    def _peer(self, number: int) -> dict[str, Any]:
        money = {key: self._sampled(f"{key}_{number}", self.wanted.unit) for key in ("market_value", "net_debt")}
        metrics = {metric: self._sampled(f"{metric}_{number}", self.wanted.unit) for metric in ("X1", "Y1")}
        given = [name for _, name, _ in self.multiples if number % 2 or name not in ("EV/X1", "P/Y1")]
        multiples = {name: self._sampled(f"{name}_{number}", "×") for name in given}
        tier = f"Tier {1 + number % TIERS}"
        return {"name": f"Sample {number}", "tier": tier, **money, "metrics": metrics, "multiples": multiples}

    def _figure(self, name: str, label: str, unit: str) -> str:
        self.figures[name] = {
            "label": label,
            "value": ToFill(sized(next(self.samples), unit)),
            "unit": unit,
            "as_of": ToFill(DATE),
            "source": SOURCE,
        }
        return name

    def _sampled(self, name: str, unit: str) -> str:
        made = "peers." + name.replace("/", "_")
        value = sized(next(self.samples), unit)
        self.figures[made] = {"label": name, "value": value, "unit": unit, "as_of": DATE, "source": SOURCE}
        return made


def _tables(wanted: Small) -> Mapping[str, Columns]:
    """Initial cells of the columns: unit and heading in each language, or the contents of a file."""
    of_file = _of_file(wanted.peers) if wanted.peers else None
    return {
        language: (of_file or dict(_columns(headings, wanted.unit))) | {"pasted_multiples.typed": _usual(language)}
        for language, headings in HEADINGS.items()
    }


def _usual(language: str) -> Sequence[str]:
    """Default multiples for a table of figures without multiples: the first of enterprise value and of equity."""
    enterprise, equity = USUAL[language]
    return [enterprise, *[""] * (ENTERPRISE - 1), equity, *[""] * (EQUITY - 1)]


def _columns(headings: Sequence[str], unit: str) -> Iterator[tuple[str, Sequence[str | float]]]:
    for number in range(1, COLUMNS + 1):
        heading = headings[number - 1] if number <= len(headings) else ""
        yield f"pasted.c{number}", ("" if number <= TEXTS or not heading else unit, heading)
    for end in ("source", "as_of"):
        yield f"pasted.{end}", ()


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
