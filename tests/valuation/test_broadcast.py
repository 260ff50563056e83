"""How functions take arguments and give results, on functions made for the purpose."""

import datetime as dt
import inspect
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import number_of
from valuation.kernel.broadcast import broadcasts, carried, compound, discounted, divide, refused, summing_to_one, total
from valuation.kernel.errors import (
    CELL_ERRORS,
    OUT_OF_RANGE,
    ZERO_DENOMINATOR,
    ChoiceError,
    MissingError,
    NotANumberError,
    RangeError,
    ShapeError,
    ValuationError,
    reason,
)
from valuation.kernel.units import (
    Flag,
    Margin,
    Matrix,
    Money,
    Moneys,
    Multiple,
    Multiples,
    Number,
    Numbers,
    Share,
    Stakes,
    Statistic,
    Table,
    Texts,
    Timing,
    Years,
)

BAD = CELL_ERRORS["#REF!"]


@broadcasts
def valued(metric: Money, multiple: Multiple = 2.0) -> Money:
    return metric * multiple


@broadcasts
def summed(metrics: Moneys, multiples: Multiples = 1.0, *, less: Money = 0.0) -> Money:
    return total(metrics * multiples) - less


@broadcasts
def timed(amount: Money, years: Years | None = None, timing: Timing = "end", doubled: Flag = False) -> Money:  # noqa: FBT002 - as a cell gives it
    return amount * (1 if years is None else years) * (10 if timing == "start" else 1) * (2 if doubled else 1)


@broadcasts
def chosen(statistic: Statistic = "median") -> Number:
    return np.asarray(-1.0 if isinstance(statistic, str) else statistic)


@broadcasts
def laid_out(names: Texts, metrics: Moneys, less: Money = 0.0) -> Table:
    return [[name, float(metric - less)] for name, metric in zip(names, metrics, strict=True)]


@broadcasts
def ratio(numbers: Numbers, whole: Number) -> Numbers:
    return divide(numbers, whole[..., np.newaxis])


@broadcasts
def traced(correlation: Matrix) -> Number:
    return np.trace(correlation)


REF = number_of(BAD)

# Mutants of broadcast.py that change no result, and so survive:
# - another name for F, or none: only readers of types read it;
# - `<` for `<=` of the keys and `<=` for `<` of the lengths in `broadcasts`: Python is asked about a call that it finds
#   right; the signature kept under another name, which Python then works out anew;
# - `<` for `<=` of an end where what looks again finds it inside; another number of values that are looked at singly;
# - `>=` for `>` in `summing_to_one`: of numbers near 1 no difference is 1e-9 to the last bit;
# - in `floats` `<` for `<=` of the types, where numbers of both kinds are looked at one by one.

# What goes in


@pytest.mark.parametrize(
    "metric",
    [3, 3.0, np.float64(3), np.float32(3), np.int64(3), np.uint8(3), np.array(3), Decimal(3), Fraction(3)],
    ids=lambda value: type(value).__name__,
)
def test_one_number_in_gives_a_plain_float_out(metric: object) -> None:
    result = valued(metric)
    assert type(result) is float
    assert result == 6.0


@pytest.mark.parametrize(
    "metrics",
    [
        [1, 2.5],
        (1, 2.5),
        [np.float64(1), 2.5],
        [Decimal(1), 2.5],
        np.array([1, 2.5]),
        np.array([1, 2.5], np.float32),
        np.array([1, 2.5], object),
        pd.Series([1, 2.5], index=["b", "a"]),
        pd.Series([1, 2.5], dtype="Float64"),
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'dtype', '')}",
)
def test_many_numbers_in_give_an_array_out(metrics: object) -> None:
    result = valued(metrics)
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.float64
    assert result.tolist() == [2.0, 5.0]
    assert summed(metrics) == 3.5


@pytest.mark.parametrize("metrics", [range(1, 4), np.arange(1, 4), pd.Series([1, 2, 3]), np.array([1, 2, 3], np.int8)])
def test_whole_numbers_are_numbers(metrics: object) -> None:
    assert valued(metrics).tolist() == [2.0, 4.0, 6.0]


@pytest.mark.parametrize(
    ("cell", "failure", "words"),
    [
        ("1.2x", NotANumberError, "'1.2x' is not a number"),
        ("7", NotANumberError, "'7' is not a number"),  # numpy would read it
        ("", NotANumberError, "'' is not a number"),
        ("nan", NotANumberError, "'nan' is not a number"),
        (b"7", NotANumberError, "is not a number"),
        (True, NotANumberError, "'True' is not a number"),  # numpy would make it 1
        (np.True_, NotANumberError, "'True' is not a number"),
        (dt.date(2018, 6, 30), NotANumberError, "'2018-06-30' is not a number"),
        (dt.datetime(2018, 6, 30, tzinfo=dt.UTC), NotANumberError, "is not a number"),
        (pd.Timestamp("2018-06-30"), NotANumberError, "is not a number"),
        (np.datetime64("2018-06-30"), NotANumberError, "number"),
        (np.datetime64("2018-06-30", "ns"), NotANumberError, "number"),  # numpy would make it 1.5e18
        (np.timedelta64(3, "D"), NotANumberError, "number"),
        (2 + 1j, NotANumberError, "is not a number"),
        ({"a": 1}, NotANumberError, "is not a number"),
        (pd.NA, NotANumberError, "is not a number"),
        (None, MissingError, "is blank"),
        (10**400, RangeError, "is too large for a number"),
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused_by_argument_and_row(
    cell: object, failure: type[ValuationError], words: str
) -> None:
    with pytest.raises(failure, match=words.replace(".", r"\.")) as caught:
        summed([1.0, 2.0, cell], 1.0)
    assert caught.value.argument == "metrics"
    assert caught.value.row == (None if failure is RangeError else 3)
    with pytest.raises(failure) as caught:
        valued(cell)
    assert (caught.value.argument, caught.value.row) == ("metric", None)


@pytest.mark.parametrize(
    "column",
    [
        np.array(["2018-06-30"], "datetime64[ns]"),
        pd.Series(pd.to_datetime(["2018-06-30"])),
        pd.Series(pd.to_timedelta(["3 days"])),
        np.array([True, False]),
        pd.Series([True, False]),
        np.array(["1", "2"]),
        pd.Series(["1", "2"]),
        np.array([1 + 0j]),
    ],
    ids=lambda column: f"{type(column).__name__} {column.dtype}",
)
def test_a_column_of_what_is_no_number_is_refused(column: object) -> None:
    with pytest.raises(NotANumberError, match=r"^metric( row 1)?: .* not (a number|numbers)$"):
        valued(column)


def test_a_number_may_be_too_large() -> None:
    with pytest.raises(RangeError, match=r"^metric: is too large for a number$"):
        valued(10**400)


def test_a_blank_is_refused_by_its_row() -> None:
    with pytest.raises(MissingError, match=r"^metrics row 2: is blank$"):
        summed([1, None, 3])
    with pytest.raises(MissingError, match=r"^metric: is required$"):
        valued(None)
    with pytest.raises(MissingError, match=r"^metrics: has no values$"):
        summed([])


def test_a_missing_value_of_pandas_comes_out_as_one() -> None:
    result = valued(pd.Series([1.0, None, 3.0]))
    assert result[[0, 2]].tolist() == [2.0, 6.0]
    assert number_of(float(result[1])) == 0


def test_a_matrix_is_rows_of_numbers() -> None:
    assert traced([[1, 0.5], [0.5, 2]]) == 3
    with pytest.raises(NotANumberError, match=r"^correlation row 2: 'x' is not a number$"):
        traced([[1, "x"], [0.5, 1]])


def test_rows_of_different_lengths_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"^metric row 1: is longer or shorter than the rows before it$"):
        valued([[1, 2], [3]])


def test_choices_are_read_as_people_write_them() -> None:
    assert timed(1, timing="start") == 10
    assert timed(1, timing=" Start ") == 10
    assert chosen("MEDIAN") == -1
    assert chosen(0.25) == 0.25
    begin: Any = "begin"
    wrong: Any
    for wrong in (begin, "", 1, None):
        with pytest.raises((ChoiceError, MissingError), match="timing"):
            timed(1, timing=wrong)
    with pytest.raises(
        ChoiceError, match=r"^statistic: 'middle' is not one of mean, median, harmonic, min, max, q1, q3 or a number$"
    ):
        chosen("middle")
    with pytest.raises(ChoiceError, match=r"^timing: 'begin' is not one of end, start$"):
        timed(1, timing=begin)
    with pytest.raises(ChoiceError, match="statistic"):
        chosen(True)  # noqa: FBT003 - a cell that holds TRUE


def test_a_flag_is_true_or_false_and_nothing_else() -> None:
    assert timed(1, doubled=True) == 2
    flag: Any = np.True_
    assert timed(1, doubled=flag) == 2
    for flag in (1, 0.0, "TRUE", "no"):
        with pytest.raises(ChoiceError, match=r"^doubled: .* is neither true nor false$"):
            timed(1, doubled=flag)


def test_none_stands_for_an_argument_whose_default_it_is_and_for_no_other() -> None:
    assert timed(3, None) == timed(3) == 3
    with pytest.raises(MissingError, match=r"^amount: is required$"):
        timed(None)
    with pytest.raises(MissingError, match=r"^multiple: is required$"):
        valued(1, None)


def test_names_are_texts() -> None:
    assert laid_out(["a", 2017.0, 7, 1.5], [1, 2, 3, 4]) == [["a", 1.0], ["2017", 2.0], ["7", 3.0], ["1.5", 4.0]]
    assert laid_out("a", 1) == [["a", 1.0]]
    with pytest.raises(MissingError, match=r"^names: is blank$"):
        laid_out("", 1)
    for blank in (None, ""):
        with pytest.raises(MissingError, match=r"^names row 2: is blank$"):
            laid_out(["a", blank], [1, 2])


# How it is called


def test_arguments_are_given_by_place_or_by_name() -> None:
    assert valued(3, 4) == valued(3, multiple=4) == valued(multiple=4, metric=3) == 12
    assert summed([1, 2], less=1) == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda function: function(), "missing a required argument: 'metric'"),
        (lambda function: function(multiple=2), "missing a required argument: 'metric'"),
        (lambda function: function(1, 2, 3), "too many positional arguments"),
        (lambda function: function(1, 2, 3, multiple=4), "multiple values for argument 'multiple'"),
        (lambda function: function(1, 2, metric=3), "multiple values for argument 'metric'"),
        (lambda function: function(1, metrics=3), "unexpected keyword argument 'metrics'"),
    ],
)
def test_a_wrong_call_is_python_s_own_error(call: Callable[[Any], object], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        call(valued)


def test_the_function_keeps_its_name_and_its_signature() -> None:
    assert valued.__name__ == "valued"
    assert list(inspect.signature(valued).parameters) == ["metric", "multiple"]


def test_the_arguments_are_left_as_they_were() -> None:
    metrics = np.array([1.0, 2.0])
    summed(metrics, [3.0, 4.0])
    valued(metrics)
    assert metrics.tolist() == [1.0, 2.0]


# How shapes meet


def test_axes_before_the_last_broadcast() -> None:
    metrics, multiples = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(4, 1, 3)
    less = np.array([1.0, 2.0])
    expected = [[math.fsum(metrics[i] * multiples[j, 0]) - less[i] for i in range(2)] for j in range(4)]
    assert summed(metrics, multiples, less=less).tolist() == expected


def test_one_part_stands_for_all() -> None:
    assert summed([1, 2, 3], 2) == summed([1, 2, 3], [2]) == 12
    assert summed(5, [1, 2, 3]) == 30


def test_vectors_of_different_lengths_are_refused_by_name_and_size() -> None:
    with pytest.raises(ShapeError, match=r"^metrics has 3 and multiples has 2 values$"):
        summed([1, 2, 3], [1, 2])
    with pytest.raises(ShapeError, match=r"^names has 2 and metrics has 3 values$"):
        laid_out(["a", "b"], [1, 2, 3])


def test_shapes_that_do_not_fit_are_refused_with_both_sizes() -> None:
    with pytest.raises(ShapeError, match=r"^the ranges do not fit together: metric is 2, multiple is 3$"):
        valued([1, 2], [1, 2, 3])
    with pytest.raises(ShapeError, match=r"the ranges do not fit together: metrics is 2×3, less is 4$"):
        summed(np.ones((2, 3)), less=[1, 2, 3, 4])


def test_an_error_of_the_formula_s_own_is_not_disguised() -> None:
    @broadcasts
    def failing(metric: Money) -> Money:
        raise ValueError(metric)

    with pytest.raises(ValueError, match=r"1\.0") as caught:
        failing(1)
    assert type(caught.value) is ValueError


def test_a_table_takes_one_case_at_a_time() -> None:
    assert laid_out(["a", "b"], [1, 2], 1) == [["a", 0.0], ["b", 1.0]]
    with pytest.raises(ShapeError, match=r"^metrics: is 2×2: a table is laid out for one case at a time$"):
        laid_out(["a", "b"], [[1, 2], [3, 4]])
    with pytest.raises(ShapeError, match="less: is 2: a table"):
        laid_out(["a", "b"], [1, 2], [1, 2])


def test_no_cases_in_give_no_results_out() -> None:
    assert summed(np.ones((0, 3))).shape == (0,)
    assert valued(np.ones((0, 3))).shape == (0, 3)


# What comes out


def test_infinity_never_comes_out() -> None:
    assert number_of(valued(1e308, 100)) == number_of(float("inf"))
    assert number_of(valued(float("inf"))) == number_of(float("inf"))
    assert number_of(valued(-1e308, 100)) == number_of(float("inf"))
    result = valued([1.0, 1e308], 100)
    assert result[0] == 100.0
    assert np.isnan(result[1])
    assert number_of(summed([1e308, 1e308])) == number_of(float("inf"))
    [[_, value]] = laid_out("a", 1e308, -1.7e308)
    assert number_of(value) == number_of(float("inf"))


def test_a_reason_is_passed_on_for_its_element() -> None:
    assert number_of(valued(BAD)) == REF
    result = valued([1.0, BAD, 3.0])
    assert result[[0, 2]].tolist() == [2.0, 6.0]
    assert number_of(float(result[1])) == REF
    result = summed([[1.0, 2.0], [BAD, 2.0], [3.0, 4.0]])
    assert result[[0, 2]].tolist() == [3.0, 7.0]
    assert number_of(float(result[1])) == REF


# The arithmetic that formulas share


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_a_total_does_not_depend_on_the_order(parts: list[float], random: Random) -> None:
    shuffled = random.sample(parts, len(parts))
    assert total(np.array(parts)) == total(np.array(shuffled))


def test_totals_are_taken_over_the_last_axis() -> None:
    assert total(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [3.0, 7.0]
    assert total(np.array([0.1] * 10)) == 1.0  # exact; a running sum gives 0.9999999999999999


def test_only_the_element_with_a_zero_denominator_is_an_error() -> None:
    result = ratio([1.0, 2.0, BAD], [2.0, 0.0, -4.0])
    assert result[0, :2].tolist() == [0.5, 1.0]
    assert [number_of(value) for value in result[1]] == [number_of(ZERO_DENOMINATOR)] * 3
    assert result[2, :2].tolist() == [-0.25, -0.5]
    assert number_of(float(result[2, 2])) == REF
    assert number_of(float(divide(np.array(0.0), np.array(BAD)))) == REF


# Ranges


@broadcasts
def shared(share: Share) -> Number:
    return share


@broadcasts
def lost(margin: Margin, multiple: Multiple = 1.0) -> Number:
    return margin * multiple


@broadcasts
def held(stakes: Stakes) -> Numbers:
    return stakes


@pytest.mark.parametrize("value", [0.0, 1.0, -1e-9, 1 + 1e-9, 0.25])
@pytest.mark.parametrize("count", [1, 2, 32, 33, 40])
def test_the_ends_of_a_range_belong_to_it(value: float, count: int) -> None:
    assert shared([value] * count).tolist() == [value] * count
    assert held([value] * count).tolist() == [value] * count
    assert shared(value) == value


def test_a_value_outside_is_refused_with_the_range_and_advice() -> None:
    range_of_shares = "is out of range: it must be from 0 to 1; write 25 % as 0.25"
    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: shared(25.0), f"share: 25 {range_of_shares}"),
        (lambda: shared(-2e-9), f"share: -2e-09 {range_of_shares}"),
        (lambda: held([25]), f"stakes: 25 {range_of_shares}"),
        (lambda: held([0.5, 25]), f"stakes row 2: 25 {range_of_shares}"),
        (lambda: held([25, 0.5]), f"stakes row 1: 25 {range_of_shares}"),
        (lambda: held([0.5] * 39 + [-3]), f"stakes row 40: -3 {range_of_shares}"),
        (lambda: lost(0.5, -1.0), "multiple: -1 is out of range: it must be at least 0; it cannot be negative"),
        (lambda: lost(2.0), "margin: 2 is out of range: it must be at most 1; write 25 % as 0.25"),
    ]
    for call, told in calls:
        with pytest.raises(RangeError) as refusal:
            call()
        assert str(refusal.value) == told


@pytest.mark.parametrize("count", [2, 32, 33, 40])
@pytest.mark.parametrize("place", [0, 1])
def test_among_many_cases_only_the_value_outside_is_an_error(count: int, place: int) -> None:
    for function, name, inside, outside in (
        (shared, "share", 0.5, (25.0, -3.0)),
        (lost, "margin", -70.0, (25.0,)),
        (partial(lost, 0.5), "multiple", 70.0, (-3.0,)),
    ):
        for bad in outside:
            cases = [inside] * count
            cases[place] = bad
            found = function(cases).tolist()
            why = reason(found[place])
            assert why is not None
            assert why.message.startswith(f"{name} is out of range: it must be ")
            assert why.message.endswith(("from 0 to 1", "at most 1", "at least 0"))
            assert not any(map(math.isnan, found[:place] + found[place + 1 :]))


def test_rows_of_one_part_are_cases_too() -> None:
    found = held([[0.5], [25.0], [BAD]])
    assert found[0].tolist() == [0.5]
    assert number_of(float(found[1, 0])) == number_of(OUT_OF_RANGE)
    assert number_of(float(found[2, 0])) == REF


@broadcasts
def capped(metrics: Moneys, caps: Moneys | None = None, floors: Moneys | None = None) -> Money:
    return total(metrics if caps is None else np.minimum(metrics, caps)) + (0 if floors is None else total(floors))


def test_a_vector_that_is_left_out_fits_any_length() -> None:
    assert capped([1, 2, 3]) == 6.0
    assert capped([1, 2, 3], [2, 2, 2]) == 5.0
    assert capped([1, 2, 3], None, [1, 1, 1]) == 9.0
    with pytest.raises(ShapeError, match=r"^metrics has 3 and floors has 2 values$"):
        capped([1, 2, 3], None, [1, 1])


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int16, np.int64, np.uint8, np.uint64])
def test_arrays_of_every_type_of_number(dtype: type) -> None:
    assert capped(np.array([1, 2, 3], dtype)) == 6.0


@pytest.mark.parametrize("cells", [np.array([1, 2], "m8[D]"), np.array([1, 2], "M8[D]")])
def test_arrays_of_dates_and_of_times_are_no_numbers(cells: object) -> None:
    with pytest.raises(NotANumberError, match=r"^metrics: dates and times are not numbers$"):
        capped(cells)


def test_a_refusal_without_advice() -> None:
    values = np.array([0.5, 7.0])
    assert refused("pool", values, values > 9, "too much", parts=1) is values
    with pytest.raises(RangeError) as refusal:
        refused("pool", values, values > 1, "too much", parts=1)
    assert str(refusal.value) == "pool row 2: 7 is too much"
    with pytest.raises(RangeError) as refusal:
        refused("pool", np.array(7.0), np.array(True), "too much", parts=0)  # noqa: FBT003 - as numpy takes it
    assert str(refusal.value) == "pool: 7 is too much"
    (fine, bad) = refused("pool", values, values > 1, "too much", parts=0).tolist()
    why = reason(bad)
    assert (fine, why.message if why else "") == (0.5, "pool is too much")


def test_a_discount_cannot_make_a_negative_value_better() -> None:
    assert discounted(np.array([100.0, 0.5, 0.0, -100.0]), np.array(0.2)).tolist() == [80.0, 0.4, 0.0, -100.0]


def test_what_is_carried_is_the_first_error() -> None:
    assert carried(np.array(1.0), np.array(2.0)) == 3.0
    assert number_of(float(carried(np.array(1.0), np.array(BAD), np.array(2.0)))) == REF


def test_compounding() -> None:
    assert compound(np.array(0.5), np.array(3.0)) == 3.375
    assert compound(np.array(-1.0), np.array(2.0)) == 0.0
    assert compound(np.array(0.25), np.array(-1.0)) == 0.8
    assert compound(np.array(0.44), np.array(0.5)) == pytest.approx(1.2)
    assert number_of(float(compound(np.array(-1.01), np.array(2.0)))) == number_of(OUT_OF_RANGE)
    # NaN ** 0 and 1 ** NaN are 1 in floating point: an unknown rate must not become "no growth".
    assert number_of(float(compound(np.array(BAD), np.array(0.0)))) == REF
    assert number_of(float(compound(np.array(0.0), np.array(BAD)))) == REF


def test_shares_must_sum_to_one() -> None:
    values = np.array([1.0, 2.0])
    assert summing_to_one("mix", np.array([0.3, 0.7]), values).tolist() == [0.3, 0.7]
    assert summing_to_one("mix", np.array([0.3, 0.7 + 0.9e-9]), values).tolist() == [0.3, 0.7 + 0.9e-9]
    for off in (0.69, 0.7 + 1.1e-9, -0.7):
        with pytest.raises(RangeError, match=r"^mix: the sum is .*, not 1$"):
            summing_to_one("mix", np.array([0.3, off]), values)
    with pytest.raises(RangeError, match=r"mix: the sum is 0\.99, not 1"):
        summing_to_one("mix", np.array([0.3, 0.69]), values)
    with pytest.raises(RangeError, match="the sum is 2, not 1"):
        summing_to_one("mix", np.array([1.0]), values)  # one share for two values counts twice
    rows = summing_to_one("mix", np.array([[0.3, 0.7], [0.3, 0.6], [BAD, 0.7]]), values)
    why = reason(float(rows[1, 0]))
    assert why is not None
    assert why.message == "mix: their sum must stay 1; where one moves, move the others in proportion"
    assert rows[0].tolist() == [0.3, 0.7]
    assert {number_of(value) for value in rows[1].tolist()} == {number_of(OUT_OF_RANGE)}
    assert number_of(float(rows[2, 0])) == REF
