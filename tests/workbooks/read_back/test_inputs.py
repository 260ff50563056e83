"""A workbook that came back: its inputs are a case again, whatever was typed, inserted, renamed or moved in it."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from addin.commands.app import app
from built import EVERY_CASE, bundled_workbook, place
from filled_templates import read_back
from libreoffice import LibreOffice, Steps, Value
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled, parse
from workbooks.languages.language import languages
from workbooks.layout.sheet_cells import LaidBook
from workbooks.read_back.contents import contents_of
from workbooks.read_back.findings import ReadBackError
from workbooks.read_back.identity import identity_of
from workbooks.read_back.identity_from_case import identity_from
from workbooks.read_back.inputs import ReadInputs, read_inputs
from workbooks.read_back.number_texts import number_in
from workbooks.recalculation.stored_cells import Stored
from workbooks.results import values
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook

CASE: Final = "xiaomi_2018"


@pytest.fixture(scope="module")
def workbook() -> tuple[LaidBook, bytes]:
    return bundled_workbook(CASE)


def edited(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(book: LaidBook, reference: str, value: Value, item: int = 0) -> Callable[[openpyxl.Workbook], None]:
    sheet, cell = place(book, reference, item)

    def change(opened: openpyxl.Workbook) -> None:
        worksheet = opened[sheet]
        assert isinstance(worksheet, Worksheet)
        worksheet[cell] = value

    return change


def base(found: dict[str, Any], method: str, kind: str = "equity") -> float:
    value: float = next(each for each in found["methods"] if each["id"] == method)[kind]["base"]
    return value


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_case_comes_back_exactly(name: str, language: str) -> None:
    case = bundled(name)
    found = read_back(workbook_bytes(case, language)[1])
    assert found.case == case
    assert not found.findings
    assert parse(found.text("book.xlsx"), "case.toml") == case
    assert values(found.case, found.sheets) == values(case)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_case_comes_back_exactly_from_libreoffice(
    name: str, language: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    case = bundled(name)
    path = tmp_path / "book.xlsx"
    book, data = workbook_bytes(case, language)
    path.write_bytes(data)
    names = {page.sheet.id: page.sheet.name for page in book.sheets}
    steps = [
        ("insert rows", names["inputs"], 6, 2),
        ("insert columns", names["inputs"], 1, 1),
        ("move", names["inputs"], 4),
        *(("rename", sheet, f"{number} {sheet}"[:31]) for number, sheet in enumerate(names.values())),
    ]
    found = read_back(libreoffice.saved(path, tmp_path / "saved.xlsx", steps=steps).read_bytes())
    assert found.case == case


def test_a_figure_that_is_typed_is_in_the_case_and_marked(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook
    found = read_back(edited(data, typed(book, "typed.segments.phones.metric", 900.0)))
    assert found.case.figures["segments.phones.metric"].value == 900
    # 900 × 2 + 234 × 2.3 + 99 × 19, by hand.
    assert base(values(found.case, found.sheets), "segments") == pytest.approx(4219.2e8)
    text = found.text("book.xlsx")
    line = next(line for line in text.splitlines() if line.startswith('"segments.phones.metric"'))
    assert line.endswith("# was 806.0")
    assert parse(text, "case.toml") == found.case


@pytest.mark.slow
def test_a_choice_is_taken_and_written_where_a_case_has_a_key_for_it(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook
    found = read_back(edited(data, typed(book, "comparables.statistic", "Mean")))
    assert found.case.comparables
    assert found.case.comparables.statistic == "mean"
    found = read_back(edited(data, typed(book, "scenarios.selected", 3.0)))
    assert found.case.scenarios
    assert found.case.scenarios.selected == 3


def test_a_peer_is_left_out_and_in(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook
    found = read_back(edited(data, typed(book, "peers.included", "no", 0)))
    assert found.case.comparables
    assert [peer.included for peer in found.case.comparables.peers[:2]] == [False, True]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_peer_that_is_inserted_counts(
    workbook: tuple[LaidBook, bytes], libreoffice: LibreOffice, tmp_path: Path
) -> None:
    book, data = workbook
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    address = book.addresses["peers.name"]
    row = address.row + 2
    cells: dict[str, Value] = {"name": "Lenovo", "included": "yes", "ps": 4.5, "pe": 20.0, "why": "Makes phones too"}
    changes: dict[tuple[str, str], Value] = {
        (address.sheet, f"{letters(book.addresses[f'peers.{key}'].column)}{row}"): value for key, value in cells.items()
    }
    steps: Steps = [
        ("rename", "Comparables", "Our peers"),
        ("move", "Our peers", 0),
        ("rename", "Inputs", "Known"),
    ]
    saved = libreoffice.saved(path, tmp_path / "saved.xlsx", changes, [(address.sheet, row)], steps)
    found = read_back(saved.read_bytes())
    assert found.case.comparables
    peers = found.case.comparables.peers
    assert [peer.name for peer in peers] == ["Coolpad", "Haier", "Lenovo", "Gree", "Apple", "Tencent"]
    assert [found.case.figures[peers[2].ps or ""].value, found.case.figures[peers[2].pe or ""].value] == [4.5, 20]
    cell = place(book, "comparables.ps_base")
    # LibreOffice's own formula, one row further down, gives the same on the median of the peers included.
    shown = contents_of(saved).cell("Our peers", (int(cell[1][1:]) + 1, 3)).value
    assert base(values(found.case, found.sheets), "P/S") == pytest.approx(shown, rel=1e-12)
    assert parse(found.text("saved.xlsx"), "case.toml") == found.case


def test_a_row_that_is_deleted_is_gone(
    workbook: tuple[LaidBook, bytes], libreoffice: LibreOffice, tmp_path: Path
) -> None:
    book, data = workbook
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    address = book.addresses["peers.name"]
    steps = [("delete rows", address.sheet, address.row + 1, 1)]
    found = read_back(libreoffice.saved(path, tmp_path / "saved.xlsx", steps=steps).read_bytes())
    assert found.case.comparables
    assert [peer.name for peer in found.case.comparables.peers] == ["Coolpad", "Gree", "Apple", "Tencent"]
    assert any("Haier is no longer in the list" in str(each) for each in found.findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("eight hundred", "'eight hundred' is a text: expected a number in 亿元"),
        (None, "is blank: expected a number in 亿元"),
        (True, "true is not a number: expected a number in 亿元"),
        ("=Inputs!A1", "is not computed: open the file in a spreadsheet program and save it"),
    ],
)
def test_an_input_that_cannot_be_used_is_named(value: Value, message: str, workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook
    address = book.addresses["typed.segments.phones.metric"]
    label = bundled(CASE).figures["segments.phones.metric"].label
    with pytest.raises(ReadBackError) as caught:
        read_back(edited(data, typed(book, "typed.segments.phones.metric", value)))
    assert f"Inputs!{letters(address.column)}{address.row} ({label})" in str(caught.value)
    assert message.rsplit("): ", maxsplit=1)[-1] in str(caught.value)


def test_a_share_above_one_is_refused_at_its_cell(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook
    share = next(name for name, figure in bundled(CASE).figures.items() if figure.unit == "share")
    with pytest.raises(ReadBackError, match=r"Inputs!.*a share is a fraction from 0 to 1"):
        read_back(edited(data, typed(book, f"figures.{share}", 45.0)))


def test_sorted_rows_are_read_by_their_ids_and_both_cells_are_named(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook
    one, other = (
        book.addresses[f"typed.{name}"]
        for name in ("segments.phones.metric", "segments.iot_and_lifestyle_products.metric")
    )

    def swap(opened: openpyxl.Workbook) -> None:
        sheet = opened["Inputs"]
        assert isinstance(sheet, Worksheet)
        for column in range(1, 8):
            first, second = sheet.cell(one.row, column), sheet.cell(other.row, column)
            first.value, second.value = second.value, first.value

    found = read_back(edited(data, swap))
    assert found.case.figures == bundled(CASE).figures
    said = [str(each) for each in found.findings]
    assert any(f"B{one.row}" in each and f"B{other.row}" in each for each in said)


def without_names(opened: openpyxl.Workbook) -> None:
    for name in [name for name in opened.defined_names if name.startswith("_sy_")]:
        del opened.defined_names[name]


def test_without_names_the_ids_are_enough(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook

    def nameless(opened: openpyxl.Workbook) -> None:
        without_names(opened)
        typed(book, "typed.segments.phones.metric", 900.0)(opened)

    assert read_back(edited(data, nameless)).case.figures["segments.phones.metric"].value == 900


def test_without_ids_and_names_the_labels_are_enough(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook

    def bare(opened: openpyxl.Workbook) -> None:
        without_names(opened)
        ids = book.addresses["input_rows.id"]
        sheet = opened["Inputs"]
        assert isinstance(sheet, Worksheet)
        for row in range(ids.row, ids.row + ids.count):
            sheet.cell(row, ids.column).value = None
        typed(book, "typed.segments.phones.metric", 900.0)(opened)

    assert read_back(edited(data, bare)).case.figures["segments.phones.metric"].value == 900


def test_a_case_file_replaces_a_lost_identity(workbook: tuple[LaidBook, bytes]) -> None:
    book, data = workbook

    def lost(opened: openpyxl.Workbook) -> None:
        without_names(opened)
        properties = opened.custom_doc_props  # type: ignore[attr-defined] # the stubs lack it
        for name in list(properties.names):
            del properties[name]
        typed(book, "typed.segments.phones.metric", 900.0)(opened)

    contents = contents_of(edited(data, lost))
    found = read_inputs(identity_from(bundled(CASE), contents))
    assert found.case.figures["segments.phones.metric"].value == 900


# --- the table of peers ---------------------------------------------------------------------------


def pike(values_typed: dict[tuple[int, int], Value]) -> ReadInputs:
    """Pike's workbook with cells typed in its table of peers: row and column from the first peer's name."""
    book, data = bundled_workbook("pike_2014")
    corner = book.addresses["pasted.c1"].at(2)

    def change(opened: openpyxl.Workbook) -> None:
        sheet = opened[corner.sheet]
        assert isinstance(sheet, Worksheet)
        for (row, column), value in values_typed.items():
            sheet.cell(corner.row + row, corner.column + column).value = value

    return read_back(edited(data, change))


def test_a_peer_is_typed_below_the_others() -> None:
    found = pike({(7, 0): "Peer H", (7, 1): 6.5, (7, 2): "n.m.", (7, 3): 12.0})
    assert found.case.comparables
    peers = found.case.comparables.peers
    assert [peer.name for peer in peers][-2:] == ["Peer G", "Peer H"]
    given = {name: found.case.figures[figure].value for name, figure in peers[-1].multiples.items()}
    assert given == {"EV/EBITDA 2015E": 6.5, "P/E 2015E": 12}
    assert peers[-1].not_meaningful == ("P/E 2014E",)
    assert parse(found.text("book.xlsx"), "case.toml") == found.case


def test_a_multiple_of_a_peer_is_changed_and_one_is_taken_out() -> None:
    found = pike({(0, 1): 9.9, (1, 1): None})
    assert found.case.comparables
    first, second = found.case.comparables.peers[:2]
    assert found.case.figures[first.multiples["EV/EBITDA 2015E"]].value == 9.9
    assert "EV/EBITDA 2015E" not in second.multiples


def test_a_text_among_the_figures_of_peers_is_named() -> None:
    with pytest.raises(ReadBackError, match=r"Peers!C10 \(Peer A, EV/EBITDA 2015E\): 'five' is a text"):
        pike({(0, 1): "five"})


def test_a_number_typed_over_not_meaningful_counts() -> None:
    found = pike({(3, 3): 7.0})
    assert found.case.comparables
    assert found.case.comparables.peers[3].not_meaningful == ("EV/EBITDA 2015E",)
    # 14.3, 10.3, 12.6, 15, 14.7 and 16.5 without it; the median is 14.3 with it, on a net profit of 20 million.
    assert base(values(found.case), "P/E 2015E") == pytest.approx(286e6)
    assert parse(found.text("book.xlsx"), "case.toml") == found.case


@pytest.mark.parametrize(("text", "number"), [("9.9x", 9.9), (" 7.3 ", 7.3), ("1,050", 1050), ("950%", 9.5)])
def test_a_multiple_that_is_a_text_is_read_as_on_the_sheet(text: str, number: float) -> None:
    found = pike({(0, 1): text})
    assert found.case.comparables
    first = found.case.comparables.peers[0]
    assert found.case.figures[first.multiples["EV/EBITDA 2015E"]].value == pytest.approx(number)


@given(number=st.integers(-(10**9), 10**9), decimals=st.integers(0, 3))
def test_texts_of_numbers_are_numbers(number: int, decimals: int) -> None:
    value = number / 10**decimals
    text = f"{abs(value):,.{decimals}f}"
    forms = [f"({text})", f"-{text}x", f" −{text} 倍"] if number < 0 else [text, f"{text}×", f" {text} "]
    assert [number_in(Stored(form)) for form in forms] == [pytest.approx(value)] * 3
    assert number_in(Stored(f"{value:.{decimals}f}%")) == pytest.approx(value / 100)


@pytest.mark.parametrize("language", languages())
def test_a_published_figure_may_be_changed(language: str) -> None:
    """What its source printed is of the old figure; the rest of the reconciliation stays."""
    book, data = bundled_workbook("prosus_2023", language)
    found = read_back(edited(data, typed(book, "typed.published_meituan", 5.0)))
    was = bundled("prosus_2023")
    assert found.case.figures["published_meituan"].value == 5
    assert len(found.case.reconciliation) == len(was.reconciliation)
    assert [(line.published, line.printed) for line in found.case.reconciliation if line.printed] == [
        (line.published, line.printed)
        for line in was.reconciliation
        if line.printed and "meituan" not in line.published
    ]
    [said] = [str(each) for each in found.findings]
    assert said.startswith("reconciliation[2] (")
    assert said.endswith("its source printed 4.0, which is not the figure in the workbook: left out")
    assert parse(found.text("book.xlsx"), "case.toml") == found.case


@pytest.mark.slow
@pytest.mark.libreoffice
def test_rows_of_the_table_of_peers_are_inserted_and_deleted(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book, data = bundled_workbook("pike_2014")
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    corner = book.addresses["pasted.c1"].at(2)
    row = corner.row + 3
    cells: dict[str, Value] = {"B": "Peer X", "C": 6.0, "D": 15.0, "E": 13.0}
    changes: dict[tuple[str, str], Value] = {(corner.sheet, f"{column}{row}"): value for column, value in cells.items()}
    steps: Steps = [("delete rows", corner.sheet, corner.row + 1, 1), ("rename", corner.sheet, "Pasted")]
    saved = libreoffice.saved(path, tmp_path / "saved.xlsx", changes, [(corner.sheet, row)], steps)
    found = read_back(saved.read_bytes())
    assert found.case.comparables
    names = ["Peer A", "Peer C", "Peer X", "Peer D", "Peer E", "Peer F", "Peer G"]
    assert [peer.name for peer in found.case.comparables.peers] == names


# --- templates ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
def test_a_filled_template_gives_what_its_case_gives(language: str) -> None:
    made = skeleton(Wanted("Acme", dt.date(2026, 1, 1)))
    data = empty_workbook(made, language)
    places = identity_of(data).now

    def fill(opened: openpyxl.Workbook) -> None:
        for name in made.empty:
            at = places[f"figures.{name}"]
            sheet = opened[at.sheet]
            assert isinstance(sheet, Worksheet)
            sheet.cell(*at.cell).value = made.raw["figures"][name]["value"].sample

    found = read_back(edited(data, fill))
    ours, expected = values(found.case, found.sheets), values(made.sample())
    assert [each["id"] for each in ours["methods"]] == [each["id"] for each in expected["methods"]]
    for one, other in zip(ours["methods"], expected["methods"], strict=True):
        for kind in one.keys() - {"id", "label"}:
            assert one[kind] == pytest.approx(other[kind], rel=1e-12)  # openpyxl writes sixteen digits


def test_an_empty_template_says_what_is_to_be_filled_in() -> None:
    data = empty_workbook(skeleton(Wanted("Acme", dt.date(2026, 1, 1))))
    with pytest.raises(ReadBackError, match=r"Inputs!.*Revenue.*is blank: expected a number in 亿元"):
        read_back(data)


# --- the command ----------------------------------------------------------------------------------


def run(*arguments: str | Path) -> Any:  # noqa: ANN401 - the result of the runner
    return CliRunner().invoke(app, ["value", *map(str, arguments)])


@pytest.mark.parametrize("language", languages())
def test_the_command_prints_of_a_workbook_what_it_prints_of_its_case(language: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(bundled_workbook(CASE, language)[1])
    ours = run(path, "--json")
    assert ours.exit_code == 0
    assert json.loads(ours.stdout) == json.loads(run(CASE, "--json").stdout)
    assert "results agree" in ours.stderr
    assert run(path).stdout == run(CASE).stdout


@pytest.mark.slow
def test_stale_results_are_called_stale_and_missing_ones_not_computed(
    workbook: tuple[LaidBook, bytes], tmp_path: Path
) -> None:
    book, data = workbook
    path = tmp_path / "book.xlsx"
    path.write_bytes(edited(data, typed(book, "typed.segments.phones.metric", 900.0)))
    done = run(path, "--json")
    assert done.exit_code == 0
    assert "not computed" in done.stderr
    assert "are stale" not in done.stderr
    path.write_bytes(stale(data))
    done = run(path, "--json", "--to", tmp_path / "case.toml")
    assert done.exit_code == 0
    assert "its stored results are stale" in done.stderr
    assert json.loads(done.stdout) == json.loads(run(tmp_path / "case.toml", "--json").stdout)


def stale(data: bytes) -> bytes:
    """The workbook with 900 typed for 806, by its XML: every stored value stays as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<v>806.0</v>", b"<v>900</v>") if "worksheets" in name else part)
    return out.getvalue()


def test_what_is_no_workbook_of_ours_is_refused_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    done = run(path)
    assert done.exit_code == 2
    assert "does not say which case it was made from: give --case FILE" in done.stderr
    assert run(tmp_path / "none.xlsx").exit_code == 2
    assert run(CASE, "--to", tmp_path / "x.toml").exit_code == 2
