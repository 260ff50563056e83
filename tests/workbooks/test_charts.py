"""The charts as the file has them."""

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl.utils import range_boundaries

import ironcalc_engine
from built import bundled_workbook, column

EMU = 360_000  # a centimetre
CHANGE = "#,##0;#,##0;;"  # of a waterfall's bars, whose colour is the sign

SMALL = "[&gt;=9.95]#,##0;[&gt;0]0.0;"  # above its thin bars

NO_NUMBERS = ";;;"  # of the axes of charts whose bars are labelled


def drawn(path: Path) -> dict[str, str]:
    """The XML of each chart of a workbook, by its title."""
    with zipfile.ZipFile(path) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    # A title is a text, or that of a cell.
    title = r"<title>.*?(?:<(?:a:)?t>|<v>)([^<]+)<"
    return {re.findall(title, chart)[0]: chart for chart in charts}


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("charts") / "book.xlsx"
    path.write_bytes(bundled_workbook("xiaomi_2018")[1])
    return drawn(path)


@pytest.mark.slow
def test_labels_have_number_formats_of_their_own_with_negatives_in_parentheses(charts: dict[str, str]) -> None:
    for title, chart in charts.items():
        formats = re.findall(r'<numFmt formatCode="([^"]*)" sourceLinked="(\d)"', chart)
        assert formats, title
        assert len(formats) == chart.count("<numFmt")
        for code, linked in formats:
            assert linked == "0"
            assert code in ("0%", CHANGE, SMALL, NO_NUMBERS) or re.search(r";(\[[^]]+\])?\\\(", code), title


def test_names_beside_the_bars_stand_on_one_line(charts: dict[str, str]) -> None:
    field = charts["Xiaomi: equity value by method, CNY bn"]
    captions = [series for series in re.findall("<ser>.*?</ser>", field) if "<dLbls>" in series]
    assert len(captions) > 30
    assert all('wrap="none"' in series for series in captions)


def test_every_line_of_the_football_field_has_as_many_places_as_levels(charts: dict[str, str]) -> None:
    # The tick at a selected value is a line between two cells; a range with another cell in it is a slanted line.
    field = charts["Xiaomi: equity value by method, CNY bn"]
    lines = re.findall(r"<xVal>.*?<f>(.*?)</f>.*?</xVal><yVal>.*?<f>(.*?)</f>", field)
    assert len(lines) > 40

    def cells(of: str) -> int:
        left, top, right, bottom = range_boundaries(of.rpartition("!")[2])
        return int(right - left + 1) * int(bottom - top + 1)  # type: ignore[operator]

    assert all(cells(x) == cells(y) for x, y in lines)


def test_the_unit_is_said_once(charts: dict[str, str]) -> None:
    for title, chart in charts.items():
        said = [text for text in re.findall("<a:t>([^<]+)</a:t>", chart) if "CNY bn" in text]
        assert len(said) == 1, title


@pytest.mark.parametrize("name", ["xiaomi_2015", "xiaomi_2018"])
def test_the_title_has_the_same_room_above_every_chart(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(bundled_workbook(name)[1])
    with zipfile.ZipFile(path) as package:
        drawings = [
            package.read(part).decode() for part in package.namelist() if part.startswith("xl/drawings/drawing")
        ]
    heights = [int(cy) / EMU for drawing in drawings for cy in re.findall(r'<[a-z:]*ext cx="\d+" cy="(\d+)"', drawing)]
    tops = [float(re.findall(r'<y val="([^"]+)"', chart)[0]) for chart in drawn(path).values()]
    assert len(heights) == len(tops) > 1
    assert min(heights) < 8
    rooms = sorted(height * top for height, top in zip(sorted(heights), sorted(tops, reverse=True), strict=True))
    assert rooms[0] == pytest.approx(rooms[-1], rel=1e-3)


def test_the_first_year_has_revenue_and_no_profit_of_a_mix_that_is_of_the_last(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book, data = bundled_workbook("xiaomi_2018")
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert column(values, book, "path.profit")[0] == column(values, book, "path.margin")[0] == "–"
    assert column(values, book, "path.profit")[1] == pytest.approx(1146e8 * 1.5 * (0.3 * 0.2 + 0.7 * 0.05))
    assert column(values, book, "path_shown.revenue")[0] == pytest.approx(114.6)
    assert column(values, book, "path_shown.profit")[0] == 0  # whose label is empty
