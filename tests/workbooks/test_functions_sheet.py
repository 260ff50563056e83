"""The Functions sheet: an example of every function, live where it fills one cell."""

from valuation.catalogue import CATALOGUE
from workbooks.layout.sheet_cells import lay_out
from workbooks.sheets.functions import sheet as functions


def test_what_fills_one_cell_is_live_and_what_fills_several_says_so() -> None:
    book = lay_out([functions.sheet()], "")
    names, live = book.addresses["function_rows.name"], book.addresses["function_rows.live"]
    cells = {(cell.row, cell.column): cell for cell in book.sheets[0].cells}
    shown = {
        cells[names.row + row, names.column].content: cells[live.row + row, live.column] for row in range(names.count)
    }
    assert list(shown) == [entry.excel_name for entry in CATALOGUE.values()]
    several = {"PEER_STATS", "PEER_OUTLIERS", "REGRESSION_FIT", "SOTP_RANGE", "SOTP_TABLE", "LOOKTHROUGH"} | {
        *("CONVERSION_TABLE", "WATERFALL_PAYOUTS", "LIQUIDATION_WATERFALL"),
        *("FUNDING_TABLE", "SENSITIVITY", "TORNADO", "WHY_MOVED", "SIMULATE"),
    }
    assert {name for name, cell in shown.items() if cell.content == "fills several cells"} == several
    assert all(f",{name}(" in cell.formula for name, cell in shown.items() if name not in several)
