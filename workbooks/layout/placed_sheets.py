"""Sheets under their names in a language, and where everything of them stands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from workbooks.declarations.sheet import Block, Sheet
from workbooks.languages.language import Language
from workbooks.layout.core_values import Evaluation
from workbooks.layout.empty_charts import without_empty_charts
from workbooks.layout.placing import Places
from workbooks.layout.references import check_references

Placed: TypeAlias = tuple[Places, list[list[tuple[Block, int]]], Evaluation]


def placed_sheets(sheets: Sequence[Sheet], language: Language, *, is_drawn: bool) -> tuple[Sequence[Sheet], *Placed]:
    """The sheets under their names in a language, and their places.

    If they are drawn, there is a sentence for each chart without numbers, in the rows of the chart.
    """
    sheets = [replace(sheet, name=language.text(sheet.name)) for sheet in sheets]
    found = _placed(sheets)
    if not is_drawn:
        return sheets, *found
    check_references(sheets, found[0])
    said = without_empty_charts(sheets, found[2])
    return (said, *_placed(said)) if said else (sheets, *found)


def _placed(sheets: Sequence[Sheet]) -> Placed:
    """Where everything stands, and what it is worth."""
    places = Places()
    placed = [places.place(sheet) for sheet in sheets]
    return places, placed, Evaluation(places)
