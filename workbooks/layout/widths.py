"""How wide columns are and how high rows, and how wide a text or a chart is in them."""

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
ROW_HEIGHT: Final = 0.53  # cm
CHART_WIDTH: Final = 25.0  # cm
CHART_COLUMNS: Final = CHART_WIDTH / DIGIT  # column widths under a chart
CHARACTER: Final = 0.95  # of a column width that an average character takes
WIDER: Final = {"zh": 1.1}  # how much more of it in the font of a language
CHINESE_CHARACTER: Final = 1.9


def text_width(text: str, language: str = ENGLISH) -> float:
    """How wide a column has to be for a text."""
    chinese = 0 if text.isascii() else sum(ord(letter) >= 0x2E80 for letter in text)  # noqa: PLR2004 - where it begins
    return CHINESE_CHARACTER * chinese + CHARACTER * WIDER.get(language, 1) * (len(text) - chinese)
