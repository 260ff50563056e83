"""Everything that must hold in a case file, and every problem in it in plain words with its place.

Two readings of the same data: the shape of the records (keys, texts, numbers), which pydantic checks and
this module puts into words, and what must fit together (ids, units, sums), which is checked even where the
shape is broken elsewhere, so that one run shows everything there is to mend. Items are counted from 1.
"""

import difflib
import inspect
import math
import re
import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from valuation.amounts import money_unit
from valuation.catalogue import CATALOGUE, Entry
from valuation.errors import RangeError, UnitError
from workbooks.case import CURRENCY, ID, LINE, NOTE, RESULTS, Case, Company, Line, Record, Role, Scenario, Scenarios
from workbooks.quantity import Quantity, objection, quantity, whole

Location: TypeAlias = tuple[str | int, ...]
R = TypeVar("R", bound=Record)

SUM_TOLERANCE: Final = 1e-9
SHOWN: Final = 60  # characters of an offending value


class Problem(NamedTuple):
    """What is wrong, and where in the file."""

    path: str
    message: str


def read(raw: dict[str, Any]) -> tuple[Case | None, list[Problem]]:
    """The case that the data of a file holds, if it does, and everything that is wrong with it.

    `raw` is what TOML gives, with its lists as tuples.
    """
    case, problems = None, []
    try:
        case = Case.model_validate(raw)
    except ValidationError as error:
        problems = list(dict.fromkeys(_misshapen(raw, error)))
    places = {problem.path for problem in problems}
    problems += [problem for problem in dict.fromkeys(_misfits(raw)) if problem.path not in places]
    return case, problems


# The shape of the records -------------------------------------------------------------------------------------------

_WORDS: Final = {
    "string_type": "expected a text, in quotes",
    "string_too_long": "expected at most {max_length} characters",
    "float_type": "expected a number such as 1146 or 0.15, without quotes, commas or units",
    "finite_number": "expected a finite number",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "date_type": "expected a date without quotes: 2018-06-30",
    "dict_type": "expected a table of keys and values",
    "model_type": "expected a table of keys and values",
    "tuple_type": "expected a list",
    "too_short": "expected at least one",
    "literal_error": "expected {expected}",
    "greater_than_equal": "expected at least {ge}",
    "greater_than": "expected more than {gt:g}",
    "less_than": "expected less than {lt:g}",
}
_PATTERNS: Final = {
    ID: "expected an id: small letters, digits and _, beginning with a letter",
    CURRENCY: "expected the three capitals of a currency: CNY",
    LINE: "expected one line of text",
    NOTE: "expected text without control characters",
}
_ARGUMENT: Final = "expected a figure's id, a result in the workbook, 0 or 1, or a list of these"


def _misshapen(raw: dict[str, Any], error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        loc = _location(detail["loc"], raw)
        match detail["type"]:
            case "missing":
                loc = (*loc, detail["loc"][-1])
                description = _description(loc)
                yield Problem(_place(loc, raw), f"is missing{': ' if description else ''}{description}")
            case "extra_forbidden":
                known = list(_keys(loc[:-1]))
                message = f"is no key of this table{_nearest(str(loc[-1]), known)}; its keys are {', '.join(known)}"
                yield Problem(_place(loc, raw), message)
            case _:
                yield Problem(_place(loc, raw), f"{_shown(detail['input'])}: {_expected(detail)}")


def _expected(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    if "arguments" in detail["loc"]:
        return _ARGUMENT
    if "pattern" in context:
        return _PATTERNS[context["pattern"]]
    return _WORDS[detail["type"]].format_map(context)


def _location(loc: Location, raw: object) -> Location:
    """The location as far as the data goes: pydantic adds which branch of a union it tried, or what is missing."""
    here: Any = raw
    for depth, key in enumerate(loc):
        if not (isinstance(key, int) if isinstance(here, tuple) else isinstance(here, dict) and key in here):
            return loc[:depth]
        here = here[key]
    return loc


def _place(loc: Location, raw: object) -> str:
    text, name, here = "", "", raw
    for key in loc:
        bare = re.fullmatch(r"[A-Za-z0-9_-]+", str(key))
        text += f"[{key + 1}]" if isinstance(key, int) else f"{'.' * bool(text)}{key if bare else repr(key)}"
        here = here.get(key) if isinstance(here, dict) else here[key] if isinstance(here, tuple) else None  # type: ignore[index]
        if isinstance(key, int) and isinstance(here, dict):
            names = (here[word] for word in ("name", "label", "published") if isinstance(here.get(word), str))
            name = " ".join(next(names, "").split())[:SHOWN]
    return f"{text} ({name})" if name else text


def _keys(loc: Location) -> dict[str, FieldInfo]:
    """The keys that a table may have."""
    here: Any = Case
    for key in loc:
        fields = _fields(here)
        here = _stripped(fields[str(key)].annotation if fields else get_args(here)[-1 if isinstance(key, str) else 0])
    return _fields(here)


def _description(loc: Location) -> str:
    return _keys(loc[:-1])[str(loc[-1])].description or ""


def _fields(annotation: object) -> dict[str, FieldInfo]:
    return annotation.model_fields if inspect.isclass(annotation) and issubclass(annotation, Record) else {}


def _stripped(annotation: Any) -> Any:  # noqa: ANN401 - an annotation
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = get_args(annotation)[0]
    return annotation


# What must fit together ---------------------------------------------------------------------------------------------


def _misfits(raw: dict[str, Any]) -> Iterator[Problem]:
    company = _typed(Company, raw.get("company"))
    figures = _Figures(raw, company)
    yield from figures.problems
    if company:
        yield from _company_misfits(company, figures)
    for loc, role, named in _references(Case, raw, ()):
        message = figures.misfit(named, role)
        if message:
            yield Problem(_place(loc, raw), message)
    scenarios = _typed(Scenarios, raw.get("scenarios"))
    if scenarios:
        yield from _scenario_misfits(scenarios, figures, raw)
    for loc in (("comparables", "peers"), ("segments", "parts"), ("scenarios", "cases")):
        yield from _twins(loc, "name", raw)
    yield from _twins(("references",), "label", raw)
    yield from _line_misfits(raw)


class _Figures:
    """The figures of a case as far as they can be read."""

    def __init__(self, raw: dict[str, Any], company: Company | None) -> None:
        self.raw = _table(raw.get("figures"))
        self.currencies = {
            "local": company.currency if company else "",
            "reporting": company.reporting_currency if company else "",
        }
        self.quantities: dict[str, Quantity] = {}
        self.values: dict[str, float] = {}
        self.problems: list[Problem] = []
        sources = _table(raw.get("sources"))
        for name, figure in self.raw.items():
            if isinstance(figure, dict):
                self._read(name, figure, sources, raw)

    def _read(self, name: str, figure: dict[str, Any], sources: dict[str, Any], raw: object) -> None:
        def problem(key: str, message: str) -> None:
            self.problems.append(Problem(_place(("figures", name, key), raw), message))

        source, unit, value = figure.get("source"), figure.get("unit"), figure.get("value")
        if isinstance(source, str) and source not in sources:
            problem("source", f"{_shown(source)} is no source of this case{_nearest(source, sources)}")
        if not isinstance(unit, str):
            return
        try:
            of = quantity(unit)
        except UnitError as error:
            problem("unit", str(error))
            return
        self.quantities[name] = of
        local, reporting = self.currencies.values()
        if of.kind in {"money", "money_per"} and local and of.currency not in {local, reporting}:
            problem("unit", f"{_shown(unit)} is in {of.currency}: expected {local} or {reporting}, as under [company]")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            message = objection(value, of)
            try:
                whole(value, of)
            except RangeError:
                message = "is too large for a number"
            if message:
                problem("value", f"{_shown(value)} in {unit}: {message}")
            self.values[name] = float(value)

    def misfit(self, name: str, role: Role) -> str:
        """Why a figure cannot stand where it is named; "" where it can."""
        if name not in self.raw:
            return f"{_shown(name)} is no figure of this case{_nearest(name, self.raw)}"
        of, value = self.quantities.get(name), self.values.get(name)
        if of is None:
            return ""
        if of.kind not in role.kinds:
            return f"{_shown(name)} is in `{of.unit}`: expected {role.words}"
        currency = self.currencies.get(role.currency)
        if currency and of.currency != currency:
            return f"{_shown(name)} is in {of.currency}: expected {role.words}, {currency}"
        if value is not None and not role.low <= value <= role.high and not objection(value, of):
            return f"{_shown(name)} is {value:g}: expected {role.words}"
        return ""

    def sum_of(self, names: Iterable[str]) -> tuple[float, str] | None:
        """The sum of figures, and how it is made up; None where one of them cannot be read."""
        values = [self.values.get(name) for name in names]
        if any(value is None for value in values):
            return None
        numbers = [value for value in values if value is not None]
        return math.fsum(numbers), " + ".join(f"{number:g}" for number in numbers)


def _company_misfits(company: Company, figures: _Figures) -> Iterator[Problem]:
    known = True
    for key in ("currency", "reporting_currency"):
        if not _money_currency(getattr(company, key)):
            known = False
            yield Problem(f"company.{key}", f"{_shown(getattr(company, key))} is no currency that is known")
    if known and company.currency == company.reporting_currency:
        message = f"{_shown(company.currency)} is the company's own currency: expected a second one"
        yield Problem("company.reporting_currency", message)
    for key, currency in (("display_unit", company.currency), ("reporting_unit", company.reporting_currency)):
        unit = getattr(company, key)
        if known and _money_currency(unit) != currency:
            yield Problem(f"company.{key}", f"{_shown(unit)}: expected a unit of {currency}, such as `{currency} m`")
    rate = figures.quantities.get(company.fx)
    if rate and rate.kind == "fx" and (rate.currency, rate.noun) != (company.currency, company.reporting_currency):
        message = f"{_shown(company.fx)} is {rate.unit}: expected {company.currency} per {company.reporting_currency}"
        yield Problem("company.fx", message)


def _money_currency(unit: str) -> str:
    try:
        return money_unit(unit).currency
    except UnitError:
        return ""


def _scenario_misfits(scenarios: Scenarios, figures: _Figures, raw: object) -> Iterator[Problem]:
    if scenarios.selected > len(scenarios.cases):
        message = f"{scenarios.selected}: expected the number of a scenario, 1 to {len(scenarios.cases)}"
        yield Problem("scenarios.selected", message)
    total = figures.sum_of(scenario.probability for scenario in scenarios.cases)
    if total and abs(total[0] - 1) > SUM_TOLERANCE:
        yield Problem("scenarios.cases", f"the probabilities {total[1]} are {total[0]:.10g}: expected a sum of 1")
    for row, scenario in enumerate(scenarios.cases):
        for key, message in _mix_misfits(scenario, scenarios.parts, figures):
            yield Problem(_place(("scenarios", "cases", row, key), raw), message)


def _mix_misfits(scenario: Scenario, parts: tuple[str, ...], figures: _Figures) -> Iterator[tuple[str, str]]:
    if scenario.basis == "earnings" and not scenario.mix:
        yield "basis", "'earnings': expected a mix and its margins, from which the earnings come"
    if len(scenario.margins) != len(scenario.mix):
        yield "margins", f"{len(scenario.margins)} margins: expected one for each of the {len(scenario.mix)} of the mix"
    if scenario.mix and len(scenario.mix) != len(parts):
        yield "mix", f"{len(scenario.mix)} shares: expected one for each of the {len(parts)} of scenarios.parts"
    total = figures.sum_of(scenario.mix)
    if scenario.mix and total and abs(total[0] - 1) > SUM_TOLERANCE:
        yield "mix", f"the shares {total[1]} are {total[0]:.10g}: expected a sum of 1"


def _twins(loc: Location, key: str, raw: dict[str, Any]) -> Iterator[Problem]:
    """Items of the same name, as Excel compares names: capitals do not matter."""
    rows: Any = raw
    for step in loc:
        rows = _table(rows).get(str(step))
    seen: dict[str, int] = {}
    for row, item in enumerate(rows if isinstance(rows, tuple) else ()):
        name = item.get(key) if isinstance(item, dict) else None
        if isinstance(name, str):
            first = seen.setdefault(name.strip().casefold(), row)
            if first != row:
                place = _place((*loc, row, key), raw)
                yield Problem(place, f"{_shown(name)} is already the {key} of number {first + 1}")


def _line_misfits(raw: dict[str, Any]) -> Iterator[Problem]:
    figures = _table(raw.get("figures"))
    results = [f"{section}.{name}" for section, names in RESULTS.items() if section in raw for name in names]
    published: list[str] = []
    lines = raw.get("reconciliation")
    for row, item in enumerate(lines if isinstance(lines, tuple) else ()):
        line = _typed(Line, item)
        if line is None:
            continue
        for keys, message in _ways(line, figures, results):
            yield Problem(_place(("reconciliation", row, *keys), raw), message)
        if line.published in published:
            place = _place(("reconciliation", row, "published"), raw)
            yield Problem(place, f"{_shown(line.published)} already has line {published.index(line.published) + 1}")
        published.append(line.published)
        results.append(f"recomputed.{line.published}")


def _ways(line: Line, figures: Iterable[str], results: Iterable[str]) -> Iterator[tuple[Location, str]]:
    if bool(line.result) == bool(line.method):
        given = "both are given" if line.result else "neither is given"
        yield (), f"{given}: expected either a result of the workbook or a method of the catalogue"
    if line.result and line.result not in results:
        yield ("result",), _no_result(line.result, results)
    if line.arguments and not line.method:
        yield ("arguments",), "expected a method that they are for"
    if not line.method:
        return
    entry = CATALOGUE.get(line.method)
    if entry is None:
        yield ("method",), f"{_shown(line.method)} is no function of the catalogue{_nearest(line.method, CATALOGUE)}"
        return
    if entry.result.shape != "number":
        yield ("method",), f"{_shown(line.method)} gives no single number"
    yield from _argument_misfits(line, entry, figures, results)


def _argument_misfits(
    line: Line, entry: Entry, figures: Iterable[str], results: Iterable[str]
) -> Iterator[tuple[Location, str]]:
    parameters = {parameter.name: parameter for parameter in entry.parameters}
    for name, argument in line.arguments.items():
        if name not in parameters:
            yield ("arguments", name), f"is no argument{_nearest(name, parameters)}: expected {entry.usage.lower()}"
            continue
        shape = parameters[name].kind.shape
        if isinstance(argument, tuple) and shape != "vector":
            yield ("arguments", name), f"{_shown(argument)}: expected one value, not a list"
        if shape not in {"number", "vector"}:
            continue  # a text or a choice stands for itself
        for part in argument if isinstance(argument, tuple) else (argument,):
            if isinstance(part, str) and "." in part and part not in results:
                yield ("arguments", name), _no_result(part, results)
            elif isinstance(part, str) and "." not in part and part not in figures:
                yield ("arguments", name), f"{_shown(part)} is no figure of this case{_nearest(part, figures)}"
    missing = [name for name, parameter in parameters.items() if parameter.required and name not in line.arguments]
    if missing:
        yield ("arguments",), f"{', '.join(missing)} missing: expected {entry.usage.lower()}"


def _no_result(name: str, results: Iterable[str]) -> str:
    return (
        f"{_shown(name)} is neither a result of this workbook nor recomputed by a line above{_nearest(name, results)}"
    )


def _references(annotation: object, value: object, loc: Location) -> Iterator[tuple[Location, Role, str]]:
    """Every place that names a figure, what the figure must be, and the name."""
    role = _role(annotation)
    if role and isinstance(value, str):
        yield loc, role, value
    for key, inner, item in _inside(_stripped(annotation), value):
        yield from _references(inner, item, (*loc, key))


def _role(annotation: object) -> Role | None:
    layers = (annotation, *getattr(annotation, "__args__", ()))
    notes = (note for layer in layers for note in getattr(layer, "__metadata__", ()))
    return next((note for note in notes if isinstance(note, Role)), None)


def _inside(annotation: object, value: object) -> Iterator[tuple[str | int, object, object]]:
    """The keys of a record, a table or a list: what each must be, and what it is."""
    fields, arguments = _fields(annotation), get_args(annotation)
    if isinstance(value, tuple) and get_origin(annotation) is tuple:
        yield from ((row, arguments[0], item) for row, item in enumerate(value))
    elif isinstance(value, dict) and get_origin(annotation) is dict:
        yield from ((key, arguments[1], item) for key, item in value.items())
    elif isinstance(value, dict):
        # pydantic takes the notes of a field off its type: put back, they read like any other.
        noted = (
            (key, Annotated[f.annotation, *f.metadata] if f.metadata else f.annotation) for key, f in fields.items()
        )
        yield from ((key, inner, value[key]) for key, inner in noted if key in value)


def _typed(record: type[R], value: object) -> R | None:
    try:
        return record.model_validate(value)
    except ValidationError:
        return None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _nearest(word: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _shown(value: object) -> str:
    text = repr(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
