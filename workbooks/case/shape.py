"""Structure of case files: walks the data along the record types and rewrites pydantic's errors in plain words.

A *location* is the path to a value in the data as given by pydantic; a *place* is the same path in messages, with items
counted from 1 and their names added: `scenarios.cases[2].mix (Bad)`.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from workbooks.case.annotations import fields, inner, role_of
from workbooks.case.model import Case
from workbooks.case.roles import CURRENCY, ID, LINE, NOTE, PAIR, TEXT, Role

Location: TypeAlias = tuple[str | int, ...]

SHOWN: Final = 60  # characters shown of an invalid value


class Problem(NamedTuple):
    """A problem and its place in the file."""

    place: str
    message: str


def frozen(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    """The data of a file with lists converted to tuples, as in the records."""
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list) else value


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
    "string_too_short": "expected a text",
    "too_short": "expected at least {min_length}",
    "literal_error": "expected {expected}",
    "less_than_equal": "expected at most {le}",
    "greater_than_equal": "expected at least {ge}",
}
_PATTERNS: Final = {
    ID: "expected an id: letters, digits and _, beginning with a letter",
    PAIR: "expected two currencies in six capitals: USDCNY",
    CURRENCY: "expected the three capitals of a currency: CNY",
    LINE: "expected one line of text",
    TEXT: "expected one line of text",
    NOTE: "expected text without control characters",
}
_ARGUMENT: Final = "expected a figure's id, a result in the workbook, 0 or 1, or a list of these"


def misshapen(raw: dict[str, Any], error: ValidationError) -> list[Problem]:
    """Convert pydantic's errors to problems, one per place."""
    problems: dict[str, Problem] = {}
    listed: set[tuple[str, ...]] = set()  # the keys of a table are listed once
    # For a union, prefer the error of the branch of the same form (table, list) over "expected a text" of another
    # branch.
    details = sorted(error.errors(include_url=False), key=_is_of_another_form)
    for detail in details:
        loc = _location(detail["loc"], raw)
        match detail["type"]:
            case "too_short" if len(detail["input"]) >= detail["ctx"]["min_length"]:
                continue  # its items are wrong, each of which is named
            case "missing":
                loc = (*loc, detail["loc"][-1])
                description = _keys(loc[:-1])[str(loc[-1])].description
                message = f"is missing: {description}" if description else "is missing"
            case "extra_forbidden":
                known = tuple(_keys(loc[:-1]))
                own = _own_table(str(loc[-1]), known, raw)
                keys = "" if own or known in listed else f"; its keys are {', '.join(known)}"
                message = f"is not a key of this table{own or nearest(str(loc[-1]), known) + keys}"
                listed |= {known} if keys else set()
            case "string_type" if role := _role(loc):
                message = f"{shown(detail['input'])}: expected {role.words}, as a number, as an amount or by its id"
            case _:
                message = f"{shown(detail['input'])}: {_expected(detail)}"
        problems.setdefault(place(loc, raw), Problem(place(loc, raw), message))
    return list(problems.values())


def _own_table(key: str, known: tuple[str, ...], raw: dict[str, Any]) -> str:
    """What to write where a peer has a multiple or a metric of the case as a key; they have tables of their own."""
    declared = as_table(raw.get("comparables")).get("multiples", ())
    names = [each.get("name") for each in declared if isinstance(each, dict)] if isinstance(declared, tuple) else []
    if "multiples" in known and key in names:
        return f'; it is a multiple of this case: write multiples = {{ "{key}" = … }}'
    if "metrics" in known and key in as_table(raw.get("metrics")):
        return f'; it is a metric of this case: write metrics = {{ "{key}" = … }}'
    return ""


def _is_of_another_form(detail: ErrorDetails) -> bool:
    return detail["type"] == "string_type" and isinstance(detail["input"], (dict, tuple))


def _expected(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["loc"]:
        case ("reconciliation", int(), "arguments", _, *_):
            return _ARGUMENT
    if "pattern" in context:
        return _PATTERNS[context["pattern"]]
    return _WORDS[detail["type"]].format_map(context)


def _location(loc: Location, raw: object) -> Location:
    """The location in the data, without the branch of a union or the missing key that pydantic appends."""
    here: Any = raw
    found: Location = ()
    for key in loc:
        if isinstance(key, int) if isinstance(here, tuple) else isinstance(here, dict) and key in here:
            here = here[key]
            found = (*found, key)
    return found


def place(loc: Location, raw: object) -> str:
    """Text of a location for messages."""
    text, name, here = "", "", raw
    for key in loc:
        bare = re.fullmatch(r"[A-Za-z0-9_-]+", str(key))
        text += f"[{key + 1}]" if isinstance(key, int) else f"{'.' * bool(text)}{key if bare else repr(key)}"
        # The keys of a location are texts for tables and numbers for lists.
        here = here.get(key) if isinstance(here, dict) else here[key] if isinstance(here, tuple) else None  # type: ignore[index]
        if isinstance(key, int) and isinstance(here, dict):
            names = (here[word] for word in ("name", "label", "published") if isinstance(here.get(word), str))
            name = " ".join(next(names, "").split())[:SHOWN]
    return f"{text} ({name})" if name else text


def _role(loc: Location) -> Role | None:
    """Role of the figure at a place; None where it does not hold a figure."""
    here: Any = Case
    for key in loc:
        here = inner(here, key)
    return role_of(here) if loc and here is not None else None


def _keys(loc: Location) -> dict[str, FieldInfo]:
    """Keys that are allowed in a table."""
    here: Any = Case
    for key in loc:
        here = inner(here, key)
    return fields(here)


def as_table(value: object) -> dict[str, Any]:
    """The value if it is a table, else an empty table."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> Iterator[str]:
    """All texts in the data of a case."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from texts(item)


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the most similar known word: "did you mean …?"; "" where none is similar."""
    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), names, n=1)
    return f"; did you mean {names[found[0]]}?" if found else ""


def shown(value: object) -> str:
    """A value for a message, as written in the file."""
    text = _written(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_written(item)}' for key, item in value.items())} }}"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else str(value)
