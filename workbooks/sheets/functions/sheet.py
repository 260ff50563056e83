"""Functions: the catalogue as an analyst reads it, with examples that are live with the add-in."""

from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import formula
from workbooks.declarations.sheet import Column, Sheet, Table
from workbooks.sheets.functions import formulas


def sheet() -> Sheet:
    """The Functions sheet, made from the catalogue."""
    entries = list(CATALOGUE.values())
    names, usage = [entry.excel_name for entry in entries], [_arguments(entry) for entry in entries]
    subjects, meanings = [entry.subject for entry in entries], [entry.summary for entry in entries]
    examples, live = [formula(entry) for entry in entries], [formulas.live(entry) for entry in entries]
    columns = (
        Column("name", "Function", cells=names, width=30, verbatim=True),
        Column("family", "Subject", cells=subjects, width=20, wrap=True),
        Column("usage", "Arguments", cells=usage, width=34, wrap=True, verbatim=True),
        Column("meaning", "Meaning", cells=meanings, width=46, wrap=True),
        Column("example", "Example", cells=examples, width=46, wrap=True, verbatim=True),
        Column("live", "Live, with the add-in", cells=live, width=20),
    )
    return Sheet(
        "functions",
        "Functions",
        "Functions",
        "Which formulas does the add-in bring, and what does each mean? Arguments in brackets may be left out.",
        (Table("function_rows", "Functions", columns, len(entries)),),
        printed=False,
    )


def _arguments(entry: Entry) -> str:
    return entry.usage.removeprefix(entry.excel_name).strip("()")
