"""Column widths, row heights, and widths of texts and charts."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from workbooks.languages.language import ENGLISH
from workbooks.layout.placing import ADDIN, DIFFERENCE, LABEL, UNIT, VALUE

LINE_WIDTHS: Final = {LABEL: 34.0, UNIT: 16.0, VALUE: 15.0}
ADDIN_WIDTHS: Final = {ADDIN: 15.0, DIFFERENCE: 13.0}
ITEM_WIDTH: Final = 18.0  # of an item laid across
NUMBER_WIDTH: Final = 13.0
TEXT_WIDTH: Final = 16.0
SPILL_WIDTH: Final = 28.0  # of a column of spilled texts: the names of two arguments
SHORT_TEXT: Final = 20.0
DEFAULT_WIDTH: Final = 8.43  # of a column nobody sets
INCH: Final = 2.54  # cm
DIGIT: Final = 7 / 96 * INCH  # cm of a column, for each unit of its width: 96 pixels an inch, 7 a character
PADDING: Final = 5 / 96 * INCH  # cm of a column, beside the digits that its width says
ROW_POINTS: Final = 13.5  # how high a row with one line is
ROW_HEIGHT: Final = ROW_POINTS / 72 * INCH  # cm
CHART_WIDTH: Final = 21.5  # cm
CHARACTER: Final = 0.95  # of a column width that an average character takes
WIDER: Final = {"zh": 1.1}  # how much more of it in the font of a language
CHINESE_CHARACTER: Final = 1.9
SNUG: Final = 0.92  # of that width, what a text of many words takes; characters are all equally wide in Chinese
WORD: Final = re.compile(r"[\u2e80-\U0010ffff]|[^\s\u2e80-\U0010ffff]+|\n")


def width_of(widths: Iterable[float]) -> float:
    """How wide columns are together, in cm."""
    return sum(DIGIT * width + PADDING for width in widths)


@lru_cache(maxsize=16384)  # a text is measured for its column, its row, its page, and every word of it
def text_width(text: str, language: str = ENGLISH) -> float:
    """How wide a column has to be for a text."""
    chinese = 0 if text.isascii() else sum(ord(letter) >= 0x2E80 for letter in text)  # noqa: PLR2004 - where it begins
    return CHINESE_CHARACTER * chinese + CHARACTER * WIDER.get(language, 1) * (len(text) - chinese)


@lru_cache(maxsize=8192)
def wrapped_lines(text: str, width: float, language: str = ENGLISH) -> int:
    """Number of lines of a text in a column, estimated conservatively.

    A line breaks between words, and between any two Chinese characters.

    Examples
    --------
    >>> wrapped_lines("the sum of the parts", 10)
    2
    >>> wrapped_lines("分部估值法", 6)
    2
    """
    lines, used, width = 1, 0.0, max(width, CHARACTER)
    for word in WORD.findall(text):
        needed = text_width(word, language) * (SNUG if language == ENGLISH else 1)
        if word == "\n" or (used and used + needed > width):
            lines, used = lines + 1, 0.0
        lines += int(needed / width)
        used += needed % width + (SNUG * CHARACTER if word.isascii() else 0)
    return lines
