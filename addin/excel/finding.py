"""What the doctor finds, and what to do about it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "look", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is as it has to be, in plain words, and the remedy where it is not."""

    state: State
    subject: str
    says: str
    remedy: str = ""
