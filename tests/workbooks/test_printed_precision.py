"""A published figure is held to the digits that it is printed with: rounded to them, cut off there, or neither."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ironcalc_engine
from company_cases import EXAMPLES, Raw, case_of, problems_of
from company_cases import path as example_path
from libreoffice import LibreOffice, Value
from recalculation import disagreements, formula_cells
from valuation.numerics.rounding import rounded_number
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.printed import step
from workbooks.case.reading import parse
from workbooks.layout.sheet_cells import LaidBook

AGREES, ROUNDED, TRUNCATED, DIFFERS = "agrees", "agrees, rounded", "agrees, truncated", "does not reconcile"

# Published, its unit, as printed, recomputed in that unit, verdict.
LINES: Final = (
    (12.6, "×", "", 12.6, AGREES),
    (12.6, "×", "", 12.55, ROUNDED),
    (12.6, "×", "", 12.65, ROUNDED),
    (12.6, "×", "", 12.5499, DIFFERS),
    (12.6, "×", "", 12.6501, TRUNCATED),
    (12.6, "×", "", 12.6999, TRUNCATED),
    (12.6, "×", "", 12.7, DIFFERS),
    (144.92, "USD m", "", 144.88, DIFFERS),
    (144.92, "USD m", "", 144.9249, ROUNDED),
    (2700.0, "USD m", "", 2725.3, DIFFERS),
    (2700.0, "USD m", "2.7bn", 2725.3, ROUNDED),
    (2700.0, "USD m", "2.70bn", 2725.3, DIFFERS),
    (2700.0, "USD m", "27e2", 2725.3, ROUNDED),
    (7.0, "×", "", 7.4, ROUNDED),
    (7.0, "×", "7.0x", 7.4, DIFFERS),
    (-0.4, "USD bn", "", -0.44, ROUNDED),
    (-0.4, "USD bn", "", -0.46, TRUNCATED),
    (-0.4, "USD bn", "", 0.4, DIFFERS),
    (0.5, "rate", "", 0.504, ROUNDED),
    (0.5, "rate", "", 0.52, DIFFERS),
    (0.5, "rate", "50.0%", 0.504, DIFFERS),
    (3551.0, "亿 CNY", "3,551亿元", 3551.4, ROUNDED),
)  # fmt: skip


def case_of_lines(*lines: tuple[float, str, str, float, str]) -> Case:
    figures: dict[str, Any] = {}
    made: list[Raw] = []
    for n, (published, unit, printed, recomputed, _) in enumerate(lines):
        figures[f"published_{n}"] = {"label": f"Published {n}", "value": published, "unit": unit}
        figures[f"own_{n}"] = {"label": f"Own {n}", "value": recomputed, "unit": unit}
        given = {"printed": printed} if printed else {}
        made.append({"published": f"published_{n}", "method": "implied_value", "arguments": {
            "metric": f"own_{n}", "multiple": 1}, "explanation": "why"} | given)  # fmt: skip
    return case_of(
        {
            "title": "Printed",
            "company": {"name": "N", "as_of": dt.date(2023, 6, 2), "currency": "USD", "unit": "USD m"},
            "fx": {"USDCNY": 7},
            "defaults": {"source": "S", "as_of": "2023"},
            "figures": figures,
            "reconciliation": made,
        }
    )


def verdicts(book: LaidBook) -> list[Value]:
    address = book.addresses["lines.verdict"]
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    found = {cell.row: cell.content for cell in page.cells if cell.column == address.column}
    return [found[address.row + row] for row in range(address.count)]


def test_a_figure_agrees_where_it_rounds_or_is_cut_off_at_its_last_digit() -> None:
    book, _ = workbook_bytes(case_of_lines(*LINES))  # refused unless its formulas give what the core gives
    assert verdicts(book) == [line[-1] for line in LINES]


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_engines_say_the_same(language: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    _, data = workbook_bytes(case_of_lines(*LINES), language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    stored = formula_cells(path)
    assert disagreements(stored, libreoffice.recalculate(path)) == []
    assert disagreements(stored, ironcalc_engine.recalculate(path)) == []


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_what_is_rounded_agrees_and_two_digits_off_does_not(value: float, digits: int) -> None:
    published = rounded_number(value, digits)
    last = step(published, "×", f"{published:.{digits}f}")
    assert last == pytest.approx(10.0**-digits)
    assert abs(published - value) <= last * (0.5 + 1e-6)
    assert abs(published + 2 * last - value) > last


def text_of(value: str) -> str:
    line = (
        '[[reconciliation]]\npublished = "p"\nmethod = "multiple"\n'
        'arguments = { value = "p", metric = "p" }\nexplanation = "why"\n'
    )
    figure = f'[figures]\np = {{ label = "P", value = {value}, unit = "×" }}\n'
    return "\n".join((example_path("sotp").read_text("utf-8"), figure, line))


@pytest.mark.parametrize(
    ("written", "printed"), [("7.00", "7.00"), ("7.0", "7.0"), ("7", ""), ("7.5", ""), ("7.50", "7.50"), ("1e3", "1e3")]
)
def test_the_digits_of_the_file_count(written: str, printed: str) -> None:
    assert parse(text_of(written), "case.toml", EXAMPLES).reconciliation[0].printed == printed


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("2.8bn", "'2.8bn' is not the figure, 2700 USD m: expected the figure as it is printed"),
        ("about", "'about' is not a number"),
        ("2.7bn EUR", "is in another unit than the figure, USD m"),
        ("2.7 years", "is in another unit than the figure, USD m"),
    ],
)
def test_printed_figures_agree(printed: str, told: str) -> None:
    raw = case_of_lines((2700.0, "USD m", "", 2700.0, AGREES)).model_dump(exclude_defaults=True)
    raw["reconciliation"][0]["printed"] = printed
    message = problems_of(raw)
    assert "reconciliation[1].printed" in message
    assert told in message
