"""Every rule has three seeded faults or more, and names each at its cell; in our workbooks in both languages."""

from collections import defaultdict

import pytest

import model_faults
import our_faults
from built import MadeOnce, bundled_workbook
from our_faults import BOOKS, Book, Fault
from workbooks.audit.audit import audited
from workbooks.audit.finding import Finding, cell
from workbooks.audit.rulebook import ANY_WORKBOOK, OF_OURS, RULES

LEAST = 3  # faults of each rule
OF_MODELS: dict[str, list[model_faults.Fault]] = defaultdict(list)
for each in model_faults.FAULTS:
    OF_MODELS[each.rule].append(each)
OURS = MadeOnce[tuple[str, str], Book](lambda key: Book(bundled_workbook(*key)[1]))


def is_named(rule: str, sheet: str, at: str, data: bytes) -> bool:
    return any(
        each.rule == rule and (not at or (each.sheet == sheet and at in (each.cell, *each.cells)))
        for each in audited(data).findings
    )


def is_found(rule: str, fault: Fault, data: bytes | None = None) -> bool:
    sheet, at = (fault.at.sheet, cell(fault.at.place)) if fault.at else ("", "")
    return is_named(rule, sheet, at, data or fault.data)


def test_every_rule_has_faults() -> None:
    assert OF_MODELS.keys() == ANY_WORKBOOK.keys()
    assert OF_OURS.keys() <= our_faults.FAULTS.keys() <= RULES.keys()


@pytest.mark.parametrize("rule", ANY_WORKBOOK)
def test_a_rule_for_any_workbook_names_its_faults(rule: str) -> None:
    faults = OF_MODELS[rule]
    missed = [fault.name for fault in faults if not is_named(rule, fault.sheet, fault.cell, fault.make())]
    assert len(faults) >= LEAST
    assert missed == []


@pytest.mark.slow
def test_the_rules_for_any_workbook_are_precise() -> None:
    """Nearly every warning and error on a model with one fault names the cell of the fault."""
    named: list[Finding] = []
    others: list[tuple[str, Finding]] = []
    for fault in model_faults.FAULTS:
        for found in audited(fault.make()).findings:
            if found.severity == "note":
                continue
            if not fault.cell or (found.sheet == fault.sheet and fault.cell in (found.cell, *found.cells)):
                named.append(found)
            else:
                others.append((fault.name, found))
    assert len(others) <= 0.02 * (len(named) + len(others)), others


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", our_faults.FAULTS)
def test_a_rule_names_its_faults_in_our_workbooks(rule: str, language: str) -> None:
    faults = [(name, fault) for name in BOOKS for fault in our_faults.FAULTS[rule](OURS[name, language])]
    missed = [(name, fault.at, fault.content) for name, fault in faults if not is_found(rule, fault)]
    assert len(faults) >= LEAST
    assert missed == []
