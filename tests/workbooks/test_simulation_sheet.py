"""The Simulation sheet: what it stores is what the core draws, it says when that is stale, and how to draw anew."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

import ironcalc_engine
from addin.binding import bind
from built import Workbook, bundled_workbook, column, place
from libreoffice import Values, at
from valuation.catalogue import entry
from valuation.simulation import simulate
from valuation.sotp import sotp_value
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook
from workbooks.sheets.sensitivity.argument_blocks import MOST

# The parts of 2018, in yuan: phones between Coolpad and Gree, IoT between Haier and Gree; internet is certain.
METRICS: Final = [806e8, 234e8, 99e8]
LOW, BASE, HIGH = [0.5, 1.0], [2.0, 2.3, 19.0], [2.3, 2.3]


def numbers(values: Values, book: LaidBook, reference: str) -> list[float]:
    return [value for value in column(values, book, reference) if isinstance(value, float)]


def drawn(statistic: str) -> list[list[object]]:
    rows: list[list[object]] = simulate(
        sotp_value,
        {"metrics": METRICS, "multiples": BASE},
        {"multiples[1]": LOW[0], "multiples[2]": LOW[1]},
        {"multiples[1]": HIGH[0], "multiples[2]": HIGH[1]},
        statistic=statistic,
    )[1:]
    return rows


def test_stored_draws_are_those_of_the_core(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    quantiles = [value for _, value in drawn("quantiles")[:-2]]
    assert column(values, book, "simulated_sotp_quantiles.value") == pytest.approx(quantiles)
    assert column(values, book, "simulated_sotp_summary.value") == pytest.approx(
        [value for _, value in drawn("summary")]
    )
    assert column(values, book, "simulated_sotp_tail.below") == pytest.approx([row[2] for row in drawn("tail")[:-2]])
    names = ["Phones, multiple", "IoT and lifestyle products, multiple"]
    assert column(values, book, "simulated_sotp_drivers.label") == names
    assert at(values, *place(book, "simulation.above")) == drawn("above:286875000000")[0][1]  # 450 × 6.375 亿


def test_the_mean_is_that_of_the_distributions(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    mean = at(ironcalc_engine.recalculate(path), *place(book, "simulated_sotp_summary.value"))
    by_hand = 806 * (0.5 + 4 * 2 + 2.3) / 6 + 234 * (1 + 4 * 2.3 + 2.3) / 6 + 99 * 19
    assert mean == pytest.approx(1e8 * by_hand, rel=1e-4)


def test_every_bin_of_the_histogram_is_in_one_stretch(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    shares = numbers(values, book, "simulated_sotp_bins.share")
    assert sum(shares) == pytest.approx(1)
    stretches = [
        numbers(values, book, f"simulated_sotp_bins.{name}") for name in ("below", "lower", "middle", "upper", "above")
    ]
    for share, *of_bin in zip(shares, *stretches, strict=True):
        assert sorted(of_bin) == [0, 0, 0, 0, share]
    totals = [sum(stretch) for stretch in stretches]
    widest = max(shares)
    assert totals[0] == pytest.approx(0.1, abs=widest)
    assert totals[-1] == pytest.approx(0.1, abs=widest)
    assert sum(totals[:2]) < 0.5 < sum(totals[:3])  # the median lies in the middle stretch, which is one bin


def test_a_column_of_the_histogram_is_named_by_its_middle(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    starts, ends = numbers(values, book, "simulated_sotp_bins.from"), numbers(values, book, "simulated_sotp_bins.to")
    middles = [f"{(start + end) / 2e9:,.0f}" for start, end in zip(starts, ends, strict=True)]
    assert column(values, book, "simulated_sotp_bins.label") == middles


def test_numbers_of_several_units_stand_beside_their_unit(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    money = "CNY bn"
    units = [money, money, money, None, money, money, "draws", "draws"]  # skewness is a plain number
    assert column(values, book, "simulated_sotp_summary.unit") == units
    assert column(values, book, "simulated_sotp_called.unit") == [money, "×"]
    assert column(values, book, "simulated_sotp_drawn.unit")[:4] == ["draws", None, money, money]


def test_a_probability_close_to_certain_is_not_shown_as_certain(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    sheet, cell = place(book, "simulation.above")
    shown = openpyxl.load_workbook(path, data_only=True)[sheet][cell]
    assert shown.number_format.startswith("#,##0.00%")
    assert 0.99945 < float(shown.value) < 1  # with one decimal it would be 100.0 %


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("coolpad_ps", 0.6),
        ("segments.internet_services.metric", 100e8),
        ("tencent_ps", 20.0),
        ("company.price", 46e9),
        ("fx.USDCNY", 7.0),
    ],
)
def test_other_inputs_make_it_stale_and_the_workbook_says_so(figure: str, value: float, xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    before = ironcalc_engine.recalculate(path)
    after = ironcalc_engine.recalculate(path, {place(book, f"figures.{figure}"): value})
    assert at(before, *place(book, "simulation.current")) is True
    assert at(after, *place(book, "simulation.current")) is False
    assert at(after, *place(book, "checks.warns")) == float(at(before, *place(book, "checks.warns")) or 0) + 1
    title = place(book, "simulated_sotp_title.title")
    assert str(at(before, *title)).endswith(", share of the draws (▲ price: 287)")
    assert str(at(after, *title)).endswith(", to be redrawn: inputs have changed")
    assert at(after, *place(book, "summary.simulation_above")) == "redraw"


def test_results_of_stale_draws_are_struck_through_and_their_inputs_are_not(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    sheet, cell = place(book, "simulation.current")
    condition = f"NOT(${cell[0]}${cell[1:]})"
    struck = [
        str(ranges.sqref)
        for ranges in openpyxl.load_workbook(path)[sheet].conditional_formatting
        for rule in ranges.rules
        if condition in rule.formula and rule.dxf.font.strike
    ]
    (areas,) = (area.split() for area in struck)

    def of(reference: str) -> str:
        return book.addresses[reference].text(sheet, absolute=False)

    kept = {of(f"simulated_sotp_{column}") for column in ("quantiles.label", "uncertain.low", "uncertain.high")}
    results = ("quantiles.value", "quantiles.value_reporting", "tail.below", "drivers.value", "bins.share")
    assert {of("simulation.above"), of("simulated.p50")} | {of(f"simulated_sotp_{name}") for name in results} <= {
        *areas
    }
    assert not kept & {*areas}


@pytest.mark.parametrize("what", ["inputs.draws", "inputs.seed"])
def test_other_draws_make_the_simulation_stale(what: str, xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    after = ironcalc_engine.recalculate(path, {place(book, what): 1000.0})
    assert at(after, *place(book, "simulation.current")) is False


def test_the_selected_scenario_is_not_changed(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    after = ironcalc_engine.recalculate(path, {place(book, "scenarios.selected"): 3.0})
    assert at(after, *place(book, "simulation.current")) is True


def test_the_add_in_draws_the_same_beside_each_table(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    answers = dict(refreshed(path, "simulated_sotp_called", book))
    assert answers.keys() == {"quantiles", "summary", "tail", "drivers", "histogram"}
    for statistic, answer in answers.items():
        assert isinstance(answer, list)
        for spilled, row in zip(answer[1:], drawn(statistic), strict=True):
            assert spilled[: len(row)] == pytest.approx(["" if cell is None else cell for cell in row])


def refreshed(path: Path, called: str, book: LaidBook) -> Iterator[tuple[str, object]]:
    """What the add-in gives for each formula on these arguments, by the statistic that it asks for."""
    first = "Workings!$A$" + place(book, f"{called}.name")[1].removeprefix("A")
    stored = openpyxl.load_workbook(path, data_only=True)
    call = bind(entry("simulate"), lambda code, why: f"{code} {why}")
    for cell in chain.from_iterable(openpyxl.load_workbook(path)["Simulation"].iter_rows()):
        asked = re.fullmatch(r'=IF\(AddinReady,SIMULATE\((.*)\),"–"\)', str(getattr(cell.value, "text", "")))
        if asked and first in asked[1]:
            *given, statistic = asked[1].split(",")
            yield statistic.strip('"'), call(*map(Cells(stored), given), statistic.strip('"'))


class Cells:
    """Arguments as a formula writes them, as the add-in receives them."""

    def __init__(self, stored: openpyxl.Workbook) -> None:
        self._stored = stored

    def __call__(self, text: str) -> object:
        if text.startswith('"'):
            return text.strip('"')
        where, _, cells = text.rpartition("!")
        found = self._stored[where or "Simulation"][cells.replace("$", "")]
        return [[cell.value for cell in row] for row in found] if isinstance(found, tuple) else found.value


def with_parts(count: int) -> Case:
    """The case of 2018 with so many parts, all like phones."""
    case = bundled("xiaomi_2018")
    assert case.segments
    phones = case.segments.parts[0]
    parts = tuple(phones.model_copy(update={"name": f"Part {number}"}) for number in range(count))
    return case.model_copy(update={"segments": case.segments.model_copy(update={"parts": parts})})


def test_more_parts_than_fit_beside_each_other_are_drawn_all_the_same() -> None:
    book, _ = workbook_bytes(with_parts(MOST + 1))
    page = next(page for page in book.sheets if page.sheet.id == "simulation")
    last = book.addresses["simulated_sotp_drivers.label"]
    assert last.count == MOST + 1
    first = book.addresses["simulated_sotp_quantiles.value"].row - 1
    assert not any(cell.spills for cell in page.cells if first <= cell.row < last.row + last.count)


def test_without_a_spread_all_draws_are_the_value() -> None:
    case = bundled("xiaomi_2018")
    figures = {
        name: figure.model_copy(update={"value": 2.0})
        if name in ("coolpad_ps", "gree_ps", "haier_ps", "segments.phones.base")
        else figure
        for name, figure in case.figures.items()
    }
    book, _ = workbook_bytes(case.model_copy(update={"figures": figures}))
    cells = {(page.sheet.name, f"{letters(c.column)}{c.row}"): c.content for page in book.sheets for c in page.cells}
    value = 1e8 * (806 * 2 + 234 * 2 + 99 * 19)
    assert [cells[place(book, "simulated_sotp_quantiles.value", n)] for n in range(9)] == pytest.approx([value] * 9)
    assert [cells[place(book, "simulated_sotp_drivers.value", n)] for n in range(2)] == ["–", "–"]
    assert [cells[place(book, "simulated_sotp_bins.share", n)] for n in range(20)] == [1, *[0] * 19]


def test_the_histogram_marks_the_bin_of_the_price() -> None:
    book, _ = bundled_workbook("pike_2014")
    page = next(page for page in book.sheets if page.sheet.id == "simulation")
    cells = {(cell.row, cell.column): cell.content for cell in page.cells}

    def shown(name: str) -> list[Any]:
        column = book.addresses[f"simulated_ev_ebitda_2015e_bins.{name}"]
        return [cells[column.at(n).row, column.column] for n in range(column.count)]

    lows, highs, axis = shown("from"), shown("to"), shown("axis")
    assert axis.count("▲") == 1
    at = axis.index("▲")
    assert lows[at] <= 542e6 < highs[at]  # the enterprise value at the market: 324 + 218 million
