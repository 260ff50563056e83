"""What other people's files hold beside a table: each kind of fault that was found, and files that are hostile."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.peer_import.encoding import decoded
from workbooks.peer_import.periods import DateError, day
from workbooks.peer_import.reading import read_peers
from workbooks.peer_import.records import PeersTable, TableError, Wishes
from workbooks.peer_import.vocabulary import is_statistic


def from_text(folder: Path, text: str, wishes: Wishes | None = None, encoding: str = "utf-8") -> PeersTable:
    path = folder / "peers.csv"
    path.write_bytes(text.encode(encoding))
    return read_peers(path, wishes)


def values(table: PeersTable, what: str, period: str = "") -> dict[str, tuple[float, str]]:
    return {
        peer.name: (found.value, found.unit) for peer in table.peers if (found := peer.by_period.get((what, period)))
    }


def told(table: PeersTable) -> str:
    return "\n".join(f"{each.text}: {each.why}" for each in table.unplaced)


# --- units ----------------------------------------------------------------------------------------


def test_the_currency_of_a_row_overrides_the_option_and_the_conflict_is_reported(tmp_path: Path) -> None:
    table = from_text(tmp_path, "Company,Currency,Market cap\nA,JPY,100\nB,USD,100\n", Wishes(unit="USD m"))
    assert values(table, "value") == {"A": (100, "JPY m"), "B": (100, "USD m")}
    assert "rows say JPY and --unit says USD m" in told(table)


def test_a_note_and_the_option_that_contradict_each_other_give_no_figure(tmp_path: Path) -> None:
    table = from_text(tmp_path, "单位：亿元\n公司,市值,市盈率\n甲,100,7\n", Wishes(unit="USD m"))
    assert values(table, "value") == {}
    assert "is counted in 亿元 by one place and in USD m by another" in told(table)


def test_a_note_and_the_currency_of_a_row_that_contradict_each_other_give_no_figure(tmp_path: Path) -> None:
    text = "(USD in millions)\nCompany,Currency,Market cap,P/E\nA,JPY,100,7\n"
    table = from_text(tmp_path, text)
    assert values(table, "value") == {}
    assert "--column currency=" in told(table)
    assert values(from_text(tmp_path, text, Wishes(columns={"currency": ""})), "value") == {"A": (100, "USD m")}


@pytest.mark.parametrize(
    ("note", "unit"),
    [
        ("(USD in millions, except per share)", "USD m"),
        ("USD in thousands", "USD k"),
        ("All figures in US$ millions", "USD m"),
        ("in millions of EUR", "EUR m"),
        ("单位：万元 币种：人民币", "万元"),
        ("币种：人民币 单位：亿元", "亿元"),
        ("金额单位：人民币百万元", "CNY m"),
        ("Currency: USD; Unit: m", "USD m"),
        ("(Rs. in crore)", "INR m"),
        ("$USDmm", "USD m"),
    ],
)
def test_notes_that_state_the_unit(note: str, unit: str, tmp_path: Path) -> None:
    table = from_text(tmp_path, f'"{note}"\nCompany,Market cap\nA,100\n')
    assert values(table, "value") == {"A": (1000 if "crore" in note else 100, unit)}


@pytest.mark.parametrize(
    ("heading", "cell", "figure"),
    [
        ("Market cap (GBp)", "12345", (123.45, "GBP")),
        ("Market cap (GBX m)", "250", (2.5, "GBP m")),
        ("Market cap (GBP m)", "250", (250, "GBP m")),
        ("Market cap (pence)", "250", (2.5, "GBP")),
        ("Market cap (ZAc m)", "250", (2.5, "ZAR m")),
        ("Market cap", "250 GBp", None),
        ("Market cap", "₹12.5 crore", (125000000, "INR")),
        ("Market cap", "$2.5T", (2.5e12, "USD")),
        ("Market cap (USD T)", "2.5", (2.5, "USD tn")),
        ("Market cap (USD Mio)", "2.5", (2.5, "USD m")),
        ("Market cap (EUR Mrd)", "2.5", (2.5, "EUR bn")),
        ("Market cap (USD '000)", "2.5", (2.5, "USD k")),
    ],
)
def test_minor_units_and_scales(heading: str, cell: str, figure: tuple[float, str] | None, tmp_path: Path) -> None:
    table = from_text(tmp_path, f"Company,{heading},P/E\nA,{cell},7\n")
    assert values(table, "value") == ({} if figure is None else {"A": figure})


def test_accounts_and_trading_have_currencies_of_their_own(tmp_path: Path) -> None:
    text = "Company,Trading currency,Reporting currency,Market cap (m),Revenue (m)\nA,HKD,CNY,100,50\n"
    table = from_text(tmp_path, text)
    assert (values(table, "value"), values(table, "revenue")) == ({"A": (100, "HKD m")}, {"A": (50, "CNY m")})
    table = from_text(tmp_path, "Company,Trading currency,Market cap (m),Revenue (m)\nA,HKD,100,50\n")
    assert values(table, "revenue") == {}
    assert "currency of trading alone" in told(table)


# --- rows -----------------------------------------------------------------------------------------

STATISTICS: Final = (
    "Average (ex-outliers)", "25th Pctl", "75th percentile", "Total (2)", "Median:", "Peer group median",
    "Harmonic mean", "Trimmed mean", "1st Quartile", "Std. Dev.", "Mean excl. outliers",
    "Average of US handset makers", "High", "Low", "Max",
    "中位值", "平均值", "行业平均", "可比公司均值", "合计(3家)", "上四分位数", "算术平均值", "剔除异常值平均",
)  # fmt: skip


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics_are_no_peers(name: str) -> None:
    assert is_statistic(name)


@pytest.mark.parametrize(
    "name", ["Mean Group plc", "High Liner Foods", "TotalEnergies", "Median Technologies", "均胜电子", "中位科技"]
)
def test_companies_whose_names_hold_such_words_are_peers(name: str) -> None:
    assert not is_statistic(name)


def test_a_company_named_total_is_known_by_its_ticker(tmp_path: Path) -> None:
    table = from_text(tmp_path, "Company,Ticker,P/E\nTotal,TTE FP,8\nTotal,,16\n")
    assert values(table, "pe") == {"Total": (8, "×")}


def test_rows_above_peers_are_groups(tmp_path: Path) -> None:
    table = from_text(tmp_path, "Company,Ticker,P/E\nLarge caps,,\nA,AA,7\nSmall caps,,\nB,BB,8\n")
    assert [(peer.name, peer.group) for peer in table.peers] == [("A", "Large caps"), ("B", "Small caps")]


def test_a_formula_without_a_stored_value_is_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Company", "P/E", "P/S"])
    book.worksheets[0].append(["A", "=7*2", 3])
    book.save(tmp_path / "peers.xlsx")
    table = read_peers(tmp_path / "peers.xlsx")
    assert values(table, "pe") == {}
    assert "open it in Excel and save it" in told(table)


def test_a_refusal_lists_the_headings(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"row 1 has Firma, KGV\. Say which holds what, as in --column name=HEADING"):
        from_text(tmp_path, "Firma,KGV\nA,7\n")
    table = from_text(tmp_path, "Firma,KGV\nA,7\n", Wishes(columns={"name": "Firma", "pe": "KGV"}))
    assert values(table, "pe") == {"A": (7, "×")}


def test_a_preview_reads_the_first_peers(tmp_path: Path) -> None:
    text = "Company,P/E\n" + "".join(f"Firm {n},{n}\n" for n in range(1, 300))
    table = from_text(tmp_path, text, Wishes(most=100))
    assert (len(table.peers), table.partial) == (100, True)
    assert not from_text(tmp_path, text).partial


def test_a_code_that_is_quoted_as_a_formula_keeps_its_zeros(tmp_path: Path) -> None:
    table = from_text(tmp_path, 'ts_code,name,pe\n"=""000001""",甲,7\n="600002",乙,8\n')
    assert [(peer.ticker, peer.name) for peer in table.peers] == [("000001", "甲"), ("600002", "乙")]
    assert values(table, "pe") == {"甲": (7, "×"), "乙": (8, "×")}


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_ends_of_lines_of_every_machine(end: str, encoding: str, tmp_path: Path) -> None:
    table = from_text(tmp_path, end.join(["Company,P/E", "A,7", '"B', 'b",8']), encoding=encoding)
    assert values(table, "pe") == {"A": (7, "×"), "B b": (8, "×")}


# --- texts ----------------------------------------------------------------------------------------


@given(st.integers(1, 999), st.integers(0, 999), st.integers(0, 99))
def test_a_number_is_the_same_in_both_notations(
    tmp_path_factory: pytest.TempPathFactory, thousands: int, ones: int, cents: int
) -> None:
    folder = tmp_path_factory.mktemp("peers", numbered=True)
    point, comma = f"{thousands},{ones:03},000.{cents:02}", f"{thousands}.{ones:03}.000,{cents:02}"
    expected = {"A": (float(f"{thousands}{ones:03}000.{cents:02}"), "EUR m")}
    for text in (point, comma):
        assert values(from_text(folder, f"Company;Market cap (EUR m)\nA;{text}\n"), "value") == expected


def test_both_marks_in_one_file_are_asked_about(tmp_path: Path) -> None:
    table = from_text(tmp_path, "Company;P/E;P/S\nA;1,5;2.5\n")
    assert "--decimal" in told(table)
    assert values(from_text(tmp_path, "Company;P/E\nA;1,234\n", Wishes(decimal=",")), "pe") == {"A": (1.234, "×")}
    assert values(from_text(tmp_path, "Company;P/E\nA;1,234\n", Wishes(decimal=".")), "pe") == {"A": (1234, "×")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_chinese_in_every_encoding(encoding: str) -> None:
    text = "证券简称,总市值(亿元)\n格力电器,2100\n"
    assert decoded(text.encode(encoding), "peers.csv") == text


def test_an_encoding_that_is_not_certain_is_asked_for() -> None:
    data = "n,P/E\n甲,7\n".encode("gbk")
    with pytest.raises(TableError, match="say which with --encoding"):
        decoded(data, "peers.csv")
    assert decoded(data, "peers.csv", "gbk") == "n,P/E\n甲,7\n"
    with pytest.raises(TableError, match="no encoding of this name"):
        decoded(data, "peers.csv", "gbkk")


def test_a_date_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DateError, match="2024-06-31 is not a day"):
        day("2024-06-31")
    table = from_text(tmp_path, "as of 2024-06-31\nCompany,P/E,Date\nA,7,2024-02-30\n")
    assert values(table, "pe") == {"A": (7, "×")}
    assert "2024-06-31 is not a day of the calendar" in told(table)
    assert "2024-02-30 is not a day of the calendar" in told(table)


# --- hostile files --------------------------------------------------------------------------------


def workbook(change: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Company", "P/E"])
    sheet.append(["A", 7])
    change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data: bytes, part: str, change: Callable[[bytes], bytes], *, twice: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == part else content)
        if twice:
            with pytest.warns(UserWarning, match="Duplicate name"):
                target.writestr(part, source.read(part))
    return stream.getvalue()


SHEET: Final = "xl/worksheets/sheet1.xml"
PLAIN: Final = workbook(lambda _: None)


MERGE: Final = b'</sheetData><mergeCells count="1"><mergeCell ref="D1:XFD1048576"/></mergeCells>'


@pytest.mark.parametrize(
    "data",
    [
        workbook(lambda sheet: sheet.cell(100_000, 702, "far away")),
        repacked(PLAIN, SHEET, lambda data: data.replace(b"</sheetData>", MERGE)),
        workbook(lambda sheet: setattr(sheet.column_dimensions["C"], "hidden", True)),
    ],
)
def test_cells_far_away_and_merges_of_whole_sheets_cost_nothing(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "peers.xlsx"
    path.write_bytes(data)
    assert values(read_peers(path), "pe") == {"A": (7, "×")}


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        PLAIN[: len(PLAIN) // 2],
        repacked(PLAIN, SHEET, lambda data: data[:300]),
        repacked(PLAIN, SHEET, lambda _: b"<a><b></a>"),
        repacked(PLAIN, SHEET, lambda data: b'<!DOCTYPE a [<!ENTITY b "c">]>' + data),
        repacked(PLAIN, "[Content_Types].xml", lambda data: b"<!DOCTYPE a>" + data),
        repacked(PLAIN, "xl/workbook.xml", lambda _: b"not xml"),
        repacked(PLAIN, SHEET, lambda data: data.replace(b'r="A2"', b'r="ZZZZ9999999"')),
        repacked(PLAIN, SHEET, lambda data: data.replace(b'<row r="2"', b'<row r="99999999"')),
        repacked(PLAIN, SHEET, lambda data: data, twice=True),
        repacked(PLAIN, SHEET, lambda data: data.replace(b"<v>7</v>", b"<v>seven</v>")),
        b"\xd0\xcf\x11\xe0" + bytes(600),
        b"<html><table></table></html>",
    ],
)
def test_damaged_and_hostile_workbooks_are_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / ("peers.xls" if data[:1] in (b"<", b"\xd0") else "peers.xlsx")
    path.write_bytes(data)
    with pytest.raises(TableError) as refused:
        read_peers(path)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(path.name)


@pytest.mark.parametrize(
    "text", ['Company,P/E\n"A,7\nB,8\n', "Company,P/E\n" + "," * 20_000 + "\n", "\0\1\2Company,P/E\n"]
)
def test_damaged_texts_are_refused_with_one_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(TableError) as refused:
        from_text(tmp_path, text)
    assert "\n" not in str(refused.value)
