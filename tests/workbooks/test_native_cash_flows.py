"""Discounted cash flows as native formulas: what the core gives, with each terminal value and convention."""

import datetime as dt
from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from libreoffice import LibreOffice
from recalculation import disagreements, formula_cells
from valuation.conversion import note_balance
from valuation.implied import implied_perpetual_growth
from valuation.intrinsic import dcf_value, driver_dcf, gordon_value
from valuation.lifetime import user_lifetime_value
from valuation.returns import dated_dcf_value
from valuation.sotp import sotp_value
from workbooks.build import prove
from workbooks.case.roles import date_number
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.sheet import Column, Field, Fields, Sheet, Table
from workbooks.layout.sheet_cells import lay_out
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

FLOWS: Final = (50.0, 125.0, 130.0, -20.0, 140.0)
ENDS: Final = [dt.date(year, 12, 31) for year in range(2026, 2031)]
VALUED: Final = dt.date(2026, 7, 2)

YEARLY: Final[list[dict[str, Argument]]] = [
    {**terminal, **({"mid_year": True} if mid else {}), **({"stub": stub} if stub is not None else {})}
    for terminal in ({}, {"terminal_growth": 0.02}, {"terminal_multiple": 8.0})
    for mid in (False, True)
    for stub in (None, 0.0, 0.4, 1.0)
]
DATED: Final[list[dict[str, Argument]]] = [
    {**terminal, **({"mid_year": True} if mid else {})}
    for terminal in ({}, {"terminal_growth": 0.02}, {"terminal_multiple": 8.0})
    for mid in (False, True)
]


def calls(*, apart: bool) -> list[Call]:
    def cells(column: str) -> Argument:
        return tuple(f"flows.{column}[{row}]" for row in range(1, 6)) if apart else f"flows.{column}"

    yearly = [Call(dcf_value, {"cash_flows": cells("flow"), "rate": 0.1} | each) for each in YEARLY]
    at: dict[str, Argument] = {"dates": cells("end"), "valuation_date": ("flows.valued[1]",), "rate": 0.1}
    # A range has no middles of periods in one formula.
    conventions = [each for each in DATED if apart or "mid_year" not in each]
    dated = [Call(dated_dcf_value, {"cash_flows": cells("flow")} | at | each) for each in conventions]
    driven = [Call(driver_dcf, DRIVERS | each) for each in DRIVEN]
    return [*yearly, *dated, *driven, *OTHERS]


DRIVERS: Final[dict[str, Argument]] = {
    **dict.fromkeys(("growth", "final_growth"), 0.15),
    "revenue": 500.0,
    "ebitda_margin": 0.3,
    "depreciation": 0.04,
    "tax_rate": 0.25,
    "capex": 0.06,
    "working_capital": 0.1,
    "wacc": 0.09,
}
DRIVEN: Final[list[dict[str, Argument]]] = [
    {**terminal, **fading, **({} if mid else {"mid_year": False}), **({"years": years} if years else {})}
    for terminal in ({"terminal_growth": 0.02}, {"exit_multiple": 8.0})
    for fading in (
        {"final_growth": 0.02},
        *({"fade": fade, "final_growth": 0.03} for fade in (0.0, 0.3, 1.0)),
        {"growth": 0.09, "final_growth": 0.09},  # as high as the WACC
    )
    for mid in (False, True)
    for years in (None, 1.0, 12.0, "flows.years[1]")
]
USER: Final[dict[str, Argument]] = {"margin": 9.0, "retention": 0.8, "discount_rate": 0.1}
# Options that the table of all methods leaves out.
OTHERS: Final = [
    Call(gordon_value, {"cash_flow": 10.0, "rate": 0.1, "growth": 0.03, "mid_year": True}),
    Call(implied_perpetual_growth, {"ev": 150.0, "cash_flow": 10.0, "rate": 0.1, "mid_year": True}),
    Call(note_balance, {"principal": 100.0, "rate": 0.08, "years": 2.5, "compounded": True}),
    Call(
        sotp_value,
        {
            "metrics": (60.0, 40.0),
            "multiples": (10.0, 10.0),
            "net_debt": 300.0,
            "discount": 0.2,
            "gross_discount": True,
        },
    ),
    *(Call(user_lifetime_value, USER | {"timing": Word(timing)}) for timing in ("end", "start")),
    *(Call(user_lifetime_value, USER | {"timing": Word(timing), "years": 5.0}) for timing in ("end", "start")),
    Call(user_lifetime_value, {"margin": 9.0, "retention": 1.1, "discount_rate": 0.1, "years": 5.0}),
]


def workbook(path: Path, *, apart: bool) -> Path:
    days = [date_number(end) for end in ENDS]
    flows = Table(
        "flows",
        "Flows",
        rows=5,
        columns=(
            Column("flow", "Flow", cells=list(FLOWS)),
            Column("end", "End", cells=days),  # type: ignore[arg-type]
            Column("years", "Years", cells=[7.0] * 5),
            Column("valued", "Valued", cells=[date_number(VALUED)] * 5),  # type: ignore[list-item]
        ),
    )
    fields = [Field(f"r{number}", f"R{number}", call) for number, call in enumerate(calls(apart=apart))]
    book = lay_out([Sheet("one", "One", "One", "?", (flows, Fields("F", tuple(fields))))], "in CNY")
    parts = write(book, "Flows", dt.date(2026, 1, 2))
    prove(book, parts)  # against the core
    path.write_bytes(finished(parts, dt.date(2026, 1, 2)))
    return path


@pytest.mark.parametrize("apart", [False, True], ids=["a range", "cells apart"])
def test_the_native_formula_gives_what_the_core_gives(tmp_path: Path, *, apart: bool) -> None:
    path = workbook(tmp_path / "flows.xlsx", apart=apart)
    cells = formula_cells(path)
    assert len(cells) == len(calls(apart=apart))
    assert disagreements(cells, ironcalc_engine.recalculate(path)) == []


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("apart", [False, True], ids=["a range", "cells apart"])
def test_libreoffice_gives_it_too(tmp_path: Path, libreoffice: LibreOffice, *, apart: bool) -> None:
    path = workbook(tmp_path / "flows.xlsx", apart=apart)
    assert disagreements(formula_cells(path), libreoffice.recalculate(path)) == []
