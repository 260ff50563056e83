"""Small models of the kinds that people publish: three statements, a DCF, comparables, a budget, a loan.

Each is written with openpyxl and computed by the embedded engine, so that its formulas have stored values. None has a
fault on purpose; `test_any_workbook.py` changes one cell at a time.
"""

import io
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from openpyxl import Workbook

from workbooks.recalculation.engine import recalculated

Content: TypeAlias = float | str | bool | None
Cells: TypeAlias = dict[tuple[str, str], Content]

YEARS: Final = "CDEFG"


def packed(cells: Mapping[tuple[str, str], Content], change: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook with these cells, without stored values."""
    book = Workbook()
    book.remove(book["Sheet"])
    for (sheet, at), content in cells.items():
        page = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
        page[at] = content
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def stored(cells: Mapping[tuple[str, str], Content], change: Callable[[Workbook], None] | None = None) -> bytes:
    """The same with the values that its formulas give."""
    return recalculated(packed(cells, change), {}).data


def forecast() -> Cells:
    """Five years of an income statement on assumptions of another sheet."""
    cells: Cells = {("Assumptions", "A1"): "Assumptions"}
    lines = {"Growth": (3, 0.08), "Gross margin": (4, 0.42), "Overheads, share of revenue": (5, 0.18), "Tax": (6, 0.25)}
    for label, (row, value) in lines.items():
        cells["Assumptions", f"A{row}"] = label
        for step, column in enumerate(YEARS):
            cells["Assumptions", f"{column}{row}"] = round(value * (1 - 0.03 * step), 4)
    for column, year in zip("BCDEFG", range(2024, 2030), strict=True):
        cells["Assumptions", f"{column}2"] = cells["Model", f"{column}2"] = year
    labels = ["Revenue", "Cost of sales", "Gross profit", "Overheads", "Operating profit", "Tax", "Net profit"]
    for row, label in enumerate(labels, start=3):
        cells["Model", f"A{row}"] = label
    for row, value in enumerate((1250.0, -725.0), start=3):
        cells["Model", f"B{row}"] = value
    cells |= {("Model", "B5"): "=B3+B4", ("Model", "B6"): -225.0, ("Model", "B7"): "=B5+B6", ("Model", "B8"): -75.0}
    cells["Model", "B9"] = "=B7+B8"
    for before, column in zip("BCDEF", YEARS, strict=True):
        cells |= {
            ("Model", f"{column}3"): f"={before}3*(1+Assumptions!{column}3)",
            ("Model", f"{column}4"): f"=-{column}3*(1-Assumptions!{column}4)",
            ("Model", f"{column}5"): f"={column}3+{column}4",
            ("Model", f"{column}6"): f"=-{column}3*Assumptions!{column}5",
            ("Model", f"{column}7"): f"={column}5+{column}6",
            ("Model", f"{column}8"): f"=-{column}7*Assumptions!{column}6",
            ("Model", f"{column}9"): f"={column}7+{column}8",
        }
    return cells


def discounted() -> Cells:
    """A discounted cash flow with a terminal value and a bridge."""
    cells: Cells = {}
    inputs = {"Discount rate": 0.09, "Terminal growth": 0.02, "Net debt": 310.0, "Shares": 120.0}
    for row, (label, value) in enumerate(inputs.items(), start=2):
        cells["DCF", f"A{row}"], cells["DCF", f"C{row}"] = label, value
    for row, label in enumerate(["Year", "Free cash flow", "Discount factor", "Present value"], start=8):
        cells["DCF", f"A{row}"] = label
    for step, column in enumerate(YEARS, start=1):
        cells |= {
            ("DCF", f"{column}8"): step,
            ("DCF", f"{column}9"): round(90 * 1.06**step, 1),
            ("DCF", f"{column}10"): f"=1/(1+$C$2)^{column}8",
            ("DCF", f"{column}11"): f"={column}9*{column}10",
        }
    rows = {
        "Sum of present values": "=SUM(C11:G11)",
        "Terminal value": "=G9*(1+C3)/(C2-C3)",
        "Present value of it": "=C14*G10",
        "Enterprise value": "=C13+C15",
        "Equity value": "=C16-C4",
        "Value per share": "=C17/C5",
    }
    for row, (label, formula) in enumerate(rows.items(), start=13):
        cells["DCF", f"A{row}"], cells["DCF", f"C{row}"] = label, formula
    return cells


def comparables() -> Cells:
    """Eight companies with two multiples and their statistics."""
    cells: Cells = {}
    headings = ["Company", "Market value", "Net debt", "EV", "Revenue", "EBITDA", "EV/Revenue", "EV/EBITDA"]
    for column, heading in zip("ABCDEFGH", headings, strict=True):
        cells["Comps", f"{column}3"] = heading
    for number in range(8):
        row = 4 + number
        value, debt, revenue = 900.0 + 130 * number, 120.0 - 25 * number, 640.0 + 75 * number
        cells |= {("Comps", f"A{row}"): f"Company {chr(65 + number)}", ("Comps", f"B{row}"): value}
        cells |= {("Comps", f"C{row}"): debt, ("Comps", f"E{row}"): revenue, ("Comps", f"F{row}"): revenue * 0.21}
        cells |= {("Comps", f"D{row}"): f"=B{row}+C{row}", ("Comps", f"G{row}"): f"=D{row}/E{row}"}
        cells["Comps", f"H{row}"] = f"=D{row}/F{row}"
    for row, function in enumerate(("AVERAGE", "MEDIAN", "MIN", "MAX"), start=13):
        cells["Comps", f"A{row}"] = function.title()
        for column in "GH":
            cells["Comps", f"{column}{row}"] = f"={function}({column}4:{column}11)"
    cells |= {("Comps", "A18"): "Own revenue", ("Comps", "B18"): 500.0, ("Comps", "A19"): "Value"}
    cells["Comps", "B19"] = "=B18*G14"
    return cells


def budget() -> Cells:
    """Twelve months of a budget with subtotals and a year."""
    cells: Cells = {}
    months = "BCDEFGHIJKLM"
    groups = {"Salaries": 4, "Rent": 5, "Travel": 6, "Costs": 7, "Sales": 9, "Licences": 10, "Income": 11, "Result": 13}
    for label, row in groups.items():
        cells["Budget", f"A{row}"] = label
    for step, column in enumerate(months):
        cells["Budget", f"{column}3"] = f"M{step + 1}"
        for row, value in {4: 52.0, 5: 14.0, 6: 6.5, 9: 88.0, 10: 21.0}.items():
            cells["Budget", f"{column}{row}"] = value + step * (row % 3)
        cells |= {
            ("Budget", f"{column}7"): f"=SUM({column}4:{column}6)",
            ("Budget", f"{column}11"): f"=SUM({column}9:{column}10)",
        }
        cells["Budget", f"{column}13"] = f"={column}11-{column}7"
    cells["Budget", "N3"] = "Year"
    for row in (4, 5, 6, 7, 9, 10, 11, 13):
        cells["Budget", f"N{row}"] = f"=SUM(B{row}:M{row})"
    return cells


def loan() -> Cells:
    """Twenty-four payments of a loan."""
    cells: Cells = {
        ("Loan", "A2"): "Principal",
        ("Loan", "C2"): 24000.0,
        ("Loan", "A3"): "Rate a year",
        ("Loan", "C3"): 0.06,
    }
    cells |= {
        ("Loan", "A4"): "Months",
        ("Loan", "C4"): 24.0,
        ("Loan", "A5"): "Payment",
        ("Loan", "C5"): "=PMT(C3/12,C4,-C2)",
    }
    for column, heading in zip("ABCDE", ["Month", "Opening", "Interest", "Repaid", "Closing"], strict=True):
        cells["Loan", f"{column}7"] = heading
    for number in range(24):
        row = 8 + number
        cells["Loan", f"A{row}"] = number + 1
        cells["Loan", f"B{row}"] = f"=E{row - 1}" if number else "=C2"
        cells |= {("Loan", f"C{row}"): f"=B{row}*$C$3/12", ("Loan", f"D{row}"): f"=$C$5-C{row}"}
        cells["Loan", f"E{row}"] = f"=B{row}-D{row}"
    cells |= {("Loan", "A33"): "Total interest", ("Loan", "C33"): "=SUM(C8:C31)"}
    return cells


MODELS: Final = {each.__name__: each for each in (forecast, discounted, comparables, budget, loan)}
