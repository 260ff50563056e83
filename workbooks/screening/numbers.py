"""Converts columns to arrays of numbers; other cells become a NaN with its reason and a readable text."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.kernel.amount_text import money_unit, power_of_ten, read_amount, shifted
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import BLANK, NOT_A_NUMBER, OVERFLOW, NotANumberError, ValuationError
from workbooks.peer_import.vocabulary import is_absent

SHOWN: Final = 40


class Reasons:
    """Why rows have no value: the first reason given for each row.

    Attributes
    ----------
    which : (rows) place
        Index of the reason of each row; −1 for none.
    texts : texts
        The distinct reasons.
    """

    def __init__(self, rows: int) -> None:
        self.which = np.full(rows, -1, np.int32)
        self.texts: list[str] = []

    def add(self, rows: NDArray[np.bool_], text: str) -> None:
        """Set the reason of some rows that have none yet."""
        new = rows & (self.which < 0)
        if new.any():
            self.which[new] = len(self.texts)
            self.texts.append(text)

    def put(self, row: int, text: str) -> None:
        """Set the reason of one row if it has none yet."""
        if self.which[row] < 0:
            self.which[row] = len(self.texts)
            self.texts.append(text)

    def add_all(self, other: "Reasons") -> None:
        """Add the reasons of another object for rows that have none yet."""
        new = other.there & (self.which < 0)
        if new.any():
            self.which[new] = other.which[new] + len(self.texts)
            self.texts.extend(other.texts)

    def at(self, starts: NDArray[np.int64]) -> "Reasons":
        """First reason among the rows of each company, given the first row of each."""
        found = Reasons(len(starts) - 1)
        company = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        rows = np.flatnonzero(self.there)[::-1]
        found.which[company[rows]] = self.which[rows]
        found.texts = list(self.texts)
        return found

    def text(self, row: int) -> str:
        """Reason of one row; empty where it has none."""
        return self.texts[self.which[row]] if self.which[row] >= 0 else ""

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which rows have a reason."""
        return self.which >= 0

    def series(self, name: str) -> pl.Series:
        """Reasons as a series of texts; null where there is none."""
        if not self.texts:
            return pl.Series(name, [None], pl.String).new_from_index(0, len(self.which))
        which = pl.Series(self.which).replace(-1, None)
        return pl.Series(name, self.texts, pl.String).gather(which).alias(name)


def unlike_numbers(column: str) -> pl.Expr:
    """Non-blank texts of a column that Polars does not convert to a finite number."""
    text = pl.col(column).str.strip_chars()
    return (
        pl.col(column).is_not_null()
        & (text != "")
        & ~text.cast(pl.Float64, strict=False).is_finite().fill_null(value=False)
    )


def unit_in(text: str) -> bool:
    """Whether a text is a number with a unit: 1.2bn, 12 %, US$45."""
    try:
        amount = read_amount(text)
    except NotANumberError:
        return False
    return amount.scaled or bool(amount.counted)


def scale_of(unit: str) -> float:
    """Scale of a unit: 1,000,000 for `m`, 0.01 for `%`.

    Raises
    ------
    UnitError
        If it is no unit.
    """
    return 0.01 if unit.strip() == "%" else money_unit(unit).scale


def numbers(
    cells: pl.Series, scale: float, currencies: pl.Series | None, hundredths: NDArray[np.bool_] | None = None
) -> tuple[Floats, Reasons]:
    """The numbers of a column, in whole units.

    Parameters
    ----------
    cells : column
        Numbers, or numbers as text.
    scale : number
        Scale of cells without a unit.
    currencies : column
        Currency of each row; a cell with another currency is refused.
    hundredths : (rows) flag
        Rows that count in hundredths of it, such as pence; a cell that says its own currency does not.
    """
    name, reasons = cells.name, Reasons(len(cells))
    if cells.dtype == pl.String:
        stripped = cells.str.strip_chars()
        values = _whole(_scaled(stripped, scale).to_numpy().astype(np.float64), hundredths)
        blank = (cells.is_null() | (stripped == "")).to_numpy()
        values = np.where(np.isfinite(values), values, np.nan)
        odd = np.flatnonzero(~np.isfinite(values) & ~blank)
        blank[_read_each(stripped, odd, values, reasons, currencies, power_of_ten(scale), hundredths)] = True
    else:
        values = np.array(cells.cast(pl.Float64).to_numpy(), np.float64)
        blank = cells.is_null().to_numpy()
        values = _whole(values * scale, hundredths)
        bad = ~np.isfinite(values) & ~blank
        if bad.any():
            reasons.add(bad & np.isnan(values), f"{name}: is not a number")
            reasons.add(bad, f"{name}: is infinite")
            values = np.where(np.isinf(values), OVERFLOW, np.where(bad, NOT_A_NUMBER, values))
    if blank.any():
        values = np.where(blank, BLANK, values)
        reasons.add(blank, f"{name} is blank")
    return values, reasons


def _whole(values: Floats, hundredths: NDArray[np.bool_] | None) -> Floats:
    return values if hundredths is None else np.where(hundredths, values / 100, values)


def _scaled(texts: pl.Series, scale: float) -> pl.Series:
    """Plain numeric texts in whole units, scaled in decimal so that each is rounded once."""
    shifted_text = pl.when(texts.str.contains("(?i)[enf]")).then(None).otherwise(texts + f"e{power_of_ten(scale)}")
    frame = pl.select(a=shifted_text.cast(pl.Float64, strict=False), b=texts.cast(pl.Float64, strict=False) * scale)
    return frame["a"].fill_null(frame["b"])


def _read_each(
    texts: pl.Series,
    rows: NDArray[np.intp],
    values: Floats,
    reasons: Reasons,
    currencies: pl.Series | None,
    unit: int,
    hundredths: NDArray[np.bool_] | None,
) -> list[int]:
    """Parse cells that are not plain numbers, in place; returns the rows of blanks."""
    absent = []
    for row in rows.tolist():
        text = str(texts[row])
        if is_absent(text):
            absent.append(row)
            continue
        values[row] = NOT_A_NUMBER
        try:
            digits, power, counted, _ = read_amount(text)
        except ValuationError:
            reasons.put(row, f"{texts.name}: {text[:SHOWN]!r} is not a number")
            continue
        own = "" if currencies is None else currencies[row]
        if counted not in ("", "%") and own and counted != own:
            reasons.put(row, f"{texts.name}: {text[:SHOWN]!r} is in {counted}, and the row in {own}")
            continue
        whole = bool(counted) or hundredths is None or not hundredths[row]
        values[row] = shifted(digits, (power if power or counted else unit) - (0 if whole else 2))
    return absent
