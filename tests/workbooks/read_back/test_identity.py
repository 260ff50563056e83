"""A workbook says which case it was made from and which cell is which, also after other programs saved it."""

import io
import zipfile
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from built import EVERY_CASE, bundled_workbook
from libreoffice import LibreOffice
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled, input_hash
from workbooks.declarations.sheet import Fields, Table
from workbooks.languages.language import languages
from workbooks.opening.limits import PackageError
from workbooks.read_back.contents import contents_of
from workbooks.read_back.embedding import MOST_TEXT, PROPERTIES, packed, unpacked
from workbooks.read_back.identity import Identity, NoIdentityError, identity_of
from workbooks.read_back.known_cells import hidden_names, is_typed
from workbooks.xlsx.carriers import PROPERTY_LIMIT

CASE: Final = "xiaomi_2018"


def built(name: str = CASE, language: str = "en") -> bytes:
    return bundled_workbook(name, language)[1]


@pytest.fixture(scope="module")
def data() -> bytes:
    return built()


def read_by_name(found: Identity) -> dict[str, object]:
    """What the cell of every figure holds, found by its hidden name."""
    return {
        known.removeprefix("figures."): found.contents.cell(at.sheet, at.cell).value
        for known, at in found.now.items()
        if known.startswith("figures.")
    }


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_workbook_carries_its_case_exactly(name: str, language: str) -> None:
    case = bundled(name)
    found = identity_of(built(name, language))
    assert found.case == case
    assert (found.language, found.fingerprint) == (language, input_hash(case))
    assert found.now.keys() == found.written.keys()
    assert read_by_name(found) == {name: figure.value for name, figure in case.figures.items()}


@pytest.mark.slow
def test_every_cell_to_type_in_is_known(data: bytes) -> None:
    # Counted from the declarations themselves, so that a new sheet cannot be left out.
    book, _ = bundled_workbook(CASE)
    typed = 0
    for page in book.sheets:
        for block in page.sheet.blocks:
            if isinstance(block, Fields):
                typed += sum(is_typed(line.content) for line in block.fields)
            elif isinstance(block, Table) and not block.quiet:
                typed += sum(is_typed(each) for column in block.columns for each in column.cells)
    known = [each.kind for each in identity_of(data).written.values()]
    assert sum(kind in {"figure", "input", "selector"} for kind in known) == typed > len(bundled(CASE).figures)
    assert known.count("sheet") == len(book.sheets)


def test_formulas_are_kept_as_they_were_written(data: bytes) -> None:
    found = identity_of(data)
    book = openpyxl.load_workbook(io.BytesIO(data))
    count = 0
    for sheet, formulas in found.formulas.items():
        for cell, formula in formulas.items():
            value = book[found.sheets[sheet]][cell].value
            assert getattr(value, "text", value) == f"={formula}"
            count += 1
    assert count > 1_000


def test_embedded_data_are_not_visible(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(sheet.sheet_state == "visible" for sheet in book)
    shown = [name for name, defined in book.defined_names.items() if not defined.hidden]
    assert not [name for name in shown if name.startswith("_sy_")]


def test_document_properties_are_short(data: bytes) -> None:
    properties = contents_of(data).properties
    assert set(PROPERTIES.values()) <= set(properties)
    assert max(map(len, properties.values())) <= PROPERTY_LIMIT


def test_building_twice_gives_the_same_bytes(data: bytes) -> None:
    again = workbook_bytes(bundled(CASE))[1]
    first, second = (zipfile.ZipFile(io.BytesIO(each)) for each in (data, again))
    assert first.namelist() == second.namelist()
    assert [name for name in first.namelist() if first.read(name) != second.read(name)] == []
    assert again == data


def test_openpyxl_keeps_all_of_it(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    out = io.BytesIO()
    book.save(out)
    before, after = identity_of(data), identity_of(out.getvalue())
    assert (after.case, after.now, after.formulas) == (before.case, before.now, before.formulas)
    assert before.contents.is_computed
    assert not after.contents.is_computed


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", languages())
def test_libreoffice_keeps_all_of_it_while_cells_move(language: str, libreoffice: LibreOffice, tmp_path: Path) -> None:
    before = identity_of(built(CASE, language))
    path = tmp_path / "book.xlsx"
    path.write_bytes(built(CASE, language))
    inputs, peers = before.sheets["inputs"], before.sheets["comparables"]
    steps = [
        ("insert rows", inputs, 8, 3),
        ("insert columns", inputs, 1, 2),
        ("rename", inputs, "What we know"),
        ("move", peers, 0),
        ("rename", peers, "同业's peers"),
    ]
    after = identity_of(libreoffice.saved(path, tmp_path / "saved.xlsx", steps=steps))
    assert after.case == before.case
    assert after.formulas == before.formulas
    assert after.now.keys() == before.now.keys()
    figures = {name: figure.value for name, figure in after.case.figures.items()}
    assert read_by_name(after) == pytest.approx(figures, rel=1e-14)
    last = f"figures.{[*figures][-1]}"
    there, then = after.now[last], before.now[last]
    assert (there.sheet, there.row, there.column) == ("What we know", then.row + 3, then.column + 2)
    assert after.sheets["comparables"] == "同业's peers"


def test_a_deleted_sheet_is_reported(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    del book["Premium" if "Premium" in book.sheetnames else "Simulation"]
    out = io.BytesIO()
    book.save(out)
    found = identity_of(out.getvalue())
    assert "" in found.sheets.values()


def test_a_workbook_without_properties_reports_what_is_lost(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    properties = book.custom_doc_props  # type: ignore[attr-defined] # the stubs lack it
    for name in [name for name in properties.names if name.startswith("Steelyard data")][3:]:
        del properties[name]
    out = io.BytesIO()
    book.save(out)
    contents = contents_of(out.getvalue())
    with pytest.raises(NoIdentityError, match=r"Xiaomi.*that hold the case are gone: give --case FILE"):
        identity_of(contents)


def test_anybodys_workbook_has_no_identity() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(NoIdentityError, match="does not say which case"):
        identity_of(out.getvalue())


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(PackageError):
        identity_of(b"not a zip file")


def test_hidden_names_differ_also_where_ids_nearly_agree() -> None:
    names = hidden_names(["a.b", "a[b]", "A_b", "a.b.2", "手机"])
    assert len({name.casefold() for name in names.values()}) == len(names)


@given(st.text())
def test_a_text_is_split_into_short_pieces(text: str) -> None:
    parts = packed(text)
    assert unpacked(parts) == text
    assert all(len(part) <= PROPERTY_LIMIT and part.isascii() for part in parts)


def test_a_text_that_unpacks_to_more_than_any_workbook_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="is incomplete"):
        unpacked(packed("0" * (MOST_TEXT + 1)))
