"""No function has the same body as one of another module, whatever its names are.

Formulas of the core and the same in Excel's words (`workbooks.declarations`) are alike on purpose: each build compares
their results.
"""

import ast
from collections import defaultdict
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("valuation", "workbooks", "addin")
SHORTEST: Final = 200  # characters of a body's syntax tree; shorter ones are single expressions
FORMULAS: Final = ROOT / "workbooks" / "declarations"


class _Renamed(ast.NodeTransformer):
    """A body with its own names numbered, and without annotations."""

    def __init__(self, function: ast.FunctionDef) -> None:
        arguments = (*function.args.args, *function.args.kwonlyargs)
        stored = (
            node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        names = dict.fromkeys((*(argument.arg for argument in arguments), *stored))
        self.names = {name: f"name{number}" for number, name in enumerate(names)}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


def body_of(function: ast.FunctionDef) -> str:
    """The body of a function without its docstring and its choice of names."""
    body = [node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    return ast.dump(_Renamed(function).visit(ast.Module(body, [])))


def duplicates(files: dict[str, str]) -> list[list[str]]:
    """The places of functions with the same body in more than one file."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for name, source in files.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and len(body := body_of(node)) >= SHORTEST:
                found[body].add((name, node.name))
    return [sorted(map(": ".join, places)) for places in found.values() if len({name for name, _ in places}) > 1]


def test_no_function_stands_in_two_modules() -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if FORMULAS not in path.parents]
    assert duplicates({str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}) == []


def test_no_helper_of_tests_stands_in_two_modules() -> None:
    """Tests themselves may be alike: they differ by their parameters and fixtures."""
    paths = (ROOT / "tests").rglob("*.py")
    found = duplicates({str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths})
    helpers = [[place for place in places if ": test_" not in place] for places in found]
    assert [places for places in helpers if len(places) > 1] == []


def test_a_copy_with_other_names_is_found() -> None:
    first = 'def f(a):\n    """One."""\n    s = sum(x * x for x in a)\n    return s / len(a) if len(a) > 1 else s\n'
    second = "def g(items):\n    s = sum(i * i for i in items)\n    return s / len(items) if len(items) > 1 else s\n"
    other = second.replace("> 1", "> 2")
    assert duplicates({"one.py": first, "two.py": second, "three.py": other}) == [["one.py: f", "two.py: g"]]
    assert duplicates({"one.py": first + second}) == []
