"""Bodies in, lines out: what each is answered with, however it is malformed."""

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.binding import bind
from addin.office.protocol import Special
from asgi import Client
from bodies import REFUSED, SOTP, batch
from valuation.catalogue import CATALOGUE
from valuation.examples import example

CLIENT: Final = Client()


def test_the_example_of_the_documentation() -> None:
    answer = CLIENT.post(batch(SOTP, ["PER_SHARE", [1, {"e": "#DIV/0!"}]]))
    assert answer.body == b'[0,4031.2]\n[1,{"e":"#DIV/0!","m":"shares: #DIV/0! in the input"}]\n'
    assert answer.headers["content-type"] == "application/x-ndjson"


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.excel_name)
def test_an_example_gives_what_it_gives_in_python(entry: Any) -> None:  # noqa: ANN401 - an entry
    values = [example(entry).get(parameter.name) for parameter in entry.parameters]
    rows = [[value] if isinstance(value, list) and not isinstance(value[0], list) else value for value in values]
    (found,) = CLIENT.calls([entry.excel_name, rows])
    wanted = bind(entry, Special)(*values)
    told = json.loads(json.dumps(wanted, default=lambda day: {"d": day.toordinal() - 693594}))
    assert found == told


def test_dates_arrive_as_dates_and_go_out_as_serial_numbers() -> None:
    dates = [[{"d": 43281}], [{"d": 43646}]]
    (found,) = CLIENT.calls(["FUNDING_TABLE", [dates, [[10], [30]]]])
    assert [row[0] for row in found[1:]] == [{"d": 43281.0}, {"d": 43646.0}]
    (late,) = CLIENT.calls(["FUNDING_TABLE", [[[{"d": 1e9}], [{"d": 43646}]], [[10], [30]]]])
    assert late["e"] == "#NUM!"


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_answered_is_refused(name: str) -> None:
    body, status, code = REFUSED[name]
    answer = CLIENT.post(body)
    assert (answer.status, answer.code) == (status, code)


def test_a_large_number_of_digits_is_a_number_or_refused() -> None:
    answer = CLIENT.post(b'{"v":1,"calls":[["IMPLIED_VALUE",[' + b"9" * 5000 + b",2]]]}")
    assert answer.status in (200, 400, 422)


def test_what_one_call_lacks_is_its_own_answer() -> None:
    found = CLIENT.calls(
        ["NO_SUCH_FUNCTION", []],
        ["__class__", []],
        ["IMPLIED_VALUE", [1, 2, 3, 4]],
        ["IMPLIED_VALUE", [[[1, 2], [3]], 2]],
        ["SIMULATE", ["SOTP_VALUE", [["metrics", 1], ["multiples", 1]], [["metrics", 0]], [["metrics", 2]], 1e9]],
        SOTP,
    )
    assert [answer["e"] for answer in found[:4]] == ["#NAME?", "#NAME?", "#VALUE!", "#VALUE!"]
    assert "draws" in found[4]["m"]
    assert found[5] == 4031.2


def test_a_result_that_is_too_large_is_an_error_in_its_cell() -> None:
    (found,) = CLIENT.calls(["IMPLIED_VALUE", [[[1]] * 1000, [[1] * 1000]]])
    assert found["m"].startswith("1,000,000 results, more than the 250,000 that fit")


@pytest.mark.parametrize(
    ("headers", "status"), [({"content-type": "text/plain"}, 415), ({"content-encoding": "gzip"}, 415)]
)
def test_another_kind_of_body_is_refused(headers: dict[str, str], status: int) -> None:
    assert CLIENT.post(batch(SOTP), headers).status == status


def test_a_full_queue_says_so() -> None:
    answer = Client(limits={"waiting": 1, "calls": 10}).post(batch(SOTP))
    assert answer.status == 200
    full = Client()
    full._app._inner.routes[0].endpoint.__self__._waiting = 64  # type: ignore[attr-defined] # noqa: SLF001
    refused = full.post(batch(SOTP))
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "busy", "1")


def test_calls_past_their_deadline_are_reported() -> None:
    sim = [
        "SIMULATE",
        ["SOTP_VALUE", [["metrics", 1, 2], ["multiples", 1, 2]], [["metrics", 0, 1]], [["metrics", 2, 3]], 1e6],
    ]
    found = Client(limits={"seconds": 0.01}).calls(sim, SOTP)
    assert found[0] == {"e": "#N/A", "m": "no answer within 0.01 s: the server is busy, or the call is very large"}


CELLS: Final = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["e", "m", "d", "x"]), inner, max_size=2)
    ),
    max_leaves=12,
)
CALLS: Final = st.lists(
    st.tuples(st.sampled_from([entry.excel_name for entry in CATALOGUE.values()]) | st.text(max_size=10), CELLS)
    | CELLS,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    st.builds(lambda calls, version: json.dumps({"v": version, "calls": calls}), CALLS, st.sampled_from([1, 1, 1, 2]))
    | st.binary()
)
def test_every_request_gets_an_answer_without_a_server_error(body: bytes | str) -> None:
    answer = CLIENT.post(body)
    assert answer.status in (200, 400, 413, 422)
    if answer.status == 200:
        assert b"NaN" not in answer.body
        assert len(answer.results()) == len(json.loads(body)["calls"])
