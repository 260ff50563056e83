"""`steelyard peers`: figures with their places, and what is not guessed."""

from pathlib import Path

from typer.testing import CliRunner

from addin.cli import app

EXPORT = """公司,代码,总市值(亿元),市盈率(TTM),净利润(万元),备注
格力电器,000651,2500,18.2,2240000,甲
酷派,2369.HK,--,N/A,-120000,乙
"""


def test_every_figure_is_shown_with_its_unit_and_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="gb18030")
    result = CliRunner(env={"COLUMNS": "160"}).invoke(app, ["peers", str(path)])
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["格力电器", "000651", "value", "2,500", "亿元", "export.csv,", "cell", "C2"] in lines
    assert ["pe", "18.2", "×", "export.csv,", "cell", "D2"] in lines
    assert any(line[-2:] == ["cell", "E3"] and "-120,000" in line for line in lines)  # a loss is a figure
    assert "备注" in result.stdout.partition("Not placed")[2]


def test_a_file_that_holds_no_peers_is_said_to() -> None:
    result = CliRunner().invoke(app, ["peers", "nowhere.csv"])
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr
    assert "Traceback" not in result.stderr
