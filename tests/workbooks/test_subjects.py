"""Figures of Inputs by subject: each stands once, where it belongs, and the checks see all of them."""

import pytest

from built import EVERY_CASE
from workbooks.case.reading import bundled
from workbooks.case.uses import figures_of_peers, sections_of
from workbooks.declarations.sheet import Table
from workbooks.sheets.inputs.sheet import sheet
from workbooks.sheets.inputs.subjects import FEW, FIRST, LEAST, SECTIONS, subjects


@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_figure_stands_once_and_with_its_section(name: str) -> None:
    case = bundled(name)
    found = subjects(case, case.figures)
    listed = [figure for subject in found for figure in subject.figures]
    assert sorted(listed) == sorted(case.figures)
    assert found[0].table == FIRST
    assert len({subject.table for subject in found}) == len(found)
    titles = {f"Figures: {title}": section for section, title in SECTIONS.items()}
    taking, peers = sections_of(case), figures_of_peers(case)
    for subject in found:
        section = titles.get(str(subject.title))
        if section is None:
            continue
        assert len(subject.figures) >= LEAST
        assert all(section in taking[figure] for figure in subject.figures)
        assert section == "comparables" or not peers & subject.figures.keys()


def test_a_few_figures_stand_together() -> None:
    case = bundled("xiaomi_2018")
    few = dict([*case.figures.items()][:FEW])
    (only,) = subjects(case, few)
    assert (only.table, only.title, only.figures) == (FIRST, "Figures", few)


def test_the_check_of_numbers_sees_every_table() -> None:
    page = sheet(bundled("xiaomi_2018"))
    tables = [block.id for block in page.blocks if isinstance(block, Table) and block.id.startswith(FIRST)]
    assert len(tables) > 5
    test = repr(page.checks[0].test)
    assert all(f"'{table}.value'" in test for table in tables)
