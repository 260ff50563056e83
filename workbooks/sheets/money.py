"""Figures of a case in the local currency and in the reporting currency."""

from typing import Final

from valuation.numerics.rounding import excel_round
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.declarations.sheet import Content, Formula, Link, Reference

# The sheets are locked without a password: what is copied stays locked until the protection is taken off.
GROWS: Final = (
    "More {}: unprotect (no password), insert rows above this line, copy the row above into them, then type over it"
)


def figure(figure_id: str) -> Reference:
    """The reference of a figure on the Inputs sheet."""
    return f"figures.{figure_id}"


def local(case: Case, figure_id: str) -> Content:
    """A figure in the local currency: as it stands, or times the exchange rate."""
    to = figure(figure_id)
    if quantity(case.figures[figure_id].unit).currency != case.company.reporting_currency:
        return Link(to)
    return Formula(f"{{{to}}}*{{{fx(case)}}}", lambda value: value(to) * value(fx(case)))


def reporting(case: Case, of: Reference) -> Formula:
    """A result in the reporting currency."""
    return Formula(f"{{{of}}}/{{{fx(case)}}}", lambda value: value(of) / value(fx(case)))


def displayed(of: Reference) -> Formula:
    """A result counted in the display unit, for the axis of a chart."""
    unit = "inputs.display_unit"
    return Formula(f"{{{of}}}/{{{unit}}}", lambda value: value(of) / value(unit))


def fx(case: Case) -> Reference:
    """The exchange rate of the case."""
    return figure(case.company.fx)


def in_thousands(formula: str) -> str:
    """A formula of a number as a text in whole units, with negatives in parentheses as in cells."""
    return f'TEXT(ROUND({formula},0),"#,##0;(#,##0)")'


def thousands(value: float) -> str:
    """What `in_thousands` gives."""
    whole = excel_round(value, 0)
    return f"({-whole:,.0f})" if whole < 0 else f"{abs(whole):,.0f}"
