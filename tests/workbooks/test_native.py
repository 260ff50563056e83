"""Every method written as a native formula gives what the core gives, in three engines, on figures of all sizes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import ironcalc_engine
from formula_text import written
from libreoffice import LibreOffice
from recalculation import disagreements, formula_cells
from valuation.catalogue import CATALOGUE, Parameter
from valuation.kernel.units import Limits
from valuation.multiples import peer_multiple
from valuation.reconcile import foots
from workbooks.build import prove
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.expressions import Written
from workbooks.declarations.native_arguments import ONE, ZERO, guarded
from workbooks.declarations.native_functions import NATIVE
from workbooks.declarations.sheet import Column, Field, Fields, Sheet, Table
from workbooks.layout.sheet_cells import lay_out
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

ROWS = 12
PARTS = 3
# What each argument may be: money of all sizes, multiples, fractions, a few years. A vector of fractions sums to 1.
MONEY = (
    *("value", "metric", "revenue", "equity", "total_value", "part", "whole", "prior", "current", "debt", "cash"),
    *("prior_part", "prior_full", "base", "future_value", "metrics", "values", "price", "total", "parts"),
    *("previous", "following", "first", "last", "pre_money"),
)
# By powers of ten: no floor is above a ceiling, and nobody buys more than the whole.
POWERS = dict.fromkeys(MONEY, (0, 12)) | {
    **dict.fromkeys(("floors", "raised"), (0, 6)),
    **dict.fromkeys(("ceilings", "post_money"), (6, 12)),
    **dict.fromkeys(("users", "payers", "shares", "options", "basic"), (3, 9)),
    **dict.fromkeys(("strikes", "conversion_prices"), (-1, 3)),
}
BOUNDS = {"scores": (1.0, 5.0), "score": (-1.0, 1.0), "stakes": (0.0, 1.0), "retention": (0.05, 0.24)}
# Of one method: growth below the rate, a stake of the total, a retention with and without an end.
ITS_BOUNDS = {
    ("gordon_value", "rate"): (0.06, 0.3),
    ("gordon_value", "growth"): (-0.5, 0.05),
    ("user_lifetime_value", "years"): (1.0, 30.0),
    ("implied_discount", "net_debt"): (0.0, 1.0),
    ("round_price", "pre_money"): (1e6, 1e8),
    ("round_price", "raised"): (1e4, 1e6),
    ("round_price", "caps"): (1e6, 2e8),
    ("round_price", "invested"): (1e3, 1e5),
    ("round_price", "pool_shares"): (0.0, 1e3),
    ("round_price", "discounts"): (0.0, 0.5),
    ("round_price", "pool"): (0.0, 0.2),
}
# Tried in test_native_cash_flows, with one terminal value at a time and with dates.
APART = ("dcf_value", "dated_dcf_value", "driver_dcf")
# They say something of each cell, so they take no range.
CELL_BY_CELL = (
    *("blend_reweighted", "cohort_lifetime_value", "diluted_price", "if_converted_price"),
    *("round_price", "weighted_multiple"),
)
WHOLE = ("mix", "probabilities", "weights")
WORDS = {"from_unit": Word("亿元"), "to_unit": Word("USD m"), "statistic": Word("median")} | {
    "protection": Word("broad"),
    "timing": Word("end"),
    "text": Word("1,146.25亿元"),
    "unit": Word("亿元"),
    "cap_basis": Word("post"),
}
ITS_WORDS = {("weighted_multiple", "statistic"): Word("harmonic")}
OTHER_WORDS = {
    "protection": ("narrow", "ratchet"),
    "timing": ("start",),
    "cap_basis": ("pre",),
    "unit": ("bn", "CNY m", "元"),
}
LEFT_OUT = (
    "include_negative",
    "quartile",
    "compounded",
    "trim",
    "absolute",
    "gross_discount",
    "mid_year",
)  # the native formula has the defaults


def sample(method: str, parameter: Parameter, draw: np.random.Generator, size: tuple[int, ...]) -> NDArray[np.float64]:
    name, limits = parameter.name, parameter.kind.limits or Limits()
    if name in POWERS and (method, name) not in ITS_BOUNDS:
        low, high = POWERS[name]
        return 10.0 ** draw.uniform(low, high, size)
    if name in WHOLE:
        parts = draw.uniform(0.1, 1, size)
        return np.asarray(parts / parts.sum(axis=-1, keepdims=True))
    if name == "selector":
        return draw.integers(1, PARTS + 1, size).astype(float)
    if name == "year_end_month":
        return draw.integers(1, 13, size).astype(float)
    least, most = ITS_BOUNDS.get((method, name)) or BOUNDS.get(name, (0.05, 3.0))
    return draw.uniform(max(least, limits.least), min(most, limits.most), size)


def table(method: str, *, apart: bool, optional: bool, words: Mapping[str, Word] = WORDS) -> Table:
    """Rows of arguments for a method, its vectors as ranges or as cells apart, and its result in the last column."""
    draw = np.random.default_rng(20180630)
    columns: list[Column] = []
    arguments: dict[str, Argument] = {}
    for parameter in CATALOGUE[method].parameters:
        name, shape = parameter.name, parameter.kind.shape
        if not (parameter.required or optional) or name in LEFT_OUT:
            continue
        if name in words:
            arguments[name] = ITS_WORDS.get((method, name), words[name])
        elif shape == "vector":
            numbers = sample(method, parameter, draw, (ROWS, PARTS))
            ids = [f"{name}_{part}" for part in range(PARTS)]
            columns += [Column(i, i, cells=numbers[:, at].tolist()) for at, i in enumerate(ids)]
            arguments[name] = tuple(ids) if apart else f"{ids[0]}:{ids[-1]}"
        else:
            columns.append(Column(name, name, cells=sample(method, parameter, draw, (ROWS,)).tolist()))
            arguments[name] = name
    call = Call(CATALOGUE[method].function, arguments)
    return Table(method, method, rows=ROWS, columns=[*columns, Column("result", "Result", cells=[call] * ROWS)])


def cases() -> list[Table]:
    made = []
    for method in NATIVE:
        if method in APART:
            continue
        shapes = [parameter.kind.shape for parameter in CATALOGUE[method].parameters]
        apart = method in CELL_BY_CELL
        made.append(table(method, apart=apart, optional=True))
        if method == "convert_amount":  # without a rate the two currencies have nothing to do with each other
            continue
        if any(not parameter.required for parameter in CATALOGUE[method].parameters):
            made.append(table(method, apart=apart, optional=False))
        names = {parameter.name for parameter in CATALOGUE[method].parameters}
        variants = [
            WORDS | {name: Word(other)} for name, others in OTHER_WORDS.items() if name in names for other in others
        ]
        made += [table(method, apart=apart, optional=True, words=words) for words in variants]
        if "vector" in shapes and not apart:
            made.append(table(method, apart=True, optional=True))
    return made


def workbook(path: Path, tables: list[Table]) -> Path:
    sheets = [Sheet(f"s{n}", f"{t.id} {n}"[:31], t.id, "?", (replace(t, id=f"t{n}"),)) for n, t in enumerate(tables)]
    book = lay_out(sheets, "in CNY")
    parts = write(book, "Native", dt.date(2026, 1, 2))
    prove(book, parts)  # against the core
    path.write_bytes(finished(parts, dt.date(2026, 1, 2)))
    return path


def test_every_native_formula_gives_what_the_core_gives(tmp_path: Path) -> None:
    path = workbook(tmp_path / "native.xlsx", cases())
    cells = formula_cells(path)
    assert len(cells) > ROWS * len(NATIVE)
    assert disagreements(cells, ironcalc_engine.recalculate(path)) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_gives_it_too(tmp_path: Path, libreoffice: LibreOffice) -> None:
    path = workbook(tmp_path / "native.xlsx", cases())
    assert disagreements(formula_cells(path), libreoffice.recalculate(path)) == []


STATISTICS = ("mean", "median", "harmonic", "min", "max", "q1", "q3")


@pytest.mark.parametrize("apart", [False, True], ids=["a range", "cells apart"])
def test_every_statistic_of_peers(tmp_path: Path, *, apart: bool) -> None:
    peers = Table("peers", "Peers", rows=5, columns=(Column("pe", "P/E", cells=[18.0, "n.m.", 7.5, "–", 53.0]),))
    given: Argument = tuple(f"peers.pe[{row}]" for row in (5, 3, 1, 2)) if apart else "peers.pe"
    fields = [
        Field(name, name, Call(peer_multiple, {"multiples": given, "statistic": Word(name)})) for name in STATISTICS
    ]
    book = lay_out([Sheet("one", "One", "One", "?", (peers, Fields("F", tuple(fields))))], "in CNY")
    parts = write(book, "Peers", dt.date(2026, 1, 2))
    prove(book, parts)
    path = tmp_path / "peers.xlsx"
    path.write_bytes(finished(parts, dt.date(2026, 1, 2)))
    assert disagreements(formula_cells(path), ironcalc_engine.recalculate(path)) == []


def one(address: str) -> Written:
    return Written(address, ":" in address)


def test_factors_of_one_and_terms_of_zero_are_left_out() -> None:
    mix = [one("B1"), one("B2")]
    assert written(NATIVE["mix_profit"](revenue=one("A1"), mix=mix, margins=[ONE, ZERO])) == "A1*(B1)"
    assert written(NATIVE["sotp_value"](metrics=mix, multiples=ONE)) == "(B1+B2)"


def test_guards() -> None:
    a, b = one("A1"), one("B1")
    assert written(guarded([], a)) == "A1"
    assert written(guarded([a], a * 2)) == 'IF(ISNUMBER(A1),A1*2,"n.m.")'
    assert written(guarded([a, b], a * b)) == 'IF(AND(ISNUMBER(A1),ISNUMBER(B1)),A1*B1,"n.m.")'


@pytest.mark.parametrize("apart", [False, True], ids=["a range", "cells apart"])
def test_parts_that_cancel_foot_to_nothing(tmp_path: Path, *, apart: bool) -> None:
    parts = Table("parts", "Parts", rows=3, columns=(Column("value", "Value", cells=[0.1, 0.2, -0.3]),))
    given: Argument = tuple(f"parts.value[{row}]" for row in (1, 2, 3)) if apart else "parts.value"
    fields = [Field("foots", "Foots", Call(foots, {"total": 0.0, "parts": given}))]
    book = lay_out([Sheet("one", "One", "One", "?", (parts, Fields("F", tuple(fields))))], "in CNY")
    written = write(book, "Parts", dt.date(2026, 1, 2))
    prove(book, written)
    path = tmp_path / "parts.xlsx"
    path.write_bytes(finished(written, dt.date(2026, 1, 2)))
    cells = formula_cells(path)
    assert [cell.value for cell in cells.values()] == [True]
    assert disagreements(cells, ironcalc_engine.recalculate(path)) == []
