"""Workbooks that Steelyard wrote: clean ones have no findings, and a fault of any kind is named at its cell."""

from functools import cache
from pathlib import Path

import pytest

from built import EVERY_CASE, bundled_workbook
from edit_xml import edited
from libreoffice import LibreOffice
from seeded_faults import Fault, Seeds
from workbooks.audit.audit import audited
from workbooks.audit.finding import cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import workbook
from workbooks.audit.reference import Reference
from workbooks.audit.report import Request
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled_names, find
from workbooks.layout.core_values import Evaluation

# The rule that is made for a kind of fault; other rules may name the cell too.
RULE_OF = {
    "overwritten": "formula-overwritten",
    "emptied": "formula-overwritten",
    "plugged": "formula-plugged",
    "circle": "circular-reference",
    "volatile": "volatile-function",
    "external link": "external-link",
    "lost reference": "broken-reference",
    "check disarmed": "check-disarmed",
    "number as text": "number-as-text",
    "text for a number": "input-not-a-number",
    "input blank": "input-missing",
    "a thousand times": "input-out-of-scale",
    "share of 45": "input-out-of-bounds",
    "stale value": "stale-value",
}
ENOUGH = 0.95  # of the faults are named at their cell
MENDED = {"stale value"}  # LibreOffice computes all formulas anew when it saves


@cache
def built(name: str, language: str) -> bytes:
    return workbook_bytes(find(name), language)[1]


def rules_naming(fault: Fault) -> set[str]:
    """The rules that name the cell of a fault."""
    at = cell(fault.at.place)
    findings = audited(fault.data).findings
    return {each.rule for each in findings if each.sheet == fault.at.sheet and at in (each.cell, *each.cells)}


def is_named(fault: Fault) -> bool:
    return bool(rules_naming(fault))


def assert_clean(data: bytes) -> None:
    report = audited(data)
    assert [each for each in report.findings if each.severity == "error"] == []
    assert report.count("warning") <= 1


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_bundled_workbook_has_no_findings(name: str, language: str) -> None:
    assert_clean(built(name, language))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("xiaomi_2019", "en"),
        ("prosus_2023", "zh"),
        ("xiaomi_2018", "en"),
    ],
)
def test_faults_of_every_kind_are_named_at_their_cell(name: str, language: str) -> None:
    faults = list(Seeds(built(name, language), 20).faults(3))
    rules = [rules_naming(fault) for fault in faults]
    missed = [(fault.kind, fault.at, fault.content) for fault, found in zip(faults, rules, strict=True) if not found]
    for kind, rule in RULE_OF.items():
        of_kind = [found for fault, found in zip(faults, rules, strict=True) if fault.kind == kind]
        assert not of_kind or any(rule in found for found in of_kind), (kind, of_kind)
    assert len(faults) >= 50
    assert len(missed) <= (1 - ENOUGH) * len(faults), missed


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(built("xiaomi_2015", "zh"))
    data = libreoffice.saved(path, tmp_path / "saved.xlsx").read_bytes()
    assert_clean(data)
    faults = list(Seeds(data, 21).faults(3))
    missed = [(fault.kind, fault.at, fault.content) for fault in faults if not is_named(fault)]
    assert len(missed) <= (1 - ENOUGH) * len(faults), missed


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_clean_workbook_stays_clean_when_libreoffice_saves_it(
    language: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    for name in bundled_names():
        path.write_bytes(bundled_workbook(name, language)[1])
        assert_clean(libreoffice.saved(path, tmp_path / f"{name}.xlsx").read_bytes())


@pytest.mark.slow
@pytest.mark.libreoffice
def test_faults_are_named_after_libreoffice_saved_them(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    faults = [fault for fault in Seeds(built("netflix_2018", "en"), 34).faults(2) if fault.kind not in MENDED]
    missed = []
    for fault in faults:
        path.write_bytes(fault.data)
        saved = libreoffice.saved(path, tmp_path / "saved.xlsx").read_bytes()
        if not is_named(fault._replace(data=saved)):
            missed.append((fault.kind, fault.at, fault.content))
    assert len(faults) >= 30
    assert len(missed) <= (1 - ENOUGH) * len(faults), missed


@pytest.mark.slow
@pytest.mark.libreoffice
def test_usual_edits_of_a_workbook_give_no_error(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(built("prosus_2023", "en"))
    steps = (("insert rows", "Inputs", 9, 2), ("rename", "Segments", "Parts"), ("move", "Parts", 0))
    data = libreoffice.saved(path, tmp_path / "moved.xlsx", steps=steps).read_bytes()
    assert_clean(data)
    missed = [(fault.kind, fault.at) for fault in Seeds(data, 22).faults(1) if not is_named(fault)]
    assert len(missed) <= 1, missed


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_original_values_are_those_that_the_workbook_was_built_with(language: str) -> None:
    book, data = bundled_workbook("xiaomi_2018", language)
    reference = Reference(Graph(workbook(data)))
    built_with = {
        At(page.sheet.name, (each.row, each.column)): each.content
        for page in book.sheets
        for each in page.cells
        if (each.formula or each.role == "stored") and "AddinReady" not in each.formula
    }
    values = {at: reference.value(at) for at in built_with}
    assert len(built_with) > 2_000
    assert values == built_with


@pytest.mark.slow
def test_an_untouched_workbook_is_audited_without_computing_what_it_was_built_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = built("xiaomi_2018", "en")

    def refuse(_: Evaluation, reference: str) -> None:
        pytest.fail(f"{reference} was computed")

    monkeypatch.setattr(Evaluation, "of", refuse)
    assert_clean(data)


@pytest.mark.slow
def test_shares_that_no_longer_sum_to_one() -> None:
    data = built("xiaomi_2018", "en")
    reference = Reference(Graph(workbook(data)))
    weights = [
        known
        for known in reference.identity.written
        if known.startswith("figures.premium.") and known.endswith(".weight")
    ]
    assert weights
    for known in weights[:3]:
        at = reference.identity.now[known]
        changed = edited(data, at.sheet, cell(at.cell), 0.55)
        rules = {each.rule for each in audited(changed).findings if each.cell == cell(at.cell)}
        assert "shares-do-not-sum" in rules


@pytest.mark.slow
def test_a_row_below_the_last_one_of_a_list_is_named() -> None:
    data = built("xiaomi_2018", "en")
    reference = Reference(Graph(workbook(data)))
    lists = [(known, each) for known, each in reference.identity.written.items() if each.kind == "list"]
    assert lists
    found = set()
    for known, _ in lists:
        address = reference.laid.addresses[
            next(name for name in reference.laid.addresses if name.startswith(f"{known}."))
        ]
        row = address.row + address.count + address.tail
        changed = edited(data, address.sheet, f"A{row}", "One more")
        changed = edited(changed, address.sheet, f"B{row}", 4321.0)
        typed = {f"A{row}", f"B{row}"}
        found |= {(known, each.rule) for each in audited(changed).findings if typed & {each.cell, *each.cells}}
    # The total of the segments stands below them: who types there types over it.
    assert found >= {("peers", "row-below-list"), ("parts", "formula-overwritten")}


@pytest.mark.slow
def test_what_the_case_accepts_is_left_out() -> None:
    data = built("prosus_2023", "en")
    fault = next(Seeds(data, 1).faults(1))
    first = audited(fault.data).findings[0]
    accepted = frozenset({(first.rule, f"{first.sheet}!{at}") for at in first.cells})
    assert first not in audited(fault.data, Request(accepted=accepted)).findings
