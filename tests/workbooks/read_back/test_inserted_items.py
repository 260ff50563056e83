"""Peers, parts and scenarios that a person inserts in LibreOffice are read, and valued as LibreOffice values them."""

from pathlib import Path
from typing import Final

import pytest

from built import QUICK, bundled_workbook
from libreoffice import Changes, LibreOffice, Rows, Steps, Value
from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.case.reading import bundled, bundled_names, parse
from workbooks.languages.language import languages
from workbooks.layout.sheet_cells import LaidBook
from workbooks.read_back.identity import Identity, identity_of
from workbooks.read_back.inputs import ReadInputs, read_inputs
from workbooks.read_back.result_check import comparable, differences
from workbooks.read_back.rows import TYPED
from workbooks.results import values

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]

EVERY: Final = [
    (name, language) for name in bundled_names() for language in languages() if language == "en" or name in QUICK
]
# What is typed into the inserted rows: a part on a multiple, a part that is an amount, a peer. Money is in whole units.
NEW: Final[dict[str, dict[str, dict[str, Value]]]] = {
    "parts": {
        "Nova": {"metric": 12e9, "low": 2.0, "base": 3.0, "high": 4.0},
        "Vault": {"metric": 5e9, "low": 1.0, "base": 1.0, "high": 1.0},
    },
    "peers": {"Nova": {"ps": 4.5, "pe": 20.0, "why": "Makes the same"}},
}
# Keys of an inserted item that have a figure, by the columns that they are typed in.
KEYS: Final = {
    "Nova": {key: key for key in ("metric", "low", "base", "high", "ps", "pe")},
    "Vault": {"metric": "value"},
}
AMOUNTS: Final = ("alibaba_2025", "netflix_2018", "prosus_2023")  # whose parts are amounts without a multiple


def inserted(book: LaidBook) -> tuple[dict[tuple[str, str], Value], list[tuple[str, int]], list[str]]:
    """Rows to insert below the first item of each list that may grow, what to type into them, and the lists."""
    changes: dict[tuple[str, str], Value] = {}
    rows, tables = [], []
    for table, items in NEW.items():
        names = book.addresses.get(f"{table}.name")
        if names is None or not names.tail:
            continue
        tables.append(table)
        for row, (name, cells) in enumerate(items.items(), start=names.row + 1):
            rows.append((names.sheet, row))
            for column, value in {"name": name, **cells}.items():
                place = book.addresses.get(f"{table}.{column}")
                if place:
                    changes[place.sheet, f"{letters(place.column)}{row}"] = value
    return changes, rows, tables


def rearranged(book: LaidBook) -> Steps:
    """Every sheet gets another name, and two of them other places."""
    names = [page.sheet.name for page in book.sheets]
    renamed = [("rename", name, f"{number} {name}") for number, name in enumerate(names)]
    return [*renamed, ("move", f"1 {names[1]}", len(names)), ("move", renamed[-2][2], 0)]


def returned(
    libreoffice: LibreOffice,
    folder: Path,
    data: bytes,
    changes: Changes | None = None,
    rows: Rows = (),
    steps: Steps = (),
) -> tuple[Identity, ReadInputs]:
    path = folder / "book.xlsx"
    path.write_bytes(data)
    found = identity_of(libreoffice.saved(path, folder / "saved.xlsx", changes, rows, steps).read_bytes())
    return found, read_inputs(found)


def assert_valued_alike(found: Identity, inputs: ReadInputs) -> None:
    """What LibreOffice computed with the inserted rows is what the core computes for the case that was read."""
    assert not inputs.findings
    results = values(inputs.case, inputs.sheets)
    assert not [str(each) for each in differences(found, results)]
    assert comparable(found, results) or not results["methods"]
    assert parse(inputs.text("saved.xlsx"), "case.toml") == inputs.case


def figures_of(item: object, case: Case) -> dict[str, object]:
    """The name of an item, and its figures in whole units by key."""
    found: dict[str, object] = {"name": getattr(item, "name")}  # noqa: B009 - a peer or a part
    for key in ("metric", "low", "base", "high", "value", "ps", "pe"):
        figure = case.figures.get(getattr(item, key, None) or "")
        if figure is not None and figure.source == TYPED:
            found[key] = figure.value * quantity(figure.unit).scale
    return found


def items_of(case: Case, table: str) -> tuple[object, ...]:
    section = case.segments if table == "parts" else case.comparables
    assert section
    return tuple(getattr(section, table))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_is_inserted_is_read_and_valued(
    name: str, language: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    case = bundled(name)
    book, data = bundled_workbook(name, language)
    changes, rows, tables = inserted(book)
    found, inputs = returned(libreoffice, tmp_path, data, changes, rows, rearranged(book))
    assert_valued_alike(found, inputs)
    if not tables:
        assert inputs.case == case
        return
    assert values(inputs.case, inputs.sheets) != values(case)
    assert case.figures.items() <= inputs.case.figures.items()
    for table in tables:
        before, after = items_of(case, table), items_of(inputs.case, table)
        count = len(NEW[table])
        assert (after[0], *after[1 + count :]) == before
        for item, (title, cells) in zip(after[1 : 1 + count], NEW[table].items(), strict=True):
            keys = KEYS[title] if name in AMOUNTS else KEYS["Nova"]
            assert figures_of(item, inputs.case) == {
                keys.get(column, column): pytest.approx(value, rel=1e-14)
                for column, value in cells.items()
                if isinstance(value, float) and f"{table}.{column}" in book.addresses and column in keys
            } | {"name": title}


def test_a_copied_row_of_the_sheet_peers_is_read_and_valued(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book, data = bundled_workbook("pike_2014")
    corner = book.addresses["pasted.c1"].at(2)
    row = corner.row + 3
    typed: dict[str, Value] = {"B": "Peer X", "C": 6.0, "D": 15.0, "E": 13.0}
    changes = {(corner.sheet, f"{column}{row}"): value for column, value in typed.items()}
    found, inputs = returned(libreoffice, tmp_path, data, changes, [(corner.sheet, row)], rearranged(book))
    assert_valued_alike(found, inputs)
    assert inputs.case.comparables
    assert [peer.name for peer in inputs.case.comparables.peers][3] == "Peer X"
    assert values(inputs.case) != values(bundled("pike_2014"))


def test_inserted_parts_add_their_values(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book, data = bundled_workbook("thyssenkrupp_2018")
    changes, rows, _ = inserted(book)
    _, inputs = returned(libreoffice, tmp_path, data, changes, rows)
    after, before = (
        values(each)["methods"][0]["equity"]["base"] for each in (inputs.case, bundled("thyssenkrupp_2018"))
    )
    assert after - before == pytest.approx(12e9 * 3 + 5e9)


def test_a_scenario_in_a_copied_column_is_read_and_valued(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2018")
    sheet = book.addresses["scenarios_of.name"].sheet

    def at(column: str, row: str) -> str:
        return f"{column}{book.addresses[f'scenarios_of.{row}'].row}"

    typed: dict[str, str | float] = {"name": "Fourth", "growth": 0.33, "multiple": 21.0, "probability": 0.1}
    steps: list[tuple[str | float, ...]] = [
        ("copy column", sheet, 4),
        *[("type", sheet, at("E", row), value) for row, value in typed.items()],
        ("type", sheet, at("D", "probability"), 0.4),  # was 0.5
        ("type", sheet, f"C{book.addresses['scenarios.selected'].row}", 3.0),
    ]
    found, inputs = returned(libreoffice, tmp_path, data, steps=steps)
    (finding,) = map(str, inputs.findings)
    assert finding.startswith(f"{sheet}!{at('D', 'probability')} (Probability): a number was typed over the formula")
    inputs.findings.clear()
    assert_valued_alike(found, inputs)
    scenarios = inputs.case.scenarios
    assert scenarios
    assert scenarios.selected == 3
    new = scenarios.cases[2]
    figures = inputs.case.figures
    assert [new.name, *(figures[getattr(new, row)].value for row in ("growth", "multiple", "probability"))] == [
        *typed.values()
    ]
    numbers = [found.contents.cell(sheet, (book.addresses["scenarios_of.number"].row, n)).value for n in range(3, 7)]
    assert numbers == [1, 2, 3, 4]


def test_a_multiple_that_is_typed_for_an_amount_is_not_taken_silently(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book, data = bundled_workbook("alibaba_2025")
    base = book.addresses["parts.base"]
    cell = f"{letters(base.column)}{base.row}"
    found, inputs = returned(libreoffice, tmp_path, data, {(base.sheet, cell): 8.0})
    (finding,) = inputs.findings
    assert str(finding).startswith(f"{base.sheet}!{cell} (Base): a number was typed over what the sheet works out")
    assert differences(found, values(inputs.case, inputs.sheets))


def test_a_discount_counts_for_every_part_where_parts_have_discounts(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book, data = bundled_workbook("alibaba_2025")
    typed: dict[str, Value] = {"owned": 0.5, "discount": 0.1}
    places = {column: book.addresses[f"parts.{column}"] for column in typed}
    changes = {(at.sheet, f"{letters(at.column)}{at.row}"): typed[column] for column, at in places.items()}
    found, inputs = returned(libreoffice, tmp_path, data, changes)
    assert not differences(found, values(inputs.case, inputs.sheets))
    assert inputs.case.segments
    part = inputs.case.segments.parts[0]
    assert [inputs.case.figures[each or ""].value for each in (part.stake, part.discount)] == [0.5, 0.1]
