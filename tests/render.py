"""Draw every sheet of workbooks as PNG, for visual inspection: `python tests/render.py FILE.xlsx … FOLDER`."""

import sys
from pathlib import Path

from libreoffice import LibreOffice


def main(*arguments: str) -> None:
    """Draw the files named first into the folder named last."""
    *books, folder = map(Path, arguments)
    with LibreOffice() as office:
        for book in books:
            for picture in office.to_png(book, folder / book.stem if books[1:] else folder):
                print(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
