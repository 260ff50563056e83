"""One company of a screen as a case of its own: the same values as in the screen."""

import shutil
from pathlib import Path
from typing import Final

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from addin.commands.app import app
from universe_tables import DCF, MULTIPLES, row, screened, universe
from workbooks.case.reading import load
from workbooks.results import values
from workbooks.screening.company_case import write_company_case
from workbooks.screening.local import Local
from workbooks.screening.report import link_of
from workbooks.screening.running import screen
from workbooks.screening.spec import SpecError

EXAMPLE: Final = Path(__file__).parents[3] / "docs" / "screening"
SPEC: Final = EXAMPLE / "forbes_2004.toml"


def test_the_case_has_the_figures_of_the_row(tmp_path: Path) -> None:
    case = load(write_company_case(SPEC, "Microsoft", tmp_path).path)
    assert case.company.name == "Microsoft"
    assert {9.8e9 > figure.value > 8.8e9 for name, figure in case.figures.items() if "profits" in name} == {True}


def test_the_workbook_has_the_values_of_the_screen(tmp_path: Path) -> None:
    for name in ("forbes_2004.csv", "forbes_2004.toml"):
        shutil.copy(EXAMPLE / name, tmp_path)
    spec = tmp_path / "forbes_2004.toml"
    screen(spec, tmp_path / "values.parquet", Local(1))
    found = pl.read_parquet(tmp_path / "values.parquet").row(by_predicate=pl.col("name") == "Microsoft", named=True)
    out = tmp_path / "companies" / "Microsoft.xlsx"
    done = CliRunner().invoke(app, ["build", "--from", str(spec), "--company", "Microsoft", "-o", str(out)])
    assert done.exit_code == 0, done.output
    rows = openpyxl.load_workbook(out, data_only=True)["Summary"].iter_rows(values_only=True)
    values = {cell for row in rows for cell in row if isinstance(cell, (int, float))}
    for method in ("P/E", "P/S", "Price to assets"):
        for end in ("low", "base", "high"):
            assert any(value == pytest.approx(found[f"{method} {end}"], rel=1e-9) for value in values)


@pytest.mark.parametrize("arguments", ["years = 5", "", "years = 8\nmid_year = false", "mid_year = true"])
def test_a_dcf_has_the_value_of_the_screen(arguments: str, tmp_path: Path) -> None:
    table = universe(3).with_columns(currency=pl.lit("EUR"))
    spec = MULTIPLES.split("[groups")[0].replace('name = "name"\n', 'name = "name"\ncurrency = "currency"\n') + DCF
    spec = spec.replace('group = "industry"\n', "").replace("years = 5", arguments)
    found = row(screened(tmp_path, table, spec), "C00001")
    case = write_company_case(tmp_path / "spec.toml", "C00001", tmp_path)
    assert case.left_out == ()
    assert values(load(case.path))["methods"][0]["equity"]["base"] == pytest.approx(found["DCF base"], rel=1e-9)


def test_a_company_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="has no company 'Acme' in column 'name'"):
        write_company_case(SPEC, "Acme", tmp_path)
    done = CliRunner().invoke(app, ["build", "--company", "Acme", "-o", str(tmp_path / "x.xlsx")])
    assert done.exit_code == 2
    assert "takes --from SPEC and --company ID" in done.stderr
    done = CliRunner().invoke(app, ["build", "-o", str(tmp_path / "x.xlsx")])
    assert done.exit_code == 2
    done = CliRunner().invoke(app, ["build", "--from", str(SPEC), "--company", "Acme", "-o", str(tmp_path / "x.xlsm")])
    assert done.exit_code == 2
    assert "has no macros" in done.stderr


def test_links_of_the_report_name_the_files() -> None:
    assert link_of("Microsoft") == "companies/Microsoft.xlsx"
    assert link_of("A/B: c") == "companies/A_B_%20c.xlsx"
