"""The scorecard: by hand, at fifty digits, against SUMPRODUCT, and what must hold for any answers."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from elementwise import check_elementwise
from native import native
from reasons import attempted
from valuation.kernel.errors import ShapeError, reason
from valuation.multiples import adjusted_multiple
from valuation.quality import quality_premium, quality_score

mp.dps = 50

ANSWER = st.floats(1, 5)
WEIGHT = st.floats(0.01, 100)
SCORECARD = st.lists(st.tuples(ANSWER, WEIGHT), min_size=1, max_size=12).map(
    lambda rows: tuple(zip(*rows, strict=True))
)


def test_by_hand() -> None:
    assert quality_score([5, 5, 5]) == 1.0
    assert quality_score([1, 1]) == -1.0
    assert quality_score([3]) == 0.0
    assert quality_score([4, 2, 5]) == pytest.approx(1 / 3, rel=1e-15)  # (½ − ½ + 1) ÷ 3
    assert quality_score([5, 1, 4], [2, 1, 1]) == 0.375  # (2 − 1 + ½) ÷ 4


def test_premium_by_hand() -> None:
    assert quality_premium(0.5, 0.4) == 0.2
    assert quality_premium(-1, 0.4) == -0.4


def test_the_best_score_of_source_c_doubles_the_multiple() -> None:
    premium = quality_premium(quality_score([5] * 8), 1.0)
    assert premium == 1.0
    assert adjusted_multiple(18, premium) == 36.0


@given(SCORECARD)
def test_score_at_fifty_digits(card: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    scores, weights = card
    exact = sum(mpf(w) * (mpf(s) - 3) / 2 for s, w in zip(scores, weights, strict=True)) / sum(map(mpf, weights))
    assert quality_score(scores, weights) == pytest.approx(float(exact), rel=1e-12, abs=1e-14)


@given(SCORECARD)
def test_score_stays_on_its_scale(card: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    scores, weights = card
    score = quality_score(scores, weights)
    assert (min(scores) - 3) / 2 - 1e-15 <= score <= (max(scores) - 3) / 2 + 1e-15
    assert -1 <= score <= 1
    assert reason(quality_premium(score, 0.5)) is None


@given(SCORECARD, st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_order_and_scale_of_the_weights_change_nothing(
    card: tuple[tuple[float, ...], tuple[float, ...]], factor: float, random: Random
) -> None:
    scores, weights = card
    rows = list(zip(scores, weights, strict=True))
    random.shuffle(rows)
    assert quality_score(*zip(*rows, strict=True)) == quality_score(scores, weights)
    scaled = quality_score(scores, [weight * factor for weight in weights])
    assert scaled == pytest.approx(quality_score(scores, weights), rel=1e-12, abs=1e-14)


@given(st.lists(ANSWER, min_size=1, max_size=12), ANSWER)
def test_mirrored_answers_mirror_the_score_and_a_weight_of_nothing_is_neutral(scores: list[float], more: float) -> None:
    score = quality_score(scores)
    assert quality_score([6 - answer for answer in scores]) == pytest.approx(-score, abs=1e-14)
    assert quality_score([*scores, more], [1] * len(scores) + [0]) == pytest.approx(score, rel=1e-14, abs=1e-16)


def test_score_is_sumproduct() -> None:
    scores, weights = [4, 3, 5, 2, 4.5, 1], [1, 2, 0.5, 3, 1, 0.25]
    cells: dict[str, float | str] = {f"A{row}": score for row, score in enumerate(scores, start=1)}
    cells |= {f"B{row}": weight for row, weight in enumerate(weights, start=1)}
    for value in native("=(SUMPRODUCT(A1:A6,B1:B6)/SUM(B1:B6)-3)/2", cells):
        assert quality_score(scores, weights) == pytest.approx(value, rel=1e-12)


CASES = st.lists(
    st.fixed_dictionaries(
        {
            "scores": st.lists(ANSWER, min_size=3, max_size=3),
            "weights": st.lists(WEIGHT, min_size=3, max_size=3),
        }
    ),
    min_size=2,
    max_size=4,
)


@given(CASES)
def test_score_element_by_element(cases: list[dict[str, list[float]]]) -> None:
    check_elementwise(quality_score, cases, cancelled=1e-14)


@given(st.lists(st.fixed_dictionaries({"score": st.floats(-1, 1), "maximum": st.floats(0, 2)}), min_size=2, max_size=4))
def test_premium_element_by_element(cases: list[dict[str, float]]) -> None:
    check_elementwise(quality_premium, cases)


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        (quality_score, ([0.9, 3],), "#NUM!"),
        (quality_score, ([3, 5.1],), "#NUM!"),
        (quality_score, ([3, 4], [1, -1e-9]), "#NUM!"),
        (quality_score, ([3, 4], [0, 0]), "#DIV/0!"),
        (quality_premium, (1.01, 0.2), "#NUM!"),
        (quality_premium, (-1.01, 0.2), "#NUM!"),
        (quality_premium, (4, 0.2), "#NUM!"),
    ],
)
def test_invalid_input_never_gives_a_number(
    function: Callable[..., Any], arguments: tuple[Any, ...], error: str
) -> None:
    why = reason(attempted(function)(*arguments))
    assert why is not None
    assert why.excel == error


def test_one_impossible_scorecard_leaves_the_others() -> None:
    scores = quality_score([[5, 1], [5, 0], [4, 4]])
    assert scores[[0, 2]].tolist() == [0.0, 0.5]
    why = reason(scores[1])
    assert why is not None
    assert why.excel == "#NUM!"


def test_one_weight_per_question_is_required() -> None:
    with pytest.raises(ShapeError, match="scores has 3 and weights has 2"):
        quality_score([1, 2, 3], [1, 2])
