"""References of the steps on Inputs by which sensitivities and simulations vary a number."""

from typing import Final

STEP: Final = "inputs.step"  # a share of the number; the others are added to it
GROWTH_STEP: Final = "inputs.growth_step"
RATE_STEP: Final = "inputs.rate_step"
PREMIUM_STEP: Final = "inputs.premium_step"
MARGIN_STEP: Final = "inputs.margin_step"
FORECAST_GROWTH_STEP: Final = "inputs.forecast_growth_step"
TERMINAL_GROWTH_STEP: Final = "inputs.terminal_growth_step"
EXIT_MULTIPLE_STEP: Final = "inputs.exit_multiple_step"
