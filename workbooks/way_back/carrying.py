"""What a workbook of ours carries so that it can be read back: made when it is written."""

import base64
import json
import lzma
from collections.abc import Collection, Iterable
from typing import Any, Final

from valuation.about import steelyard_version
from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.case.reading import input_hash
from workbooks.layout.sheet_cells import LaidBook
from workbooks.way_back.known_cells import Known, hidden_names, known_cells
from workbooks.xlsx.carriers import PROPERTY_LIMIT, Carriers

FORMAT: Final = 1  # of what the properties hold
DATA: Final = "Steelyard data"  # and the number of the piece
MOST_TEXT: Final = 64 << 20  # bytes of the whole text
MOST_MEMORY: Final = 128 << 20  # bytes that unpacking may take
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
        {PROPERTIES[key]: value for key, value in facts.items()}
        | {f"{DATA} {number:04}": piece for number, piece in enumerate(packed(text), start=1)},
    )


def packed(text: str) -> list[str]:
    """A long text in pieces that fit into document properties.

    Examples
    --------
    >>> unpacked(packed("value" * 1000)) == "value" * 1000
    True
    """
    data = base64.b64encode(lzma.compress(text.encode())).decode("ascii")
    return [data[at : at + PROPERTY_LIMIT] for at in range(0, len(data), PROPERTY_LIMIT)]


def unpacked(pieces: Iterable[str]) -> str:
    """The text in pieces.

    Raises
    ------
    ValueError
        If a piece is lost or changed, or the text is larger than any that is written.
    """
    try:
        reader = lzma.LZMADecompressor(memlimit=MOST_MEMORY)
        data = reader.decompress(base64.b64decode("".join(pieces), validate=True), MOST_TEXT)
    except (lzma.LZMAError, EOFError) as problem:
        message = f"is damaged: {problem}"
        raise ValueError(message) from None
    if not reader.eof:
        message = "is incomplete"
        raise ValueError(message)
    return data.decode()


def _written(known: Known, name: str) -> list[Any]:
    address = known.address
    return [known.id, known.kind, known.sheet, f"{letters(address.column)}{address.row}", name]
