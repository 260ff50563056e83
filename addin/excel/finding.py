"""A finding of the doctor, and its remedy."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "look", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, a description, and the remedy if it did not pass."""

    state: State
    subject: str
    says: str
    remedy: str = ""
