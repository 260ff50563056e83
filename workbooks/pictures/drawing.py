"""Draws pictures with matplotlib in the style of the workbook's charts; the only module that imports it."""

import io
from collections.abc import Callable
from typing import Any, Final

from valuation.numerics.rounding import rounded_number
from workbooks.layout.styles import ACCENT, GREY, HAIRLINE, MID_BLUE, NAVY, STRETCH_COLOURS
from workbooks.pictures.breaking import broken, width
from workbooks.pictures.figures import Bar, Picture, PictureError

FORMATS: Final = ("svg", "png")
LATIN: Final[tuple[str, ...]] = ("Calibri", "Carlito", "Liberation Sans", "DejaVu Sans")
CHINESE_FONTS: Final[tuple[str, ...]] = (
    *("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"),
    *("WenQuanYi Micro Hei", "SimHei", "Noto Sans CJK JP"),
)
FIRST_CHINESE: Final = "\u2e80"
WIDTH: Final = 10.0  # inches
DOTS: Final = 160  # dots per inch of a PNG
BESIDE: Final = 34  # letters in a line of a label to the left of the bars
BELOW: Final = 1150.0  # letters of one point that have room in a line below all columns
LETTER: Final = 0.01  # of the width of a chart: a letter of a number
SIZES: Final = (10.0, 9.0, 8.0, 7.0)  # points of the labels below columns: the largest in which they fit


def drawn(picture: Picture, form: str) -> bytes:
    """The picture as SVG or PNG; equal pictures give equal bytes.

    Raises
    ------
    PictureError
        If the form is neither, matplotlib is not installed, or no font here has Chinese characters that it needs.
    """
    if form not in FORMATS:
        message = f"{form!r} is not a form of picture: expected {' or '.join(FORMATS)}"
        raise PictureError(message)
    out, about = io.BytesIO(), {"Title": picture.title, "Date" if form == "svg" else "Software": None}
    in_style(picture, lambda figure: figure.savefig(out, format=form, dpi=DOTS, metadata=about))
    return out.getvalue()


def in_style(picture: Picture, use: Callable[[Any], None]) -> None:
    """Draw the picture and use the figure of matplotlib, while the fonts and settings of pictures apply."""
    try:
        import matplotlib as mpl  # noqa: PLC0415 - only pictures wait for it
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        message = 'pictures are drawn with matplotlib: pip install "steelyard[picture]"'
        raise PictureError(message) from None
    look: Any = {
        "font.family": _fonts(picture),
        "svg.hashsalt": "steelyard",
        "axes.unicode_minus": False,
        "font.size": 10,
    }
    draw: dict[str, Callable[[Any, Picture], None]] = {
        "football": _football,
        "waterfall": _waterfall,
        "tornado": _tornado,
        "histogram": _histogram,
    }
    with mpl.rc_context(look):
        figure = Figure(figsize=(WIDTH, _height(picture)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.set_title(picture.title, color=f"#{NAVY}", fontweight="bold", fontsize=13, loc="left", pad=14)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(f"#{HAIRLINE}")
        axes.tick_params(length=0, colors="#404040")
        draw[picture.kind](axes, picture)
        use(figure)


def _height(picture: Picture) -> float:
    lying = picture.kind in ("football", "tornado")
    return 1.6 + 0.48 * len(picture.bars) if lying else 5.2


def _fonts(picture: Picture) -> list[str]:
    from matplotlib import font_manager  # noqa: PLC0415

    installed = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in CHINESE_FONTS if name in installed][:1]
    texts = [picture.title, picture.unit, *(bar.label for bar in picture.bars), *picture.legend]
    texts += [picture.line[0]] if picture.line else []
    if not chinese and any(letter >= FIRST_CHINESE for text in texts for letter in text):
        message = f"no font here has the picture's Chinese texts: install one of {', '.join(CHINESE_FONTS)}"
        raise PictureError(message)
    return [name for name in LATIN if name in installed][:1] + chinese


def shown(value: float, decimals: int = 0) -> str:
    """A number as cells show it, with negatives in parentheses.

    Examples
    --------
    >>> shown(-4031.2), shown(11.818, 2)
    ('(4,031)', '11.82')
    """
    rounded = rounded_number(value, float(decimals))
    text = f"{abs(rounded):,.{decimals}f}"
    return f"({text})" if rounded < 0 else text


def _largest(bars: list[Bar]) -> float:
    return max((abs(end) for bar in bars for end in (bar.low, bar.high)), default=0.0)


def _decimals(bars: list[Bar]) -> int:
    """Number of decimals: none from 100 up, one below, two below 20."""
    largest = _largest(bars)
    return 0 if largest >= 100 else 1 if largest >= 20 else 2  # noqa: PLR2004 - as the docstring says


def _football(axes: Any, picture: Picture) -> None:  # noqa: ANN401 - of matplotlib
    bars, places = list(picture.bars), range(len(picture.bars), 0, -1)
    price = [picture.line[1]] if picture.line else []
    decimals = _decimals([*bars, *(Bar("", at, at) for at in price)])
    lowest = min([*(bar.low for bar in bars), *price, 0.0])
    highest = max([*(bar.high for bar in bars), *price, 0.0])
    room = 0.12 * (highest - lowest)  # beside the first and the last bar, for their numbers
    begin = lowest - room if lowest < 0 else 0.0
    for bar, at in zip(bars, places, strict=True):
        own, low, said = bar.base is not None, shown(bar.low, decimals), shown(bar.high, decimals)
        if bar.high > bar.low:
            axes.barh(at, bar.high - bar.low, left=bar.low, height=0.42, color=f"#{MID_BLUE if own else HAIRLINE}")
            if bar.low - begin < LETTER * (1 + len(low)) * (highest + room - begin):  # it would stand among the names
                said = f"{low} – {said}"
            else:
                _text(axes, low, (bar.low, at), (-5, 0), "right")
        else:
            axes.plot(bar.low, at, "D", color=f"#{NAVY if own else GREY}", markersize=7)
        _text(axes, said, (bar.high, at), (7, 0), "left")
        if bar.base is not None and bar.high > bar.low:
            axes.plot([bar.base] * 2, [at - 0.3, at + 0.3], color="black", linewidth=2.2)
            _text(axes, shown(bar.base, decimals), (bar.base, at + 0.3), (0, 5), "center", weight="bold")
    claims = sum(bar.base is None for bar in bars)
    if 0 < claims < len(bars):
        axes.axhline(claims + 0.5, color=f"#{GREY}", linewidth=0.8)
    if picture.line:
        label, at_price = picture.line
        axes.axvline(at_price, ymax=0.95, color=f"#{ACCENT}", linestyle="--", linewidth=1.8)
        said = f"{label}: {shown(at_price, decimals)}"
        place = (at_price, len(bars) + 1.0)
        _text(axes, said, place, (5, 0), "left", weight="bold", colour=f"#{ACCENT}")
    axes.set_yticks(list(places), [broken(bar.label, BESIDE) for bar in bars])
    axes.set_ylim(0.4, len(bars) + 1.3)
    axes.set_xlim(begin, highest + room)
    if lowest < 0:
        axes.axvline(0, color=f"#{GREY}", linewidth=0.8)
    _numbers(axes.xaxis, decimals, picture.unit)


def _waterfall(axes: Any, picture: Picture) -> None:  # noqa: ANN401 - as above
    bars = list(picture.bars)
    decimals, largest = _decimals(bars), _largest(bars)
    for at, bar in enumerate(bars):
        change, total = bar.high - bar.low, at in picture.totals
        colour = NAVY if total else MID_BLUE if change >= 0 else ACCENT
        axes.bar(at, change, bottom=bar.low, width=0.62, color=f"#{colour}")
        step = bar.high if total else change
        tenths = largest < 1000 and abs(step) < 99.95  # noqa: PLR2004 - in billions a small step would be nothing
        said = shown(step, max(decimals, 1) if tenths else decimals)
        _text(axes, said, (at, max(bar.low, bar.high)), (0, 8), "center", weight="bold")
    axes.axhline(0, color=f"#{HAIRLINE}", linewidth=0.8)
    _columns(axes, [bar.label for bar in bars])
    lowest, highest = (of([*(end for bar in bars for end in (bar.low, bar.high)), 0.0]) for of in (min, max))
    room = 0.1 * (highest - lowest)
    axes.set_ylim(lowest - (room if lowest < 0 else 0.0), highest + room)
    _numbers(axes.yaxis, decimals, picture.unit)


def _columns(axes: Any, labels: list[str]) -> None:  # noqa: ANN401 - as above
    """Labels below columns, broken into lines and as large as they fit."""
    for size in SIZES:
        room = int(BELOW / size / len(labels))
        texts = [broken(label, room) for label in labels]
        if all(width(line) <= room for text in texts for line in text.split("\n")):
            break
    axes.set_xticks(range(len(labels)), texts, fontsize=size)


def _tornado(axes: Any, picture: Picture) -> None:  # noqa: ANN401 - as above
    decimals = _decimals(list(picture.bars))
    places = list(range(len(picture.bars), 0, -1))
    for name, colour, end in zip(picture.legend, (MID_BLUE, NAVY), ("low", "high"), strict=True):
        ends = [getattr(bar, end) for bar in picture.bars]
        axes.barh(places, ends, height=0.5, color=f"#{colour}", label=name)
        for value, at in zip(ends, places, strict=True):
            side = -1 if value < 0 else 1
            _text(axes, shown(value, decimals), (value, at), (5 * side, 0), "right" if side < 0 else "left")
    axes.axvline(0, color=f"#{GREY}", linewidth=0.8)
    axes.set_yticks(places, [broken(bar.label, BESIDE) for bar in picture.bars])
    axes.margins(x=0.14)
    _legend(axes)
    _numbers(axes.xaxis, decimals, picture.unit)


def _legend(axes: Any) -> None:  # noqa: ANN401 - as above
    axes.figure.legend(frameon=False, loc="outside lower center", ncols=5, fontsize=9)


def _histogram(axes: Any, picture: Picture) -> None:  # noqa: ANN401 - as above
    for stretch, (name, colour) in enumerate(zip(picture.legend, STRETCH_COLOURS, strict=True)):
        heights = [bar.high if of == stretch else 0.0 for bar, of in zip(picture.bars, picture.stretches, strict=True)]
        axes.bar(range(len(heights)), heights, width=1, color=f"#{colour}", edgecolor="w", label=name)
    every = max(1, len(picture.bars) // 10)
    marked = range(0, len(picture.bars), every)
    axes.set_xticks(list(marked), [picture.bars[n].label for n in marked])
    axes.set_xlabel(picture.unit, color=f"#{GREY}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    _legend(axes)
    _grid(axes.yaxis)


def _text(
    axes: Any,  # noqa: ANN401 - as above
    text: str,
    place: tuple[float, float],
    shift: tuple[float, float],
    side: str,
    *,
    weight: str = "normal",
    colour: str = "#262626",
) -> None:
    style = {"ha": side, "va": "center", "fontsize": 9, "fontweight": weight, "color": colour}
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # so that no line runs through a number
    axes.annotate(text, place, xytext=shift, textcoords="offset points", bbox=behind, **style)


def _numbers(axis: Any, decimals: int, unit: str) -> None:  # noqa: ANN401 - as above
    axis.set_major_formatter(lambda value, _: shown(value, decimals if decimals > 1 else 0))
    axis.set_label_text(unit, color=f"#{GREY}")
    _grid(axis)


def _grid(axis: Any) -> None:  # noqa: ANN401 - as above
    axis.grid(visible=True, color="#E5E5E5", linewidth=0.6)
    axis.axes.set_axisbelow(True)
