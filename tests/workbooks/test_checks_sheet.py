"""The verdict of Checks on a workbook with invalid input."""

import ironcalc_engine
from built import Workbook, column, place
from libreoffice import at


def test_a_check_that_cannot_be_worked_out_has_failed(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path, {place(book, "figures.segments.phones.metric"): "about 806"})
    holds, status = column(values, book, "check_rows.holds"), column(values, book, "check_rows.status")
    broken = [word for held, word in zip(holds, status, strict=True) if str(held).startswith("#")]
    assert broken
    assert set(broken) == {"FAIL"}
    fails = status.count("FAIL")
    assert at(values, *place(book, "checks.fails")) == fails
    assert at(values, *place(book, "checks.master")) == f"FAIL: {fails} of the checks fail"
    first = column(values, book, "check_rows.label")[status.index("FAIL")]
    assert str(at(values, *place(book, "checks.not_met"))).startswith(f"{first}, and ")


def test_what_warns_is_named(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    status = column(values, book, "check_rows.status")
    first = column(values, book, "check_rows.label")[status.index("WARN")]
    for reference in ("checks.not_met", "summary.not_met"):
        assert at(values, *place(book, reference)) == f"{first}, and {status.count('WARN') - 1} more"
