"""Reads the rows of one table: peers with their figures; other rows are recorded with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Final

from valuation.kernel.amount_text import MoneyUnit
from valuation.kernel.errors import NotANumberError, UnitError
from workbooks.peer_import.figures import Conversion, RowUnits
from workbooks.peer_import.grid import Grid, shown
from workbooks.peer_import.headings import ALL_FIGURES, Heading
from workbooks.peer_import.numbers import decimal_mark, usual_mark
from workbooks.peer_import.periods import DateError, day
from workbooks.peer_import.records import Column, Figures, Found, Peer, Unplaced, Wishes
from workbooks.peer_import.stated import Stated
from workbooks.peer_import.tables import Table, duplicates
from workbooks.peer_import.units import read_unit
from workbooks.peer_import.vocabulary import is_absent, is_statistic, plain

_UNITS: Final = ("currency", "trading_currency", "accounts_currency", "unit")  # in the order of RowUnits
_NO_UNITS: Final = RowUnits()
_LABELS: Final = ("单位", "單位", "unit", "units", "币种", "currency")


@dataclass
class Body:
    """Reader of the body of one table; `unplaced` is filled while the peers are read."""

    grid: Grid
    table: Table
    wishes: Wishes
    inherited: Stated | None = None
    unplaced: list[Unplaced] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stated = self._stated()
        self.columns = self._columns()
        self.identity = {
            heading.field: column
            for column, heading in reversed([*self.table.headings.items()])
            if heading.field and heading.field not in ALL_FIGURES and not heading.of
        }
        self.currencies = {heading.of: column for column, heading in self.table.headings.items() if heading.of}
        self.says_units = any(what in self.identity for what in _UNITS)
        self.says_when = any(what in self.identity for what in ("year", "period", "as_of"))
        unit = read_unit(self.wishes.unit) if self.wishes.unit else None
        self.conversion = Conversion(self.stated, unit if isinstance(unit, MoneyUnit) else None, self._mark())
        self.group = ""
        self.held: dict[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]] = {}
        self.shared: dict[tuple[int, str, str, str], Column] = {}
        self.keys = {column: (heading.field, heading.period) for column, heading in self.columns.items()}
        self.hidden = [column for column in self.columns if column in self.grid.hidden_columns]
        for column in self.hidden:
            heading = self.columns.pop(column)
            self._note(self.table.top, column, heading.text, "stands in a hidden column")

    @property
    def publisher(self) -> str:
        """Publisher of the table, if a line below it names one."""
        return self.stated.publisher

    def peers(self) -> Iterator[Peer]:
        """The peers of the table, from top to bottom; rows are released after reading to save memory."""
        for row in range(self.table.body, self.table.end):
            if self.grid.rows[row] and (peer := self._peer(row)):
                yield peer
            self.grid.give_up(row - 1)  # a row looks at the one above it
        for currency, unit in sorted(self.conversion.conflicts):
            why = f"rows say {currency} and --unit says {unit}: the currency of the row was taken, the scale of --unit"
            self.unplaced.append(Unplaced(self.grid.origin.place(self.table.top), currency, why))

    def _stated(self) -> Stated:
        """Notes about units: above the table; below it if none above gives a unit; else at the top of the sheet."""
        stated = Stated()
        for row in range(self.table.before, self.table.top):
            if not self.table.before or not self._is_row_of_peers(row):
                self._read_row(stated, row)
        below = Stated()
        for row in range(max(self.table.body, self.table.end - 40), self.table.end):
            texts = [text for content in self.grid.rows[row] if (text := shown(content))]
            if len(texts) == 1 and not is_statistic(texts[0]):
                below.read(texts[0])
        if stated.unit is None and not stated.conflict:
            stated.unit, stated.conflict = below.unit, below.conflict
        stated.of = below.of | stated.of
        stated.day = stated.day or below.day
        stated.publisher = stated.publisher or below.publisher
        if self.inherited and stated.unit is None and not stated.conflict:
            stated.unit, stated.conflict = self.inherited.unit, self.inherited.conflict
            stated.day = stated.day or self.inherited.day
        return stated

    def _is_row_of_peers(self, row: int) -> bool:
        return sum(content is not None for content in self.grid.rows[row]) > 2  # noqa: PLR2004 - a name, and figures

    def _read_row(self, stated: Stated, row: int) -> None:
        texts = [text for content in self.grid.rows[row] if isinstance(content, str) and (text := shown(content))]
        if len(texts) == 2 and plain(texts[0]).strip(":") in _LABELS:  # noqa: PLR2004 - a row such as 单位,亿元
            texts = [": ".join((texts[0].rstrip(":："), texts[1]))]
        for text in texts:
            before = len(stated.problems)
            stated.read(text)
            for problem in stated.problems[before:]:
                self.unplaced.append(Unplaced(self.grid.origin.place(row), text, problem))

    def _columns(self) -> dict[int, Heading]:
        """The columns with figures; where two columns hold the same figure, neither is used."""
        twice = duplicates(self.table.headings)
        columns = {}
        named: dict[str, str] = {}
        for column, heading in self.table.headings.items():
            if not heading.field:
                self._note(self.table.top, column, heading.text, _hint(heading))
            elif column in twice:
                same = [
                    other.text
                    for at, other in self.table.headings.items()
                    if at in twice and at != column and (other.field, other.period) == (heading.field, heading.period)
                ]
                others = ", ".join(map(repr, same))
                why = (
                    f"ambiguous: {others} may be the {heading.field} too; choose with --column {heading.field}=HEADING"
                )
                self._note(self.table.top, column, heading.text, why)
            elif heading.field in ALL_FIGURES:
                columns[column] = heading
            elif heading.field in named and not heading.of:
                self._note(
                    self.table.top, column, heading.text, f"{named[heading.field]!r} already is the {heading.field}"
                )
            elif not heading.of:
                named[heading.field] = heading.text
        return columns

    def _mark(self) -> str:
        if self.wishes.decimal:
            return self.wishes.decimal
        identity = {*self.identity.values()}
        others = [column for column in self.table.headings if column not in identity and column not in self.columns]
        usual = usual_mark(self.grid.separator, (heading.text for heading in self.table.headings.values()))
        mark, why = decimal_mark(self._texts([*self.columns]))
        if not mark and not why:
            mark, why = decimal_mark(self._texts(others), usual=usual)
        if why:
            self.unplaced.append(Unplaced(self.grid.origin.place(self.table.top), "decimal mark", why))
        return mark

    def _texts(self, columns: list[int]) -> Iterator[str]:
        for row in range(self.table.body, self.table.end):
            cells = self.grid.rows[row]
            width = len(cells)
            for column in columns:
                content = cells[column] if column < width else None
                if isinstance(content, str) and ("," in content or "." in content):
                    yield content

    def _peer(self, row: int) -> Peer | None:
        name, ticker = self._text(row, "name"), self._text(row, "ticker")
        texts = None
        if not name or not ticker:
            texts = [text for content in self.grid.rows[row] if (text := shown(content))]
            if not texts or self._is_heading_again(row):
                return None
        if row in self.grid.hidden_rows:
            self.unplaced.append(Unplaced(self.grid.origin.place(row), name or ticker, "is hidden or filtered out"))
            return None
        why = self._no_peer(name, ticker, texts)
        figures: dict[tuple[str, str], Found] = {}
        if not why:
            figures = self._figures(row)
            why = "" if figures else "has no figure"
        if why:
            said = name or ticker or (texts or [""])[0]
            if why == "has no figure" and texts is not None and len(texts) == 1:
                self._label(row, said)
            if not (texts and len(texts) == 1 and self._is_source(texts[0])):
                self.unplaced.append(Unplaced(self.grid.origin.place(row), said, why))
            return None
        group = self._text(row, "group") or self.group
        keys = tuple(figures)
        held = Figures(self.held.setdefault(keys, keys), tuple(figures.values()))
        return Peer(name or ticker, ticker, self.grid.origin, row, intern(group), held)

    @staticmethod
    def _no_peer(name: str, ticker: str, texts: list[str] | None) -> str:
        """Why a row is not a peer; "" where it may be one."""
        if is_statistic(name) and (not ticker or is_absent(ticker) or is_statistic(ticker)):
            return "sums up the others: no peer"
        if (not name or is_absent(name)) and (not ticker or is_absent(ticker)):
            return "sums up the others: no peer" if any(map(is_statistic, texts or ())) else "has no name"
        if not name and is_statistic(ticker):
            return "sums up the others: no peer"
        return ""

    def _is_source(self, text: str) -> bool:
        stated = Stated()
        stated.read(text)
        return bool(stated.publisher)

    def _is_heading_again(self, row: int) -> bool:
        at = self.table.headings
        return all(self.grid.text(row, column) == heading.text for column, heading in at.items())

    def _label(self, row: int, text: str) -> None:
        """Name of a group: a row with only a name above other rows, if it cannot be a peer without figures."""
        ticker = self.identity.get("ticker")
        above = self.grid.rows[row - 1] if row else []
        if "name" in self.identity and (ticker is not None or not any(above) or row == self.table.body):
            self.group = text

    def _figures(self, row: int) -> dict[tuple[str, str], Found]:
        cells = self.grid.rows[row]
        units = self._units(row)
        when, dated = self._when(row)
        found: dict[tuple[str, str], Found] = {}
        for column, heading in self.columns.items():
            content = cells[column] if column < len(cells) else None
            if content is None or (isinstance(content, str) and not content[-1].isdigit() and is_absent(content)):
                continue
            own = self.currencies.get(heading.field) if self.currencies else None
            try:
                value, unit = self.conversion.figure(
                    content, heading, units, shown(self.grid.at(row, own)) if own is not None else ""
                )
            except (NotANumberError, UnitError) as problem:
                self._note(row, column, shown(content), str(problem))
                continue
            key = self.keys[column]  # the column's period applies to all rows that do not give their own
            if when:
                key = (heading.field, f"{when} {heading.period}".strip())
            found[key] = Found(value, row, self._column(column, unit, key[1], dated))
        return found

    def _column(self, column: int, unit: str, period: str, dated: str) -> Column:
        """The data that all figures of a column share, as one object."""
        said = column, unit, period, dated
        of = self.shared.get(said)
        if of is None:
            text = self.columns[column].text
            of = self.shared[said] = Column(unit, period, dated, text, self.grid.origin, column)
        return of

    def _units(self, row: int) -> RowUnits:
        if not self.says_units:
            return _NO_UNITS
        texts = (self._text(row, what) if what in self.identity else "" for what in _UNITS)
        return RowUnits(*("" if text and is_absent(text) else text for text in texts))

    def _when(self, row: int) -> tuple[str, str]:
        """The period of a row, and its date."""
        if not self.says_when:
            return "", self.stated.day
        when = " ".join(filter(None, (self._text(row, "year"), self._text(row, "period"))))
        text = self._text(row, "as_of")
        if not text:
            return when, self.stated.day
        try:
            return when, day(plain(text)) or text
        except DateError as problem:
            self._note(row, self.identity["as_of"], text, str(problem))
            return when, ""

    def _text(self, row: int, what: str) -> str:
        column = self.identity.get(what)
        if column is None:
            return ""
        cells = self.grid.rows[row]
        content = cells[column] if column < len(cells) else None
        if isinstance(content, str):
            return " ".join(content.split())
        return self.grid.text(row, column)

    def _note(self, row: int, column: int, text: str, why: str) -> None:
        self.unplaced.append(Unplaced(self.grid.origin.place(row, column), text, why))


def _hint(heading: Heading) -> str:
    if heading.question:
        return f"{heading.problem} Choose with --column FIGURE={heading.text!r}"
    return heading.problem


def choices(bodies: list[Body]) -> Mapping[str, tuple[str, ...]]:
    """Figures with several periods, and the headings of their columns."""
    held: dict[str, dict[str, None]] = {}
    periods: dict[str, set[str]] = {}
    for body in bodies:
        for heading in body.columns.values():
            held.setdefault(heading.field, {})[heading.text] = None
            periods.setdefault(heading.field, set()).add(heading.period)
    return {what: tuple(texts) for what, texts in held.items() if len(periods[what]) > 1}
