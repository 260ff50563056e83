"""Every rule for workbooks of Steelyard has three seeded faults, in both languages, and names each at its cell."""

from collections.abc import Iterator
from functools import cache

import pytest

from edit_xml import edited
from seeded_faults import Seeds
from workbooks.audit.audit import audited
from workbooks.audit.finding import cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import workbook
from workbooks.audit.reference import Reference
from workbooks.audit.steelyard_inputs import Inputs
from workbooks.build import workbook_bytes
from workbooks.case.reading import find

NAME = "xiaomi_2018"
EACH = 3
# The rules for each kind of fault of `seeded_faults`; any of them has to name the cell.
RULES_OF = {
    "overwritten": {"formula-overwritten", "check-disarmed"},
    "overwritten by its own value": {"formula-overwritten", "check-disarmed"},
    "emptied": {"formula-overwritten", "check-disarmed"},
    "plugged": {"formula-plugged", "check-disarmed"},
    "changed": {"formula-changed", "check-disarmed", "circular-reference"},
    "short range": {"short-range", "check-disarmed"},
    "error swallowed": {"formula-changed", "formula-plugged", "check-disarmed"},
    "circle": {"circular-reference"},
    "volatile": {"volatile-function"},
    "external link": {"external-link"},
    "error value": {"error-value", "formula-changed", "formula-plugged"},
    "lost reference": {"broken-reference"},
    "check disarmed": {"check-disarmed"},
    "number as text": {"number-as-text"},
    "text for a number": {"input-not-a-number"},
    "input blank": {"input-missing"},
    "a thousand times": {"input-out-of-scale", "input-out-of-bounds"},
    "a ten-thousandth": {"input-out-of-scale"},
    "share of 45": {"input-out-of-bounds"},
    "another currency": {"input-in-another-currency", "input-out-of-scale"},
    "stale value": {"stale-value"},
}


@cache
def built(language: str) -> bytes:
    return workbook_bytes(find(NAME), language)[1]


def rules_at(data: bytes, at: At) -> set[str]:
    found = audited(data).findings
    return {each.rule for each in found if each.sheet == at.sheet and cell(at.place) in (each.cell, *each.cells)}


def typed_faults(language: str) -> Iterator[tuple[str, At, bytes]]:
    """Three faults for each rule about what is typed: sign, choice, unit, an old result."""
    data = built(language)
    reference = Reference(Graph(workbook(data)))
    inputs = Inputs(reference)
    money = [each for each in inputs.numbers if each.quantity and each.quantity.kind == "money" and each.now]
    choices = [each for each in inputs.all if each.then.choices]
    rows = {(each.at.sheet, each.at.place[0]) for each in money}
    units = [at for at, then in reference.cells.items() if then.role == "unit" and (at.sheet, at.place[0]) in rows]
    assert len(units) >= EACH
    assert len(money) >= EACH
    assert choices
    read = [each for each in money if any(reference.graph.readers[each.at.sheet].of(each.at.place))]
    for each in money[:EACH]:
        yield "input-sign", each.at, edited(data, each.at.sheet, cell(each.at.place), -number(each.now))
    for each in choices[:EACH]:
        yield "not-a-choice", each.at, edited(data, each.at.sheet, cell(each.at.place), "something else")
    for at in units[:EACH]:
        yield "unit-changed", at, edited(data, at.sheet, cell(at.place), "USD bn")
    for each in read[:EACH]:
        yield "stale-input", each.at, edited(data, each.at.sheet, cell(each.at.place), number(each.now) * 1.05)


def number(value: object) -> float:
    assert isinstance(value, float)
    return value


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_faults_of_every_kind_are_named_by_their_rule(language: str) -> None:
    faults = list(Seeds(built(language), 40).faults(EACH))
    kinds = {fault.kind for fault in faults}
    missed = [
        (fault.kind, fault.at, fault.content)
        for fault in faults
        if not RULES_OF[fault.kind] & rules_at(fault.data, fault.at)
    ]
    assert len(faults) >= 50
    assert kinds == RULES_OF.keys()
    assert len(missed) <= 0.05 * len(faults), missed


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_typed_is_named_by_its_rule(language: str) -> None:
    missed = [(rule, at) for rule, at, data in typed_faults(language) if rule not in rules_at(data, at)]
    assert missed == []
