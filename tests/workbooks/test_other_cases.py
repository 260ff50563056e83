"""What a case may hold, and what then stands on the sheets."""

from pathlib import Path
from typing import Final

import openpyxl
import pytest

from built import bundled_workbook
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook

CASE: Final = bundled("xiaomi_2018")
NAMES: Final = ("xiaomi_2015", "xiaomi_2018")


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    texts = {
        "segments.phones.metric": "=1+1",
        "segments.iot_and_lifestyle_products.metric": "+cmd|calc",
        "segments.internet_services.metric": "-2",
        "revenue_2017": "@SUM(A1)",
    }
    figures = {
        name: f.model_copy(update={"label": texts[name]}) if name in texts else f for name, f in CASE.figures.items()
    }
    _, data = workbook_bytes(CASE.model_copy(update={"figures": figures}))
    path = tmp_path / "text.xlsx"
    path.write_bytes(data)
    sheet = openpyxl.load_workbook(path)["Inputs"]
    found = {cell.value: cell for row in sheet["A7:A140"] for cell in row if cell.value in texts.values()}
    assert set(found) == set(texts.values())
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found.values())


@pytest.mark.slow
def test_permuting_the_parts_permutes_their_rows_and_nothing_else() -> None:
    case = CASE
    assert case.segments
    parts = case.segments.parts
    turned = case.model_copy(update={"segments": case.segments.model_copy(update={"parts": parts[::-1]})})
    before, after = (frame(workbook_bytes(CASE)[0]), frame(workbook_bytes(turned)[0]))
    rows = [row for row in before if row and row[0] in {part.name for part in parts}]
    assert len(rows) == len(parts)
    for reference in ("segments.equity", "segments.equity_low", "segments.equity_high", "segments.parts_metric"):
        assert content(turned, reference) == content(case, reference)
    named = {row[0]: row[1:] for row in after if row and str(row[-1]).startswith("Revenue 2017, multiple of ")}
    assert sum(row[1:] == named[row[0]] for row in rows) == len(parts)


def frame(book: LaidBook) -> list[list[object]]:
    page = next(page for page in book.sheets if page.sheet.id == "segments")
    rows: dict[int, list[object]] = {}
    for cell in page.cells:
        rows.setdefault(cell.row, []).append(cell.content)
    return list(rows.values())


def content(case: Case, reference: str) -> object:
    book, _ = workbook_bytes(case)
    address = book.addresses[reference]
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    return next(c.content for c in page.cells if (c.row, c.column) == (address.row, address.column))


def test_a_case_without_data_for_a_sheet_leaves_it_out() -> None:
    names = {name: [page.sheet.name for page in bundled_workbook(name)[0].sheets] for name in NAMES}
    assert "Users" not in names["xiaomi_2018"]
    assert "Segments" not in names["xiaomi_2015"]
    without = dict.fromkeys(("segments", "scenarios", "premium", "ownership", "funding", "holdings"))
    case = CASE.model_copy(update=without | {"reconciliation": ()})
    book, _ = workbook_bytes(case)
    assert [page.sheet.name for page in book.sheets] == [
        *("Summary", "Inputs", "Comparables", "Sensitivity", "Simulation", "Workings", "Checks", "Functions", "Log"),
    ]


def test_stakes_net_debt_discount_and_shares_reach_the_bridge() -> None:
    case = CASE
    assert case.segments
    template = case.figures["revenue_2017"]
    added = {
        "stake": ("share", 0.5),
        "debt": ("亿元", 100.0),
        "holding": ("share", 0.1),
        "count": ("亿 shares", 20.0),
    }
    figures = case.figures | {
        name: template.model_copy(update={"unit": unit, "value": number}) for name, (unit, number) in added.items()
    }
    first, *rest = case.segments.parts
    segments = case.segments.model_copy(
        update={
            "parts": (first.model_copy(update={"stake": "stake"}), *rest),
            "net_debt": "debt",
            "discount": "holding",
            "shares": "count",
        }
    )
    case = case.model_copy(update={"figures": figures, "segments": segments})
    # (806 × 2 × 50 % + 538.2 + 1,881 − 100) × 90 % = 2,812.68, over 20 亿 shares: 140.634 yuan.
    assert content(case, "segments.equity") == pytest.approx(2812.68e8)
    assert content(case, "segments.per_share") == pytest.approx(140.634)


def alike(count: int) -> Case:
    """The case with one of its scenarios so many times, each as probable as the others."""
    assert CASE.scenarios
    first, share = CASE.scenarios.cases[0], CASE.figures["segments.phones.metric"].model_copy(update={"unit": "share"})
    figures = {f"p_{n}": share.model_copy(update={"value": 1 / count}) for n in range(count)}
    cases = tuple(first.model_copy(update={"name": f"View {n}", "probability": f"p_{n}"}) for n in range(count))
    scenarios = CASE.scenarios.model_copy(update={"cases": cases, "selected": count})
    return CASE.model_copy(update={"figures": CASE.figures | figures, "scenarios": scenarios})


@pytest.mark.slow
def test_any_number_of_scenarios_may_be_chosen_from(tmp_path: Path) -> None:
    book, data = workbook_bytes(alike(120))
    path = tmp_path / "many.xlsx"
    path.write_bytes(data)
    sheet = openpyxl.load_workbook(path, data_only=True)["Scenarios"]
    chosen = book.addresses["scenarios.selected"]
    where = f"{letters(chosen.column)}{chosen.row}"
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if where in rule.sqref)
    # A list that stands in the rule itself may have 255 characters: Excel calls a file with a longer one broken.
    assert [cell.value for cell in sheet[rule.formula1.replace("$", "")][0]] == [*range(1, 121)]
    assert sheet[where].value == 120


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 10, 120])
def test_scenarios_that_are_alike_are_worth_their_mean(count: int) -> None:
    book, _ = workbook_bytes(alike(count))
    assert status(book, "The weighted value lies between the scenarios") == "OK"


def test_a_part_that_is_alone_is_simulated() -> None:
    """What drives the spread is asked where several numbers are uncertain."""
    assert CASE.segments
    alone = CASE.segments.model_copy(update={"parts": CASE.segments.parts[:1], "group": None})
    case = CASE.model_copy(update={"segments": alone, "reconciliation": ()})
    assert content(case, "simulated_sotp_uncertain.label") == "Phones, multiple"
    lowest = content(case, "simulated_sotp_quantiles.value")
    assert isinstance(lowest, float)
    assert lowest > 0


def test_for_loss_making_parts_the_lowest_multiple_gives_the_highest_value() -> None:
    assert CASE.segments
    lost = {part.metric: CASE.figures[part.metric].model_copy(update={"value": -50}) for part in CASE.segments.parts}
    book, _ = workbook_bytes(CASE.model_copy(update={"figures": CASE.figures | lost, "reconciliation": ()}))
    assert status(book, "Sum of the parts: low ≤ base ≤ high") == "WARN"  # surprising, and no wrong arithmetic


@pytest.mark.slow
def test_a_holding_discount_of_100_percent_leaves_zero() -> None:
    assert CASE.segments
    whole = CASE.figures["segments.phones.metric"].model_copy(update={"unit": "share", "value": 1})
    segments = CASE.segments.model_copy(update={"discount": "whole"})
    case = CASE.model_copy(update={"figures": CASE.figures | {"whole": whole}, "segments": segments})
    assert content(case, "segments.equity_used") == 0
    last = len(segments.parts)  # of the waterfall's bars: the discount
    assert content(case, f"waterfall_end.{last}") == 0


def test_a_waterfall_that_falls_below_zero_has_a_piece_on_either_side() -> None:
    assert CASE.segments
    debt = CASE.figures["segments.phones.metric"].model_copy(update={"value": 5000})
    segments = CASE.segments.model_copy(update={"net_debt": "debt", "discount": "half"})
    half = debt.model_copy(update={"unit": "share", "value": 0.5})
    case = CASE.model_copy(update={"figures": CASE.figures | {"debt": debt, "half": half}, "segments": segments})
    book, _ = workbook_bytes(case)

    # 1,612 + 538.2 + 1,881 = 4,031.2; less 5,000 is −968.8 亿, which a discount does not make better; in billions.
    pieces = {
        "ground": [0, 161.2, 215.02, 0, -96.88, 0],
        "up": [161.2, 53.82, 188.1, 0, 0, 0],
        "up_below": [0, 0, 0, 0, 0, 0],
        "down": [0, 0, 0, 403.12, 0, 0],
        "down_below": [0, 0, 0, -96.88, 0, 0],
        "up_thin": [0] * 6,
        "down_thin": [0] * 6,
        "total": [0, 0, 0, 0, 0, -96.88],
    }
    for name, values in pieces.items():
        assert bars(book, name) == pytest.approx(values, abs=1e-9), name


def bars(book: LaidBook, name: str) -> list[object]:
    """A column of the waterfall."""
    page = next(page for page in book.sheets if page.sheet.id == "workings")
    cells = {(cell.row, cell.column): cell.content for cell in page.cells}
    column = book.addresses[f"waterfall.{name}"]
    return [cells[column.at(n).row, column.column] for n in range(column.count)]


def test_a_bar_that_is_too_thin_for_its_label_has_it_above() -> None:
    book, _ = bundled_workbook("netflix_2018")
    # 59,835 + 136,160 − 111,000 − 7,800; a tenth of the 195,995 at the top is 19,600.
    assert bars(book, "down") == pytest.approx([0, 0, 111_000, 0, 0])
    assert bars(book, "down_thin") == pytest.approx([0, 0, 0, 7_800, 0])
    assert bars(book, "up_thin") == pytest.approx([0] * 5)


@pytest.mark.parametrize(("name", "called"), [("netflix_2018", "Net debt"), ("prosus_2023", "Net cash")])
def test_net_cash_is_called_so(name: str, called: str) -> None:
    assert bars(bundled_workbook(name)[0], "label")[-2:] == [called, "Equity value"]


def status(book: LaidBook, check: str) -> object:
    page = next(page for page in book.sheets if page.sheet.id == "checks")
    row = next(cell.row for cell in page.cells if cell.content == check)
    return next(c.content for c in page.cells if (c.row, c.column) == (row, book.addresses["check_rows.status"].column))
