"""Settings and result of a recalculation: which values are trusted. Imports little, so commands start at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trust:
    """Which values are trusted.

    Attributes
    ----------
    keep_stored : bool
        Whether a formula that comes out otherwise than stored, and nothing explains why, keeps its stored value; else
        the workbook is refused.
    anew : bool
        Whether no stored value is trusted: the file was changed in many places after it was saved.
    edited : tuple of str
        Cells that were changed after the file was saved, such as `Inputs!C5:C9`.
    second_engine : bool
        Whether IronCalc, where it is installed, checks the formulas without a stored value to compare with.
    """

    keep_stored: bool = False
    anew: bool = False
    edited: tuple[str, ...] = ()
    second_engine: bool = False


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The workbook's file with its values stored, and its verdict."""

    data: bytes
    formulas: int
    kept: tuple[str, ...] = ()  # cells that keep their stored values, each with the reason
    verdict: str = ""  # what the workbook's own master check says
    fails: bool = False  # whether the verdict is that a check fails
