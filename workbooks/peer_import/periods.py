"""Finds periods in headings and rows, and dates in texts around a table."""

import datetime as dt
import re
from typing import Final

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        start=1,
    )
}
_MONTH: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?"
_SUFFIX: Final = r"(?:\s?[aefp](?![0-9a-z/]))?"  # 2024E, but not the P of "2024 P/E"
_DATE: Final = (
    rf"(?:19|20)\d\d[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?|\d{{1,2}}[-/. ]{_MONTH}[-/., ]+(?:19|20)\d\d|"
    rf"{_MONTH}\s\d{{1,2}},?\s(?:19|20)\d\d|{_MONTH}[-/' ]+(?:(?:19|20)\d\d|\d\d)|\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d"
)
PERIOD: Final = re.compile(
    r"(?:19|20)\d\d年?(?:第?[一二三四]季度?报?|一季报|三季报|半年报|中报|年度报告|年度|年报|报|度|"
    r"年\d{1,2}月\d{1,2}日|年\d{1,2}月|年)[ae]?|"
    r"最近12个月|近12个月|滚动|动态|静态|预测|过去12个月|"
    rf"(?<![0-9a-z])(?:{_DATE}|"
    rf"(?:fy|cy|f)?\s?'?(?:19|20)\d\d(?:\s?[hq][1-4]|\s?fy)?{_SUFFIX}|(?:fy|cy)\s?'?\d\d{_SUFFIX}|'?\d\d[aefp](?![/])|"
    r"fy\s?[+-]?[0-3]|(?:fy|cy)\s?[+-]\s?[0-3]|[1-4]q\s?'?\d\d(?:\d\d)?[ae]?|[12]h\s?'?\d\d(?:\d\d)?[ae]?|"
    r"[qh][1-4]\s?(?:fy)?\s?'?\d\d(?:\d\d)?[ae]?|[hq][1-4]|ltm|ttm|ntm|mrq|mry|lfy|nfy|lfq|bf12m|t12m|qtr|"
    r"latest quarter|latest year|"
    r"(?:last|next|trailing|forward|past) (?:twelve|12) ?(?:months|m)|"
    r"(?:current|next|last|latest) (?:fiscal )?(?:year|quarter)|"
    r"1[- ]?yr[- ]?fwd|12m fwd|forward|fwd|trailing)(?![0-9a-z])"
)
_DAY: Final = re.compile(
    rf"(?P<y>(?:19|20)\d\d)[-/.年](?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})|"
    rf"(?P<name>{_MONTH})\s*(?P<d2>\d{{1,2}}),?\s+(?P<y2>(?:19|20)\d\d)|"
    rf"(?P<d3>\d{{1,2}})[-/. ](?P<name3>{_MONTH})[-/., ]+(?P<y3>(?:19|20)\d\d)|"
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y4>(?:19|20)\d\d)|(?<!\d)(?P<y5>(?:19|20)\d\d)(?P<m5>\d\d)(?P<d5>\d\d)(?!\d)"
)
_DATED: Final = re.compile(r"截至|截止|日期|as of|as at|date|pricing|基准日", re.IGNORECASE)


class DateError(ValueError):
    """A text in the form of a date that does not exist."""


def periods(text: str) -> tuple[list[str], str]:
    """Periods in a lower-case text, and the text without them.

    Examples
    --------
    >>> periods("2024 p/e")[0], periods("fy24e revenue")[0], periods("ev/ebitda ltm")[0]
    (['2024'], ['FY24E'], ['LTM'])
    """
    found = [_shown(match[0]) for match in PERIOD.finditer(text)]
    return found, PERIOD.sub("  ", text) if found else text


def period(text: str) -> str:
    """The period, as displayed, if a lower-case text is nothing but a period; else ""."""
    return _shown(text) if PERIOD.fullmatch(text.strip()) else ""


def dated(text: str) -> str:
    """Date of figures given in a text, as 2024-06-30; "" where there is none.

    Raises
    ------
    DateError
        If the date does not exist.
    """
    return day(text) if _DATED.search(text) else ""


def day(text: str) -> str:
    """First date in a lower-case text, as 2024-06-30; "" where there is none or day and month are ambiguous.

    Examples
    --------
    >>> day("june 30, 2024"), day("20240628"), day("30-jun-2024"), day("06/30/2024"), day("03/04/2024")
    ('2024-06-30', '2024-06-28', '2024-06-30', '2024-06-30', '')

    Raises
    ------
    DateError
        If the date does not exist.
    """
    found = _DAY.search(text)
    if not found:
        return ""
    part = found.groupdict()
    year = int(next(part[name] for name in ("y", "y2", "y3", "y4", "y5") if part[name]))
    if part["a"]:
        first, second = int(part["a"]), int(part["b"])
        if first != second and max(first, second) <= 12:  # noqa: PLR2004 - either may be the month
            return ""
        month, number = sorted((first, second))
    elif word := part["name"] or part["name3"]:
        month = next(value for name, value in _MONTHS.items() if name.startswith(word[:3]))
        number = int(part["d2"] or part["d3"])
    else:
        month, number = int(part["m"] or part["m5"]), int(part["d"] or part["d5"])
    try:
        return dt.date(year, month, number).isoformat()
    except ValueError:
        message = f"{found[0]} is not a day of the calendar"
        raise DateError(message) from None


def _shown(text: str) -> str:
    whole = re.sub(r"\s+", " ", text.strip(" '").upper())
    return re.sub(r"(?<=\d) (?=[AEFP]$)|(?<=[FC]Y) (?=\d)", "", whole)
