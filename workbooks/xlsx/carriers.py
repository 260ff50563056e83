"""What a file carries about itself and does not show: hidden names, document properties, and a hidden sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SHEET: Final = "Steelyard"
PROPERTY_LIMIT: Final = 255  # characters: a longer one crashes Excel where its script interface reads it


@dataclass(frozen=True, slots=True)
class Carriers:
    """Hidden names and what they refer to, document properties, and the texts in column A of the hidden sheet."""

    names: Mapping[str, str]
    properties: Mapping[str, str]
    rows: Sequence[str]
