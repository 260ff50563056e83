"""What the heading of a column says: which figure it holds, in which unit, of which period."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, TypeAlias

from valuation.kernel.amount_text import MoneyUnit, money_unit
from valuation.kernel.errors import UnitError

Unit: TypeAlias = MoneyUnit | Literal["%", "×"]

MONEY: Final = ("value", "revenue", "net_profit", "ebitda")
MULTIPLES: Final = ("ps", "pe", "ev_ebitda")
FIGURES: Final = (*MONEY, "growth", *MULTIPLES)
IDENTITY: Final = ("name", "ticker", "currency", "as_of")

_PERIOD: Final = re.compile(
    r"(?:19|20)\d\d年?(?:一季报|三季报|半年报|中报|年度|年报|度|报|年)|最近12个月|滚动|"
    r"(?<![0-9a-z])(?:(?:fy|cy)?\s?(?:19|20)\d\d\s?[aefp]?|fy\s?\d\d\s?[aefp]?|fy\s?[0-3]|[1-4]q\s?\d\d(?:\d\d)?|"
    r"q[1-4]\s?(?:fy)?\s?\d\d(?:\d\d)?|[hq][1-4]|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|ltm|ttm|ntm|mrq|"
    r"last (?:twelve|12) months|next (?:twelve|12) months)(?![0-9a-z])"
)
_BRACKETS: Final = re.compile(r"[(\[{【]([^()\[\]{}【】]*)[)\]}】]")
_PERCENT: Final = ("%", "pct", "percent", "百分比", "pctpoints")
_TIMES: Final = ("x", "×", "倍", "times")
SUFFIXES: Final = 3  # words that a unit behind a heading may have


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, dict[str, str]]:
    """Of each section of `vocabulary.toml`, every word and the line it stands in."""
    text = (resources.files("workbooks.peer_import") / "vocabulary.toml").read_text(encoding="utf-8")
    return {
        section: {word: name for name, words in lines.items() for word in words.split()}
        for section, lines in tomllib.loads(text).items()
    }


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is understood: the figure, its unit and its period, or why it has no place."""

    text: str
    field: str = ""
    unit: Unit | None = None
    period: str = ""
    problem: str = ""


@lru_cache(maxsize=4096)
def read_heading(text: str) -> Heading:
    """What a heading says.

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
    said = plain(text)
    periods: list[str] = []
    units: list[Unit] = []
    pieces = [piece for group in _BRACKETS.findall(said) for piece in _pieces(group)]
    strange = [piece for piece in pieces if not _taken(piece, units, periods)]
    rest = _BRACKETS.sub(" ", said)
    periods += [found[0] for found in _PERIOD.finditer(rest)]
    rest = _PERIOD.sub(" ", rest)
    field, problem, unit = _meaning(rest)
    if unit is not None:
        units.append(unit)
    stated = units[0] if units else None
    if strange and field not in IDENTITY:
        field, problem = "", problem or f"{strange[0]!r} in it is not understood"
    elif len(set(units)) > 1:
        field, problem, stated = "", "it states two units", None
    elif field and not fits(field, stated):
        field, problem = "", "its unit is none of this figure"
    return Heading(text, field, stated, " ".join(period.strip().upper() for period in periods), problem)


def read_unit(text: str) -> Unit | None:
    """The unit that a text names; None where it names none.

    Examples
    --------
    >>> read_unit("in USD millions"), read_unit("倍"), read_unit("phones")
    (MoneyUnit(scale=1000000.0, currency='USD'), '×', None)
    """
    said = re.sub(r"^(?:单位|unit|units|in)\b\s*:?|\bof\b|[.,]", " ", plain(text))
    said = re.sub(r"^单位\s*:?", "", " ".join(said.split())).strip()
    if said in _PERCENT:
        return "%"
    if said in _TIMES:
        return "×"
    try:
        return money_unit(said) if said else None
    except UnitError:
        return None


def is_period(text: str) -> bool:
    """Whether a text is the name of a period and nothing else."""
    return bool(_PERIOD.fullmatch(plain(text)))


def fits(figure: str, unit: Unit | None) -> bool:
    """Whether a figure can be counted in a unit, or in one that is not stated."""
    if unit is None:
        return True
    return isinstance(unit, MoneyUnit) if figure in MONEY else unit == {"growth": "%"}.get(figure, "×")


def is_absent(text: str) -> bool:
    """Whether a text says that there is no figure."""
    said = plain(text)
    return not said or said in _vocabulary()["absent"]


def is_statistic(name: str) -> bool:
    """Whether a row of this name sums up others.

    Examples
    --------
    >>> is_statistic("Industry median:"), is_statistic("平均值"), is_statistic("Mean Group plc")
    (True, True, False)
    """
    known = _vocabulary()
    key = _key(plain(name))
    return any(key.removeprefix(of) in known["statistics"] for of in ("", *known["of"]))


def plain(text: str) -> str:
    """A text without what only looks different: full-width forms, capitals, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").lower().split())


def _pieces(group: str) -> list[str]:
    """The parts of a bracket: itself where it is one unit or period, else what its commas part."""
    whole = group.strip()
    if read_unit(whole) is not None or _PERIOD.fullmatch(whole):
        return [whole]
    return [piece.strip() for piece in re.split(r"[,;、|]|\s-\s", whole) if piece.strip()]


def _taken(piece: str, units: list[Unit], periods: list[str]) -> bool:
    unit = read_unit(piece)
    if unit is not None:
        units.append(unit)
    elif _PERIOD.fullmatch(piece):
        periods.append(piece)
    else:
        return all(word.strip(".") in _vocabulary()["bases"] for word in piece.split())
    return True


def _meaning(rest: str) -> tuple[str, str, Unit | None]:
    """The field of a heading without brackets and periods, or why it has none, and a unit that stands behind it."""
    known = _vocabulary()
    words = [word for word in re.split(r"[\s,:;|]+|\s-\s", rest) if word.strip("-.")]
    for kept in range(len(words), max(len(words) - SUFFIXES, 0) - 1, -1):
        unit = read_unit(" ".join(words[kept:])) if kept < len(words) else None
        if kept < len(words) and unit is None:
            continue
        for key in _keys(words[:kept]):
            if key in known["fields"]:
                return known["fields"][key], "", unit
            if key in known["elsewhere"]:
                return "", "a case has no place for it", unit
            if key in known["either"]:
                return "", f"ambiguous: {known['either'][key]}", unit
    return "", "not understood", None


def _keys(words: list[str]) -> list[str]:
    """The words as one key, whole and without what only says on which basis."""
    bases = _vocabulary()["bases"]
    whole = _key("".join(words))
    based = _key("".join(word for word in words if word.strip(".") not in bases))
    chinese = re.sub(
        f"^(?:{'|'.join(sorted((b for b in bases if not b.isascii()), key=len, reverse=True))})", "", based
    )
    return [key for key in dict.fromkeys((whole, based, chinese)) if key]


def _key(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
