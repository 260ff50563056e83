"""Settings and result of a recalculation. Imports little, so that commands start fast."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trust:
    """Options: which stored values are trusted.

    Attributes
    ----------
    keep_stored : bool
        Whether a formula whose value differs from the stored one without an explanation keeps its stored value;
        otherwise the workbook is refused.
    anew : bool
        Whether no stored value is trusted, because the file was changed in many places after it was saved.
    edited : tuple of str
        Cells that were changed after the file was saved, such as `Inputs!C5:C9`.
    second_engine : bool
        Whether IronCalc, if installed, checks formulas without a stored value.
    """

    keep_stored: bool = False
    anew: bool = False
    edited: tuple[str, ...] = ()
    second_engine: bool = False


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The workbook file with stored values, and the result of its checks."""

    data: bytes
    formulas: int
    kept: tuple[str, ...] = ()  # cells that keep their stored values, with the reason
    verdict: str = ""  # status of the workbook's master check
    fails: bool = False  # whether a check of the workbook fails
