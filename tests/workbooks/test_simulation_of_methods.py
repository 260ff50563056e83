"""The Simulation sheet draws every method: each around its value, in money and per share, against the price."""

import datetime as dt
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ironcalc_engine
from built import column, drawn_anew, place, results
from company_cases import COHORTS, NAMES, Raw, case_of, example, valued, with_exit_multiple, with_stub
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from valuation.bridge import diluted_price
from valuation.intrinsic import driver_dcf
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled, bundled_names
from workbooks.declarations.expressions import Block, FunctionCall
from workbooks.declarations.trees import Operation
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets import contents
from workbooks.sheets.methods import methods
from workbooks.sheets.simulation.cash_flows_formulas import yearly_dcf
from workbooks.sheets.simulation.methods_formulas import methods_drawn

EXACT: Final = 1e-9
MILLION: Final = 1e6


def cohorts() -> Raw:
    return tomllib.loads(COHORTS)


def transactions() -> Raw:
    raw = example("comps")
    deals = [
        {"name": name, "buyer": "B", "date": dt.date(2013, 5, 1), "multiples": {"EV/EBITDA 2015E": ev}}
        for name, ev in (("One", 8.0), ("Two", 9.0), ("Three", 11.0))
    ]
    raw["transactions"] = {
        "multiples": raw["comparables"]["multiples"][:1],
        "deals": deals,
        "low": "min",
        "high": "max",
    }
    return raw


def cells(case: Case) -> Callable[..., Any]:
    """What stands in a cell of a case's workbook, by its reference and the place in a column."""
    book = lay_out(contents.sheets(case), "")
    known = {(page.sheet.name, f"{letters(c.column)}{c.row}"): c.content for page in book.sheets for c in page.cells}

    def found(reference: str, item: int = 0) -> Any:  # noqa: ANN401 - whatever a cell holds
        name, _, number = reference.partition("[")
        return known[place(book, name, int(number.rstrip("]")) - 1 if number else item)]

    return found


def saved(raw: Raw, folder: Path) -> tuple[LaidBook, Path]:
    book, data = workbook_bytes(case_of(raw))
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return book, path


# --- every method ---------------------------------------------------------------------------------


def _example(name: str) -> Case:
    return case_of(example(name))


EXAMPLES: Final[dict[str, Callable[[], Case]]] = {
    **{name: partial(bundled, name) for name in bundled_names()},
    **{f"{name} example": partial(_example, name) for name in NAMES},
    "cohorts": lambda: case_of(cohorts()),
    "transactions": lambda: case_of(transactions()),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_method_of_a_case_is_drawn(name: str) -> None:
    case = EXAMPLES[name]()
    drawn = methods_drawn(case)
    assert len(drawn) == len(methods(case))
    read = cells(case)
    for number, each in enumerate(drawn):
        base, spread = read(each.result), [read(f"simulated_{each.id}_quantiles.value", n) for n in (0, 4, 8)]
        if isinstance(base, str):  # n.m.
            assert set(spread) == {"n.m."}
            continue
        assert spread[0] < spread[1] < spread[2], each.id
        assert spread[0] < base < spread[2] or each.id == "premium", each.id
        assert read("simulated.method", number)


def test_the_mean_of_a_multiple_is_that_of_its_distribution() -> None:
    read = cells(case_of(transactions()))
    mean = read("simulated_deals_ev_ebitda_2015e_summary.value")
    assert mean == pytest.approx((8 + 4 * 9 + 11) / 6 * 85.17e6, rel=1e-4)


def test_of_one_company_the_multiple_is_uncertain_by_a_step() -> None:
    raw = transactions()
    raw["transactions"]["deals"] = raw["transactions"]["deals"][:1]
    read = cells(case_of(raw))
    ends = [read(f"simulated_deals_ev_ebitda_2015e_uncertain.{end}") for end in ("low", "high")]
    assert ends == pytest.approx([8 * 0.9, 8 * 1.1])


def test_values_with_the_same_discount_rate_are_fully_correlated() -> None:
    read = cells(case_of(cohorts()))
    ends = [read(f"cohorts.value_{end}") for end in ("low", "high")]
    drawn = [read("simulated_cohorts_summary.value", n) for n in (4, 5)]
    assert ends[0] <= drawn[0] < drawn[1] <= ends[1] * (1 + EXACT)
    assert drawn[1] - drawn[0] > 0.9 * (ends[1] - ends[0])  # one extreme draw of all is that of each


def test_market_values_and_given_values_are_uncertain_by_a_step_and_multiples_as_the_case_argues() -> None:
    read = cells(case_of(example("nav")))
    ends = [read(f"simulated_sotp_uncertain.{end}") for end in ("low", "base", "high")]
    assert ends == pytest.approx([0.9, 1.0, 1.1])


# --- cash flows -----------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(
    growth=st.floats(-0.05, 0.2),
    margin=st.floats(0.03, 0.5),
    spent=st.floats(0, 0.1),
    wacc=st.floats(0.05, 0.15),
    end=st.floats(0, 0.04),
    years=st.integers(1, 12),
    mid_year=st.booleans(),
)
def test_year_by_year_is_driver_dcf_where_every_year_is_alike(
    growth: float, margin: float, spent: float, wacc: float, end: float, years: int, *, mid_year: bool
) -> None:
    fixed = {"depreciation": 0.04, "tax_rate": 0.25, "capex": spent, "working_capital": 0.1}
    shift = 0.5 if mid_year else 0.0
    for by_multiple in (False, True):
        last = {"exit_multiple": 8.0} if by_multiple else {"terminal_growth": end}
        found = yearly_dcf(
            revenue=100.0,
            growth=growth + 0.01,  # of which every year has as many points more
            ebitda_margin=margin - 0.02,
            wacc=wacc,
            end=8.0 if by_multiple else end,
            growths=[growth] * years,
            ebitda_margins=[margin] * years,
            **{f"{name}s": [value] * years for name, value in fixed.items()},
            periods=[year + 1 - shift for year in range(years)],
            terminal_period=years if by_multiple else years - shift,
            first_year=1.0,
            by_multiple=by_multiple,
        )
        moved = driver_dcf(
            100.0, growth + 0.01, margin - 0.02, **fixed, wacc=wacc, years=years, mid_year=mid_year, **last
        )
        assert found == pytest.approx(moved, rel=EXACT, abs=1e-7)


WAYS: Final[dict[str, Callable[[Raw], None]]] = {
    "growth for ever": lambda raw: None,  # noqa: ARG005 - the example as it stands
    "flows at the year's end": lambda raw: raw["dcf"].update(mid_year=False),
    "exit multiple": with_exit_multiple,
    "a part of a year": with_stub,
    "even": lambda raw: raw["dcf"].update(growth=0.05, years={"value": 5, "unit": "years"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_cash_flows_that_are_drawn_are_those_of_the_case_with_these_numbers(way: str) -> None:
    raw = example("dcf")
    raw["dcf"]["wacc"] = 0.08
    WAYS[way](raw)
    case = case_of(raw)
    (drawn,) = methods_drawn(case)
    read = cells(case)
    base = {each.argument: read("simulated_dcf_uncertain.base", n) for n, each in enumerate(drawn.uncertain)}
    moved = {"growth": 0.007, "ebitda_margin": -0.008, "wacc": 0.004}
    by_hand = example("dcf")
    by_hand["dcf"]["wacc"] = 0.08
    WAYS[way](by_hand)
    growth = by_hand["dcf"]["growth"]
    by_hand["dcf"] |= {
        "growth": [g + 0.007 for g in growth] if isinstance(growth, list) else growth + 0.007,
        "ebitda_margin": 0.292,
        "wacc": 0.084,
    }
    arguments = {name: _given(argument, read, case) for name, argument in drawn.call.arguments.items()}
    arguments |= {name: base[name] + by for name, by in moved.items()}
    found = drawn.call.method(**arguments)
    assert found == pytest.approx(valued(case_of(by_hand))["dcf"]["enterprise"]["base"], rel=EXACT)


def _given(argument: Any, read: Callable[..., Any], case: Case) -> Any:  # noqa: ANN401 - whatever an argument is
    """An argument of a call as the cells have it."""
    match argument:
        case str():
            return read(argument)
        case Block(name, first, last):
            return [read(name, n - 1) for n in range(first, last + 1)]
        case Operation():  # the flag of DRIVER_DCF
            return bool(case.dcf and case.dcf.mid_year)
        case FunctionCall():  # its years
            return 5
        case _:
            return argument


# --- per share, and against the price -------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(
    st.integers(5, 60),
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 90)), max_size=2),
    st.lists(st.tuples(st.integers(1, 300), st.integers(1, 90)), max_size=2),
)
def test_at_the_enterprise_value_that_is_the_price_a_share_is_worth_the_price(
    price: int, options: list[tuple[int, int]], notes: list[tuple[int, int]]
) -> None:
    raw = example("dcf")
    raw["capital"] |= {
        "price": f"{price} EUR per share",
        "options": [{"number": f"{n}m options", "strike": f"{strike} EUR per share"} for n, strike in options],
        "convertibles": [{"principal": p, "conversion_price": f"{at} EUR per share"} for p, at in notes],
    }
    read = cells(case_of(raw))
    as_debt = read("simulation.market_enterprise") - read("capital.bridge")
    numbers = [n * MILLION for n, _ in options] + [p * MILLION / at for p, at in notes]
    strikes = [float(strike) for _, strike in (*options, *notes)]
    if numbers:
        assert diluted_price(as_debt, 100 * MILLION, numbers, strikes) == pytest.approx(price, rel=EXACT)
    else:
        assert as_debt / (100 * MILLION) == pytest.approx(price, rel=EXACT)
    enterprise, shares = (
        [read(f"simulated_dcf_quantiles.{name}", n) for n in range(9)] for name in ("value", "per_share")
    )
    above = [value > read("simulation.market_enterprise") for value in enterprise]
    assert above == [value > price for value in shares]


def test_quantiles_per_share_are_those_of_the_enterprise_value_over_the_bridge() -> None:
    read = cells(case_of(example("comps")))
    for n in range(9):
        enterprise = read("simulated_ev_ebitda_2015e_quantiles.value", n)
        assert read("simulated_ev_ebitda_2015e_quantiles.equity", n) == pytest.approx(enterprise - 218e6)
        assert read("simulated_ev_ebitda_2015e_quantiles.per_share", n) == pytest.approx((enterprise - 218e6) / 32e6)


# --- without a value, and out of date -------------------------------------------------------------


def loss(raw: Raw) -> None:
    raw["metrics"]["EBITDA 2015E"] = -5


def assert_no_draws(recalculate: Callable[[Path], Values], folder: Path) -> None:
    raw = example("comps")
    loss(raw)
    book, path = saved(raw, folder)
    values = recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    assert set(column(values, book, "simulated_ev_ebitda_2015e_quantiles.per_share")) == {"n.m."}
    assert at(values, *place(book, "simulated.above")) == "n.m."
    assert set(column(values, book, "simulated_ev_ebitda_2015e_bins.below")) == {0}
    page = next(page for page in book.sheets if page.sheet.id == "simulation")
    sheet, cell = place(book, "simulation.no_chart_simulated_ev_ebitda_2015e_bins")
    assert [chart.table for chart, _ in page.charts] == ["simulated_p_e_2015e_bins"]
    assert str(at(values, sheet, cell.replace("C", "A"))).startswith("The method gives no value (n.m.)")


def test_a_multiple_of_a_loss_has_no_draws(tmp_path: Path) -> None:
    assert_no_draws(ironcalc_engine.recalculate, tmp_path)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_multiple_of_a_loss_has_no_draws_in_libreoffice(tmp_path: Path, libreoffice: LibreOffice) -> None:
    assert_no_draws(libreoffice.recalculate, tmp_path)


def test_another_statistic_makes_the_draws_stale_and_drawn_anew_they_are_those_of_that_choice(tmp_path: Path) -> None:
    raw = example("comps")
    book, path = saved(raw, tmp_path)
    chosen: dict[tuple[str, str], Value] = {place(book, "comparables.statistic"): "Mean"}
    assert at(ironcalc_engine.recalculate(path, chosen), *place(book, "simulation.current")) is False
    raw["comparables"]["statistic"] = "mean"
    other, _ = workbook_bytes(case_of(raw))
    anew = ironcalc_engine.recalculate(path, chosen | drawn_anew(other))
    assert disagreements(results(other), anew) == []
    assert at(anew, *place(book, "simulation.current")) is True
