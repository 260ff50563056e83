"""The workings of circles, companies that own each other: what comes back, by elimination, a cell a step."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from workbooks.case.stakes import Register
from workbooks.declarations.sheet import Formula, Reference, Values

HOLDER: Final = "ownership.holder"


class Step(NamedTuple):
    """One cell on the way to the interests in a circle."""

    label: str
    key: Reference
    formula: Formula


def steps(register: Register) -> list[Step]:
    """The steps for every circle; none where nobody owns each other."""
    circles = [circle for circle in register.circles if register.circle(circle[0])]
    return [step for circle in circles for step in _eliminated(register, circle)]


def held(register: Register, company: str) -> Reference:
    """What the holder in force has of a company in a circle; of itself all."""
    return f"circle_held.{register.companies.index(company)}"


def same(one: object, other: object) -> bool:
    """Whether two names are one, as a spreadsheet compares them."""
    return str(one).strip().casefold() == str(other).strip().casefold()


def _eliminated(register: Register, circle: Sequence[str]) -> Iterator[Step]:
    """The steps of x = b + Aᵀx: the last company put into the equations of those before it, until one is left."""
    place = [register.companies.index(company) for company in circle]
    comes: list[Reference] = []
    passes: dict[tuple[int, int], Reference] = {}
    for number, company in enumerate(circle):
        comes.append(f"circle_comes.{place[number]}")
        yield Step(f"Into {company} from outside", comes[number], _from_outside(register, company))
    for one, owner in enumerate(circle):
        for other, company in enumerate(circle):
            rows = [row for row in register.rows(company) if register.stakes[row].owner == owner]
            if rows:
                passes[one, other] = f"circle_passes.{place[one]}_{place[other]}"
                yield Step(f"{owner} passes on to {company}", passes[one, other], _stake(register, company, rows))
    for last in range(len(circle) - 1, 0, -1):
        without, own = circle[last], passes.get((last, last))
        for other in [other for other in range(last) if (last, other) in passes]:
            step = f"{comes[other]}_{last}"
            yield Step(
                f"Into {circle[other]}, {without} put in",
                step,
                _passed(comes[other], comes[last], passes[last, other], own),
            )
            comes[other] = step
            for one in [one for one in range(last) if (one, last) in passes]:
                before, step = passes.get((one, other)), f"circle_passes.{place[one]}_{place[other]}_{last}"
                label = f"{circle[one]} passes on to {circle[other]}, {without} put in"
                yield Step(label, step, _passed(before, passes[one, last], passes[last, other], own))
                passes[one, other] = step
    for number, company in enumerate(circle):
        owners = [
            (held(register, circle[one]), passes[one, number]) for one in range(number) if (one, number) in passes
        ]
        solved = _solved(comes[number], owners, passes.get((number, number)))
        yield Step(f"Held of {company}", held(register, company), solved)


def _is_holder(register: Register, company: str) -> str:
    return f"{{interests.name[{register.companies.index(company) + 1}]}}={{{HOLDER}}}"


def _from_outside(register: Register, company: str) -> Formula:
    circle = register.circle(company)
    rows = [row + 1 for row in register.rows(company) if register.stakes[row].owner not in circle]
    inflow = f"SUM({{stakes.through[{rows[0]}]}}:{{stakes.through[{rows[-1]}]}})" if rows else "0"

    def value(v: Values) -> float:
        through = [v(f"stakes.through[{row}]") for row in rows]
        return 1.0 if same(company, v(HOLDER)) else float(np.nansum(through))

    return Formula(f"IF({_is_holder(register, company)},1,{inflow})", value)


def _stake(register: Register, company: str, rows: Sequence[int]) -> Formula:
    stakes = [f"stakes.stake[{row + 1}]" for row in rows]
    total = "+".join(f"{{{stake}}}" for stake in stakes)

    def value(v: Values) -> float:
        return 0.0 if same(company, v(HOLDER)) else float(sum(v(stake) for stake in stakes))

    return Formula(f"IF({_is_holder(register, company)},0,{total})", value)


def _passed(added: Reference | None, first: Reference, second: Reference, own: Reference | None) -> Formula:
    def value(v: Values) -> float:
        return float((v(added) if added else 0.0) + v(first) * v(second) / (1 - v(own) if own else 1))

    head, tail = f"{{{added}}}+" if added else "", f"/(1-{{{own}}})" if own else ""
    return Formula(f"{head}{{{first}}}*{{{second}}}{tail}", value)


def _solved(comes: Reference, owners: Sequence[tuple[Reference, Reference]], own: Reference | None) -> Formula:
    def value(v: Values) -> float:
        return float((v(comes) + sum(v(x) * v(passed) for x, passed in owners)) / (1 - v(own) if own else 1))

    terms = "".join(f"+{{{x}}}*{{{passed}}}" for x, passed in owners)
    return Formula(f"({{{comes}}}{terms}){f'/(1-{{{own}}})' if own else ''}", value)
