"""`steelyard new` and `steelyard peers` in a shell."""

import json
import re
from pathlib import Path

import openpyxl
import pytest

from command import run
from workbooks.case.reading import CaseError, load

EXPORT = "Company,Market cap (USD m),P/E,Growth\nApple,3200,29.1,5\nGree,30,7.2,\nMedian,,18,\n"


def refused(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 2, result.output
    return result.stderr.strip()


def test_an_empty_case_names_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    result = run("new", str(path), "--segments", "Phones,Services", "--peers", "2", "--scenarios", "0")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{path}: ")
    assert 'places to fill in, each a "?"' in result.stdout
    with pytest.raises(CaseError, match=r"\d+ places are not filled in yet") as refused:
        load(path)
    told = dict(refused.value.problems)
    assert told["segments.parts[2].base (Services)"].startswith("is not filled in yet")
    assert told["capital.net_debt"].startswith("is not filled in yet")
    built = run("build", str(path), "-o", str(tmp_path / "model.xlsx"))
    assert built.exit_code == 2
    assert len(built.stderr.splitlines()) < 12
    assert "figures" in built.stderr
    assert not (tmp_path / "model.xlsx").exists()


def test_an_empty_workbook_has_as_many_of_each_as_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsx"
    options = ("--peers", "Gree,Apple", "--segments", "2", "--scenarios", "5", "--rounds", "3", "--users", "--premium")
    assert run("new", str(path), *options, "--company", "Acme plc").exit_code == 0
    book = openpyxl.load_workbook(path)
    assert book["Summary"]["A1"].value == "Acme plc: valuation"
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    for word, count in (("Part", 2), ("Scenario", 5), ("Round", 3)):
        assert f"{word} {count}" in texts
        assert f"{word} {count + 1}" not in texts
    assert {"Peers", "Users", "Premium", "Funding"} <= set(book.sheetnames)
    table = [[cell.value for cell in row] for row in book["Peers"]["B9:K13"]]
    assert table[1] == [
        *("Peer", "Tier", "Included", "Market cap", "Net debt", "Revenue", "Net profit", "EBITDA", "Growth", "Why")
    ]
    assert [row[0] for row in table[2:]] == ["Gree", "Apple", None]
    assert "headings at B10: a row a peer" in book["Peers"]["A6"].value


def test_without_peers_there_is_no_table_of_them(tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsx"
    assert run("new", str(path), "--peers", "0").exit_code == 0
    assert not {"Peers", "Comparables"} & set(openpyxl.load_workbook(path).sheetnames)


def test_chinese_and_another_currency(tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsx"
    assert run("new", str(path), "--lang", "zh", "--currency", "usd").exit_code == 0
    book = openpyxl.load_workbook(path)
    assert "输入" in book.sheetnames
    assert "百万美元" in {cell.value for row in book["输入"].iter_rows() for cell in row}


def test_peers_from_a_table_are_filled_in_and_the_rest_is_told(tmp_path: Path) -> None:
    export, path = tmp_path / "export.csv", tmp_path / "acme.toml"
    export.write_text(EXPORT, encoding="utf-8")
    result = run("new", str(path), "--peers", str(export))
    assert result.exit_code == 0, result.output
    assert "4 figures of 2 peers read" in result.stdout
    assert "export.csv, cell D1: Growth: ambiguous: growth of what?" in result.stdout
    assert 'note = "export.csv, cell B2"' in path.read_text("utf-8")


def filled(path: Path, **texts: str) -> dict[str, float]:
    """Fill in every place of an empty case, by its key or with 100; the equity value of each method."""
    known = {
        "source": "Annual report",
        "publisher": "Press",
        "date": "2026",
        "why": "near",
        "peer": "A",
        "growth": "4%",
        **texts,
    }
    names = iter("ABCDEFGH")
    lines = []
    for line in path.read_text("utf-8").splitlines():
        written = re.sub(r'name = "\?"', lambda _: f'name = "{next(names)}"', line)
        for key, text in known.items():
            written = re.sub(rf'\b{key} = (?:"\?"|{{ value = "\?", unit = "[^"]*" }})', f'{key} = "{text}"', written)
        lines.append(line if line.startswith("#") else written.replace('"?"', "100"))
    path.write_text("\n".join(lines), "utf-8")
    shown = run("value", str(path), "--json")
    assert shown.exit_code == 0, shown.output
    return {each["id"]: each["equity"]["base"] for each in json.loads(shown.stdout)["methods"]}


def test_enterprise_value_and_net_debt_of_an_export_are_used(tmp_path: Path) -> None:
    export, path = tmp_path / "export.csv", tmp_path / "acme.toml"
    export.write_text("Company,Market cap (USD m),EV (USD m),EBITDA (USD m),P/B\nB,2100,2600,380,1.4x\n", "utf-8")
    wanted = ("--peers", str(export), "--currency", "USD", "--segments", "0", "--scenarios", "0")
    result = run("new", str(path), *wanted)
    assert result.exit_code == 0, result.output
    assert "3 figures of 1 peers read" in result.stdout
    assert "pb: not taken over" in result.stdout
    found = filled(path, shares="640m shares", price="0.85 USD per share")
    assert found["EV/EBITDA"] == pytest.approx((100 * 2600 / 380 - 100) * 1e6)


def test_every_method_of_a_filled_case_has_a_value(tmp_path: Path) -> None:
    """What `new` asks for is enough for each multiple that it asks the company's own figure for."""
    path = tmp_path / "acme.toml"
    result = run("new", str(path), "--currency", "AUD", "--peers", "2", "--segments", "2", "--scenarios", "0")
    assert result.exit_code == 0, result.output
    multiples = {"low": "2x", "base": "3x", "high": "4x", "discount": "10%"}
    found = filled(path, shares="640m shares", price="0.85 AUD per share", **multiples)
    # Every amount is 100: the peers' P/S and P/E are 1, their EV/EBITDA is 2; the claims are 100.
    assert found["P/S"] == found["P/E"] == found["EV/EBITDA"] == pytest.approx(100e6)
    assert found["segments"] == pytest.approx((2 * 100 * 3 - 100) * 0.9e6)


def test_a_preview_shows_every_figure_with_its_cell(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    result = run("peers", str(export))
    assert result.exit_code == 0
    assert "3,200 USD m   export.csv, cell B2" in result.stdout
    assert "export.csv, row 4: Median: sums up the others: no peer" in result.stdout
    chosen = run("peers", str(export), "--column", "growth=Growth")
    assert "write % in the heading" in chosen.stdout.lower()


def test_a_problem_of_many_cells_is_reported_once(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("Company,P/E,Revenue\n" + "".join(f"P{n},{n + 1},5\n" for n in range(40)), encoding="utf-8")
    result = run("peers", str(export))
    assert result.stdout.count("is in a currency that is not stated") == 1
    assert "(and 39 more below it)" in result.stdout
    assert "5 USD m" in run("peers", str(export), "--unit", "USD m").stdout


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text("mine", encoding="utf-8")
    assert refused("new", str(path)) == f"{path} already exists: --force replaces it"
    assert path.read_text("utf-8") == "mine"
    assert run("new", str(path), "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("acme.xls",), "expected a name that ends in .toml or .xlsx"),
        (("acme.toml", "--peers", "6000"), "expected a whole number from 0 to 5,000"),
        (("acme.toml", "--peers", "none.csv"), "cannot be read"),
        (("acme.xlsx", "--peers", "201"), "a workbook to fill in has room for 200; a case file has more"),
        (("acme.toml", "--as-of", "yesterday"), "expected a date such as 2026-06-30"),
        (("acme.toml", "--rounds", "1"), "at least two"),
        (("acme.toml", "--figures", "moat"), "moat: no figure of a peer"),
        (("acme.xlsx", "--lang", "fr"), "is not a language of workbooks"),
        (("acme.toml", "--peers", "-3"), "--peers -3: expected a whole number from 0 to 5,000, or names"),
        (("acme.toml", "--segments", "2.5"), "--segments 2.5: expected a whole number"),
        (("acme.toml", "--peers", __file__), "a table of peers has a name that ends in .csv"),
        (("acme.toml", "--currency", "XXX"), "--currency XXX: expected the code of a currency, such as CNY or USD"),
        (("acme.toml", "--like", "comps", "--currency", "XXX"), "--currency XXX: expected the code of a currency"),
        (("acme.xlsx", "--unit", "CNY zillion"), "--unit CNY zillion: expected a unit of CNY, such as 'CNY m'"),
        (("acme.xlsx", "--like", "dcf", "--unit", "USD m"), "--unit USD m: expected a unit of CNY"),
        (("acme.toml", "--reporting", "USD", "--reporting-unit", "EUR m"), "expected a unit of USD, such as 'USD m'"),
        (("acme.toml", "--reporting-unit", "USD m"), "--reporting-unit USD m: give --reporting too, its currency"),
        (("acme.toml", "--like", "dcf", "--segments", "2"), "--segments: has no effect beside --like dcf"),
        (("acme.toml", "--like", "comps", "--peers", "7"), "--peers: has no effect beside --like comps"),
        (("acme.toml", "--like", "nav", "--column", "pe=P/E"), "--column: has no effect beside --like nav"),
    ],
)
def test_options_that_cannot_be_met(words: tuple[str, ...], why: str, tmp_path: Path) -> None:
    name, *options = words
    assert why in refused("new", str(tmp_path / name), *options)
    assert not list(tmp_path.iterdir())


def test_columns_are_chosen_by_figure_and_heading(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    assert "expected FIGURE=HEADING" in refused("peers", str(export), "--column", "Growth")
    assert "has no heading 'Margin'" in refused("peers", str(export), "--column", "growth=Margin")


def test_one_option_supplies_what_a_file_does_not_state(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("Company;P/E 2024;P/E 2025\nApple;1,234;5\n", encoding="utf-8")
    assert "--decimal" in run("peers", str(export)).stdout
    chosen = run("peers", str(export), "--decimal", ",", "--preview").stdout
    assert "pe 2024" in chosen
    assert "1.234×" in chosen
    assert "pe: --column pe='P/E 2024' or --column pe='P/E 2025'" in chosen
    assert "expected . or ," in refused("peers", str(export), "--decimal", "x")
    assert "no encoding of this name" in refused("peers", str(export), "--encoding", "gbkk")
