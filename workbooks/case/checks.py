"""Consistency checks of a case: ids, units, currencies, sums, names, and the recomputation of published figures.

The checks also run where other parts of the file are malformed, so that one run reports all problems.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final, get_args

from pydantic import ValidationError

from valuation.kernel.errors import RangeError, UnitError
from workbooks.case.currencies import rates, route
from workbooks.case.inline import TO_FILL, Lowered, lowered, slug
from workbooks.case.known import Known, misfits
from workbooks.case.line_checks import ways
from workbooks.case.lines import RESULTS, Line
from workbooks.case.model import Case, Company
from workbooks.case.multiples import Statistic
from workbooks.case.quantity import DEPOSITARY, Quantity, money_currency, objection, quantity, whole
from workbooks.case.rate_checks import rate_misfits
from workbooks.case.roles import Made, Role, date_number
from workbooks.case.section_checks import SECTION_RULES
from workbooks.case.shape import Location, Problem, as_table, misshapen, nearest, place, shown, texts
from workbooks.case.value_checks import VALUE_RULES, reference_misfits

LARGE: Final = ("shares", "users")  # counts that are usually given in millions
FEW: Final = 100_000
NOT_FILLED: Final = "is not filled in yet"
NAMED: Final = (
    ("comparables", "peers"),
    ("comparables", "multiples"),
    ("transactions", "multiples"),
    ("capital", "other"),
    ("segments", "parts"),
    ("scenarios", "cases"),
    ("premium", "questions"),
    ("premium", "floors"),
    ("premium", "ceilings"),
    ("funding", "rounds"),
    ("cap_table", "classes"),
    ("cap_table", "convertibles"),
    ("holdings", "stakes"),
    ("holdings", "benchmarks"),
)


def read(raw: dict[str, Any]) -> tuple[Case | None, list[Problem]]:
    """Validate the data of a case file: returns the case, or None, and all problems.

    `raw` is the parsed TOML with lists as tuples. For a `"?"` the only problem reported is that it is not filled in
    yet.
    """
    case, problems = None, [*_to_fill(raw, raw, ())]
    data = lowered(raw)
    problems += data.problems
    raw = data.raw
    places = {problem.place for problem in problems}
    made = Made()
    try:
        case = Case.model_validate(raw, context=made)
    except ValidationError as error:
        made.wrong = {detail["loc"] for detail in error.errors(include_url=False, include_input=False)}
        problems += [problem for problem in misshapen(raw, error) if not _follows(problem, places)]
    places = {problem.place for problem in problems}
    problems += [problem for problem in dict.fromkeys(_misfits(data, made)) if problem.place not in places]
    return case, problems


def _follows(problem: Problem, places: set[str]) -> bool:
    """Whether a problem is only a consequence of another: of a number that could not be read."""
    start = problem.place.partition(" (")[0]
    inside = any(place.startswith((f"{start}[", f"{start}.")) for place in places)
    unmade = bool(places) and problem.place in {"figures", "sources"} and problem.message.startswith("is missing")
    return problem.place in places or inside or unmade


def _to_fill(value: object, raw: dict[str, Any], loc: Location) -> Iterator[Problem]:
    """Hint what kind of value a place still needs."""
    if value == TO_FILL:
        unit = None
        if loc[0] == "figures" and loc[2:] == ("value",):
            unit = as_table(as_table(raw.get("figures")).get(str(loc[1]))).get("unit")
        expected = "" if unit is None else ": a date, without quotes" if unit == "date" else f": a number in {unit}"
        yield Problem(place(loc, raw), f"{NOT_FILLED}{expected}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _to_fill(item, raw, (*loc, key))
    elif isinstance(value, tuple):
        for row, item in enumerate(value):
            yield from _to_fill(item, raw, (*loc, row))


def _misfits(data: Lowered, made: Made) -> Iterator[Problem]:
    raw = data.raw
    company = made.section(Company)
    figures = _Figures(data, company)
    yield from figures.problems
    if company:
        yield from _company_misfits(company, figures)
    for loc, role, named in data.references:
        message = figures.misfit(named, role)
        if message:
            cell = as_table(figures.raw.get(named)).get("place")
            yield Problem(place(loc, raw), f"{cell}: {message}" if cell else message)
    known = Known(raw, made, figures.values, figures.quantities)
    yield from misfits(known, SECTION_RULES)
    yield from misfits(known, VALUE_RULES)
    for loc, message in (*rate_misfits(known), *reference_misfits(known)):
        yield Problem(place(loc, raw), message)
    for loc in NAMED:
        yield from _twins(loc, "name", raw)
    yield from _twins(("references",), "label", raw)
    yield from _line_misfits(known)
    said = set(texts({key: value for key, value in raw.items() if key != "zh"}))
    for text in as_table(raw.get("zh")):
        if text not in said:
            yield Problem(place(("zh", text), raw), f"is not a text of this case{nearest(text, said)}")


class _Figures:
    """All figures of a case that can be read."""

    def __init__(self, data: Lowered, company: Company | None) -> None:
        raw = data.raw
        self.origins, self.written, self.bare = data.origins, data.written, data.bare
        self.rates = rates(raw)
        self.pairs = as_table(raw.get("fx"))
        self.raw = as_table(raw.get("figures"))
        self.currencies = {
            "local": company.currency if company else "",
            "reporting": company.reporting_currency if company else "",
        }
        self.quantities: dict[str, Quantity] = {}
        self.values: dict[str, float] = {}
        self.problems: list[Problem] = []
        sources = as_table(raw.get("sources"))
        for name, figure in self.raw.items():
            if isinstance(figure, dict):
                self._read(name, figure, sources, raw)

    def _read(self, name: str, figure: dict[str, Any], sources: dict[str, Any], raw: object) -> None:
        def problem(key: str, message: str) -> None:
            self.problems.append(Problem(place(self.origins.get(name) or ("figures", name, key), raw), message))

        source, unit, value = figure.get("source"), figure.get("unit"), figure.get("value")
        if isinstance(source, str) and source not in sources:
            problem("source", f"{shown(source)} is not a source of this case{nearest(source, sources)}")
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
            self._currency(of, local, reporting, problem)
        day = date_number(value)
        if (of.kind == "date") != (day is not value) and isinstance(day, (int, float)):
            expected = "a date without quotes: 2014-12-31" if of.kind == "date" else f"a number of {unit}"
            problem("value", f"{shown(value)}: expected {expected}")
            return
        value = day
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            message = objection(value, of)
            try:
                whole(value, of)
            except RangeError:
                message = "is too large for a number"
            if message:
                problem("value", f"{shown(value)} in {unit}: {message}")
            self.values[name] = float(value)

    def _currency(self, of: Quantity, local: str, reporting: str, problem: Callable[[str, str], None]) -> None:
        if route(of.currency, local, self.rates) is None:
            known = f"{local} or {reporting}, as under [company]" if reporting else f"{local}, as under [company]"
            rate = f"or a rate under [fx] that leads to it, such as {of.currency}{local}"
            problem("unit", f"{shown(of.unit)} is in {of.currency}: expected {known}, {rate}")

    def misfit(self, name: str, role: Role) -> str:
        """Why a figure does not fit a field that refers to it; "" where it fits."""
        if name not in self.raw and name != TO_FILL:  # a "?" is reported at its own place
            near = nearest(name, self.raw)
            return f"{shown(name)} is not a figure of this case{near}; expected {role.words}, or the id of one"
        told = self.written.get(name, shown(name))
        of, value = self.quantities.get(name), self.values.get(name)
        if of is None:
            return ""
        if of.kind not in role.kinds or (of.noun in DEPOSITARY and not role.depositary):
            return f"{told} is in `{of.unit}`: expected {role.words}"
        wanted = self._wanted_currencies(role) if of.currency else ()
        if wanted and of.currency not in wanted:
            return f"{told} is in {of.currency}: expected {role.words}, {' or '.join(wanted)}"
        if value is not None and not role.low <= value <= role.high and not objection(value, of):
            return f"{told if name in self.written else f'{told} is {value:g}'}: expected {role.words}"
        return self._few(name, of, value)

    def _few(self, name: str, of: Quantity, value: float | None) -> str:
        """Warning that a count without a scale is so small that millions are probably meant; "" otherwise."""
        if name not in self.bare or of.unit not in LARGE or not 0 < (value or 0.0) < FEW:
            return ""
        told, unit = self.written[name], of.unit
        return f"{told} counts single {unit}: write '{told}m {unit}' for millions, or '{told} {unit}' if so few"

    def _wanted_currencies(self, role: Role) -> tuple[str, ...]:
        """Currencies that a figure of this role may have; empty for any."""
        match role.currency:
            case "any":
                return ()
            case "either":
                both = tuple(currency for currency in self.currencies.values() if currency)
                return both if role.kinds == ("money",) else ()
            case one:  # the company's own currency where there is no reporting currency
                wanted = self.currencies[one] or self.currencies["local"]
                return (wanted,) if wanted else ()


def _company_misfits(company: Company, figures: _Figures) -> Iterator[Problem]:
    known = True
    keys = ("currency", "reporting_currency") if company.reporting_currency else ("currency",)
    for key in keys:
        if not money_currency(getattr(company, key)):
            known = False
            yield Problem(f"company.{key}", f"{shown(getattr(company, key))} is not a currency that is known")
    if known and company.currency == company.reporting_currency:
        message = f"{shown(company.currency)} is the company's own currency: expected a second one"
        yield Problem("company.reporting_currency", message)
    units = [("display_unit", company.currency), ("unit", company.currency)]
    if company.reporting_currency or company.reporting_unit:
        units.append(("reporting_unit", company.reporting_currency))
    told: set[str] = set()
    if not company.unit:
        yield Problem("company.unit", "is missing: the unit that bare money counts in, such as `USD m`")
        return
    for key, currency in units:
        unit = getattr(company, key)
        if known and unit not in told and money_currency(unit) != currency:
            told.add(unit)
            wanted = f"a unit of {currency}, such as `{currency} m`" if currency else "a reporting_currency too"
            yield Problem(f"company.{key}", f"{shown(unit)}: expected {wanted}")
    pair = f"{company.reporting_currency}{company.currency}"
    if company.reporting_currency and not company.fx and pair not in figures.pairs:
        inverse = f"{company.currency}{company.reporting_currency}"
        turned = f"; {inverse} is its inverse: write 1 ÷ that number" if inverse in figures.pairs else ""
        yield Problem("company.reporting_currency", f"expected its rate: `fx = ...`, or {pair} under [fx]{turned}")
    rate = figures.quantities.get(company.fx)
    if rate and rate.kind == "fx" and (rate.currency, rate.noun) != (company.currency, company.reporting_currency):
        message = f"{shown(company.fx)} is {rate.unit}: expected {company.currency} per {company.reporting_currency}"
        yield Problem("company.fx", message)


def _twins(loc: Location, key: str, raw: dict[str, Any]) -> Iterator[Problem]:
    """Items with the same name, compared without regard to case as Excel does."""
    rows: Any = raw
    for step in loc:
        rows = as_table(rows).get(str(step))
    seen: dict[str, int] = {}
    for row, item in enumerate(rows if isinstance(rows, tuple) else ()):
        name = item.get(key) if isinstance(item, dict) else None
        if isinstance(name, str):
            first = seen.setdefault(name.strip().casefold(), row)
            if first != row:
                yield Problem(place((*loc, row, key), raw), f"{shown(name)} is already the {key} of number {first + 1}")


def _line_misfits(known: Known) -> Iterator[Problem]:
    raw = known.raw
    results = [f"{section}.{name}" for section, names in RESULTS.items() if section in raw for name in names]
    results += _results_of_rows(known)
    published: list[str] = []
    for row, line in known.made.rows(Line, "reconciliation").items():
        for keys, message in ways(line, known, results):
            yield Problem(place(("reconciliation", row, *keys), raw), message)
        if line.published in published:
            message = f"{shown(line.published)} already has line {published.index(line.published) + 1}"
            yield Problem(place(("reconciliation", row, "published"), raw), message)
        published.append(line.published)
        results.append(f"recomputed.{line.published}")


def _results_of_rows(known: Known) -> Iterator[str]:
    """Names of results per row: the value of each part, and the statistics and values of each multiple."""
    for number, _ in enumerate(known.rows("segments", "parts"), start=1):
        yield f"segments.value_{number}"
    for multiple in map(slug, known.names("comparables", "multiples")):
        yield from (f"statistics.{multiple}_{name}" for name in get_args(Statistic))
        yield from (f"comparables.{multiple}_{end}" for end in ("low", "base", "high"))
