"""Tornado: the swings of a case, by hand, and in their order whatever the inputs become."""

from typing import Final

import pytest

import ironcalc_engine
from built import Workbook, column, place
from libreoffice import LibreOffice, Value

# By hand, in 亿元: phones 806 at 0.5 to 2.3 ×, IoT 234 at 1 to 2.3 ×, internet services 99 at 19 × ± 10 %.
SWINGS: Final = {
    "Phones, multiple": 806 * (2.3 - 0.5),
    "Internet services, multiple": 99 * 19 * 0.2,
    "IoT and lifestyle products, multiple": 234 * (2.3 - 1),
}


def test_the_widest_swing_comes_first(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    assert column(values, book, "sotp_widest.label") == list(SWINGS)
    assert column(values, book, "sotp_widest.swing") == pytest.approx([1e8 * swing for swing in SWINGS.values()])
    assert column(values, book, "sotp_widest.range") == ["0.5× – 2.3×", "± 10%", "1.0× – 2.3×"]


def test_the_bars_are_the_distances_from_the_result(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    assert column(values, book, "sotp_bars.low") == pytest.approx([-806 * 1.5, -99 * 1.9, -234 * 1.3])
    assert column(values, book, "sotp_bars.high") == pytest.approx([806 * 0.3, 99 * 1.9, 0])


@pytest.mark.libreoffice
def test_the_order_follows_the_inputs(xiaomi_2018: Workbook, libreoffice: LibreOffice) -> None:
    book, path = xiaomi_2018
    changes: dict[tuple[str, str], Value] = {place(book, "figures.haier_ps"): 0.0, place(book, "inputs.step"): 0.01}
    for values in (ironcalc_engine.recalculate(path, changes), libreoffice.recalculate(path, changes)):
        labels = column(values, book, "sotp_widest.label")
        assert labels == ["Phones, multiple", "IoT and lifestyle products, multiple", "Internet services, multiple"]


@pytest.mark.libreoffice
def test_equal_swings_each_keep_a_place_of_their_own(xiaomi_2018: Workbook, libreoffice: LibreOffice) -> None:
    book, path = xiaomi_2018
    # Two parts that are worth the same, both a step either way; and inputs that move nothing at all.
    same = {"phones_2017": 99e8, "iot_2017": 99e8, "coolpad_ps": 19.0, "haier_ps": 19.0, "gree_ps": 19.0}
    changes: dict[tuple[str, str], Value] = {
        place(book, f"figures.{name}"): value for name, value in (same | {"phones_ps": 19.0}).items()
    }
    for step in (0.1, 0.0):
        changes[place(book, "inputs.step")] = step
        for values in (ironcalc_engine.recalculate(path, changes), libreoffice.recalculate(path, changes)):
            assert sorted(map(str, column(values, book, "sotp_widest.label"))) == sorted(SWINGS)
            assert sorted(column(values, book, "scenario_widest.place"), key=str) == [1, 2, 3, 4]
