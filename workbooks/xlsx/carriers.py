"""What a file carries about itself and does not show: hidden names and custom document properties."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PROPERTY_LIMIT: Final = 255  # characters: a longer one crashes Excel where its script interface reads it


@dataclass(frozen=True, slots=True)
class Carriers:
    """Hidden names with what they refer to, and document properties."""

    names: Mapping[str, str]
    properties: Mapping[str, str]
