"""Writes keys and values as TOML."""

import datetime as dt
import json
import re
from typing import Final

from workbooks.case.printed import Written

MOST: Final = 1e15  # larger whole numbers are not exact in a float
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def toml(value: object) -> str:
    r"""A value as TOML on one line.

    Examples
    --------
    >>> toml(["a", 1.5, True]), toml({"as of": dt.date(2018, 6, 30)}), toml('"\x7f"')
    ('["a", 1.5, true]', '{ "as of" = 2018-06-30 }', '"\\"\\u007f\\""')
    """
    match value:
        case bool():
            return str(value).lower()
        case float() | int():
            return _number(value)
        case dt.date():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{toml_key(key)} = {toml(item)}' for key, item in value.items())} }}"
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(value: float) -> str:
    """A number with its written digits; a whole number without a decimal point."""
    if isinstance(value, Written):
        return value.text
    return repr(int(value)) if float(value).is_integer() and abs(value) < MOST else repr(value)


def toml_key(key: str) -> str:
    """A key as TOML: bare where allowed, else in quotes."""
    return key if _BARE.fullmatch(key) else toml(key)
