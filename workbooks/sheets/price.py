"""The price that the value is compared with: the share price, the market value, or the last round."""

import datetime as dt

from workbooks.case.model import Case
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Reference
from workbooks.sheets.money import local, per_share_unit
from workbooks.sheets.year_names import last_day


def price_of(case: Case) -> tuple[str, Content, str]:
    """The price: its figure, cell and unit; empty where the case has none."""
    capital = case.capital
    if capital is not None and capital.price:
        return capital.price, Link("capital.price"), per_share_unit(case)
    if capital is not None and (given := capital.market_value or capital.last_round):
        return given, Link("capital.market_value"), case.company.display_unit
    if case.company.price:
        return case.company.price, local(case, case.company.price), case.company.display_unit
    return "", None, ""


def market_value(case: Case) -> Reference:
    """The market value for the price line of charts; empty where the case has none."""
    if case.capital is not None:
        capital = case.capital
        priced = capital.market_value or capital.last_round or (capital.price and capital.has_shares)
        return "capital.market_value" if priced else ""
    return "summary.price" if case.company.price else ""


def convertibles_at_price(case: Case) -> bool:
    """Whether convertibles count as shares in the market value where the price is above their conversion price."""
    capital = case.capital
    return capital is not None and bool(capital.convertibles and capital.price) and capital.has_shares


def market_value_with_debt(case: Case) -> Reference:
    """The market value with all convertibles as debt, as a method's own equity value has them; empty for none."""
    return "capital.market_value_with_debt" if convertibles_at_price(case) else market_value(case)


def market_per_share(case: Case) -> Reference:
    """The share price at the market value; empty where the case has no shares."""
    if case.capital is None or not case.capital.has_shares or not market_value(case):
        return ""
    return "capital.price" if case.capital.price else "capital.market_per_share"


def date_of_price(case: Case) -> dt.date | None:
    """Date of the price: the last day of its month or year if no day is given, None if there is no date."""
    label = price_of(case)[0]
    return last_day(case.figures[label].as_of) if label else None


def against_last_price(case: Case) -> bool:
    """Whether the value is compared with a price of the whole company on the Summary."""
    return market_value(case) == "summary.price"
