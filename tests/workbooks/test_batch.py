"""Many cases at once: each the workbook that it would be alone, and one summary of all."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addin.commands.app import app
from workbooks.batch import SUMMARY, build_many, cases_in
from workbooks.build import build
from workbooks.case.reading import CaseError

HERE = Path(__file__).parent


def summary(folder: Path) -> list[dict[str, str]]:
    with (folder / SUMMARY).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_each_workbook_has_the_bytes_that_it_has_alone(processes: int, tmp_path: Path) -> None:
    cases = ["xiaomi_2015", "xiaomi_finance_2016"]
    found = list(build_many(cases, tmp_path / "out", processes=processes))
    assert {built.case for built in found} == set(cases)
    for case in cases:
        build(case, tmp_path / "alone.xlsx")
        assert (tmp_path / "out" / f"{case}.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()
    rows = summary(tmp_path / "out")
    assert [row["case"] for row in rows] == cases
    assert all(row["problem"] == "" and int(row["formulas"]) > 100 for row in rows)


@pytest.mark.slow
def test_a_case_that_is_wrong_stops_no_other_one(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "bad.toml").write_text("[company]\n", "utf-8")
    (folder / "good.toml").write_text((HERE / "acme.toml").read_text("utf-8"), "utf-8")
    done = CliRunner().invoke(app, ["build", str(folder), "-o", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "1 of 2 workbooks" in done.stdout
    assert "bad.toml" in done.stderr
    bad, good = summary(tmp_path / "out")
    assert bad["workbook"] == ""
    assert "company" in bad["problem"]
    assert good["workbook"] == "good.xlsx"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["good.xlsx", SUMMARY]


def test_what_cannot_be_several_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="the folder has no case files"):
        cases_in([str(tmp_path)])
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.toml").write_text("", "utf-8")
    with pytest.raises(CaseError, match="would be written to the same workbook as"):
        cases_in([str(tmp_path / "a"), str(tmp_path / "b")])
    done = CliRunner().invoke(app, ["build", "xiaomi_2015", "xiaomi_2018", "-o", str(tmp_path / "one.xlsx")])
    assert done.exit_code == 2
    assert "several cases are written into a folder" in done.stderr
    done = CliRunner().invoke(app, ["build", "xiaomi_2015", "xiaomi_2018", "-o", str(tmp_path / "x"), "--lang", "xx"])
    assert done.exit_code == 2
    assert not (tmp_path / "x").exists()
