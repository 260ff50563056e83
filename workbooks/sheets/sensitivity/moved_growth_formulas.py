"""Formulas of the cash flows at another growth: the growth of every year changes by the same points."""

from workbooks.case.cash_flows import Dcf
from workbooks.declarations.excel_functions import SUM
from workbooks.declarations.expressions import cells, grouped, ref
from workbooks.declarations.trees import Expression
from workbooks.sheets.dcf.forecast_formulas import STUB
from workbooks.sheets.dcf.formulas import GROWTH, WACC
from workbooks.sheets.sensitivity.varied_methods_formulas import End


def revenue(table: str, end: End, year: int, points: Expression) -> Expression:
    """The revenue of a year."""
    before = ref("forecast.revenue[1]") if year == 1 else ref(f"{table}.revenue_{end}[{year - 1}]")
    return before * (1 + ref(f"forecast.growth[{year + 1}]") + points)


def flow(section: Dcf, table: str, end: End, year: int) -> Expression:
    """The free cash flow of a year; of the first only the part that is still to come."""
    before = ref("forecast.revenue[1]") if year == 1 else ref(f"{table}.revenue_{end}[{year - 1}]")
    of = ref(f"{table}.revenue_{end}[{year}]")
    found = of * _kept(year) - _driver("working_capital", year) * grouped(of - before)
    return grouped(found) * STUB if year == 1 and section.first_year_end else found


def present(table: str, end: End, year: int) -> Expression:
    """What it is worth today."""
    return ref(f"{table}.flow_{end}[{year}]") * ref(f"forecast.factor[{year + 1}]")


def terminal(section: Dcf, table: str, end: End, last: int) -> Expression:
    """The value of everything after the forecast, when it comes."""
    of = ref(f"{table}.revenue_{end}[{last}]")
    if section.exit_multiple:
        return of * _driver("ebitda_margin", last) * ref("dcf.exit_multiple")
    following = _kept(last) * (1 + GROWTH) - _driver("working_capital", last) * GROWTH
    return of * grouped(following) / (WACC - GROWTH)


def terminal_present(table: str, end: End, last: int) -> Expression:
    """What that is worth today."""
    return ref(f"{table}.flow_{end}[{last + 1}]") / (1 + WACC) ** ref("dcf.terminal_period")


def value(table: str, end: End, last: int) -> Expression:
    """The enterprise value."""
    return SUM(cells(f"{table}.present_{end}", 1, last + 1))


def _driver(name: str, year: int) -> Expression:
    return ref(f"forecast.{name}[{year + 1}]")


def _kept(year: int) -> Expression:
    """Free cash flow before working capital, of a unit of revenue."""
    depreciation = _driver("depreciation", year)
    profit = grouped(_driver("ebitda_margin", year) - depreciation) * (1 - _driver("tax_rate", year))
    return grouped(profit + depreciation - _driver("capex", year))
