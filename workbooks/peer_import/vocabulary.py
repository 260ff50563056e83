"""Vocabulary of data exports."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Final

# Minor units differ from the currency only in case, so they are replaced before lower-casing.
_MINOR: Final = {
    **dict.fromkeys(("GBp", "GBX", "GBx"), "gbpence"),
    **dict.fromkeys(("ZAc", "ZAX"), "zarcents"),
    **dict.fromkeys(("ILA", "ILa"), "ilsagorot"),
}
_MINOR_UNITS: Final = re.compile(r"(?<![A-Za-z])(?:" + "|".join(_MINOR) + r")(?![A-Za-z])")


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, Any]]:
    text = (resources.files("workbooks.peer_import") / "vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=32)
def words(section: str) -> dict[str, str]:
    """All words of a section, each with the name of its line."""
    lines = _file()[section].items()
    return {word: name for name, line in lines if isinstance(line, str) for word in line.split()}


@lru_cache(maxsize=1)
def phrases() -> frozenset[str]:
    """Phrases in brackets that say nothing about the figure."""
    return frozenset(_file()["bases"]["phrases"])


def plain(text: str) -> str:
    r"""Normalize a text: full-width forms, case, underscores, whitespace.

    Examples
    --------
    >>> plain("Market＿Cap （GBp\nm）")
    'market cap (gbpence m)'
    """
    text = _MINOR_UNITS.sub(lambda found: _MINOR[found[0]], text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.replace("_", " ").lower().split())


def key(text: str) -> str:
    """Only the letters and digits of a text."""
    return "".join(character for character in text if character.isalnum())


def without_aliases(texts: Sequence[str]) -> list[str]:
    """The headings of a row, with codes of known providers replaced by their meaning.

    Examples
    --------
    >>> without_aliases(["ts_code", "total_mv"])
    ['ts_code', 'Market cap (CNY 万)']
    """
    present = set(texts)
    meanings: dict[str, str] = {}
    for layout in _file()["layouts"].values():
        if present.issuperset(layout["markers"].split()):
            meanings |= {name: text for name, text in layout.items() if name != "markers"}
    return [meanings.get(text.strip(), text) for text in texts]


def is_absent(text: str) -> bool:
    """Whether a text means "no figure"."""
    said = plain(text)
    return not said or said in words("absent") or said.startswith(("#n/a", "@n"))


def is_statistic(name: str) -> bool:
    """Whether a row of this name is a summary such as a total or a mean.

    Examples
    --------
    >>> [is_statistic(name) for name in ("Average (ex-outliers)", "25th Pctl", "中位值", "Total (2)")]
    [True, True, True, True]
    >>> is_statistic("Mean Group plc"), is_statistic("High Liner Foods"), is_statistic("格力电器")
    (False, False, False)
    """
    said = plain(name).rstrip("*†‡§: ")
    if not said:
        return False
    return _english_statistic(said) if said.isascii() else _chinese_statistic(said)


def _english_statistic(said: str) -> bool:
    if not _statistic_words().search(said):
        return False
    strong, exact, of = _by_line("strong"), _by_line("exact"), words("of")
    parts = [part.rstrip(".") for part in re.split(r"[\s()\[\],:/&-]+|(?<=\d)(?=[a-z])", said) if part.rstrip(".")]
    known = [part in strong or part in exact for part in parts]
    if not any(known):
        return False
    if all(hit or part in of or re.fullmatch(r"[\d.]+%?", part) for part, hit in zip(parts, known, strict=True)):
        return any(part in strong for part in parts) or parts[0] in exact or parts[-1] in exact
    # As in: average of US handset makers; median for software.
    return bool(parts[0] in strong and re.match(r"\S+\s*(?:of\b|for\b|[:(]|[-–—]\s)", said))


@lru_cache(maxsize=1)
def _statistic_words() -> re.Pattern[str]:
    known = "|".join(re.escape(word) for word in words("statistics") if word.isascii())
    return re.compile(rf"(?<![a-z])(?:{known})(?![a-z])")


def _chinese_statistic(said: str) -> bool:
    rest = re.sub(r"[\d\s()\[\],.:%、/-]+", "", said)
    known = sorted({*words("statistics"), *words("of")}, key=len, reverse=True)
    left = re.sub("|".join(re.escape(word) for word in known if not word.isascii()), "", rest)
    found = any(word in rest for word in words("statistics") if not word.isascii())
    return found and not left


@lru_cache(maxsize=2)
def _by_line(line: str) -> frozenset[str]:
    return frozenset(word for word, name in words("statistics").items() if name == line)
