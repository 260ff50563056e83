"""Reads from a workbook which case it was made from, and the meaning of its cells.

A workbook written by Steelyard stores this in four ways, because every program loses some data when it saves:

- hidden defined names, one for each sheet, input, selector, list, row of a list and headline result
  (`_sy_figures_fx`, `_sy_peers_included_2`). They follow inserted rows, moved columns and renamed sheets;
- the id column of the sheet Inputs, which remains correct even after sorting rows;
- custom document properties with the case's title, version, language and fingerprint;
- further ones, `Steelyard data 0001` and so on, with the whole case, the address that each known cell was written at,
  and every original formula: JSON, compressed, in pieces of 255 characters. Excel, LibreOffice, openpyxl and
  SheetJS keep document properties, while openpyxl drops custom XML parts and readers show hidden sheets.

Usage::

    found = identity_of(Path("acme.xlsx"))          # or its bytes, or Contents that were read already
    found.case                                      # the Case it was made from; for a template the sample case
    found.language, found.version, found.fingerprint
    found.now["figures.fx"]                         # where a cell stands now: Place("Inputs", 8, 2); absent if lost
    found.written["results.segments.equity.base"]   # where it was written: kind, id of the sheet, address, name
    found.formulas["segments"]["C25"]               # a formula as it was written, by the id of its sheet and its cell
    found.sheets["segments"]                        # what the sheet is called now; "" where it was deleted

The ids are explained in `workbooks.read_back.known_cells.Known`. If some of these data are lost, the others are used. A
workbook without its properties raises `NoIdentityError` unless the case is given, as by `steelyard value --case`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from workbooks.case.model import Case
from workbooks.opening.limits import PackageError
from workbooks.read_back.contents import Contents, contents_of
from workbooks.read_back.embedding import DATA, FORMAT, PROPERTIES, unpacked
from workbooks.read_back.known_cells import Kind
from workbooks.recalculation.worksheet import place as cell_place

_TARGET: Final = re.compile(
    r"^(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!\[\]:]+))!(?P<cell>\$?[A-Z]{1,3}\$?\d+)(?::|$)"
)


class NoIdentityError(PackageError):
    """The workbook does not say which case it was made from."""


class Place(NamedTuple):
    """A cell of a sheet."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> tuple[int, int]:
        """Row and column."""
        return self.row, self.column


@dataclass(frozen=True, slots=True)
class Written:
    """Original position of a known cell: its kind, the id of its sheet, its cell, its hidden name."""

    kind: Kind
    sheet: str
    address: str
    name: str


@dataclass(frozen=True)
class Identity:
    """Identity of a workbook, and the present positions of its known cells.

    Attributes
    ----------
    case : Case
        The case that the workbook was made from. For a template, the sample case with which its formulas were verified;
        `to_fill` lists the figures to fill in.
    version, language, fingerprint : str
        Version of Steelyard; language, `en` or `zh`; hash of the case, as on the sheet Log.
    to_fill, optional, hints : frozenset of str
        For a template: ids of figures to fill in, of optional figures, and placeholder texts.
    sheets : mapping
        Present names of the sheets by id; "" for a deleted sheet.
    written : mapping
        All known cells by id, in the order of the workbook.
    now : mapping
        Present position of the hidden name of each known cell; missing if the name is lost.
    formulas : mapping
        Original formulas by id of the sheet and cell, with the original sheet names.
    """

    case: Case
    version: str
    language: str
    fingerprint: str
    to_fill: frozenset[str]
    optional: frozenset[str]
    hints: frozenset[str]
    sheets_then: Mapping[str, str]
    written: Mapping[str, Written]
    formulas: Mapping[str, Mapping[str, str]]
    contents: Contents

    @property
    def is_template(self) -> bool:
        """Whether it is a template to fill in."""
        return bool(self.to_fill)

    @cached_property
    def now(self) -> Mapping[str, Place]:
        """Present position of the hidden name of each known cell."""
        found = {known: place_of(self.contents, each.name) for known, each in self.written.items()}
        return {known: at for known, at in found.items() if at is not None}

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """Present name of each sheet: by its hidden name, else by its original name."""
        found = {}
        for sheet, name in self.sheets_then.items():
            at = self.now.get(f"sheets.{sheet}")
            found[sheet] = at.sheet if at else name if name in self.contents.sheets else ""
        return found


def identity_of(source: Path | bytes | Contents) -> Identity:
    """Read the identity of a workbook.

    Parameters
    ----------
    source : Path, bytes or Contents
        A file, its bytes, or the result of `contents_of`.

    Raises
    ------
    NoIdentityError
        If it does not say which case it was made from, or was made by a newer Steelyard.
    PackageError
        If it is not a workbook.
    OSError
        If the file cannot be read.
    """
    contents = source if isinstance(source, Contents) else contents_of(source)
    told = _told(contents)
    if told is None:
        raise NoIdentityError(_lost(contents))
    if told.get("format") != FORMAT:
        message = f"was made by Steelyard {told.get('version', '')}, which writes another form: use that version"
        raise NoIdentityError(message)
    try:
        case = Case.model_validate_json(json.dumps(told["case"]))
        return Identity(
            case,
            str(told["version"]),
            str(told["language"]),
            str(told["fingerprint"]),
            frozenset(told["to_fill"]),
            frozenset(told["optional"]),
            frozenset(told["hints"]),
            told["sheets"],
            {known: Written(*rest) for known, *rest in told["cells"]},
            told["formulas"],
            contents,
        )
    except (KeyError, TypeError, ValidationError):
        message = f"holds a case of Steelyard {told.get('version', '')} that this version cannot read: give --case FILE"
        raise NoIdentityError(message) from None


def place_of(contents: Contents, name: str) -> Place | None:
    """Cell that a defined name refers to; None where the name is lost or its sheet no longer exists."""
    found = _TARGET.match(contents.names.get(name.casefold(), ""))
    if not found:
        return None
    sheet = (found["quoted"] or found["plain"]).replace("''", "'")
    if sheet not in contents.sheets:
        return None
    return Place(sheet, *cell_place(found["cell"]))


def _told(contents: Contents) -> dict[str, Any] | None:
    """Read the document properties about the case and the cells."""
    pieces = {name: text for name, text in contents.properties.items() if name.startswith(DATA)}
    try:
        told = json.loads(unpacked(pieces[name] for name in sorted(pieces)))
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _lost(contents: Contents) -> str:
    case = contents.properties.get(PROPERTIES["case"])
    if case:
        return f"was made from {case!r}, but the document properties that hold the case are gone: give --case FILE"
    return "does not say which case it was made from: give --case FILE"
