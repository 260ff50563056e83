"""Looking through stakes: published cases, fractions, paths, geometric series, MINVERSE, a register of 10,000."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import spsolve

from native import in_ironcalc
from valuation import ownership
from valuation.ownership import chain_stake, lookthrough

# Mutants of ownership.py that change no result, and so survive:
# - Indices = None: a name for readers of types;
# - another negative number for "not reached" in `lookthrough`;
# - `strict` of the zips in `lookthrough` and `_holdings`, whose columns are of one length;
# - in `_solve` and its limits, LARGEST_DENSE and LARGEST_CIRCLE, whatever chooses one way of solving instead of
#   another: each gives the same, and only takes its time.

Register = list[tuple[str, str, Fraction]]

# The article of the bundled case xiaomi_2018. It does not give the stakes in Tianjin Jinmi and Tianjin Zhongmi, which
# are examples.
HOLDERS = [("Holder 1", 0.778022), ("Holder 2", 0.101213), ("Holder 3", 0.100665), ("Holder 4", 0.020100)]
ONSHORE = [(holder, "Xiaomi Inc.", stake) for holder, stake in HOLDERS]
CHAIN = [
    ("Xiaomi Inc.", "Tianjin Jinxing", 1.0),
    ("Tianjin Jinxing", "Tianjin Jinmi", 0.5),
    ("Tianjin Jinxing", "Tianjin Zhongmi", 0.8),
    ("Tianjin Zhongmi", "Tianjin Jinmi", 0.25),
    ("Tianjin Jinmi", "Ecosystem company", 0.2),
]


def look(holder: str, register: list[tuple[str, str, Any]]) -> dict[str, list[float]]:
    """Direct stake, stake through others and effective stake in each company that is reached."""
    owners, owned, stakes = zip(*register, strict=True)
    heading, *rows = lookthrough(holder, owners, owned, [float(stake) for stake in stakes])
    assert heading == ["Company", "Direct stake", "Through others", "Effective stake"]
    return {row[0]: row[1:] for row in rows}


def effective(holder: str, register: list[tuple[str, str, Any]]) -> dict[str, float]:
    return {company: stakes[2] for company, stakes in look(holder, register).items()}


@st.composite
def registers(draw: st.DrawFn, *, circles: bool = True, whole: bool = False) -> Register:
    """Stakes in twenty-fourths among up to eight entities, A first; what is left belongs to others, or to nobody."""
    names = "ABCDEFGH"[: draw(st.integers(2, 8))]
    register = []
    for place, company in enumerate(names):
        owners = draw(st.lists(st.sampled_from(names), unique=True)) if circles else []
        if not circles and place:
            owners = draw(st.lists(st.sampled_from(names[:place]), unique=True, min_size=int(whole)))
        parts = [draw(st.integers(1, 24)) for _ in owners]
        whole_of = sum(parts) if whole else max(24, sum(parts) + 1)  # so somebody outside has a part
        register += [(owner, company, Fraction(part, whole_of)) for owner, part in zip(owners, parts, strict=True)]
    register = draw(st.permutations(register))
    return register or [("A", "B", Fraction(1, 2))]


def solved(holder: str, register: Register) -> dict[str, Fraction]:
    """The x of x = a + Aᵀx by elimination, in fractions."""
    names = sorted({name for owner, company, _ in register for name in (owner, company)} - {holder})
    rows = [
        [Fraction(name == other) - stake_of(register, other, name) for other in names]
        + [stake_of(register, holder, name)]
        for name in names
    ]
    for pivot in range(len(names)):
        top = next(row for row in range(pivot, len(names)) if rows[row][pivot])
        rows[pivot], rows[top] = rows[top], rows[pivot]
        rows[pivot] = [cell / rows[pivot][pivot] for cell in rows[pivot]]
        for row in range(len(names)):
            if row != pivot and rows[row][pivot]:
                factor = rows[row][pivot]
                rows[row] = [cell - factor * above for cell, above in zip(rows[row], rows[pivot], strict=True)]
    return {name: row[-1] for name, row in zip(names, rows, strict=True) if row[-1]}


def stake_of(register: Register, owner: str, company: str) -> Fraction:
    return sum((stake for one, other, stake in register if (one, other) == (owner, company)), Fraction(0))


def paths(holder: str, register: Register) -> Iterator[tuple[str, Fraction]]:
    """Where each way down from the holder ends, and the product of the stakes on it."""
    for owner, company, stake in register:
        if owner == holder:
            yield company, stake
            yield from ((end, stake * rest) for end, rest in paths(company, register))


# Published and by hand.


def test_published_cases() -> None:
    # benefitslink.com, controlled groups: 100 % of A, 60 % of I and 40 % of B, of which I has 60 %: 40 % + 36 % = 76 %
    register = [("HC", "A", 1.0), ("HC", "I", 0.6), ("HC", "B", 0.4), ("I", "B", 0.6)]
    assert look("HC", register) == {
        "A": [1.0, 0.0, 1.0],
        "I": [0.6, 0.0, 0.6],
        "B": [0.4, pytest.approx(0.36, rel=1e-15), pytest.approx(0.76, rel=1e-15)],
    }
    # jamdbokhtier.com, cash flow rights of a family: 80 % of A, which has 50 % of B, which has 40 % of C: 16 %
    assert chain_stake([0.8, 0.5, 0.4]) == pytest.approx(0.16, rel=1e-15)
    # forum.mondo3.com, Chinese boxes: 52 % × 51 % × 51 % = 13.5252 %
    assert chain_stake([0.52, 0.51, 0.51]) == pytest.approx(0.135252, rel=1e-15)


def test_holders_of_source_b_own_the_onshore_company_and_what_it_owns() -> None:
    assert sum(stake for _, stake in HOLDERS) == pytest.approx(1.0, abs=1e-15)
    shares = {holder: effective(holder, ONSHORE + CHAIN) for holder, _ in HOLDERS}
    # 1 × (0.5 + 0.8 × 0.25) = 0.7 of Jinmi, 0.14 of an ecosystem company
    for company, whole in [("Xiaomi Inc.", 1.0), ("Tianjin Jinmi", 0.7), ("Ecosystem company", 0.14)]:
        assert [shares[holder][company] for holder, _ in HOLDERS] == pytest.approx(
            [stake * whole for _, stake in HOLDERS], rel=1e-14
        )


def test_jinxing_reaches_jinmi_directly_and_through_zhongmi() -> None:
    found = look("Tianjin Jinxing", ONSHORE + CHAIN)
    assert list(found) == ["Tianjin Jinmi", "Tianjin Zhongmi", "Ecosystem company"]  # nearest first
    assert found["Tianjin Jinmi"] == pytest.approx([0.5, 0.2, 0.7], rel=1e-15)
    assert found["Tianjin Zhongmi"] == [0.8, 0.0, 0.8]
    assert found["Ecosystem company"] == pytest.approx([0.0, 0.14, 0.14], rel=1e-15)


def test_cross_holding_by_hand() -> None:
    # A has 60 % of B; B half of C and C a fifth of B. b = 0.6 + 0.2 c and c = 0.5 b, so b = 0.6 ÷ 0.9
    found = look("A", [("A", "B", 0.6), ("B", "C", 0.5), ("C", "B", 0.2)])
    assert found["B"] == pytest.approx([0.6, 2 / 3 - 0.6, 2 / 3], rel=1e-14)
    assert found["C"] == pytest.approx([0.0, 1 / 3, 1 / 3], rel=1e-14)


def test_a_stake_of_1_is_the_whole_company() -> None:
    # What A lacks of B is B's own by way of C; unrounded, elimination gives 1 + 9e-16.
    assert effective("A", [("A", "B", 0.063), ("C", "B", 0.937), ("B", "C", 1.0)]) == {"B": 1.0, "C": 1.0}


def test_treasury_stock_goes_to_the_other_owners() -> None:
    # B holds a fifth of itself: A's 40 % are half of the 80 % that others hold.
    assert effective("A", [("A", "B", 0.4), ("B", "B", 0.2)]) == {"B": pytest.approx(0.5, rel=1e-15)}


def test_stakes_in_the_holder_play_no_part() -> None:
    # Counted round and round A would own 0.8 ÷ (1 − 0.8 × 0.9) = 286 % of B.
    assert effective("A", [("A", "B", 0.8), ("B", "A", 0.9)]) == {"B": 0.8}
    assert effective("A", [("A", "A", 0.9), ("A", "B", 0.8)]) == {"B": 0.8}


def test_stakes_of_one_owner_in_one_company_add_up() -> None:
    assert look("A", [("A", "B", 0.25), ("A", "B", 0.5)]) == {"B": [0.75, 0.0, 0.75]}


def test_names_match_as_in_a_spreadsheet() -> None:
    assert look(" jinxing", [("Jinxing", "Jinmi ", 0.5), ("JINMI", "小米", 0.5)]) == {
        "JINMI": [0.5, 0.0, 0.5],
        "小米": [0.0, 0.25, 0.25],
    }


def test_a_target_of_zero_is_met_by_zero() -> None:
    assert look("B", [("A", "B", 0.5)]) == {}
    assert look("A", [("A", "B", 0.0), ("B", "C", 0.5)]) == {}


def test_one_owner_or_one_stake_for_all() -> None:
    assert lookthrough("A", "A", ["B", "C"], 0.5)[1:] == [["B", 0.5, 0.0, 0.5], ["C", 0.5, 0.0, 0.5]]
    assert lookthrough("A", ["A", "D"], "B", [0.5, 0.25])[1:] == [["B", 0.5, 0.0, 0.5]]


# What must hold for any register.


@given(registers())
def test_against_elimination_in_fractions(register: Register) -> None:
    for holder in {owner for owner, _, _ in register}:
        expected = solved(holder, register)
        found = look(holder, register)
        assert {company: stakes[2] for company, stakes in found.items()} == pytest.approx(
            {company: float(stake) for company, stake in expected.items()}, rel=1e-12
        )
        for company, (direct, through, both) in found.items():
            assert direct == pytest.approx(float(stake_of(register, holder, company)), rel=1e-15)
            assert direct + through == pytest.approx(both, rel=1e-15)


@given(registers())
def test_no_effective_stake_is_above_all_of_a_company(register: Register) -> None:
    for holder in {name for owner, company, _ in register for name in (owner, company)}:
        assert all(0 < stake <= 1 for stake in effective(holder, register).values())


@given(registers(circles=False))
def test_without_circles_it_is_the_sum_over_all_paths(register: Register) -> None:
    ends: dict[str, Fraction] = {}
    for company, stake in paths("A", register):
        ends[company] = ends.get(company, Fraction(0)) + stake
    if any("A" in edge[:2] for edge in register):
        assert effective("A", register) == pytest.approx(
            {name: float(stake) for name, stake in ends.items()}, rel=1e-13
        )


@given(st.floats(0.01, 0.9), st.floats(0.01, 0.95), st.floats(0.01, 0.99))
def test_a_circle_is_a_geometric_series(first: float, back: float, forth: float) -> None:
    first = min(first, 1 - back)
    rounds = np.arange(5000)  # what is left is below 0.95^5000
    series = first * ((forth * back) ** rounds).sum()
    found = effective("A", [("A", "B", first), ("B", "C", forth), ("C", "B", back)])
    assert found == {"B": pytest.approx(series, rel=1e-11), "C": pytest.approx(series * forth, rel=1e-11)}


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=20))
def test_down_a_chain_it_is_the_product(stakes: list[float]) -> None:
    chain = [(f"Company {place}", f"Company {place + 1}", stake) for place, stake in enumerate(stakes)]
    end = f"Company {len(stakes)}"
    if chain_stake(stakes) > 0:
        assert effective("Company 0", chain)[end] == pytest.approx(chain_stake(stakes), rel=1e-13)


@given(registers(circles=False, whole=True))
def test_the_stakes_of_ultimate_owners_sum_to_1(register: Register) -> None:
    owned = {company for _, company, _ in register}
    ultimate = {owner for owner, _, _ in register} - owned
    found = [effective(holder, register) for holder in ultimate]
    for company in owned:
        assert sum(stakes.get(company, 0.0) for stakes in found) == pytest.approx(1.0, rel=1e-13)


@given(registers(), registers())
def test_an_unrelated_group_changes_nothing(register: Register, other: Register) -> None:
    holder = register[0][0]
    unrelated = [(f"{owner}'", f"{company}'", stake) for owner, company, stake in other]
    assert look(holder, register + unrelated) == look(holder, register)


@given(registers(), st.data())
def test_the_order_of_the_rows_changes_no_number(register: Register, data: st.DataObject) -> None:
    holder = register[0][0]
    shuffled = data.draw(st.permutations(register))
    assert effective(holder, shuffled) == pytest.approx(effective(holder, register), rel=1e-12)


@given(registers())
def test_dense_and_sparse_agree(register: Register) -> None:
    holder = register[0][0]
    dense = effective(holder, register)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ownership, "LARGEST_DENSE", 0)
        assert effective(holder, register) == pytest.approx(dense, rel=1e-12)
        patch.setattr(ownership, "LARGEST_CIRCLE", 0)
        assert effective(holder, register) == pytest.approx(dense, rel=1e-12)


def test_it_is_mmult_of_minverse() -> None:
    # A's stakes in B, C, D, and theirs in each other, one row a company: x = (I − Aᵀ)⁻¹ a
    register = [("A", "B", 0.6), ("A", "D", 0.1), ("B", "C", 0.5), ("C", "B", 0.2), ("C", "D", 0.7), ("D", "C", 0.3)]
    stakes = {(owner, company): stake for owner, company, stake in register}
    cells = {f"A{row}": stakes.get(("A", company), 0.0) for row, company in enumerate("BCD", start=1)}
    for row, company in enumerate("BCD", start=1):
        for column, owner in zip("EFG", "BCD", strict=True):
            cells[f"{column}{row}"] = float(company == owner) - stakes.get((owner, company), 0.0)
    found = effective("A", register)
    for row, company in enumerate("BCD", start=1):
        value = in_ironcalc(f"=INDEX(MMULT(MINVERSE(E1:G3),A1:A3),{row},1)", cells)
        assert found[company] == pytest.approx(value, rel=1e-12)


def test_ten_thousand_entities() -> None:
    # Groups of a hundred below one another, each company with three owners, some of them in circles.
    random = np.random.default_rng(3)
    size = 10_000
    company = np.repeat(np.arange(1, size), 3)
    owner = company // 10 - random.integers(0, 3, company.size)
    beside = random.random(company.size) < 0.05
    owner = np.where(beside, company + random.integers(1, 9, company.size), owner).clip(0, size - 1)
    names = [f"Company {number}" for number in range(size)]
    owners, owned = [names[number] for number in owner], [names[number] for number in company]
    stakes = random.uniform(0.05, 0.33, company.size)
    _, *rows = lookthrough(names[0], owners, owned, stakes)

    matrix = (eye_array(size) - csc_array((stakes, (company, owner)), shape=(size, size))).tocsc()
    bare = spsolve(matrix, np.eye(1, size).ravel())
    assert len(rows) == size - 1
    assert np.allclose([row[3] for row in rows], [bare[names.index(row[0])] for row in rows], rtol=1e-10, atol=0)
