"""Check of Inputs: no figure is beyond the bounds that a case file holds it to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from workbooks.case.bounds import Bounds
from workbooks.declarations.excel_functions import AND, COUNT, MAX, MIN, OR
from workbooks.declarations.expressions import equal, ref, shown_when_empty
from workbooks.declarations.sheet import Check
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression
from workbooks.sheets.money import figure

# Of a formula 0 and 1 are the only constants; Premium checks scores, and the limits under Conventions rates.
KEPT: Final = frozenset({-1, 0, 1})
SCORE: Final = (1, 5)
MOST: Final = 120  # figures of one check: a formula has 8,191 characters, and names each up to three times
LABEL: Final = "Prices, counts, shares and multiples are in their range"


def checks(bounds: Mapping[str, Bounds]) -> Iterator[Check]:
    """Whether every figure that is filled in is within its bounds: several checks where there are many figures."""
    known = [(name, each) for name, each in bounds.items() if each[:2] != SCORE and not KEPT.isdisjoint(each[:2])]
    for start in range(0, len(known), MOST):
        tests = [*_least(some := dict(known[start : start + MOST])), *_most(some)]
        test = shown_when_empty(tests[0] if len(tests) == 1 else AND(*tests))
        part = start // MOST + 1
        label = LABEL if len(known) <= MOST else Text("{}, part {}", LABEL, str(part))
        yield Check(f"ranges_{part}", label, test, "fail", "input_rows.value")


def _least(bounds: Mapping[str, Bounds]) -> Iterator[Expression]:
    alike: dict[tuple[float, bool], list[str]] = {}
    for name, each in bounds.items():
        alike.setdefault((each.least, each.is_open), []).append(name)
    for (least, is_open), names in alike.items():
        if least not in KEPT:
            continue
        cells = _cells(names)
        above = MIN(*cells) > least if is_open else MIN(*cells) >= least
        holds_of_none = least < 0 or (least == 0 and not is_open)  # the least of no number is 0
        yield above if holds_of_none else OR(equal(COUNT(*cells), 0), above)


def _most(bounds: Mapping[str, Bounds]) -> Iterator[Expression]:
    alike: dict[float, list[str]] = {}
    for name, each in bounds.items():
        alike.setdefault(each.most, []).append(name)
    yield from (MAX(*_cells(names)) <= most for most, names in alike.items() if most in KEPT)


def _cells(names: Sequence[str]) -> list[Expression]:
    return [ref(figure(name)) for name in names]
