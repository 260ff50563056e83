"""Hidden names and custom document properties to store in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PROPERTY_LIMIT: Final = 255  # characters; reading a longer one crashes Excel's script interface


@dataclass(frozen=True, slots=True)
class Carriers:
    """Hidden names with what they refer to, and document properties."""

    names: Mapping[str, str]
    properties: Mapping[str, str]
