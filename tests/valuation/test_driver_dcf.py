"""A segment from its drivers: by hand, in fractions, and against the same model in native formulas."""

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from elementwise import check_elementwise
from native import native
from reasons import attempted, error_of, number_of
from valuation.intrinsic import driver_dcf
from valuation.kernel.errors import NOT_MEANINGFUL, OUT_OF_RANGE, ChoiceError, MissingError, RangeError

# Mutants of intrinsic.py that survive: in `driver_dcf` a year after the longest forecast, or one where no forecast has
# any. It is running nowhere, and adds nothing.

mp.dps = 50

DRIVERS = st.fixed_dictionaries(
    {
        "revenue": st.floats(1e-3, 1e12),
        "growth": st.floats(-0.5, 1),
        "ebitda_margin": st.floats(0.05, 0.6),
        "depreciation": st.floats(0, 0.2),
        "tax_rate": st.floats(0, 0.5),
        "capex": st.floats(0, 0.2),
        "working_capital": st.floats(-0.3, 0.5),
        "wacc": st.floats(0.05, 0.3),
        "years": st.integers(1, 12),
        "fade": st.floats(0, 1),
    }
)
CONVENTION = st.fixed_dictionaries({"mid_year": st.booleans()})
TERMINALS = st.one_of(
    st.fixed_dictionaries({"terminal_growth": st.floats(-0.1, 0.04)}),
    st.fixed_dictionaries({"terminal_growth": st.floats(-0.1, 0.04), "final_growth": st.floats(-0.1, 0.2)}),
    st.fixed_dictionaries({"exit_multiple": st.floats(1, 30), "final_growth": st.floats(-0.1, 0.2)}),
)


NAMES = ["revenue", "growth", "ebitda_margin", "depreciation", "tax_rate", "capex", "working_capital", "wacc"]
SEGMENT: dict[str, Any] = dict(zip(NAMES, (1000, 0.20, 0.30, 0.05, 0.25, 0.06, 0.10, 0.10), strict=True))
SEGMENT |= {"years": 3, "fade": 0.5}
# Growth 20 %, 12 %, 8 % on its way to 4 %: revenue 1200, 1344, 1451.52, then 1509.5808. Of revenue
# 0.25 × 0.75 + 0.05 − 0.06 = 0.1775 is left; working capital takes 20, 14.4, 10.752, then 5.80608.
FLOW_1, FLOW_2, FLOW_3 = 213 - 20, 238.56 - 14.4, 257.6448 - 10.752
FLOW_4 = 267.950592 - 5.80608
EXPLICIT = FLOW_1 / 1.1 + FLOW_2 / 1.21 + FLOW_3 / 1.331
GORDON = FLOW_4 / 0.06 / 1.331
SALE = 10 * 435.456 / 1.331  # 30 % of 1451.52, ten times


def test_driver_dcf_by_hand() -> None:
    growing: dict[str, Any] = {"terminal_growth": 0.04}
    sold: dict[str, Any] = {"exit_multiple": 10, "final_growth": 0.04}
    half = math.sqrt(1.1)
    assert driver_dcf(**SEGMENT | growing, mid_year=False) == pytest.approx(EXPLICIT + GORDON, rel=1e-13)
    assert driver_dcf(**SEGMENT | growing, mid_year=True) == pytest.approx((EXPLICIT + GORDON) * half, rel=1e-13)
    assert driver_dcf(**SEGMENT | sold, mid_year=False) == pytest.approx(EXPLICIT + SALE, rel=1e-13)
    assert driver_dcf(**SEGMENT | sold, mid_year=True) == pytest.approx(EXPLICIT * half + SALE, rel=1e-13)
    assert driver_dcf(**SEGMENT | growing) == driver_dcf(**SEGMENT | growing, final_growth=0.04, mid_year=True)


def test_five_years_and_no_fading_unless_said() -> None:
    said = {name: SEGMENT[name] for name in NAMES}
    assert driver_dcf(**said, terminal_growth=0.04) == driver_dcf(**said, terminal_growth=0.04, years=5, fade=0)


def test_what_is_spent_is_positive() -> None:
    message = r"^capex: -0\.04 is out of range: it must be from 0 to 10; what is spent is positive: write 4 % of"
    with pytest.raises(RangeError, match=message):
        driver_dcf(**SEGMENT | {"capex": -0.04, "terminal_growth": 0.04})


def test_driver_dcf_by_hand_in_one_year() -> None:
    # Revenue 100 → 110; EBITDA 33, depreciation 11, tax 11, capex 22, working capital 5: 33 − 11 − 22 − 5 = −5.
    sold = driver_dcf(100, 0.1, 0.3, 0.1, 0.5, 0.2, 0.5, 0.25, 1, exit_multiple=5, mid_year=False)
    assert sold == pytest.approx((-5 + 165) / 1.25, rel=1e-14)
    # the year after, at no growth: 33 − 11 − 22 = 0
    growing = driver_dcf(100, 0.1, 0.3, 0.1, 0.5, 0.2, 0.5, 0.25, 1, 0.0, mid_year=False)
    assert growing == pytest.approx(-4.0, rel=1e-12)


def in_fractions(drivers: dict[str, float], terminal: dict[str, float]) -> tuple[Fraction, Fraction]:
    """Present values, at year ends, of the flows and of the terminal value: line by line, as the docstring has it."""
    d = {name: Fraction(value) for name, value in (drivers | terminal).items()}
    final = d["final_growth" if "final_growth" in d else "terminal_growth"]

    def flow(revenue: Fraction, before: Fraction) -> Fraction:
        ebit = revenue * (d["ebitda_margin"] - d["depreciation"])
        investment = revenue * (d["capex"] - d["depreciation"]) + d["working_capital"] * (revenue - before)
        return ebit * (1 - d["tax_rate"]) - investment

    revenue, value, years = d["revenue"], Fraction(0), int(drivers["years"])
    for year in range(1, years + 1):
        before = revenue
        revenue *= 1 + final + (d["growth"] - final) * (1 - d["fade"]) ** (year - 1)
        value += flow(revenue, before) / (1 + d["wacc"]) ** year
    if "exit_multiple" in d:
        last = revenue * d["ebitda_margin"] * d["exit_multiple"]
    else:
        last = flow(revenue * (1 + d["terminal_growth"]), revenue) / (d["wacc"] - d["terminal_growth"])
    return value, last / (1 + d["wacc"]) ** years


@given(DRIVERS, TERMINALS, CONVENTION)
def test_driver_dcf_in_fractions(
    drivers: dict[str, float], terminal: dict[str, float], convention: dict[str, bool]
) -> None:
    flows, last = (mpf(value.numerator) / value.denominator for value in in_fractions(drivers, terminal))
    half = mp.sqrt(1 + mpf(drivers["wacc"])) if convention["mid_year"] else mpf(1)
    expected = flows * half + last * (half if "terminal_growth" in terminal else 1)
    size = drivers["revenue"] * 2.0 ** drivers["years"]  # what may cancel
    value = driver_dcf(**drivers, **terminal, **convention)
    assert value == pytest.approx(float(expected), rel=1e-9, abs=1e-11 * size)


def native_segment(years: int, *, terminal: str, mid_year: bool) -> dict[str, float | str]:
    """The same model as an analyst builds it: a column a year, a line a quantity; drivers in B1 to B12."""
    letters = "CDEFGHIJKLMNOP"[: years + 1]  # the last column is the year after
    cells: dict[str, float | str] = {"C21": "=B1"}
    for year, (before, here) in enumerate(zip(letters, letters[1:] + "Q", strict=True), start=1):
        last = year > years
        cells |= {
            f"{here}20": "=B10" if last else f"=B11+(B2-B11)*(1-B12)^{year - 1}",
            f"{here}21": f"={before}21*(1+{here}20)",
            f"{here}22": f"={here}21*B3",
            f"{here}23": f"={here}21*B4",
            f"{here}24": f"=({here}22-{here}23)*B5",
            f"{here}25": f"={here}21*B6",
            f"{here}26": f"=({here}21-{before}21)*B7",
            f"{here}27": f"={here}22-{here}24-{here}25-{here}26",
        }
    end, after = letters[-1], "Q"
    half = "*(1+B8)^0.5" if mid_year else ""
    value = f"=NPV(B8,D27:{end}27){half}"
    cells["A30"] = value + (
        f"+{after}27/(B8-B10)/(1+B8)^{years}{half}" if terminal == "growth" else f"+{end}22*B9/(1+B8)^{years}"
    )
    return cells


@pytest.mark.parametrize("convention", [{"mid_year": False}, {"mid_year": True}], ids=str)
@pytest.mark.parametrize("terminal", ["growth", "multiple"])
@pytest.mark.parametrize(
    ("years", "drivers"),
    [
        (3, (1000, 0.20, 0.30, 0.05, 0.25, 0.06, 0.10, 0.10, 10, 0.04, 0.04, 0.5)),
        (5, (80.6e9, 0.35, 0.06, 0.01, 0.15, 0.012, -0.05, 0.11, 8.5, 0.03, 0.05, 0.3)),
        (10, (9.9e9, 0.6, 0.4, 0.03, 0.25, 0.05, 0.02, 0.125, 14, 0.02, 0.02, 0.2)),
        (1, (50, -0.2, 0.1, 0.2, 0.3, 0.0, 0.4, 0.09, 3, -0.05, 0.0, 0.9)),
    ],
)
def test_driver_dcf_is_the_model_in_native_formulas(
    years: int, drivers: tuple[float, ...], terminal: str, convention: dict[str, bool]
) -> None:
    *figures, multiple, perpetual, final, fade = drivers
    arguments: dict[str, Any] = dict(zip(NAMES, figures, strict=True)) | convention
    arguments |= {"years": years, "final_growth": final, "fade": fade}
    arguments |= {"terminal_growth": perpetual} if terminal == "growth" else {"exit_multiple": multiple}
    ours = driver_dcf(**arguments)
    cells = native_segment(years, terminal=terminal, **convention)
    cells |= {f"B{row}": driver for row, driver in enumerate(drivers, start=1)}
    for value in native("=A30", cells):
        assert ours == pytest.approx(value, rel=1e-11)


@given(DRIVERS, st.floats(-0.1, 0.04), st.integers(1, 60), CONVENTION)
def test_at_steady_growth_the_length_of_the_forecast_does_not_matter(
    drivers: dict[str, float], growth: float, years: int, convention: dict[str, bool]
) -> None:
    drivers = drivers | {"growth": growth}
    one, other = (
        driver_dcf(**drivers | {"years": length}, terminal_growth=growth, **convention) for length in (1, years)
    )
    assert one == pytest.approx(other, rel=1e-8, abs=1e-9 * drivers["revenue"])


@given(DRIVERS, TERMINALS, st.floats(0.01, 0.99))
def test_a_split_segment_is_worth_the_whole(
    drivers: dict[str, float], terminal: dict[str, float], share: float
) -> None:
    revenue = drivers["revenue"]
    parts = driver_dcf(**drivers | {"revenue": [revenue * share, revenue * (1 - share)]}, **terminal)
    assert math.isclose(parts.sum(), driver_dcf(**drivers, **terminal), rel_tol=1e-9, abs_tol=1e-9 * revenue)


@given(DRIVERS)
def test_the_fade_runs_from_never_to_at_once(drivers: dict[str, float]) -> None:
    final = {"exit_multiple": 10, "final_growth": 0.03}
    at_once = driver_dcf(**drivers | {"fade": 1.0}, **final)
    never = driver_dcf(**drivers | {"fade": 0.0}, **final)
    assert never == pytest.approx(driver_dcf(**drivers | {"fade": 0.0}, exit_multiple=10), rel=1e-9)
    assert (at_once == pytest.approx(never, rel=1e-9)) == (
        drivers["years"] == 1 or math.isclose(drivers["growth"], 0.03)
    )


def test_terminal_values_that_do_not_fit() -> None:
    with pytest.raises(MissingError, match=r"^terminal_growth: either this or exit_multiple is required$"):
        driver_dcf(**SEGMENT)
    with pytest.raises(ChoiceError, match=r"^exit_multiple: give a terminal growth or an exit multiple, not both$"):
        driver_dcf(**SEGMENT, terminal_growth=0.02, exit_multiple=10)
    with pytest.raises(MissingError, match=r"^final_growth: is required where growth fades"):
        driver_dcf(**SEGMENT, exit_multiple=10)


def test_each_element_has_its_own_horizon() -> None:
    arguments = SEGMENT | {"terminal_growth": 0.04}
    together = driver_dcf(**arguments | {"years": [[1], [3], [7]], "wacc": [0.08, 0.1]})
    assert together.shape == (3, 2)
    for row, years in enumerate((1, 3, 7)):
        for place, rate in enumerate((0.08, 0.1)):
            alone = driver_dcf(**arguments | {"years": years, "wacc": rate})
            assert together[row, place] == pytest.approx(alone, rel=1e-13)


@given(st.lists(DRIVERS, min_size=2, max_size=4), CONVENTION)
def test_driver_dcf_element_by_element(cases: list[dict[str, float]], convention: dict[str, bool]) -> None:
    for terminal in (
        {"terminal_growth": 0.03},
        {"terminal_growth": 0.03, "final_growth": 0.05},
        {"exit_multiple": 9.0, "final_growth": 0.05},
    ):
        check_elementwise(driver_dcf, [case | terminal for case in cases], **convention)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (attempted(driver_dcf)(**SEGMENT, terminal_growth=0.1), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT, terminal_growth=-1.01), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"growth": -1.01}, terminal_growth=0.02), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT, terminal_growth=0.02, final_growth=-1.01), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"wacc": -1}, exit_multiple=5, final_growth=0), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"fade": -0.01}, terminal_growth=0.02), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"fade": 1.01}, terminal_growth=0.02), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"years": 0}, terminal_growth=0.02), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"years": 2.5}, terminal_growth=0.02), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"years": 201}, terminal_growth=0.02), OUT_OF_RANGE),
        (attempted(driver_dcf)(**SEGMENT | {"years": math.inf}, terminal_growth=0.02), OUT_OF_RANGE),
        (driver_dcf(**SEGMENT | {"ebitda_margin": 0}, exit_multiple=5, final_growth=0), NOT_MEANINGFUL),
        (driver_dcf(**SEGMENT | {"ebitda_margin": -0.1}, exit_multiple=5, final_growth=0), NOT_MEANINGFUL),
    ],
)
def test_invalid_input_never_gives_a_number(value: float, error: float) -> None:
    assert number_of(value) == number_of(error)


def test_the_ends_of_the_range_have_values() -> None:
    assert error_of(driver_dcf(**SEGMENT | {"years": 200, "fade": 1}, terminal_growth=0.02)) == ""
    # nothing is left after a fall of 100 %, and nothing comes back
    assert driver_dcf(**SEGMENT | {"growth": -1, "working_capital": 0}, terminal_growth=0.02) == 0.0


def test_an_impossible_corner_leaves_the_rest_of_the_grid() -> None:
    grid = driver_dcf(**SEGMENT | {"wacc": [[0.03], [0.1]]}, terminal_growth=[0.02, 0.04])
    assert [[error_of(value) for value in row] for row in grid] == [["", "#NUM!"], ["", ""]]
