"""Writes an empty case as a case file: numbers in their sections, `"?"` where something is to be filled in."""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from workbooks.case.inline import TO_FILL, lowered
from workbooks.case.shape import Location, frozen
from workbooks.case.toml_text import toml
from workbooks.templates.empty_case import OURS
from workbooks.templates.pasted_peers import SOURCE
from workbooks.templates.skeleton import Skeleton
from workbooks.templates.to_fill import ToFill, sampled

Data: TypeAlias = dict[str, Any]

HEAD: Final = """\
# Replace each "?" by a number, or by an amount with its unit: "45 {currency} m", "12.5%", "32m shares". Take out what
# you do not have: a figure of a peer, a peer, a section. `steelyard build` names every "?" that is left.
# `steelyard cases --schema` prints the schema of case files, with which an editor completes and checks them.
"""
WIDTH: Final = 120  # longest row of a table that is written on one line
SECTIONS: Final = {
    "company": ("Who is valued, when, and in which currency; bare amounts of money are counted in the unit.",),
    "defaults": ('Where numbers come from and of when they are, unless they say so: { value = 12, source = "..." }.',),
    "fx": ("Exchange rates.",),
    "sources": ("Documents that numbers name by their ids.",),
    "figures": ("Numbers that more than one section takes, by their ids.",),
    "capital": ("What leads from enterprise value to equity value; a multiple of enterprise value needs it.",),
    "comparables": (
        "Peers: a published multiple (ps, pe, ev_ebitda), or the value and what it is divided by; EV/EBITDA needs the",
        "net_debt or the enterprise_value too. A peer that does not count has `included = false`. The statistic is",
        "mean, median, harmonic, min, max, q1 or q3.",
    ),
    "segments": (
        "The sum of the parts: each part on the multiple of its own peer; a part may have a `stake`. With `of =",
        '"enterprise"` the bridge of [capital] is taken off; take it out where the multiples are of equity value.',
    ),
    "scenarios": (
        "Forward scenarios: basis is revenue or earnings, `segments` low, base or high. Mixes and probabilities",
        'sum to 1. `of = "enterprise"` where the multiples are EV/EBIT or EV/revenue: then the bridge is taken off.',
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
# low = 550
# high = 600
#
# [[reconciliation]]               a published figure, and how it is recomputed
# published = "published_value"
# result = "segments.equity"       or method = "project" and arguments = { base = "revenue", growth = 0, years = 1 }
# explanation = "Why the two differ."
#
# [cohorts]                        existing and new users by year: see docs/how-to/users.md
# [cap_table]                      shares, a round, who gets what at an exit: see docs/how-to/cap-table.md
# [ownership] and [holdings]       who owns whom, and stakes that are held: see the bundled cases
"""


def case_text(made: Skeleton) -> str:
    """Text of a case file.

    Examples
    --------
    >>> import datetime as dt
    >>> from workbooks.templates.empty_case import Wanted, skeleton
    >>> text = case_text(skeleton(Wanted("Acme", dt.date(2026, 1, 1), peers=(), segments=("Phones",), scenarios=())))
    >>> print(text.partition("parts = ")[2].partition("#")[0].strip())
    [
      { name = "Phones", metric = "?", low = "?", base = "?", high = "?", metric_name = "?", peer = "?" },
    ]
    """
    head = HEAD.replace("{currency}", made.raw["company"]["currency"])
    return head + "\n" + "\n".join(_lines(_placed(made.raw))) + "\n" + MORE


# --- numbers where they belong ---------------------------------------------------------------------


def _placed(raw: Data) -> Data:
    """The case with each number in its section; figures that several places use remain under [figures]."""
    given: Data = raw["figures"]
    sections = {key: copy.deepcopy(value) for key, value in raw.items() if key not in {"figures", "sources"}}
    places = [(loc, name) for loc, _, name in lowered(frozen(sampled(raw))).references if name in given]
    times = Counter(name for _, name in places)
    single = {loc: name for loc, name in places if times[name] == 1}
    company = sections["company"]
    made: Data = {"title": sections.pop("title"), "company": company}
    made["defaults"] = {"source": ToFill("Title of the source"), "as_of": company["as_of"].isoformat()}
    if ("company", "fx") in single:
        pair = f"{company['reporting_currency']}{company['currency']}"
        made["fx"] = {pair: company.pop("fx")}
        single["fx", pair] = single.pop(("company", "fx"))
    kept = {key: source for key, source in raw["sources"].items() if key not in {SOURCE, OURS}}
    made |= {"sources": kept} if kept else {}
    shared = {name: given[name] for name in given if times[name] > 1}
    made |= {"figures": {name: _shared(figure, company["unit"]) for name, figure in shared.items()}} if shared else {}
    made |= {key: value for key, value in sections.items() if key != "company"}
    units = _units(made, single, given)
    for loc, name in single.items():
        _put(made, loc, _number(given[name], units[loc]))
    return made


def _units(made: Data, places: Mapping[Location, str], given: Data) -> dict[Location, str]:
    """Unit of a number without a unit, for each place."""
    trial = copy.deepcopy(made)
    for loc, name in places.items():
        _put(trial, loc, given[name]["value"])
    found = lowered(frozen(sampled(trial)))
    # A count without a unit is refused, since it may be in thousands: it always says what it counts.
    said = {name: loc for name, loc in found.origins.items() if name not in found.bare}
    by_place = {loc: found.raw["figures"][name]["unit"] for name, loc in said.items()}
    return {loc: by_place.get(loc, "") for loc in places}


def _shared(figure: Data, unit: str) -> Data:
    made = {"label": figure["label"], "value": figure["value"]}
    return made | ({} if figure["unit"] == unit else {"unit": figure["unit"]})


def _number(figure: Data, unit: str) -> object:
    """A number alone, or with the keys that its place does not imply."""
    said = {} if figure["unit"] == unit else {"unit": figure["unit"]}
    if figure["source"] not in {SOURCE, OURS}:
        known = {} if isinstance(figure["as_of"], ToFill) else {"as_of": figure["as_of"]}
        said |= known | {key: figure[key] for key in ("source", "note")}
    return {"value": figure["value"], **said} if said else figure["value"]


def _put(made: Any, loc: Location, value: object) -> None:  # noqa: ANN401 - tables and lists in each other
    for step in loc[:-1]:
        made = made[step]
    made[loc[-1]] = value


# --- lines -----------------------------------------------------------------------------------------


def _lines(made: Data) -> Iterator[str]:
    yield f"title = {_value(made['title'])}"
    for name, section in made.items():
        if name == "title":
            continue
        yield ""
        yield from (f"# {line}" for line in SECTIONS[name])
        if name == "sources":
            for number, (source, keys) in enumerate(section.items()):
                yield from ("",) * bool(number)
                yield f"[sources.{source}]"
                yield from _keys(keys)
            continue
        yield f"[{name}]"
        yield from _keys(section)
        for key, items in section.items():
            yield from _items(f"{name}.{key}", items)


def _keys(keys: Data) -> Iterator[str]:
    for key, value in keys.items():
        if not _is_list_of_tables(value):
            yield f"{key} = {_value(value)}"
        elif _is_short(value):
            yield f"{key} = ["
            yield from (f"  {_value(row)}," for row in value)
            yield "]"


def _items(name: str, items: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a key holds
    for item in items if _is_list_of_tables(items) and not _is_short(items) else ():
        yield ""
        yield f"[[{name}]]"
        yield from _keys(item)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _is_short(rows: list[Data]) -> bool:
    """Whether each row of a table fits on one line."""
    return all(len(_value(row)) + len("  ,") <= WIDTH for row in rows)


def _value(value: object) -> str:
    return toml(_marked(value))


def _marked(value: object) -> object:
    """A value with "?" where something is to be filled in."""
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(_marked, value))
    return TO_FILL if isinstance(value, ToFill) else value
