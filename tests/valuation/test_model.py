"""A function with its arguments, and the names of the numbers among them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from valuation.about import steelyard_version
from valuation.intrinsic import dcf_value
from valuation.kernel.broadcast import broadcasts
from valuation.kernel.errors import (
    BLANK,
    CELL_ERRORS,
    CellError,
    ChoiceError,
    MissingError,
    NotANumberError,
    ShapeError,
)
from valuation.kernel.units import Flag, Money, Moneys, Number, Steps
from valuation.numerics.model import Element, Model
from valuation.sotp import sotp_range, sotp_table, sotp_value

# A mutant of model.py that survives: `reshape(-2, …)` in `room`, which numpy reads like -1.

PARTS = {"metrics": [806, 234, 99], "multiples": [2, 2.3, 19]}


@pytest.fixture
def model() -> Model:
    return Model(sotp_value, PARTS)


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("discount", Element("discount")),
        ("multiples[3]", Element("multiples", 2)),
        (" Multiples [ 1 ] ", Element("multiples", 0)),
        ("NET_DEBT", Element("net_debt")),
        ("stakes", Element("stakes")),
        ("stakes[2]", Element("stakes", 1)),
    ],
)
def test_an_element_is_an_argument_or_one_part_of_it(model: Model, text: str, element: Element) -> None:
    assert model.element(text, "vary") == element


def test_the_arguments_have_the_names_of_the_signature(model: Model) -> None:
    assert model.names == ("metrics", "multiples", "stakes", "net_debt", "discount", "gross_discount")


@pytest.mark.parametrize("text", ["discount", "multiples[3]"])
def test_an_element_is_written_as_it_is_read(model: Model, text: str) -> None:
    assert str(model.element(text, "vary")) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("growth", "vary: 'growth' is not an argument of sotp_value, which has metrics, multiples, stakes, net_debt"),
        ("multiples", r"vary: multiples has 3 values: say which, multiples\[1\] to multiples\[3\]"),
        ("multiples[4]", r"vary: multiples has 3 values: there is no multiples\[4\]"),
        ("multiples[0]", r"vary: multiples has 3 values: there is no multiples\[0\]"),
        ("stakes[4]", r"vary: stakes has 3 values: there is no stakes\[4\]"),
        ("net_debt[1]", "vary: net_debt of sotp_value is one number: leave out the brackets"),
        ("multiples[1.5]", r"vary: 'multiples\[1.5\]' names no argument of sotp_value"),
        ("multiples[1", r"vary: 'multiples\[1' names no argument"),
        ("", "vary: '' names no argument"),
    ],
)
def test_a_name_that_fits_nothing_is_refused(model: Model, text: str, message: str) -> None:
    with pytest.raises(ChoiceError, match=f"^{message}"):
        model.element(text, "vary")


def test_what_is_left_out_is_one_number_until_it_is_given() -> None:
    model = Model(sotp_value, {"metrics": [806, 234, 99]})
    assert model.element("multiples", "vary") == Element("multiples")


def test_arguments_are_named_as_people_write_them() -> None:
    model = Model(sotp_value, {" Metrics ": [806, 234], "MULTIPLES": 2, "Net_Debt": 80})
    arguments, _ = model.buffers([], ())
    assert float(model.call(arguments, ())) == 2000
    with pytest.raises(NotANumberError, match=r"^net_debt: 'x' is not a number$"):
        Model(sotp_value, {"Net_Debt ": "x"})


def test_one_name_is_asked_for(model: Model) -> None:
    with pytest.raises(ShapeError, match=r"^vary: must be one name, not a range$"):
        model.element(["discount", "net_debt"], "vary")  # type: ignore[arg-type]


def test_of_two_values_one_must_be_named() -> None:
    with pytest.raises(ChoiceError, match=r"vary: metrics has 2 values: say which, metrics\[1\] to metrics\[2\]"):
        Model(sotp_value, {"metrics": [1, 2]}).element("metrics", "vary")


def test_only_numbers_vary() -> None:
    model = Model(dcf_value, {"cash_flows": [1, 2], "rate": 0.1, "terminal_growth": 0.02})
    with pytest.raises(ChoiceError, match="row_argument: mid_year of dcf_value is not a number"):
        model.element("mid_year", "row_argument")


@pytest.mark.parametrize("method", [sotp_table, sotp_range, steelyard_version])
def test_a_function_gives_one_number(method: Callable[..., object]) -> None:
    with pytest.raises(ChoiceError, match=f"method: {method.__name__} does not return a single number"):
        Model(method, {})


def test_what_is_no_function_or_no_mapping_is_refused() -> None:
    with pytest.raises(ChoiceError, match="method: 'SOTP_VALUE' is not a function"):
        Model("SOTP_VALUE", PARTS)  # type: ignore[arg-type]
    with pytest.raises(ChoiceError, match="arguments: must be a mapping"):
        Model(sotp_value, [PARTS])  # type: ignore[arg-type]
    with pytest.raises(ChoiceError, match="arguments: 'metric' is not an argument of sotp_value"):
        Model(sotp_value, {"metric": 1})
    with pytest.raises(ChoiceError, match="lows: must be a mapping"):
        Model(sotp_value, PARTS).ends([], {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"net_debt": [1, 2]}, "net_debt: is 2: the base case must be a single case"),
        ({"metrics": [[1, 2], [3, 4]]}, "metrics: is 2×2: the base case must be a single case"),
    ],
)
def test_an_analysis_starts_from_one_case(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        Model(sotp_value, PARTS | arguments)


def test_arguments_that_are_no_numbers_are_refused_by_name() -> None:
    with pytest.raises(NotANumberError, match="multiples row 2: 'x' is not a number"):
        Model(sotp_value, PARTS | {"multiples": [1, "x", 3]})


def test_ranges_of_a_row_or_a_column_are_vectors() -> None:
    model = Model(sotp_value, {"metrics": [[806], [234], [99]], "multiples": [[2, 2.3, 19]], "Discount": [[0.5]]})
    arguments, _ = model.buffers([], ())
    assert float(model.call(arguments, ())) == pytest.approx(4031.2 / 2, rel=1e-15)


def test_the_base_of_an_element_is_its_argument_or_its_default(model: Model) -> None:
    bases = {
        text: model.base(model.element(text, "vary"))
        for text in ("multiples[1]", "multiples[3]", "stakes", "stakes[2]", "discount")
    }
    assert bases == {"multiples[1]": 2, "multiples[3]": 19, "stakes": 1, "stakes[2]": 1, "discount": 0}
    assert np.isnan(Model(dcf_value, {}).base(Element("terminal_growth")))
    assert np.isnan(Model(dcf_value, {}).base(Element("rate")))


def test_buffers_hold_the_base_case_until_they_are_filled(model: Model) -> None:
    elements = [Element("multiples", 2), Element("discount"), Element("multiples", 0)]
    arguments, rows = model.buffers(elements, (2, 5))
    assert [row.shape for row in rows] == [(2, 5)] * 3
    np.testing.assert_allclose(model.call(arguments, (2, 5)), np.full((2, 5), 4031.2), rtol=1e-15)
    rows[0][1, 2] = 20
    rows[2][1, 2] = 3
    rows[1][0, 0] = 0.5
    expected = np.full((2, 5), 4031.2)
    expected[1, 2] += 99 + 806
    expected[0, 0] /= 2
    np.testing.assert_allclose(model.call(arguments, (2, 5)), expected, rtol=1e-15)


def test_one_value_for_all_parts_varies_as_one(model: Model) -> None:
    arguments, (row,) = model.buffers([Element("stakes")], (2,))
    row[...] = 1, 0.5
    np.testing.assert_allclose(model.call(arguments, (2,)), [4031.2, 2015.6], rtol=1e-15)


def test_one_value_for_all_parts_may_vary_in_one_part_only(model: Model) -> None:
    arguments, (row,) = model.buffers([model.element("stakes[3]", "vary")], (2,))
    row[...] = 1, 0
    np.testing.assert_allclose(model.call(arguments, (2,)), [4031.2, 4031.2 - 1881], rtol=1e-15)


@pytest.mark.parametrize(
    "elements",
    [
        [Element("stakes"), Element("stakes", 1)],
        [Element("stakes", 1), Element("stakes")],
        [Element("discount")] * 2,
        [Element("multiples", 1)] * 2,
    ],
)
def test_an_input_cannot_vary_twice(model: Model, elements: list[Element]) -> None:
    with pytest.raises(
        ChoiceError,
        match=f"^arguments: {elements[0].argument} varies twice: ",
    ):
        model.buffers(elements, (2,))


def test_what_the_function_requires_must_be_there() -> None:
    with pytest.raises(MissingError, match="multiples: is required by sotp_value"):
        Model(sotp_value, {"metrics": [1, 2], "multiples": None}).buffers([], ())


def test_a_result_that_does_not_depend_on_what_varies_fills_the_shape() -> None:
    @broadcasts
    def constant(x: Number, y: Number = 1.0) -> Number:
        return y + 0 * x.sum()

    model = Model(constant, {"x": 1})
    arguments, _ = model.buffers([Element("x")], (3,))
    assert model.call(arguments, (3,)).tolist() == [1, 1, 1]


def test_a_vector_with_a_length_of_its_own_is_not_widened() -> None:
    @broadcasts
    def total(parts: Moneys, steps: Steps = 1.0, debt: Money = 0.0, flag: Flag = False) -> Money:  # noqa: FBT002
        return parts.sum(axis=-1) + steps.sum(axis=-1) - debt * flag

    model = Model(total, {"parts": 5, "steps": [1, 2, 3], "flag": True})
    assert model.element("parts[1]", "vary") == Element("parts", 0)
    with pytest.raises(ChoiceError, match="there is no parts"):
        model.element("parts[2]", "vary")
    arguments, (row,) = model.buffers([Element("parts")], (2,))
    row[...] = 5, 6
    assert model.call(arguments, (2,)).tolist() == [11, 12]


# Ends: low and high of what varies.


def test_ends_have_the_layout_of_the_arguments(model: Model) -> None:
    ends = model.ends(
        {"multiples": [1, None, 10], "net_debt": -50, "stakes[2]": 0.5, "discount": None},
        {"net_debt": 50, "Multiples": [3, BLANK, 25], "stakes[2]": 1},
    )
    assert ends == {
        Element("multiples", 0): (1, 3),
        Element("multiples", 2): (10, 25),
        Element("net_debt"): (-50, 50),
        Element("stakes", 1): (0.5, 1),
    }
    assert [str(element) for element in ends] == ["multiples[1]", "multiples[3]", "net_debt", "stakes[2]"]


def test_one_value_for_all_parts_has_one_end_or_one_a_part(model: Model) -> None:
    assert model.ends({"stakes": 0.5}, {"stakes": [1]}) == {Element("stakes"): (0.5, 1)}
    each = model.ends({"stakes": [0.5, 0.6, 0.7]}, {"stakes": [1, 1, 1]})
    assert each == {Element("stakes", place): (low, 1) for place, low in enumerate([0.5, 0.6, 0.7])}


def test_an_element_with_one_end_only_is_refused(model: Model) -> None:
    with pytest.raises(MissingError, match=r"highs: multiples\[2\] has only one end"):
        model.ends({"multiples": [1, 2, 3]}, {"multiples": [3, None, 25]})
    with pytest.raises(MissingError, match="lows: net_debt has only one end"):
        model.ends({"discount": 0}, {"discount": 0.3, "net_debt": 1})
    with pytest.raises(MissingError, match="highs: net_debt has only one end"):
        model.ends({"net_debt": 1}, {"discount": 0.3})
    with pytest.raises(MissingError, match="lows: discount has only one end"):
        model.ends({}, {"discount": 0.3})


@pytest.mark.parametrize("ends", [{}, {"multiples": [None, None, BLANK]}])
def test_something_must_vary(model: Model, ends: dict[str, Any]) -> None:
    with pytest.raises(MissingError, match="lows: no argument has a low and a high"):
        model.ends(ends, ends)


def test_an_error_among_the_ends_goes_out_as_it_came(model: Model) -> None:
    with pytest.raises(CellError, match=r"highs: multiples\[2\]: #REF! in the input") as raised:
        model.ends({"multiples": [1, 1, 1]}, {"multiples": [1, CELL_ERRORS["#REF!"], 1]})
    assert raised.value.excel == "#REF!"


def test_ends_that_do_not_fit_the_arguments_are_refused(model: Model) -> None:
    with pytest.raises(ShapeError, match="lows: multiples has 2 values, and 3 in the arguments"):
        model.ends({"multiples": [1, 2]}, {"multiples": [1, 2]})
    with pytest.raises(ShapeError, match=r"^lows: net_debt has 3 values, and 1 in the arguments$"):
        model.ends({"net_debt": [1, 2, 3]}, {})
    with pytest.raises(ChoiceError, match="lows: 'growth' is not an argument"):
        model.ends({"growth": 1}, {"growth": 2})
    with pytest.raises(ChoiceError, match=r"lows: multiples\[2\] is given twice"):
        model.ends({"multiples": [1, 2, 3], "multiples[2]": 1}, {})
    with pytest.raises(NotANumberError, match="lows: 'x' is not a number"):
        model.ends({"net_debt": "x"}, {})
