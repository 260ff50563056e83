"""Reads the table pasted into a comparables template; its headings determine the multiples and figures.

It is read in the same way as by the formulas of the sheet (`workbooks.sheets.peers.formulas`): headings are in the last
row with a heading for the names, units in the row above, and a heading that begins like a multiple is one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from valuation.kernel.errors import UnitError
from workbooks.case.quantity import quantity
from workbooks.case.table_words import FIELDS, NAMES, NOT_MEANINGFUL
from workbooks.case.year_ends import month
from workbooks.read_back.case_text import Raw
from workbooks.read_back.contents import NOTHING, Cells
from workbooks.read_back.findings import Finding, no_number, where
from workbooks.read_back.identity import Place
from workbooks.read_back.lists import KeyPath
from workbooks.read_back.number_texts import number_in
from workbooks.read_back.rows import Book, put
from workbooks.sheets.peers.block import ABOVE, COLUMNS
from workbooks.sheets.peers.formulas import NAMED, PERCENT
from workbooks.sheets.peers.words import AMOUNTS, ENTERPRISE, EQUITY, METRICS, NO, SUMMARIES, TEXTS, YEAR_END

_STARTS: Final = {"enterprise": ENTERPRISE, "equity": EQUITY}
_TYPED_NAMES: Final = "Without headings of its kind"  # placeholder for the names of multiples without a heading
_PER: Final = {"price": " per share", "shares": " shares"}


@dataclass(frozen=True, slots=True)
class _Block:
    """The paste area: its first and last rows and columns, the row of headings and the row of units."""

    sheet: str
    cells: Cells
    left: int
    last: int
    heading: int
    units: int

    def text(self, row: int, column: int) -> str:
        """Text of a cell."""
        value = self.cells.get((row, column), NOTHING).value
        return "" if value is None else " ".join(str(value).split())

    def headings(self) -> dict[int, str]:
        """The headings by column."""
        columns = range(self.left, self.left + COLUMNS)
        return {column: text for column in columns if (text := self.text(self.heading, column))}


def read_template(book: Book, sheet_id: str) -> bool:
    """Replace the samples of a template by the pasted table; False if the table is not found."""
    block = _block(book, sheet_id)
    if block is None:
        return False
    multiples = dict(_multiples(book, block))
    own: dict[str, str] = {figure: name for name, figure in book.raw.get("metrics", {}).items()}
    made, metrics, unread, slots = [], {}, set(), _slots(book)
    for name, (basis, number) in multiples.items():
        figure = f"metrics.{basis}_{number}"
        if figure in own:
            metric = metric_of(name, basis)
            made.append({"name": name, "of": basis, "metric": metric})
            book.renamed[slots[basis][number - 1]] = name
            metrics[metric] = figure
            book.raw["figures"][figure]["label"] = metric
        else:
            book.findings.append(Finding(name, "the company's own figure is blank: the multiple is left out"))
            unread.add(metric_of(name, basis).casefold())
    keys = dict(_keys(book, block, {each["name"] for each in made}, set(metrics), unread))
    peers = [_peer(book, block, row, keys) for row in _rows(block)]
    book.raw["metrics"] = metrics
    book.raw["comparables"] |= {"multiples": made, "peers": [peer for peer in peers if peer]}
    return True


def metric_of(name: str, basis: str) -> str:
    """Name of the metric of a multiple.

    Examples
    --------
    >>> metric_of("EV/EBITDA 2015E", "enterprise"), metric_of("P/E 2015E", "equity"), metric_of("市盈率", "equity")
    ('EBITDA 2015E', 'Net profit 2015E', '净利润')
    """
    if basis == "enterprise":
        start = ENTERPRISE[1] if name.startswith(ENTERPRISE[1]) else name[:3]
        return name.removeprefix(start).strip()
    known = next((metric for word, metric in METRICS if name[:3].casefold() == word.casefold()), "")
    period = f"{known} {name[3:]}" if known else name[2:]
    return " ".join(period.replace("(", "").replace(")", "").split())


def _block(book: Book, sheet_id: str) -> _Block | None:
    places = [at for name, at in book.found.now.items() if name.startswith("pasted[")]
    if not places:
        return None
    sheet = book.found.sheets.get(sheet_id, "")
    first, last = min(at.row for at in places), max(at.row for at in places)
    left, top = places[0].column, first - ABOVE
    cells = book.found.contents.sheets.get(sheet, {})

    def has_headings(row: int) -> bool:
        held = (cells.get((row, left + step), NOTHING).value for step in range(NAMED))
        return any(isinstance(value, str) and value.strip().casefold() in NAMES for value in held)

    heading = max(filter(has_headings, range(top, last + 1)), default=0)
    if not heading:
        return None
    units = top if has_headings(heading - 1) else heading - 1
    return _Block(sheet, cells, left, last, heading, units if heading > top else 0)


def _multiples(book: Book, block: _Block) -> Iterator[tuple[str, tuple[str, int]]]:
    """The multiples: names, basis, and the number of each among those with the same basis."""
    places = {basis: len(names) for basis, names in _slots(book).items()}
    typed = _typed_names(book, block)
    before = 0
    for basis, starts in _STARTS.items():
        named = [text for text in block.headings().values() if _begins(text, starts)]
        names = named[: places[basis]] or [name for name in typed[before : before + places[basis]] if name]
        before += places[basis]
        for name in named[places[basis] :]:
            book.findings.append(
                Finding(name, f"there is room for {places[basis]} multiples of its kind: it is left out")
            )
        yield from ((name, (basis, number)) for number, name in enumerate(names, start=1))


def _slots(book: Book) -> dict[str, list[str]]:
    """The names that the multiples have in the template, by basis."""
    section = book.found.case.comparables
    multiples = section.multiples if section else ()
    return {basis: [each.name for each in multiples if each.of == basis] for basis in _STARTS}


def _measures(book: Book) -> dict[str, str]:
    """Units of the operating measures, which the template states."""
    section = book.found.case.comparables
    return {each.name: each.unit for each in section.measures} if section else {}


def _is_multiple(text: str) -> bool:
    return any(_begins(text, starts) for starts in _STARTS.values())


def _begins(text: str, starts: tuple[str, ...]) -> bool:
    return text.upper().replace(" ", "").startswith(starts)


def _typed_names(book: Book, block: _Block) -> list[str]:
    heading = book.spoken.text(_TYPED_NAMES)
    at = next((at for at, cell in block.cells.items() if cell.value == heading), None)
    section = book.found.case.comparables
    count = len(section.multiples) if section else 0
    return [block.text(at[0] + step, at[1]) for step in range(1, count + 1)] if at else [""] * count


def _keys(
    book: Book, block: _Block, multiples: set[str], metrics: set[str], unread: set[str]
) -> Iterator[tuple[int, KeyPath]]:
    """The key of a peer that each column holds, by its heading; `unread` are metrics of multiples that are left out."""
    seen: set[KeyPath] = set()
    known = {metric.casefold(): metric for metric in metrics}
    known |= {book.spoken.text(name).casefold(): name for name in _measures(book)}
    for column, text in block.headings().items():
        words, field = text.casefold(), FIELDS.get(text.casefold(), "")
        key: KeyPath | None = None
        if words in NAMES:
            key = ("name",)
        elif text in multiples:
            key = ("multiples", text)
        elif words in known:
            key = ("metrics", known[words])
        elif field in {*TEXTS, *AMOUNTS, YEAR_END}:
            key = (field,)
        elif words not in unread and not _is_multiple(text) and any(block.text(row, column) for row in _rows(block)):
            place = where(Place(block.sheet, block.heading, column))
            book.findings.append(Finding(place, f"{text!r} is not a heading that is known: it is not read"))
        if key and key not in seen:
            seen.add(key)
            yield column, key


def _rows(block: _Block) -> Iterator[int]:
    yield from range(block.heading + 1, block.last + 1)


def _peer(book: Book, block: _Block, row: int, keys: Mapping[int, KeyPath]) -> Raw | None:
    """The peer of a row; None for a blank row or a summary row."""
    at = next((column for column, key in keys.items() if key == ("name",)), block.left)
    name = block.text(row, at)
    if not name or name.casefold() in SUMMARIES:
        return None
    made: Raw = {"name": name}
    for column, key in keys.items():
        text = block.text(row, column)
        if key[0] == "included":
            made |= {"included": False} if text.casefold() in NO else {}
        elif key[0] in TEXTS or key[0] == YEAR_END:
            value = month(text) if key[0] == YEAR_END else text
            made |= {str(key[0]): value} if value else {}
        elif text:
            _figure(book, block, made, key, (row, column))
    return made


def _figure(book: Book, block: _Block, made: Raw, key: KeyPath, at: tuple[int, int]) -> None:
    heading, cell = block.text(block.heading, at[1]), block.cells.get(at, NOTHING)
    place = where(Place(block.sheet, *at), f"{made['name']}, {heading}")
    if block.text(*at).casefold() in NOT_MEANINGFUL:
        if key[0] == "multiples":
            made["not_meaningful"] = [*made.get("not_meaningful", []), key[1]]
        return
    written = block.text(block.units, at[1]) if block.units else ""
    value, unit = number_in(cell), _unit(book, written, key)
    if value is None:
        book.findings.append(Finding(place, no_number(cell, "a number, or n.m."), is_error=True))
    elif unit is None:
        message = f"the unit {written!r} is not known"
        book.findings.append(Finding(where(Place(block.sheet, block.units, at[1])), message, is_error=True))
    else:
        figure: Raw = {"label": f"{made['name']}, {heading}", "value": value / _parts(written), "unit": unit}
        put(made, key, figure | book.of_user())


def _parts(written: str) -> float:
    """What a number is divided by: a hundred where its column is in per cent."""
    return 100.0 if written == PERCENT else 1.0


def _unit(book: Book, written: str, key: KeyPath) -> str | None:
    """Unit of the figures of a column; None where it is not known."""
    company = book.found.case.company
    if key[0] == "multiples":
        return "×"
    if str(key[-1]) in _measures(book) and key[0] == "metrics":
        return _measures(book)[str(key[-1])]
    per = _PER.get(str(key[0]), "")
    if not written:
        return f"{company.currency}{per}" if key[0] == "price" else per.strip() or company.unit
    kind = {"price": "money_per", "shares": "count"}.get(str(key[0]), "money")
    for unit in (written, f"{written}{per}", f"{company.currency} {written}", f"{company.currency} {written}{per}"):
        try:
            if quantity(unit).kind == kind:
                return unit
        except UnitError:
            continue
    return None
