"""The block of the Peers sheet: headings, a unit for each, and a row a peer, as people type or paste them."""

from typing import Final, NamedTuple

from workbooks.case.model import Case, Comparables, Peer
from workbooks.case.quantity import quantity
from workbooks.case.uses import named_outside_peers
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.comparables.peers_formulas import other_year_end
from workbooks.sheets.peers.words import AMOUNTS, HEADINGS, TEXTS, YEAR_END, is_multiple

COLUMNS: Final = 14  # a name, a tier and twelve figures
ABOVE: Final = 2  # rows of the block above its peers: units, headings
SPARE: Final = 5  # rows for peers to come
MOST: Final = 200  # peers; of more the figures stand on Inputs
# Figures of a peer that the block has no column for.
ELSEWHERE: Final = ("value", "revenue", "net_profit", "ebitda", "growth", "ps", "pe", "ev_ebitda", "users", "beta")


class Typed(NamedTuple):
    """A cell of the block: what is typed, and the figure that it is."""

    content: str | float
    figure: str = ""


BLANK: Final = Typed("")


class Block(NamedTuple):
    """The headings, their units, the rows of peers, and the source and the date of each row."""

    headings: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[Typed, ...], ...]
    sources: tuple[str, ...]
    dates: tuple[str, ...]

    @property
    def peers(self) -> int:
        """How many rows there are for peers."""
        return len(self.rows) + SPARE

    @property
    def tiers(self) -> int:
        """How many tiers have statistics of their own; none where all peers are of one."""
        if HEADINGS["tier"] not in self.headings:
            return 0
        column = self.headings.index(HEADINGS["tier"])
        names = {row[column].content for row in self.rows if row[column].content}
        return len(names) if len(names) > 1 else 0

    @property
    def calendarised(self) -> bool:
        """Whether figures are put on the company's fiscal year."""
        return HEADINGS[YEAR_END] in self.headings

    def figures(self) -> set[str]:
        """The figures of the case that stand in the block, and so not on Inputs."""
        return {cell.figure for row in self.rows for cell in row if cell.figure}


def block(case: Case) -> Block | None:
    """The block of a case; None where its figures do not fit: of several units in a column, or used elsewhere."""
    section = case.comparables
    if section is None or not section.multiples or len(section.peers) > MOST or any(map(_elsewhere, section.peers)):
        return None
    keys = _keys(case, section)
    columns = [[_cell(case, peer, key) for peer in section.peers] for key in keys]
    units = [{case.figures[cell.figure].unit for cell in column if cell.figure} for column in columns]
    ids = [cell.figure for column in columns for cell in column if cell.figure]
    currency = case.company.currency
    read = all(is_multiple(each.name) for each in section.multiples)
    read = read and not any(is_multiple(each.name) for each in section.measures)
    alone = len({*ids}) == len(ids) and not {*ids} & named_outside_peers(case)
    if not (read and alone and len(keys) <= COLUMNS and all(_fits(each, currency) for each in units)):
        return None
    rows = tuple(zip(*columns, strict=True))
    given = [[case.figures[cell.figure] for cell in row if cell.figure] for row in rows]
    return Block(
        tuple(HEADINGS.get(key, key) for key in keys),
        tuple(next(iter(each), "") for each in units),
        rows,
        tuple(", ".join(dict.fromkeys(case.sources[each.source].title for each in figures)) for figures in given),
        tuple(", ".join(dict.fromkeys(each.as_of for each in figures)) for figures in given),
    )


def _keys(case: Case, section: Comparables) -> list[str]:
    """What the columns are: keys of a peer, names of its metrics, names of multiples."""
    peers = section.peers
    keys = [key for key in TEXTS[:3] if any(_told(peer, key) for peer in peers)]
    keys += [YEAR_END for _ in peers[:1] if any(other_year_end(case, peer) for peer in peers)]
    keys += [key for key in AMOUNTS if any(_told(peer, key) for peer in peers)]
    metrics = dict.fromkeys(name for peer in peers for name in peer.metrics)
    multiples = [m.name for m in section.multiples if any(_has(peer, m.name) for peer in peers)]
    return [*keys, *metrics, *multiples, *("why" for _ in peers[:1] if any(peer.why for peer in peers))]


def _told(peer: Peer, key: str) -> bool:
    return not peer.included if key == "included" else bool(getattr(peer, key))


def _has(peer: Peer, multiple: str) -> bool:
    return multiple in peer.multiples or multiple in peer.not_meaningful


def _cell(case: Case, peer: Peer, key: str) -> Typed:
    if key == "included":
        return Typed("yes" if peer.included else "no")
    if key in TEXTS:
        return Typed(getattr(peer, key))
    if key == YEAR_END:
        return Typed(float(peer.year_end))
    if key in peer.not_meaningful:
        return Typed(NOT_MEANINGFUL)
    named = getattr(peer, key) if key in AMOUNTS else peer.metrics.get(key) or peer.multiples.get(key)
    return Typed(case.figures[named].value, named) if named else BLANK


def _elsewhere(peer: Peer) -> bool:
    return any(getattr(peer, key) for key in ELSEWHERE) or bool(peer.tax_rate)


def _fits(units: set[str], currency: str) -> bool:
    """Whether the figures of a column are of one unit, in the company's currency where it is money."""
    return len(units) <= 1 and all(quantity(unit).currency in ("", currency) for unit in units)
