"""Formulas for circles of companies that own each other: Gaussian elimination, one cell per step."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from workbooks.case.stakes import Register
from workbooks.declarations.excel_functions import IF, SUM
from workbooks.declarations.expressions import cells, equal, grouped, ref, total
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference

HOLDER: Final = "ownership.holder"


class Step(NamedTuple):
    """One step of the elimination."""

    label: str
    key: Reference
    formula: Expression


def steps(register: Register) -> list[Step]:
    """The steps for every circle of companies that own each other."""
    circles = [circle for circle in register.circles if register.circle(circle[0])]
    return [step for circle in circles for step in _eliminated(register, circle)]


def held(register: Register, company: str) -> Reference:
    """Interest of the selected holder in a company of a circle; 1 in itself."""
    return f"circle_held.{register.companies.index(company)}"


def _eliminated(register: Register, circle: Sequence[str]) -> Iterator[Step]:
    """Steps for x = b + Aᵀx: the last company is substituted into the equations before it, until one is left."""
    place = [register.companies.index(company) for company in circle]
    comes: list[Reference] = []
    passes: dict[tuple[int, int], Reference] = {}
    for number, company in enumerate(circle):
        comes.append(f"circle_comes.{place[number]}")
        yield Step(Text("Into {} from outside", company), comes[number], _from_outside(register, company))
    for one, owner in enumerate(circle):
        for other, company in enumerate(circle):
            rows = [row for row in register.rows(company) if register.stakes[row].owner == owner]
            if rows:
                passes[one, other] = f"circle_passes.{place[one]}_{place[other]}"
                yield Step(
                    Text("{} passes on to {}", owner, company), passes[one, other], _stake(register, company, rows)
                )
    for last in range(len(circle) - 1, 0, -1):
        without, own = circle[last], passes.get((last, last))
        for other in [other for other in range(last) if (last, other) in passes]:
            step = f"{comes[other]}_{last}"
            yield Step(
                Text("Into {}, {} put in", circle[other], without),
                step,
                _passed(comes[other], comes[last], passes[last, other], own),
            )
            comes[other] = step
            for one in [one for one in range(last) if (one, last) in passes]:
                before, step = passes.get((one, other)), f"circle_passes.{place[one]}_{place[other]}_{last}"
                label = Text("{} passes on to {}, {} put in", circle[one], circle[other], without)
                yield Step(label, step, _passed(before, passes[one, last], passes[last, other], own))
                passes[one, other] = step
    for number, company in enumerate(circle):
        owners = [
            (held(register, circle[one]), passes[one, number]) for one in range(number) if (one, number) in passes
        ]
        solved = _solved(comes[number], owners, passes.get((number, number)))
        yield Step(Text("Held of {}", company), held(register, company), solved)


def _is_holder(register: Register, company: str) -> Expression:
    return equal(ref(f"interests.name[{register.companies.index(company) + 1}]"), ref(HOLDER))


def _from_outside(register: Register, company: str) -> Expression:
    circle = register.circle(company)
    rows = [row + 1 for row in register.rows(company) if register.stakes[row].owner not in circle]
    inflow = SUM(cells("stakes.through", rows[0], rows[-1])) if rows else 0
    return IF(_is_holder(register, company), 1, inflow)


def _stake(register: Register, company: str, rows: Sequence[int]) -> Expression:
    return IF(_is_holder(register, company), 0, total([ref(f"stakes.stake[{row + 1}]") for row in rows]))


def _passed(added: Reference | None, first: Reference, second: Reference, own: Reference | None) -> Expression:
    passed = ref(first) * ref(second)
    if own:
        passed /= 1 - ref(own)
    return ref(added) + passed if added else passed


def _solved(comes: Reference, owners: Sequence[tuple[Reference, Reference]], own: Reference | None) -> Expression:
    solved = grouped(total([ref(comes), *(ref(held) * ref(passed) for held, passed in owners)]))
    return solved / (1 - ref(own)) if own else solved
