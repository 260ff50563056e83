"""What kind of value a cell holds."""

from typing import TypeGuard


def is_number(value: object) -> TypeGuard[float]:
    """Whether the value of a cell is a number; TRUE and FALSE are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
