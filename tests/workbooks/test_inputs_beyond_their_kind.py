"""What a list or a validation does not stop, as what is pasted, is named by a check: choices, texts, ranges, mixes."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from built import EVERY_CASE, bundled_workbook, cell, place
from company_cases import case_of, example
from filled_templates import CAPITAL, FIGURES, METRICS, fill, inputs, pasted, saved, template, typed
from libreoffice import Changes, Value, at
from workbooks.build import workbook_bytes
from workbooks.case.bounds import Bounds, bounds
from workbooks.case.quantity import quantity
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook
from workbooks.templates.empty_workbook import typed_cell

NUMBERS: Final = "Every input is a number"
CONVENTIONS: Final = "Every convention is a number"
CHOICES: Final = "What is chosen is one of the choices"
RANGES: Final = "Prices, counts, shares and multiples are in their range"
MIXES: Final = "The shares of each mix sum to 100%"


class Checked:
    """A workbook, and what its checks say after a change of one cell."""

    def __init__(self, book: LaidBook, data: bytes, folder: Path) -> None:
        self.book, self._path = book, folder / "book.xlsx"
        self._path.write_bytes(data)
        sheet = next(page.sheet for page in book.sheets if page.sheet.id == "checks")
        self._labels = list(sheet.blocks[0].columns[0].cells)  # type: ignore[union-attr]

    def says(self, label: str, changes: Changes) -> Value:
        values = ironcalc_engine.recalculate(self._path, changes)
        return at(values, *place(self.book, "check_rows.status", self._labels.index(label)))


def beyond(of: Bounds) -> Iterator[float]:
    """Values just beyond the bounds, and none where there are none."""
    if of[:2] == (1, 5):
        return  # a score, which a check of Premium looks at
    if of.least != -math.inf:
        yield of.least if of.is_open else of.least - 0.01
    if of.most == 1:
        yield of.most + 0.01


@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_figure_beyond_its_range_fails_the_check(name: str, tmp_path: Path) -> None:
    book, data = bundled_workbook(name)
    case, checked = bundled(name), Checked(book, data, tmp_path)
    assert checked.says(RANGES, {}) == "OK"
    of_each = {limits: figure for figure, limits in bounds(case).items() if typed_cell(book, figure) in book.addresses}
    for limits, figure in of_each.items():
        cell = place(book, typed_cell(book, figure))
        if cell[0] != "Inputs":
            continue
        for value in beyond(limits):
            changed = {cell: value / quantity(case.figures[figure].unit).scale}
            assert checked.says(RANGES, changed) == "FAIL", (figure, value)
        assert checked.says(RANGES, {cell: None}) == "OK"


@pytest.mark.parametrize(
    ("figure", "value"),
    [("capital.shares", 0.0), ("capital.shares", -1025.0), ("capital.price", 0.0), ("dcf.tax_rate", -0.25)],
)
def test_a_template_names_what_a_case_file_refuses(figure: str, value: float, tmp_path: Path) -> None:
    path = saved("dcf", tmp_path)
    figures = dict.fromkeys(inputs(path), 0.1) | {"capital.shares": 10.0, "dcf.revenue": 100.0, "capital.price": 5.0}
    figures["dcf.terminal_growth"] = 0.02
    right = ironcalc_engine.recalculate(path, fill(path, figures))
    wrong = ironcalc_engine.recalculate(path, fill(path, figures | {figure: value}))
    statuses = [{str(row[0]): row[3] for row in values["Checks"] if len(row) > 3} for values in (right, wrong)]
    assert [each[RANGES] for each in statuses] == ["OK", "FAIL"]


@pytest.mark.parametrize("text", ["abc", "-", "1%", None])
def test_a_convention_is_a_number(text: str | None, tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2018")
    checked = Checked(book, data, tmp_path)
    for convention in ("most_rate", "display_unit", "rounding", "valuation_date", "step", "fence"):
        assert checked.says(CONVENTIONS, {place(book, f"inputs.{convention}"): text}) == "FAIL", convention


@pytest.mark.parametrize("text", ["yes ", "maybe", None, 7.0])
@pytest.mark.parametrize(
    ("reference", "item"),
    [("peers.included", 3), ("scenarios_of.basis", 1), ("scenarios_of.segments", 0), ("comparables.statistic", 0)],
)
def test_what_is_no_choice_is_named(reference: str, item: int, text: Value, tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2018")
    checked = Checked(book, data, tmp_path)
    assert checked.says(CHOICES, {}) == "OK"
    assert checked.says(CHOICES, {place(book, reference, item): text}) == "FAIL"


@pytest.mark.parametrize(("text", "status"), [("yes ", "FAIL"), ("No", "OK"), ("no", "OK"), (None, "FAIL")])
def test_flows_are_not_at_the_end_of_the_year_by_a_slip(text: str | None, status: str, tmp_path: Path) -> None:
    book, data = workbook_bytes(case_of(example("dcf")))
    assert Checked(book, data, tmp_path).says(CHOICES, {place(book, "dcf.flows"): text}) == status


@pytest.mark.parametrize(
    ("number", "status"), [(2.0, "OK"), (2.5, "FAIL"), (0.0, "FAIL"), (4.0, "FAIL"), (None, "FAIL")]
)
def test_the_selected_scenario_is_one_of_them(number: float | None, status: str, tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2018")
    changed = {place(book, "scenarios.selected"): number}
    assert Checked(book, data, tmp_path).says("The selected scenario exists", changed) == status


def test_a_mix_of_107_per_cent_is_named(tmp_path: Path) -> None:
    case, (book, data) = bundled("xiaomi_2018"), bundled_workbook("xiaomi_2018")
    checked = Checked(book, data, tmp_path)
    assert checked.says(MIXES, {}) == "OK"
    assert case.scenarios
    mixes = [scenario.mix for scenario in case.scenarios.cases if scenario.mix]
    for mix in mixes:
        value = case.figures[mix[0]].value
        assert checked.says(MIXES, {place(book, typed_cell(book, mix[0])): value + 0.07}) == "FAIL"
    (first, *_), (second, *_) = mixes[:2]
    shares = [place(book, typed_cell(book, name)) for name in (first, second)]
    moved = dict(zip(shares, [case.figures[first].value + 0.07, case.figures[second].value - 0.07], strict=True))
    assert checked.says(MIXES, moved) == "FAIL"


@pytest.mark.parametrize(("text", "status"), [("(10,500)", "FAIL"), ("USD 85.17", "FAIL"), (None, "OK"), (85.17, "OK")])
def test_a_text_in_a_figure_that_may_stay_empty_is_named(text: Value, status: str, tmp_path: Path) -> None:
    """It counted as blank, and the method was left out under an OK."""
    path = template(tmp_path)
    given = typed(path, CAPITAL | METRICS)
    [(cell, _)] = typed(path, {"metrics.enterprise_1": 0}).items()
    values = ironcalc_engine.recalculate(path, {**given, **pasted(FIGURES, 8), cell: text})
    assert {str(row[0]): row[3] for row in values["Checks"] if len(row) > 3}[NUMBERS] == status


@pytest.mark.parametrize(("share", "status"), [(0.5, "OK"), (1.0, "OK"), (1.01, "FAIL")])
def test_more_paying_users_than_users_are_named(share: float, status: str, tmp_path: Path) -> None:
    """The share that pays was above 100 %, which a case file refuses, under an OK."""
    book, data = bundled_workbook("xiaomi_2015")
    accounts = cell(book, "users.peer_accounts").content
    given = bundled("xiaomi_2015").users
    assert given
    assert isinstance(accounts, float)
    unit = quantity(bundled("xiaomi_2015").figures[given.peer_payers].unit).scale
    changed = {place(book, typed_cell(book, given.peer_payers)): accounts * share / unit}
    checked = Checked(book, data, tmp_path)
    assert checked.says("The peer's paying users are among its users", changed) == status
