"""Formulas split at their references say the same as formulas read word by word, and copies have one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.audit.columns import Columns
from workbooks.audit.reading import Box
from workbooks.audit.shapes import Area, Shapes
from workbooks.audit.words import Reference, words
from workbooks.recalculation.stored_cells import shifted
from workbooks.recalculation.worksheet import Place

TITLES = {name.casefold(): name for name in ("Inputs", "My A1 sheet", "It's", "Q1", "数据")}
AT = (20, 8)

cells = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "$"]),
    st.sampled_from(["A", "H", "Z", "AB", "XFD", "XFE", "a"]),
    st.sampled_from(["", "$"]),
    st.sampled_from([1, 7, 20, 1048576, 1048577, "01", 0]),
)
sheets = st.sampled_from(
    ["", "", "Inputs!", "inputs!", "'My A1 sheet'!", "'It''s'!", "Q1!", "数据!", "Gone!", "[1]Q1!"]
)
references = st.one_of(
    st.builds("{}{}".format, sheets, cells),
    st.builds("{}{}:{}".format, sheets, cells, cells),
    st.sampled_from(["A:C", "$B:$B", "Inputs!C:A", "3:5", "$3:$3", "Q1:Inputs!B2", "A1:INDEX(B1:B9,2)"]),
)
others = st.one_of(
    st.sampled_from(["1", "1.5", "1e5", '"A1"', '"a ""B2"" c"', "Name", "Sales_A1", "LOG10(A1)", "TRUE", "{1,2;3,4}"]),
    st.sampled_from(["#REF!", "#N/A", "T[#All]", "'It''s'!name", " A1 ", "R1C1", "A1#", "x.B2", "sum(b2:b3)"]),
    st.just("_xlfn.XLOOKUP(A1,B1:B9,C1:C9)"),
)
formulas = st.lists(st.one_of(references, others), min_size=1, max_size=6).flatmap(
    lambda parts: st.lists(
        st.sampled_from(["+", "*", ",", "&", "<=", " ", ":", "-("]), min_size=len(parts), max_size=len(parts)
    ).map(lambda signs: "".join(part + sign for part, sign in zip(parts, signs, strict=True))[:-1])
)


def area(to: Reference) -> Area | None:
    """The cells of a reference, found without the code under test."""
    title = TITLES.get(to.sheet.casefold()) if to.sheet else "Here"
    rows = sorted((to.first.row, to.last.row))
    columns = sorted((to.first.column, to.last.column))
    return Area(title, Box(rows[0], columns[0], rows[1], columns[1])) if title else None


@given(st.lists(formulas, min_size=1, max_size=5))
def test_split_formulas_refer_to_what_their_words_refer_to(texts: list[str]) -> None:
    shapes = Shapes(TITLES)
    for text in texts:
        form, areas = shapes.read(text, AT, "Here")
        expected = words(text)
        assert areas == tuple(area(word.to) for word in expected if word.to)
        assert [word.kind for word in form.shape.words] == [word.kind for word in expected]
        plain = [
            (mine.text, theirs.text) for mine, theirs in zip(form.shape.words, expected, strict=True) if not mine.to
        ]
        assert all(mine == theirs for mine, theirs in plain)
        assert len(form.distances) == len(areas)


@given(
    st.lists(st.builds("{}{}".format, sheets, st.sampled_from(["C5", "$C5", "C$5", "$C$5", "B2:C$9"])), min_size=1),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_copies_have_one_form(parts: list[str], by: Place) -> None:
    text = "+".join(parts).replace("[1]", "")  # what stands in another workbook is no reference
    shapes = Shapes(TITLES)
    copy = shifted(text, *by)
    first = shapes.read(text, AT, "Here").form
    second = shapes.read(copy, (AT[0] + by[0], AT[1] + by[1]), "Here").form
    assert first == second
    assert first.in_words() == second.in_words()


@pytest.mark.parametrize(("one", "other"), [("B2", "B3"), ("$B$2", "B2"), ("B2:B4", "B2:B5"), ("B2+1", "B2+2")])
def test_what_is_no_copy_has_another_form(one: str, other: str) -> None:
    shapes = Shapes(TITLES)
    assert shapes.read(one, AT, "Here").form != shapes.read(other, AT, "Here").form


places = st.tuples(st.integers(1, 9), st.integers(1, 9))
boxes = st.builds(
    lambda one, other: Box(*map(min, one, other), *map(max, one, other)),
    places,
    places,
)


@given(st.sets(places), st.lists(boxes, max_size=6))
def test_cells_held_by_column_are_those_in_a_box(held: set[Place], areas: list[Box]) -> None:
    columns = Columns(held)
    for each in areas:
        assert columns.within(each) == sorted(at for at in held if each.holds(at))
        assert columns.has(each) == any(each.holds(at) for at in held)
    united = list(columns.within_any(areas))
    assert len(united) == len(set(united))
    assert set(united) == {at for at in held if any(each.holds(at) for each in areas)}
