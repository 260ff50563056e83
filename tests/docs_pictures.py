"""Make the pictures in docs/pictures anew: `python tests/docs_pictures.py`.

Those of sheets are rendered with LibreOffice and poppler, those of charts are what `steelyard picture` draws. The
picture of the pane is not among them.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from libreoffice import LibreOffice
from workbooks.build import build
from workbooks.case.reading import bundled
from workbooks.pictures.drawing import drawn
from workbooks.pictures.figures import picture

CASE: Final = "xiaomi_2018"
PICTURES: Final = Path(__file__).parents[1] / "docs" / "pictures"
SHEETS: Final = {"en": {"Summary": "summary", "Sensitivity": "sensitivity"}, "zh": {"分部估值": "segments_zh"}}


CHARTS: Final = {"football": ("football", "en"), "histogram_zh": ("histogram", "zh")}


def main() -> None:
    """Draw the sheets and the charts of the case that the documentation shows."""
    for name, (kind, language) in CHARTS.items():
        (PICTURES / f"{name}.png").write_bytes(drawn(picture(bundled(CASE), kind, language), "png"))
    sheets()


def sheets() -> None:
    """Render the sheets."""
    with LibreOffice() as office, tempfile.TemporaryDirectory() as scratch:
        for language, wanted in SHEETS.items():
            book = Path(scratch) / f"{CASE}.{language}.xlsx"
            build(CASE, book, language)
            rendered = {
                path.stem.split(" ", 1)[1]: path for path in office.to_png(book, Path(scratch) / language, dpi=90)
            }
            for sheet, name in wanted.items():
                shutil.copyfile(rendered[sheet], PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
