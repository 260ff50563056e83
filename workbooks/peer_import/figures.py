"""Converts a cell to a number in a unit of a case, or raises an error with the reason."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from valuation.kernel.amount_text import MoneyUnit, parse_number
from valuation.kernel.errors import NotANumberError, UnitError
from workbooks.peer_import.grid import Content, Percentage, Uncomputed
from workbooks.peer_import.headings import ACCOUNTS, MARKET, MONEY, MULTIPLES, Heading
from workbooks.peer_import.numbers import with_point
from workbooks.peer_import.stated import Stated
from workbooks.peer_import.units import MAJOR, Unit, case_unit, merged, read_unit, said_unit, scaled

_PLAIN: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_PERCENT_SIGNS: Final = ("%", "％")
_TIMES: Final = re.compile(r"\s*[x×倍]$", re.IGNORECASE)
_MINUS: Final = re.compile(r"^\((.*)\)$|^(.*\d)\s*-$")


class RowUnits(NamedTuple):
    """Units and currencies that a row gives for its own amounts, as written in its cells."""

    currency: str = ""
    trading: str = ""
    accounts: str = ""
    unit: str = ""


@dataclass(slots=True)
class Conversion:
    """Converts cells to figures, using notes around the table, the user's options and the decimal mark.

    Attributes
    ----------
    conflicts
        Currencies of rows that differ from `--unit`; the row's currency is used.
    """

    stated: Stated
    wish: MoneyUnit | None = None
    mark: str = "."
    conflicts: set[tuple[str, str]] = field(default_factory=set)
    _bases: dict[tuple[Heading, RowUnits, str], tuple[int, str] | str] = field(default_factory=dict)

    def figure(self, content: Content, heading: Heading, row: RowUnits, own_currency: str = "") -> tuple[float, str]:
        """Number of a cell, and its unit as in a case.

        Parameters
        ----------
        content : content
            Content of the cell.
        heading : Heading
            Heading of its column.
        row : RowUnits
            Currency and unit given in its row.
        own_currency : str
            Currency given in a separate column for this figure.

        Raises
        ------
        NotANumberError
            If it is not a number.
        UnitError
            If its unit or currency is not stated, or not possible for this figure.
        """
        if isinstance(content, Uncomputed):
            message = "is a formula whose value the file does not hold: open it in Excel and save it"
            raise NotANumberError(message)
        if isinstance(content, (bool, dt.date)) or content is None:
            message = "is not a number"
            raise NotANumberError(message)
        text = content.strip() if isinstance(content, str) else ""
        if text and self.mark == "." and heading.field in MULTIPLES and _PLAIN.fullmatch(text):
            return float(text), "×"
        percent = isinstance(content, Percentage) or text.endswith(_PERCENT_SIGNS)
        if heading.field == "growth":
            return self._growth(content, heading.unit, percent=percent), "rate"
        if percent:
            message = "is a percentage"
            raise UnitError(message)
        if heading.field in MONEY:
            return self._money(content, heading, row, own_currency)
        if text:
            return self._parsed(_TIMES.sub("", text)), "×"
        return _float(content), "×"

    def _growth(self, content: Content, unit: Unit | None, *, percent: bool) -> float:
        if isinstance(content, Percentage):
            return content.fraction
        if percent:
            return self._parsed(str(content))
        if unit == "fraction":
            return self._number(content)
        if unit is None:
            message = "is a fraction, or a percentage? Write % in the heading, as in Revenue growth (%)"
            raise UnitError(message)
        return scaled(self._number(content), -2)

    def _money(self, content: Content, heading: Heading, row: RowUnits, own_currency: str) -> tuple[float, str]:
        if isinstance(content, str) and not _PLAIN.fullmatch(content):
            own = _own_unit(content)
            if own is not None:
                return self._in_own_unit(content, own, heading, row, own_currency)
        at = (heading, row, own_currency)
        basis = self._bases.get(at)
        if basis is None:
            basis = self._bases[at] = self._basis(heading, row, own_currency)
        if isinstance(basis, str):
            raise UnitError(basis)
        power, unit = basis
        return scaled(self._number(content), power), unit

    def _basis(self, heading: Heading, row: RowUnits, own_currency: str) -> tuple[int, str] | str:
        try:
            unit = self._unit(heading, row, own_currency)
        except UnitError as problem:
            return str(problem)
        if not unit.currency:
            return "is in a currency that is not stated: give --unit, as in --unit 'USD m'"
        if not unit.scale:
            return "has no unit: write it in the heading, as in Market cap (USD m), or give --unit"
        return case_unit(unit)

    def _unit(self, heading: Heading, row: RowUnits, own_currency: str) -> MoneyUnit:
        """Unit of a column in a row; scale 0 and currency "" where they are not stated."""
        above = heading.unit if isinstance(heading.unit, MoneyUnit) else None
        base = above or _money_unit(row.unit)
        if base is None and self.stated.conflict and heading.field not in self.stated.of:
            raise UnitError(self.stated.conflict)
        complete = base is not None and (base.scale != 1 or not base.currency)
        noted = self.stated.of.get(heading.field, self.stated.unit)
        around = noted or self.wish if complete else merged(noted, self.wish)
        if not (base and base.currency) and (currency := self._currency(heading.field, row, own_currency)):
            self._compare(currency, base, noted)
            scale = base.scale if base else around.scale if isinstance(around, MoneyUnit) else 0.0
            return MoneyUnit(scale, currency)
        if base is None:
            return around if isinstance(around, MoneyUnit) else MoneyUnit(0.0, "")
        if complete:
            return MoneyUnit(base.scale, base.currency or (around.currency if isinstance(around, MoneyUnit) else ""))
        both = merged(base, around)  # currency from the heading, scale from the notes around the table
        return both if isinstance(both, MoneyUnit) else base

    def _compare(self, currency: str, base: MoneyUnit | None, noted: MoneyUnit | None) -> None:
        """Raise where the row's currency contradicts a note; record where it contradicts `--unit`."""
        around = noted.currency if noted else ""
        if around and not _same(currency, around):
            message = (
                f"is in {currency} by its row and in {around} by a note: say --column currency= if the note is right"
            )
            raise UnitError(message)
        if (
            self.wish
            and self.wish.currency
            and not _same(currency, self.wish.currency)
            and not (base and base.currency)
        ):
            self.conflicts.add((currency, said_unit(self.wish)))

    @staticmethod
    def _currency(field: str, row: RowUnits, own_currency: str) -> str:
        """Currency that a row gives for a figure.

        A trading currency applies to market values, a reporting currency to figures from the accounts. If only one is
        given, the other remains unknown.
        """
        said = own_currency or row.currency
        if not said and field in MARKET:
            said = row.trading
            if not said and row.accounts:
                message = "is a market value, and its row says the currency of the accounts alone: give --unit"
                raise UnitError(message)
        elif not said and field in ACCOUNTS:
            said = row.accounts
            if not said and row.trading:
                message = "is of the accounts, and its row says the currency of trading alone: give --unit"
                raise UnitError(message)
        if not said:
            return ""
        unit = read_unit(said)
        if not isinstance(unit, MoneyUnit) or not unit.currency:
            message = f"has {said!r} as its row's currency, which is not a known one"
            raise UnitError(message)
        if unit.currency in MAJOR and row.trading and field in MARKET:
            major = MAJOR[unit.currency]
            message = f"may be in {major}: {unit.currency} may be the unit of the share price; write it in the heading"
            raise UnitError(message)
        return unit.currency

    def _in_own_unit(
        self, content: str, own: MoneyUnit, heading: Heading, row: RowUnits, own_currency: str
    ) -> tuple[float, str]:
        """An amount with a currency or a scale in its cell: 1.2亿, US$45bn, $1,234."""
        of = self._unit(heading, row, own_currency)
        if own.currency and of.currency and own.currency != of.currency:
            above = isinstance(heading.unit, MoneyUnit) and heading.unit.currency
            message = f"is in {own.currency}, and its {'column' if above else 'row or file'} in {of.currency}"
            raise UnitError(message)
        named = own.currency or of.currency
        if not named:
            message = "is in a currency that is not stated: give --unit, as in --unit 'USD m'"
            raise UnitError(message)
        digits = self._number(re.sub(r"[^\d.,()+\-–−e'’\s\u00a0\u202f]", "", _digits(content)))
        if own.scale != 1:  # in whole units, as it would be typed into a case
            whole = scaled(digits, round(_power(own.scale)))
            power, unit = case_unit(MoneyUnit(1.0, named))
            return scaled(whole, power), unit
        if not of.scale:
            message = "has no unit: write it in the heading, as in Market cap (USD m), or give --unit"
            raise UnitError(message)
        power, unit = case_unit(MoneyUnit(of.scale, named))
        return scaled(digits, power), unit

    def _number(self, content: Content) -> float:
        if isinstance(content, str):
            return self._parsed(content)
        return _float(content)

    def _parsed(self, text: str) -> float:
        if self.mark == "." and _PLAIN.fullmatch(text):
            return float(text)
        said = text.strip()
        trailing = _MINUS.match(said)
        if trailing and trailing[2]:  # trailing minus sign, as in exports of mainframes
            said = f"-{trailing[2]}"
        if not any(character.isdigit() for character in said):
            message = f"{text[:60]!r} is not a number"
            raise NotANumberError(message)
        return parse_number(with_point(said, self.mark))


def _float(content: Content) -> float:
    return float(content) if isinstance(content, (int, float)) else float(str(content))


def _digits(content: str) -> str:
    """The number in a cell with a unit, without the unit."""
    found = re.search(
        r"[(+\-–−]?\s*[^\d()+\-–−]*[+\-–−]?\s*\d[\d.,'’\s\u00a0\u202f]*(?:e[-+]?\d+)?", content, re.IGNORECASE
    )
    text = found[0] if found else content
    sign = "-" if re.search(r"[(\-–−]", text[: re.search(r"\d", text).start()]) else ""  # type: ignore[union-attr]
    core = re.search(r"\d[\d.,'’\s\u00a0\u202f]*(?:e[-+]?\d+)?", text, re.IGNORECASE)
    return sign + (core[0].strip(" \u00a0\u202f.,'’") if core else "")


def _own_unit(content: str) -> MoneyUnit | None:
    """Unit in the text of an amount: 1.2亿, US$45bn; None where there is none or it is unknown."""
    words = re.sub(r"\d[\d.,'’\s\u00a0\u202f]*(?:e[-+]?\d+)?", " ", content, count=1, flags=re.IGNORECASE)
    if any(character.isdigit() for character in words):
        return None
    words = re.sub(r"[-+()–−]", " ", words).strip()
    unit = read_unit(words) if words else None
    return unit if isinstance(unit, MoneyUnit) else None


def _money_unit(text: str) -> MoneyUnit | None:
    unit = read_unit(text) if text else None
    if text and not isinstance(unit, MoneyUnit):
        message = f"has {text!r} as its row's unit, which is not a unit of money"
        raise UnitError(message)
    return unit if isinstance(unit, MoneyUnit) else None


def _same(one: str, other: str) -> bool:
    return MAJOR.get(one, one) == MAJOR.get(other, other)


def _power(scale: float) -> float:
    return len(f"{scale:.0f}") - 1
