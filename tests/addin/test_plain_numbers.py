"""The short way for plain numbers gives what the long way gives."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.binding import bind
from addin.plain_numbers import plain_reader
from valuation.catalogue import CATALOGUE, Parameter, entry
from valuation.kernel.units import Multiples, Number, kind_of

SHAPES = ("number", "vector")
WHOLE = st.integers(0, 9).map(float)
PLAIN = [each for each in CATALOGUE.values() if each.parameters and each.parameters[0].kind.shape in SHAPES]


@st.composite
def blocks(draw: st.DrawFn) -> list[list[float]]:
    height, width = draw(st.sampled_from([(1, 1), (1, 3), (3, 1), (2, 2)]))
    return [[draw(WHOLE) for _ in range(width)] for _ in range(height)]


@given(st.data())
def test_the_fast_and_the_general_reader_agree(data: st.DataObject) -> None:
    """A whole number that is an int takes the long way, and is the same number."""
    function = data.draw(st.sampled_from(PLAIN))
    first = [each.kind.shape in SHAPES for each in function.parameters]
    leading = [*first, False].index(False)
    required = sum(each.required for each in function.parameters)
    count = data.draw(st.integers(min(required, leading), leading))
    values: list[Any] = [data.draw(st.one_of(WHOLE, blocks())) for _ in range(count)]
    longer = [
        int(value) if isinstance(value, float) else [[int(cell) for cell in row] for row in value] for value in values
    ]
    call = bind(function, lambda code, message: (code, message))
    assert plain_reader(function.parameters)(longer) is None
    assert call(*values) == call(*longer)


@pytest.mark.parametrize(
    "value",
    ["2", 2, True, None, "", math.nan, math.inf, [[]], [[1.0], [math.nan]], [[1.0], [""]], [[1.0, 2.0], [3.0]],
     [[1e308], [1e308]], [[None]], [[math.inf]], (1.0, 2.0), [1.0, 2.0]],
)  # fmt: skip
@pytest.mark.parametrize("annotation", [Number, Multiples])
def test_other_values_use_the_general_reader(value: object, annotation: object) -> None:
    assert plain_reader([Parameter("it", kind_of(annotation), Parameter)])([value]) is None


def test_a_call_with_a_wrong_number_of_arguments_uses_the_general_reader() -> None:
    read = plain_reader(entry("segment_value").parameters)
    assert read([1.0]) is None
    assert read([1.0] * 4) is None
    assert read([1.0] * 2) == [1, 1]
