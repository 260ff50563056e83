"""Vocabulary for the table of peers: headings, beginnings of multiples, scales of units, words for missing numbers."""

from typing import Final

from valuation.kernel.currencies import CURRENCIES, SCALES
from workbooks.case.table_words import FIELDS, NAMES, NOT_MEANINGFUL

TEXTS: Final = ("name", "tier", "included", "why")
AMOUNTS: Final = (
    *("market_value", "price", "shares", "enterprise_value", "net_debt", "debt", "leases", "pensions"),
    *("minorities", "preferred", "cash", "associates"),
)
HEADINGS: Final = {
    "name": "Peer",
    "tier": "Tier",
    "included": "Included",
    "why": "Why",
    "market_value": "Market cap",
    "price": "Price",
    "shares": "Shares",
    "enterprise_value": "EV",
    "net_debt": "Net debt",
    "debt": "Debt",
    "leases": "Leases",
    "pensions": "Pensions",
    "minorities": "Minorities",
    "preferred": "Preferred",
    "cash": "Cash",
    "associates": "Associates",
    "year_end": "Year end",
}
YEAR_END: Final = "year_end"
MONEY, WHOLE, NO_NUMBER = "money", "whole", "text"  # what a bare number of a column counts in
_WHOLE: Final = ("price", "shares", YEAR_END)

# A heading, the key that it stands for, what the key is called, and what its numbers count in.
KNOWN: Final = tuple(
    (word, key, HEADINGS[key], NO_NUMBER if key in TEXTS else WHOLE if key in _WHOLE else MONEY)
    for word, key in (*((name, "name") for name in NAMES), *FIELDS.items())
    if key in TEXTS or key in AMOUNTS or key == YEAR_END
)
ENTERPRISE: Final = ("EV/", "企业价值/")
EQUITY: Final = ("P/", "市盈率", "市净率", "市销率")
# The metric that a multiple of equity divides by, after which its period follows.
METRICS: Final = (
    *(("P/E", "Net profit"), ("P/B", "Book value"), ("P/S", "Revenue")),
    *(("市盈率", "净利润"), ("市净率", "净资产"), ("市销率", "收入")),
)
UNITS: Final = tuple((word, float(f"1e{power}")) for word, power in SCALES.items() if word)
NO_NUMBERS: Final = tuple(sorted(NOT_MEANINGFUL))
NO: Final = ("no", "n", "false", "0", "否")
# Names of rows of a pasted table that are not peers.
SUMMARIES: Final = (
    *("mean", "median", "average", "high", "low", "max", "min", "maximum", "minimum", "total"),
    *("1st quartile", "3rd quartile", "harmonic mean"),
    *("平均", "平均值", "均值", "平均数", "中位数", "中值", "最高", "最低", "最大值", "最小值", "合计"),
)
PER_SHARE: Final = ("pershare", "/share", "shares", "每股", "/股", "股")


def currency_words(currency: str) -> list[str]:
    """The words for a currency, the longest first: of `us$` the sign alone must not be taken off."""
    return sorted((word for word, code in CURRENCIES.items() if code == currency and word), key=len, reverse=True)


def is_multiple(name: str) -> bool:
    """Whether the sheet takes a heading for that of a multiple; one with another beginning would be left out.

    Examples
    --------
    >>> is_multiple("EV/EBITDA 2025E"), is_multiple("Price to assets")
    (True, False)
    """
    return name.upper().replace(" ", "").startswith((*ENTERPRISE, *EQUITY))
