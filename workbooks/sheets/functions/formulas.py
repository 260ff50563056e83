"""The workings of Functions: each function's example, live where the add-in answers."""

from valuation.catalogue import Entry
from valuation.examples import formula
from workbooks.declarations.expressions import AddinFormula
from workbooks.declarations.words import ABSENT


def live(entry: Entry) -> AddinFormula | str:
    """What the example gives."""
    if entry.result.shape not in ("number", "text", "flag"):  # one row has no room for more
        return "fills several cells"
    call = formula(entry).removeprefix("=")
    return AddinFormula(f'IF(AddinReady,{call},"{ABSENT}")', ABSENT)
