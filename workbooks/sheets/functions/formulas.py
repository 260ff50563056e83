"""The workings of Functions: each function's example, alive where the add-in answers."""

from valuation.catalogue import Entry
from valuation.examples import formula
from workbooks.declarations.sheet import ABSENT, Formula


def live(entry: Entry) -> Formula | str:
    """What the example gives."""
    if entry.result.shape not in ("number", "text", "flag"):  # one row has no room for more
        return "fills several cells"
    call = formula(entry).removeprefix("=")
    return Formula(f'IF(AddinReady,{call},"{ABSENT}")', lambda v: ABSENT)  # noqa: ARG005 - no add-in while building
