"""Looks of cells by role and unit: colours, fonts and number formats."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from valuation.kernel.amount_text import power_of_ten
from workbooks.case.quantity import Quantity, quantity
from workbooks.layout.cell import Cell, Role

FONT: Final = "Calibri"
CHINESE_FONT: Final = "Microsoft YaHei"  # part of Excel; other systems substitute their own font
CELL_FONTS: Final = {"zh": CHINESE_FONT}  # a cell has one font for all scripts, a chart one for each
UPRIGHT: Final = ("zh",)  # scripts without italics
NAVY: Final = "1F3864"
PALE_BLUE: Final = "DCE6F1"
MID_BLUE: Final = "9DB7D5"
LIGHT_GREY: Final = "F2F2F2"
GREY: Final = "595959"  # 7 to 1 on white
INPUT_BLUE: Final = "0000FF"
INPUT_FILL: Final = "FFF9E5"
LINK_GREEN: Final = "00703C"
ACCENT: Final = "B3500E"
HAIRLINE: Final = "BFBFBF"
STRETCH_COLOURS: Final = (HAIRLINE, MID_BLUE, NAVY, MID_BLUE, HAIRLINE)  # of a histogram, from below P10 to above P90
GOOD: Final = ("E2EFDA", "375623")
WARN: Final = ("FFF2CC", "7F6000")
FAIL: Final = ("F8CBAD", "9C0006")
COLD, WARM = "F8CBAD", "C6E0B4"  # colours of the lowest and highest value of a heat map

DASH: Final = '"–"'
ROOM: Final = "_)"  # space as wide as the closing parenthesis of a negative, to align digits
PADDED_TEXT: Final = f"@{ROOM}"
PADDED: Final = f"General{ROOM};-General{ROOM};General{ROOM};{PADDED_TEXT}"  # a text or a number as it is
QUIET: Final = rf"0.0{ROOM};\(0.0\);;@"  # chart data: zeros hidden, no commas because some are years
SHIFT: Final = rf"0.0%{ROOM};\(0.0%\);0.0%{ROOM}"  # a step of 0 from the base is shown too
FLAG: Final = '"TRUE";"TRUE";"FALSE"'  # LibreOffice would show a stored flag as 1 in a number format
NO_NUMBER: Final = ("", "text", "status")


@dataclass(frozen=True, slots=True)
class Look:
    """Look of a cell, independent of the file format."""

    name: str
    number_format: str = "General"
    size: float = 10
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = "000000"
    fill: str = ""
    horizontal: str = ""
    indent: int = 0
    wrap: bool = False
    locked: bool = True
    under: str = ""  # hairline below
    box: str = ""  # line around


PLAIN: Final[dict[Role, Look]] = {
    "title": Look("Sheet title", size=16, bold=True, colour=NAVY),
    "answers": Look("Sheet question", colour="404040"),
    "currency": Look("Sheet currency", italic=True, colour=GREY),
    "section": Look("Section", bold=True, colour="FFFFFF", fill=NAVY),
    "heading": Look("Heading", bold=True, colour=NAVY, fill=PALE_BLUE, wrap=True),
    "heading_unit": Look(
        "Heading unit", PADDED, colour=GREY, fill=PALE_BLUE, horizontal="right", under=HAIRLINE, wrap=True
    ),
    "label": Look("Label"),
    "strong_label": Look("Label strong", bold=True),
    "unit": Look("Unit", colour=GREY, horizontal="center"),
    "note": Look("Note", italic=True, colour=GREY),
    "input": Look("Input", colour=INPUT_BLUE, fill=INPUT_FILL, locked=False),
    "prompt": Look("To type", colour=INPUT_BLUE, fill=INPUT_FILL, locked=False),
    "entry": Look("Entry", colour=INPUT_BLUE, fill=INPUT_FILL, locked=False, under=HAIRLINE),
    "calculation": Look("Calculation"),
    "difference": Look("Difference"),
    "result": Look("Result", bold=True, colour=NAVY, fill=LIGHT_GREY),
    "link": Look("Link", colour=LINK_GREEN),
    "addin": Look("Add-in", italic=True, colour=GREY, horizontal="right"),
    "addin_head": Look("Add-in heading", italic=True, colour=GREY, fill=PALE_BLUE, horizontal="right", under=HAIRLINE),
    "quiet": Look("Quiet", size=8, colour=GREY, number_format=QUIET),
    "quiet_text": Look("Quiet text", size=8, colour=GREY),
    "jump": Look("Jump", colour=LINK_GREEN, underline=True),
    "status": Look("Status", bold=True, horizontal="center"),
    "text": Look("Text"),
    "stored": Look("Stored", italic=True, colour="404040", fill=LIGHT_GREY, horizontal="right"),
    "axis": Look("Axis", bold=True, colour=NAVY, fill=PALE_BLUE, horizontal="right"),
    "shift": Look("Shift", SHIFT, colour=GREY, horizontal="right"),
    "centre": Look("Centre", bold=True, colour=NAVY, horizontal="right", box=NAVY),
}
NUMBERED: Final[tuple[Role, ...]] = (
    *("input", "entry", "calculation", "difference", "result", "link", "addin", "addin_head"),
    *("stored", "axis", "centre"),
)
ALIGNED: Final[tuple[Role, ...]] = (
    *("section", "heading", "input", "prompt", "entry", "calculation", "difference", "result", "link", "text", "note"),
    *("stored", "quiet", "quiet_text"),
)
TYPED: Final[tuple[Role, ...]] = (
    "input",
    "entry",
)  # in the unit of their line, as typed
# On the left while they are empty too.
TEXTS: Final[tuple[Role, ...]] = ("section", "text", "note", "prompt", "entry")


@lru_cache(maxsize=4096)
def look(
    role: Role,
    unit: str = "",
    *,
    precise: bool = False,
    wrap: bool = False,
    text: bool = False,
    first: bool = False,
    right: bool = False,
    flag: bool = False,
) -> Look:
    """The look of a cell: its role, the number format of its unit, numbers to the right and texts to the left.

    A text among numbers is aligned `right`; a `flag` is TRUE or FALSE, which LibreOffice would show as 1 or 0 in a
    number format.
    """
    plain = PLAIN[role]
    words = [plain.name]
    changes: dict[str, object] = {}
    if role in NUMBERED and unit not in NO_NUMBER:
        of_role = typed_format if role in TYPED else difference_format if role == "difference" else number_format
        changes["number_format"] = of_role(unit, precise=precise)
        words += [_format_name(unit), "precise"] if precise else [_format_name(unit)]
    if role in ALIGNED:
        left = (text or role in TEXTS) and unit in NO_NUMBER and not right  # a dash among numbers is on the right
        side = "center" if unit == "status" else "left" if left else "right"
        changes["horizontal"] = side
        if side == "left" and not first:  # a text beside a number needs air
            changes["indent"] = 1
            words.append("indented")
        words.append(side)
        if flag:
            changes["number_format"] = FLAG
            words.append("flag")
        elif side == "right" and plain.number_format == "General":
            changes.setdefault("number_format", PADDED)
    if wrap:
        changes["wrap"] = True
        words.append("wrapped")
    return replace(plain, name=" ".join(words), **changes)  # type: ignore[arg-type]


def look_of(cell: Cell) -> Look:
    """The look of a cell that is laid out."""
    return look(
        cell.role,
        cell.unit,
        precise=cell.precise,
        wrap=cell.wrap,
        text=isinstance(cell.content, str),
        first=cell.column == 1,
        right=cell.right,
        flag=isinstance(cell.content, bool),
    )


SCALED: Final = ("money", "count", "money_per")
LARGEST_GROUPED: Final = 1e16  # in whole units; Excel shows no more digits of a number than fifteen
_DECIMALS: Final = re.compile(r"\\?\.(?P<zeros>0+)")
SCALE_NAMES: Final = {1.0: "whole", 1e4: "万", 1e6: "million", 1e8: "亿", 1e9: "billion"}


# As usual, and where it is precise.
UNSIGNED: Final = {"date": ("yyyy-mm-dd", "yyyy-mm-dd"), "score": ("0.00", "0.0##"), "years": ("General", "0.0#")}
SIGNED: Final = {
    "share": ("#,##0.0%", "#,##0.00%"),
    "rate": ("#,##0.0%", "#,##0.00%"),
    "margin": ("#,##0.0%", "#,##0.00%"),
    "multiple": ('0.0"×"', '0.00"×"'),
    "fx": ("0.000", "0.000"),
    "ratio": ("0.00", "0.000"),
}


@lru_cache(maxsize=256)
def number_format(unit: str, *, precise: bool = False) -> str:
    """Excel's number format for a unit: stored in whole units, shown in the unit.

    亿 and 万 are not powers of a thousand, so Excel's scaling commas are not enough: the value is scaled to the next
    power of a thousand and a literal point is placed among its digits.
    """
    if unit in NO_NUMBER:
        return "General"
    measure = quantity(unit)
    if measure.kind in UNSIGNED:
        return UNSIGNED[measure.kind][precise] + ROOM
    if measure.kind in SIGNED:
        zero = "0.00" if measure.kind == "ratio" else DASH  # a correlation of 0 is shown
        return _signed(SIGNED[measure.kind][precise], zero)
    if measure.kind == "money_per" and measure.scale == 1:
        return _signed("#,##0.00")
    return _scaled(measure, precise=precise)


def typed_format(unit: str, *, precise: bool = False) -> str:
    """The number format of a cell to type in: typed numbers are shown as typed, in the unit of the line."""
    measure = quantity(unit)
    if measure.scale == 1 or measure.kind not in SCALED:
        return number_format(unit, precise=precise)
    return _signed("#,##0.00###" if precise else "#,##0.##")


@lru_cache(maxsize=256)
def difference_format(unit: str, *, precise: bool = False) -> str:
    r"""The number format of a difference: one that rounds to nothing in the decimals that are shown is a dash.

    Examples
    --------
    >>> difference_format("×", precise=True)
    '[>=0.005]0.00"×"_);[<=-0.005]\\(0.00"×"\\);"–"_);@_)'
    """
    measure, usual = quantity(unit), number_format(unit, precise=precise)
    if measure.kind in UNSIGNED:
        return usual
    positive, negative, _, text = usual.split(";")
    decimals = _DECIMALS.search(positive)
    power = len(decimals["zeros"]) if decimals else 0
    scale = measure.scale if measure.kind in SCALED else 0.01 if "%" in positive else 1.0
    least = f"{0.5 * scale / 10**power:.12f}".rstrip("0").rstrip(".")
    return f"[>={least}]{positive};[<=-{least}]{negative};{DASH}{ROOM};{text}"


def conditional_formats(role: Role, unit: str, *, precise: bool = False) -> list[tuple[str, str]]:
    """Number formats for large values, each with the condition on `{cell}`.

    Millions and billions have no decimals from 100 up, unless they are precise. In 亿 and 万 a point set by hand leaves
    no room for Excel's own separators, so from 1,000 up they are set by hand too: one for each thousandfold. A cell to
    type in holds the number that is shown, so it needs none.
    """
    measure = quantity(unit) if role in NUMBERED and role not in TYPED and unit not in NO_NUMBER else None
    if measure is None or measure.kind not in SCALED:
        return []
    commas, digits = divmod(power_of_ten(measure.scale), 3)
    if not digits:
        if precise or not commas:
            return []
        hundred = 99.95 * measure.scale  # from here on it rounds to 100.0
        return [(_signed("#,##0" + "," * commas), f"ABS({{cell}})>={hundred!r}")]
    ending = rf"\.{'0' * digits}{',' * commas}"
    found = []
    for groups in reversed(range(1, 5)):  # the largest first, because the first rule that is met wins
        from_here = (1000.0**groups - 0.5 * 10.0**-digits) * measure.scale  # it rounds to 1,000, or to 1,000,000
        if from_here < LARGEST_GROUPED:
            found.append((_signed("#" + r"\,000" * groups + ending), f"ABS({{cell}})>={from_here!r}"))
    return found


def _format_name(unit: str) -> str:
    # Keyed by what the format depends on, so that 亿元, 亿 USD and 亿 accounts share styles.
    measure = quantity(unit)
    if measure.kind in ("money", "count") or measure.scale != 1:
        return SCALE_NAMES.get(measure.scale, f"in {measure.scale:g}")
    return measure.kind


def _scaled(measure: Quantity, *, precise: bool) -> str:
    commas, digits = divmod(power_of_ten(measure.scale), 3)
    if digits:
        return _signed(rf"0\.{'0' * digits}{',' * commas}")
    if not commas:
        return _signed("#,##0")
    return _signed(("#,##0.00" if precise else "#,##0.0") + "," * commas)


def _signed(positive: str, zero: str = DASH) -> str:
    return rf"{positive}{ROOM};\({positive}\);{zero}{ROOM};{PADDED_TEXT}"


def is_money(cell: Cell) -> bool:
    """Whether a cell holds an amount of money, or one per share."""
    return cell.unit not in NO_NUMBER and quantity(cell.unit).kind in ("money", "money_per")
