"""Checks of the section for discounted cash flows: its years, its cost of capital and its terminal value."""

import datetime as dt
from typing import Final

from valuation.kernel.dates import serial_number
from workbooks.case.cash_flows import CostOfCapital, Dcf
from workbooks.case.known import Known, Misfits
from workbooks.case.shape import as_table, nearest, shown
from workbooks.case.yearly import yearly

ROUNDING: Final = 1e-9  # inputs of a cost of capital that is built up from components
DRIVERS: Final = ("growth", "ebitda_margin", "depreciation", "tax_rate", "capex", "working_capital")
LONGEST_YEAR: Final = 366


def cash_flow_misfits(section: Dcf, known: Known) -> Misfits:
    """Lists of different lengths, years that do not fit, and values without an end."""
    if bool(section.terminal_growth) == bool(section.exit_multiple):
        given = "both are given" if section.terminal_growth else "neither is given"
        yield ("terminal_growth",), f"{given}: expected either terminal_growth or exit_multiple"
    yield from _years(section, known)
    yield from _first_year(section, known)
    growth, wacc = known.numbers.get(section.terminal_growth or ""), _wacc(section, known)
    if growth is not None and wacc is not None and growth >= wacc - ROUNDING:
        yield ("terminal_growth",), f"{growth:.4g} is not below the cost of capital, {wacc:.4g}: the value has no end"
    if isinstance(section.wacc, CostOfCapital) and bool(section.wacc.beta) == bool(section.wacc.beta_peers):
        given = "is given beside beta_peers" if section.wacc.beta else "is missing"
        yield ("wacc", "beta"), f"{given}: expected either beta, or beta_peers from which it is relevered"
    yield from _betas(section, known)
    yield from _part(section, known)


def _betas(section: Dcf, known: Known) -> Misfits:
    """Peers whose net cash is as large as their equity: nothing of their beta is that of a business."""
    peers = section.wacc.beta_peers if isinstance(section.wacc, CostOfCapital) else ()
    for row, peer in enumerate(peers):
        given = known.numbers.get(peer.debt_to_equity)
        if given is not None and given <= -1:
            message = f"{given:g}: net cash is as large as the equity, so there is no beta of the business"
            yield ("wacc", "beta_peers", row, "debt_to_equity"), f"{message}: leave the peer out"


def _part(section: Dcf, known: Known) -> Misfits:
    """A part that is valued by the cash flows, and is not there or is valued by something else."""
    if not section.part:
        return
    methods = {as_table(row).get("name"): as_table(row).get("method") for row in known.rows("segments", "parts")}
    names = known.names("segments", "parts")
    if section.part not in names:
        yield ("part",), f"{shown(section.part)} is not a part of [segments]{nearest(section.part, names)}"
    elif methods[section.part] != "dcf":
        yield ("part",), f"{shown(section.part)} is valued by another method: expected method = 'dcf' of that part"


def _years(section: Dcf, known: Known) -> Misfits:
    """Lists that differ in length, and a number of years that they do not have."""
    years = yearly(section, DRIVERS, section.years, known)
    asked, most = years.asked, years.most
    yield from years.misfits("driver")
    if asked is not None and years.is_whole and most and asked != most:
        yield ("years",), f"{asked:g}, and the lists are {most} long: expected the same, or no line at all"
    if section.fade_to and (years.lengths.get("growth", 1) > 1 or asked == 1):
        beside = "one year of forecast" if asked == 1 else "the growth of each year"
        yield ("fade_to",), f"is given beside {beside}: expected the growth of the first year, and two years or more"


def _first_year(section: Dcf, known: Known) -> Misfits:
    """The end of a first year of which nothing is still to come, or more than a year."""
    ends, valued = known.numbers.get(section.first_year_end or ""), known.table("company").get("as_of")
    if ends is None or type(valued) is not dt.date:
        return
    if not 0 < ends - serial_number(valued) <= LONGEST_YEAR:
        yield ("first_year_end",), f"expected a day within a year after the valuation, {valued}"


def _wacc(section: Dcf, known: Known) -> float | None:
    """The cost of capital; None where it cannot be calculated from the inputs."""
    built = section.wacc
    if not isinstance(built, CostOfCapital):
        return known.numbers.get(built)
    tax = section.tax_rate[-1] if isinstance(section.tax_rate, tuple) else section.tax_rate
    names = (built.risk_free, built.beta or "", built.equity_premium, built.cost_of_debt, built.debt_share, tax)
    found = [known.numbers.get(name) for name in names]
    numbers = [number for number in found if number is not None]
    if len(numbers) < len(found):
        return None
    risk_free, beta, premium, debt, share, tax_rate = numbers
    size = known.numbers.get(built.size_premium or "", 0.0)
    return (risk_free + beta * premium + size) * (1 - share) + debt * (1 - tax_rate) * share
