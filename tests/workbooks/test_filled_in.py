"""A template that is filled in by typing numbers in the shown units gives what the case file of them gives."""

import datetime as dt
import subprocess
from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from absent import need_program
from built import place
from filled_templates import sample_table
from libreoffice import LibreOffice, Value, Values, at
from workbooks.address import letters
from workbooks.build import units_line, workbook_bytes
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.case.reading import parse
from workbooks.languages.language import language
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets import contents
from workbooks.templates.case_file_text import case_text
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook, typed_cell
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.templates.skeleton import Skeleton
from workbooks.templates.small_case import Small
from workbooks.templates.to_fill import sampled

DAY: Final = dt.date(2026, 1, 2)
WHOLE: Final = Wanted(
    "A", DAY, reporting_currency="USD", reporting_unit="亿 USD", rounds=3, users=True, premium=True, pasted=True
)
KINDS: Final = [
    (WHOLE, "zh"),
    (Wanted("A", DAY, display_unit="CNY m", peers=("",) * 40, peer_figures=("value", "ps"), pasted=True), "en"),
    (Wanted("A", DAY, display_unit="CNY m", premium=True, scenarios=(), pasted=True), "en"),
    (Wanted("A", DAY, display_unit="万元", users=True, rounds=2), "zh"),
    (Wanted("A", DAY, currency="EUR", display_unit="EUR m", rounds=2, users=True, premium=True), "en"),
    (Wanted("A", DAY, currency="JPY", display_unit="JPY bn", reporting_currency="USD", reporting_unit="USD m"), "en"),
    (Wanted("A", DAY, display_unit="CNY", reporting_currency="HKD", reporting_unit="HKD bn"), "en"),
    (Wanted("A", DAY, display_unit="CNY bn", scenarios=(), premium=True), "en"),
    (Wanted("A", DAY, display_unit="CNY m", segments=(), peers=()), "en"),
    *((Small(like, "A", "2026-01-02", "EUR", "EUR m"), "en") for like in ("sotp", "nav", "dcf", "users")),
    *((Small(like, "A", "2026-01-02", "CNY", "万元"), "zh") for like in ("sotp", "nav", "dcf", "users")),
]
# Lists that are longer in one of the two: a case tells published figures apart, and has a simulation.
OTHER_LISTS: Final = ("check_rows.", "contents.", "input_rows", "sources.", "log.")


def case_of(made: Skeleton, wanted: Wanted | Small) -> Case:
    """The case file of the same numbers, read."""
    if isinstance(wanted, Small) or wanted.pasted:
        return made.sample()
    text = case_text(Skeleton(sampled(made.raw)))
    return parse(text.replace('source = "?"', 'source = "Annual report"'), "acme.toml")


def template(made: Skeleton, code: str) -> LaidBook:
    sample = made.sample()
    return lay_out(contents.sheets(sample, frozenset(made.optional)), units_line(sample.company, code), language(code))


def differences(built: LaidBook, filled: LaidBook, values: Values) -> tuple[int, list[str]]:
    """How many numbers both have, and which differ."""
    cells = {(page.sheet.name, cell.row, cell.column): cell for page in built.sheets for cell in page.cells}
    count, differ = 0, []
    for name in sorted(built.addresses.keys() & filled.addresses.keys()):
        there, here = built.addresses[name], filled.addresses[name]
        if name.startswith(OTHER_LISTS):
            continue
        assert there.count == here.count, name
        for item in range(there.count):
            known, shown = there.at(item), here.at(item)
            cell = cells.get((known.sheet, known.row, known.column))
            if cell is None or isinstance(cell.content, (bool, str)) or cell.content is None:
                continue
            count += 1
            found = at(values, shown.sheet, f"{letters(shown.column)}{shown.row}")
            if found != pytest.approx(cell.content, rel=1e-9, abs=1e-9):
                differ.append(f"{name} {item + 1}: {found} for {cell.content}")
    return count, differ


@pytest.mark.slow
@pytest.mark.parametrize(("wanted", "code"), KINDS)
def test_typed_in_the_shown_units_it_gives_what_the_case_file_gives(
    wanted: Wanted | Small, code: str, tmp_path: Path
) -> None:
    made = short_workbook_skeleton(wanted) if isinstance(wanted, Small) else skeleton(wanted)
    path, book, figures = tmp_path / "template.xlsx", template(made, code), made.sample().figures
    path.write_bytes(empty_workbook(made, code))
    typed: dict[tuple[str, str], Value] = {
        place(book, typed_cell(book, name)): figures[name].value for name in made.empty
    }
    typed |= sample_table(made, book, code)
    built, _ = workbook_bytes(case_of(made, wanted), code)
    count, differ = differences(built, book, ironcalc_engine.recalculate(path, typed))
    assert count > 200
    assert differ == []


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("wanted", "code", "size"),
    [
        (Wanted("A", DAY, display_unit="万元", rounds=2, pasted=True), "zh", 50e9),
        (Wanted("A", DAY, currency="EUR", display_unit="EUR m", rounds=2), "en", 200e9),
        (Wanted("A", DAY, currency="JPY", display_unit="JPY bn"), "en", 30e12),
    ],
)
def test_amounts_of_a_large_company_have_room(
    wanted: Wanted, code: str, size: float, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """A number that is wider than its column shows as ###, and a template is laid out before it is known."""
    need_program("pdftotext", "Debian: poppler-utils")
    made = skeleton(wanted)
    path, book, figures = tmp_path / "template.xlsx", template(made, code), made.sample().figures
    path.write_bytes(empty_workbook(made, code))
    typed: dict[tuple[str, str], Value] = {}
    for name in made.empty:
        measure = quantity(figures[name].unit)
        large = size / measure.scale if measure.kind == "money" else 5e9 / measure.scale
        is_large = measure.kind in {"money", "count"}
        typed[place(book, typed_cell(book, name))] = large if is_large else figures[name].value
    typed[place(book, typed_cell(book, "share_price"))] = 10.0
    typed |= sample_table(made, book, code)
    filled = libreoffice.saved(path, tmp_path / "filled.xlsx", typed)
    printed = libreoffice.to_printed(filled, tmp_path / "filled.pdf")
    command = ["pdftotext", str(printed), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    assert f"{size / quantity(wanted.display_unit).scale:,.2f}" in text
    assert "###" not in text
