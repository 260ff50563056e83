"""The cap table and the exit waterfall: formulas in cells that give what the catalogue gives, for any terms."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import ironcalc_engine
from built import column, place, results
from company_cases import HEAD, START_UP, Raw, case_of, problems_of
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from valuation.conversion import conversion_table
from valuation.kernel.errors import BLANK
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled, bundled_names
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets import contents

EXACT: Final = 1e-9
MILLION: Final = 1e6


def start_up() -> Raw:
    return tomllib.loads(START_UP)


def cells(case: Case) -> Callable[[str], list[Any]]:
    """The columns of the proved workbook of a case."""
    book, _ = workbook_bytes(case)
    known = {(page.sheet.name, f"{letters(c.column)}{c.row}"): c.content for page in book.sheets for c in page.cells}

    def found(reference: str) -> list[Any]:
        return [known.get(place(book, reference, n)) for n in range(book.addresses[reference].count)]

    return found


def saved(raw: Raw, folder: Path, language: str = "en") -> tuple[LaidBook, Path]:
    book, data = workbook_bytes(case_of(raw), language)
    path = folder / f"{language}.xlsx"
    path.write_bytes(data)
    return book, path


# --- worked out by hand ---------------------------------------------------------------------------


def test_a_safe_on_its_cap() -> None:
    # 0.5m on a cap of 5m is a tenth of what was there before the new money: 0.9m shares and 0.1m converted are worth
    # 8m, so that a share is 8 and the SAFE converts at 5; 2m of new money buys 0.25m shares.
    raw = tomllib.loads(
        HEAD
        + """
[cap_table]
exits = [12]
classes = [{ name = "Founders", shares = "0.9m shares" }]
convertibles = [{ name = "Angel", principal = 0.5, cap = 5 }]
round = { name = "Series A", pre_money = 8, raised = 2 }
"""
    )
    read = cells(case_of(raw))
    assert read("cap_table.price") == [pytest.approx(8)]
    assert read("conversions.price") == [pytest.approx(5)]
    assert read("cap_holders.stake") == pytest.approx([0.72, 0.08, 0, 0.2])
    assert read("cap_holders.value") == pytest.approx([7.2e6, 0.8e6, 0, 2e6])
    assert read("cap_table.post_money") == [pytest.approx(10e6)]


def test_without_participation_a_class_takes_its_preference_or_converts() -> None:
    raw = tomllib.loads(
        HEAD
        + """
[cap_table]
exits = [4, 12, 40]
classes = [
  { name = "Common", shares = "6m shares" },
  { name = "Series A", shares = "4m shares", invested = 5 },
]
"""
    )
    read = cells(case_of(raw))
    assert read("exit_payouts.at_1")[2:] == pytest.approx([0, 4e6, 4e6])
    assert read("exit_payouts.at_2")[2:] == pytest.approx([7e6, 5e6, 12e6])
    assert read("exit_payouts.at_3")[2:] == pytest.approx([24e6, 16e6, 40e6])
    assert read("exit_ways.at_2") == ["–", "preference"]
    assert read("exit_ways.at_3") == ["–", "converts"]
    assert read("cap_holders.stake_before") == pytest.approx([0.6, 0.4, 0])


def test_a_junior_class_waits_and_a_capped_one_stops_until_it_converts() -> None:
    read = cells(case_of(start_up()))
    # Preferences of rank 1: 10 of Series B, 0.5 of the SAFE, 1.12 of the note; Series A has 5 after them.
    assert read("exit_payouts.at_1")[2:8] == pytest.approx(
        [0, 0, 0, 8e6 * 0.5 / 11.62, 8e6 * 1.12 / 11.62, 8e6 * 10 / 11.62]
    )
    assert read("exit_payouts.at_3")[4] == pytest.approx(10e6)  # twice the 5m invested
    assert read("exit_payouts.at_5")[4] == pytest.approx(200e6 * read("cap_holders.after")[2] / sum(_holding(read)))


def _holding(read: Callable[[str], list[Any]]) -> list[float]:
    """Shares that somebody holds: without the unissued pool."""
    after = read("cap_holders.after")
    return [*after[:5], after[6]]


# --- for any terms --------------------------------------------------------------------------------

NOTES: Final = st.lists(
    st.fixed_dictionaries(
        {"principal": st.floats(0.05, 2)}, optional={"cap": st.floats(4, 60), "discount": st.floats(0.01, 0.4)}
    ),
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    notes=NOTES,
    pool=st.floats(0.01, 0.2) | st.none(),
    there=st.floats(0, 2),
    basis=st.sampled_from(["post", "pre"]),
    pre_money=st.floats(25, 90),
)
def test_the_cells_solve_any_round_as_the_catalogue_does(
    notes: list[Raw], pool: float | None, there: float, basis: str, pre_money: float
) -> None:
    raw = start_up()
    table = raw["cap_table"]
    table["convertibles"] = [{"name": f"Note {n}"} | note for n, note in enumerate(notes)]
    table["pool_shares"] = {"value": there, "unit": "m shares"}
    table["round"] |= {"pre_money": pre_money, "cap_basis": basis}
    del table["round"]["pool"]
    if pool is not None:
        table["round"]["pool"] = pool
    if problems_of(raw):  # SAFEs, notes and pool take all
        assert sum(note["principal"] for note in notes) > 1
        return
    read = cells(case_of(raw))  # the build holds the price and every payout against the catalogue
    if not notes:
        return
    rows = conversion_table(
        [f"Note {n}" for n in range(len(notes))],
        pre_money * MILLION,
        10 * MILLION,
        9 * MILLION,
        [note["principal"] * MILLION for note in notes],
        [note["cap"] * MILLION if "cap" in note else BLANK for note in notes],
        [note.get("discount", 0.0) for note in notes],
        pool or 0.0,
        there * MILLION,
        basis,
    )
    converted = rows[3:-2]
    assert read("conversions.price") == pytest.approx([row[2] for row in converted], rel=EXACT)
    assert read("conversions.shares") == pytest.approx([row[3] for row in converted], rel=EXACT)
    assert read("cap_holders.stake")[3:] == pytest.approx(
        [*(row[4] for row in converted), rows[2][4], rows[-2][4]], rel=EXACT
    )


CLASSES: Final = st.lists(
    st.fixed_dictionaries(
        {"shares": st.integers(1, 9), "invested": st.integers(1, 20), "rank": st.integers(1, 3)},
        optional={"preference": st.sampled_from([1.0, 1.5, 2.0]), "how": st.sampled_from(["full", "capped"])},
    ),
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(CLASSES, st.lists(st.integers(0, 200), min_size=1, max_size=4))
def test_every_exit_is_paid_out_and_the_build_holds_it_against_the_catalogue(
    classes: list[Raw], exits: list[int]
) -> None:
    raw = tomllib.loads(HEAD)
    made: list[Raw] = [{"name": "Common", "shares": "5m shares"}]
    for n, given_terms in enumerate(classes):
        terms = dict(given_terms)
        how = terms.pop("how", "none")
        terms["shares"] = f"{terms['shares']}m shares"
        if how != "none":
            terms |= {"participation": how} | ({"cap": 3.0} if how == "capped" else {})
        made.append({"name": f"Series {n}"} | terms)
    raw["cap_table"] = {"classes": made, "exits": exits}
    read = cells(case_of(raw))
    for n, value in enumerate(exits, start=1):
        whole, _, *paid, together = read(f"exit_payouts.at_{n}")
        assert whole == pytest.approx(value * MILLION)
        assert together == pytest.approx(sum(paid)) == pytest.approx(value * MILLION)
        assert min(paid) >= 0


# --- in the workbook ------------------------------------------------------------------------------


def assert_like(values: Values, book: LaidBook, raw: Raw) -> None:
    """Whether a recalculated workbook is that of other terms."""
    wanted = cells(case_of(raw))
    for reference in ("exit_payouts.at_1", "exit_payouts.at_3", "cap_holders.stake", "cap_table.price"):
        assert column(values, book, reference) == pytest.approx(wanted(reference), rel=EXACT)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_terms_that_a_reader_chooses_give_what_the_case_with_them_gives(language: str, tmp_path: Path) -> None:
    book, path = saved(start_up(), tmp_path, language)
    full = {"en": "full", "zh": "完全参与"}[language]
    changed: dict[tuple[str, str], Value] = {
        place(book, "class_terms.participation", 2): full,
        place(book, "class_terms.rank", 2): 1.0,
        place(book, "figures.cap_table.round.pre_money"): 24e6,
    }
    values = ironcalc_engine.recalculate(path, changed)
    raw = start_up()
    del raw["cap_table"]["classes"][2]["cap"]
    raw["cap_table"]["classes"][2] |= {"participation": "full", "rank": 1}
    raw["cap_table"]["round"]["pre_money"] = 24
    assert_like(values, book, raw)


@pytest.mark.libreoffice
def test_three_engines_agree(tmp_path: Path, libreoffice: LibreOffice) -> None:
    book, path = saved(start_up(), tmp_path)
    found = [ironcalc_engine.recalculate(path), libreoffice.recalculate(path)]
    for values in found:
        assert disagreements(formula_cells(path), values) == []
        assert disagreements(results(book), values) == []
        assert at(values, *place(book, "cap_table.price")) == pytest.approx(30e6 / sum_before(values, book))


def sum_before(values: Values, book: LaidBook) -> float:
    """All shares but the new ones: they are worth the pre-money value."""
    after = [value for value in column(values, book, "cap_holders.after") if isinstance(value, float)]
    return sum(after[:-1])


@pytest.mark.parametrize("name", bundled_names())
def test_a_case_that_declares_none_has_no_such_sheet(name: str) -> None:
    assert bundled(name).cap_table is None


# --- what is refused ------------------------------------------------------------------------------


def change(path: str, value: Any) -> Callable[[Raw], None]:  # noqa: ANN401 - whatever stands in a case file
    def changed(raw: Raw) -> None:
        *way, last = path.split(".")
        table: Any = raw["cap_table"]
        for step in way:
            table = table[int(step)] if step.isdigit() else table[step]
        if value is None:
            del table[last]
        else:
            table[last] = value

    return changed


@pytest.mark.parametrize(
    ("changed", "at", "told"),
    [
        (change("classes.2.invested", None), "classes[3].invested (Series A)", "a preference counts the money"),
        (change("classes.2.cap", None), "classes[3].cap (Series A)", "is missing: participation is capped"),
        (change("classes.2.cap", 0.5), "classes[3].cap (Series A)", "0.5× is below the preference, 1×"),
        (change("classes.2.participation", "full"), "classes[3].cap (Series A)", "participation is 'full'"),
        (change("classes.2.participation", "some"), "classes[3].participation (Series A)", "'some': expected 'none'"),
        (change("classes.1.name", "Founders"), "classes[2].name (Founders)", "is already the name of number 1"),
        (change("convertibles.1.years", None), "convertibles[2].years (Bridge note)", "expected with the rate"),
        (change("convertibles.0.compounded", value=True), "(Angel SAFE)", "is given without a rate of interest"),
        (change("round", None), "cap_table.convertibles", "convert in a round: expected a [cap_table.round] too"),
        (change("convertibles.0.principal", 40), "cap_table.round", "take all of the pre-money value"),
        (change("round.pool", 1), "cap_table.round", "pool: 1 is out of range"),
        (change("exits", [-1]), "cap_table.exits", "money, not negative"),
        (change("exits", []), "cap_table.exits", ""),
    ],
)
def test_terms_that_do_not_fit_are_refused_with_their_place(changed: Callable[[Raw], None], at: str, told: str) -> None:
    raw = start_up()
    changed(raw)
    found = problems_of(raw)
    assert at in found
    assert told in found


def test_the_cap_table_and_other_sheets_of_owners_can_be_combined() -> None:
    own, given_case = case_of(start_up()), bundled("xiaomi_2018")
    both = {
        "cap_table": own.cap_table,
        "figures": given_case.figures | own.figures,
        "sources": given_case.sources | own.sources,
    }
    sheets = contents.sheets(given_case.model_copy(update=both))
    assert {"cap_table", "ownership"} <= {sheet.id for sheet in sheets}
    lay_out(sheets, "")
