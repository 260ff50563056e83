"""The published cases, by way of Python."""

import pytest

from acceptance import CASES, Case, agrees
from valuation.catalogue import CATALOGUE

ROUNDING = 0.005  # as far as an author's own rounding may carry an answer away


@pytest.mark.parametrize("case", [case for case in CASES if case.function in CATALOGUE], ids=lambda case: case.id)
def test_the_function_gives_the_published_answer(case: Case) -> None:
    value = CATALOGUE[case.function].function(**case.arguments)
    assert agrees(value, case.exact or case.published), f"{value!r} is not {case.exact or case.published}"


@pytest.mark.parametrize("case", [case for case in CASES if case.exact], ids=lambda case: case.id)
def test_where_the_exact_answer_is_another_the_case_says_why(case: Case) -> None:
    assert case.note
    assert not agrees(float(case.exact), case.published)
    assert float(case.exact) == pytest.approx(float(case.published), rel=ROUNDING)


def test_every_case_has_its_own_id_and_a_source() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(case.source for case in CASES)


def test_agreement_is_to_the_printed_precision() -> None:
    assert agrees(13.3949, "13.39")
    assert not agrees(13.3951, "13.39")
    assert agrees(3867.75e8, "3868e8")
    assert not agrees(3867.75e8, "3867e8")
    assert agrees(250.4, "250")  # a zero that is printed counts
    assert not agrees(250.6, "250")
    assert agrees(-0.01063, "-0.0106")
    assert agrees(2.675, "2.68")  # as a float it is a little less than the half
    assert not agrees(float("nan"), "0")
