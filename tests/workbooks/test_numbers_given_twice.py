"""Two numbers for one thing that contradict each other: rates, net debt, shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company_cases import Raw, example, problems_of

CODES = ("EUR", "USD", "JPY", "GBP")
WORTH = {"EUR": 1.16, "USD": 1.0, "JPY": 0.0066, "GBP": 1.32}  # in dollars


def with_rates(rates: dict[str, float]) -> Raw:
    tables = example("dcf")
    tables["fx"] = rates
    return tables


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(lambda pair: pair[0] != pair[1]),
        min_size=2,
        max_size=5,
        unique=True,
    ),
    wrong=st.sampled_from([1, 1.001, 1.2, 0.5, 100]),
)
def test_rates_that_follow_from_each_other_agree(pairs: list[tuple[str, str]], wrong: float) -> None:
    """0.2 dollars for a krone beside 6.9 kroner for a dollar: which was used depended on what it was for."""
    rates = {base + quote: WORTH[base] / WORTH[quote] for base, quote in pairs}
    last, before = pairs[-1], {frozenset(pair) for pair in pairs[:-1]}
    rates["".join(last)] *= wrong
    steps = {frozenset(last)} & before or any(
        {frozenset((last[0], third)), frozenset((third, last[1]))} <= before for third in CODES
    )
    told = problems_of(with_rates(rates))
    assert ("expected rates that agree within 2 %" in told) == (bool(steps) and abs(wrong - 1) > 0.02)


@pytest.mark.parametrize(("own", "told"), [(380, False), ("EUR 380m", False), (500, True), (-380, True)])
def test_net_debt_is_one_number(own: float | str, told: bool) -> None:  # noqa: FBT001
    """The sum of the parts took off 500, and every other method 380."""
    tables = example("dcf")
    tables["capital"] = {"debt": 500, "cash": 120, "shares": "100m shares"}
    parts = [{"name": "A", "metric": 90, "base": 9, "peer": "own"}]
    tables["segments"] = {"net_debt": own, "parts": parts}
    assert ("segments.net_debt" in problems_of(tables)) == told


@pytest.mark.parametrize("key", ["shares", "basic_shares"])
def test_the_number_of_shares_is_given_once(key: str) -> None:
    """Value per share was by 100m shares on the Summary and by 50m on the sheet Segments."""
    tables = example("dcf")
    tables["capital"] = {"net_debt": 380, key: "100m shares"}
    tables["segments"] = {"of": "enterprise", "parts": [{"name": "A", "metric": 90, "base": 9, "peer": "own"}]}
    assert not problems_of(tables)
    tables["segments"]["shares"] = "50m shares"
    assert f"capital.{key}" in problems_of(tables)
