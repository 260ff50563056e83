"""Contents of the cells of a chart at build time."""

from workbooks.address import Address
from workbooks.layout.sheet_cells import LaidBook


def texts_of(cells: Address, book: LaidBook) -> list[str]:
    """Contents of adjacent cells at build time."""
    (page,) = (page for page in book.sheets if page.sheet.name == cells.sheet)
    found = {(cell.row, cell.column): str(cell.content) for cell in page.cells}
    return [found[cells.at(item).row, cells.at(item).column] for item in range(cells.count)]


def numbers_of(cells: Address, book: LaidBook) -> list[float]:
    """Numbers in adjacent cells at build time."""
    (page,) = (page for page in book.sheets if page.sheet.name == cells.sheet)
    places = {(cells.at(item).row, cells.at(item).column) for item in range(cells.count)}
    found = (cell.content for cell in page.cells if (cell.row, cell.column) in places)
    return [float(each) for each in found if isinstance(each, (int, float))]
