"""The examples give the figures that are known of them: from the command, and in the workbook by three engines."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

import ironcalc_engine
from addin.commands.app import app
from built import Workbook, place
from company_cases import EXAMPLES, NAMES, case_of, example, path, valued
from libreoffice import LibreOffice, Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.results import values
from workbooks.sheets.methods import conclusion
from workbooks.sheets.methods import results as cells_of

EXPECTED: Final[dict[str, Any]] = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
EXACT: Final = 1e-9
LANGUAGES: Final = ("en", "zh")

Flat = dict[tuple[str, str, str], float]


def flat(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Flat:
    return {(m, k, e): v for m, kinds in found.items() for k, ends in kinds.items() for e, v in ends.items()}


def in_workbook(values: Values, name: str, built: Workbook) -> Flat:
    """Every result of every method, and of the conclusion, from its cell."""
    case = case_of(example(name))
    found: Flat = {}
    for method, kinds in (cells_of(case) | {"conclusion": conclusion(case)}).items():
        for kind, ends in kinds.items():
            for end, cell in ends._asdict().items():
                value = at(values, *place(built[0], cell)) if cell else None
                if isinstance(value, (int, float)):
                    found[method, kind, end] = value
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Workbook]:
    folder = tmp_path_factory.mktemp("examples")
    made = {}
    for name in NAMES:
        for language in LANGUAGES:
            book, data = workbook_bytes(case_of(example(name)), language)
            file = folder / f"{name}.{language}.xlsx"
            file.write_bytes(data)
            made[name, language] = (book, file)
    return made


def test_every_example_is_expected() -> None:
    assert set(EXPECTED) == {f"{name}_small" for name in NAMES}
    assert all((EXAMPLES / f"{name}.toml").is_file() for name in EXPECTED)


def test_a_case_without_a_method_says_so() -> None:
    told = CliRunner().invoke(app, ["value", "xiaomi_2019"]).stdout
    assert told.startswith("Xiaomi, 2019-06-30: no method values the company. It has [funding] and [holdings], which")
    assert json.loads(CliRunner().invoke(app, ["value", "xiaomi_2019", "--json"]).stdout)["methods"] == []


def test_what_a_method_does_not_have_is_not_said_to_be_nm() -> None:
    lines = CliRunner().invoke(app, ["value", str(path("comps"))]).stdout.splitlines()
    (of_equity,) = [line for line in lines if "P/E" in line]
    assert "–" in of_equity
    assert "n.m." not in of_equity


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_the_figures_that_are_known(name: str) -> None:
    done = CliRunner().invoke(app, ["value", str(path(name)), "--json"])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert list(printed) == ["company", "as_of", "currency", "methods", "conclusion"]
    found = flat({m["id"]: {k: v for k, v in m.items() if k not in {"id", "label"}} for m in printed["methods"]})
    wanted = flat(EXPECTED[f"{name}_small"])
    assert {key: found.get(key) for key in wanted} == pytest.approx(wanted, rel=EXACT, abs=0)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_second_engine_finds_them_in_the_workbook(
    name: str, language: str, built: Mapping[tuple[str, str], Workbook]
) -> None:
    assert_known(ironcalc_engine.recalculate(built[name, language][1]), name, built[name, language])


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_finds_them_in_the_workbook(
    name: str, language: str, built: Mapping[tuple[str, str], Workbook], libreoffice: LibreOffice
) -> None:
    assert_known(libreoffice.recalculate(built[name, language][1]), name, built[name, language])


def assert_known(recalculated: Values, name: str, built: Workbook) -> None:
    assert disagreements(formula_cells(built[1]), recalculated) == []
    found, wanted = in_workbook(recalculated, name, built), flat(EXPECTED[f"{name}_small"])
    assert {key: found.get(key) for key in wanted} == pytest.approx(wanted, rel=EXACT, abs=0)
    assert found == pytest.approx(flat(valued(case_of(example(name)))), rel=EXACT, abs=EXACT)


@pytest.mark.parametrize("name", NAMES)
def test_every_result_is_a_live_formula(name: str, built: Mapping[tuple[str, str], Workbook]) -> None:
    book, file = built[name, "en"]
    case, formulas = case_of(example(name)), formula_cells(file)
    for kinds in (*cells_of(case).values(), conclusion(case)):
        for ends in kinds.values():
            assert all(place(book, cell) in formulas for cell in ends if cell)


def test_the_examples_are_those_of_the_folder(tmp_path: Path) -> None:
    """Changed data is read as the file is: a test that changes nothing gives what the file gives."""
    out = CliRunner().invoke(app, ["build", str(path("comps")), "-o", str(tmp_path / "comps.xlsx")])
    assert out.exit_code == 0, out.output
    assert (tmp_path / "comps.xlsx").stat().st_size > 0


@pytest.mark.parametrize(
    ("name", "sheet", "called"),
    [
        ("sotp", "segments", ("SOTP_VALUE(",)),
        ("comps", "comparables", ("PEER_MULTIPLE(", "IMPLIED_VALUE(")),
        ("comps", "capital", ("EQUITY_FROM_EV(", "PER_SHARE(")),
        ("nav", "segments", ("SOTP_VALUE(",)),
        ("group", "segments", ("SOTP_VALUE(",)),
        ("group", "capital", ("PER_SHARE(",)),
        ("dcf", "dcf", ("WACC(",)),
        ("dcf", "capital", ("DILUTED_PRICE(", "DILUTED_SHARES(")),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_addin_answers_beside_headline_results(
    name: str, sheet: str, called: tuple[str, ...], language: str, built: Mapping[tuple[str, str], Workbook]
) -> None:
    book, file = built[name, language]
    page = next(page for page in book.sheets if page.sheet.id == sheet)
    beside = [text.text for (at_sheet, _), text in formula_cells(file).items() if at_sheet == page.sheet.name]
    assert [function for function in called if not any(f",{function}" in text for text in beside)] == []


def test_the_last_steps_by_functions_agree_with_the_sheet(built: Mapping[tuple[str, str], Workbook]) -> None:
    for name in ("comps", "group", "dcf"):
        book, file = built[name, "en"]
        stored = formula_cells(file)
        own = stored[place(book, "value.per_share_base_conclusion")].value
        assert stored[place(book, "capital.per_share_by_function")].value == pytest.approx(own, rel=1e-12)
    book, file = built["comps", "en"]
    assert formula_cells(file)[place(book, "capital.equity_by_function")].value == pytest.approx(378_190_000, rel=EXACT)


def test_nothing_is_looked_up_in_a_single_cell(built: Mapping[tuple[str, str], Workbook]) -> None:
    """LibreOffice and IronCalc find nothing there, where Excel does."""
    one = re.compile(r"MATCH\([^,()]+,(?:'[^']+'!|\w+!)?\$?[A-Z]{1,3}\$?\d+,")
    found = [text.text for _, file in built.values() for text in formula_cells(file).values() if one.search(text.text)]
    assert found == []


def test_without_shares_the_upside_is_against_the_price_of_the_company() -> None:
    """Its last round was 450 亿 USD, at 6.375 yuan: 2,868.75 亿元. The command gave no upside, the Summary did."""
    found = values(bundled("xiaomi_2018"))
    for method in [*found["methods"], found["conclusion"]]:
        assert method["upside"] == pytest.approx({"base": method["equity"]["base"] / 2868.75e8 - 1}, rel=EXACT)
