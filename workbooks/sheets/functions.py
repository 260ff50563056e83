"""Functions: the catalogue as an analyst reads it, with examples that come alive with the add-in."""

from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import formula
from workbooks.spec import ABSENT, Column, Formula, Sheet, Table


def sheet() -> Sheet:
    """The Functions sheet, made from the catalogue."""
    entries = list(CATALOGUE.values())
    table = Table(
        "function_rows",
        "Functions",
        rows=len(entries),
        columns=(
            Column("name", "Function", cells=[entry.excel_name for entry in entries], width=26, verbatim=True),
            Column("family", "Subject", cells=[entry.subject for entry in entries], width=32),
            Column(
                "usage",
                "Arguments",
                cells=[_arguments(entry) for entry in entries],
                width=52,
                wrap=True,
                verbatim=True,
            ),
            Column("meaning", "Meaning", cells=[entry.summary for entry in entries], width=70, wrap=True),
            Column("example", "Example", cells=[formula(entry) for entry in entries], width=60, verbatim=True),
            Column("live", "Live, with the add-in", cells=[_live(entry) for entry in entries], width=22),
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


def _live(entry: Entry) -> Formula | None:
    if entry.result.shape not in ("number", "text"):  # what fills several cells has no room here
        return None
    call = formula(entry).removeprefix("=")
    return Formula(f'IF(AddinReady,{call},"{ABSENT}")', lambda v: ABSENT)  # noqa: ARG005 - no add-in while building
