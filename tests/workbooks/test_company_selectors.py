"""What a reader may choose in a workbook gives, once recalculated, what the core gives for that choice."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

import ironcalc_engine
from built import Workbook, place
from company_cases import Raw, case_of, example, valued
from libreoffice import LibreOffice, Value, Values, at
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.languages.language import language as in_language
from workbooks.layout.sheet_cells import LaidBook
from workbooks.sheets.methods import conclusion, results
from workbooks.sheets.multiples.formulas import STATISTICS

EXACT: Final = 1e-9
NAMES: Final = ("comps", "dcf", "group")
LANGUAGES: Final = ("en", "zh")

Choice = tuple[str, str, Mapping[tuple[str, int], Value], Callable[[Raw], None]]


def statistic(key: str, name: str) -> Choice:
    cell = {"statistic": "comparables.statistic"}.get(key, f"comparables.{key}_statistic")
    return (f"{key} {name}", "comps", {(cell, 0): STATISTICS[name]}, lambda raw: raw["comparables"].update({key: name}))


def without(peer: int) -> Choice:
    def change(raw: Raw) -> None:
        raw["comparables"]["peers"] = peers(frozenset({peer}))
        del raw["comparables"]["table"]

    return (f"without peer {peer}", "comps", {("peers.included", peer): "no"}, change)


def peers(excluded: frozenset[int]) -> list[Raw]:
    """The peers of the table, by hand, so that a test can leave some out."""
    of = {"A": (5.0, 14.3), "B": (5.8, 10.3), "C": (7.3, 12.6), "E": (7.2, 15.0), "F": (6.8, 14.7), "G": (7.6, 16.5)}
    names = "ABCDEFG"
    rows = []
    for number, letter in enumerate(names):
        row: Raw = {"name": f"Peer {letter}", "included": number not in excluded}
        if letter in of:
            row["multiples"] = dict(zip(("EV/EBITDA 2015E", "P/E 2015E"), of[letter], strict=True))
        else:
            row["not_meaningful"] = ["EV/EBITDA 2015E", "P/E 2015E"]
        rows.append(row)
    return rows


def selected(end: str) -> Choice:
    def change(raw: Raw) -> None:
        for part in raw["segments"]["parts"]:
            if end in part:
                part["base"] = part[end]

    return (f"multiples {end}", "group", {("segments.which", 0): end}, change)


def weights(first: float, second: float) -> Choice:
    given = {"EV/EBITDA 2015E": first, "P/E 2015E": second}
    return (
        f"weights {first}, {second}",
        "comps",
        {("methods.weight", 0): first, ("methods.weight", 1): second},
        lambda raw: raw.update({"conclusion": {"weights": given}}),
    )


MID_YEAR: Final[Choice] = (
    "year's end",
    "dcf",
    {("dcf.flows", 0): "no"},
    lambda raw: raw["dcf"].update({"mid_year": False}),
)
CHOICES: Final = (
    *(statistic(key, name) for key in ("statistic", "low", "high") for name in STATISTICS),
    without(0),
    without(6),
    weights(0.25, 0.75),
    weights(1, 0),
    MID_YEAR,
    selected("low"),
    selected("high"),
)
IDS: Final = [choice[0] for choice in CHOICES]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Workbook]:
    made = {}
    for name in NAMES:
        for language in LANGUAGES:
            book, data = workbook_bytes(case_of(example(name)), language)
            path = tmp_path_factory.mktemp(name) / f"{language}.xlsx"
            path.write_bytes(data)
            made[name, language] = (book, path)
    return made


def chosen(book: LaidBook, choice: Choice, language: str) -> dict[tuple[str, str], Value]:
    spoken = in_language(language)
    return {
        place(book, reference, item): spoken.text(value, reference.split(".")[0]) if isinstance(value, str) else value
        for (reference, item), value in choice[2].items()
    }


def expected(choice: Choice) -> dict[tuple[str, str], float]:
    """The selected results of the case with that choice; a scenario of multiples has no low and high of its own."""
    raw = example(choice[1])
    choice[3](raw)
    ends = ("base",) if choice[0].startswith("multiples") else ("low", "base", "high")
    return {
        (f"{of} {kind}", end): value
        for of, kinds in valued(case_of(raw)).items()
        for kind, found in kinds.items()
        for end, value in found.items()
        if end in ends
    }


def recalculated(values: Values, case: Case, book: LaidBook) -> dict[tuple[str, str], Value]:
    return {
        (f"{of} {kind}", end): at(values, *place(book, cell))
        for of, kinds in (results(case) | {"conclusion": conclusion(case)}).items()
        for kind, ends in kinds.items()
        for end, cell in ends._asdict().items()
        if cell
    }


def assert_follows(values: Values, choice: Choice, book: LaidBook) -> None:
    found, wanted = recalculated(values, case_of(example(choice[1])), book), expected(choice)
    assert {key: found[key] for key in wanted} == pytest.approx(wanted, rel=EXACT, abs=EXACT)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("choice", CHOICES, ids=IDS)
def test_libreoffice_gives_what_the_core_gives(
    choice: Choice, books: Mapping[tuple[str, str], Workbook], libreoffice: LibreOffice
) -> None:
    book, path = books[choice[1], "en"]
    assert_follows(libreoffice.recalculate(path, chosen(book, choice, "en")), choice, book)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choice", CHOICES, ids=IDS)
def test_a_second_engine_gives_it_too(choice: Choice, language: str, books: Mapping[tuple[str, str], Workbook]) -> None:
    book, path = books[choice[1], language]
    assert_follows(ironcalc_engine.recalculate(path, chosen(book, choice, language)), choice, book)


@pytest.mark.parametrize("choice", CHOICES, ids=IDS)
def test_a_choice_changes_something(choice: Choice) -> None:
    before = valued(case_of(example(choice[1])))
    changed = expected(choice)
    kept = {
        (f"{of} {kind}", end): v for of, kinds in before.items() for kind, e in kinds.items() for end, v in e.items()
    }
    same_as_given = {"statistic median", "low q1", "high q3"}
    assert (changed == {key: kept[key] for key in changed}) == (choice[0] in same_as_given)


def test_the_peers_by_hand_are_those_of_the_table() -> None:
    raw = example("comps")
    before = valued(case_of(raw))
    raw["comparables"]["peers"] = peers(frozenset())
    del raw["comparables"]["table"]
    assert valued(case_of(raw)) == before
