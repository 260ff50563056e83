"""Each multiple of the peers as a method."""

from workbooks.case.model import Case
from workbooks.sheets.comparables.peers_formulas import PEERS, ratios
from workbooks.sheets.method import Method
from workbooks.sheets.multiples.blocks import method


def methods(case: Case) -> list[Method]:
    """The values on the multiples of the peers, of enterprise or equity as each multiple is."""
    return [method(PEERS, ratio.heading, "Peers, {}", ratio) for ratio in ratios(case)]
