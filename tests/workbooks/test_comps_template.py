"""`steelyard new t.xlsx --like comps`: a table of peers that is pasted in one go is right at once."""

import re
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from built import parts_of
from filled_templates import CAPITAL, FIGURES, METRICS, NAMES, PIKE, pasted, pike, template, typed
from libreoffice import LibreOffice, Value, Values, at
from workbooks.build import build, workbook_bytes
from workbooks.case.reading import load
from workbooks.languages.language import language
from workbooks.sheets.peers.block import SPARE
from workbooks.sheets.peers.words import HEADINGS, KNOWN
from workbooks.templates.pasted_peers import MULTIPLES
from workbooks.templates.skeleton import WantedError
from workbooks.xlsx.stored_values import stored_values


def row(values: Values, label: str, sheet: str = "Summary") -> list[float]:
    """The numbers in the row of a label."""
    labels = {label, f"Peers, {label}", f"可比公司法（{label}）"}  # on the Summary a multiple is a method
    found = next(row for row in values[sheet] if row and row[0] in labels and any(isinstance(c, float) for c in row))
    return [cell for cell in found if isinstance(cell, float)]


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("top", [8, 9, 10])  # over the units, over the headings, below the headings
def test_pasted_peers_of_pike_give_the_figures_of_pike(
    top: int, code: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = template(tmp_path, code)
    summary = NAMES[code][2]
    values = libreoffice.recalculate(path, typed(path, CAPITAL | METRICS, code) | pasted(pike(), top, code))
    [driver] = [line[2] for line in values[summary] if line and line[0] in ("Most sensitive to", "最敏感的因素")]
    assert str(driver).startswith(("EV/EBITDA 2015E: ", "EV/EBITDA 2015E："))
    ebitda = row(values, "EV/EBITDA 2015E", summary)
    assert ebitda[2:5] == pytest.approx([297_278_500, 378_190_000, 401_611_750])
    assert ebitda[5:8] == pytest.approx([9.289953125, 11.8184375, 12.5503671875])
    assert ebitda[8] == pytest.approx(0.16667694965449154)
    assert row(values, "P/E 2015E", summary)[2:8] == pytest.approx(
        [260_500_000, 290_000_000, 298_500_000, 8.140625, 9.0625, 9.328125]
    )


@pytest.mark.slow
@pytest.mark.libreoffice
def test_statistics_are_over_all_and_by_tier(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = template(tmp_path)
    values = libreoffice.recalculate(path, typed(path, CAPITAL | METRICS) | pasted(pike(), 9))
    # 5.0, 5.8, 7.3 are large; 7.2, 6.8, 7.6 are small; one has none.
    assert row(values, "Median", "Comparables") == pytest.approx([7.0, 14.5])
    assert row(values, "Mean", "Comparables") == pytest.approx([39.7 / 6, 83.4 / 6])
    assert row(values, "Excluded / n.m.", "Comparables") == [1.0, 1.0]
    assert row(values, "Large: Median", "Comparables") == pytest.approx([5.8, 12.6])
    assert row(values, "Small: Mean", "Comparables") == pytest.approx([7.2, 15.4])
    assert at(values, "Checks", "D12") == "OK"


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_statistic_that_is_chosen_is_followed(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = template(tmp_path)
    sheet = openpyxl.load_workbook(path)["Comparables"]
    place = next(f"C{cells[0].row}" for cells in sheet.iter_rows() if cells[0].value == "Selected statistic")
    chosen: dict[tuple[str, str], Value] = {("Comparables", place): "Mean"}
    values = libreoffice.recalculate(path, typed(path, CAPITAL | METRICS) | pasted(pike(), 9) | chosen)
    assert row(values, "EV/EBITDA 2015E")[3] == pytest.approx(85.17e6 * 39.7 / 6 - 218e6)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_multiples_are_worked_out_from_figures_in_their_units(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = template(tmp_path)
    values = libreoffice.recalculate(path, typed(path, CAPITAL | METRICS) | pasted(FIGURES, 8))
    # EV/EBITDA: 4,010 ÷ 520.8 = 7.700, 2,000 ÷ 250 = 8, 2,000 ÷ 200 = 10. P/E: 21.41 and 20; Gamma's is a loss.
    assert row(values, "Median", "Comparables") == pytest.approx([8.0, (3212 / 150 + 20) / 2])
    assert row(values, "Count", "Comparables") == [3.0, 2.0]
    assert row(values, "EV/EBITDA")[3] == pytest.approx(85.17e6 * 8 - 218e6)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_ten_peers_by_twelve_figures_are_right_at_once(libreoffice: LibreOffice, tmp_path: Path) -> None:
    figures = ["Market cap", "Net debt", "EBITDA 2025E", "EBITDA 2026E", "Net profit 2025E", "Net profit 2026E"]
    multiples = ["EV/EBITDA 2025E", "EV/EBITDA 2026E", "EV/Sales 2025E", "EV/EBIT 2025E", "P/E 2025E", "P/E 2026E"]
    rows = [["Peer", "Tier", *figures, *multiples]]
    for n in range(1, 11):
        given = [f"{9000 + 100 * n}", "1000", "1000", "1250", "500", "625"]
        rows.append(
            [f"Peer {n}", "AB"[n % 2], *given, "", f"{n}.5x", "n.a.", f"{n + 10}", "NM" if n == 3 else "", f"{n}x"]
        )
    path = template(tmp_path)
    values = libreoffice.recalculate(path, typed(path, CAPITAL | METRICS) | pasted(rows, 9))
    medians = row(values, "Median", "Comparables")
    # (9,000 + 100 n + 1,000) ÷ 1,000; as published; none; as published; (9,000 + 100 n) ÷ 500 but for Peer 3; n.
    middle = sorted((9000 + 100 * n) / 500 for n in range(1, 11) if n != 3)[4]
    assert medians == pytest.approx([10.55, 6.0, 15.5, middle, 5.5])
    assert row(values, "Count", "Comparables") == [10.0, 10.0, 10.0, 9.0, 10.0]


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("column", "cell", "check"),
    [
        ("EV/EBITDA", "five", "Every figure of the peers is a number"),
        ("Moat", "12", "Every column of the peers is read"),
    ],
)
def test_unreadable_columns_are_reported(
    column: str, cell: str, check: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = template(tmp_path)
    values = libreoffice.recalculate(path, pasted([["Peer", "Tier", column], ["A", "", cell], ["B", "", "7"]], 9))
    status = next(line[3] for line in values["Checks"] if line and line[0] == check)
    assert status in {"FAIL", "WARN"}


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("many", [4, 5])
def test_a_multiple_that_has_no_room_is_reported(many: int, libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(template(tmp_path).read_bytes())
    names = [f"EV/Figure {n}" for n in range(1, many + 1)]
    block = [["Peer", "Tier", *names], ["A", "", *["5"] * many], ["B", "", *["7"] * many]]
    values = libreoffice.recalculate(path, pasted(block, 9))
    status = next(line[3] for line in values["Checks"] if line and line[0] == "Every column of the peers is read")
    assert status == ("OK" if many == 4 else "WARN")


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_unit_that_nobody_knows_fails(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = template(tmp_path)
    block = [["", "", "bushels", "USD m"], ["Peer", "Tier", "Market cap", "Net debt"], ["A", "", "5", "1"]]
    values = libreoffice.recalculate(path, pasted(block, 8))
    assert (
        next(line[3] for line in values["Checks"] if line and line[0] == "The units of the peers are known") == "FAIL"
    )


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "zh"])
def test_it_is_empty_and_shows_no_error(code: str, tmp_path: Path) -> None:
    path = template(tmp_path, code)
    for cells in stored_values(parts_of(path.read_bytes())).values():
        assert not [cell for cell, value in cells.items() if isinstance(value, str) and value.startswith("#")]
    sheet = openpyxl.load_workbook(path)[NAMES[code][1]]
    assert sheet["B9"].value in {"Peer", "可比公司"}
    assert not sheet["B9"].protection.locked
    assert not sheet["O39"].protection.locked
    assert "Sample" not in str([[cell.value for cell in row] for row in sheet.iter_rows()])
    texts = [str(cell.value) for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row]
    names = re.compile("|".join(rf"\b{re.escape(name)}\b" for _, name, _, _ in MULTIPLES))
    assert [text for text in texts if names.search(text)] == []  # of the sample, in a label or in a formula


@pytest.mark.slow
def test_a_file_of_peers_is_filled_in(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(template(tmp_path, peers=PIKE))["Peers"]
    assert [sheet.cell(9, column).value for column in range(2, 6)] == pike()[0]
    assert sheet["D10"].value == "5.0x"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("Peer,P/E\n" + "".join(f"P{n},{n}\n" for n in range(40)), "utf-8")
    with pytest.raises(WantedError, match="40 peers by 2 columns: a workbook to fill in has room for 30 by 14"):
        template(tmp_path, peers=file)


def test_the_headings_of_a_built_case_are_read_in_both_languages() -> None:
    known = {word: key for word, key, _, _ in KNOWN}
    chinese = language("zh")
    for key, heading in HEADINGS.items():
        assert known[heading.casefold()] == known[chinese.text(heading).casefold()] == key


def test_a_built_case_has_the_table_that_people_type_into() -> None:
    book, _ = workbook_bytes(load(PIKE.with_name("comps_small.toml")))
    typed = book.addresses["pasted.c1"]
    assert typed.count == 2 + 7 + SPARE
    cells = {(page.sheet.name, cell.row, cell.column): cell for page in book.sheets for cell in page.cells}
    texts = [cells[typed.sheet, typed.at(n).row, typed.column].content for n in range(typed.count)]
    assert texts == [None, "Peer", *(f"Peer {letter}" for letter in "ABCDEFG"), *[None] * SPARE]


@pytest.mark.libreoffice
def test_a_peer_typed_below_the_last_one_counts(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "built.xlsx"
    build(PIKE.with_name("comps_small.toml"), path)
    added: dict[tuple[str, str], Value] = {("Peers", "B17"): "Peer H", ("Peers", "C17"): "Small"}
    values = libreoffice.recalculate(path, added | {("Peers", "D17"): "9x", ("Peers", "E17"): 20.0})
    # 5.0, 5.8, 6.8, 7.2, 7.3, 7.6 and 9.0: the fourth of seven.
    assert row(values, "Median", "Comparables") == pytest.approx([7.2, 14.7])
    assert row(values, "Small: Maximum", "Comparables") == pytest.approx([9.0, 20.0])


YEARS: Final = [
    ["", "", "USD m", "USD m", "USD m", "USD m", ""],
    ["Company", "Year end", "Market cap", "Net debt", "EBITDA 2015E", "EBITDA 2016E", "EV/EBITDA 2015E"],
    ["Alpha", "3", "2000", "400", "240", "320", ""],  # (3 × 240 + 9 × 320) ÷ 12 is 300: 8 times
    ["Beta", "12", "1900", "500", "200", "", ""],  # 12 times
    ["Gamma", "9", "1000", "200", "", "", "10x"],  # as published
]


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("code", ["en", "zh"])
def test_pasted_figures_of_another_fiscal_year_are_put_on_the_companys(
    code: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = template(tmp_path, code)
    given = typed(path, CAPITAL | {"metrics.enterprise_1": 85.17}, code)
    values = libreoffice.recalculate(path, given | pasted(YEARS, 8, code))
    found = row(values, "EV/EBITDA 2015E", NAMES[code][2])
    assert found[3] == pytest.approx(85.17e6 * 10 - 218e6)  # the median of 8, 10 and 12
    year = next(f"C{cells[0].row}" for cells in openpyxl.load_workbook(path)[NAMES[code][0]].iter_rows()
                if cells[0].value in ("Fiscal year ends in month", "财年结束月份"))  # fmt: skip
    values = libreoffice.recalculate(path, given | pasted(YEARS, 8, code) | {(NAMES[code][0], year): 3.0})
    # To March: Alpha's year stands as it is, 10 times; of Beta's nine months lie in 2014, which is not there.
    assert row(values, "EV/EBITDA 2015E", NAMES[code][2])[3] == pytest.approx(85.17e6 * 10 - 218e6)
    said = {cell for line in values["Checks" if code == "en" else "校验"] for cell in line}
    assert {"en": "FAIL", "zh": "不通过"}[code] in said
