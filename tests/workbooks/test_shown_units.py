"""The units that results are shown in: billions or millions in English, 亿 in Chinese."""

import pytest

from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.layout.styles import conditional_formats
from workbooks.read_back.identity import identity_of
from workbooks.read_back.inputs import read_inputs
from workbooks.sheets.shown_units import in_units_of


@pytest.mark.parametrize(
    ("name", "own", "second"),
    [
        ("xiaomi_2018", "CNY bn", "USD bn"),  # the least amount is the net profit, 15 亿 USD
        ("xiaomi_2019", "CNY m", "USD m"),  # the first round raised 41 million
        ("xiaomi_finance_2016", "CNY m", "USD m"),
        ("pike_2014", "USD m", ""),  # as the case says
        ("prosus_2023", "USD bn", ""),
    ],
)
def test_english_shows_billions_or_millions(name: str, own: str, second: str) -> None:
    company = in_units_of(bundled(name), "en").company
    assert (company.display_unit, company.reporting_unit) == (own, second)
    assert in_units_of(bundled(name), "zh") == bundled(name)


def test_a_unit_of_display_that_a_case_states_stays() -> None:
    case = bundled("xiaomi_2018")
    stated = case.model_copy(update={"company": case.company.model_copy(update={"display_unit": "万元"})})
    assert in_units_of(stated, "en").company.display_unit == "万元"


def test_a_workbook_in_other_units_comes_back_as_the_case_it_was_made_from() -> None:
    case = bundled("xiaomi_2018")
    found = read_inputs(identity_of(workbook_bytes(case)[1]))
    assert found.case == case
    assert not found.changed
    assert not found.marks


def test_no_decimals_from_a_hundred_up() -> None:
    [(code, condition)] = conditional_formats("calculation", "CNY bn")
    assert code.startswith("#,##0,,,_)")
    assert condition == "ABS({cell})>=99950000000.0"
    assert conditional_formats("calculation", "CNY bn", precise=True) == []
    assert conditional_formats("calculation", "CNY per share") == []
