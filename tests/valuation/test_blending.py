"""Blends that reweight, weighted and trimmed multiples, and the further distributions of a simulation."""

from statistics import NormalDist

import numpy as np
import pytest

from valuation.blending import blend, blend_reweighted, price_to_value
from valuation.kernel.errors import BLANK, CELL_ERRORS, NOT_MEANINGFUL, ChoiceError, RangeError, reason
from valuation.multiples import implied_value, peer_multiple, weighted_multiple
from valuation.ownership import holdings_value
from valuation.periods import growth_rate
from valuation.regression import regression_multiple
from valuation.simulation import simulate
from valuation.sotp import stub_multiple


def why(value: float) -> str:
    found = reason(value)
    return found.excel if found else ""


def test_the_weight_of_an_n_m_method_goes_to_the_other_methods() -> None:
    # (46 × 0.25 + 70 × 0.5) ÷ 0.75
    for absent in (NOT_MEANINGFUL, BLANK):
        assert blend_reweighted([46, 70, absent], [0.25, 0.5, 0.25]) == pytest.approx(62)
    assert blend_reweighted([46, 70], [0.25, 0.75]) == blend([46, 70], [0.25, 0.75])
    assert why(blend_reweighted([NOT_MEANINGFUL], [1])) == "#N/A"
    assert why(blend_reweighted([NOT_MEANINGFUL, 1], [1, 0])) == "#DIV/0!"
    assert why(blend_reweighted([CELL_ERRORS["#REF!"], 1], [0.5, 0.5])) == "#REF!"


def test_a_price_beside_a_negative_value_is_not_meaningful_and_an_error_in_the_price_stays() -> None:
    assert why(price_to_value(450, -10)) == "#N/A"
    for value in (-10, 0, 360):
        assert why(price_to_value(CELL_ERRORS["#REF!"], value)) == "#REF!" if value else "#DIV/0!"


def test_the_weighted_harmonic_mean_is_the_multiple_of_all_together() -> None:
    values, profits = np.array([100.0, 300.0, 50.0]), np.array([10.0, 10.0, 2.0])
    multiples = values / profits
    assert weighted_multiple(multiples, values) == pytest.approx(450 / 22)
    assert weighted_multiple(multiples, profits, "mean") == pytest.approx(450 / 22)
    assert weighted_multiple([10, -5, 30], [100, 7, 300]) == pytest.approx(20)  # a loss is an absent peer
    assert weighted_multiple([10, 20, 30], [100, BLANK, 300]) == pytest.approx(20)
    assert why(weighted_multiple([10, 20], [0, 0])) == "#DIV/0!"
    with pytest.raises(RangeError, match="weights"):
        weighted_multiple([10, 20], [-1, 2])
    with pytest.raises(ChoiceError, match="statistic"):
        weighted_multiple([10, 20], [1, 2], "median")


def test_the_trimmed_mean_is_excel_s() -> None:
    # Microsoft's example of TRIMMEAN: 4, 5, 6, 7, 2, 3, 4, 5, 1, 2, 3 less 20 %: one at each end, 3.778.
    data = [4, 5, 6, 7, 2, 3, 4, 5, 1, 2, 3]
    assert peer_multiple(data, "mean", trim=0.2) == pytest.approx(34 / 9)
    assert peer_multiple(data, "mean", trim=0.1) == pytest.approx(42 / 11)  # rounded down to none
    assert peer_multiple(data, trim=0.2) == peer_multiple(data)
    assert peer_multiple(data, "max", trim=0.2) == 6
    assert why(peer_multiple([1, 2], "mean", trim=1)) == "#N/A"


def test_trimmed_statistics_by_hand() -> None:
    # Of ten peers a share of 0.3 cuts one at each end, 0.4 two: (2 + … + 9) ÷ 8, (3 + … + 8) ÷ 6.
    peers = [7, 1, 10, 3, 9, 2, 8, 5, 6, 4]
    assert peer_multiple(peers, "mean", trim=0.3) == pytest.approx(44 / 8)
    assert [peer_multiple(peers, name, trim=0.4) for name in ("min", "max", "median")] == [3, 8, 5.5]
    assert peer_multiple([7], "mean", trim=0.9) == 7
    assert peer_multiple([*peers, BLANK, NOT_MEANINGFUL], "max", trim=0.4) == 8  # absent peers are not counted
    rows = peer_multiple([peers, [20] * 10], "mean", trim=[0.4, 0.0])
    assert rows.tolist() == pytest.approx([5.5, 20])


def test_an_error_among_trimmed_peers_stays() -> None:
    ref = CELL_ERRORS["#REF!"]
    for place in range(3):
        peers = [1.0, 2.0, 3.0]
        peers[place] = ref
        assert why(peer_multiple(peers, "mean", trim=0.5)) == "#REF!"
        assert why(peer_multiple(peers, "mean")) == "#REF!"
    assert why(peer_multiple([1, 2, 3], "mean", trim=ref)) == "#REF!"


def test_means_of_the_largest_and_the_smallest_numbers() -> None:
    assert peer_multiple([1e308, 1.7e308, 1.5e308, BLANK], "mean") == pytest.approx(1.4e308)
    assert peer_multiple([[1e308, 1.7e308, 1.5e308], [1, 2, 6]], "mean").tolist() == pytest.approx([1.4e308, 3])
    # Of 2e-309 and 6e-309: 2 ÷ (1 ÷ 2 + 1 ÷ 6) = 3, and 1 ÷ 2e-309 is not a number.
    assert peer_multiple([2e-309, 6e-309], "harmonic") == pytest.approx(3e-309, rel=1e-12, abs=0)
    found = peer_multiple([[2e-309, 6e-309], [2, 6]], "harmonic")
    assert found.tolist() == pytest.approx([3e-309, 3], rel=1e-12, abs=0)


def test_what_has_no_harmonic_mean_says_why() -> None:
    found = reason(peer_multiple([0, 2, 3], "harmonic"))
    assert found is not None
    assert found.message == "multiples: a harmonic mean needs positive multiples"


def test_a_weighted_multiple_leaves_out_what_is_absent_on_either_side() -> None:
    assert weighted_multiple([10, NOT_MEANINGFUL, 30], [100, 7, 300], "mean") == pytest.approx(25)
    assert weighted_multiple([10, 20, 30], [100, BLANK, 300], "mean") == pytest.approx(25)
    assert weighted_multiple([10, -20, 30], [1, 1, 1], "mean") == pytest.approx(20)
    assert weighted_multiple([10, -20, 40], [1, 1, 1], "mean", True) == pytest.approx(10)  # noqa: FBT003 - as in a cell
    assert why(weighted_multiple([BLANK, -1], [1, 1])) == "#N/A"


def test_a_weighted_multiple_of_nothing_and_of_little() -> None:
    assert weighted_multiple([0, 30], [1, 1], "mean") == 15
    assert weighted_multiple([0.5, 1.5], [1, 1], "mean") == 1
    assert why(weighted_multiple([0, 30], [1, 1], "harmonic")) == "#NUM!"


@pytest.mark.parametrize("size", [1e-154, 1e-9, 1.0, 1e9, 1e154])
def test_a_line_through_numbers_of_any_size(size: float) -> None:
    # Multiples of 3, 5 and 10 at drivers of 1, 2 and 3: slope 3.5, level −1 at 0, 9.5 at 3.
    drivers = np.array([1.0, 2.0, 3.0]) * size
    assert regression_multiple([3, 5, 10], drivers, 3 * size) == pytest.approx(9.5, rel=1e-12)
    scaled = regression_multiple(np.array([3.0, 5.0, 10.0]) * size, [1, 2, 3], 3)
    assert scaled == pytest.approx(9.5 * size, rel=1e-12, abs=0)
    absent = regression_multiple([3, BLANK, 5, 10], [size, 1e300, 2 * size, 3 * size], 3 * size)
    assert absent == pytest.approx(9.5, rel=1e-12)


def test_a_line_through_the_largest_numbers() -> None:
    # 3, 5 and 10 at 1, 2 and 3 again, and the other way round: slope 7 ÷ 26 through the means 6 and 2.
    drivers = np.array([0.5e308, 1e308, 1.5e308])
    assert regression_multiple([3, 5, 10], drivers, 1.5e308) == pytest.approx(9.5, rel=1e-12)
    assert regression_multiple(drivers, [3, 5, 10], 10) == pytest.approx((2 + 4 * 7 / 26) * 0.5e308, rel=1e-12)


@pytest.mark.parametrize("size", [1e-154, 1.0, 1e154])
def test_drivers_that_differ_by_rounding_have_no_line(size: float) -> None:
    for drivers in ([1, 1, 1], [1, 1 + 2**-52, 1], [1, 1 + 5e-13, 1 - 4e-13]):
        assert why(regression_multiple([1, 2, 4], np.array(drivers) * size, size)) == "#DIV/0!"
    assert why(regression_multiple([1, 2, 4], np.array([1, 1 + 1.5e-12, 1]) * size, size)) == ""
    assert why(regression_multiple([1, 2, 4], [0, 0, 0], size)) == "#DIV/0!"


def test_options_of_older_functions() -> None:
    assert growth_rate(50, -100, absolute=True) == 1.5  # (50 + 100) ÷ 100
    assert why(growth_rate(50, -100)) == "#N/A"
    assert holdings_value([3000, 1000], [0.25, 0.5], 0.2, 300) == 700  # 1,250 × 0.8 − 300
    # (4,000 + 500 − 806 × 2 × 0.5) ÷ 100
    assert stub_multiple(4000, [806], [2], 100, stakes=[0.5], net_debt=500) == pytest.approx(36.94)


def quantiles(distribution: str, low: float, mode: float, high: float) -> dict[float, float]:
    table = simulate(
        implied_value,
        {"metric": 1.0, "multiple": mode},
        {"multiple": low},
        {"multiple": high},
        draws=65_536,
        distribution=distribution,
    )
    return {float(row[0]): float(row[1]) for row in table[1:-2]}


def test_quantiles_of_each_distribution_are_those_of_its_formula() -> None:
    uniform = quantiles("uniform", 2, 3, 6)
    triangular = quantiles("triangular", 2, 3, 6)
    normal, lognormal = quantiles("normal", 2, 3, 5), quantiles("lognormal", 2, 4, 8)
    score = NormalDist().inv_cdf
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert uniform[share] == pytest.approx(2 + 4 * share, abs=1e-3)
        # Up to a quarter the density rises from 2 to 3, then it falls to 6.
        rising, falling = 2 + (share * 4) ** 0.5, 6 - ((1 - share) * 12) ** 0.5
        assert triangular[share] == pytest.approx(rising if share < 0.25 else falling, abs=1e-3)
        spread = (1 if share < 0.5 else 2) / score(0.95)
        assert normal[share] == pytest.approx(3 + score(share) * spread, abs=3e-3)
        assert lognormal[share] == pytest.approx(4 * 2 ** (score(share) / score(0.95)), rel=2e-3)


def test_a_lognormal_number_is_positive() -> None:
    with pytest.raises(RangeError, match="its low 0 is not above 0: a lognormal number is positive"):
        quantiles("lognormal", 0, 1, 2)
