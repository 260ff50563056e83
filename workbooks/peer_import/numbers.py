"""Numbers as text: finds the decimal mark of a file and converts numbers to a decimal point."""

import re
from collections.abc import Iterable
from typing import Final

from valuation.kernel.errors import NotANumberError

_CORE: Final = re.compile(r"[^\d]{0,12}?(\d[\d.,'’\s\u00a0\u202f]*\d|\d)[^\d]{0,24}")
_COMMA: Final = re.compile(
    r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(?: \d{3})+,\d+"
)
_POINT: Final = re.compile(
    r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|\d+\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+|"
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?|\d{1,3}(?:[' ’]\d{3})+\.\d+"
)
_INDIAN: Final = re.compile(r"(?<![\d,])\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])")
_GROUPED: Final = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
_CHINESE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
POINT, COMMA, UNKNOWN = ".", ",", ""


def decimal_mark(texts: Iterable[str], *, usual: str = UNKNOWN) -> tuple[str, str]:
    """Decimal mark of the numbers of a file, and a message where both marks occur.

    Parameters
    ----------
    texts
        Texts of the cells with figures.
    usual
        The usual mark of such a file, used where no number is conclusive.

    Returns
    -------
    tuple of text
        The mark, "" where it is not certain; and the reason.

    Examples
    --------
    >>> decimal_mark(["1.234", "12,5"]), decimal_mark(["1,234"]), decimal_mark(["1,234"], usual=".")
    ((',', ''), ('', ''), ('.', ''))
    >>> decimal_mark(["1.5", "1,5"])
    ('', '1.5 has a decimal point and 1,5 a decimal comma: say which with --decimal , or --decimal .')
    """
    point = comma = ""
    for text in texts:
        if "." not in text and "," not in text:
            continue
        found = _CORE.fullmatch(text.strip())
        if not found:
            continue
        core = re.sub(r"[\u00a0\u202f]", " ", found[1])
        if not point and _POINT.fullmatch(core):
            point = core
        elif not comma and _COMMA.fullmatch(core):
            comma = core
        if point and comma:
            why = f"{point} has a decimal point and {comma} a decimal comma: say which with --decimal , or --decimal ."
            return UNKNOWN, why
    return (POINT if point else COMMA if comma else usual), ""


def usual_mark(separator: str, headings: Iterable[str]) -> str:
    """The usual decimal mark for a separator or a language; "" where neither is conclusive.

    Examples
    --------
    >>> usual_mark(",", []), usual_mark(";", ["Company"]), usual_mark(";", ["总市值"])
    ('.', '', '.')
    """
    if separator == ",":  # with decimal commas the separator cannot be a comma
        return POINT
    return POINT if any(_CHINESE.search(text) for text in headings) else UNKNOWN


def with_point(text: str, mark: str) -> str:
    """A number as text with a decimal point and without thousands separators.

    Examples
    --------
    >>> with_point("1.234,5 Mio", ","), with_point("12,34,567.8", ".")
    ('1234.5 Mio', '1234567.8')
    >>> with_point("1 234,5", ","), with_point("1'234.5", ".")
    ('1234.5', '1234.5')

    Raises
    ------
    NotANumberError
        If a mark may separate either decimals or thousands.
    """
    text = _GROUPED.sub("", text)
    if mark == COMMA:
        if not re.search(r"\d", text) or _badly_grouped(text):
            message = f"{text!r} is not a number with a decimal comma"
            raise NotANumberError(message)
        return text.replace(".", "").replace(",", ".")
    if mark == UNKNOWN and (found := re.search(r"(?<![\d.,])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])", text)):
        whole = found[0].replace(",", "").replace(".", "")
        message = f"may be {whole} or {found[0].replace(',', '.')}: say which with --decimal . or --decimal ,"
        raise NotANumberError(message)
    return _INDIAN.sub(lambda each: each[0].replace(",", ""), text)


def _badly_grouped(text: str) -> bool:
    """Whether points are elsewhere than between thousands, or there are several commas."""
    core = re.search(r"\d[\d.,]*", text)
    return bool(core) and not re.fullmatch(r"(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?", core[0] if core else "")
