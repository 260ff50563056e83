"""Numbers written where they belong become figures: each with its path for an id, and what it inherits.

A case file says `revenue = 806`, or `"1146亿元"`, or `{ value = 806, unit = "亿元", source = "prospectus" }` in place
of a figure's id. What it does not say is inherited: from its row, its section, then `[defaults]`; bare money counts in
the unit of the company.
"""

import datetime as dt
import inspect
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final, TypeAlias, Union, get_args, get_origin

from workbooks.case.amounts import amount
from workbooks.case.model import FIGURE_ID, Case, Record, Role
from workbooks.case.shape import Location, Problem, place, shown

Origins: TypeAlias = dict[str, Location]

INHERITED: Final = ("unit", "as_of", "source")
OWN: Final = {"title", "company", "sources", "figures", "defaults", "zh"}  # what holds no numbers, or is read by itself
NATURAL: Final = {
    "share": "share",
    "rate": "rate",
    "multiple": "×",
    "score": "score",
    "years": "years",
    "ratio": "ratio",
}
LABELS: Final = {
    "base": "multiple",
    "low": "lowest multiple",
    "high": "highest multiple",
    "net_debt": "net debt",
    "ebitda_margin": "EBITDA ÷ revenue",
    "tax_rate": "tax rate",
    "capex": "capital expenditure ÷ revenue",
    "depreciation": "depreciation ÷ revenue",
    "working_capital": "working capital ÷ growth of revenue",
    "wacc": "WACC",
}


@dataclass(frozen=True, slots=True)
class _Context:
    """What a number inherits, and what it is called."""

    unit: str = ""
    as_of: str = ""
    source: str = ""
    path: tuple[str, ...] = ()
    loc: Location = ()
    name: str = ""
    metric: str = ""

    def within(self, given: Mapping[str, Any]) -> "_Context":
        """The context inside a row or a section that says something itself."""
        return replace(
            self,
            unit=_text(given.get("unit", self.unit)),
            as_of=_text(given.get("as_of", self.as_of)),
            source=_text(given.get("source", self.source)),
        )

    def at(self, key: str | int, named: str = "") -> "_Context":
        """The context of a key."""
        return replace(self, path=(*self.path, named or str(key)), loc=(*self.loc, key))


@dataclass(slots=True)
class _Reader:
    """The figures that are found, and where each was written."""

    raw: dict[str, Any]
    figures: dict[str, Any]
    sources: dict[str, Any]
    origins: Origins = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def visit(self, annotation: Any, value: Any, at: _Context) -> Any:  # noqa: ANN401 - what TOML holds
        """The value with ids of figures in the place of numbers."""
        role, records, lists, tables = _alternatives(annotation)
        if role and _is_number(value):
            return self._figure(role, value, {}, at)
        if role and isinstance(value, dict) and "value" in value:
            return self._figure(role, value["value"], value, at.within(value))
        if role and isinstance(value, str) and value not in self.figures:
            return value if value == "?" else self._typed(role, value, at)
        if isinstance(value, tuple) and lists:
            return tuple(self.visit(lists[0], item, _of_item(at, row, item)) for row, item in enumerate(value))
        if lists and not isinstance(value, dict) and _alternatives(lists[0])[0]:
            return (self.visit(lists[0], value, at),)  # one number where one a year may stand
        if isinstance(value, dict) and records:
            return self._record(records[0], value, at)
        if isinstance(value, dict) and tables:
            return {key: self.visit(tables[0], item, _of_entry(at, key)) for key, item in value.items()}
        return value

    def _record(self, record: type[Record], value: dict[str, Any], at: _Context) -> dict[str, Any]:
        fields = record.model_fields
        spare = {key: item for key, item in value.items() if key in INHERITED and key not in fields}
        inside = at.within(spare)
        metric = value.get("metric_name")
        if isinstance(metric, str):
            inside = replace(inside, metric=metric)
        found = {}
        for key, item in value.items():
            if key in spare:
                continue
            annotation = fields[key].annotation if key in fields else None
            metadata = fields[key].metadata if key in fields else []
            found[key] = self.visit(Annotated[annotation, *metadata] if metadata else annotation, item, inside.at(key))
        return found

    def _typed(self, role: Role, text: str, at: _Context) -> str:
        """A text in the place of a figure: an amount, or else the id of a figure."""
        found = amount(text, role.kinds)
        return text if found is None else self._figure(role, found.value, {}, replace(at, unit=found.unit))

    def _figure(self, role: Role, value: Any, given: Mapping[str, Any], at: _Context) -> str:  # noqa: ANN401 - as above
        """A new figure; its id."""
        unit = at.unit
        if isinstance(value, str):
            found = amount(value, role.kinds)
            if found is None:
                self.problems.append(Problem(place((*at.loc, "value"), self.raw), f"{shown(value)} is no amount"))
            else:
                value, unit = found
        elif "unit" not in given:
            unit = self._unit(role, at)
        name = ".".join(map(slug, at.path))
        self.figures[name] = {
            "label": given.get("label") or _label(at),
            "value": float(value) if isinstance(value, int) else value,
            "unit": unit,
            "as_of": at.as_of,
            "source": self.source(at.source),
            "note": given.get("note", ""),
        }
        self.origins[name] = at.loc
        return name

    def _unit(self, role: Role, at: _Context) -> str:
        """The unit of a bare number."""
        if "date" in role.kinds and "money" not in role.kinds:
            return "date"
        if "fx" in role.kinds and len(role.kinds) == 1 and at.path:
            pair = at.path[-1]
            return f"{pair[3:]} per {pair[:3]}"
        if "money" in role.kinds:
            return at.unit
        natural = next((NATURAL[kind] for kind in role.kinds if kind in NATURAL), "")
        return natural or at.unit

    def source(self, given: str) -> str:
        """The id of a source: its own, or that of the source with this title."""
        if not given or given in self.sources:
            return given
        for name, source in self.sources.items():
            if isinstance(source, dict) and source.get("title") == given:
                return name
        name = f"source_{len(self.sources) + 1}"
        self.sources[name] = {"title": given}
        return name


def inlined(raw: dict[str, Any]) -> tuple[dict[str, Any], Origins, list[Problem]]:
    """The data of a case file in which every number is a figure, where each was written, and what is no amount."""
    defaults = _table(raw.get("defaults"))
    company = _table(raw.get("company"))
    reader = _Reader(raw, dict(_table(raw.get("figures"))), dict(_table(raw.get("sources"))))
    unit = defaults.get("unit") or company.get("unit") or ""
    start = _Context(unit=_text(unit)).within(defaults)
    found = {key: value for key, value in raw.items() if key in OWN and key != "defaults"}
    for key, value in raw.items():
        if key not in OWN:
            annotation = Case.model_fields[key].annotation if key in Case.model_fields else None
            found[key] = reader.visit(annotation, value, start.at(key))
    if company:
        found["company"] = reader.visit(Case.model_fields["company"].annotation, company, start.at("company"))
    if isinstance(raw.get("figures", {}), dict):
        found["figures"] = {name: _completed(figure, start, reader) for name, figure in reader.figures.items()}
    if isinstance(raw.get("sources", {}), dict):
        found["sources"] = reader.sources
    return found, reader.origins, reader.problems


def _completed(figure: Any, defaults: _Context, reader: _Reader) -> Any:  # noqa: ANN401 - what TOML holds
    """A figure of [figures] with what it inherits."""
    if not isinstance(figure, dict):
        return figure
    inherited = {"as_of": defaults.as_of, "source": defaults.source}
    found = {**{key: value for key, value in inherited.items() if value}, **figure}
    if isinstance(found.get("source"), str):
        found["source"] = reader.source(found["source"]) if found["source"] not in reader.sources else found["source"]
    if "as_of" in found:
        found["as_of"] = _text(found["as_of"])
    if isinstance(found.get("value"), int) and not isinstance(found["value"], bool):
        found["value"] = float(found["value"])
    return found


def slug(name: str) -> str:
    """A name as a part of an id: small letters, digits and _.

    Examples
    --------
    >>> slug("IoT and lifestyle"), slug("EBITDA 2015E"), slug("手机")
    ('iot_and_lifestyle', 'ebitda_2015e', '手机')
    """
    return re.sub(r"\W+", "_", name).strip("_").lower()


def _alternatives(annotation: Any) -> tuple[Role | None, list[type[Record]], list[Any], list[Any]]:  # noqa: ANN401
    """What a value may be: a figure, records, lists of something, tables of something."""
    role, records, lists, tables = None, [], [], []
    for each, notes in _branches(annotation):
        role = next((note for note in notes if isinstance(note, Role)), role)
        if inspect.isclass(each) and not get_origin(each) and issubclass(each, Record):
            records.append(each)
        elif get_origin(each) is tuple:
            lists.append(get_args(each)[0])
        elif get_origin(each) is dict:
            tables.append(get_args(each)[1])
    return role, records, lists, tables


def _branches(annotation: Any, notes: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:  # noqa: ANN401
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from _branches(inner, (*notes, *more))
    elif get_origin(annotation) in (Union, types.UnionType):
        for branch in get_args(annotation):
            yield from _branches(branch, notes)
    else:
        yield annotation, notes


def _of_item(at: _Context, row: int, item: Any) -> _Context:  # noqa: ANN401 - what TOML holds
    """The context of an item of a list, which goes by its name where it has one."""
    name = item.get("name") if isinstance(item, dict) else None
    if isinstance(name, str):
        inside = at.at(row, name)
        return replace(inside, path=(*inside.path[:-2], name), name=name)
    return replace(at.at(row, str(row + 1)), name=at.name)


def _of_entry(at: _Context, key: str) -> _Context:
    return replace(at.at(key), name=key)


def _label(at: _Context) -> str:
    """What a figure is called: its row, and what of it."""
    keys = [key for key in at.path if not key.isdigit()]
    number = next((key for key in at.path if key.isdigit()), "")
    last = keys[-1]
    what = at.metric if last == "metric" and at.metric else LABELS.get(last, last.replace("_", " "))
    if at.name and at.name != last:
        label = f"{at.name}, {what[:1].lower() + what[1:] if what[1:2].islower() else what}"
    else:
        label = at.name or what[:1].upper() + what[1:]
    return f"{label}, year {number}" if number and "growth" not in number and last in _YEARLY else label


_YEARLY: Final = {"growth", "ebitda_margin", "depreciation", "tax_rate", "capex", "working_capital"}


def _is_number(value: object) -> bool:
    return (isinstance(value, (int, float)) and not isinstance(value, bool)) or type(value) is dt.date


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


FIGURE: Final = re.compile(FIGURE_ID)
