"""How a function is described where people meet it: what its arguments take, and its example in a cell and a shell."""

import ast
import doctest
import inspect
import json
import shlex
from itertools import zip_longest
from typing import Any

from addin.cells import text
from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.units import Kind


def takes(kind: Kind) -> str:
    """What an argument takes, in a few words.

    Examples
    --------
    >>> from valuation.units import Moneys, Statistic, kind_of
    >>> takes(kind_of(Moneys)), takes(kind_of(Statistic))
    ('money, a list', 'mean, median, harmonic, min, max, q1, q3, a number')
    """
    if kind.shape == "choice":
        return ", ".join(kind.choices) + (", a number" if kind.or_number else "")
    several = {"vector": ", a list", "texts": ", a list", "dates": ", a list", "matrix": ", a table"}
    return "TRUE or FALSE" if kind.shape == "flag" else kind.unit + several.get(kind.shape, "")


def left_out(parameter: Parameter) -> str:
    """What holds where an optional argument is left out; nothing where the function itself says it."""
    return "" if parameter.required or parameter.default in (None, "") else text(parameter.default)


def example(entry: Entry) -> dict[str, Any]:
    """Arguments of the first call in a function's own example, by name, as cells hold them.

    A list stays a list, to be laid out as a row or a column; a method is its name; the arguments of a method are
    rows of a name and its values.

    Examples
    --------
    >>> example(CATALOGUE["sotp_value"])
    {'metrics': [806, 234, 99], 'multiples': [2.0, 2.3, 19.0]}
    """
    shown = doctest.DocTestParser().get_examples(inspect.getdoc(entry.function) or "")
    nodes = [node for line in shown for node in ast.walk(ast.parse(line.source))]
    named = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    call = next(
        node
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry.name
    )
    given = dict(zip((parameter.name for parameter in entry.parameters), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return {
        name: _cells(named.get(node.id, node) if isinstance(node, ast.Name) else node) for name, node in given.items()
    }


def formula(entry: Entry) -> str:
    """The example as it stands in a cell.

    Examples
    --------
    >>> formula(CATALOGUE["sotp_value"])
    '=SOTP_VALUE({806,234,99},{2,2.3,19})'
    """
    given = example(entry)
    shown = [_literal(given[parameter.name]) if parameter.name in given else "" for parameter in entry.parameters]
    return f"={entry.excel_name}({','.join(shown).rstrip(',')})"


def command(entry: Entry) -> str:
    """The example as it stands in a shell.

    Examples
    --------
    >>> command(CATALOGUE["sotp_value"])
    "steelyard call SOTP_VALUE '[806, 234, 99]' '[2.0, 2.3, 19.0]'"
    """
    given = example(entry)
    words: list[str] = []
    for place, parameter in enumerate(entry.parameters):
        if parameter.name in given:
            key = "" if place == len(words) else f"{parameter.name}="
            words.append(key + shlex.quote(json.dumps(given[parameter.name], ensure_ascii=False)))
    return " ".join(("steelyard call", entry.excel_name, *words))


def _literal(value: object) -> str:
    if isinstance(value, list):
        rows = value if isinstance(value[0], list) else [value]
        return "{" + ";".join(",".join(map(_literal, row)) for row in rows) + "}"
    if value is None or isinstance(value, str):
        return '"' + (value or "").replace('"', '""') + '"'
    return text(value)


def _cells(node: ast.expr) -> object:
    if isinstance(node, ast.Name):
        return CATALOGUE[node.id].excel_name
    value = ast.literal_eval(node)
    if not isinstance(value, dict):
        return value
    rows = [[name, *(values if isinstance(values, list) else [values])] for name, values in value.items()]
    return [list(row) for row in zip(*zip_longest(*rows), strict=True)]
