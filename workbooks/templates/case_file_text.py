"""An empty case as the text of its file: every key in its place, `"?"` where something is to be filled in."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from workbooks.case.inline import TO_FILL
from workbooks.case.toml_text import toml
from workbooks.templates.empty_case import Skeleton, ToFill

HEAD: Final = """\
# An empty case. Every "?" is to be filled in: `steelyard build` names those that are left.
# `steelyard cases --schema` prints the schema of case files, with which an editor completes and checks them.
"""
SECTIONS: Final = {
    "company": ("Who is valued, when, and in which currencies; `fx` and `price` name figures below.",),
    "sources": ("Where figures come from. Add one for each document: [sources.ID].",),
    "figures": (
        "Every number, once: what it is, its value, unit, date or period, and source. Amounts are counted in the unit;",
        'shares and rates are fractions (0.15 is 15%); dates stand without quotes. `note = "..."` may be added.',
    ),
    "capital": ("What leads from enterprise value to equity value; a multiple of enterprise value needs it.",),
    "comparables": (
        "Peers: a published multiple (ps, pe, ev_ebitda), or the value and what it is divided by. A peer that does not",
        "count has `included = false`. The statistic is mean, median, harmonic, min, max, q1 or q3.",
    ),
    "segments": ("The sum of the parts: each part on the multiple of its own peer; a part may have a `stake`.",),
    "scenarios": (
        "Forward scenarios: basis is revenue or earnings, `segments` low, base or high. Mixes and probabilities",
        "sum to 1.",
    ),
    "users": ("The per-user analogy: what a peer earns per account, on the company's own users.",),
    "premium": (
        "The scorecard: answers from 1 (worst) to 5 (best), weights that sum to 1. [[premium.floors]] and",
        "[[premium.ceilings]] may be added.",
    ),
    "funding": ("Financing rounds, the oldest first.",),
}
MORE: Final = """
# What else a case may have:
#
# [[references]]                   third-party ranges, for the football field
# label = "IPO range"
# low = "ipo_low"
# high = "ipo_high"
#
# [[reconciliation]]               a published figure, and how it is recomputed
# published = "published_value"
# result = "segments.equity"       or method = "project" and arguments = { base = "revenue", growth = 0, years = 1 }
# explanation = "Why the two differ."
#
# [cohorts]                        existing and new users by year: see docs/how-to/users.md
# [ownership] and [holdings]       who owns whom, and stakes that are held: see the bundled cases
"""
GROUPS: Final = {
    "peer": "Peers",
    "part": "Parts",
    "scenario": "Scenarios",
    "users": "Users",
    "score": "The scorecard",
    "weight": "The scorecard",
    "round": "Financing rounds",
}


def case_text(made: Skeleton) -> str:
    """The text of a case file.

    Examples
    --------
    >>> import datetime as dt
    >>> from workbooks.templates.empty_case import Wanted, skeleton
    >>> text = case_text(skeleton(Wanted("Acme", dt.date(2026, 1, 1), peers=(), segments=("Phones",), scenarios=())))
    >>> print(text.partition("[[segments.parts]]")[2].partition("#")[0].strip())
    name = "Phones"
    metric = "part_1_metric"
    low = "part_1_low"
    base = "part_1_base"
    high = "part_1_high"
    metric_name = "?"
    peer = "?"
    """
    return HEAD + "\n" + "\n".join(_lines(made.raw)) + "\n" + MORE


def _lines(raw: dict[str, Any]) -> Iterator[str]:
    yield f"title = {_value(raw['title'])}"
    for name, section in raw.items():
        if name == "title":
            continue
        yield ""
        yield from (f"# {line}" for line in SECTIONS[name])
        match name:
            case "sources":
                for number, (source, keys) in enumerate(section.items()):
                    yield from ("",) * bool(number)
                    yield f"[sources.{source}]"
                    yield from _keys(keys)
            case "figures":
                yield "[figures]"
                yield from _figures(section)
            case _:
                yield f"[{name}]"
                yield from _keys(section)
                for key, items in section.items():
                    yield from _items(f"{name}.{key}", items)


def _keys(keys: dict[str, Any]) -> Iterator[str]:
    for key, value in keys.items():
        if not _is_list_of_tables(value):
            yield f"{key} = {_value(value)}"


def _items(name: str, items: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a key holds
    for item in items if _is_list_of_tables(items) else ():
        yield ""
        yield f"[[{name}]]"
        yield from _keys(item)


def _figures(figures: dict[str, dict[str, Any]]) -> Iterator[str]:
    for group, names in groupby(figures, key=_group):
        yield f"# {group}"
        for name in names:
            keys = ", ".join(f"{key} = {_value(value)}" for key, value in figures[name].items())
            yield f"{name} = {{ {keys} }}"


def _group(name: str) -> str:
    return GROUPS.get(name.partition("_")[0], "The company")


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _value(value: object) -> str:
    return toml(_marked(value))


def _marked(value: object) -> object:
    """A value with question marks where something is to be filled in."""
    if isinstance(value, list):
        return list(map(_marked, value))
    return TO_FILL if isinstance(value, ToFill) else value
