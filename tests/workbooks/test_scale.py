"""Two hundred parts, two thousand peers, thirty scenarios, five hundred lines: still laid out, charted and proved."""

import re
import zipfile
from pathlib import Path
from time import process_time

import numpy as np
import openpyxl
import pytest

import ironcalc_engine
from libreoffice import at
from recalculation import disagreements, formula_cells
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.checks import read
from workbooks.case.lines import Line
from workbooks.case.model import Case, Part, Peer, Scenario
from workbooks.case.reading import bundled
from workbooks.case.shape import frozen
from workbooks.layout.sheet_cells import LaidBook

PARTS, PEERS, SCENARIOS, LINES = 200, 2000, 30, 500
BARS = 13  # of the waterfall: eleven parts, the others, the total


def large(parts: int, peers: int, scenarios: int, lines: int) -> Case:
    """Xiaomi's case of 2018 with as many of each."""
    case = bundled("xiaomi_2018")
    random = np.random.default_rng(20180630)
    pattern = case.figures["revenue_2017"]
    figures = dict(case.figures)

    def figure(name: str, value: float, unit: str) -> str:
        figures[name] = pattern.model_copy(update={"label": name, "value": float(value), "unit": unit, "note": ""})
        return name

    made_peers = [
        Peer.model_validate(
            {
                "name": f"Peer {n}",
                "why": "Sells the same to the same people.",
                "value": figure(f"value_{n}", random.lognormal(5, 1), "亿元"),
                "revenue": figure(f"sales_{n}", random.lognormal(4, 1), "亿元"),
                "net_profit": figure(f"profit_{n}", random.normal(3, 5), "亿元"),  # some lose money
            }
        )
        for n in range(peers)
    ]
    made_parts = [
        Part.model_validate(
            {
                "name": f"Part {n} of the company",
                "metric": figure(f"metric_{n}", random.lognormal(3, 1), "亿元"),
                "metric_name": "Revenue",
                "low": figure(f"low_{n}", 1 + random.random(), "×"),
                "base": figure(f"base_{n}", 2 + random.random(), "×"),
                "high": figure(f"high_{n}", 3 + random.random(), "×"),
                "peer": "a peer",
            }
        )
        for n in range(parts)
    ]
    made_scenarios = [
        Scenario.model_validate(
            {
                "name": f"Scenario {n}",
                "growth": figure(f"growth_{n}", random.random(), "rate"),
                "mix": ("internet_share_2020", "hardware_share_2020"),
                "margins": ("internet_margin_2020", "hardware_margin_2020"),
                "basis": "earnings" if n % 2 else "revenue",
                "multiple": figure(f"multiple_{n}", 5 + 20 * random.random(), "×"),
                "discount_rate": "discount_rate",
                "probability": figure(f"probability_{n}", 1 / scenarios, "share"),
            }
        )
        for n in range(scenarios)
    ]
    made_lines = [
        Line.model_validate(
            {
                "published": figure(f"published_{n}", 2000 + n, "亿元"),
                "method": "implied_value",
                "arguments": {"metric": "revenue_2017", "multiple": f"base_{n % parts}"},
                "explanation": "Off by what the two round differently.",
            }
        )
        for n in range(lines)
    ]
    assert case.comparables
    assert case.segments
    assert case.scenarios
    return case.model_copy(
        update={
            "figures": figures,
            "comparables": case.comparables.model_copy(update={"peers": tuple(made_peers)}),
            "segments": case.segments.model_copy(update={"parts": tuple(made_parts)}),
            "scenarios": case.scenarios.model_copy(update={"cases": tuple(made_scenarios)}),
            "reconciliation": tuple(made_lines),
            "zh": {},
        }
    )


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[LaidBook, Path]:
    book, data = workbook_bytes(large(PARTS, PEERS, SCENARIOS, LINES))  # refused unless every formula is the core's
    path = tmp_path_factory.mktemp("scale") / "large.xlsx"
    path.write_bytes(data)
    return book, path


def test_the_case_is_one_that_a_file_could_hold() -> None:
    case = large(20, 200, 6, 40)
    _, problems = read(frozen(case.model_dump(exclude_none=True, exclude_defaults=True)))
    assert problems == []


@pytest.mark.slow
def test_time_grows_with_the_cells_and_no_faster() -> None:
    seconds = []
    for share in (4, 1):
        case = large(PARTS // share, PEERS // share, SCENARIOS // share, LINES // share)
        started = process_time()
        book, _ = workbook_bytes(case)
        seconds.append((process_time() - started) / sum(len(page.cells) for page in book.sheets))
    # Sensitivity works a swing of every part out over all parts: that alone is more than proportional.
    assert seconds[1] < 2.5 * seconds[0]


@pytest.mark.slow
def test_every_sheet_is_there_and_every_row(workbook: tuple[LaidBook, Path]) -> None:
    book, path = workbook
    for table, count in (("parts", PARTS), ("peers", PEERS), ("scenarios_of", SCENARIOS), ("lines", LINES)):
        name = "published" if table == "lines" else "name"
        assert book.addresses[f"{table}.{name}"].count == count
    sheets = openpyxl.load_workbook(path)
    assert sheets["Comparables"].freeze_panes == "A9"
    assert sheets["Scenarios"].freeze_panes == "C5"  # thirty scenarios side by side: the labels stay in sight


@pytest.mark.slow
def test_charts_stay_readable(workbook: tuple[LaidBook, Path]) -> None:
    book, path = workbook
    labels = book.addresses["waterfall.label"]
    assert labels.count == BARS
    values = ironcalc_engine.recalculate(path)
    shown = [at(values, labels.sheet, f"A{labels.row + n}") for n in range(BARS)]
    assert shown[-2:] == [f"{PARTS - BARS + 2} others", "Equity value"]
    steps = book.addresses["waterfall.step"]
    sizes = [float(str(at(values, labels.sheet, f"{letters(steps.column)}{steps.row + n}"))) for n in range(BARS - 1)]
    gross = book.addresses["segments.gross_used"]
    equity = at(values, gross.sheet, f"{letters(gross.column)}{gross.row}")
    assert sum(sizes) * 1e6 == pytest.approx(equity, rel=1e-9)
    # The bars with a name are the largest parts.
    parts = book.addresses["parts.value_used"]
    all_parts = sorted(
        float(str(at(values, parts.sheet, f"{letters(parts.column)}{parts.row + n}"))) / 1e6 for n in range(PARTS)
    )
    assert sorted(sizes[:-1]) == pytest.approx(all_parts[-len(sizes) + 1 :])


@pytest.mark.slow
def test_ironcalc_recomputes_all_of_it(workbook: tuple[LaidBook, Path]) -> None:
    _, path = workbook
    cells = formula_cells(path)
    assert len(cells) > 20_000
    assert disagreements(cells, ironcalc_engine.recalculate(path)) == []


@pytest.mark.slow
def test_rules_and_formulas_keep_to_excels_limits(workbook: tuple[LaidBook, Path]) -> None:
    _, path = workbook
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            text = package.read(name).decode()
            assert len(re.findall("<dataValidation ", text)) < 50
            areas = [area for found in re.findall('sqref="([^"]*)"', text) for area in found.split()]
            assert len(areas) < 8000
            assert all(len(formula) < 8192 for formula in re.findall("<f[^>]*>([^<]*)</f>", text))
    assert path.stat().st_size < 4 << 20
