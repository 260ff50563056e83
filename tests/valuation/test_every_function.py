"""What every function of the catalogue must do, tried on the examples in its own docstring."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reasons import number_of, same
from samples import samples
from valuation.catalogue import CATALOGUE, Entry
from valuation.kernel.errors import BLANK, CELL_ERRORS, OUT_OF_RANGE, NotANumberError, RangeError, ShapeError

BAD = CELL_ERRORS["#REF!"]
REF = number_of(BAD)


def complete(entry: Entry, sample: dict[str, Any]) -> dict[str, Any]:
    """The sample with its defaults, so that these are put to the test as well."""
    defaults = {p.name: p.default for p in entry.parameters if not p.required and p.default is not None}
    return defaults | sample


def rows_of(entry: Entry, sample: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Three variants of each numeric argument; the parts of a vector change places, so shares still sum to 1."""
    variants = {}
    for parameter in entry.parameters:
        value = sample.get(parameter.name)
        if value is None or not parameter.kind.numeric:
            continue
        if parameter.kind.shape == "number":
            variants[parameter.name] = np.array([value, value * 1.01 + 0.001, value * 0.97])
        else:
            parts = np.atleast_1d(np.asarray(value, float))
            variants[parameter.name] = np.stack([parts, np.roll(parts, 1), parts[::-1]])
    return variants


BROADCASTING = [
    pytest.param(entry, complete(entry, sample), id=f"{entry.name}-{number}")
    for entry in CATALOGUE.values()
    for number, sample in enumerate(samples(entry))
    if entry.result.shape != "table" and rows_of(entry, complete(entry, sample))
]


def answer(entry: Entry, arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the function gives
    """What a single call gives; what it refuses is, among many, out of range in its own place."""
    try:
        return entry.function(**arguments)
    except RangeError:
        return OUT_OF_RANGE


def cells(result: object) -> list[object]:
    return list(np.asarray(result, object).flat)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_function_has_a_sample_call(entry: Entry) -> None:
    assert samples(entry)


@pytest.mark.parametrize(("entry", "sample"), BROADCASTING)
def test_one_case_in_gives_a_plain_python_value_out(entry: Entry, sample: dict[str, Any]) -> None:
    result = entry.function(**sample)
    if entry.result.shape == "vector":
        assert isinstance(result, np.ndarray)
        assert result.ndim == 1
    else:
        assert type(result) is {"number": float, "text": str, "flag": bool}[entry.result.shape]
        assert number_of(result) is None


@pytest.mark.parametrize(("entry", "sample"), BROADCASTING)
def test_the_call_on_arrays_is_the_loop_of_single_calls(entry: Entry, sample: dict[str, Any]) -> None:
    variants = rows_of(entry, sample)
    for varied in [[name] for name in variants] + [list(variants)]:
        batch = entry.function(**sample | {name: variants[name] for name in varied})
        singly = [answer(entry, sample | {name: variants[name][row] for name in varied}) for row in range(3)]
        assert np.shape(batch) == (3, *np.shape(singly[0]))
        for together, alone in zip(batch, singly, strict=True):
            assert all(map(same, cells(together), cells(alone))), f"{varied}: {together} is not {alone}"


@pytest.mark.parametrize(("entry", "sample"), BROADCASTING)
def test_a_text_where_a_number_belongs_is_refused_by_name(entry: Entry, sample: dict[str, Any]) -> None:
    for name in rows_of(entry, sample):
        with pytest.raises(NotANumberError, match=f"^{name}: '1.2x' is not a number"):
            entry.function(**sample | {name: "1.2x"})


# Of these values only the selected one counts; the others may be anything.
PICKED = {("scenario_pick", "values")}


@pytest.mark.parametrize("length", ["as given", "long"])
@pytest.mark.parametrize(("entry", "sample"), BROADCASTING)
def test_only_the_bad_element_is_an_error(entry: Entry, sample: dict[str, Any], length: str) -> None:
    if length == "long":  # numpy takes other ways through long vectors, and some of them drop reasons
        sample = longer(entry, sample)
    clean = cells(entry.function(**sample))
    for name, variants in rows_of(entry, sample).items():
        for place in [()] if variants.ndim == 1 else [(0,), (variants.shape[1] - 1,)]:
            rows = np.stack([variants[0]] * 3)
            rows[(1, *place)] = BAD
            before, spoilt, after = entry.function(**sample | {name: rows})
            assert all(map(same, cells(before), clean))
            assert all(map(same, cells(after), clean))
            alone = entry.function(**sample | {name: rows[1]})
            for outcome in (cells(spoilt), cells(alone)):
                numbers = {number_of(cell) for cell in outcome}
                assert numbers <= {None, REF}, f"{name}: another reason came out"
                assert REF in numbers or (entry.name, name) in PICKED, f"{name}: a number came out"


ABSENT = [
    pytest.param(entry, parameter.name, id=f"{entry.name}-{parameter.name}")
    for entry in CATALOGUE.values()
    for parameter in entry.parameters
    if parameter.kind.shape == "vector" and parameter.kind.blank_is_absent
]


@pytest.mark.parametrize(("entry", "name"), ABSENT)
def test_none_is_a_blank_where_a_blank_has_a_meaning(entry: Entry, name: str) -> None:
    sample = samples(entry)[0]
    size = max(np.size(sample[p.name]) for p in entry.parameters if p.kind.shape == "vector" and p.name in sample)
    values = np.atleast_1d(np.asarray(sample.get(name, [6e6] * size), object)).tolist()
    none, blank = (entry.function(**sample | {name: [each, *values[1:]]}) for each in (None, BLANK))
    if entry.result.shape == "table":
        none, blank = (np.concatenate([np.array(row, object) for row in table]) for table in (none, blank))
    assert all(map(same, cells(none), cells(blank)))


MANY = 3
WITH_SEVERAL_VECTORS = [
    entry
    for entry in CATALOGUE.values()
    if sum(p.kind.shape in ("vector", "texts") and not p.kind.own_length for p in entry.parameters) > 1
]


def one_and_many(entry: Entry, several: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A call with one value in each vector but one, which has three; and the same with three in each vector."""
    sample = samples(entry)[0]
    single, full = dict(sample), dict(sample)
    for parameter in entry.parameters:
        kind = parameter.kind
        if kind.shape not in ("vector", "texts") or kind.own_length or parameter.name not in sample:
            continue
        whole = parameter.name in ("weights", "mix", "probabilities")
        first = 1 / MANY if whole else np.atleast_1d(np.asarray(sample[parameter.name], object))[0]
        full[parameter.name] = [first] * MANY
        single[parameter.name] = full[parameter.name] if parameter.name == several else first
    return single, full


@pytest.mark.parametrize("entry", WITH_SEVERAL_VECTORS, ids=lambda entry: entry.name)
def test_one_value_of_a_vector_is_for_every_part(entry: Entry) -> None:
    if any(p.kind.shape == "dates" for p in entry.parameters) or entry.name == "lookthrough":
        return  # as many parts as dates; the stakes in one company would exceed 100 %
    for parameter in entry.parameters:
        if parameter.name in samples(entry)[0] and parameter.kind.shape in ("vector", "texts"):
            single, full = one_and_many(entry, parameter.name)
            one, each = entry.function(**single), entry.function(**full)
            if entry.result.shape == "table":
                one, each = (np.concatenate([np.array(row, object) for row in table]) for table in (one, each))
            assert all(map(same, cells(one), cells(each))), f"{parameter.name}: {one} is not {each}"


def longer(entry: Entry, sample: dict[str, Any]) -> dict[str, Any]:
    """The sample with its vectors twelve times over; as it was, where that does not fit together."""
    given = [p.name for p in entry.parameters if p.kind.shape == "vector" and p.name in sample]
    vectors = [name for name in given if np.size(sample[name]) > 1]
    tiled = sample | {name: np.tile(np.asarray(sample[name], float), 12) for name in vectors}
    try:
        entry.function(**tiled)
    except (RangeError, ShapeError):  # as many dates as flows
        return sample
    return tiled
