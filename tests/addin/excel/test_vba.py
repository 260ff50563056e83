"""The wrapper module is what xlwings itself would write."""

import re

from addin.excel.vba import MODULE, module
from addin.excel.workbook import WRAPPERS
from excel_com import Excel
from valuation.catalogue import CATALOGUE


def test_it_is_line_by_line_what_xlwings_generates() -> None:
    with Excel() as excel:
        generated = excel.vba()
    assert module().splitlines() == generated.splitlines()


def test_it_can_be_imported_by_hand() -> None:
    text = module()
    assert text.startswith(f'Attribute VB_Name = "{MODULE}"\n')
    assert MODULE == WRAPPERS
    assert text.isascii()  # VBA reads files in the machine's own code page
    assert re.findall(r"^Function (\w+)\(", text, re.MULTILINE) == sorted(e.excel_name for e in CATALOGUE.values())
    assert all(len(line) <= 1023 for line in text.splitlines())  # VBA's limit
