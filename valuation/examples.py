"""The example of a function: the first call in its docstring, as arguments in cells and as a formula."""

import ast
import inspect
import re
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from valuation.catalogue import CATALOGUE, Entry

_EXAMPLE: Final = re.compile(r"^>>> (.*(?:\n\.\.\. .*)*)", re.MULTILINE)  # not by doctest: slow to import


def example(entry: Entry) -> dict[str, Any]:
    """Arguments of the first call in the example of a function, by name, as cells hold them.

    A list remains a list, for a row or a column of cells; a method is given by its name; the arguments of a method are
    rows, each with a name and its values.

    Examples
    --------
    >>> example(CATALOGUE["sotp_value"])
    {'metrics': [806, 234, 99], 'multiples': [2.0, 2.3, 19.0]}
    """
    named, call = _first_call(entry)
    given = dict(zip((parameter.name for parameter in entry.parameters), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return {
        name: _cells(named.get(node.id, node) if isinstance(node, ast.Name) else node) for name, node in given.items()
    }


def _first_call(entry: Entry) -> tuple[dict[str, ast.expr], ast.Call]:
    """The first call of a function in its examples, and the variables assigned before it."""
    named: dict[str, ast.expr] = {}
    for text in _EXAMPLE.findall(inspect.getdoc(entry.function) or ""):
        for node in ast.walk(ast.parse(text.replace("\n... ", "\n"))):
            if isinstance(node, ast.Assign):
                named |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry.name:
                return named, node
    message = f"{entry.name} has no example that calls it"
    raise LookupError(message)


@cache
def formula(entry: Entry) -> str:
    """The example as a formula in a cell.

    Examples
    --------
    >>> formula(CATALOGUE["sotp_value"])
    '=SOTP_VALUE({806,234,99},{2,2.3,19})'
    """
    given = example(entry)
    shown = [_literal(given[parameter.name]) if parameter.name in given else "" for parameter in entry.parameters]
    return f"={entry.excel_name}({','.join(shown).rstrip(',')})"


def _literal(value: object) -> str:
    if isinstance(value, list):
        rows = value if isinstance(value[0], list) else [value]
        return "{" + ";".join(",".join(map(_literal, row)) for row in rows) + "}"
    if value is None or isinstance(value, str):
        return '"' + (value or "").replace('"', '""') + '"'
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _cells(node: ast.expr) -> object:
    if isinstance(node, ast.Name):
        return CATALOGUE[node.id].excel_name
    value = ast.literal_eval(node)
    if not isinstance(value, dict):
        return value
    rows = [[name, *(values if isinstance(values, list) else [values])] for name, values in value.items()]
    return [list(row) for row in zip(*zip_longest(*rows), strict=True)]
