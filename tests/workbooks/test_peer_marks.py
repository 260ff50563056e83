"""Peers on Comparables: an outlier is coloured, what does not count is grey, and words say both beside it."""

import io

import openpyxl
import pytest

from built import bundled_workbook


@pytest.mark.parametrize(("language", "word"), [("en", "outlier"), ("zh", "异常值")])
def test_multiples_have_a_colour_for_outliers_and_for_what_does_not_count(language: str, word: str) -> None:
    book, data = bundled_workbook("xiaomi_2018", language)
    for multiple in ("ps", "pe"):
        own, used, outlier = (book.addresses[f"peers.{multiple}{part}"] for part in ("", "_used", "_outlier"))
        sheet = openpyxl.load_workbook(io.BytesIO(data))[own.sheet]
        rules = {
            formula: str(ranges.sqref)
            for ranges in sheet.conditional_formatting
            for rule in ranges.rules
            for formula in rule.formula
        }
        area = own.text(own.sheet, absolute=False)
        assert rules[f'${outlier.cell(0)}="{word}"'] == area
        assert rules[f"NOT(ISNUMBER(${used.cell(0)}))"] == area
