"""What is typed in the block of the Peers sheet: the keys that its columns hold, and a cell for each peer."""

from typing import Final, NamedTuple

from workbooks.case.model import Case, Comparables, Peer
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.comparables.peers_formulas import other_year_end
from workbooks.sheets.peers.words import AMOUNTS, TEXTS, YEAR_END


class Typed(NamedTuple):
    """A cell of the block: what is typed, and the figure that it is."""

    content: str | float
    figure: str = ""


BLANK: Final = Typed("")


def keys(case: Case, section: Comparables) -> list[str]:
    """What the columns are: keys of a peer, names of its metrics, names of multiples."""
    peers = section.peers
    found = [key for key in TEXTS[:3] if any(_told(peer, key) for peer in peers)]
    found += [YEAR_END for _ in peers[:1] if any(other_year_end(case, peer) for peer in peers)]
    found += [key for key in AMOUNTS if any(_told(peer, key) for peer in peers)]
    metrics = dict.fromkeys(name for peer in peers for name in peer.metrics)
    multiples = [m.name for m in section.multiples if any(_has(peer, m.name) for peer in peers)]
    return [*found, *metrics, *multiples, *("why" for _ in peers[:1] if any(peer.why for peer in peers))]


def _told(peer: Peer, key: str) -> bool:
    return not peer.included if key == "included" else bool(getattr(peer, key))


def _has(peer: Peer, multiple: str) -> bool:
    return multiple in peer.multiples or multiple in peer.not_meaningful


def typed(case: Case, peer: Peer, key: str) -> Typed:
    """What is typed for a key of a peer."""
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
