"""The input table of the Peers sheet: units, headings, and one row per peer, typed or pasted."""

from typing import Final, NamedTuple

from workbooks.case.model import Case, Peer
from workbooks.case.quantity import quantity
from workbooks.case.uses import named_outside_peers
from workbooks.sheets.peers.typed import Typed, keys, typed
from workbooks.sheets.peers.words import HEADINGS, YEAR_END, is_multiple

COLUMNS: Final = 14  # a name, a tier and twelve figures
ABOVE: Final = 2  # rows of the block above its peers: units, headings
SPARE: Final = 5  # spare rows for peers
MOST: Final = 200  # largest number of peers; with more the figures are on Inputs
# Figures of a peer that the block has no column for.
ELSEWHERE: Final = ("value", "revenue", "net_profit", "ebitda", "growth", "ps", "pe", "ev_ebitda", "users", "beta")


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
    held = keys(case, section)
    columns = [[typed(case, peer, key) for peer in section.peers] for key in held]
    units = [{case.figures[cell.figure].unit for cell in column if cell.figure} for column in columns]
    ids = [cell.figure for column in columns for cell in column if cell.figure]
    currency = case.company.currency
    read = all(is_multiple(each.name) for each in section.multiples)
    read = read and not any(is_multiple(each.name) for each in section.measures)
    alone = len({*ids}) == len(ids) and not {*ids} & named_outside_peers(case)
    if not (read and alone and len(held) <= COLUMNS and all(_fits(each, currency) for each in units)):
        return None
    rows = tuple(zip(*columns, strict=True))
    given = [[case.figures[cell.figure] for cell in row if cell.figure] for row in rows]
    return Block(
        tuple(HEADINGS.get(key, key) for key in held),
        tuple(next(iter(each), "") for each in units),
        rows,
        tuple(", ".join(dict.fromkeys(case.sources[each.source].title for each in figures)) for figures in given),
        tuple(", ".join(dict.fromkeys(each.as_of for each in figures)) for figures in given),
    )


def _elsewhere(peer: Peer) -> bool:
    return any(getattr(peer, key) for key in ELSEWHERE) or bool(peer.tax_rate)


def _fits(units: set[str], currency: str) -> bool:
    """Whether the figures of a column are of one unit, in the company's currency where it is money."""
    return len(units) <= 1 and all(quantity(unit).currency in ("", currency) for unit in units)
