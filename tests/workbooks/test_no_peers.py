"""A method without peers is n.m. wherever it is shown, and no other method is affected."""

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import ironcalc_engine
from addin.embedded import recalculate
from built import Workbook, column, drawn_anew, place, results
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.case.model import Case, Peer
from workbooks.case.reading import bundled
from workbooks.declarations.sheet import Fields
from workbooks.layout.sheet_cells import LaidBook

READS: Final = {"en": "n.m.", "zh": "NM"}
STATISTICS: Final = 7
SHOWN: Final = ("low", "base", "high", "low_reporting", "base_reporting", "high_reporting", "upside")
DRAWN: Final = ("low", "base", "high", "low_text", "high_text", "level", "level_again")


def with_peers(case: Case, changed: Callable[[Peer], Peer]) -> Case:
    assert case.comparables
    peers = tuple(map(changed, case.comparables.peers))
    return case.model_copy(update={"comparables": case.comparables.model_copy(update={"peers": peers})})


def without_peers(case: Case) -> Case:
    return with_peers(case, lambda peer: peer.model_copy(update={"included": False}))


def with_one() -> Case:
    """Gree is the only peer; it has a price to sales and a price to earnings."""
    case = bundled("xiaomi_2018")
    assert case.comparables
    peers = tuple(peer for peer in case.comparables.peers if peer.name == "Gree")
    return case.model_copy(update={"comparables": case.comparables.model_copy(update={"peers": peers})})


def with_losses(case: Case) -> Case:
    """Every peer that counts makes a loss: none has a price to earnings."""
    loss = case.figures["gree_pe"].model_copy(update={"value": -8.0})
    case = case.model_copy(update={"figures": case.figures | {"loss": loss}})
    return with_peers(case, lambda peer: peer.model_copy(update={"pe": "loss"}) if peer.included else peer)


class Without(NamedTuple):
    """A case that no peer is left in, the same with peers, and the multiples that have none."""

    case: Case
    whole: Case
    ratios: tuple[str, ...]


CASES: Final = {
    "no peer counts": Without(without_peers(bundled("xiaomi_2018")), bundled("xiaomi_2018"), ("ps", "pe")),
    "the only peer does not": Without(without_peers(with_one()), with_one(), ("ps", "pe")),
    "peers with losses": Without(with_losses(bundled("xiaomi_2018")), bundled("xiaomi_2018"), ("pe",)),
}


def built(case: Case, path: Path, language: str = "en") -> LaidBook:
    book, data = workbook_bytes(case, language)  # refused unless its formulas give what the core gives
    path.write_bytes(data)
    return book


def errors(values: Values) -> list[Value]:
    return [v for rows in values.values() for row in rows for v in row if str(v).startswith(("#", "Err:"))]


def rows(values: Values, book: LaidBook, table: str, names: tuple[str, ...]) -> list[list[Value]]:
    return [list(row) for row in zip(*(column(values, book, f"{table}.{name}") for name in names), strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("language", READS)
@pytest.mark.parametrize("name", CASES)
def test_it_is_n_m_on_every_sheet_and_a_second_engine_says_so_too(name: str, language: str, tmp_path: Path) -> None:
    case, _, ratios = CASES[name]
    path, said = tmp_path / "book.xlsx", READS[language]
    book = built(case, path, language)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    assert errors(values) == []
    for ratio in ratios:
        count, left_out, *statistics = column(values, book, f"statistics.{ratio}")
        assert (count, left_out) == (0.0, book.addresses["peers.name"].count)
        assert statistics == [said] * STATISTICS
        implied = [f"comparables.{ratio}_{name}" for name in ("multiple", "low", "base", "high")]
        assert [at(values, *place(book, each)) for each in implied] == [said] * len(implied)
    shown = rows(values, book, "methods", SHOWN)
    assert shown.count([said] * len(SHOWN)) == len(ratios)
    assert sum(row.count(said) for row in shown) == len(ratios) * len(SHOWN)  # and no other line


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CASES)
def test_libreoffice_says_n_m_on_every_sheet_too(name: str, libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    built(CASES[name].case, path)
    assert disagreements(formula_cells(path), libreoffice.recalculate(path)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_other_method_is_shown_and_drawn_as_before(name: str, tmp_path: Path) -> None:
    case, whole, ratios = CASES[name]
    book, _ = built(whole, tmp_path / "whole.xlsx"), built(case, tmp_path / "without.xlsx")
    before, after = (ironcalc_engine.recalculate(tmp_path / f"{each}.xlsx") for each in ("whole", "without"))
    unsaid = [row[0] == "n.m." for row in rows(after, book, "methods", SHOWN)]
    assert sum(unsaid) == len(ratios)
    for table, names in (("methods", SHOWN), ("field", DRAWN)):
        both = zip(unsaid, rows(before, book, table, names), rows(after, book, table, names), strict=True)
        assert all(now == then for without, then, now in both if not without)
    for without, (*ends, level, again) in zip(unsaid, rows(after, book, "field", DRAWN), strict=True):
        if without:  # no length, on the edge; the mark before it; the name and n.m. where the bar would be
            assert ends == [0.0, -1.0, 0.0, " ", " n.m."]
        assert level == again


def test_a_mark_without_a_value_is_outside_the_axis(xiaomi_2018: Workbook) -> None:
    _, path = xiaomi_2018
    with zipfile.ZipFile(path) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    (field,) = (chart for chart in charts if "<c:scatterChart" in chart or "<scatterChart" in chart)
    axes = re.findall(r"<(?:c:)?valAx>.*?</(?:c:)?valAx>", field, re.DOTALL)
    assert [re.findall(r'<(?:c:)?min val="([^"]+)"', axis) for axis in axes] == [["0"], ["0"]]


# --- a user turns the peers off ------------------------------------------------------------------


def switched_off(book: LaidBook, word: str) -> dict[tuple[str, str], Value]:
    return {place(book, "peers.included", item): word for item in range(book.addresses["peers.included"].count)}


def leaves_n_m_and_no_error(recalculate: Callable[..., Values], path: Path, language: str, word: str) -> None:
    book = built(bundled("xiaomi_2018"), path, language)
    without, _ = workbook_bytes(CASES["no peer counts"].case, language)
    values = recalculate(path, switched_off(book, word) | drawn_anew(without))
    assert errors(values) == []
    assert disagreements(results(without), values) == []


@pytest.mark.slow
@pytest.mark.parametrize(("language", "word"), [("en", "no"), ("zh", "否")])
def test_excluding_the_last_peer_gives_n_m_and_no_error(language: str, word: str, tmp_path: Path) -> None:
    leaves_n_m_and_no_error(ironcalc_engine.recalculate, tmp_path / "book.xlsx", language, word)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(("language", "word"), [("en", "no"), ("zh", "否")])
def test_excluding_the_last_peer_gives_n_m_in_libreoffice_too(
    language: str, word: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    leaves_n_m_and_no_error(libreoffice.recalculate, tmp_path / "book.xlsx", language, word)


# --- the add-in ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_add_in_shows_n_m_too_and_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = built(CASES["no peer counts"].case, path)
    path.write_bytes(recalculate(path.read_bytes()).data)
    found = {at: cell.value for at, cell in formula_cells(path).items()}
    unsaid = 0
    for page in book.sheets:
        for block in page.sheet.blocks:
            for line in block.fields if isinstance(block, Fields) else ():
                if not line.addin:
                    continue
                sheet, cell = place(book, f"{page.sheet.id}.{line.id}")
                own, answer, difference = (found[sheet, f"{letter}{cell[1:]}"] for letter in "CDE")
                if own == READS["en"]:
                    unsaid += 1
                    assert str(answer).startswith("#")  # no peer, or a text for a number
                    assert difference in (None, "")
                else:
                    assert difference == pytest.approx(0, abs=1e-9 * abs(float(str(own))))
    assert unsaid == 8  # three multiples and the value at the selected one, of price to sales and of price to earnings


# --- the checks ----------------------------------------------------------------------------------


def statuses(values: Values, book: LaidBook) -> Mapping[Value, Value]:
    return dict(zip(column(values, book, "check_rows.label"), column(values, book, "check_rows.status"), strict=True))


def test_two_checks_warn_and_the_others_say_what_they_said_with_peers(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    before = statuses(ironcalc_engine.recalculate(path), book)
    after = statuses(ironcalc_engine.recalculate(path, switched_off(book, "no")), book)
    assert before["A peer counts for every multiple"] == "OK"
    changed = {check for check, said in after.items() if said != before[check]}
    assert changed == {"A peer counts for every multiple", "The simulation is of the inputs as they stand"}
    assert {after[check] for check in changed} == {"WARN"}


def test_a_multiple_that_has_peers_does_not_hide_one_that_has_none(tmp_path: Path) -> None:
    book = built(CASES["peers with losses"].case, tmp_path / "book.xlsx")
    said = statuses(ironcalc_engine.recalculate(tmp_path / "book.xlsx"), book)
    assert said["A peer counts for every multiple"] == "WARN"


@pytest.mark.parametrize("reference", ["pe_grid_1.centre", "comparables.pe_base"])
def test_a_grid_with_a_number_where_its_result_is_n_m_fails_and_the_other_way_round(
    reference: str, xiaomi_2018: Workbook
) -> None:
    book, path = xiaomi_2018
    centred = "The centre of every grid is the selected result"
    off = switched_off(book, "no")
    assert statuses(ironcalc_engine.recalculate(path, off), book)[centred] == "OK"
    assert statuses(ironcalc_engine.recalculate(path, off | {place(book, reference): 5.0}), book)[centred] == "FAIL"
    unsaid = ironcalc_engine.recalculate(path, {place(book, reference): "n.m."})
    assert statuses(unsaid, book)[centred] == "FAIL"
