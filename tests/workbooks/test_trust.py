"""Recalculation is compared with what the file stores, and with a second engine: a wrong value is always reported."""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile_files import packed
from stored_book import Content, F, book
from workbooks.recalculation import second_engine
from workbooks.recalculation.engine import recalculated
from workbooks.recalculation.refusal import EngineError
from workbooks.recalculation.trusted import Recalculated, Trust

LENT: Final[dict[str, Callable[..., Any]]] = {"OURS": lambda *values: sum(v for v in values if isinstance(v, float))}
# A fault that no guard knows: C1 stands in for one, with a value that the engine does not give.
WRONG: Final[dict[str, Content]] = {"A1": 2.0, "B1": F("A1*3", 6.0), "C1": F("B1+1", 8.0), "D1": F("C1*10", 80.0)}


def done(cells: Mapping[str, Content], trust: Trust | None = None, **more: Any) -> Recalculated:  # noqa: ANN401
    return recalculated(book(cells, **more), LENT, trust)


def values(found: Recalculated) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(BytesIO(found.data), data_only=True)["S"]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}


def refusal(cells: Mapping[str, Content], trust: Trust | None = None, **more: Any) -> str:  # noqa: ANN401
    with pytest.raises(EngineError) as caught:
        done(cells, trust, **more)
    return str(caught.value)


def test_a_formula_that_comes_out_otherwise_is_named_with_both_values() -> None:
    lines = refusal(WRONG).splitlines()
    assert lines[:2] == ["S!C1 =B1+1: the file stores 8, the engine gives 7", "and 1 more that rest on these"]
    assert all(option in lines[2] for option in ("--changed", "--keep-stored", "--anew"))


def test_formulas_that_depend_on_a_kept_value_are_computed_from_it() -> None:
    kept = done({**WRONG, "E1": F("D1+C1")}, Trust(keep_stored=True))
    assert values(kept) == {"A1": 2, "B1": 6, "C1": 8, "D1": 80, "E1": 88}
    assert kept.kept == ("S!C1 =B1+1: kept as it was stored",)


def test_a_changed_input_explains_what_rests_on_it() -> None:
    cells: dict[str, Content] = {"A1": 5.0, "A2": 1.0, "B1": F("A1*3", 6.0), "C1": F("B1+1", 7.0), "C2": F("A2+1", 2.0)}
    assert "S!B1 =A1*3: the file stores 6, the engine gives 15" in refusal(cells)
    assert values(done(cells, Trust(edited=("S!A1",)))) == {"A1": 5, "A2": 1, "B1": 15, "C1": 16, "C2": 2}
    assert "S!B1" in refusal(cells, Trust(edited=("S!A2:A9",)))
    assert values(done(cells, Trust(anew=True)))["C1"] == 16


@pytest.mark.parametrize("text", ["A1", "Nowhere!A1", "S!A1+1", "banana", ""])
def test_invalid_cell_references_are_refused(text: str) -> None:
    assert refusal(WRONG, Trust(edited=(text,))).startswith(f"{text!r} are not cells of this workbook")


def test_values_that_depend_on_our_functions_random_numbers_or_missing_values_may_change() -> None:
    cells: dict[str, Content] = {
        "A1": F("OURS(1,2)", "#NAME?"),
        "A2": F("A1+1", "#NAME?"),
        "B1": F("RAND()*0+NOW()*0", 99.0),
        "B2": F("B1+1", 100.0),
        "C1": F("1+1"),
        "C2": F("C1+1", 50.0),
        "D1": F("SUM(A1:C2)", 0.0),
    }
    found = values(done(cells))
    assert [found[at] for at in ("A1", "A2", "B1", "B2", "C1", "C2", "D1")] == [3, 4, 0, 1, 2, 3, 13]


@pytest.mark.parametrize(
    ("stored", "computed"),
    [
        (0.1 + 0.2, "0.3+0"),
        (1 / 3, "1/3"),
        (0.0, "A9+A1-A9-A1"),  # what is left of a cancellation
        (0.130662386, "IRR(B1:B3)"),  # found by trial, to seven digits
        ("", '""'),
        ("text", '"text"'),
        (True, "1=1"),
        ("#DIV/0!", "1/0"),
        ("#N/A", "NA()"),
    ],
)
def test_equal_values_count_as_equal(stored: Any, computed: str) -> None:  # noqa: ANN401
    cells: dict[str, Content] = {"A1": 0.1, "B1": -100.0, "B2": 60.0, "B3": 60.0, "A9": 1e9}
    assert done({**cells, "C1": F(computed, stored)}).formulas == 1


@pytest.mark.parametrize(
    ("stored", "computed"),
    [
        (0.3001, "0.3+0"),
        (1.0, "1=1"),
        ("1", "1+0"),
        (0.0, '""'),
        ("#N/A", '"#N/A"'),
        ("#VALUE!", "1/0"),
        ("Text", '"text"'),
        (1000001.0, "1E6+0"),
    ],
)
def test_differences_are_reported(stored: Any, computed: str) -> None:  # noqa: ANN401
    assert "S!C1" in refusal({"C1": F(computed, stored)})


def test_a_program_that_stores_0_for_every_formula_stored_nothing() -> None:
    cells: dict[str, Content] = {"A1": 2.0, "B1": F("A1*3", 0.0), "B2": F("A1+B1", 0.0)}
    asks = '<calcPr fullCalcOnLoad="1"/>'
    assert values(done(cells, settings=asks))["B2"] == 8
    assert "S!B1" in refusal(cells)
    assert "S!B1" in refusal({**cells, "B3": F("A1", 2.0)}, settings=asks)


def test_a_shared_formula_is_compared_with_the_stored_value_of_its_own_cell() -> None:
    first, copy = ' t="shared" ref="B1:B3" si="0"', ' t="shared" si="0"'
    cells: dict[str, Content] = {
        "A1": 1.0,
        "A2": 2.0,
        "A3": 3.0,
        "B1": F("A1*2", 2.0, first),
        "B2": F("", 4.0, copy),
        "B3": F("", 7.0, copy),
    }
    assert "S!B3 =A1*2: the file stores 7, the engine gives 6" in refusal(cells)
    assert values(done(cells, Trust(keep_stored=True)))["B3"] == 7
    assert values(done(cells, Trust(edited=("S!A3",))))["B3"] == 6
    assert "S!B3" in refusal(cells, Trust(edited=("S!A1:A2",)))  # the copy refers to its own row


def test_an_array_formula_is_compared_with_every_cell_of_its_area() -> None:
    cells: dict[str, Content] = {"A1": 1.0, "A2": 2.0, "B1": F("A1:A2*2", 2.0, ' t="array" ref="B1:B2"')}
    assert "the file stores 5, the engine gives 4" in refusal({**cells, "B2": 5.0})
    assert values(done({**cells, "B2": 4.0}))["B2"] == 4


def test_a_long_formula_is_cut_in_a_message() -> None:
    text = f"SUM({'1,' * 3000}1)"
    assert max(map(len, refusal({"A1": F(text, 5.0)}).splitlines())) <= 320


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"B2": F("ROWS(B1:B9)")}, 9),
        ({"B2": F("ROWS(B1:B9)*2+COLUMNS(A2:C2)")}, 21),
        ({"B2": F("SUM(ROW(B2),COLUMN(B2))")}, 4),
        ({"B2": F("INDEX(A1:A9,ROWS(B$1:B2))"), "A2": 7.0}, 7),
    ],
)
def test_a_cell_may_count_a_range_that_it_stands_in(cells: Mapping[str, Content], value: float) -> None:
    assert values(done(cells))["B2"] == value


@pytest.mark.parametrize(
    "name", ["OURS", "ours", "_xldudf_OURS", "_xldudf_STEELYARD_OURS", "_xll.OURS", "STEELYARD.OURS", "[1]!OURS"]
)
def test_every_spelling_of_a_function_of_ours(name: str) -> None:
    assert values(done({"A1": F(f"{name}(1,,2)+0")}))["A1"] == 3
    assert values(done({"A1": F(f"IFERROR({name}(A2),0)"), "A2": 5.0}))["A1"] == 5


def test_the_workbooks_own_verdict_is_passed_on() -> None:
    cells: dict[str, Content] = {"A1": F('IF(1>2,"OK","FAIL: 1 of the checks fail")')}
    assert done(cells, names={"MasterCheck": "S!$A$1"}).verdict == "FAIL: 1 of the checks fail"
    assert not done(cells).verdict


NUMBERS: Final = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))


@given(NUMBERS, NUMBERS, st.sampled_from(["A1+A2", "A1-A2", "A1*A2", "MAX(A1:A2)", "IF(A1>A2,A1,A2)"]), st.booleans())
def test_whatever_is_stored_comes_out_or_is_named(one: float, other: float, formula: str, right: bool) -> None:  # noqa: FBT001
    """A right stored value passes; a wrong one is named, and with it nothing is written."""
    computed = values(done({"A1": one, "A2": other, "B1": F(formula)}))["B1"]
    stored = computed if right else computed + 1 + abs(computed)
    cells: dict[str, Content] = {"A1": one, "A2": other, "B1": F(formula, float(stored)), "C1": F("B1", float(stored))}
    if right:
        assert values(done(cells))["C1"] == pytest.approx(computed)
    else:
        assert re.match(r"S!B1 =", refusal(cells))


# --- a second engine ------------------------------------------------------------------------------

BOTH: Final = Trust(second_engine=True)


def test_a_second_engine_checks_formulas_without_a_stored_value(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[int, int]]] = []

    def opinion(_book: object, _known: object, cells: list[tuple[str, tuple[int, int]]]) -> dict[Any, float]:
        asked.extend(cells)
        return {cells[0]: 5.0, **dict.fromkeys(cells[1:], 50.0)}

    monkeypatch.setattr(second_engine, "opinion", opinion)
    cells: dict[str, Content] = {"A1": F("1+1", 2.0), "A2": F("A1+2"), "A3": F("A2*10"), "A4": F("OURS(A1)")}
    message = refusal(cells, BOTH)
    assert asked == [("S", (2, 1)), ("S", (3, 1))]
    assert message == "S!A2 =A1+2: one engine gives 4, a second one 5"  # A3 rests on it


def test_the_second_engine_agrees_where_both_are_right() -> None:
    cells: dict[str, Content] = {
        "A1": 4.0,
        "A2": F("SQRT(A1)"),
        "A3": F("OURS(A1,1)"),
        "A4": F("A3*2"),
        "A5": F('A4&" x"'),
        "A6": F("A99"),
    }
    assert values(done(cells, BOTH)) == {"A1": 4, "A2": 2, "A3": 5, "A4": 10, "A5": "10 x", "A6": 0}


def test_the_second_engine_finds_unknown_faults() -> None:
    assert refusal({"A1": F("0.1+0.2=0.3")}, BOTH) == "S!A1 =0.1+0.2=0.3: one engine gives FALSE, a second one TRUE"


def test_what_the_second_engine_does_not_know_is_no_disagreement() -> None:
    assert values(done({"A1": F("AGGREGATE(9,6,A2:A3)"), "A2": 1.0, "A3": 2.0, "B1": F("A1+1")}, BOTH))["B1"] == 4


def test_an_empty_cell_is_blank_for_both_engines() -> None:
    data = book({"A2": F('IF(A1="","blank",1/A1)'), "A3": F("ISBLANK(A1)")})
    cell = b'<row r="1"><c r="A1" t="n"/></row><row r="2">'
    found = recalculated(_changed(data, b'<row r="2">', cell), LENT, BOTH)
    assert values(found) == {"A2": "blank", "A3": True}


def _changed(data: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return packed({name: package.read(name).replace(old, new) for name in package.namelist()})
