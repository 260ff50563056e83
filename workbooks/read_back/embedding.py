"""Data embedded in a workbook when it is written, so that it can be read back."""

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
from workbooks.read_back.known_cells import Known, hidden_names, known_cells
from workbooks.xlsx.carriers import PROPERTY_LIMIT, Carriers

FORMAT: Final = 1  # version of the format of the properties
PRESET: Final = 3  # a fifth of the time of the usual 6, for a tenth more bytes
DATA: Final = "Steelyard data"  # followed by the number of the piece
MOST_TEXT: Final = 64 << 20  # largest size of the text in bytes
MOST_MEMORY: Final = 128 << 20  # largest size in bytes when unpacked
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
    """Build the hidden names and document properties for the workbook of a case.

    Parameters
    ----------
    case : Case
        The case; for a template the sample case with which its formulas were verified.
    book : LaidBook
        The workbook to be written.
    to_fill, optional : collection of str
        For a template: ids of the figures to fill in, and of the optional ones.
    hints : collection of str
        For a template: its placeholder texts, in its language.
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
    """Compress a long text and split it into pieces that fit into document properties.

    Examples
    --------
    >>> unpacked(packed("value" * 1000)) == "value" * 1000
    True
    """
    data = base64.b64encode(lzma.compress(text.encode(), preset=PRESET)).decode("ascii")
    return [data[at : at + PROPERTY_LIMIT] for at in range(0, len(data), PROPERTY_LIMIT)]


def unpacked(pieces: Iterable[str]) -> str:
    """Restore the text from its pieces.

    Raises
    ------
    ValueError
        If a piece is missing or changed, or the text is too large.
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
