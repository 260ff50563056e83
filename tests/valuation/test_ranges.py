"""The range of a kind holds for every argument of every function of the catalogue."""

from typing import Any

import numpy as np
import pytest

from addin.binding import bind
from addin.cells import error_text
from reasons import number_of
from samples import samples
from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.kernel.errors import OUT_OF_RANGE, RangeError, reason
from valuation.kernel.units import Limits


def outside(limits: Limits) -> list[float]:
    """Values a little and far outside the range, of every end that there is."""
    room = 1e-6 + 2 * limits.slack
    below = [] if limits.least == -np.inf else [limits.least - room, limits.least - 1e9]
    above = [] if limits.most == np.inf else [limits.most + room, limits.most + 24]
    return below + above


EVERY = [
    pytest.param(entry, parameter, id=f"{entry.name}-{parameter.name}")
    for entry in CATALOGUE.values()
    for parameter in entry.parameters
    if parameter.kind.numeric
]
LIMITED = [
    pytest.param(entry, parameter, id=f"{entry.name}-{parameter.name}")
    for entry in CATALOGUE.values()
    for parameter in entry.parameters
    if parameter.kind.numeric and parameter.kind.limits is not None
]


def sample_of(entry: Entry) -> dict[str, Any]:
    return next(iter(samples(entry)))


def length_of(entry: Entry, sample: dict[str, Any], parameter: Parameter) -> int:
    if parameter.kind.shape == "number":
        return 1
    sizes = [np.size(sample[p.name]) for p in entry.parameters if p.kind.shape == "vector" and p.name in sample]
    return int(np.size(sample.get(parameter.name, 0.0))) if parameter.name in sample else max(sizes, default=1)


@pytest.mark.parametrize(("entry", "parameter"), LIMITED)
def test_a_value_outside_the_range_is_refused_by_name_and_value(entry: Entry, parameter: Parameter) -> None:
    limits, sample = parameter.kind.limits, sample_of(entry)
    assert limits is not None
    for value in outside(limits):
        given = [value] * length_of(entry, sample, parameter)
        argument = value if parameter.kind.shape == "number" else given
        with pytest.raises(RangeError, match=f"^{parameter.name}") as raised:
            entry.function(**sample | {parameter.name: argument})
        assert limits.text in str(raised.value)
        assert limits.advice in str(raised.value)
        assert f"{value:,.12g}" in str(raised.value)


@pytest.mark.parametrize(("entry", "parameter"), LIMITED)
def test_among_many_cases_only_the_case_concerned_is_an_error(entry: Entry, parameter: Parameter) -> None:
    if entry.result.shape == "table" or any(p.kind.shape == "method" for p in entry.parameters):
        return  # one case at a time
    limits, sample = parameter.kind.limits, sample_of(entry)
    assert limits is not None
    if parameter.name == "exit_multiple":  # in place of the sample's terminal growth
        sample["terminal_growth"] = None
    size = length_of(entry, sample, parameter)
    good = np.broadcast_to(np.asarray(sample.get(parameter.name, parameter.default or 0.0), float), size)
    for value in outside(limits):
        rows = np.stack([good, np.full(size, value), good])
        results = entry.function(**sample | {parameter.name: rows[:, 0] if parameter.kind.shape == "number" else rows})
        bad = next(cell for cell in np.asarray(results[1], object).ravel().tolist() if number_of(cell) is not None)
        assert number_of(bad) == number_of(OUT_OF_RANGE)
        assert (reason(bad) or OUT_OF_RANGE).message.startswith(parameter.name)  # type: ignore[union-attr]


MISFITS = {
    "fraction": ["5亿", "US$3"],
    "×": ["5亿", "US$3", "12%"],
    "count": ["US$3", "12%"],
    "shares": ["US$3", "12%"],
    "years": ["5亿", "US$3", "12%"],
    "months": ["5亿", "US$3", "12%"],
    "exchange rate": ["5亿", "US$3", "12%"],
    "score": ["5亿", "US$3", "12%"],
    "money": ["12%", "5亿股"],
    "money per user": ["12%", "5亿股"],
    "money per share": ["12%", "5亿股"],
}


def cells_of(entry: Entry, sample: dict[str, Any]) -> list[Any]:
    cells = []
    for parameter in entry.parameters:
        value = sample.get(parameter.name)
        if callable(value):
            value = value.__name__.upper()
        if isinstance(value, dict):
            width = max(np.size(each) for each in value.values())
            rows = [[name, *np.atleast_1d(np.asarray(each, object)).tolist()] for name, each in value.items()]
            value = [row + [None] * (width + 1 - len(row)) for row in rows]
        elif isinstance(value, list):
            value = [value] if not isinstance(value[0], list) else value
        cells.append(value)
    return cells


@pytest.mark.parametrize(("entry", "parameter"), EVERY)
def test_a_text_of_another_kind_is_refused_by_name(entry: Entry, parameter: Parameter) -> None:
    place = entry.parameters.index(parameter)
    for wrong in MISFITS.get(parameter.kind.unit, []):
        cells = cells_of(entry, sample_of(entry))
        cells[place] = wrong
        shown = str(bind(entry, error_text)(*cells))
        assert shown.startswith(f"#VALUE! {parameter.name}"), shown
        assert "belongs here" in shown


@pytest.mark.parametrize(("entry", "parameter"), EVERY)
def test_an_empty_cell_is_never_a_default(entry: Entry, parameter: Parameter) -> None:
    if parameter.kind.blank_is_absent:
        return
    cells = cells_of(entry, sample_of(entry))
    cells[entry.parameters.index(parameter)] = [[None]]
    assert str(bind(entry, error_text)(*cells)).startswith(f"#N/A {parameter.name}")


MONEY = ("money", "money per user", "money per share")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_two_currencies_in_one_call_are_refused_with_both_named(entry: Entry) -> None:
    sample = sample_of(entry)
    places = [n for n, p in enumerate(entry.parameters) if p.kind.shape == "number" and p.kind.unit in MONEY]
    if len(places) < 2:
        return
    cells = cells_of(entry, sample)
    cells[places[0]], cells[places[1]] = "USD 100", "CNY 100"
    shown = str(bind(entry, error_text)(*cells))
    assert shown.startswith("#N/A")
    assert "USD" in shown
    assert "CNY" in shown


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (("RECONCILE", "100亿元", "US$100亿"), "#N/A recomputed"),
        (("FORMAT_AMOUNT", "US$5bn", "亿元"), "#N/A value"),
        (("PRESENT_VALUE", 144.0, "5亿", 2.0), "#VALUE! rate"),
        (("EQUITY_FROM_EV", 1500.0, [[None]]), "#N/A net_debt"),
        (("USER_LIFETIME_VALUE", 100.0, 0.8, 0.12, [[None]]), "#N/A years"),
        (("PRICE_TO_VALUE", 450.0, -10.0), "#N/A n.m."),
        (("IMPLIED_DISCOUNT", -4000.0, 3000.0), "#N/A n.m."),
        (("ATTRIBUTED_VALUE", 1600.0, 75.0, -100.0), "#N/A n.m."),
        (("ANNUALIZE", 60.0, -50.0, 120.0), "#N/A n.m."),
        (("PER_SHARE", 1125.0, -250.0), "#NUM! shares"),
        (("ARPU", 100.0, -5.0), "#NUM! users"),
        (("ACQUISITION_COST", 100.0, -5.0), "#NUM! additions"),
        (("REGRESSION_MULTIPLE", [[1.0, 2.0, 3.0]], [[0.1, 0.10000000000000002, 0.1]], 0.2), "#DIV/0!"),
    ],
)
def test_nonsense_is_no_number(formula: tuple[Any, ...], shown: str) -> None:
    name, *cells = formula
    assert str(bind(CATALOGUE[name.lower()], error_text)(*cells)).startswith(shown)


def test_parts_that_cancel_foot_to_nothing() -> None:
    assert bind(CATALOGUE["foots"], error_text)(0.0, [[0.1, 0.2, -0.3]]) is True
    assert bind(CATALOGUE["foots"], error_text)(0.0, [[0.1, 0.2, -0.2]]) is False
