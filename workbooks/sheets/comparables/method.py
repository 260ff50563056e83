"""Each multiple of the peers as a method."""

from workbooks.case.model import Case
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables.formulas import ratios
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """Each multiple of the peers as a method."""
    if case.comparables is None:
        return []
    return [
        Method(
            ratio.heading,
            Text("Peers, {}", ratio.heading),
            equity=Range(f"comparables.{ratio.id}_low", f"comparables.{ratio.id}_base", f"comparables.{ratio.id}_high"),
        )
        for ratio in ratios(case.comparables)
    ]
