"""Declarations become cells with addresses, formulas and the core's values."""

import datetime as dt

import pytest

from built import cell
from valuation.multiples import multiple, peer_multiple
from valuation.sotp import segment_value, sotp_value
from workbooks.address import Address, letters, quoted
from workbooks.build import prove
from workbooks.declarations.calls import Call, Word
from workbooks.declarations.excel_functions import SUM
from workbooks.declarations.expressions import AddinFormula, ref
from workbooks.declarations.sheet import Chart, Column, Field, Fields, Input, Link, Sheet, Table
from workbooks.layout.cell import Cell
from workbooks.layout.references import UnknownReferenceError
from workbooks.layout.sheet_cells import LaidBook, LaidSheet, lay_out
from workbooks.xlsx.writer import write

DATE = dt.date(2026, 1, 2)


def laid(*blocks: Fields | Table | Chart, others: tuple[Sheet, ...] = ()) -> LaidBook:
    book = lay_out([Sheet("one", "One", "One", "What?", blocks), *others], "in CNY")
    prove(book, write(book, "Test", DATE))  # the engine agrees with the core
    return book


PARTS = Table(
    "parts",
    "Parts",
    rows=2,
    columns=(
        Column("name", "Part", cells=["Phones", "IoT"]),
        Column("metric", "Metric", cells=[806.0, 234.0], unit="CNY"),
        Column("multiple", "Multiple", cells=[2.0, 2.3], unit="×", keys=["phones.multiple", "iot.multiple"]),
        Column("value", "Value", Call(segment_value, {"metric": "metric", "multiple": "multiple"}), unit="CNY"),
    ),
)


def test_a_column_of_calls_is_one_formula_a_row_and_one_call_of_the_core() -> None:
    book = laid(PARTS)
    assert cell(book, "parts.value").formula == "B8*C8"
    assert cell(book, "parts.value", 1).formula == "B9*C9"
    assert [cell(book, "parts.value", item).content for item in (0, 1)] == [1612.0, pytest.approx(538.2)]


def test_a_reference_with_a_dot_is_a_field_a_whole_column_or_a_cell_with_a_key() -> None:
    total = Call(sotp_value, {"metrics": "parts.metric", "multiples": "parts.multiple"})
    fields = Fields(
        "Result",
        (
            Field("total", "Total", total, "CNY", addin=True),
            Field("again", "Again", Link("one.total")),
            Field("iot", "IoT", Link("iot.multiple")),
            Field("ready", "Add-in", AddinFormula("FALSE", without=False), name="AddinReady"),
        ),
    )
    book = laid(PARTS, fields)
    assert cell(book, "one.total").formula == "SUMPRODUCT($B$8:$B$9,$C$8:$C$9)"
    assert cell(book, "one.again").formula == "C12"
    assert cell(book, "one.iot").formula == "C9"
    row = book.addresses["one.total"].row
    beside = {c.column: c for c in book.sheets[0].cells if c.row == row}
    assert beside[4].formula == 'IF(AddinReady,SOTP_VALUE($B$8:$B$9,$C$8:$C$9),"")'
    assert (beside[4].content, beside[5].content) == ("", "")


def test_other_sheets_are_named_in_formulas() -> None:
    other = Sheet("two", "Per user", "Two", "What?", (Fields("F", (Field("x", "X", Link("parts.total_key")),)),))
    table = Table("parts", "P", rows=1, columns=(Column("t", "T", cells=[5.0], keys=["parts.total_key"]),))
    book = laid(table, others=(other,))
    assert cell(book, "two.x").formula == "One!A7"
    back = Sheet("three", "Three", "Three", "What?", (Fields("F", (Field("y", "Y", Link("two.x")),)),))
    book = laid(table, others=(other, back))
    assert cell(book, "three.y").formula == "'Per user'!C6"


def test_across_lays_items_side_by_side_and_a_stretch_is_a_vector() -> None:
    table = Table(
        "s",
        "Scenarios",
        across=True,
        rows=2,
        columns=(
            Column("a", "A", cells=[1.0, 2.0]),
            Column("b", "B", cells=[3.0, 4.0]),
            Column("sum", "Sum", SUM(ref("a:b"))),
        ),
    )
    book = laid(table)
    assert [cell(book, "s.sum", item).formula for item in (0, 1)] == ["SUM(C6:C7)", "SUM(D6:D7)"]
    assert [cell(book, "s.sum", item).content for item in (0, 1)] == [4.0, 6.0]


def test_what_has_no_value_reads_n_m_in_the_cell_and_stays_out_of_statistics() -> None:
    table = Table(
        "peers",
        "Peers",
        rows=3,
        columns=(
            Column("value", "Value", cells=[100.0, 50.0, 30.0], unit="CNY"),
            Column("profit", "Profit", cells=[10.0, -5.0, 0.0], unit="CNY"),
            Column("pe", "P/E", Call(multiple, {"value": "value", "metric": "profit"}), unit="×"),
        ),
    )
    median = Field("median", "Median", Call(peer_multiple, {"multiples": "peers.pe", "statistic": Word("median")}), "×")
    book = laid(table, Fields("Statistics", (median,)))
    assert [cell(book, "peers.pe", item).content for item in range(3)] == [10.0, "n.m.", "n.m."]
    assert cell(book, "one.median").content == 10.0


def test_required_cells_guard_a_formula() -> None:
    worth = Call(segment_value, {"metric": "one.loss", "multiple": "one.pe"}, needs=("one.pe",))
    fields = Fields(
        "F",
        (
            Field("pe", "P/E", Call(multiple, {"value": 1.0, "metric": "one.loss"}), "×"),
            Field("loss", "Loss", -1.0),
            Field("worth", "Worth", worth),
        ),
    )
    book = laid(fields)
    assert cell(book, "one.worth").formula == 'IF(ISNUMBER(C6),C7*C6,"n.m.")'
    assert cell(book, "one.worth").content == "n.m."


def test_circles_unknown_names_and_doubles_are_errors() -> None:
    def field(name: str, to: str) -> Field:
        return Field(name, name, Link(to))

    with pytest.raises(ValueError, match=r"circular: one.a → one.b → one.a"):
        laid(Fields("F", (field("a", "one.b"), field("b", "one.a"))))
    with pytest.raises(UnknownReferenceError, match=r"One, F: nothing is called one\.c; did you mean one\.a\?"):
        laid(Fields("F", (field("a", "one.c"),)))
    with pytest.raises(ValueError, match=r"one.a is declared twice"):
        laid(Fields("F", (Field("a", "A", 1.0), Field("a", "A", 2.0))))


def test_choices_are_inputs() -> None:
    book = laid(Fields("F", (Field("pick", "Pick", Input("median", ("mean", "median"))),)))
    assert (cell(book, "one.pick").role, cell(book, "one.pick").choices) == ("input", ("mean", "median"))


@pytest.mark.parametrize(
    ("column", "expected"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_letters(column: int, expected: str) -> None:
    assert letters(column) == expected


def test_addresses_and_quotes() -> None:
    column = Address("Data", 3, 2, 4)
    assert column.text("Data", absolute=True) == "$B$3:$B$6"
    assert column.at(2).text("Other", absolute=False) == "Data!B5"
    assert Address("Data", 3, 2, 4, across=True).text("Data", absolute=False) == "B3:E3"
    assert [quoted(name) for name in ("Data", "Per user", "It's", "分部")] == [
        "Data",
        "'Per user'",
        "'It''s'",
        "'分部'",
    ]


def test_a_result_that_is_no_number_and_not_n_m_is_refused() -> None:
    with pytest.raises(ValueError, match="the denominator is zero"):
        laid(Fields("F", (Field("zero", "Zero", 0.0), Field("a", "A", 1 / ref("one.zero")))))


# --- how a sheet reads ------------------------------------------------------------------------------


def at(page: LaidSheet, row: int, column: int) -> Cell:
    return next(c for c in page.cells if (c.row, c.column) == (row, column))


TOTAL = Call(sotp_value, {"metrics": "parts.metric", "multiples": "parts.multiple"})
READY = Field("ready", "Add-in", AddinFormula("FALSE", without=False), name="AddinReady")


def test_what_the_add_in_gives_stands_under_headings_in_the_bar_and_notes_keep_clear_of_it() -> None:
    (page,) = laid(PARTS, Fields("Result", (Field("total", "Total", TOTAL, "CNY", addin=True), READY))).sheets
    assert [at(page, 11, column).content for column in (1, 4, 5)] == ["Result", "", ""]
    assert [at(page, 11, column).formula for column in (4, 5)] == [
        'IF(AddinReady,"From the add-in","")',
        'IF(AddinReady,"Difference","")',
    ]
    for addin, column in ((True, 6), (False, 4)):
        field = Field("total", "Total", TOTAL, "CNY", addin=addin, note="a note")
        (page,) = laid(PARTS, Fields("Result", (field, READY))).sheets
        assert at(page, 12, column).content == "a note"


def test_only_links_to_other_sheets_are_shown_as_links() -> None:
    other = Sheet("two", "Two", "Two", "What?", (Fields("F", (Field("x", "X", Link("parts.metric[1]"), "CNY"),)),))
    book = laid(PARTS, Fields("F", (Field("x", "X", Link("parts.metric[1]"), "CNY"),)), others=(other,))
    assert (cell(book, "one.x").role, cell(book, "two.x").role) == ("calculation", "link")


def test_only_sheets_that_show_money_say_in_what_it_is() -> None:
    other = Sheet("two", "Two", "Two", "What?", (Fields("F", (Field("x", "X", 2.0, "×"),)),))
    money, none = laid(PARTS, others=(other,)).sheets
    assert at(money, 3, 1).content == "in CNY"
    assert not [c for c in none.cells if c.row == 3]


def test_units_in_a_column_and_names_over_a_table_laid_across_look_like_such() -> None:
    units = Column("unit", "Unit", cells=["亿元", "×"], role="unit")
    down = Table("down", "Down", (Column("name", "Name", cells=["a", "b"]), units), 2)
    names = Column("name", "Case", cells=["low", "high"], role="heading")
    pick = Column("pick", "Pick", cells=[Input("a", ("a", "b")), Input("b", ("a", "b"))])
    across = Table("across", "Across", (names, pick), 2, across=True)
    book = laid(down, across)
    assert cell(book, "down.unit").role == "unit"
    assert cell(book, "across.name").role == "heading"
    assert cell(book, "across.name").right
    assert cell(book, "across.pick").right
    row = book.addresses["across.name"].row
    assert {c.role for c in book.sheets[0].cells if c.row == row} == {"heading"}


def test_a_short_text_among_numbers_stands_to_the_right_and_texts_alone_to_the_left() -> None:
    mixed = Fields("Mixed", (Field("date", "Date", "2026-01-02"), Field("x", "X", 2.0), Field("y", "Y", "long " * 9)))
    texts = Fields("Texts", (Field("who", "Who", "A name"),))
    book = laid(mixed, texts)
    assert [cell(book, f"one.{name}").right for name in ("date", "y", "who")] == [True, False, False]


def test_what_is_printed_reaches_over_charts() -> None:
    levels = Column("level", "Level", cells=[1.0, 2.0])
    bars = Table("bars", "Behind the chart", (Column("label", "Label", cells=["a", "b"]), levels), 2, quiet=True)
    chart = Chart("columns", "Bars", "bars", "CNY", series=("level",))
    page, without = (laid(PARTS, *blocks, bars).sheets[0] for blocks in ((chart,), ()))
    pixels = sum(page.widths.get(column, 8.43) * 7 + 5 for column in range(1, page.last_column + 1))
    ((drawn, _),) = page.charts
    assert pixels == pytest.approx(drawn.width / 2.54 * 96)  # it ends where a column does
    assert page.last_column > without.last_column
    assert page.last_row == without.last_row + chart.rows + 1
    assert max(c.column for c in page.cells if c.role == "section") == page.last_column


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (1e13, "shares", "10,000,000,000,000"),
        (-98_765_432_109_876.0, "shares", "(98,765,432,109,876)"),
        (1e-9, "", "0.000000001"),
        (1e16, "", "10000000000000000"),
    ],
)
def test_a_column_has_room_for_its_longest_number(number: float, unit: str, shown: str) -> None:
    book = laid(Fields("Limits", (Field("limit", "Limit", number, unit), Field("low", "Low", 1.0, unit))))
    (page,) = book.sheets
    assert page.widths[book.addresses["one.limit"].column] > 0.85 * len(shown)  # a comma is narrower
