"""Reconciliation of published figures; the figures are those of the sources."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import attempted, number_of
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, ShapeError, reason
from valuation.reconcile import foots, reconcile

# A mutant of reconcile.py that survives: `difference <= 0` in `_words`. A difference of zero agrees, and its words are
# never shown.

REF = CELL_ERRORS["#REF!"]


def test_totals_of_the_sources() -> None:
    assert foots(180.84, [31.98, 148.86]) is True  # A: the target's revenue
    assert foots(3551, [1612, 538, 1881]) is False  # B: the sum of the parts
    assert foots(4031, [1612, 538, 1881], 0) is True
    assert foots(100, [77.8022, 10.1213, 10.0665, 2.0100], 0) is True  # B: the holders
    assert foots(1146, [806, 234, 99]) is False  # B: 7 of other revenue are 0.6 %
    assert foots(1146, [806, 234, 99], 0.01) is True


def test_the_tolerance_is_a_share_of_the_total_on_both_sides() -> None:
    assert foots(1000, [[995, 0], [994.9, 0], [1005, 0], [1005.1, 0]]).tolist() == [True, False, True, False]
    assert foots(-1000, [[-995, 0], [-994.9, 0]]).tolist() == [True, False]
    assert foots(0, [5, -5]) is True
    assert foots(0, [5, -4.9]) is False
    assert foots(0.3, [0.1, 0.2], 0) is True  # which binary sums do not


@given(
    st.lists(st.integers(-1000, 1000), min_size=1, max_size=6),
    st.integers(-3000, 3000),
    st.sampled_from([0, 0.005, 0.25]),
    st.randoms(),
)
def test_footing_is_independent_of_order_and_scale(
    parts: list[int], total: int, tolerance: float, random: Random
) -> None:
    verdict = foots(total, parts, tolerance)
    assert verdict == (abs(total - sum(parts)) <= tolerance * abs(total) + 1e-6 * abs(total))
    random.shuffle(parts)
    assert foots(total, parts, tolerance) == verdict
    assert foots(total * 2.0**30, np.array(parts) * 2.0**30, tolerance) == verdict


def test_parts_that_cancel_foot_whatever_their_size() -> None:
    for size in (1e-9, 1.0, 1e9):
        assert foots(0, [0.1 * size, 0.2 * size, -0.3 * size])
        assert not foots(0, [0.1 * size, 0.2 * size, -0.2999 * size])


def test_what_is_not_known_does_not_foot() -> None:
    verdicts = foots([10, 10, REF, 10], [[5, 5], [5, REF], [5, 5], [5, 6]])
    assert verdicts[[0, 3]].tolist() == [True, False]
    assert reason(verdicts[1]) == reason(verdicts[2]) == reason(REF)
    assert reason(attempted(foots)(10, [5, 5], -0.01)) == reason(OUT_OF_RANGE)
    with pytest.raises(ShapeError):
        foots([1, 2], [[1], [2], [3]])


@pytest.mark.parametrize(
    ("published", "recomputed", "verdict"),
    [
        (3551, 4031.2, "published is 480.2 below the recomputed 4,031.2 (−11.9 %)"),
        (2292, 2635.8, "published is 343.8 below the recomputed 2,635.8 (−13 %)"),  # 13.04
        (400, 63, "published is 337 above the recomputed 63 (+534.9 %)"),
        (3.551e11, 4.0312e11, "published is 48,020,000,000 below the recomputed 403,120,000,000 (−11.9 %)"),
        (5, 0, "published is 5 above the recomputed 0"),
        (-5, 5, "published is 10 below the recomputed 5 (−200 %)"),
        (5, -5, "published is 10 above the recomputed -5 (+200 %)"),
        (0.01, 0.0124, "published is 0.0024 below the recomputed 0.0124 (−19.4 %)"),
        (13.39, 13.393, "agrees"),
        (2421.45, 2422.0, "agrees"),
        (1160, 1160.325, "agrees"),
        (0, 0, "agrees"),
    ],
)
def test_verdicts(published: float, recomputed: float, verdict: str) -> None:
    assert reconcile(published, recomputed) == verdict


def test_the_tolerance_is_a_share_of_the_published_figure() -> None:
    assert reconcile(1000, 1005) == "agrees"
    assert reconcile(1000, 1005.1).startswith("published is 5.1 below")
    assert reconcile(1000, 1000.5, 0).startswith("published is 0.5 below")
    assert reconcile(10.5, 10, 0) == "published is 0.5 above the recomputed 10 (+5 %)"
    assert reconcile(0.1 + 0.2, 0.3, 0) == "agrees"
    assert reconcile(1e9, 1e9 + 0.5, 0) == "agrees"  # half a billionth: rounding
    assert reconcile(1e9, 1e9 + 1.5, 0).startswith("published is 1.5 below")
    assert reason(attempted(reconcile)(1000, 1000, -1)) == reason(OUT_OF_RANGE)


figures = st.floats(-1e12, 1e12).filter(lambda figure: abs(figure) > 1e-6)


@given(figures, figures)
def test_the_words_say_the_direction_of_the_difference(published: float, recomputed: float) -> None:
    verdict = reconcile(published, recomputed)
    way = "below" if published < recomputed else "above"
    assert (verdict == "agrees") == (abs(published - recomputed) <= 0.005000001 * abs(published))
    assert verdict == "agrees" or (verdict.startswith("published is ") and f" {way} the recomputed " in verdict)


def test_a_column_of_verdicts() -> None:
    verdicts = reconcile([3551, 972, REF, 972, 972], [4031.2, 972, 1, REF, 972], [0.2, 0.005, 0.005, 0.005, -1])
    assert verdicts[:2].tolist() == ["agrees", "agrees"]
    assert reason(verdicts[2]) == reason(verdicts[3]) == reason(REF)
    assert number_of(verdicts[4]) == number_of(OUT_OF_RANGE)
    published, recomputed = [3551.0, 972.0, 400.0], [4031.2, 972.0, 63.0]
    assert reconcile(published, recomputed).tolist() == list(map(reconcile, published, recomputed))
