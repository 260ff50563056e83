"""Lines of the reconciliation: every method that a line may name, with lists of figures; what does not fit is told."""

import datetime as dt
from typing import Any, Final

import pytest

from company_cases import Raw, case_of, problems_of
from libreoffice import Value
from valuation.catalogue import CATALOGUE, Parameter
from workbooks.build import workbook_bytes
from workbooks.case.line_checks import methods
from workbooks.declarations.native_functions import NATIVE
from workbooks.layout.sheet_cells import LaidBook

# Numbers that every method takes: of a vector one after the other, and the first alone.
SHARES: Final = (0.25, 0.45, 0.3)
NUMBERS: Final = {"scores": (2, 3, 4), "score": (0.5,), "selector": (2,), "weights": SHARES, "new_price": (3,)} | {
    **dict.fromkeys(("terminal_growth", "growth"), (0.1,)),
    "stub": (0.4,),
}
WORDS: Final = {
    "from_unit": "USD m",
    "to_unit": "EUR m",
    "statistic": "q1",
    "quartile": "inc",
    "protection": "narrow",
} | {"timing": "start"}


def numbers(parameter: Parameter) -> tuple[float, ...]:
    if parameter.kind.shape == "dates":
        return (45000,) if parameter.name == "valuation_date" else (45100, 45465, 45830)
    usual = SHARES if parameter.kind.unit == "fraction" else (5, 7, 9)
    return NUMBERS.get(parameter.name, usual)


def case(*lines: Raw, **figures: tuple[float, str]) -> Raw:
    """A case of nothing but figures and lines that recompute them."""
    made = {name: {"label": name, "value": value, "unit": unit} for name, (value, unit) in figures.items()}
    return {
        "title": "Recomputed",
        "company": {"name": "N", "as_of": dt.date(2023, 6, 2), "currency": "USD", "unit": "USD m"},
        "sources": {"s": {"title": "S", "publisher": "P", "date": "2023"}},
        "figures": {name: figure | {"as_of": "2023", "source": "s"} for name, figure in made.items()},
        "reconciliation": [{"explanation": "why"} | line for line in lines],
    }


def recomputed(raw: Raw, language: str = "en") -> list[Value]:
    book, _ = workbook_bytes(case_of(raw), language)  # refused unless its formulas give what the core gives
    return cells(book, "lines.recomputed")


def cells(book: LaidBook, reference: str) -> list[Value]:
    address = book.addresses[reference]
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    found = {cell.row: cell.content for cell in page.cells if cell.column == address.column}
    return [found[address.row + row] for row in range(address.count)]


def called(method: str, *, optional: bool) -> tuple[dict[str, Any], dict[str, tuple[float, str]]]:
    """Arguments of a method, its vectors as lists of figures that are no neighbours, and the figures."""
    arguments: dict[str, Any] = {}
    figures: dict[str, tuple[float, str]] = {}
    for parameter in CATALOGUE[method].parameters:
        name, shape = parameter.name, parameter.kind.shape
        if not (parameter.required or optional) or name in ("trim", "terminal_multiple"):
            continue
        if name in WORDS:
            arguments[name] = WORDS[name]
        elif shape == "flag":
            arguments[name] = True
        elif shape in ("vector", "dates") and len(numbers(parameter)) > 1:
            ids = [f"{method}_{name}_{row}" for row in range(3)]
            for row, each in enumerate(ids):
                figures |= {each: (numbers(parameter)[row], "ratio"), f"{each}_apart": (99, "ratio")}
            arguments[name] = ids
        else:
            figures[f"{method}_{name}"] = (numbers(parameter)[0], "ratio")
            arguments[name] = f"{method}_{name}"
    return arguments, figures


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("optional", [False, True], ids=["what is required", "everything"])
def test_every_method_takes_lists_of_figures(language: str, *, optional: bool) -> None:
    lines: list[Raw] = []
    figures: dict[str, tuple[float, str]] = {}
    for method in methods():
        if method == "convert_amount" and not optional:  # from one currency to another without a rate
            continue
        arguments, named = called(method, optional=optional)
        figures |= named | {f"given_{method}": (1, "ratio")}
        lines.append({"published": f"given_{method}", "method": method, "arguments": arguments})
    raw = case(*lines, **figures)
    assert len(recomputed(raw, language)) == len(lines) > 30


def test_statistics_of_a_list_by_hand() -> None:
    peers = {"a": (18, "×"), "b": (7.5, "×"), "c": (53, "×"), "loss": (-4, "×")}
    expected = {"median": 18, "min": 7.5, "max": 53, "mean": 26.1666666667, "q1": 12.75, "q3": 35.5}
    lines: list[Raw] = [
        {
            "published": f"given_{word}",
            "method": "peer_multiple",
            "arguments": {"multiples": list(peers), "statistic": word},
        }
        for word in expected
    ]
    given = {f"given_{word}": (value, "×") for word, value in expected.items()}
    assert recomputed(case(*lines, **peers, **given)) == pytest.approx(list(expected.values()))
    lines[1]["arguments"] = {"multiples": list(peers), "statistic": "min", "include_negative": True}
    assert recomputed(case(*lines, **peers, **given))[1] == -4


FIGURES: Final = {
    "given": (1.0, "USD m"),
    "phones": (800.0, "USD m"),
    "services": (100.0, "CNY m"),
    "ps": (2.0, "×"),
    "half": (0.5, "share"),
}


@pytest.mark.parametrize(
    ("method", "arguments", "told"),
    [
        ("sotp_table", {}, "'sotp_table' gives a table, and a published figure is one number: expected one of"),
        ("foots", {}, "'foots' gives yes or no, and a published figure is one number"),
        ("lifetime", {}, "'lifetime' is no function of the catalogue"),
        (
            "irr_of_flows",
            {},
            "'irr_of_flows' has no formula in Excel's own functions, which the workbook would show: expected one of",
        ),
        (
            "peer_multiple",
            {"multiples": ["ps"], "trim": "half"},
            "has no formula in Excel's own functions",
        ),
        (
            "peer_multiple",
            {"multiples": ["ps"], "statistic": "average"},
            "'average' is no choice: expected one of mean, median,",
        ),
        ("growth_rate", {"current": "phones", "prior": "phones", "absolute": "half"}, "'half': expected true or false"),
        (
            "convert_amount",
            {"value": "phones", "from_unit": "apples", "to_unit": "USD"},
            "'apples' is not a unit of money",
        ),
        (
            "sotp_value",
            {"metrics": ["phones", "services"], "multiples": ["ps", "ps"]},
            "'phones' is in USD, and 'services' is in CNY: expected amounts of one currency",
        ),
        (
            "sotp_value",
            {"metrics": ["phones"], "multiples": ["ps"], "net_debt": "services"},
            "'phones' is in USD, and 'services' is in CNY",
        ),
        (
            "sotp_value",
            {"metrics": ["phones", "phones"], "multiples": ["ps", "ps", "ps"]},
            "metrics has 2 and multiples has 3 values",
        ),
        (
            "scenario_value",
            {"values": ["phones", "phones"], "probabilities": ["half", 1]},
            "probabilities: the sum is 1.5, not 1",
        ),
    ],
)
def test_what_does_not_fit_is_told(method: str, arguments: Raw, told: str) -> None:
    raw = case({"published": "given", "method": method, "arguments": arguments}, **FIGURES)
    raw["figures"]["rate"] = raw["figures"]["ps"] | {"unit": "USD per CNY", "value": 0.14}
    raw["fx"] = {"CNYUSD": "rate"}
    assert told in problems_of(raw)


@pytest.mark.parametrize("count", [32, 33])
def test_a_list_of_peers_is_as_long_as_a_formula_takes(count: int) -> None:
    peers = {f"company_with_a_long_name_{number}": (float(number), "×") for number in range(count)}
    line = {"published": "given", "method": "peer_multiple", "arguments": {"multiples": list(peers), "statistic": "q1"}}
    raw = case(line, given=FIGURES["given"], **peers)
    if count > 32:
        assert "33 figures: expected at most 32" in problems_of(raw)
    else:
        assert recomputed(raw) == [7.75]  # of 0 to 31


def test_every_method_with_a_formula_that_gives_a_number_may_be_named() -> None:
    assert set(methods()) == {name for name in NATIVE if CATALOGUE[name].result.shape == "number"}
