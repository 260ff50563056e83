"""Beta without and with debt: worked by hand, and each function is the inverse of the other."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elementwise import check_elementwise
from valuation.beta import relevered_beta, unlevered_beta
from valuation.kernel.errors import RangeError, reason

BETAS = st.floats(-1, 5)
MONEY = st.floats(0.01, 1e6)


def test_hamada_by_hand() -> None:
    # 1.32 ÷ (1 + 0.8 × 40 ÷ 100) = 1; 1.2 ÷ (1 + 0.75 × 0.5) = 0.872727…
    assert unlevered_beta(1.32, 40, 100, 0.2) == pytest.approx(1.0, rel=1e-15)
    assert unlevered_beta(1.2, 0.5, 1, 0.25) == pytest.approx(1.2 / 1.375, rel=1e-15)
    # 0.8 × (1 + 0.75 × 1) = 1.4
    assert relevered_beta(0.8, 50, 50, 0.25) == pytest.approx(1.4, rel=1e-15)


def test_a_debt_beta_by_hand() -> None:
    # (1.5 × 60 + 0.25 × 0.75 × 40) ÷ (60 + 30) = 97.5 ÷ 90
    assert unlevered_beta(1.5, 40, 60, 0.25, 0.25) == pytest.approx(97.5 / 90, rel=1e-15)
    # 1 + (1 − 0.2) × 0.5 × 1 = 1.4
    assert relevered_beta(1, 100, 100, 0.5, 0.2) == pytest.approx(1.4, rel=1e-15)


def test_without_debt_nothing_changes_and_net_cash_makes_the_business_riskier_than_the_share() -> None:
    assert unlevered_beta(1.1, 0, 100, 0.25) == pytest.approx(1.1)
    assert unlevered_beta(1.1, -20, 100, 0.25) > 1.1


@given(beta=BETAS, debt=MONEY, equity=MONEY, tax=st.floats(0, 1), debt_beta=st.floats(0, 1))
def test_relevering_takes_back_unlevering(
    beta: float, debt: float, equity: float, tax: float, debt_beta: float
) -> None:
    assume(debt / equity < 1e6)
    asset_beta = unlevered_beta(beta, debt, equity, tax, debt_beta)
    back = relevered_beta(asset_beta, debt, equity, tax, debt_beta)
    # What the division loses in the asset beta is multiplied by debt over equity.
    assert back == pytest.approx(beta, rel=1e-9, abs=1e-14 * (1 + debt / equity))


@pytest.mark.parametrize("function", [unlevered_beta, relevered_beta])
def test_a_beta_with_net_cash_as_large_as_the_equity_is_an_error(function: object) -> None:
    assert callable(function)
    for debt, tax in ((-100, 0), (-101, 0), (-100, 0.2), (-110, 0.2), (-101, 1)):
        why = reason(function(1.2, debt, 100, tax))
        assert why is not None
        assert why.excel == "#NUM!"
        assert why.message == "debt is out of range: net cash is as large as the equity"
    for case in (unlevered_beta(1.2, 0, 0, 0), relevered_beta(1.2, 10, 0, 0)):
        why = reason(case)
        assert why is not None
        assert why.excel == "#DIV/0!"
    with pytest.raises(RangeError, match=r"^equity: -5 is out of range"):
        function(1, 10, -5, 0.2)
    with pytest.raises(RangeError, match=r"^tax: 25 is out of range.*write 25 % as 0\.25"):
        function(1, 10, 5, 25)


def test_element_by_element() -> None:
    cases = [
        {"debt": debt, "equity": equity, "tax": 0.25, "debt_beta": 0.1}
        for debt, equity in ((10, 20), (0, 5), (-3, 8), (7, 1))
    ]
    check_elementwise(unlevered_beta, [{"beta": 1.2} | case for case in cases])
    check_elementwise(relevered_beta, [{"asset_beta": 0.9} | case for case in cases])
    assert np.shape(unlevered_beta([1, 2], [[0], [5]], 10, 0.2)) == (2, 2)
