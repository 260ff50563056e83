"""A cell under its heading becomes a number in a unit of a case, or it is said why it cannot."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from valuation.kernel.amount_text import MoneyUnit, money_unit, parse_number
from valuation.kernel.errors import NotANumberError, UnitError
from workbooks.peer_import.grid import Cell
from workbooks.peer_import.headings import MONEY, Heading, Unit, plain, read_unit

AS_OF: Final = re.compile(r"(?:截至|截止|日期|as of|as at|date)\D{0,6}(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
CURRENCY: Final = re.compile(r"(?:币种|货币|currency)\s*:?\s*(\S+)", re.IGNORECASE)
UNIT: Final = re.compile(r"(?:单位|units?|figures|amounts)\s*:?\s*(.+)", re.IGNORECASE)
PERCENT_SIGNS: Final = ("%", "％")
CHINESE_SCALES: Final = {1e4: "万", 1e5: "十万", 1e7: "千万", 1e8: "亿", 1e10: "百亿", 1e11: "千亿"}
ENGLISH_SCALES: Final = {1.0: "", 1e3: "k", 1e6: "m", 1e9: "bn", 1e12: "tn"}


@dataclass(slots=True)
class Stated:
    """What stands outside a table and holds for all of it."""

    unit: MoneyUnit | None = None
    currency: str = ""
    as_of: str = ""

    def read(self, text: str) -> None:
        """Take in a text that stands above the table: 单位：亿元；币种：人民币."""
        day = AS_OF.search(plain(text))
        if day:
            self.as_of = dt.date(*map(int, day.groups())).isoformat()
        for part in re.split(r"[;,]\s*|\s{2,}", unicodedata.normalize("NFKC", text)):
            said = part.strip(" ()[]")
            currency, unit = CURRENCY.fullmatch(said), UNIT.fullmatch(said)
            named = read_unit(unit[1] if unit else currency[1] if currency else said)
            if isinstance(named, MoneyUnit):
                self.currency = named.currency or self.currency
                if unit or named.scale != 1:  # a currency alone says nothing of the scale
                    self.unit = named


def merged(first: Unit | None, second: Unit | None) -> Unit | None:
    """The unit that two places state together: one of them alone, or a currency here and its scale there.

    Raises
    ------
    UnitError
        If they contradict each other.

    Examples
    --------
    >>> merged(money_unit("USD"), money_unit("millions"))
    MoneyUnit(scale=1000000.0, currency='USD')
    """
    if first is None or second is None or first == second:
        return first or second
    if isinstance(first, MoneyUnit) and isinstance(second, MoneyUnit):
        for currency, scale in ((first, second), (second, first)):
            if currency.scale == 1 and currency.currency and not scale.currency:
                return MoneyUnit(scale.scale, currency.currency)
            if currency == MoneyUnit(scale.scale, "") != scale:
                return scale
    message = f"is counted in {_said(first)} by one place and in {_said(second)} by another"
    raise UnitError(message)


def figure(cell: Cell, heading: Heading, stated: Stated, currency: str) -> tuple[float, str]:
    """The number of a cell and its unit in a case; `currency` is that of its row.

    Raises
    ------
    NotANumberError
        If it is none.
    UnitError
        If its unit or its currency is not stated, or not one for this figure.
    """
    if isinstance(cell.content, (bool, dt.date)):
        message = "is no number"
        raise NotANumberError(message)
    text = cell.content.strip() if isinstance(cell.content, str) else ""
    percent = cell.percent or text.endswith(PERCENT_SIGNS)
    if heading.field == "growth":
        return _growth(cell.content, heading.unit, percent=percent)
    if percent:
        message = "is a percentage"
        raise UnitError(message)
    if heading.field in MONEY:
        return _money(cell.content, heading.unit, stated, currency)
    return _number(re.sub(r"\s*[x×倍]$", "", text, flags=re.IGNORECASE) or cell.content), "×"


def _growth(content: object, unit: Unit | None, *, percent: bool) -> tuple[float, str]:
    if not percent and unit is None:
        message = "is a fraction, or a percentage? Write % in the heading, as in Revenue growth (%)"
        raise UnitError(message)
    if percent:
        return _number(content), "rate"
    return parse_number(f"{content}%"), "rate"


def _money(content: object, unit: Unit | None, stated: Stated, currency: str) -> tuple[float, str]:
    own = _own_unit(content)
    scaled = isinstance(unit, MoneyUnit) and unit.scale != 1
    of = unit if scaled else merged(unit, stated.unit)  # what a heading says goes before what stands above the table
    of = of if isinstance(of, MoneyUnit) else MoneyUnit(0, "")
    named = (own and own.currency) or of.currency or _code(currency) or stated.currency
    if own and of.currency not in ("", named):
        message = f"is in {named}, and its column in {of.currency}"
        raise UnitError(message)
    if not named:
        message = "is in a currency that is not stated: give --unit, as in --unit 'USD m'"
        raise UnitError(message)
    if own and own.scale != 1:  # 1.2亿 says for itself what it is counted in
        return parse_number(str(content)), named
    if not of.scale:
        message = "has no unit: write it in the heading, as in Market cap (USD m), or give --unit"
        raise UnitError(message)
    return _number(content), unit_text(of.scale, named)


def _own_unit(content: object) -> MoneyUnit | None:
    """What an amount in words says of its unit: 1.2亿, US$45bn."""
    words = re.sub(r"e[-+]?\d+|[-+()\s\d.,]+", " ", content) if isinstance(content, str) else ""
    unit = read_unit(words) if words.strip() else None
    return unit if isinstance(unit, MoneyUnit) else None


def _number(content: object) -> float:
    return parse_number(content) if isinstance(content, str) else float(str(content))


def _code(currency: str) -> str:
    try:
        return money_unit(currency).currency if currency else ""
    except UnitError:
        return ""


def unit_text(scale: float, currency: str) -> str:
    """A unit of money as a case writes it.

    Examples
    --------
    >>> unit_text(1e8, "CNY"), unit_text(1e8, "USD"), unit_text(1e6, "USD"), unit_text(1, "USD")
    ('亿元', '亿 USD', 'USD m', 'USD')
    """
    if scale in CHINESE_SCALES:
        return CHINESE_SCALES[scale] + ("元" if currency == "CNY" else f" {currency}")
    return f"{currency} {ENGLISH_SCALES[scale]}".strip()


def _said(unit: Unit) -> str:
    if not isinstance(unit, MoneyUnit):
        return unit
    return unit_text(unit.scale, unit.currency) if unit.currency else f"{unit.scale:,.0f}"
