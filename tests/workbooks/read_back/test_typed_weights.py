"""Weights of the methods that are typed on the Summary are those of the case that is read back."""

import io
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from built import bytes_of, place
from company_cases import NAMES, case_of, example
from filled_templates import CAPITAL, METRICS, pasted, pike, read_back, template, typed
from workbooks.build import workbook_bytes
from workbooks.case.reading import load, parse
from workbooks.comparison.why import why
from workbooks.results import values

WEIGHTS: Final = {"EV/EBITDA 2015E": 0.8, "P/E 2015E": 0.2}


def bases(found: dict[str, Any]) -> dict[str, float]:
    return {each["id"]: each["equity"]["base"] for each in found["methods"]}


def mean(found: dict[str, Any], weights: dict[str, float]) -> float:
    """The weighted mean by hand."""
    return sum(weights[name] * value for name, value in bases(found).items()) / sum(weights.values())


def weighted(data: bytes, sheet: str, cells: dict[str, float]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, weight in cells.items():
        book[sheet][cell] = weight
    return bytes_of(book)


def test_they_are_written_into_the_case() -> None:
    """`steelyard diff` of two such workbooks said that nothing changed, and a case that was written lost them."""
    case = case_of(example("comps"))
    book, data = workbook_bytes(case)
    cells = [place(book, "methods.weight", item) for item in range(2)]
    found = read_back(weighted(data, "Summary", dict(zip((cell for _, cell in cells), WEIGHTS.values(), strict=True))))
    assert not found.findings
    again = parse(found.text("book.xlsx"), "case.toml")
    assert again == found.case
    assert again.conclusion
    assert {name: again.figures[each].value for name, each in again.conclusion.weights.items()} == WEIGHTS
    results = values(again)
    assert results["conclusion"]["equity"]["base"] == pytest.approx(mean(results, WEIGHTS))
    assert values(found.case, found.sheets) == results
    [group] = why(case, again)["results"][0]["groups"]
    assert group["group"] == "method weights"


def test_given_weights_stay_and_a_typed_one_joins_them() -> None:
    raw = example("comps")
    raw["conclusion"] = {"weights": {"EV/EBITDA 2015E": 0.6}, "reasoning": "As the board sees it"}
    book, data = workbook_bytes(case_of(raw))
    _, cell = place(book, "methods.weight", 1)
    found = read_back(weighted(data, "Summary", {cell: 0.4}))
    assert found.case.conclusion
    assert found.case.conclusion.reasoning == "As the board sees it"
    results = values(found.case)
    expected = mean(results, {"EV/EBITDA 2015E": 0.6, "P/E 2015E": 0.4})
    assert results["conclusion"]["equity"]["base"] == pytest.approx(expected)


@pytest.mark.slow
def test_those_of_a_template_go_to_the_multiples_of_its_headings(tmp_path: Path) -> None:
    """Its slots are four of enterprise value and two of equity: the weight of P/E stands in the fifth line."""
    path = template(tmp_path)
    book = openpyxl.load_workbook(path)
    for (name, at), value in {**typed(path, {**CAPITAL, **METRICS}), **pasted(pike(), 10)}.items():
        book[name][at] = value
    summary = book["Summary"]
    first = next(row for row in range(1, 60) if summary[f"B{row}"].value == pytest.approx(1 / 6))
    for row, weight in enumerate((0.8, 0, 0, 0, 0.2, 0), start=first):
        summary[f"B{row}"] = weight
    found = read_back(bytes_of(book))
    results = values(found.case)
    assert bases(results).keys() == WEIGHTS.keys()
    assert results["conclusion"]["equity"]["base"] == pytest.approx(mean(results, WEIGHTS))
    assert values(found.case, found.sheets) == results


@pytest.mark.parametrize("name", NAMES)
def test_a_case_that_is_read_back_needs_no_other_file(name: str, tmp_path: Path) -> None:
    """It named the table of its peers, whose rows it has: there was no such file, or each peer was there twice."""
    case = case_of(example(name))
    text = read_back(workbook_bytes(case)[1]).text("book.xlsx")
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    assert load(path) == case
