"""Writes a case as a case file, with comments on changes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from valuation.kernel.dates import day_of
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.case.toml_text import toml, toml_key

Raw: TypeAlias = dict[str, Any]  # the data of a case file, with mutable lists

# Tables written with one row per line.
_ON_A_LINE: Final = {"figures", "sources"}


def raw_of(case: Case) -> Raw:
    """Data of the case file for a case, without defaults."""
    raw: Raw = _listed(case.model_dump(exclude_defaults=True))
    for figure in raw["figures"].values():
        if quantity(figure["unit"]).kind == "date":
            figure["value"] = day_of(round(figure["value"]))
    for key in ("segments", "scenarios", "premium"):  # beside claims a case must say it
        if section := getattr(case, key):
            raw[key] = {"of": section.of, **raw[key]}
    return raw


def text_of(raw: Raw, marks: Mapping[tuple[str, ...], str] | None = None, head: str = "") -> str:
    """Text of a case file.

    Parameters
    ----------
    raw : dict
        The data, from `raw_of`.
    marks : mapping
        Comments by the path of the value that they belong to: `("figures", "revenue")`, `("comparables", "peers",
        "3")`.
    head : str
        Comment at the beginning of the file.
    """
    lines = [f"# {line}" for line in head.splitlines()]
    lines += _table((), raw, marks or {})
    return "\n".join(lines).strip() + "\n"


def _table(path: tuple[str, ...], table: Raw, marks: Mapping[tuple[str, ...], str]) -> Iterator[str]:
    """The keys of a table, then its tables and lists of tables, each with a header."""
    inside = {key: value for key, value in table.items() if _has_heading(path, value)}
    yield from _row(path, {key: value for key, value in table.items() if key not in inside}, marks)
    for key, value in inside.items():
        way = (*path, key)
        name = ".".join(map(toml_key, way))
        if isinstance(value, dict):
            yield from ("", f"[{name}]{_mark(marks, way)}")
            yield from _table(way, value, marks)
            continue
        for number, item in enumerate(value, start=1):
            at = (*way, str(number))
            yield from ("", f"[[{name}]]{_mark(marks, at)}")
            yield from _row(at, item, marks)


def _row(path: tuple[str, ...], row: Raw, marks: Mapping[tuple[str, ...], str]) -> Iterator[str]:
    for key, value in row.items():
        yield f"{toml_key(key)} = {toml(value)}{_mark(marks, (*path, key))}"


def _has_heading(path: tuple[str, ...], value: object) -> bool:
    if isinstance(value, dict):
        return not (path and path[0] in _ON_A_LINE)
    return bool(value) and isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _mark(marks: Mapping[tuple[str, ...], str], path: tuple[str, ...]) -> str:
    comment = marks.get(path)
    return f"  # {' '.join(comment.split())}" if comment else ""


def _listed(value: Any) -> Any:  # noqa: ANN401 - the data of a case
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return list(map(_listed, value)) if isinstance(value, (tuple, list)) else value
