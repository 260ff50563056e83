"""Effective interests in cells: chains, several paths, circles and missing stakes, for whichever holder is chosen."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import numpy as np
import openpyxl
import pytest

import ironcalc_engine
from built import place
from libreoffice import LibreOffice, Values, at
from recalculation import disagreements, formula_cells
from valuation.ownership import lookthrough
from workbooks.build import prove
from workbooks.case.checks import read
from workbooks.case.holdings import Ownership, Stake
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.case.stakes import register
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets.checks import sheet as checks
from workbooks.sheets.inputs import sheet as inputs
from workbooks.sheets.ownership import sheet as ownership
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write


class Edge(NamedTuple):
    """A direct stake; None is one that is not given."""

    owner: str
    owned: str
    stake: float | None


def owned(edges: list[Edge], holder: str) -> Case:
    """A case with these stakes."""
    case = bundled("xiaomi_2018")
    template = case.figures["ownership.stakes.1.stake"]
    figures, stakes = dict(case.figures), []
    for number, (owner, company, stake) in enumerate(edges):
        name = "" if stake is None else f"stake_{number}"
        if stake is not None:
            figures[name] = template.model_copy(update={"value": stake})
        stakes.append(Stake(owner=owner, owned=company, stake=name or None))
    section = Ownership(holder=holder, stakes=tuple(stakes))
    return case.model_copy(update={"figures": figures, "ownership": section})


def built(edges: list[Edge], holder: str, path: Path) -> LaidBook:
    """The workbook of these stakes, proved against the core."""
    case = owned(edges, holder)
    page = ownership.sheet(case)
    assert page
    pages = [inputs.sheet(case), page]
    book = lay_out([*pages, checks.sheet(pages, ())], "in CNY")
    parts = write(book, "Owners", dt.date(2026, 1, 2))
    prove(book, parts)
    path.write_bytes(finished(parts, dt.date(2026, 1, 2)))
    return book


def interests(values: Values, book: LaidBook, what: str = "effective") -> dict[object, object]:
    rows = range(book.addresses["interests.name"].count)
    columns = ([at(values, *place(book, f"interests.{each}", row)) for row in rows] for each in ("name", what))
    return dict(zip(*columns, strict=True))


def drawn(seed: int) -> list[Edge]:
    """Some stakes at random, with circles, stakes in oneself, and one in eight not given."""
    draw = np.random.default_rng(seed)
    companies = [f"C{number}" for number in range(draw.integers(2, 7))]
    room = dict.fromkeys(companies, 1.0)
    edges = []
    for _ in range(draw.integers(2, 13)):
        owner, company = str(draw.choice([*companies, "H", "G"])), str(draw.choice(companies))
        stake = None if draw.random() < 1 / 8 else round(draw.uniform(0, 0.9 * room[company]), 4)
        room[company] -= stake or 0.0
        edges.append(Edge(owner, company, stake))
    return edges


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_any_register_gives_what_lookthrough_gives(seed: int, tmp_path: Path) -> None:
    edges = drawn(seed)
    owners = sorted({edge.owner for edge in edges})
    raw = owned(edges, owners[0]).model_dump()
    if any(problem.place.startswith("ownership") for problem in read(raw)[1]):
        return  # nobody outside has any of it, or a stake is missing inside a circle: refused before
    path = tmp_path / "owners.xlsx"
    book = built(edges, owners[0], path)
    for holder in owners:
        values = ironcalc_engine.recalculate(path, {place(book, "ownership.holder"): holder})
        known = [float("nan") if edge.stake is None else edge.stake for edge in edges]
        rows = lookthrough(holder, [e.owner for e in edges], [e.owned for e in edges], known)[1:]
        expected = {name: "not known" if effective != effective else effective for name, *_, effective in rows}  # noqa: PLR0124
        found = interests(values, book)
        assert found.keys() >= expected.keys()
        for name, interest in found.items():
            assert interest == pytest.approx(expected.get(name, 0.0), abs=1e-12) or interest == expected.get(name)


CIRCLE = [Edge("H", "A", 0.5), Edge("A", "B", 0.4), Edge("B", "A", 0.2), Edge("G", "B", 0.6), Edge("B", "C", 1.0)]


def test_a_circle_is_solved_by_elimination(tmp_path: Path) -> None:
    book = built(CIRCLE, "H", tmp_path / "circle.xlsx")
    found = interests(ironcalc_engine.recalculate(tmp_path / "circle.xlsx"), book)
    # a = 0.5 + 0.2 b, b = 0.4 a: a = 0.5 ÷ 0.92.
    assert found == {"A": pytest.approx(0.5 / 0.92), "B": pytest.approx(0.2 / 0.92), "C": pytest.approx(0.2 / 0.92)}


def test_the_list_to_choose_from_is_the_owners_whatever_their_names(tmp_path: Path) -> None:
    edges = [Edge("Smith, Jones & Co., Ltd.", "A", 0.5), Edge("A", "B", 0.5)]  # a list typed into the rule would break
    book = built(edges, "A", tmp_path / "names.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "names.xlsx")["Ownership"]
    where = place(book, "ownership.holder")[1]
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if where in rule.sqref)
    assert rule.type == "list"
    assert [row[0].value for row in sheet[rule.formula1.replace("$", "")]] == ["Smith, Jones & Co., Ltd.", "A"]


def test_the_holder_may_stand_in_the_circle(tmp_path: Path) -> None:
    book = built(CIRCLE, "H", tmp_path / "circle.xlsx")
    changed = {place(book, "ownership.holder"): "A"}
    found = interests(ironcalc_engine.recalculate(tmp_path / "circle.xlsx", changed), book)
    assert found == {"A": 0.0, "B": pytest.approx(0.4), "C": pytest.approx(0.4)}  # nothing of what comes back counts


@pytest.mark.libreoffice
def test_libreoffice_agrees(tmp_path: Path, libreoffice: LibreOffice) -> None:
    path = tmp_path / "circle.xlsx"
    book = built([*CIRCLE, Edge("C", "D", None), Edge("H", "D", 0.1)], "H", path)
    assert disagreements(formula_cells(path), libreoffice.recalculate(path)) == []
    found = interests(libreoffice.recalculate(path, {place(book, "ownership.holder"): "G"}), book)
    # b = 0.6 + 0.4 a, a = 0.2 b.
    assert found == {
        "A": pytest.approx(0.12 / 0.92),
        "B": pytest.approx(0.6 / 0.92),
        "C": pytest.approx(0.6 / 0.92),
        "D": "not known",
    }


def test_only_results_that_depend_on_a_missing_stake_are_unknown(tmp_path: Path) -> None:
    edges = [Edge("H", "A", 0.5), Edge("G", "A", 0.5), Edge("A", "B", None), Edge("G", "C", None), Edge("H", "C", 0.25)]
    book = built(edges, "H", tmp_path / "known.xlsx")
    path = tmp_path / "known.xlsx"
    assert interests(ironcalc_engine.recalculate(path), book) == {"A": 0.5, "B": "not known", "C": 0.25}
    changed = {place(book, "ownership.holder"): "G"}
    assert interests(ironcalc_engine.recalculate(path, changed), book) == {"A": 0.5, "B": "not known", "C": "not known"}
    typed = changed | {place(book, "stakes.stake", 2): 0.8}  # as soon as somebody finds it out
    assert interests(ironcalc_engine.recalculate(path, typed), book)["B"] == 0.4


@pytest.mark.libreoffice
@pytest.mark.parametrize("a", [0.6, None])
def test_a_company_that_no_stake_is_given_in_is_not_one_that_nobody_owns(
    a: float | None, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    path = tmp_path / "given.xlsx"
    book = built([Edge("H", "A", a), Edge("G", "A", None), Edge("A", "B", None)], "H", path)
    for values in (ironcalc_engine.recalculate(path), libreoffice.recalculate(path)):
        assert interests(values, book, "given") == {"A": "not given" if a is None else a, "B": "not given"}
        assert at(values, *place(book, "checks.master")) == "OK, 1 warning"  # not all stakes are given
    found = {place(book, "stakes.stake", 2): 0.8}
    assert interests(ironcalc_engine.recalculate(path, found), book, "given")["B"] == 0.8


def test_effective_stakes_in_the_onshore_company_agree_with_the_article(tmp_path: Path) -> None:
    case = bundled("xiaomi_2018")
    assert case.ownership
    known = register(case.ownership)
    assert known.companies[:2] == ("Onshore company", "Tianjin Jinxing")
    values = [case.figures[s.stake].value if s.stake else None for s in known.stakes]
    edges = [Edge(s.owner, s.owned, value) for s, value in zip(known.stakes, values, strict=True)]
    book = built(edges, "Holder 2", tmp_path / "xiaomi.xlsx")
    found = interests(ironcalc_engine.recalculate(tmp_path / "xiaomi.xlsx"), book)
    assert list(found.values()) == [0.101213, 0.101213, "not known", "not known", "not known"]


def test_more_than_the_whole_fails(tmp_path: Path) -> None:
    path = tmp_path / "whole.xlsx"
    book = built([Edge("H", "A", 0.5), Edge("G", "A", 0.5)], "H", path)
    assert at(ironcalc_engine.recalculate(path), *place(book, "checks.master")) == "OK"
    values = ironcalc_engine.recalculate(path, {place(book, "stakes.stake", 1): 0.5000001})
    assert at(values, *place(book, "checks.master")) == "FAIL: 1 of the checks fail"


def test_owners_stand_before_what_they_own() -> None:
    edges = [("B", "C"), ("A", "B"), ("C", "D"), ("D", "C"), ("H", "a "), ("B", "D")]
    known = register(Ownership(holder="H", stakes=tuple(Stake(owner=a, owned=b) for a, b in edges)))
    assert known.circles == (("A",), ("B",), ("C", "D"))  # "a " is A, as in a spreadsheet
    assert [(s.owner, s.owned) for s in known.stakes] == [
        *[("H", "A"), ("A", "B"), ("B", "C"), ("D", "C"), ("B", "D"), ("C", "D")],
    ]
    assert known.owners == ("B", "A", "C", "D", "H")
    assert [list(known.rows(company)) for company in known.companies] == [[0], [1], [2, 3], [4, 5]]
    assert (known.circle("A"), known.circle("D")) == ((), ("C", "D"))


def test_a_stake_missing_in_a_circle_is_refused() -> None:
    raw = owned([Edge("H", "A", 0.5), Edge("A", "B", None), Edge("B", "A", 0.1)], "H").model_dump()
    (problem,) = (problem for problem in read(raw)[1] if problem.place.startswith("ownership"))
    assert problem.place == "ownership.stakes[2]"
    assert problem.message.startswith("is part of a circle of companies that own each other")
