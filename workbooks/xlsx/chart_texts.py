"""Texts of charts: titles, and fonts and number formats of labels."""

from functools import lru_cache
from typing import Any, Final

from openpyxl.chart.data_source import NumFmt, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.descriptors import Set, Typed
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from workbooks.layout.styles import CHINESE_FONT, FONT, NAVY

LETTERS: Final = 10.5  # points; eight points on a page printed at 80 %


class _Labels(DataLabelList):
    """Labels with their own number format; without the mark LibreOffice would use the format of the cells."""

    numFmt: Any = Typed(expected_type=NumFmt, allow_none=True)  # noqa: N815 - the name in the file
    __elements__ = DataLabelList.__elements__
    __nested__ = tuple(name for name in DataLabelList.__nested__ if name != "numFmt")


class _OnOneLine(RichTextProperties):
    """Text without wrapping: openpyxl treats the value "none" as missing."""

    wrap: Any = Set(values=["none"])
    __attrs__ = RichTextProperties.__attrs__
    __elements__ = RichTextProperties.__elements__
    __nested__ = RichTextProperties.__nested__


def title(text: str, size: float = 12, colour: str = NAVY) -> Title:
    """The title of a chart or of an axis."""
    characters = _characters(size, colour, bold=True)
    run = RegularTextRun(rPr=characters, t=text)
    placed = Title(overlay=False)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=characters), r=[run])
    placed.tx = Text(rich=RichText(bodyPr=RichTextProperties(), p=[paragraph]))
    return placed


def linked_title(cell: str) -> Title:
    """A chart title linked to a cell."""
    placed = Title(overlay=False)
    placed.tx = Text(strRef=StrRef(cell))
    placed.txPr = lettering(12, NAVY, bold=True)
    return placed


def value_labels(number_format: str, place: str) -> DataLabelList:
    """Value labels beside or inside bars."""
    labels = _Labels(numFmt=NumFmt(number_format), dLblPos=place, **showing("showVal"))
    labels.txPr = lettering(LETTERS, "404040")
    return labels


def showing(what: str) -> dict[str, bool]:
    """Switches for what labels show; everything else is off."""
    every = ("showSerName", "showVal", "showCatName", "showLegendKey", "showPercent", "showBubbleSize")
    return {name: name == what for name in every}


@lru_cache(maxsize=64)  # dozens of captions share two
def lettering(size: float, colour: str, *, bold: bool = False, wrap: bool = True, level: bool = False) -> RichText:
    """Text properties of labels and axes; with `level` they are never rotated."""
    characters = _characters(size, colour, bold=bold)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=characters), endParaRPr=characters)
    body = RichTextProperties(rot=0 if level else None) if wrap else _OnOneLine(wrap="none")
    return RichText(bodyPr=body, p=[paragraph])


def _characters(size: float, colour: str, *, bold: bool = False) -> CharacterProperties:
    latin, chinese = Font(typeface=FONT), Font(typeface=CHINESE_FONT)
    return CharacterProperties(sz=int(size * 100), b=bold, solidFill=colour, latin=latin, ea=chinese)
