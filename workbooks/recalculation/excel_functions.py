"""Facts about Excel functions for the detection of engine faults, read from `excel_functions.toml`."""

import tomllib
from collections.abc import Collection
from functools import lru_cache
from importlib import resources
from typing import Any, Final

_MOST: Final = 256  # arguments


def plain(name: str) -> str:
    """Name of a function without the prefix that files write for newer functions.

    Examples
    --------
    >>> plain("_xlfn._xlws.SORT")
    'SORT'
    """
    return name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")


def plain_names(names: Collection[str]) -> set[str]:
    """Names of functions without prefixes."""
    return {plain(name) for name in names}


@lru_cache
def group(name: str) -> frozenset[str]:
    """Names of the functions of a group.

    Examples
    --------
    >>> "SUM" in group("statistics")
    True
    """
    return frozenset(str(_read()[name]).split())


@lru_cache
def ranges(function: str) -> frozenset[int]:
    """Positions, from 0, of the arguments of a function that may be ranges.

    Examples
    --------
    >>> sorted(ranges("SUMIF")), sorted(ranges("ROUND"))
    ([0, 2], [])
    """
    if any(function in group(name) for name in ("statistics", "give_arrays", "naming")):
        return frozenset(range(_MOST))
    table: dict[str, str] = _read()["ranges"]
    places = next((key for key, names in table.items() if function in names.split()), "")
    return frozenset(number for word in places.split() for number in _numbers(word))


def _numbers(word: str) -> range:
    if word in ("odd", "even"):
        return range(word == "even", _MOST, 2)
    first = int(word.rstrip("+")) - 1
    return range(first, _MOST if word.endswith("+") else first + 1)


@lru_cache
def _read() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("excel_functions.toml").read_text("utf-8"))
