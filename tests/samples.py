"""A sample call of every function, taken from the examples in its own docstring."""

import ast
import doctest
from typing import Any

from valuation.catalogue import CATALOGUE, Entry


def samples(entry: Entry) -> list[dict[str, Any]]:
    """Arguments by name of each call in the function's examples that is written out in full."""
    calls = []
    for example in doctest.DocTestParser().get_examples(entry.function.__doc__ or ""):
        for node in ast.walk(ast.parse(example.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry.name:
                try:
                    positional = [_value(argument) for argument in node.args]
                    named = {str(keyword.arg): _value(keyword.value) for keyword in node.keywords}
                except ValueError:  # an argument computed earlier in the example
                    continue
                names = [parameter.name for parameter in entry.parameters]
                calls.append(dict(zip(names, positional, strict=False)) | named)
    return calls


def _value(node: ast.expr) -> Any:  # noqa: ANN401 - whatever an example writes
    if isinstance(node, ast.Name) and node.id in CATALOGUE:
        return CATALOGUE[node.id].function
    return ast.literal_eval(node)
