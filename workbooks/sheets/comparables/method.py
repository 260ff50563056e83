"""Each multiple of the peers as a method."""

from workbooks.case.model import Case
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """The values on the multiples of the peers, of enterprise or equity as each multiple is."""
    found = []
    for ratio in ratios(case):
        cells = Range(*(f"comparables.{ratio.id}_{end}" for end in ("low", "base", "high")))
        of = {"enterprise": cells} if ratio.enterprise else {"equity": cells}
        found.append(Method(ratio.heading, ratio.heading, **of))
    return found
