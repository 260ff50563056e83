"""Interprets the heading of a column: figure, unit and period."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from valuation.kernel.amount_text import MoneyUnit
from valuation.kernel.errors import UnitError
from workbooks.peer_import.periods import PERIOD, DateError, day, period, periods
from workbooks.peer_import.units import Unit, merged, read_unit
from workbooks.peer_import.vocabulary import key, phrases, plain, words

FIGURES: Final = (  # that a peer of a case has a field for
    *("value", "ev", "net_debt", "revenue", "net_profit", "ebitda", "growth", "ps", "pe", "ev_ebitda"),
)
MORE_FIGURES: Final = ("ebit", "pb", "ev_sales", "ev_ebit")
ALL_FIGURES: Final = (*FIGURES, *MORE_FIGURES)
MARKET: Final = ("value", "ev")  # amounts in the trading currency; the others are in the reporting currency
ACCOUNTS: Final = ("revenue", "net_profit", "ebitda", "ebit", "net_debt")
MONEY: Final = (*MARKET, *ACCOUNTS)
MULTIPLES: Final = ("ps", "pe", "ev_ebitda", "pb", "ev_sales", "ev_ebit")
IDENTITY: Final = (
    "name", "ticker", "group", "currency", "trading_currency", "accounts_currency", "year", "period", "as_of", "unit",
)  # fmt: skip

_BRACKETS: Final = re.compile(r"[(\[{【<]([^()\[\]{}【】<>]*)[)\]}】>]")
_KEYED: Final = re.compile(  # [单位]亿元: parameters of a column as written by Chinese data terminals
    r"[\[【(](单位|報告期|报告期|交易日期|报告日期|年度|截止日期|币种|报表类型|数据类型|指标类型|日期|周期)[\]】)]\s*:?\s*([^\[\]【】()\n]*)"
)
# Net debt/(net cash): the sign convention, which is that of a column without it.
_NET_CASH: Final = re.compile(
    r"(?<=net debt)\s*/?\s*[(\[]\s*(?:net )?cash\s*[)\]]|(?<=净债务|净负债)\s*/?\s*[(\[]净现金[)\]]"
)
_SUFFIXES: Final = 3  # words allowed before a unit after a heading
_AS_OF: Final = re.compile(r"^(?:as of|as at|at|on)\s+")


@dataclass(frozen=True, slots=True)
class Heading:
    """An interpreted heading: figure, unit and period, or the problem with it.

    Attributes
    ----------
    of
        The figure whose currency the column holds, if it holds the currency of a single figure.
    question
        Whether the user can solve the problem by choosing the column.
    """

    text: str
    field: str = ""
    unit: Unit | None = None
    period: str = ""
    problem: str = ""
    of: str = ""
    question: bool = False


@lru_cache(maxsize=8192)
def read_heading(text: str) -> Heading:
    """Interpret the text of a heading.

    Examples
    --------
    >>> found = read_heading("净利润(万元) 2023")
    >>> found.field, found.unit, found.period
    ('net_profit', MoneyUnit(scale=10000.0, currency='CNY'), '2023')
    >>> read_heading("P/E (LTM)").field
    'pe'
    >>> read_heading("Profit").problem
    'ambiguous: net profit, or another profit?'
    """
    said = plain(re.sub(r"[↓↑▼▲]", " ", text)).strip(" *")
    units: list[Unit] = []
    named: list[str] = []
    strange: list[str] = []
    said = _NET_CASH.sub("", said)
    for name, content in _KEYED.findall(said):
        _read_parameter(name, content.strip(), units, named, strange)
    said = _KEYED.sub(" ", said)
    for group in _BRACKETS.findall(said):
        strange += [piece for piece in _pieces(group) if not _taken(piece, units, named)]
    found, rest = periods(_BRACKETS.sub(" ", said))
    field, problem, unit, question = _meaning(rest)
    if unit is not None:
        units.append(unit)
    heading = _whole(text, field, problem, units, strange, question=question)
    if not heading.field and not heading.question and (of := _currency_of(said)):
        return Heading(text, "currency", of=of)
    return Heading(
        text,
        heading.field,
        heading.unit,
        " ".join(dict.fromkeys([*found, *named])),
        heading.problem,
        "",
        heading.question,
    )


def _whole(text: str, field: str, problem: str, units: list[Unit], strange: list[str], *, question: bool) -> Heading:
    unit: Unit | None = None
    try:
        for each in units:
            unit = merged(unit, each)
    except UnitError:
        return Heading(text, problem="it states two units")
    if strange and field not in IDENTITY:
        return Heading(text, unit=unit, problem=problem or f"{strange[0]!r} in it is not understood")
    if field and field not in IDENTITY and not fits(field, unit):
        return Heading(text, unit=unit, problem="its unit is not one of this figure")
    return Heading(text, field, unit, problem=problem, question=question)


def fits(figure: str, unit: Unit | None) -> bool:
    """Whether a unit is possible for a figure; a missing unit always is."""
    if unit is None:
        return True
    if figure in MONEY:
        return isinstance(unit, MoneyUnit)
    return unit in {"growth": ("%", "fraction")}.get(figure, ("×",))


def _read_parameter(name: str, content: str, units: list[Unit], named: list[str], strange: list[str]) -> None:
    if not content:
        return
    if name in ("单位", "币种"):
        unit = read_unit(content)
        if unit is None:
            strange.append(content)
        else:
            units.append(unit)
    elif name in ("报告期", "報告期", "年度", "周期", "报告日期"):
        named.append(period(content) or content.upper())
    elif any(character.isdigit() for character in content):
        try:
            named.append(day(content) or content.upper())
        except DateError as problem:
            strange.append(str(problem))


def _pieces(group: str) -> list[str]:
    """Parts of a bracket: the whole if it is one unit or period, else split at commas."""
    whole = group.strip()
    if not whole or read_unit(whole) is not None or PERIOD.fullmatch(whole) or _named(_AS_OF.sub("", whole), []):
        return [whole] if whole else []
    return [piece.strip() for piece in re.split(r"[,;、|]|\s-\s", whole) if piece.strip()]


def _taken(piece: str, units: list[Unit], named: list[str]) -> bool:
    bare = _AS_OF.sub("", piece)
    unit = read_unit(piece)
    if unit is not None:
        units.append(unit)
    elif bare != piece or not PERIOD.fullmatch(piece):
        return _other(piece, bare, units, named)
    else:
        named.append(_dated(piece) or period(piece))
    return True


def _other(piece: str, bare: str, units: list[Unit], named: list[str]) -> bool:
    """Remaining words: basis, a date after `as of`, or several of these with units: `usd in millions ltm`."""
    if piece in phrases() or (bare != piece and _named(bare, named)):
        return True
    if bare == piece and piece in ("动", "静"):
        named.append({"动": "动态", "静": "静态"}[piece])
        return True
    if all(word.strip(".") in words("bases") or word in words("bases") for word in piece.split()):
        return True
    found, rest = periods(piece)
    unit = read_unit(rest.strip()) if found and rest.strip() else None
    if unit is not None:
        units.append(unit)
    elif not found or not all(word.strip(".") in words("bases") for word in rest.split()):
        return False
    named += found
    return True


def _named(bare: str, named: list[str]) -> bool:
    found = _dated(bare) or period(bare)
    if found:
        named.append(found)
    return bool(found)


def _dated(text: str) -> str:
    try:
        return day(text)
    except DateError:
        return ""


def _meaning(rest: str) -> tuple[str, str, Unit | None, bool]:
    """Field of a heading without brackets and periods, or the problem, and a unit at its beginning or end."""
    parts = [word for word in re.split(r"[\s,:;|]+|\s-\s", rest) if word.strip("-–.'")]
    for middle, unit in _readings(parts):
        for each in _keys(middle):
            if each in words("fields"):
                return words("fields")[each], "", unit, False
            if each in words("elsewhere"):
                return "", "is not a figure that is read of a peer", unit, False
            if each in words("either"):
                return "", f"ambiguous: {words('either')[each]}", unit, True
    return "", "not understood", None, False


def _readings(parts: list[str]) -> Iterator[tuple[list[str], Unit | None]]:
    """Possible readings of a heading: all words, or without a unit at its end or beginning."""
    if not (parts and parts[-1].endswith("%")):
        yield parts, None
    for kept in range(len(parts) - 1, max(len(parts) - _SUFFIXES, 1) - 1, -1):
        unit = read_unit(" ".join(parts[kept:]))
        if unit is not None:
            yield parts[:kept], unit
    if parts and parts[-1].endswith("%"):
        yield [*parts[:-1], parts[-1].rstrip("%")], "%"
    if len(parts) > 1 and (unit := read_unit(parts[0])) is not None:
        yield parts[1:], unit


@lru_cache(maxsize=1)
def _chinese_bases() -> re.Pattern[str]:
    known = sorted((word for word in words("bases") if not word.isascii()), key=len, reverse=True)
    return re.compile(f"^(?:{'|'.join(known)})|(?:{'|'.join(known)})$")


def _keys(parts: list[str]) -> list[str]:
    """Keys of the words: all, without words for the basis, without a footnote digit after Chinese."""
    bases = words("bases")
    whole = key("".join(parts))
    based = key("".join(word for word in parts if word not in bases and word.strip(".") not in bases))
    chinese = _chinese_bases().sub("", based)
    noted = re.sub(r"(?<=[\u4e00-\u9fff])\d$", "", chinese)
    percent = noted if "%" not in "".join(parts) else ""
    return [each for each in dict.fromkeys((whole, based, chinese, noted, percent)) if each]


def _currency_of(said: str) -> str:
    """Figure whose currency a heading such as `Market capitalization - Currency` refers to."""
    found = re.fullmatch(r"(.+?)\s*[-–:(\s]\s*(?:currency|币种|货币)\)?", said)
    return read_heading(found[1]).field if found else ""
