"""Amounts in the notation of countries with a decimal comma, points between thousands and their own currency signs."""

import re
from functools import lru_cache
from typing import Final

from valuation.kernel.currencies import ENGLISH_SCALES, LOCAL_SCALES, LOCAL_SIGNS, UNCLEAR, UNCLEAR_AS_WRITTEN, one_of

GERMAN: Final = ("tsd", "mio", "mrd")  # also used in English texts, with a decimal point
_pattern: Final = lru_cache(re.compile)


_SCALE: Final = rf"(?i)[0-9]\s*(?:{one_of((*GERMAN, *LOCAL_SCALES))})"
_SIGN: Final = rf"(?i)(?<![^\W\d_])(?:{one_of(LOCAL_SIGNS)})(?![^\W\d_])"
_ENGLISH: Final = rf"(?i)[0-9]\s*(?:{one_of(ENGLISH_SCALES)})(?![^\W\d_])"
_MARKED: Final = r"(?<![0-9.,])[0-9]+(?:[.,][0-9]+)+(?![0-9.,])"
_NAMED: Final = r"[^0-9.,\s()+%$€£¥-]"  # anything beyond digits and signs that all countries use
_POINTS: Final = r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+"
_WORD: Final = r"[^\W\d_]+\.?|[^\w\s.,()%+-]"
_GROUP: Final = 3
_FIRST: Final = frozenset(word[0] for word in UNCLEAR_AS_WRITTEN)


def with_points(text: str) -> str | None:
    """The text with a decimal point; None where a mark may separate either thousands or decimals.

    Examples
    --------
    >>> with_points("1.234,5 Mio"), with_points("3,5 mld zł"), with_points("1.234 Mrd"), with_points("1,234 bn")
    ('1234.5 Mio', '3.5 mld zł', None, '1,234 bn')
    """
    if "," not in text and "." not in text:
        return text
    marked = _pattern(_MARKED).search(text) if _pattern(_NAMED).search(text) else None
    if marked is None:
        return text
    scaled = _pattern(_SCALE).match(text, marked.end() - 1) is not None
    if not scaled and (not _pattern(_SIGN).search(text) or _pattern(_ENGLISH).match(text, marked.end() - 1)):
        return text
    digits = _decimal(marked[0], scaled=scaled)
    return None if digits is None else text[: marked.start()] + digits + text[marked.end() :]


def _decimal(digits: str, *, scaled: bool) -> str | None:
    if _pattern(_POINTS).fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    parts = re.split("[.,]", digits)
    if len(parts) > 2:  # noqa: PLR2004 - grouped as in English, or invalid
        return digits
    whole, rest = parts
    grouped = len(rest) == _GROUP and len(whole) <= _GROUP and not whole.startswith("0")
    if grouped:  # 1.234 may be 1234 or 1.234
        return digits if "," in digits and not scaled else None
    return f"{whole}.{rest}"


def hint(text: str) -> str:
    """What to write instead of an ambiguous text; "" where nothing in it is ambiguous.

    Examples
    --------
    >>> hint("5 kr"), hint("5 apples")
    ("'kr' may mean several things: write SEK, NOK, DKK or ISK", '')
    >>> hint("1.234 Mrd")
    "'1.234' may be 1234 or 1.234, with a scale in English: write one of these"
    """
    if with_points(text) is None:
        marked = _pattern(_MARKED).search(text)
        digits = marked[0] if marked else text
        plain = digits.replace(",", ".")
        return f"{digits!r} may be {plain.replace('.', '')} or {plain}, with a scale in English: write one of these"
    said = as_written(text)
    for word in () if said else _pattern(_WORD).findall(text):
        written = UNCLEAR.get(word.lower())
        if written:
            return f"{word!r} may mean several things: {written}"
    return said


def as_written(text: str) -> str:
    """What to write instead of a word whose meaning depends on its case, such as Rm; "" where there is none."""
    if _FIRST.isdisjoint(text):
        return ""
    for word in _pattern(_WORD).findall(text):
        if word in UNCLEAR_AS_WRITTEN:
            return f"{word!r} may mean several things: {UNCLEAR_AS_WRITTEN[word]}"
    return ""
