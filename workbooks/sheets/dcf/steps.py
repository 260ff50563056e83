"""Steps by which the WACC and the terminal value are varied: those of Inputs, or less where they would go too far.

Growth stays below the WACC, and an exit multiple and its WACC above zero.
"""

from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.excel_functions import IF, MAX, MIN
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Field
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.dcf.forecast_formulas import dcf
from workbooks.sheets.inputs.steps import EXIT_MULTIPLE_STEP, RATE_STEP, TERMINAL_GROWTH_STEP

# Of the distance from growth to WACC both steps together take two fifths at the most, two of each four fifths.
MOST: Final = 2.5
_BOTH: Final = ref(RATE_STEP) + ref(TERMINAL_GROWTH_STEP)
_DISTANCE: Final = MAX(ref("dcf.wacc") - ref("dcf.terminal_growth"), 0)
_SHARE: Final = IF(_BOTH > 0, MIN(1, _DISTANCE / MOST / grouped(_BOTH)), 1)
NOTE: Final = "as on Inputs, or less: growth stays below the WACC everywhere"
# Two steps down leave half of an exit multiple, and of the WACC beside it.
LEFT: Final = 4
ABOVE_ZERO: Final = "as on Inputs, or less: multiple and WACC stay above zero everywhere"


def fields(case: Case) -> tuple[Field, ...]:
    """The steps that are used."""
    if dcf(case).exit_multiple:
        rate, multiple = (
            MIN(ref(step), MAX(ref(varied), 0) / LEFT)
            for step, varied in ((RATE_STEP, "dcf.wacc"), (EXIT_MULTIPLE_STEP, "dcf.exit_multiple"))
        )
        return (
            Field("rate_step", "Step of the WACC", rate, "rate", precise=True, note=ABOVE_ZERO),
            Field("exit_step", "Step of the exit multiple", multiple, "×", precise=True),
        )
    return (
        Field("rate_step", "Step of the WACC", _used(RATE_STEP), "rate", precise=True, note=NOTE),
        Field("growth_step", "Step of growth for ever", _used(TERMINAL_GROWTH_STEP), "rate", precise=True),
    )


def _used(step: Reference) -> Expression:
    return ref(step) * _SHARE


RATE_STEP_USED: Final = "dcf.rate_step"
GROWTH_STEP_USED: Final = "dcf.growth_step"
EXIT_STEP_USED: Final = "dcf.exit_step"
