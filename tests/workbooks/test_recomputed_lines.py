"""Lines of the reconciliation: every method that a line may name, with lists of figures; what does not fit is told."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import pytest

import ironcalc_engine
from company_cases import Raw, case_of, problems_of
from libreoffice import LibreOffice, Value, at
from recalculation import disagreements, formula_cells
from valuation.catalogue import CATALOGUE, Parameter
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.line_checks import BY_TRIAL, methods
from workbooks.declarations.native_functions import NATIVE
from workbooks.declarations.sheet import Table
from workbooks.languages.language import language
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
    "cap_basis": "pre",
    "text": "1.146 bn",
    "unit": "亿",
} | {"timing": "start"}
ITS_WORDS: Final = {("weighted_multiple", "statistic"): "mean"}
# Numbers of one method: flows that are paid before they are received, a round larger than what converts into it.
ITS_NUMBERS: Final[dict[str, dict[str, tuple[float, ...]]]] = {
    "irr_of_flows": {"cash_flows": (-15, 7, 12), "low": (-0.5,), "high": (2,)},
    "xirr_of_flows": {"cash_flows": (-15, 7, 12), "low": (-0.5,), "high": (2,)},
    "round_price": {"pre_money": (500,), "caps": (5, 900, 7)},
    "driver_dcf": {"wacc": (0.3,), "years": (3,)},
}
SOLVED: Final = {"method": "sotp_value", "vary": "multiples[2]", "target": "solve_for_target"} | {
    "arguments": {"metrics": ["solve_for_a", "solve_for_b"], "multiples": ["solve_for_c", 1]}
}


def numbers(method: str, parameter: Parameter) -> tuple[float, ...]:
    if its := ITS_NUMBERS.get(method, {}).get(parameter.name):
        return its
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
    if method == "solve_for":
        names = ("target", "a", "b", "c")
        figures = {f"solve_for_{name}": (value, "ratio") for name, value in zip(names, (90, 5, 7, 9), strict=True)}
        bounds = {"low": (1, "ratio"), "high": (40, "ratio")} if optional else {}
        figures |= {f"solve_for_{name}": bound for name, bound in bounds.items()}
        return SOLVED | {name: f"solve_for_{name}" for name in bounds}, figures
    for parameter in CATALOGUE[method].parameters:
        name, shape = parameter.name, parameter.kind.shape
        needed = parameter.required or (method, name) == ("driver_dcf", "terminal_growth")
        if not (needed or optional) or name in ("trim", "terminal_multiple", "exit_multiple"):
            continue
        if name in WORDS:
            arguments[name] = ITS_WORDS.get((method, name), WORDS[name])
        elif shape == "flag":
            arguments[name] = True
        elif shape in ("vector", "dates") and len(numbers(method, parameter)) > 1:
            ids = [f"{method}_{name}_{row}" for row in range(3)]
            for row, each in enumerate(ids):
                figures |= {each: (numbers(method, parameter)[row], "ratio"), f"{each}_apart": (99, "ratio")}
            arguments[name] = ids
        else:
            figures[f"{method}_{name}"] = (numbers(method, parameter)[0], "ratio")
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


# One number for all three parts of a vector: shares that still sum to 1, scores whose mean is not 0.
FOR_EVERY_PART: Final = dict.fromkeys(("weights", "mix", "probabilities"), 1 / 3)
SEVERAL: Final = [
    (method, parameter.name)
    for method in methods()
    for parameter in CATALOGUE[method].parameters
    if parameter.kind.shape == "vector" and not parameter.kind.own_length and method not in BY_TRIAL
    if sum(each.kind.shape == "vector" and not each.kind.own_length for each in CATALOGUE[method].parameters) > 1
    if (method, parameter.name) != ("regression_multiple", "drivers")  # one for all is no line
]


def test_one_figure_of_a_vector_is_for_every_part() -> None:
    lines: list[Raw] = []
    figures: dict[str, tuple[float, str]] = {}
    for method, vector in SEVERAL:
        arguments, named = called(method, optional=True)
        if method == "quality_score":
            named |= {f"quality_score_scores_{row}": (row + 1, "ratio") for row in range(3)}
        one, line = f"one_{method}_{vector}", f"given_{method}_{vector}"
        usual = named[arguments[vector][1]][0]
        figures |= named | {one: (FOR_EVERY_PART.get(vector, usual), "ratio"), line: (1, "ratio")}
        figures |= {f"{line}_each": (1, "ratio")}
        lines += [
            {"published": line, "method": method, "arguments": arguments | {vector: one}},
            {"published": f"{line}_each", "method": method, "arguments": arguments | {vector: [one] * 3}},
        ]
    found = recomputed(case(*lines, **figures))
    assert len(found) == 2 * len(SEVERAL) > 60
    assert found[::2] == pytest.approx(found[1::2], rel=1e-12)


def test_a_recomputed_figure_that_is_only_rounding_differs_by_no_percentage() -> None:
    # Weighted, the scores are 3, so the score is 0: in cells 4 ÷ 0.45 − 3 leaves a rounding error.
    scores = {f"scores_{row}": (score, "ratio") for row, score in enumerate((2, 3, 4))}
    arguments = {"scores": [*scores], "weights": ["weight"] * 3}
    line = {"published": "given", "method": "quality_score", "arguments": arguments}
    book, _ = workbook_bytes(case_of(case(line, given=(1, "ratio"), weight=(0.45, "ratio"), **scores)))
    assert cells(book, "lines.relative") == ["–"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_case_of_figures_and_no_method_yet(language: str) -> None:
    book, _ = workbook_bytes(case_of(case(revenue=(5, "ratio"))), language)
    assert cells(book, "input_rows.value") == [5]
    line = {"published": "revenue", "method": "amount", "arguments": {"text": "5,000 m", "unit": "bn"}}
    assert recomputed(case(line, revenue=(5, "ratio")), language) == [5]


FOUND_BY_TRIAL: Final = ("irr_of_flows", "xirr_of_flows", "solve_for")
# The net present value of a flow of 10 that grows for ever: the rate sought is neither linear nor near.
GORDON: Final = {
    "published": "given_gordon",
    "method": "solve_for",
    "arguments": {"method": "gordon_value", "vary": "rate", "target": "worth"}
    | {"arguments": {"cash_flow": "flow", "growth": "grows"}},
}
GORDON_FIGURES: Final = {"given_gordon": (0.07, "rate"), "worth": (200, "ratio"), "flow": (10, "ratio")} | {
    "grows": (0.02, "rate")
}


def by_trial() -> tuple[Raw, LaidBook, bytes]:
    """A case with what is found by trial, its workbook laid out and written."""
    lines: list[Raw] = []
    figures: dict[str, tuple[float, str]] = {**GORDON_FIGURES}
    for method in FOUND_BY_TRIAL:
        arguments, named = called(method, optional=False)
        figures |= named | {f"given_{method}": (1, "ratio")}
        lines.append({"published": f"given_{method}", "method": method, "arguments": arguments})
    raw = case(*lines, GORDON, **figures)
    return raw, *workbook_bytes(case_of(raw))


def place(book: LaidBook, reference: str) -> tuple[str, str]:
    address = book.addresses[reference]
    return address.sheet, f"{letters(address.column)}{address.row}"


def test_what_is_found_by_trial_by_hand(tmp_path: Path) -> None:
    _, book, data = by_trial()
    # 15 = 7 ÷ (1 + r) + 12 ÷ (1 + r)², solved as a quadratic; dates that are 365 days apart give the same.
    rate = (7 + (49 + 4 * 15 * 12) ** 0.5) / 30 - 1
    assert cells(book, "lines.recomputed") == pytest.approx([rate, rate, 45 / 7, 0.07], rel=1e-12)
    assert cells(book, "rates.met") == cells(book, "sought.met") == ["yes", "yes"]
    path = tmp_path / "trial.xlsx"
    path.write_bytes(data)
    assert disagreements(formula_cells(path), ironcalc_engine.recalculate(path)) == []
    page = next(page.sheet for page in book.sheets if page.sheet.id == "reconciliation")
    tables = [block for block in page.blocks if isinstance(block, Table)]
    words = {word for table in tables for word in (table.title, *(column.heading for column in table.columns))}
    assert all(language("zh").text(word, page.id) != word for word in words)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_what_is_found_by_trial_follows_its_inputs(tmp_path: Path, libreoffice: LibreOffice) -> None:
    raw, book, data = by_trial()
    path = tmp_path / "trial.xlsx"
    path.write_bytes(data)
    assert disagreements(formula_cells(path), libreoffice.recalculate(path)) == []
    changed = {
        "irr_of_flows_cash_flows_1": 9.5,
        "xirr_of_flows_cash_flows_2": 14.0,
        "solve_for_a": 6.0,
        "worth": 200.5,
    }
    changes = {place(book, f"figures.{name}"): value for name, value in changed.items()}
    values = libreoffice.recalculate(path, changes)
    for name, value in changed.items():
        raw["figures"][name] |= {"value": value}
    row = book.addresses["lines.recomputed"]
    found = [at(values, row.sheet, f"{letters(row.column)}{row.row + number}") for number in range(4)]
    assert found == pytest.approx(recomputed(raw), rel=1e-5)
    assert found[:3] == pytest.approx(recomputed(raw)[:3], rel=1e-9)
    met = book.addresses["sought.met"]
    far = libreoffice.recalculate(path, {place(book, "figures.worth"): 90.0})  # too far for one step: it says so
    assert [at(far, met.sheet, f"{letters(met.column)}{met.row + number}") for number in range(2)] == ["yes", "no"]


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


DRIVERS: Final = [parameter.name for parameter in CATALOGUE["driver_dcf"].parameters if parameter.required]
FIGURES: Final = {
    "given": (1.0, "USD m"),
    "phones": (800.0, "USD m"),
    "services": (100.0, "CNY m"),
    "ps": (2.0, "×"),
    "half": (0.5, "share"),
    "tenth": (0.1, "share"),
    "sixteen": (16.0, "years"),
    "loss": (-50.0, "USD m"),
    "day": (45000.0, "ratio"),
    "before": (44999.0, "ratio"),
}


@pytest.mark.parametrize(
    ("method", "arguments", "told"),
    [
        ("sotp_table", {}, "'sotp_table' gives a table, and a published figure is one number: expected one of"),
        ("foots", {}, "'foots' gives yes or no, and a published figure is one number"),
        ("lifetime", {}, "'lifetime' is not a function of the catalogue"),
        (
            "solve_for",
            {"method": "irr_of_flows", "arguments": {}, "vary": "low", "target": "ps"},
            "'irr_of_flows' is not a function that this can be solved for",
        ),
        (
            "solve_for",
            {"method": "sotp_value", "arguments": "phones", "vary": "multiples[1]", "target": "phones"},
            "'phones': expected the arguments of the method, by name",
        ),
        (
            "solve_for",
            {"method": "sotp_value", "arguments": {"metric": ["phones"]}, "vary": "multiples[1]", "target": "phones"},
            "is not an argument; did you mean metrics?",
        ),
        (
            "solve_for",
            SOLVED | {"target": "services", "arguments": {"metrics": ["phones"], "multiples": ["ps"]}},
            "'phones' is in USD, and 'services' is in CNY",
        ),
        (
            "solve_for",
            {"method": "implied_value", "arguments": {"metric": "phones"}, "vary": "share", "target": "phones"},
            "'share' is not an argument",
        ),
        (
            "xirr_of_flows",
            {"cash_flows": ["phones", "loss"], "dates": ["day", "before"]},
            "a date is before the first one: expected the oldest first",
        ),
        (
            "irr_of_flows",
            {"cash_flows": ["phones", "phones"]},
            "have no rate of return: give money paid (negative) as well as money received",
        ),
        (
            "driver_dcf",
            dict.fromkeys(DRIVERS, "half") | {"years": "sixteen", "fade": "half", "terminal_growth": 0},
            "16 years: where growth fades, a formula holds at most 15",
        ),
        (
            "round_price",
            dict.fromkeys(("pre_money", "shares"), "phones")
            | {"raised": "given"}
            | {"invested": ["given"] * 9, "caps": ["phones"] * 9, "pool": "tenth"},
            "characters, and Excel takes 8,192: give fewer figures",
        ),
        (
            "peer_multiple",
            {"multiples": ["ps"], "trim": "half"},
            "has no formula in Excel's own functions",
        ),
        (
            "peer_multiple",
            {"multiples": ["ps"], "statistic": "average"},
            "'average' is not a choice: expected one of mean, median,",
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
def test_inconsistencies_are_reported(method: str, arguments: Raw, told: str) -> None:
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


def test_every_function_that_gives_a_number_may_be_named() -> None:
    numbers_given = {name for name, entry in CATALOGUE.items() if entry.result.shape == "number"}
    assert set(methods()) == numbers_given == {*NATIVE, *BY_TRIAL} & numbers_given
