"""Pictures of a case: what they show is what the workbook shows."""

import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from absent import give_up
from company_cases import case_of, example, valued
from workbooks.case.reading import bundled, bundled_names
from workbooks.pictures.drawing import drawn, in_style, shown
from workbooks.pictures.figures import KINDS, PictureError, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

needs_matplotlib = pytest.mark.skipif(
    find_spec("matplotlib") is None and not os.environ.get("CI"), reason="matplotlib is not installed"
)


def test_a_football_field_has_the_ranges_of_the_summary() -> None:
    made = picture(bundled("xiaomi_2018"))
    parts = made.bars[0]
    # 806 × 2 + 234 × 2.3 + 99 × 19 亿元, and 0.5, 1 and 19 times for the low; in billions.
    assert parts.label == "Sum of the parts"
    assert [parts.low, parts.base, parts.high] == pytest.approx([251.8, 403.12, 427.3])
    assert [bar.base is None for bar in made.bars] == [False] * 5 + [True] * 6
    assert made.line is not None
    assert made.line[1] == pytest.approx(45 * 6.375)


def test_it_may_be_per_share() -> None:
    made = picture(bundled("pike_2014"), shares=True)
    assert made.unit == "USD per share"
    assert made.bars[0].base == pytest.approx(378.19 / 32)
    with pytest.raises(PictureError, match="no number of shares"):
        picture(bundled("xiaomi_2018"), shares=True)


@pytest.mark.parametrize("debt", [0, 300, 480, 560, 700, 5000])
@pytest.mark.parametrize("shares", [False, True])
def test_a_bar_is_the_range_of_its_method_below_zero_too(debt: int, *, shares: bool) -> None:
    """Claims beyond the enterprise value: bars began at zero there, and their numbers said 0."""
    tables = example("comps")
    tables["capital"]["net_debt"] = debt
    case = case_of(tables)
    known, kind, unit = valued(case), "per_share" if shares else "equity", 1.0 if shares else 1e6
    wanted = [[ends[kind][end] / unit for end in ("low", "base", "high")] for ends in known.values()][:-1]
    made = picture(case, shares=shares)
    assert [[bar.low, bar.base, bar.high] for bar in made.bars] == [pytest.approx(row) for row in wanted]


@needs_matplotlib
@pytest.mark.parametrize("debt", [0, 560, 5000])
def test_the_numbers_at_the_ends_of_a_bar_have_room(debt: int) -> None:
    tables = example("comps")
    tables["capital"]["net_debt"] = debt
    made = picture(case_of(tables))

    def is_drawn(figure: "Figure") -> None:
        texts = drawn_texts(figure)
        said = " ".join(text for text, _ in texts)
        assert all(shown(end) in said for bar in made.bars for end in (bar.low, bar.high, bar.base or bar.low))
        clear(figure, "football")

    in_style(made, is_drawn)


def test_a_waterfall_ends_where_the_equity_stands() -> None:
    made = picture(bundled("xiaomi_2018"), "waterfall")
    tops = [bar.high for bar in made.bars]
    assert tops == pytest.approx([161.2, 215.02, 403.12, 403.12])
    assert [bar.low for bar in made.bars[1:3]] == pytest.approx(tops[:2])
    assert made.totals == [3]


def test_a_tornado_moves_from_the_selected_value_and_a_histogram_sums_to_the_whole() -> None:
    tornado = picture(bundled("xiaomi_2018"), "tornado").bars[0]
    assert [tornado.low, tornado.high] == pytest.approx([-1.5 * 80.6, 0.3 * 80.6])
    assert sum(bar.high for bar in picture(bundled("xiaomi_2018"), "histogram").bars) == pytest.approx(1)


def test_titles_say_what_the_axis_counts() -> None:
    for name, kind, shares in (("pike_2014", "football", True), ("pike_2014", "football", False)):
        for language in ("en", "zh"):
            made = picture(bundled(name), kind, language, shares=shares)
            assert made.unit in made.title, (made.title, made.unit)


def test_a_histogram_tells_its_stretches_apart() -> None:
    made = picture(bundled("xiaomi_2018"), "histogram")
    assert len(made.legend) == 5
    assert made.legend[2].startswith("At P50")
    assert list(made.stretches) == sorted(made.stretches)
    assert {0, 2, 4} <= {*made.stretches}
    below = sum(bar.high for bar, stretch in zip(made.bars, made.stretches, strict=True) if stretch == 0)
    assert below == pytest.approx(0.1, abs=0.06)  # below P10, in whole bins


def test_missing_sections_of_a_case_are_named() -> None:
    needed = r"the case has no parts: add \[segments\]; or draw --kind football or histogram"
    with pytest.raises(PictureError, match=f"waterfall: .*{needed}"):
        picture(bundled("pike_2014"), "waterfall")
    one = r"the case has one alone, Sum of the parts: add another method, .* or draw --kind waterfall"
    with pytest.raises(PictureError, match=f"football: it compares values, and {one}"):
        picture(bundled("thyssenkrupp_2018").model_copy(update={"references": ()}))
    for kind in KINDS:
        with pytest.raises(PictureError, match=f"{kind}: .*: add "):
            picture(bundled("xiaomi_2019"), kind)
    with pytest.raises(PictureError, match="is not a kind of picture"):
        picture(bundled("pike_2014"), "pie")
    with pytest.raises(PictureError, match="svg or png"):
        drawn(picture(bundled("pike_2014")), "gif")


@pytest.mark.slow
@needs_matplotlib
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_picture_is_the_same_bytes(kind: str) -> None:
    made = picture(bundled("xiaomi_2018"), kind)
    svg, png = drawn(made, "svg"), drawn(made, "png")
    assert svg.startswith(b"<?xml")
    assert png.startswith(b"\x89PNG")
    assert svg == drawn(picture(bundled("xiaomi_2018"), kind), "svg")


def drawn_texts(figure: "Figure") -> "list[tuple[str, Bbox]]":
    """The texts of a figure, and the boxes that they fill."""
    figure.draw_without_rendering()
    [axes] = figure.axes
    beyond = set()  # labels of ticks that are not drawn
    for axis, (first, last) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick, at in zip(axis.get_major_ticks(), axis.get_majorticklocs(), strict=True):
            beyond |= set() if first <= at <= last else {tick.label1, tick.label2}
    texts: list[Any] = figure.findobj(lambda artist: type(artist).__name__ in {"Text", "Annotation"})
    shown = [each for each in texts if each.get_visible() and each not in beyond and each.get_text().strip()]
    return [(each.get_text(), each.get_window_extent()) for each in shown]


def clear(figure: "Figure", of: str) -> None:
    """No text touches another or the edge."""
    texts, page = drawn_texts(figure), figure.bbox
    for text, box in texts:
        assert page.x0 <= box.x0 < box.x1 <= page.x1, (of, text)
        assert page.y0 <= box.y0 < box.y1 <= page.y1, (of, text)
    for (one, here), (two, there) in combinations(texts, 2):
        wide = min(here.x1, there.x1) - max(here.x0, there.x0)
        high = min(here.y1, there.y1) - max(here.y0, there.y0)
        assert wide <= 0 or high <= 1, (of, one, two)


@pytest.mark.slow
@needs_matplotlib
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", bundled_names())
def test_no_text_of_a_picture_touches_another_or_the_edge(name: str, language: str) -> None:
    case, seen = bundled(name), 0
    for kind, shares in [*((kind, False) for kind in KINDS), ("football", True)]:
        try:
            made = picture(case, kind, language, shares=shares)
        except PictureError:
            continue

        try:
            in_style(made, partial(clear, of=kind))
        except PictureError as problem:
            give_up(str(problem))
        seen += 1
    assert seen or name == "xiaomi_2019"


@pytest.mark.slow
@needs_matplotlib
def test_the_command_writes_it_in_chinese_too(tmp_path: Path) -> None:
    out = tmp_path / "football.svg"
    command = [sys.executable, "-m", "addin", "picture", "xiaomi_2018", "-o", str(out), "--lang", "zh"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
    if "no font here" in done.stderr:
        give_up("no Chinese font is installed")
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(b"<?xml")
    refused = subprocess.run([*command[:-4], str(tmp_path / "a.gif")], check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert not (tmp_path / "a.gif").exists()
