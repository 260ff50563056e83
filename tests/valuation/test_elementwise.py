"""A Python function on every element: no warning of numpy's, whatever the function compares."""

import numpy as np

from valuation.kernel.elementwise import elementwise


def _is_itself(value: float) -> bool:
    return value == value  # noqa: PLR0124 - a NaN is not


def test_a_comparison_of_nan_brings_no_warning() -> None:
    """CPython 3.13 specialises a comparison that ran often on floats; that code sets the flag "invalid" for a NaN."""
    numbers, holes = np.array([1.0, 2.0] * 50, object), np.array([1.0, np.nan] * 50, object)
    for _ in range(200):
        assert elementwise(_is_itself, numbers).all()
    for _ in range(200):
        assert elementwise(_is_itself, holes).tolist() == [True, False] * 50


def test_several_results() -> None:
    quotients, rests = elementwise(divmod, np.array([7, 9], object), 4, results=2)
    assert quotients.tolist() == [1, 2]
    assert rests.tolist() == [3, 1]


def test_numbers_alone_give_one_object() -> None:
    assert elementwise(divmod, 7, 4, results=2) == (1, 3)
