"""What a workbook of ours carries so that it can be read back: made when it is written."""

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from valuation.about import steelyard_version
from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.case.reading import input_hash
from workbooks.layout.sheet_cells import LaidBook
from workbooks.way_back.known_cells import Known, hidden_names, known_cells
from workbooks.xlsx.carriers import Carriers

FORMAT: Final = 1  # of what the hidden sheet holds
MARK: Final = "Steelyard identity"  # its first cell
CHUNK: Final = 8_000  # characters of a cell: Excel takes 32,767, other programs 32,767 bytes
PROPERTIES: Final = {
    "case": "Steelyard case",
    "version": "Steelyard version",
    "language": "Steelyard language",
    "fingerprint": "Steelyard fingerprint",
}


def carriers(
    case: Case,
    book: LaidBook,
    to_fill: Collection[str] = (),
    optional: Collection[str] = (),
    hints: Collection[str] = (),
) -> Carriers:
    """What the workbook of a case carries.

    Parameters
    ----------
    case : Case
        The case; of a template the sample that its formulas were proved with.
    book : LaidBook
        The workbook as it is written.
    to_fill, optional : collection of str
        Of a template: the ids of the figures that are to be filled in, and of those that may stay empty.
    hints : collection of str
        Of a template: the texts that stand where a text is to be typed, in its language.
    """
    known = known_cells(book, case)
    names = hidden_names(each.id for each in known)
    facts = {
        "case": case.title,
        "version": steelyard_version(),
        "language": book.language.code,
        "fingerprint": input_hash(case),
    }
    content = {
        "format": FORMAT,
        **{key: facts[key] for key in ("version", "language", "fingerprint")},
        "to_fill": sorted(to_fill),
        "optional": sorted(optional),
        "hints": sorted(hints),
        "sheets": {page.sheet.id: page.sheet.name for page in book.sheets},
        "cells": [_written(each, names[each.id]) for each in known],
        "case": case.model_dump(mode="json"),
        "formulas": {
            page.sheet.id: {f"{letters(c.column)}{c.row}": c.formula for c in page.cells if c.formula}
            for page in book.sheets
        },
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Carriers(
        {names[each.id]: each.address.text("", absolute=True) for each in known},
        {PROPERTIES[key]: value for key, value in facts.items()},
        [MARK, *chunks(text)],
    )


def chunks(text: str) -> Iterator[str]:
    """A JSON text in pieces that fit into cells; none begins or ends with a space, which programs may cut off."""
    while len(text) > CHUNK:
        # A quote behind a comma begins or ends a text of the JSON: neither side of it is a space.
        end = text.rfind(',"', 0, CHUNK) + 1
        if not end:  # inside one very long text
            ends = range(CHUNK, 0, -1)
            end = next((at for at in ends if not (text[at - 1].isspace() or text[at].isspace())), CHUNK)
        yield text[:end]
        text = text[end:]
    yield text


def _written(known: Known, name: str) -> list[Any]:
    address = known.address
    return [known.id, known.kind, known.sheet, f"{letters(address.column)}{address.row}", address.count, name]
