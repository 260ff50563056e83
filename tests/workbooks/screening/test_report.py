"""The example of the documentation from end to end, its report for people and its table in a database."""

import re
import shutil
import sqlite3
import zipfile
from html import unescape
from pathlib import Path
from typing import Final

import openpyxl
import polars as pl
import pytest

from valuation.multiples import peer_multiple
from workbooks.screening.database import DatabaseError, write_database
from workbooks.screening.local import Local
from workbooks.screening.report import ENDS, file_of, link_of, write_report
from workbooks.screening.running import screen

EXAMPLE: Final = Path(__file__).parents[3] / "docs" / "screening"
PAGE: Final = EXAMPLE.with_name("screening.md")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forbes")
    for name in ("forbes_2004.csv", "forbes_2004.toml"):
        shutil.copy(EXAMPLE / name, folder)
    screen(folder / "forbes_2004.toml", folder / "values.parquet", Local(1))
    return folder


@pytest.fixture(scope="module")
def values(example: Path) -> pl.DataFrame:
    return pl.read_parquet(example / "values.parquet")


def test_the_page_says_what_comes_out(values: pl.DataFrame) -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    microsoft = values.row(by_predicate=pl.col("name") == "Microsoft", named=True)
    assert values.height == 2000
    assert f"Microsoft is worth {microsoft['P/E base'] / 1e9:.0f} billion" in page
    assert f"{-microsoft['P/E upside']:.0%} less than its price".replace("%", " %") in page
    assert f"in {microsoft['P/E probability of upside']:.0%} of the draws".replace("%", " %") in page
    reasons = values["P/E reason"].value_counts()
    counts = dict(zip(reasons["P/E reason"], reasons["count"], strict=True))
    assert counts["n.m.: profits is zero or negative"] == 290
    assert counts["profits is blank"] == 5


def test_a_figure_of_the_example_by_hand(values: pl.DataFrame) -> None:
    table = pl.read_csv(EXAMPLE / "forbes_2004.csv")
    software = table.filter((pl.col("industry") == "Software & services") & (pl.col("profits") > 0))
    multiples = (software["market_value"] / software["profits"]).to_numpy()
    microsoft = values.row(by_predicate=pl.col("name") == "Microsoft", named=True)
    profits = table.row(by_predicate=pl.col("name") == "Microsoft", named=True)["profits"]
    assert microsoft["P/E base"] == pytest.approx(peer_multiple(multiples) * profits * 1e9, rel=1e-12)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_has_the_ends_of_each_group(language: str, example: Path, values: pl.DataFrame) -> None:
    out = example / f"values_{language}.xlsx"
    write_report(example / "forbes_2004.toml", example / "values.parquet", out, language)
    book = openpyxl.load_workbook(out)
    names = {"en": ["Screen", "Groups", "Distribution", "No value"], "zh": ["筛选", "分组", "分布", "无估值"]}
    assert book.sheetnames == names[language]
    sheet = book.worksheets[1]
    companies = {str(cell.value): cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    upside = pl.concat_list([f"{name} upside" for name in ("P/E", "P/S", "P/S, nearest", "Price to assets")])
    ranked = values.with_columns(upside=upside.list.drop_nulls().list.median())
    banks = ranked.filter(pl.col("group industry") == "Banking").sort("upside", descending=True)["name"]
    for company in (*banks.head(ENDS), *banks.tail(ENDS)):
        assert companies[company] == link_of(company)
    assert banks[ENDS + 1] not in companies
    failed = {str(cell) for row in book.worksheets[3].iter_rows(values_only=True) for cell in row}
    assert "n.m.: profits is zero or negative" in failed
    with zipfile.ZipFile(out) as package:
        chart = package.read("xl/charts/chart1.xml").decode()
    legend = re.findall(r"<tx><strRef><f>[^<]*</f><strCache><ptCount[^>]*/><pt idx=\"0\"><v>([^<]*)</v>", chart)
    first = {"en": ["P/E", "P/S"], "zh": ["市盈率", "市销率"]}[language]
    assert [unescape(name) for name in legend] == [*first, "P/S, nearest", "Price to assets"]


def test_a_report_is_the_same_bytes_again(example: Path) -> None:
    files = [example / "one.xlsx", example / "two.xlsx"]
    for file in files:
        write_report(example / "forbes_2004.toml", example / "values.parquet", file)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("company", "file"),
    [("Acme", "Acme"), ("A/B: C?", "A_B_ C_"), ("..", "_"), ("小米 1810.HK", "小米 1810.HK"), ("C:\\x", "C__x")],
)
def test_a_companys_file_is_a_file_of_that_folder(company: str, file: str) -> None:
    assert file_of(company) == file
    assert link_of(company).startswith("companies/")


def test_results_in_a_database_take_the_place_of_older_ones(example: Path, values: pl.DataFrame) -> None:
    base = example / "values.db"
    for _ in range(2):
        assert write_database(example / "values.parquet", f"sqlite:///{base}", "screen") == 2000
    connection = sqlite3.connect(base)
    rows = connection.execute('SELECT name, "P/E base", "P/E reason" FROM screen').fetchall()
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert rows == values.select("name", "P/E base", "P/E reason").rows()
    assert tables == [("screen",)]


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/x.db", "nonsense", "oracle9i://x"])
def test_a_database_that_is_not_there_is_an_error_of_one_line(url: str, example: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        write_database(example / "values.parquet", url, "screen")
    assert str(caught.value).count("\n") == 0
