"""Reads notes around a table that apply to all of it: unit, currency, date, publisher."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from valuation.kernel.amount_text import MoneyUnit
from valuation.kernel.errors import UnitError
from workbooks.peer_import.headings import read_heading
from workbooks.peer_import.periods import DateError, dated
from workbooks.peer_import.units import merged, read_unit, said_unit
from workbooks.peer_import.vocabulary import plain

_KEYED: Final = re.compile(
    r"(?:金额单位|金額單位|货币单位|单位|單位|币种|幣別|幣種|货币|currency|units?|figures|amounts|scale)\s*:\s*([^;,。\s()][^;,。()]*?)"
    r"(?=\s{2,}|[;,。()]|$|\s+(?:币种|单位|货币|currency|units?)\s*:)"
)
_IN: Final = re.compile(
    r"(?:(?<=[\s(*:])|^)(?:figures |amounts |values |stated |expressed |reported |shown |are )*in "
    r"((?:[a-z$€£¥₹.'0]+ ?){1,4})(?=$|[),;.]| (?:except|unless|and|as|at|for|on)\b)"
)
_FILLERS: Final = re.compile(
    r"^(?:note|notes|all|the|figures|amounts|values|numbers|financials|"
    r"financial data|data|are|is|stated|expressed|reported|shown|in|"
    r"单位|币种|\*|:|\s)+(?=\s|$)\s*"
)
_PUBLISHER: Final = re.compile(r"(?:数据来源|資料來源|资料来源|来源|sources?|data sources?)\s*:\s*(.+)", re.IGNORECASE)
_LONGEST: Final = 400  # longest text that is searched for a unit
_SHORT: Final = 40


@dataclass(slots=True)
class Stated:
    """Information from the notes around a table.

    Attributes
    ----------
    unit
        A scale with or without a currency, or a currency alone with scale 1.
    of
        Units that apply to a single figure: `Market cap in USD millions`.
    conflict
        Why the unit is not certain; "" where it is.
    """

    unit: MoneyUnit | None = None
    of: dict[str, MoneyUnit] = field(default_factory=dict)
    day: str = ""
    publisher: str = ""
    conflict: str = ""
    problems: list[str] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Read a text outside the table: 单位：亿元；币种：人民币."""
        said = plain(text)[:_LONGEST]
        publisher = _PUBLISHER.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if publisher:
            self.publisher = self.publisher or publisher[1].strip()
            return
        try:
            self.day = dated(said) or self.day
        except DateError as problem:
            self.problems.append(str(problem))
        for figure, unit in _units(said):
            if figure:
                self.of[figure] = unit
                continue
            try:
                both = merged(self.unit, unit)
            except UnitError:
                self.conflict = (
                    f"is counted in {said_unit(self.unit or unit)} by one note and in {said_unit(unit)} by another"
                )
                return
            if isinstance(both, MoneyUnit):
                self.unit = both


def _units(said: str) -> list[tuple[str, MoneyUnit]]:
    """Units in a text, with a key (`单位: 亿元`), in words (`USD in millions`) or alone (`(USD m)`).

    Each with the figure that it applies to, "" for all.
    """
    named = [("", found[1]) for found in _KEYED.finditer(said)]
    named += [_in_words(said[: found.start()], found[1]) for found in _IN.finditer(said)]
    if not named:
        pieces = [piece for piece in re.split(r"[;,()\[\]。]|\s{2,}|\s-\s", said) if piece.strip()]
        named = [("", piece) for piece in pieces if len(piece) <= _SHORT and _alone(piece)]
    units = [
        (of, read_unit(_FILLERS.sub("", text.strip(" .*:"))) or read_unit(text.strip(" .*:"))) for of, text in named
    ]
    return [(of, unit) for of, unit in units if isinstance(unit, MoneyUnit)]


def _in_words(before: str, after: str) -> tuple[str, str]:
    """Interpret the text around `in`: a currency before a scale, `USD in millions`, or a figure before its unit."""
    words = re.split(r"[;:,()*]|(?<=[a-z]{3})\.", before)[-1].split()
    if words and isinstance(read_unit(words[-1]), MoneyUnit):
        after = f"{words.pop()} {after}"
    heading = read_heading(" ".join(words)) if words else None
    if heading is None or heading.problem == "not understood":
        return "", after
    return heading.field or heading.text, after


def _alone(piece: str) -> bool:
    """Whether a piece of text is clearly a unit; a single letter is not."""
    unit = read_unit(piece)
    return isinstance(unit, MoneyUnit) and (bool(unit.currency) or len(piece.strip()) > 2)  # noqa: PLR2004 - bn is a name too
