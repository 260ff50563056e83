"""Claims beyond the enterprise value, and cash beyond the market value: what the workbook says of them."""

from pathlib import Path
from typing import Any

import pytest

from built import place
from company_cases import Raw, case_of, cells, example, valued
from libreoffice import LibreOffice, at
from workbooks.build import workbook_bytes
from workbooks.case.model import Case


def of_debt(name: str, net_debt: int) -> Case:
    tables: Raw = example(name)
    for key in ("debt", "leases", "cash"):
        tables["capital"].pop(key, None)
    tables["capital"]["net_debt"] = net_debt
    return case_of(tables)


def status(case: Case, label: str) -> Any:  # noqa: ANN401 - a cell
    labels, states = cells(case, "check_rows.label", "check_rows.status")
    return dict(zip(map(str, labels), states, strict=True))[label]


@pytest.mark.parametrize("net_debt", [-900, 0, 200, 430, 560, 900, 1600, 3000, 60000])
@pytest.mark.parametrize("name", ["comps", "dcf", "group"])
def test_a_method_below_zero_is_warned_of(name: str, net_debt: int) -> None:
    case = of_debt(name, net_debt)
    lowest = min(ends["equity"]["low"] for of, ends in valued(case).items() if of != "conclusion")
    assert status(case, "No method has a negative equity value") == ("WARN" if lowest < 0 else "OK")


@pytest.mark.parametrize("net_debt", [-900, 0])
def test_a_negative_multiple_of_our_own_is_no_discount_to_the_peers(net_debt: int) -> None:
    """Cash of 900 against a market value of 324: the multiple is negative, not 230 % below the median."""
    own = "subject.ev_ebitda_2015e"
    multiple, against = cells(of_debt("comps", net_debt), f"{own}[1]", f"{own}[2]")
    if net_debt < 0:
        assert multiple < 0
        assert against == "n.m."
    else:
        assert against == pytest.approx(multiple / 7 - 1)  # the median of Pike's peers


@pytest.mark.slow
@pytest.mark.libreoffice
def test_an_error_of_a_method_is_an_error_of_the_weighted_value(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """It was taken for n.m., and its weight went to the other methods: a plausible value from the rest."""
    tables = example("comps")
    tables["dcf"] = example("dcf")["dcf"] | {"revenue": 500}
    book, data = workbook_bytes(case_of(tables))
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    values = libreoffice.recalculate(path, {place(book, "figures.dcf.tax_rate"): "a quarter"})
    for cell in ("value.equity_base_0", "value.per_share_base_0", "summary.value", "summary.per_share"):
        assert at(values, *place(book, cell)) == "#VALUE!"
    assert isinstance(at(values, *place(book, "value.equity_base_1")), float)
