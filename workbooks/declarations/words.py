"""Words that stand in a cell instead of a number."""

from typing import Final

NOT_MEANINGFUL: Final = "n.m."
ABSENT: Final = "–"
NOT_GIVEN: Final = "not given"
NOT_KNOWN: Final = "not known"  # it depends on what is not given
MET, NOT_MET = "yes", "no"  # whether what was found by trial meets its target
