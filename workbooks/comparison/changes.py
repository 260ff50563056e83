"""Finds the changes between two cases: figures, items of lists, sections, settings; each with its group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias

from workbooks.case.inline import PER_CENT
from workbooks.case.model import Case, Figure
from workbooks.case.quantity import quantity

Data: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]

# Keys that do not affect the value; of `[company]` only some do.
ASIDE: Final = ("title", "sources", "defaults", "zh", "references", "reconciliation", "figures", "company")
VALUED: Final = ("company", "as_of")
DATE_CELL: Final = "inputs.valuation_date"
OF_COMPANY: Final = {"as_of": "Valuation date", "year_end": "Fiscal year ends in month", "price": "", "fx": ""}
NOTES: Final = ("why", "source", "as_of", "reasoning", "unit", "metric_name", "peer", "ticker")
# Shares of a whole, which must change together: a mixture of old and new ones does not sum to 1.
WHOLES: Final = (
    ("scenarios", "cases", "*", "probability"),
    ("scenarios", "cases", "*", "mix"),
    ("premium", "questions", "*", "weight"),
    ("conclusion", "weights"),
)
FORMULAS: Final = "formulas"
_SHARES: Final = ("shares", "basic_shares", "restricted", "options", "convertibles", "ads_ratio")
_BRIDGE: Final = ("net_debt", "discount", "gross_discount", "bridge")
_AMOUNTS: Final = ("value", "value_low", "value_high", "market_value", "shares", "price", "stake")  # of a part
_NAMED: Final[dict[Path, str]] = {
    ("segments", "parts"): "Segment",
    ("comparables", "peers"): "Peer",
    ("transactions", "deals"): "Transaction",
    ("scenarios", "cases"): "Scenario",
}
_BY_SECTION: Final = {
    "company": "dates",
    "fx": "exchange rates",
    "conclusion": "method weights",
    "scenarios": "scenario",
    "comparables": "multiples",
    "transactions": "multiples",
    "dcf": "cash flows",
    "premium": "scorecard",
    "holdings": "holdings",
    "ownership": "holdings",
    "funding": "holdings",
    "cap_table": "holdings",
    "users": "users",
}


class ComparisonError(ValueError):
    """The two cases cannot be compared; the message says why."""


class _Missing:
    """Marks a missing value."""


MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the data of a case, by its place."""

    path: Path
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its label, group, old and new value, and the edits of the data."""

    label: str
    group: str
    old: str
    new: str
    edits: tuple[Edit, ...]

    @property
    def cells(self) -> tuple[str, ...] | None:
        """The cells that it changes, of figures and of the valuation date; None if it changes anything else."""
        cells = tuple(
            DATE_CELL if edit.path == VALUED else f"figures.{edit.path[1]}"
            for edit in self.edits
            if edit.path == VALUED or edit.path[0] == "figures"
        )
        return cells if len(cells) == len(self.edits) else None


def changes(old: Case, new: Case) -> list[Change]:
    """The changes between two cases, sorted by name so that the order in the files does not matter.

    Raises
    ------
    ComparisonError
        If the two are in different currencies, or a figure is in another kind of unit.
    """
    if old.company.currency != new.company.currency:
        message = f"the currencies differ: {old.company.currency} and {new.company.currency}"
        raise ComparisonError(message)
    found = [*_figures(old, new), *_sections(old, new)]
    merged: dict[object, list[Change]] = {}
    for key, change in found:
        merged.setdefault(key, []).append(change)
    made = [_merged(key, each) for key, each in merged.items()]
    return sorted(made, key=lambda change: (change.group, change.label, change.edits[0].path))


def unused(old: Case, new: Case) -> list[Change]:
    """The changed figures that no section of either case uses."""
    found = []
    for name, was in old.figures.items():
        now = new.figures.get(name)
        if now is not None and (was.value, was.unit) != (now.value, now.unit) and name not in _uses(old, new):
            edit = Edit(("figures", name), now.model_dump())
            found.append(Change(now.label, "", _amount(was), _amount(now), (edit,)))
    return found


def data_of(case: Case) -> Data:
    """The data of a case, with lists of named records converted to tables by name."""
    return {name: _by_name(value) for name, value in case.model_dump().items()}


def case_of(data: Data) -> Case:
    """Convert such data back to a case."""
    return Case.model_validate({name: _listed(value) for name, value in data.items()})


def changed(data: Data, edits: Sequence[Edit]) -> Data:
    """A copy of the data with some changes made."""
    made = data
    for edit in edits:
        made = _edited(made, edit.path, edit.new)
    return made


class Named(dict[str, Any]):
    """A list of records with names, by their names."""


def _by_name(value: Any) -> Any:  # noqa: ANN401 - the data of a case
    if isinstance(value, dict):
        return {key: _by_name(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_by_name(item) for item in value]
        named = Named({str(item["name"]): item for item in items if isinstance(item, dict) and "name" in item})
        if items and len(named) == len(items):
            return named
        return tuple(items)
    return value


def _listed(value: Any) -> Any:  # noqa: ANN401 - the data of a case
    if isinstance(value, Named):
        return tuple(_listed(item) for item in value.values())
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return tuple(map(_listed, value)) if isinstance(value, tuple) else value


def _edited(data: Data, path: Path, new: Any) -> Data:  # noqa: ANN401 - the data of a case
    key, rest = path[0], path[1:]
    made = type(data)(data)
    if rest:
        made[key] = _edited(data[key], rest, new)
    elif new is MISSING:
        made.pop(key, None)
    else:
        made[key] = new
    return made


def _figures(old: Case, new: Case) -> Iterator[tuple[object, Change]]:
    """Figures in both cases with another value or another unit."""
    uses = _uses(old, new)
    for name, was in old.figures.items():
        now = new.figures.get(name)
        if now is None or (was.value, was.unit) == (now.value, now.unit):
            continue
        before, after = quantity(was.unit), quantity(now.unit)
        if (before.kind, before.currency) != (after.kind, after.currency):
            message = f"{now.label}: the units differ: {was.unit} and {now.unit}"
            raise ComparisonError(message)
        paths = uses.get(name)
        if not paths:
            continue  # no section names it
        key = next(filter(None, map(_whole, paths)), name)
        given = now.model_dump()
        group, edit = _group(min(paths), after.kind), Edit(("figures", name), given)
        yield key, Change(now.label, group, _amount(was), _amount(now), (edit,))


def _uses(old: Case, new: Case) -> dict[str, list[Path]]:
    """Where the sections of two cases name each figure."""
    uses: dict[str, list[Path]] = {}
    of_company = _of_company(old, new)
    for case in (old, new):
        for name, value in _sections_of(case, of_company).items():
            for path, text in _texts(value, (name,)):
                uses.setdefault(text, []).append(path)
    return uses


def _of_company(old: Case, new: Case) -> list[str]:
    """The keys of `[company]` that affect the value in one of two cases."""
    affects = {
        "as_of": any(case.dcf and case.dcf.first_year_end for case in (old, new)),
        "year_end": any(case.comparables and case.comparables.calendarise for case in (old, new)),
    }
    return [key for key in OF_COMPANY if affects.get(key, True)]


def _sections_of(case: Case, of_company: Sequence[str]) -> Data:
    """What of a case affects the value, besides the figures."""
    data = data_of(case)
    sections = {name: value for name, value in data.items() if name not in ASIDE}
    return {"company": {key: data["company"][key] for key in of_company}} | sections


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - the data of a case
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, str(key)))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item, path)


def _sections(old: Case, new: Case) -> Iterator[tuple[object, Change]]:
    of_company = _of_company(old, new)
    before, after = (_sections_of(case, of_company) for case in (old, new))
    figures = {**old.figures, **new.figures}
    for name in before:
        yield from _differences(before[name], after[name], (name,), figures)


def _differences(old: Any, new: Any, path: Path, figures: Mapping[str, Figure]) -> Iterator[tuple[object, Change]]:  # noqa: ANN401 - data
    if old == new or (path[-1] in NOTES and len(path) > 1 and path != VALUED):
        return
    fixed = path in {("scenarios", "cases"), ("premium", "questions")} and [*old] != [*new]
    if isinstance(old, dict) and isinstance(new, dict) and not fixed:
        for key in chain(old, (key for key in new if key not in old)):
            yield from _differences(old.get(key, MISSING), new.get(key, MISSING), (*path, str(key)), figures)
        return
    key = _whole(path) or path
    label = _label(path, old, new)
    yield (
        key,
        Change(label, _group_of(path, old, new, figures), _said(old, figures), _said(new, figures), (Edit(path, new),)),
    )


def _merged(key: object, found: Sequence[Change]) -> Change:
    if len(found) == 1:
        return found[0]
    label = (
        " ".join(step for step in key if step != "*").replace("_", " ") if isinstance(key, tuple) else found[0].label
    )
    old, new = ("; ".join(getattr(each, side) for each in found) for side in ("old", "new"))
    return Change(label, found[0].group, old, new, tuple(edit for each in found for edit in each.edits))


def _whole(path: Path) -> Path | None:
    """The whole to which a share belongs; each scenario has its own mix."""
    for pattern in WHOLES:
        if len(path) >= len(pattern) and all(p in ("*", step) for p, step in zip(pattern, path, strict=False)):
            return path[: len(pattern)] if pattern[-1] == "mix" else pattern
    return None


def _group(path: Path, kind: str = "") -> str:
    section, last = path[0], path[-1]
    own = section == "comparables" and path[1] not in ("peers", "multiples")  # the company's own figures
    bridge = "shares" if any(step in _SHARES for step in path) else "bridge"
    of_part = section == "segments" and path[1] == "parts"
    rules = (
        (kind == "fx", "exchange rates"),
        (section == "company" and last == "fx", "exchange rates"),
        (section in ("capital", "company") and last in ("price", "market_value", "last_round"), "price"),
        (section == "capital", bridge),
        (section == "segments" and path[1] in (*_BRIDGE, "shares"), bridge),
        (of_part and len(path) == len(("segments", "parts", "name")), "segments"),
        (of_part and last in _BRIDGE, "bridge"),
        (of_part and last in _AMOUNTS, "asset values"),
        (kind == "multiple", "multiples"),
        (own, "metrics"),
    )
    return next((group for holds, group in rules if holds), _BY_SECTION.get(section, "metrics"))


def _group_of(path: Path, old: Any, new: Any, figures: Mapping[str, Figure]) -> str:  # noqa: ANN401
    """Group of a change that is not the value of a figure: "formulas" for settings, else that of its section."""
    if len(path) == 1:
        return _BY_SECTION["conclusion"] if path[0] == "conclusion" else "methods"
    is_word = not any(
        isinstance(each, (dict, tuple)) or each is None or each is MISSING or each in figures for each in (old, new)
    )
    return FORMULAS if is_word and path[0] not in ("scenarios", "company") else _group(path)


def _label(path: Path, old: Any, new: Any) -> str:  # noqa: ANN401
    name = OF_COMPANY[path[1]] if path[0] == "company" else "weights of the methods" if path == ("conclusion",) else ""
    of, item = _NAMED.get(path[:2], ""), path[2:3]
    steps = [step.replace("_", " ") for step in path]
    if of and item:
        steps[:3] = [item[0] if item[0].startswith(of) else f"{of} {item[0]}"]
    name = name or ", ".join(steps)
    what = "added" if old is MISSING or old is None else "removed" if new is MISSING or new is None else ""
    return f"{name}: {what}" if what else name


def _amount(figure: Figure) -> str:
    """A figure with its unit: 29%, 12.5×, 420 EUR m."""
    if figure.unit in PER_CENT:
        return f"{figure.value * 100:,.10g}%"
    return f"{figure.value:,.10g}{'' if figure.unit == '×' else ' '}{figure.unit}"


def _said(value: Any, figures: Mapping[str, Figure]) -> str:  # noqa: ANN401
    if value is None or value is MISSING:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value in figures:
        return _amount(figures[value])
    if isinstance(value, dict):
        return ", ".join(value) if isinstance(value, Named) else "given"
    return ", ".join(_said(item, figures) for item in value) if isinstance(value, tuple) else str(value)
