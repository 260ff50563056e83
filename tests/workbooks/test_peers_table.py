"""A table of peers in a file: what is read, with which unit and place; what is not, and why."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.case.quantity import quantity, whole
from workbooks.peer_import.headings import read_heading
from workbooks.peer_import.reading import read_peers
from workbooks.peer_import.records import Peer, PeersTable, TableError, Wishes

Rows = list[list[Any]]


def from_text(folder: Path, text: str, encoding: str = "utf-8", wishes: Wishes | None = None) -> PeersTable:
    path = folder / "peers.csv"
    path.write_bytes(text.encode(encoding))
    return read_peers(path, wishes)


def from_sheets(
    folder: Path, sheets: dict[str, Rows], formats: dict[str, str] | None = None, wishes: Wishes | None = None
) -> PeersTable:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format
    path = folder / "peers.xlsx"
    book.save(path)
    return read_peers(path, wishes)


def said(peer: Peer) -> dict[str, tuple[float, str]]:
    return {what: (found.value, found.unit) for what, found in peer.figures.items()}


def reasons(table: PeersTable) -> dict[str, str]:
    return {each.text: each.why for each in table.unplaced}


# --- headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "unit", "period"),
    [
        ("Market cap", "value", None, ""),
        ("Market Cap. (US$m)", "value", "USD m", ""),
        ("Mkt cap [USD bn]", "value", "USD bn", ""),
        ("总市值(亿元)", "value", "亿元", ""),
        ("总市值（亿元）", "value", "亿元", ""),
        ("P/E", "pe", None, ""),
        ("P/E (LTM)", "pe", None, "LTM"),
        ("LTM P/E (x)", "pe", "×", "LTM"),
        ("Forward P/E", "pe", None, "FORWARD"),
        ("市盈率(TTM)", "pe", None, "TTM"),
        ("市盈率TTM(倍)", "pe", "×", "TTM"),
        ("PE_TTM", "pe", None, "TTM"),
        ("动态市盈率", "pe", None, "动态"),
        ("净利润(万元)", "net_profit", "万元", ""),
        ("归属于上市公司股东的净利润(万元)", "net_profit", "万元", ""),
        ("Net income 2023A (USD m)", "net_profit", "USD m", "2023A"),
        ("FY24E Revenue, CNY m", "revenue", "CNY m", "FY24E"),
        ("Revenue in USD millions", "revenue", "USD m", ""),
        ("营业收入(2023年报)(亿元)", "revenue", "亿元", "2023年报"),
        ("EV / EBITDA", "ev_ebitda", None, ""),
        ("EV/EBITDA (NTM, x)", "ev_ebitda", "×", "NTM"),
        ("TEV/EBITDA", "ev_ebitda", None, ""),
        ("TEV / LTM EBITDA", "ev_ebitda", None, "LTM"),
        ("P/E Multiple", "pe", None, ""),
        ("PER", "pe", None, ""),
        ("2024 P/E", "pe", None, "2024"),
        ("FY24 P/S", "ps", None, "FY24"),
        ("市盈率PE(TTM)", "pe", None, "TTM"),
        ("市盈率-动态", "pe", None, "动态"),
        ("EBITDA (HK$ mn)", "ebitda", "HKD m", ""),
        ("Revenue growth (%)", "growth", "%", ""),
        ("营业收入同比增长率(%)", "growth", "%", ""),
        ("Price to sales", "ps", None, ""),
        ("Company Name (English)", "name", None, ""),
        ("Company Common Name", "name", None, ""),
        ("Net debt/(net cash)", "net_debt", None, ""),
        ("Net Debt / (Cash) 2025A (EURm)", "net_debt", "EUR m", "2025A"),
        ("净债务/(净现金)（亿元）", "net_debt", "亿元", ""),
        ("证券代码", "ticker", None, ""),
        ("币种", "currency", None, ""),
    ],
)
def test_headings_that_are_understood(text: str, field: str, unit: str | None, period: str) -> None:
    heading = read_heading(text)
    assert (heading.field, heading.period, heading.problem) == (field, period, "")
    if unit in (None, "%", "×"):
        assert heading.unit == unit
    else:
        measure = quantity(unit)
        assert heading.unit
        assert (heading.unit.scale, heading.unit.currency) == (measure.scale, measure.currency)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Profit", "ambiguous: net profit, or another profit?"),
        ("利润(万元)", "ambiguous: net profit, or another profit?"),
        ("Growth", "ambiguous: growth of what?"),
        ("Value (USD m)", "ambiguous: value of the equity, or of the enterprise?"),
        ("流通市值(亿元)", "is not a figure that is read of a peer"),
        ("Price", "is not a figure that is read of a peer"),
        ("Net profit growth (%)", "is not a figure that is read of a peer"),
        ("Net profit (margin)", "'margin' in it is not understood"),
        ("净利润(同比)", "'同比' in it is not understood"),
        ("Revenue (USD m, CNY m)", "it states two units"),
        ("P/E (USD m)", "its unit is not one of this figure"),
        ("Revenue (%)", "its unit is not one of this figure"),
        ("Moat", "not understood"),
        ("Net cash (EUR m)", "not understood"),
        ("Net debt/EBITDA", "not understood"),
    ],
)
def test_ambiguous_headings_are_refused(text: str, why: str) -> None:
    heading = read_heading(text)
    assert (heading.field, heading.problem) == ("", why)


# --- what an export looks like --------------------------------------------------------------------

CHINESE = """\
可比公司估值,,,,,,,
单位：亿元；币种：人民币,,截至2024-06-30,,,,,
,,,,,,,
证券代码,证券简称,总市值,营业收入,净利润(万元),市盈率(TTM),营收增长率(%),流通市值
000651.SZ,格力电器,2100.5,"1,900",2900000,7.2,5.6,2000
600690.SH,海尔智家,2500,2600,1660000,--,-3.1,2400
000000.SZ,新公司,,,"(12,000)",亏损,,
,平均值,2300.25,2250,2280000,7.2,1.25,2200
数据来源：Wind,,,,,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_chinese_export(encoding: str, separator: str, tmp_path: Path) -> None:
    table = from_text(
        tmp_path,
        CHINESE.replace(",", separator).replace(f"1{separator}900", "1,900").replace(f"12{separator}000", "12,000"),
        encoding,
    )
    gree, haier, new = table.peers
    assert (gree.name, gree.ticker) == ("格力电器", "000651.SZ")
    assert said(gree) == {
        "value": (2100.5, "亿元"),
        "revenue": (1900, "亿元"),
        "net_profit": (2900000, "万元"),
        "pe": (7.2, "×"),
        "growth": (0.056, "rate"),
    }
    assert gree.figures["net_profit"].place == "peers.csv, cell E5"
    assert (gree.figures["value"].as_of, gree.figures["pe"].as_of) == ("2024-06-30", "TTM")
    assert "pe" not in haier.figures
    assert haier.figures["growth"].value == -0.031
    assert said(new) == {"net_profit": (-12000, "万元")}
    assert table.publisher == "Wind"
    assert reasons(table) == {
        "流通市值": "is not a figure that is read of a peer",
        "平均值": "sums up the others: no peer",
    }


def test_an_export_to_excel_with_units_under_the_headings(tmp_path: Path) -> None:
    rows: Rows = [
        ["Peers", None],
        [],
        ["Company", "Ticker", "Currency", "Market cap", "Revenue", "Net income", "P/E", "EV/EBITDA", "Revenue growth"],
        [None, None, None, "m", "m", "2023A", "x", "x", "%"],
        ["Apple", "AAPL", "USD", 3_200_000, 383_285, None, 29.1, "22.4x", 5],
        ["Gree", "000651", "CNY", "210,050", 190_000, None, 7.2, "N/A", "-3.1%"],
        ["Total", None, None, 1, 1, None, 1, 1, 1],
    ]
    table = from_sheets(tmp_path, {"Data": rows}, {"I5": "0"})
    apple, gree = table.peers
    assert said(apple) == {
        "value": (3_200_000, "USD m"),
        "revenue": (383_285, "USD m"),
        "pe": (29.1, "×"),
        "ev_ebitda": (22.4, "×"),
        "growth": (0.05, "rate"),
    }
    assert apple.figures["value"].place == "peers.xlsx, sheet Data, cell D5"
    assert said(gree)["value"] == (210_050, "CNY m")
    assert said(gree)["growth"] == (-0.031, "rate")
    assert reasons(table) == {"Total": "sums up the others: no peer"}


def test_what_a_number_format_shows_is_what_counts(tmp_path: Path) -> None:
    rows: Rows = [
        ["Company", "Market cap (USD m)", "总收入(亿元)", "Revenue growth", "P/E"],
        ["Apple", 3.2e12, 806e8, 0.05, 0.291],
    ]
    formats = {"B2": "#,##0.0,,", "C2": r"0\.00,,;\(0\.00,,\)", "D2": "0.0%", "E2": '0"%"'}
    figures = said(from_sheets(tmp_path, {"Data": rows}, formats).peers[0])
    assert figures["value"] == (3_200_000, "USD m")
    assert figures["revenue"] == (806, "亿元")
    assert figures["growth"] == (0.05, "rate")
    assert figures["pe"] == (0.291, "×")  # the sign is a text there


def test_a_fraction_without_a_sign_is_no_growth(tmp_path: Path) -> None:
    table = from_sheets(tmp_path, {"Data": [["Company", "P/E", "Revenue growth"], ["Apple", 20, 0.05]]})
    assert said(table.peers[0]) == {"pe": (20, "×")}
    assert "Write % in the heading" in reasons(table)["0.05"]


def test_several_sheets_are_one_table_unless_they_disagree(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Notes": [["Prepared by the team"]],
        "Values": [["Company", "Market cap (USD m)", "P/E"], ["Apple", 3000, 29], ["Gree", 30, 7]],
        "Accounts": [["Name", "Revenue (USD m)", "PER"], ["apple", 400, 29], ["Gree", 25, 8]],
    }
    table = from_sheets(tmp_path, sheets)
    apple, gree = table.peers
    assert said(apple) == {"value": (3000, "USD m"), "pe": (29, "×"), "revenue": (400, "USD m")}
    assert apple.figures["revenue"].place == "peers.xlsx, sheet Accounts, cell B2"
    assert said(gree) == {"value": (30, "USD m"), "revenue": (25, "USD m")}
    assert {each.place for each in table.unplaced} == {
        "peers.xlsx, sheet Values, cell C3",
        "peers.xlsx, sheet Accounts, cell C3",
    }
    only = from_sheets(tmp_path, sheets, wishes=Wishes(sheet="Values"))
    assert [said(peer)["pe"] for peer in only.peers] == [(29, "×"), (7, "×")]


def test_one_figure_in_two_periods_is_two_columns_of_which_a_case_takes_the_chosen(tmp_path: Path) -> None:
    text = "Company,Revenue 2022 (USD m),Revenue 2023 (USD m),P/E\nApple,394,383,29\n"
    table = from_text(tmp_path, text)
    assert said(table.peers[0]) == {"pe": (29, "×")}
    assert {at: found.value for at, found in table.peers[0].by_period.items()} == {
        ("revenue", "2022"): 394,
        ("revenue", "2023"): 383,
        ("pe", ""): 29,
    }
    assert table.choices == {"revenue": ("Revenue 2022 (USD m)", "Revenue 2023 (USD m)")}
    chosen = from_text(tmp_path, text, wishes=Wishes(columns={"revenue": "Revenue 2023 (USD m)"}))
    assert said(chosen.peers[0])["revenue"] == (383, "USD m")
    assert chosen.peers[0].figures["revenue"].as_of == "2023"
    assert reasons(chosen) == {"Revenue 2022 (USD m)": "'Revenue 2023 (USD m)' holds revenue"}
    growth = Wishes(columns={"growth": "Growth (%)"})
    table = from_text(tmp_path, "Company,Growth (%),P/E\nApple,5,29\n", wishes=growth)
    assert said(table.peers[0])["growth"] == (0.05, "rate")


def test_two_columns_for_one_figure_of_one_period_are_listed_until_one_is_chosen(tmp_path: Path) -> None:
    text = "Company,P/E,PE ratio,P/S\nApple,29,28,7\n"
    table = from_text(tmp_path, text)
    assert said(table.peers[0]) == {"ps": (7, "×")}
    assert reasons(table)["P/E"] == "ambiguous: 'PE ratio' may be the pe too; choose with --column pe=HEADING"
    chosen = from_text(tmp_path, text, wishes=Wishes(columns={"pe": "PE ratio"}))
    assert said(chosen.peers[0]) == {"pe": (28, "×"), "ps": (7, "×")}


@pytest.mark.parametrize(
    ("heading", "cell", "unit", "figure"),
    [
        ("Market cap", "3200", "USD m", (3200, "USD m")),
        ("Market cap", "3200", "亿元", (3200, "亿元")),
        ("Market cap (m)", "3200", "USD", (3200, "USD m")),
        ("Market cap (USD)", "3200000", "", (3200000, "USD")),
        ("Market cap", "US$3.2tn", "", (3.2e12, "USD")),
        ("Market cap", "1.2亿元", "", (1.2e8, "CNY")),
        ("Market cap (CNY m)", "(12.5)", "", (-12.5, "CNY m")),
        ("Market cap (USD m)", "$1,234.5", "", (1234.5, "USD m")),
    ],
)
def test_units_of_money(heading: str, cell: str, unit: str, figure: tuple[float, str], tmp_path: Path) -> None:
    table = from_text(tmp_path, f'Company;{heading}\nApple;"{cell}"\n', wishes=Wishes(unit=unit))
    assert said(table.peers[0]) == {"value": figure}


@pytest.mark.parametrize(
    ("heading", "cell", "why"),
    [
        ("Market cap", "3200", "is in a currency that is not stated: give --unit, as in --unit 'USD m'"),
        ("Market cap (m)", "3200", "is in a currency that is not stated: give --unit, as in --unit 'USD m'"),
        ("Market cap", "$3200", "has no unit: write it in the heading, as in Market cap (USD m), or give --unit"),
        ("Market cap (CNY m)", "US$45bn", "is in USD, and its column in CNY"),
        ("Market cap (CNY m)", "12%", "is a percentage"),
        ("Market cap (CNY m)", "about 12", "'about 12' is not a number"),
        ("P/E", "12%", "is a percentage"),
        ("P/E", "1,2,3", "'1,2,3' is not a number"),
    ],
)
def test_ambiguous_cells_are_refused(heading: str, cell: str, why: str, tmp_path: Path) -> None:
    table = from_text(tmp_path, f"Company;{heading};EV/EBITDA\nApple;{cell};9\n")
    assert said(table.peers[0]) == {"ev_ebitda": (9, "×")}
    assert reasons(table) == {cell: why}


def test_currencies_of_rows_and_a_scale_above_the_table(tmp_path: Path) -> None:
    text = "(in millions)\nCompany,Ccy,Market cap,Revenue (USD)\nApple,USD,3200,383\nGree,人民币,210,25\n"
    apple, gree = from_text(tmp_path, text).peers
    assert said(apple) == {"value": (3200, "USD m"), "revenue": (383, "USD m")}
    assert said(gree) == {"value": (210, "CNY m"), "revenue": (25, "USD m")}


def test_contradictions_are_reported(tmp_path: Path) -> None:
    table = from_text(tmp_path, "单位：亿元\nCompany,Market cap (USD),P/E\nApple,3200,29\n")
    assert reasons(table)["3200"] == "is counted in USD by one place and in 亿元 by another"
    table = from_text(tmp_path, "Company,Market cap (USD m),P/E\n,CNY m,x\nApple,3200,29\n")
    assert reasons(table)["Market cap (USD m)"] == "is counted in USD m by one place and in CNY m by another"


def test_rows_that_are_no_peers(tmp_path: Path) -> None:
    text = "Company,P/E\nApple,29\n,7\n\nCompany,P/E\nGree,7\nApple,30\nNote: as of today,\nIndustry average,18\n"
    table = from_text(tmp_path, text)
    assert [peer.name for peer in table.peers] == ["Apple", "Gree"]
    assert [(each.place, each.text, each.why) for each in table.unplaced] == [
        ("peers.csv, row 7", "Apple", "already stands in peers.csv, row 2"),
        ("peers.csv, row 3", "7", "has no name"),
        ("peers.csv, row 8", "Note: as of today", "has no figure"),
        ("peers.csv, row 9", "Industry average", "sums up the others: no peer"),
    ]


def test_dates_and_flags_are_no_figures(tmp_path: Path) -> None:
    day = dt.datetime.combine(dt.date(2024, 6, 28), dt.time())
    rows: Rows = [["Company", "P/E", "EV/EBITDA", "P/S", "Date"], ["Apple", dt.date(2024, 6, 30), True, 8.5, day]]
    table = from_sheets(tmp_path, {"Data": rows})
    assert said(table.peers[0]) == {"ps": (8.5, "×")}
    assert table.peers[0].figures["ps"].as_of == "2024-06-28"
    assert reasons(table) == {"2024-06-30": "is not a number", "True": "is not a number"}


# --- files that are none --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("peers.pdf", b"", r"expected \.xlsx, \.xlsm, \.csv"),
        ("peers.xlsx", b"PK no zip", "is not a workbook that can be read"),
        ("peers.csv", b"", "no headings of a company's name and a figure"),
        ("peers.csv", b"a,b\n1,2\n", "no headings of a company's name and a figure"),
        ("peers.csv", b"Company,\x81\n", "neither UTF-8 nor GB 18030"),
    ],
)
def test_files_that_hold_no_table(name: str, data: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(TableError, match=why):
        read_peers(path)


def test_options_that_cannot_be_met(tmp_path: Path) -> None:
    text = "Company,P/E\nApple,29\n"
    with pytest.raises(TableError, match="cannot be read: No such file"):
        read_peers(tmp_path / "none.csv")
    for wishes, why in (
        (Wishes(sheet="Data"), "has no sheet 'Data'"),
        (Wishes(unit="phones"), "is not a unit of money"),
        (Wishes(columns={"moat": "P/E"}), "'moat' is not a figure of a peer: expected one of value"),
        (Wishes(columns={"pe": "P/E 2023"}), "has no heading 'P/E 2023', which was to hold pe"),
    ):
        with pytest.raises(TableError, match=why):
            from_text(tmp_path, text, wishes=wishes)


# --- properties -----------------------------------------------------------------------------------

UNITS = ("亿元", "万元", "CNY m", "CNY bn", "CNY")


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1, max_size=5), st.sampled_from(UNITS))
def test_an_amount_is_the_same_whether_its_unit_stands_in_the_heading_or_the_cell(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[float], unit: str
) -> None:
    folder = tmp_path_factory.mktemp("peers", numbered=True)
    names = [f"Peer {letter}" for letter in "ABCDE"[: len(amounts)]]
    plain = "".join(f"{name};{value}\n" for name, value in zip(names, amounts, strict=True))
    marked = "".join(f"{name};{value} {unit}\n" for name, value in zip(names, amounts, strict=True))
    read = from_text(folder, f"Company;Market cap ({unit})\n{plain}").peers
    again = from_text(folder, f"Company;Market cap ({unit})\n{marked}").peers
    assert [_whole(peer) for peer in read] == [_whole(peer) for peer in again]
    assert [_whole(peer) for peer in read] == [whole(value, quantity(unit)) for value in amounts]


def _whole(peer: Peer) -> float:
    found = peer.figures["value"]
    return whole(found.value, quantity(found.unit))


@given(st.permutations(range(6)))
def test_the_order_of_columns_does_not_matter(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    headings = "Company,Ticker,Market cap (USD m),P/E,Revenue growth (%),Currency"
    rows = [line.split(",") for line in (headings, "Apple,AAPL,3200,29,5,USD", "Gree,651,30,7,-3,CNY")]
    text = "".join(",".join(row[at] for at in order) + "\n" for row in rows)
    apple, gree = from_text(tmp_path_factory.mktemp("peers", numbered=True), text).peers
    assert said(apple) == {"value": (3200, "USD m"), "pe": (29, "×"), "growth": (0.05, "rate")}
    assert (gree.name, gree.ticker, said(gree)["growth"]) == ("Gree", "651", (-0.03, "rate"))
