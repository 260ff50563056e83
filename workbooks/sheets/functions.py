"""Functions: the catalogue as an analyst reads it, with examples that come alive with the add-in."""

import ast

from valuation.catalogue import CATALOGUE, Entry
from workbooks.spec import Column, Formula, Sheet, Table


def sheet() -> Sheet:
    """The Functions sheet, made from the catalogue."""
    entries = list(CATALOGUE.values())
    examples = [example(entry) for entry in entries]
    table = Table(
        "function_rows",
        "Functions",
        rows=len(entries),
        columns=(
            Column("name", "Function", cells=[entry.excel_name for entry in entries], width=26),
            Column("family", "Family", cells=[entry.family for entry in entries], width=13),
            Column("usage", "Arguments", cells=[_arguments(entry) for entry in entries], width=52, wrap=True),
            Column("meaning", "Meaning", cells=[entry.summary for entry in entries], width=70, wrap=True),
            Column("example", "Example", cells=[f"={text}" if text else None for text in examples], width=60),
            Column(
                "live", "Live, with the add-in", cells=[_live(text) if text else None for text in examples], width=22
            ),
        ),
    )
    return Sheet(
        "functions",
        "Functions",
        "Functions",
        "Which formulas does the add-in bring, and what does each mean? Arguments in brackets may be left out.",
        (table,),
    )


def _arguments(entry: Entry) -> str:
    return entry.usage.removeprefix(entry.excel_name).strip("()")


def _live(text: str) -> Formula:
    return Formula(f'IF(AddinReady,{text},"–")', lambda v: "–")  # noqa: ARG005 - no add-in while building


def example(entry: Entry) -> str:
    """The docstring's first example as an Excel formula; empty where it is no plain call that gives one number."""
    if entry.result.shape not in ("number", "text"):
        return ""
    for line in entry.doc.examples:
        for row in (line.snippet or line.description or "").splitlines():
            if row.startswith(f">>> {entry.name}("):
                try:
                    return _excel_call(entry, ast.parse(row.removeprefix(">>> "), mode="eval").body)
                except (ValueError, TypeError, SyntaxError):
                    return ""
    return ""


def _excel_call(entry: Entry, call: ast.expr) -> str:
    if not isinstance(call, ast.Call):
        raise TypeError(ast.unparse(call))
    names = [parameter.name for parameter in entry.parameters]
    given = dict(zip(names, call.args, strict=False)) | {str(k.arg): k.value for k in call.keywords}
    shown = [_excel(ast.literal_eval(given[name])) if name in given else "" for name in names]
    return f"{entry.excel_name}({','.join(shown).rstrip(',')})"


def _excel(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case str():
            return '"' + value.replace('"', '""') + '"'
        case list() if value and all(isinstance(element, list) for element in value):
            return "{" + ";".join(",".join(_excel(e) for e in row) for row in value) + "}"
        case list() if None not in value:
            return "{" + ";".join(_excel(element) for element in value) + "}"
        case int() | float():
            return f"{value!r}".removesuffix(".0")
        case _:
            raise ValueError(value)
