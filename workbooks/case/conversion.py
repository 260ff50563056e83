"""Converts a case of the old form, with all numbers under [figures], to the new form, with numbers in their sections.

A figure that only one section refers to is moved there, with the unit, date and source that differ from those of its
table; the reconciliation refers to it by its path. A figure that several places share, or that was published and is
compared with a result, stays under [figures]. Comments and the order of the file are kept.
"""

import copy
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from workbooks.case.annotations import fields, inner
from workbooks.case.inline import lowered
from workbooks.case.model import Case
from workbooks.case.printed import Written
from workbooks.case.reading import load, parse
from workbooks.case.shape import Location, as_table, frozen, texts
from workbooks.case.toml_text import toml

Data: TypeAlias = dict[str, Any]
SHARED_KEYS: Final = ("as_of", "source")  # keys that a table may give for all its numbers
SAID: Final = ("unit", "as_of", "source", "label")  # keys of a figure, in the order in which they are written
RECONCILIATION: Final = "reconciliation"
PREFIXES: Final = ("figures", "recomputed")  # prefixes of references to a figure, or to its recomputed value
_HEADER: Final = re.compile(r"^(\[\[?)([^\[\]=]+)\]\]?", re.MULTILINE)
_QUOTED: Final = re.compile(r'"([\w.]+)"')
FEW: Final = 2  # smallest number of equal figures for which the table gets a key


class ConversionError(ValueError):
    """A case that would change if written in the new form."""


def is_old(data: Mapping[str, Any]) -> bool:
    """Whether the data of a file has the old form: the unit of money is given by `display_unit` alone."""
    company = data.get("company")
    return isinstance(company, dict) and "display_unit" in company and "unit" not in company


def is_old_file(file: Path) -> bool:
    """Whether a file is a case of the old form."""
    try:
        return is_old(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError):  # not a case file
        return False


def converted_file(file: Path) -> tuple[str, int]:
    """Text of a case file in the new form, and the number of figures that moved.

    Raises
    ------
    CaseError
        If the file cannot be read, or the case has errors.
    ConversionError
        If the new text would be a different case.
    """
    load(file)
    text = file.read_text(encoding="utf-8-sig")
    return converted(text, str(file), file.parent), len(dict(_moved(frozen(tomllib.loads(text, parse_float=Written)))))


def converted(text: str, file: str, folder: Path | None = None) -> str:
    """Convert the text of a case file to the new form.

    Raises
    ------
    CaseError
        If the case has errors.
    ConversionError
        If the new text would be a different case.
    """
    before = parse(text, file, folder)
    if is_old(tomllib.loads(text, parse_float=Written)):
        text = re.sub(r"^display_unit(?=\s*=)", "unit", text, count=1, flags=re.MULTILINE)
    data = tomllib.loads(text, parse_float=Written)
    plan = _Plan(data, before, dict(_moved(frozen(data))), text)
    lines = "\n".join(plan.lines(text)) + "\n"
    made = _with_tables(_without_lone_comments(lines, text), plan.new_tables())
    after = parse(made, file, folder)
    if _meaning(after) != _meaning(before):
        message = f"{file}: converted to the new form it would be a different case"
        raise ConversionError(message)
    return made


def _moved(raw: Data) -> Iterator[tuple[Location, str]]:
    """Places whose figure no other place in the sections refers to."""
    figures = as_table(raw.get("figures"))
    sections = {key: value for key, value in raw.items() if key not in {"figures", RECONCILIATION, "zh"}}
    references = lowered(raw).references
    published = {name for loc, _, name in references if loc[0] == RECONCILIATION}
    said = Counter(texts(sections))
    for loc, _, name in references:
        if loc[0] != RECONCILIATION and name in figures and said[name] == 1 and name not in published:
            yield loc, name


class _Plan:
    """Which keys each number keeps, and which are given by its tables."""

    def __init__(self, data: Data, case: Case, moved: dict[Location, str], text: str) -> None:
        self.headers = [found[0] for found in _HEADER.finditer(text)]
        self.data, self.moved = data, moved
        self.ids: dict[str, str] = {}  # for the figures that move: the new id from their place
        self.rate = self._rate(case)
        self.given: Data = data.get("figures", {})
        kept = [name for name in self.given if name not in self.moved.values()]
        resolved = {name: case.figures[name].model_dump() for name in self.given}
        self.defaults = data.get("defaults") or {
            key: _usual(figure[key] for figure in resolved.values()) for key in SHARED_KEYS
        }
        self.tables = self._shared({loc: resolved[name] for loc, name in self.moved.items()})
        self.figures = {name: self._kept(name, resolved[name], case) for name in kept}
        self.values = self._written(resolved)

    def _rate(self, case: Case) -> str:
        """The currency pair of the company's rate, which moves to [fx]."""
        company = self.data["company"]
        pair = f"{company.get('reporting_currency', '')}{company.get('currency', '')}"
        loc = ("company", "fx")
        if loc in self.moved and pair not in case.fx:
            self.moved["fx", pair] = self.moved.pop(loc)
            return pair
        self.moved.pop(loc, None)
        return ""

    def _shared(self, figures: Mapping[Location, Data]) -> dict[Location, Data]:
        """Keys that tables give for the numbers in them, outermost tables first."""
        inside: dict[Location, list[Data]] = {}
        for loc, figure in figures.items():
            for length in range(1, len(loc)):
                if _may_say(loc[:length]) and self._has_header(loc[:length]):
                    inside.setdefault(loc[:length], []).append(figure)
        found: dict[Location, Data] = {}
        for loc in sorted(inside, key=len):
            for key in SHARED_KEYS:
                around = next((found[o][key] for o in _outer(loc) if key in found.get(o, {})), self.defaults.get(key))
                values = [figure[key] for figure in inside[loc]]
                usual = _usual(values)
                whole = len(loc) == 1 or values.count(usual) == len(values)
                if usual != around and values.count(usual) >= FEW and whole:
                    found.setdefault(loc, {})[key] = usual
        return found

    def _has_header(self, loc: Location) -> bool:
        """Whether a table has, or may get, a header line to hold such keys."""
        names = [step for step in loc if isinstance(step, str)]
        name = ".".join(names)
        if len(names) < len(loc):
            return isinstance(loc[-1], int) and f"[[{name}]]" in self.headers
        return f"[{name}]" in self.headers or self._is_only_a_list(name)

    def _is_only_a_list(self, section: str) -> bool:
        """Whether a section consists of lists of tables, without a header."""
        lists = any(header.startswith(f"[[{section}.") for header in self.headers)
        return lists and f"[{section}]" not in self.headers

    def _kept(self, name: str, figure: Data, case: Case) -> Data:
        """A figure that stays under [figures], without keys equal to the defaults."""
        written = dict(self.given[name])
        for key in SHARED_KEYS:
            if figure[key] == self.defaults.get(key):
                written.pop(key, None)
        if figure["unit"] == case.company.unit:
            written.pop("unit", None)
        return written

    def _written(self, resolved: Mapping[str, Data]) -> dict[Location, Any]:
        """Text for each place: the number alone, or a table with the keys that differ from those of its tables."""
        bare = copy.deepcopy(self.data)
        bare.setdefault("defaults", dict(self.defaults))
        self._shape(bare)
        for loc, name in self.moved.items():
            _put(bare, loc, self.given[name]["value"])
        made = lowered(frozen(bare))
        read = {loc: made.raw["figures"][name] for name, loc in made.origins.items()}
        self.ids = {self.moved[loc]: name for name, loc in made.origins.items() if loc in self.moved}
        found: dict[Location, Any] = {}
        for loc, name in self.moved.items():
            own, there = resolved[name], read.get(loc, {})
            said = {key: own[key] for key in SAID if own[key] != there.get(key)} | (
                {"note": own["note"]} if own["note"] else {}
            )
            value = self.given[name]["value"]
            found[loc] = {"value": value, **said} if said else value
        return found

    def _shape(self, data: Any) -> None:  # noqa: ANN401 - a file's data
        """Change keys of the file to the new form, without the numbers."""
        if self.rate:
            data["company"].pop("fx")
        for loc, keys in self.tables.items():
            _at(data, loc).update(keys)
        for name in {*self.moved.values()}:
            data["figures"].pop(name)

    def new_tables(self) -> dict[str, Data]:
        """Tables that only the new file has."""
        rate = {pair: self.values["fx", pair] for pair in filter(None, [self.rate])}
        return {
            name: keys
            for name, keys in (("defaults", self.defaults), ("fx", rate))
            if any(keys.values()) and name not in self.data
        }

    def lines(self, text: str) -> Iterator[str]:
        """The lines of the new file, with each number in its place."""
        values = {n: toml(self.values[at]) for at, n in self.moved.items() if at != ("fx", self.rate)}
        rows: Counter[str] = Counter()
        table, begun = "", set[str]()
        for line in text.splitlines():
            header = _HEADER.match(line)
            if header:
                table = header[2].strip()
                steps: Location = tuple(table.split("."))
                if header[1] == "[[":
                    steps = (*steps, rows[table])
                    rows[table] += 1
                section = table.partition(".")[0]
                if self._is_only_a_list(section) and section not in begun and (section,) in self.tables:
                    yield f"[{section}]"
                    yield from (f"{key} = {toml(value)}" for key, value in self.tables[section,].items())
                    yield ""
                begun.add(section)
                if table != "figures" or self.figures:
                    yield line
                yield from (f"{key} = {toml(value)}" for key, value in self.tables.get(steps, {}).items())
            else:
                yield from self._line(line, table.partition(".")[0], values)

    def _line(self, line: str, section: str, values: Mapping[str, str]) -> Iterator[str]:
        key = line.partition("=")[0].strip()
        if line.startswith("#") or section in {"zh", "sources"}:
            yield line
        elif section == "figures":
            if key not in self.moved.values():
                changed = key in self.figures and self.figures[key] != self.given[key]
                yield f"{key} = {toml(self.figures[key])}" if changed else line
        elif section == RECONCILIATION:
            yield _QUOTED.sub(self._renamed, line)
        elif not (section == "company" and key == "fx" and self.rate):
            yield _QUOTED.sub(lambda found: values.get(found[1], found[0]), line)

    def _renamed(self, found: re.Match[str]) -> str:
        """Replace the id of a figure that moved by its new id."""
        start, dot, name = found[1].rpartition(".")
        if name in self.ids and (not dot or start in PREFIXES):
            return f'"{start}{dot}{self.ids[name]}"'
        return found[0]


def _may_say(loc: Location) -> bool:
    """Whether a table may give the date and the source of its numbers."""
    annotation: Any = Case
    for key in loc:
        annotation = inner(annotation, key)
    return set(SHARED_KEYS) <= set(fields(annotation))


def _outer(loc: Location) -> Iterator[Location]:
    """The enclosing tables of a table, the nearest first."""
    return (loc[:length] for length in range(len(loc) - 1, 0, -1))


def _usual(values: Iterable[Any]) -> Any:  # noqa: ANN401 - a date or a source
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else ""


def _at(data: Any, loc: Location) -> Any:  # noqa: ANN401 - whatever stands there
    for key in loc:
        data = data[key]
    return data


def _put(data: Any, loc: Location, value: Any) -> None:  # noqa: ANN401 - whatever stands there
    if loc[0] == "fx" and "fx" not in data:
        data["fx"] = {}
    _at(data, loc[:-1])[loc[-1]] = value


def _with_tables(text: str, tables: Mapping[str, Data]) -> str:
    """The text with new tables before its sources and figures."""
    lines = text.splitlines(keepends=True)
    at = next((n for n, line in enumerate(lines) if line.startswith(("[sources", "[figures"))), len(lines))
    made = [f"[{name}]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in keys.items()) for name, keys in tables.items()]
    return "".join([*lines[:at], *(f"{table}\n" for table in made), *lines[at:]])


def _without_lone_comments(text: str, before: str) -> str:
    """The text without comments above groups of figures that have all moved."""
    blocks = text.split("\n\n")
    titles = {block.splitlines()[0] for block in before.split("\n\n") if _has_title(block)}
    return "\n\n".join(block for block in blocks if not (_is_comment(block) and block.splitlines()[0] in titles))


def _has_title(block: str) -> bool:
    """Whether a block begins with a comment that is a title of figures."""
    lines = block.splitlines()
    return len(lines) > 1 and lines[0].startswith("#") and " = { " in lines[-1]


def _is_comment(block: str) -> bool:
    return bool(block.strip()) and all(line.startswith("#") for line in block.splitlines())


def _meaning(case: Case) -> Data:
    """A case with each reference to a figure replaced by the figure, for comparison regardless of ids."""
    figures = {name: tuple(sorted(figure.model_dump().items())) for name, figure in case.figures.items()}

    def meant(value: Any) -> Any:  # noqa: ANN401 - the data of a case
        if isinstance(value, str):
            start, _, name = value.partition(".")
            if start in PREFIXES and name in figures:
                return figures[name] if start == "figures" else (start, figures[name])
            return figures.get(value, value)
        if isinstance(value, dict):
            return {key: meant(item) for key, item in value.items()}
        return tuple(map(meant, value)) if isinstance(value, (list, tuple)) else value

    dumped = case.model_dump(exclude={"figures", "defaults", "fx"})
    for name, section in dumped.items():
        if isinstance(section, (dict, tuple)) and name not in {"sources", "zh"}:
            dumped[name] = _without_inheritance(section)
    return {"figures": Counter(figures.values()), **{key: meant(value) for key, value in dumped.items()}}


def _without_inheritance(value: Any) -> Any:  # noqa: ANN401 - the data of a section
    if isinstance(value, dict):
        return {key: _without_inheritance(item) for key, item in value.items() if key not in SHARED_KEYS}
    return tuple(map(_without_inheritance, value)) if isinstance(value, (list, tuple)) else value
