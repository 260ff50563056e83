"""A young company whose loss is larger than its revenue: its margin is below −100 %."""

from pathlib import Path

import pytest

import ironcalc_engine
from company_cases import Raw, case_of, example, problems_of, valued
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.xlsx.validation import Rule, rule_of

GROWTH = [1.5, 0.8, 0.9, 0.7, 0.4]
TYPED = ["150%", *GROWTH[1:]]  # above 100 % it is written as per cent
MARGINS = [-2.9, -1.1, -0.2, 0.22, 0.34]


def young() -> Raw:
    raw = example("dcf")
    raw["dcf"] |= {"ebitda_margin": MARGINS, "growth": TYPED, "wacc": 0.125}
    return raw


def test_the_value_is_that_of_its_cash_flows() -> None:
    # The first year by hand: revenue 2,500, EBITDA −7,250, EBIT −7,375 with a tax credit of 1,843.75; −7,250 + 1,843.75
    # − 150 capital expenditure − 150 working capital = −5,706.25.
    revenue, flows = 1000.0, []
    for growth, margin in zip(GROWTH, MARGINS, strict=True):
        increase = revenue * growth
        revenue += increase
        ebit = revenue * (margin - 0.05)
        flows.append(revenue * margin - 0.25 * ebit - 0.06 * revenue - 0.1 * increase)
    assert flows[0] == pytest.approx(-5706.25)
    last = revenue * 1.03
    after = last * MARGINS[-1] - 0.25 * last * (MARGINS[-1] - 0.05) - 0.06 * last - 0.1 * 0.03 * revenue
    value = sum(flow / 1.125 ** (year - 0.5) for year, flow in enumerate(flows, 1))
    value += after / (0.125 - 0.03) / 1.125**4.5
    assert valued(case_of(young()))["dcf"]["enterprise"]["base"] == pytest.approx(value * 1e6, rel=1e-12)


def test_the_formulas_of_the_workbook_give_it_too(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(workbook_bytes(case_of(young()))[1])
    assert disagreements(formula_cells(file), ironcalc_engine.recalculate(file)) == []


@pytest.mark.parametrize("margin", [1.2, 45])
def test_a_margin_above_the_whole_revenue_is_refused(margin: float) -> None:
    raw = young()
    raw["dcf"]["ebitda_margin"] = [0.1, 0.1, margin, 0.1, 0.1]
    told = problems_of(raw)
    assert "place='dcf.ebitda_margin[3]'" in told
    assert f"a margin is a fraction of at most 1: {margin:g} % is {margin / 100:g}" in told


def test_what_is_typed_into_the_workbook_may_be_below_minus_100_per_cent() -> None:
    book, _ = workbook_bytes(case_of(young()))
    rules = {rule_of(cell) for page in book.sheets for cell in page.cells if cell.unit == "margin"}
    rule = Rule("decimal", "1", "A margin is a number of at most 1 (100%).", "lessThanOrEqual")
    assert rules - {None} == {rule}
