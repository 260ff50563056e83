"""Generates the reference of case files, docs/case-file.md, from the records that a case file is read into."""

import datetime as dt
import inspect
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from workbooks.case.annotations import branches, fields, inner, record_of
from workbooks.case.model import Case
from workbooks.case.roles import Record, Role

PAGE: Final = "docs/case-file.md"
_HEAD: Final = """\
# Case files

A case is one TOML file about one company. This page lists every table and key; `steelyard new` writes a file to begin with, and the
[tutorial](tutorial.md) fills one in. Made from the program by `python -m addin.reference`.

A **number** is written in one of four ways:

| written | means |
|---|---|
| `debt = 420` | 420 of the unit of its table, or of the company: 420 EUR m where `[company]` has `unit = "EUR m"` |
| `debt = "EUR 420m"` | an amount with its unit; also `"12.5%"`, `"8.5×"`, `"32m shares"`, `"42.10 EUR per share"` |
| `debt = { value = 420, unit = "EUR m", as_of = "2025", source = "Annual report" }` | a number with a unit, a date and a source of its own; also `label` and `note` |
| `debt = "group_debt"` | the number of that name under `[figures]`, which several places may share |

Fractions are numbers or per cent: `0.125` or `"12.5%"`. Every table takes `unit`, `as_of` and `source` for its bare numbers; what it
does not say comes from the table above it, in the end from `[defaults]` and `[company]`. A key that is required is marked *.
"""  # noqa: E501 - rows of a table
_ABOVE: Final = ("unit", "as_of", "source")  # taken by every table, and explained once
_SIMPLE: Final = {str: "a text", bool: "`true` or `false`", int: "a whole number", float: "a number", dt.date: "a date"}


def page() -> str:
    """Text of the page."""
    lines = [_HEAD]
    for key in Case.model_fields:
        lines += _section(key, inner(Case, key), Case.model_fields[key])
    return "\n".join(lines).rstrip() + "\n"


def _section(key: str, annotation: object, field: FieldInfo) -> list[str]:
    """One key at the top of a file: a table, a list of tables, or a text."""
    record = record_of(annotation)
    many = any(get_origin(branch.type) is tuple for branch in branches(annotation))
    by_name = any(get_origin(branch.type) is dict for branch in branches(annotation))
    title = f"`{key}`" if record is None and not by_name else f"`[[{key}]]`" if many else f"`[{key}]`"
    lines = [f"## {title}", ""]
    item = inner(annotation, 0) if many else inner(annotation, "") if by_name else annotation
    said = [_sentence(field.description or ""), inspect.getdoc(record_of(item) or object) if record_of(item) else ""]
    lines += [" ".join(filter(None, said)), ""] if any(said) else []
    if record_of(item) is None:
        return [*lines, f"Takes {_takes(annotation)}.", ""]
    if by_name:
        lines += ["Each key is a name of its own, and takes a table:", ""]
    return [*lines, *_table(item, key)]


def _table(annotation: object, path: str) -> list[str]:
    """The keys of a record, and below them those of the records inside."""
    lines = ["| key | takes | meaning |", "|---|---|---|"]
    below: list[str] = []
    for key, field in fields(annotation).items():
        if key in _ABOVE and path not in {"company", "defaults", "figures"}:
            continue
        expected = inner(annotation, key)
        star = " *" if field.is_required() and not (path == "figures" and key in _ABOVE) else ""
        lines.append(f"| `{key}`{star} | {_takes(expected)} | {_default(field)} |".replace("  ", " "))
        for item in _records_in(expected):
            name = f"{path}.{key}"
            below += [f"### `{name}`", "", inspect.getdoc(record_of(item) or object) or "", "", *_table(item, name)]
    return [*lines, "", *below]


def _records_in(annotation: object) -> Iterator[object]:
    """What a key holds, or the items of the list that it holds, where that is a table of its own."""
    for branch in branches(annotation):
        if inspect.isclass(branch.type) and issubclass(branch.type, Record):
            yield branch.type
        elif get_origin(branch.type) is tuple and record_of(get_args(branch.type)[0]):
            yield from _records_in(get_args(branch.type)[0])


def _takes(annotation: object) -> str:
    """What may be written for a key, in words."""
    words = [*dict.fromkeys(filter(None, (_of_branch(branch.type, branch.role) for branch in branches(annotation))))]
    if len(words) > 1 and words[1] == f"a list, each {words[0]}":
        words[:2] = [f"{words[0]}, or a list, one for each year"]
    return " or ".join(words)


def _of_branch(kind: Any, role: Role | None) -> str:  # noqa: ANN401 - what an annotation holds
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return "a list of tables, see below" if record_of(item) else f"a list, each {_takes(item)}"
    if get_origin(kind) is dict:
        values = get_args(kind)[1]
        simple = len([*branches(values)]) == 1
        return f"a table of names, each {_takes(values)}" if simple else "a table of names"
    if get_origin(kind) is Literal:
        words = [f'`"{word}"`' if isinstance(word, str) else f"`{word}`" for word in get_args(kind) if word != ""]
        return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
    if role is not None and kind is str:
        return role.words
    if inspect.isclass(kind) and issubclass(kind, Record):
        return "a table, see below"
    return _SIMPLE.get(kind, "")


def _default(field: FieldInfo) -> str:
    """The meaning of a key, with what it is where it is left out."""
    default = field.get_default()
    said = f"if left out, `{str(default).lower() if isinstance(default, bool) else default}`"
    plain = isinstance(default, (bool, int, float)) or (isinstance(default, str) and default)
    return "; ".join(filter(None, (field.description, said if plain and not field.is_required() else "")))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""
