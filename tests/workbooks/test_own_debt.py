"""Parts of a sum with net debt of their own: beside which parts they stand, and what is taken off once."""

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company_cases import Raw, case_of, cells, example, problems_of, valued
from workbooks.build import workbook_bytes

BREWERY: Raw = {"name": "Brewery", "metric": 1800, "base": 10, "low": 9, "high": 11, "peer": "brewers"}
SHIPPING: Raw = {"name": "Shipping", "metric": 650, "base": 5, "low": 4, "high": 6, "peer": "shippers"}
BANK: Raw = {"name": "Bank", "metric": 100, "base": 10, "peer": "banks", "of": "equity", "metric_name": "Net profit"}


def of_parts(*parts: Raw, **changes: object) -> Raw:
    tables = example("group")
    tables["capital"] = {"net_debt": 3000, "minorities": 150, "shares": "60m shares", "price": 250}
    tables["segments"] = {"of": "enterprise", "metric_name": "EBITDA 2026E", "parts": parts, **changes}
    tables["conclusion"] = {"weights": {"segments": 1}}
    return tables


@settings(max_examples=25)
@given(own=st.integers(-900, 900), stake=st.integers(1, 100), discount=st.integers(0, 60))
def test_a_part_with_its_own_debt_stands_beside_parts_whose_debt_is_the_groups(
    own: int, stake: int, discount: int
) -> None:
    """It was refused as one on a multiple of equity value, which it was not."""
    shipping = SHIPPING | {"net_debt": own or 1, "stake": stake / 100}
    found = valued(case_of(of_parts(BREWERY, shipping, discount=discount / 100)))["segments"]["equity"]
    for end in ("low", "base", "high"):
        by_hand = 1800 * float(BREWERY[end]) + (650 * float(SHIPPING[end]) - (own or 1)) * stake / 100 - 3150
        assert found[end] == pytest.approx(by_hand * (1 - discount / 100 if by_hand > 0 else 1) * 1e6)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_workbook_says_what_is_taken_together(language: str) -> None:
    case = case_of(of_parts(BREWERY, SHIPPING | {"net_debt": 300, "stake": 0.8}))
    own, together = cells(case, "segments.own_debt", "segments.net_debt")
    assert (own, together) == (pytest.approx(240e6), pytest.approx((3150 + 240) * 1e6))
    workbook_bytes(case, language)  # refused unless its formulas give what the core gives


@pytest.mark.parametrize(
    ("part", "section"),
    [
        (SHIPPING | {"of": "equity"}, {}),
        (SHIPPING, {"of": "equity"}),
        ({"name": "Listed", "method": "market", "market_value": 900}, {}),
    ],
)
def test_debt_is_not_taken_off_a_value_of_equity(part: Raw, section: Raw) -> None:
    told = problems_of(of_parts(BREWERY | {"of": "enterprise"}, part | {"net_debt": 300}, **section))
    assert "net_debt" in told
    assert "expected of = 'enterprise' of this part too" in told


@pytest.mark.parametrize(("said", "left"), [({}, None), ({"bridge": True}, 3150), ({"bridge": False}, 0)])
def test_claims_beside_parts_that_all_bear_their_debt_are_decided_by_the_case(said: Raw, left: float | None) -> None:
    """The net debt of the group and that of the part, which may be the same, were both taken off."""
    tables = of_parts(BANK, SHIPPING | {"net_debt": 410}, **said)
    if left is None:
        assert "segments.bridge" in problems_of(tables)
        return
    assert valued(case_of(tables))["segments"]["equity"]["base"] == pytest.approx((1000 + 3250 - 410 - left) * 1e6)


@pytest.mark.parametrize(
    ("name", "adds_up"), [("EBITDA 2025A", True), ("", True), ("Revenue", False), ("净利润", False)]
)
def test_only_metrics_of_one_kind_are_summed(name: str, adds_up: bool) -> None:  # noqa: FBT001
    """EBITDA of 1,800 and net profit of 100 made a total of 1,900, and a multiple of it."""
    parts = (BREWERY, SHIPPING | ({"metric_name": name} if name else {}))
    (total,) = cells(case_of(of_parts(*parts)), "parts_total.metric[1]")
    assert total == (pytest.approx(2450e6) if adds_up else None)


def test_the_metric_of_the_group_is_called_so() -> None:
    """In Chinese it was 类别, which is the word for a group of changes."""
    case = case_of(of_parts(BREWERY, SHIPPING, group=2450))
    assert case.figures["segments.group"].label == "Metric of the group"
    assert cells(case, "segments.not_in_parts") == [0]
    _, data = workbook_bytes(case, "zh")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["分部估值"]
    assert "集团指标" in {row[0].value for row in sheet.iter_rows()}
