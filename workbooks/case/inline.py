"""Turns the numbers written in the sections of a case file into figures with a unit, a date and a source.

A number in a section becomes a figure of `[figures]` whose id is its path: `segments.phones.metric`. Unit, date and
source that it does not give are inherited from its row, its table, its section, and then from `[defaults]`.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from valuation.kernel.errors import UnitError
from workbooks.case.amounts import Amount, above_whole, amount, unread
from workbooks.case.annotations import children, fields, inner, record_of, role_of
from workbooks.case.labels import label
from workbooks.case.model import Case, Figure
from workbooks.case.printed import Written, digits
from workbooks.case.quantity import quantity
from workbooks.case.roles import ANY, ID, Role
from workbooks.case.shape import Location, Problem, as_table, nearest, place, shown
from workbooks.case.table_words import NOT_MEANINGFUL

TO_FILL: Final = "?"  # placeholder in a case file for a value that is not filled in yet
PER_CENT: Final = frozenset({"rate", "share", "margin"})  # units of a number that is written with %
INHERITED: Final = ("unit", "as_of", "source")
FORMS: Final = "an amount with its unit, such as '45 USD m', '12.5%', '32m shares' or '18 EUR per share'"
Table: TypeAlias = dict[str, Any]

_UNITS: Final = {
    "share": "share", "rate": "rate", "margin": "margin", "multiple": "×", "ratio": "ratio", "score": "score",
    "years": "years", "date": "date",
}  # fmt: skip


class Scope(NamedTuple):
    """What a number inherits: units (innermost first), date, source, and the names of its row."""

    units: tuple[str, ...] = ()
    as_of: str = ""
    source: str = ""
    path: tuple[str, ...] = ()
    name: str = ""
    metric_name: str = ""

    def inside(self, table: Table) -> "Scope":
        """The scope inside a table, which may give keys for all its numbers."""
        unit, as_of, source = (table.get(key) for key in INHERITED)
        metric_name = table.get("metric_name")
        return self._replace(
            units=(unit, *self.units) if isinstance(unit, str) and unit else self.units,
            as_of=str(as_of) if isinstance(as_of, (str, dt.date)) and as_of else self.as_of,
            source=source if isinstance(source, str) and source else self.source,
            metric_name=metric_name if isinstance(metric_name, str) and metric_name else self.metric_name,
        )


class Reference(NamedTuple):
    """A place that refers to a figure, the role required there, and the id."""

    loc: Location
    role: Role
    name: str


@dataclass
class Lowered:
    """Data in which sections refer to figures by id, the place of each figure in the file, and the problems found."""

    raw: Table
    references: list[Reference] = field(default_factory=list)
    origins: dict[str, Location] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)  # values as written in the file, for messages
    bare: set[str] = field(default_factory=set)  # counts without a unit
    problems: list[Problem] = field(default_factory=list)


def lowered(raw: Table) -> Lowered:
    """Turn every number in the sections of a case file into a figure."""
    made = Lowered(dict(raw))
    reader = _Reader(made, raw)
    scope = Scope().inside(as_table(raw.get("defaults")))
    company = raw.get("company")
    if isinstance(company, dict):
        made.raw["company"] = _company(company, raw)
    for key, expected, value in children(Case, raw):
        if key not in {"figures", "sources", "defaults", "company", "zh"}:
            made.raw[str(key)] = reader.read(expected, value, (key,), scope._replace(path=(str(key),)))
    if isinstance(made.raw.get("company"), dict):
        made.raw["company"] = reader.read(
            Case.model_fields["company"].annotation,
            made.raw["company"],
            ("company",),
            scope._replace(path=("company",)),
        )
    reader.finish(scope)
    sections = list(made.raw)
    made.references.sort(key=lambda reference: sections.index(str(reference.loc[0])))
    return made


def slug(name: str) -> str:
    """A name in the form used in ids.

    Examples
    --------
    >>> slug("IoT and lifestyle"), slug("EBITDA 2015E"), slug("手机")
    ('iot_and_lifestyle', 'ebitda_2015e', '手机')
    """
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_") or "unnamed"


def _without_not_meaningful(row: Table, expected: object) -> Table:
    """A peer or a deal without its figures that are "n.m."; multiples that are go to a list of their own."""
    kept: Table = dict(_known(row, expected))
    for key in ("metrics", "multiples"):
        if isinstance(row.get(key), dict):
            kept[key] = dict(_known(row[key], inner(expected, key)))
    absent = [name for name in as_table(row.get("multiples")) if name not in as_table(kept["multiples"])]
    if absent:
        known = row.get("not_meaningful", ())
        kept["not_meaningful"] = (*(known if isinstance(known, tuple) else ()), *absent)
    return kept


def _known(table: Table, expected: object) -> Iterator[tuple[str, Any]]:
    """The entries of a table whose figures are not n.m."""
    for key, value in table.items():
        figure = role_of(inner(expected, key)) is not None
        if not (figure and isinstance(value, str) and value.strip().casefold() in NOT_MEANINGFUL):
            yield key, value


def _company(company: Table, raw: Table) -> Table:
    """The company with the display unit defaulting to the unit of its numbers, and vice versa."""
    made = dict(company)
    unit = made.get("unit") or made.get("display_unit")
    if unit:
        made.setdefault("unit", unit)
        made.setdefault("display_unit", unit)
    pair = f"{made.get('reporting_currency', '')}{made.get('currency', '')}"
    if made.get("reporting_currency") and not made.get("fx") and as_table(raw.get("fx")).get(pair, TO_FILL) != TO_FILL:
        made["fx"] = f"fx.{pair}"
    return made


class _Reader:
    """Turns the numbers of sections into figures."""

    def __init__(self, made: Lowered, raw: Table) -> None:
        self.made = made
        self.data = raw
        self.figures: Table = dict(as_table(raw.get("figures")))
        self.sources: Table = dict(as_table(raw.get("sources")))
        self.titles: dict[str, str] = {}
        company = made.raw.get("company")
        self.company = _company(company, raw) if isinstance(company, dict) else {}
        self.measures = _measures(raw.get("comparables"))

    def read(self, expected: object, value: object, loc: Location, scope: Scope) -> object:
        """Read a value of a section; numbers in it become figures."""
        role = role_of(expected)
        if role is None:
            return self._inside(expected, value, loc, scope)
        made = self._named(role, expected, value, loc, scope)
        if isinstance(made, str) and made != TO_FILL:
            self.made.references.append(Reference(loc, role, made))
        return made

    def _named(self, role: Role, expected: object, value: object, loc: Location, scope: Scope) -> object:
        """Id of the figure that a place refers to or contains."""
        if isinstance(value, dict) and "value" in value and "value" not in fields(expected):
            return self._figure(role, value["value"], loc, scope.inside(value), value)
        if value != TO_FILL and not isinstance(value, bool) and isinstance(value, (int, float, str, dt.date)):
            return self._scalar(role, value, loc, scope)
        return self._inside(expected, value, loc, scope)

    def _inside(self, expected: object, value: object, loc: Location, scope: Scope) -> object:
        """Read the values of a table or a list; anything else is returned unchanged."""
        if isinstance(value, dict):
            value = _without_not_meaningful(value, expected) if "not_meaningful" in fields(expected) else value
            scope = scope.inside(value) if record_of(expected) else scope
            named = _name(value) if record_of(expected) else ""
            scope = scope._replace(name=named or scope.name)
            return value | {
                key: self.read(each, item, (*loc, key), scope._replace(path=(*scope.path, _step(key))))
                for key, each, item in children(expected, value)
            }
        if isinstance(value, tuple):
            item = inner(expected, 0)
            return value if item is None else self._items(item, value, loc, scope)
        return value

    def _items(self, item: object, value: tuple[object, ...], loc: Location, scope: Scope) -> tuple[object, ...]:
        rows = []
        for row, each in enumerate(value):
            name = _name(each)
            steps = (*scope.path[:-1], slug(name)) if name and len(scope.path) == 2 else (*scope.path, str(row + 1))  # noqa: PLR2004 - a section and its list
            rows.append(self.read(item, each, (*loc, row), scope._replace(path=steps)))
        return tuple(rows)

    def _scalar(self, role: Role, value: float | str | dt.date, loc: Location, scope: Scope) -> object:
        if not isinstance(value, str):
            return self._figure(role, value, loc, scope, {})
        if value in self.figures:
            return value
        if amount(value, role):
            return self._figure(role, value, loc, scope, {})
        if value == ".".join(scope.path):
            self._problem(loc, f"{shown(value)} is this figure itself: expected a number, or the id of another")
            return TO_FILL
        if not re.fullmatch(ID, value):
            self._problem(loc, f"{shown(value)} is neither {FORMS} nor the id of a figure{self._meant(value)}")
        return value

    def _meant(self, text: str) -> str:
        """Hint what to write instead of a text that is no amount: the id of a number that it names as headings do."""
        section, dot, name = text.partition(".")
        path = ".".join(map(slug, text.split(".")))
        known = name and any(slug(str(key)) == slug(name) for key in as_table(self.data.get(section)))
        return f"; the id of that number is {path!r}" if dot and known else unread(text)

    def _figure(self, role: Role, value: object, loc: Location, scope: Scope, given: Table) -> object:
        unknown = [key for key in given if key not in Figure.model_fields]
        if unknown:
            known = tuple(Figure.model_fields)
            self._problem((*loc, unknown[0]), f"is not a key of a figure{nearest(unknown[0], known)}")
        if value == TO_FILL:
            return TO_FILL
        unit, written = given.get("unit") or self._unit(role, loc, scope), value
        if isinstance(value, str):
            read = self._amount(value, role, loc, given)
            if read is None:
                return TO_FILL
            value, unit = read
        elif not given.keys() & {"unit", "place"} and (told := above_whole(value, role)):
            self._problem(loc, told)
            return TO_FILL
        figure_id = self._id(scope.path, loc)
        figure = {
            "label": given.get("label") or label(loc, scope.name, scope.metric_name),
            "value": float(value) if isinstance(value, int) else value,
            "unit": unit,
            "as_of": str(given.get("as_of") or scope.as_of),
            "source": self._source(str(given.get("source") or scope.source), scope),
        } | {key: given[key] for key in ("note", "place") if key in given}
        for key, message in (
            ("unit", f"{role.words} needs a unit: write {FORMS}"),
            ("as_of", _NO_DATE),
            ("source", _NO_SOURCE),
        ):
            if not figure[key]:
                self._problem(loc, f"{shown(value)} {message}" if key != "unit" else f"{shown(value)}: {message}")
                return TO_FILL
        self.figures[figure_id] = figure
        self.made.origins[figure_id] = loc
        self.made.written[figure_id] = shown(written)
        if unit == role.noun and not isinstance(written, str) and not given.get("unit"):
            self.made.bare.add(figure_id)
        return figure_id

    def _id(self, path: tuple[str, ...], loc: Location) -> str:
        short = ".".join(path)
        if short not in self.figures:
            return short
        return ".".join(str(step + 1) if isinstance(step, int) else slug(step) for step in loc)

    def _unit(self, role: Role, loc: Location, scope: Scope) -> str:
        """Unit of a number written without one: the innermost suitable unit, else that of the field or the company."""
        if loc[0] == "fx" and isinstance(loc[-1], str):
            return f"{loc[-1][3:]} per {loc[-1][:3]}"
        if len(loc) > 1 and loc[-2] == "metrics" and loc[-1] in self.measures:
            return self.measures[loc[-1]]
        own = self.company.get("unit", "")
        company = (self.company.get("reporting_unit") or own) if role.currency == "reporting" else own
        units = (str(company), *scope.units) if role.currency == "reporting" else (*scope.units, str(company))
        for unit in units:
            if unit and _kind(unit) in role.kinds and not (role.noun and _kind(unit) == "money"):
                return unit
        currency = str(self.company.get("currency", ""))
        match role.kinds[0]:
            case "money_per":
                return f"{currency} per {role.noun}" if role.noun and currency else ""
            case "count":
                return role.noun
            case kind:
                return _UNITS.get(kind, "")

    def _source(self, given: str, scope: Scope) -> str:
        """Id of a source: an existing one, or a new one for a title."""
        if not given or given in self.sources:
            return given
        if re.fullmatch(ID, given) and as_table(self.data.get("sources")):
            return given  # a misspelt id, which the check of figures reports
        if given not in self.titles:
            self.titles[given] = f"source_{len(self.titles) + 1}"
            title = "not known yet" if given == TO_FILL else given  # the "?" is reported at its own place
            self.sources[self.titles[given]] = {"title": title, "date": scope.as_of or "not given"}
        return self.titles[given]

    def _line(self, line: object) -> object:
        """Convert a line of the reconciliation to the form of the records.

        Arguments that give figures by path become references, and where the published figure is written with other
        digits than its float has (7.00), the written form is kept.
        """

        def named(argument: object) -> object:
            if isinstance(argument, tuple):
                return tuple(map(named, argument))
            dotted = isinstance(argument, str) and "." in argument and argument in self.figures
            return f"figures.{argument}" if dotted else argument

        if not isinstance(line, dict):
            return line
        value = as_table(self.figures.get(str(line.get("published")))).get("value")
        written = digits(value.text, value) if isinstance(value, Written) else ""
        line = line if "printed" in line or not written else line | {"printed": written}
        if not isinstance(line.get("arguments"), dict):
            return line
        return line | {"arguments": {key: named(argument) for key, argument in line["arguments"].items()}}

    def _with_number(self, name: str, figure: Table) -> Table:
        """A figure of `[figures]`; a value written with its unit becomes a number and its unit."""
        value = figure.get("value")
        if not isinstance(value, str) or value == TO_FILL:
            return figure
        # What refers to it says how to read "10%" (a share or a rate) and "EUR 18" (of a price, per share).
        role = next((each.role for each in self.made.references if each.name == name), ANY)
        read = self._amount(value, role, ("figures", name), figure)
        if read is None:
            return figure
        self.made.written[name] = shown(value)
        return figure | read._asdict()

    def _amount(self, text: str, role: Role, loc: Location, given: Table) -> Amount | None:
        """The number and the unit of an amount; None, with a problem, where it is none or contradicts its `unit`."""
        cell, own = f"{given['place']}: " if "place" in given else "", given.get("unit")
        read = amount(text, role)
        if read is None:
            self._problem((*loc, "value"), f"{cell}{shown(text)} is not {FORMS}{unread(text)}")
        elif not isinstance(own, str) or _kind(own) == _kind(read.unit):
            return read
        elif {own, read.unit} <= PER_CENT:  # the figure says of which kind its per cent is
            return read._replace(unit=own)
        else:
            self._problem((*loc, "value"), f"{cell}{shown(text)} is not in the unit that the figure gives, `{own}`")
        return None

    def _problem(self, loc: Location, message: str) -> None:
        self.made.problems.append(Problem(place(loc, self.data), message))

    def finish(self, scope: Scope) -> None:
        """Apply `[defaults]` to the figures of `[figures]`, and store figures and sources in the case."""
        company_unit = str(self.company.get("unit", ""))
        for name, figure in as_table(self.data.get("figures")).items():
            if isinstance(figure, dict):
                figure = self._with_number(name, figure)  # noqa: PLW2901 - the same figure, read
                missing = {"as_of": scope.as_of, "source": scope.source, "unit": next(iter(scope.units), company_unit)}
                inherited = {key: text for key, text in missing.items() if text and key not in figure}
                made = figure | (inherited if scope.as_of or scope.source else {})
                if isinstance(made.get("source"), str) and figure.get("source") != TO_FILL:
                    made = made | {"source": self._source(made["source"], scope)}
                self.figures[name] = made
        lines = self.made.raw.get("reconciliation")
        if isinstance(lines, tuple):
            self.made.raw["reconciliation"] = tuple(map(self._line, lines))
        if self.figures or "figures" in self.data:
            self.made.raw["figures"] = self.figures
        if self.sources or "sources" in self.data:
            self.made.raw["sources"] = self.sources


_NO_DATE: Final = "has no date: give as_of here, in its row or section, or under [defaults]"
_NO_SOURCE: Final = "has no source: give it here, in its row or section, or under [defaults]"


def _name(value: object) -> str:
    found = value.get("name") if isinstance(value, dict) else None
    return found.strip() if isinstance(found, str) else ""


def _measures(comparables: object) -> dict[str | int, str]:
    """Unit of plain numbers for each operating measure."""
    rows = as_table(comparables).get("measures")
    named = [row for row in rows if isinstance(row, dict)] if isinstance(rows, tuple) else []
    return {row["name"]: str(row.get("unit", "rate")) for row in named if isinstance(row.get("name"), str)}


def _step(key: str | int) -> str:
    return str(key) if re.fullmatch(r"\w+", str(key)) else slug(str(key))


def _kind(unit: str) -> str:
    try:
        return quantity(unit).kind
    except UnitError:
        return ""
