"""Words that cells show instead of a number."""

from typing import Final

NOT_MEANINGFUL: Final = "n.m."
ABSENT: Final = "–"
NOT_GIVEN: Final = "not given"
NOT_KNOWN: Final = "not known"  # the value depends on a missing input
MET, NOT_MET = "yes", "no"  # whether what was found by trial meets its target
