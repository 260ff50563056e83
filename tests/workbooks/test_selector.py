"""One cell chooses the scenario, and everything that depends on it follows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from built import Workbook, drawn_anew, place, results
from libreoffice import LibreOffice, Value, Values, at
from recalculation import Formula, disagreements
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook

CASE: Final = bundled("xiaomi_2018")


def selected(number: int) -> Case:
    assert CASE.scenarios
    return CASE.model_copy(update={"scenarios": CASE.scenarios.model_copy(update={"selected": number})})


def changes(book: LaidBook, number: int) -> Mapping[tuple[str, str], Value]:
    return {place(book, "scenarios.selected"): float(number)}


def following(book: LaidBook) -> dict[tuple[str, str], Formula]:
    """Every result but those of the simulation: its scenario is the one that the case chose when it was drawn."""
    drawn = ("Simulation", "Workings", "Checks")
    return {
        at: formula
        for at, formula in results(book).items()
        if at[0] not in drawn and not any(f"{sheet}!" in formula.text for sheet in drawn)
    }


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_result_is_what_the_core_has_with_that_scenario(
    number: int, xiaomi_2018: Workbook, libreoffice: LibreOffice
) -> None:
    book, path = xiaomi_2018
    other, _ = workbook_bytes(selected(number))
    found = libreoffice.recalculate(path, {**changes(book, number), **drawn_anew(other)})
    assert disagreements(following(other), found) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_second_engine_says_the_same(number: int, xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    other, _ = workbook_bytes(selected(number))
    found = ironcalc_engine.recalculate(path, {**changes(book, number), **drawn_anew(other)})
    assert disagreements(following(other), found) == []


# By hand: the parts at 0.5, 2 and 2.3 ×, at 1, 2.3 and 2.3 ×, at 19 ×; 3,867.75 × 9.5 % × 18, × 3.8, × 9.5 % × 53.
SAID: Final = {
    1: (806 * 0.5 + 234 * 1 + 99 * 19, 3867.75 * 0.095 * 18 / 1.12**3, "low"),
    2: (806 * 2 + 234 * 2.3 + 99 * 19, 3867.75 * 3.8 / 1.12**3, "base"),
    3: (806 * 2.3 + 234 * 2.3 + 99 * 19, 3867.75 * 0.095 * 53 / 1.12**3, "high"),
}


@pytest.mark.parametrize("number", SAID)
def test_segments_scenarios_and_summary_follow(number: int, xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path, changes(book, number))
    parts, scenario, which = SAID[number]
    assert shown(values, book, "segments.which") == which
    for reference in ("segments.equity_used", "line.base_0"):
        assert shown(values, book, reference) == pytest.approx(parts * 1e8)
    assert shown(values, book, "scenarios.picked") == pytest.approx(scenario * 1e8)
    assert shown(values, book, "segments.equity") == pytest.approx(SAID[2][0] * 1e8)  # the base stays


def test_without_scenarios_the_multiples_are_chosen_on_segments(tmp_path: Path) -> None:
    book, data = workbook_bytes(CASE.model_copy(update={"scenarios": None}))
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path, {place(book, "segments.which"): "high"})
    assert shown(values, book, "segments.equity_used") == pytest.approx(SAID[3][0] * 1e8)


def shown(values: Values, book: LaidBook, reference: str) -> Value:
    return at(values, *place(book, reference))
