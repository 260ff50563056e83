"""Formulas of Checks: status of each check, number of failures, and the overall status."""

from collections.abc import Sequence
from typing import Final

from workbooks.declarations.excel_functions import COUNTBLANK, COUNTIF, IF, INDEX, ISERROR, MATCH, UPPER
from workbooks.declarations.expressions import AddinFormula, composed, equal, ref, shown_when_empty, total
from workbooks.declarations.trees import Expression, Reference

TO_FILL: Final = "to fill"

# A check that gives an error counts as failed.
_KNOWN: Final = IF(equal(ref("holds"), ""), TO_FILL, IF(ref("holds"), "OK", UPPER(ref("severity"))))
STATUS: Final = shown_when_empty(IF(ISERROR(ref("holds")), "FAIL", _KNOWN))


def blank(cells: Sequence[Reference]) -> Expression:
    """Number of inputs to fill in these columns and rows of figures."""
    return shown_when_empty(total([COUNTBLANK(ref(each)) for each in cells]))


def count(word: str) -> Expression:
    """Number of checks with a status."""
    return shown_when_empty(COUNTIF(ref("check_rows.status"), word))


_FAILS, _BLANK, _WARNS = (ref(f"checks.{name}") for name in ("fails", "blank", "warns"))
_SEVERAL: Final = IF(_WARNS > 1, composed("OK, {} warnings", _WARNS), "OK, 1 warning")
_WARNED: Final = IF(_WARNS > 0, _SEVERAL, "OK")
_FILLED: Final = IF(_BLANK > 0, composed("to fill: {} inputs", _BLANK), _WARNED)
MASTER: Final = shown_when_empty(IF(_FAILS > 0, composed("FAIL: {} of the checks fail", _FAILS), _FILLED))


def _first(word: str) -> Expression:
    """Text of the first check with a status."""
    return INDEX(ref("check_rows.label"), MATCH(word, ref("check_rows.status")))


# The label of a check states the condition that holds if it passes.
_ONE: Final = IF(_FAILS > 0, _first("FAIL"), _first("WARN"))
_MORE: Final = IF(_FAILS + _WARNS > 1, composed("{}, and {} more", _ONE, _FAILS + _WARNS - 1), _ONE)
NOT_MET: Final = shown_when_empty(IF(_FAILS + _WARNS > 0, _MORE, "nothing"))
# No add-in answers while the workbook is built.
ADDIN_READY: Final = AddinFormula("IFERROR(LEN(STEELYARD_VERSION())>0,FALSE)", without=False)
