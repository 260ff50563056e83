"""Make the pictures of sheets in docs/pictures anew, with LibreOffice and poppler: `python tests/docs_pictures.py`.

The picture of the pane is not among them.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from libreoffice import LibreOffice
from workbooks.build import build

CASE: Final = "xiaomi_2018"
PICTURES: Final = Path(__file__).parents[1] / "docs" / "pictures"
SHEETS: Final = {"en": {"Summary": "summary", "Sensitivity": "sensitivity"}, "zh": {"分部估值": "segments_zh"}}


def main() -> None:
    """Draw the sheets of the case that the documentation shows."""
    with LibreOffice() as office, tempfile.TemporaryDirectory() as scratch:
        for language, wanted in SHEETS.items():
            book = Path(scratch) / f"{CASE}.{language}.xlsx"
            build(CASE, book, language)
            drawn = {path.stem.split(" ", 1)[1]: path for path in office.to_png(book, Path(scratch) / language, dpi=90)}
            for sheet, name in wanted.items():
                shutil.copyfile(drawn[sheet], PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
