"""Steps by which WACC and terminal growth are varied: those of Inputs, or less where growth would reach the WACC."""

from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.excel_functions import IF, MAX, MIN
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Field
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.dcf.forecast_formulas import dcf
from workbooks.sheets.inputs.steps import RATE_STEP, TERMINAL_GROWTH_STEP

# Of the distance from growth to WACC both steps together take two fifths at the most, two of each four fifths.
MOST: Final = 2.5
_BOTH: Final = ref(RATE_STEP) + ref(TERMINAL_GROWTH_STEP)
_DISTANCE: Final = MAX(ref("dcf.wacc") - ref("dcf.terminal_growth"), 0)
_SHARE: Final = IF(_BOTH > 0, MIN(1, _DISTANCE / MOST / grouped(_BOTH)), 1)
NOTE: Final = "as on Inputs, or less: growth stays below the WACC everywhere"


def fields(case: Case) -> tuple[Field, ...]:
    """The steps that are used, where there is a terminal growth."""
    if not dcf(case).terminal_growth:
        return ()
    return (
        Field("rate_step", "Step of the WACC", _used(RATE_STEP), "rate", precise=True, note=NOTE),
        Field("growth_step", "Step of growth for ever", _used(TERMINAL_GROWTH_STEP), "rate", precise=True),
    )


def _used(step: Reference) -> Expression:
    return ref(step) * _SHARE


def rate_step(case: Case) -> Reference:
    """The step of the WACC."""
    return "dcf.rate_step" if dcf(case).terminal_growth else RATE_STEP


GROWTH_STEP: Final = "dcf.growth_step"
