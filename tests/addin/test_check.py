"""`steelyard check` as a person runs it: formats, status, folder, annotated copy."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from addin.commands.app import app
from public_models import Cells, budget, comparables, discounted, packed, stored


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    cells = comparables()
    cells["Comps", "D7"] = "=B7-C7"
    cells["Comps", "G8"] = "=D8/0"
    path = tmp_path / "faulty.xlsx"
    path.write_bytes(stored(cells))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def test_json_names_rule_severity_cell_reason_and_remedy(faulty: Path) -> None:
    done = run(faulty, "--format", "json")
    assert done.exit_code == 1
    findings = json.loads(done.stdout)["findings"]
    assert {"rule", "severity", "sheet", "cell", "message", "fix"} <= findings[0].keys()
    assert ("error-value", "Comps", "G8") in {(each["rule"], each["sheet"], each["cell"]) for each in findings}


def test_sarif_has_cells_as_logical_locations(faulty: Path) -> None:
    run_of = json.loads(run(faulty, "--format", "sarif").stdout)["runs"][0]
    result = next(each for each in run_of["results"] if each["ruleId"] == "inconsistent-formula")
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "Comps!D7"
    assert run_of["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "inconsistent-formula"
    assert "D7" not in result["partialFingerprints"]["steelyardFinding/v1"]


def test_a_fingerprint_stays_where_rows_are_inserted(tmp_path: Path) -> None:
    prints = []
    for shift in (0, 3):
        cells: Cells = {("Sheet", f"A{shift + 1}"): "Sales", ("Sheet", f"B{shift + 1}"): 2.0}
        data = packed({**cells, ("Sheet", f"C{shift + 1}"): f"=B{shift + 1}*1.37"})
        path = tmp_path / f"{shift}.xlsx"
        path.write_bytes(data)
        findings = json.loads(run(path, "--format", "json").stdout)["findings"]
        prints.append([each["fingerprint"] for each in findings if each["rule"] == "constant-in-formula"])
    assert prints[0] == prints[1] != []


def test_markdown_and_text_name_the_cell(faulty: Path) -> None:
    assert "| error | Comps!G8 | error-value |" in run(faulty, "--format", "markdown").stdout
    assert "error: Comps!G8 [error-value]" in run(faulty).stdout


def test_the_status_is_zero_without_errors(tmp_path: Path) -> None:
    path = tmp_path / "clean.xlsx"
    path.write_bytes(stored(discounted()))
    assert run(path).exit_code == 0


def test_a_rule_is_ignored_and_an_unknown_one_is_named(faulty: Path) -> None:
    assert run(faulty, "--ignore", "error-value").exit_code == 0
    done = run(faulty, "--ignore", "nonsense")
    assert done.exit_code == 2
    assert "nonsense" in done.output


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "text.xlsx"
    path.write_text("no workbook")
    assert run(path).exit_code == 2
    assert run(tmp_path / "missing.xlsx").exit_code == 2
    assert run(tmp_path).exit_code == 2


def test_a_folder_gives_a_table(faulty: Path) -> None:
    (faulty.parent / "budget.xlsx").write_bytes(stored(budget()))
    done = run(faulty.parent)
    assert done.exit_code == 1
    assert "Warnings" in done.stdout
    assert done.stdout.count("budget.xlsx") == 2  # its findings, and its line of the table


def test_an_annotated_copy_leaves_every_other_part_as_it_was(faulty: Path, tmp_path: Path) -> None:
    before, out = faulty.read_bytes(), tmp_path / "annotated.xlsx"
    run(faulty, "--annotate", out)
    assert faulty.read_bytes() == before
    with zipfile.ZipFile(BytesIO(before)) as old, zipfile.ZipFile(out) as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert sorted(changed) == ["[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"]
    page = load_workbook(out)["Findings"]
    rows = {(page.cell(row, 4).value, page.cell(row, 3).value): row for row in range(2, page.max_row + 1)}
    link = page.cell(rows["error-value", "G8"], 3).hyperlink
    assert link is not None
    assert link.location == "Comps!G8"


def test_a_copy_never_replaces_the_file(faulty: Path) -> None:
    before = faulty.read_bytes()
    assert run(faulty, "--annotate", faulty).exit_code == 2
    assert faulty.read_bytes() == before
