"""The bundled cases of thyssenkrupp, Prosus, Pike, Netflix and Alibaba: every published figure recomputed by hand.

The expected numbers are worked out from what the pages print, in the units they are printed in; `published` is what a
page prints and `recomputed` what its own inputs give.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from built import EVERY_CASE, MadeOnce, Workbook, bundled_workbook, place
from libreoffice import LibreOffice, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.quantity import quantity, whole
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook

NAMES: Final = ("alibaba_2025", "netflix_2018", "pike_2014", "prosus_2023", "thyssenkrupp_2018")


class Figure(NamedTuple):
    """A figure as printed, as recomputed, and whether the one rounds to the other as printed."""

    published: float
    recomputed: float
    agrees: bool = True


LINES: Final[dict[str, dict[str, Figure]]] = {
    "thyssenkrupp_2018": {
        "published_elevators": Figure(16000, 986 * 16, agrees=False),
        "published_components": Figure(5000, 710 * 7, agrees=False),
        "published_plants": Figure(1300, 119 * 11.5, agrees=False),
        "published_materials": Figure(2000, 341 * 6, agrees=False),
        "derived_sum": Figure(24160.5, 15776 + 4970 + 1368.5 + 2046),
        "derived_equity": Figure(17560.5, 24160.5 - 1900 - 4700),
    },
    "prosus_2023": {
        "published_tencent": Figure(105.3, 2.4692 * 334.2 / 7.837),
        "published_meituan": Figure(4.0, 0.2575 * 121.6 / 7.837),
        "published_delivery_hero": Figure(2.7, 0.0685 * 37.0 * 1.0753),
        "published_trip": Figure(1.1, 0.0329 * 34.4),
        "published_remitly": Figure(0.7, 0.0373 * 19.2),
        "published_udemy": Figure(0.2, 0.0171 * 10.7),
        "published_skillsoft": Figure(0.1, 0.0613 * 1.6),
        "published_similarweb": Figure(0.1, 0.0112 * 6.7),
        # 105.29624 + 3.99541 + 2.72535 + 1.13176 + 0.71616 + 0.18297 + 0.09808 + 0.07504 + 0.1
        "published_listed": Figure(114.2, 114.32101, agrees=False),
        "published_unlisted": Figure(25.4, 7.8 + 5.2 + 4.1 + 3.1 + 2.8 + 2.2 + 0.1, agrees=False),
        "published_assets": Figure(139.6, 114.32101 + 25.3),
        "published_net_debt": Figure(-0.4, 14.8 - 15.2),
        "published_nav": Figure(140.0, 114.32101 + 25.3 + 0.4),
        "derived_eurusd": Figure(1.0753, 140.0 / 130.2),
        "published_nav_eur": Figure(130.2, 140.02101 / 1.0753),
        "published_nav_per_share": Figure(105.6, 140.02101e3 / 1.0753 / 1233.6),
    },
    "pike_2014": {
        "published_pe_2014_median": Figure(17.6, 17.6),
        "published_pe_2014_mean": Figure(17.4, (15.7 + 14.2 + 15.0 + 21.7 + 17.6 + 17.8 + 19.4) / 7, agrees=False),
        "published_pe_2015_mean": Figure(13.9, (14.3 + 10.3 + 12.6 + 15.0 + 14.7 + 16.5) / 6),
        "derived_pe_2015_median": Figure(14.5, (14.3 + 14.7) / 2),
        "published_ev_ebitda_mean": Figure(6.6, (5.0 + 5.8 + 7.3 + 7.2 + 6.8 + 7.6) / 6),
        "published_ev_ebitda_median": Figure(7.0, (6.8 + 7.2) / 2),
        "published_mastec_multiple": Figure(7.7, 4010 / 520.8),
        "derived_mastec_equity_multiple": Figure(6.17, 3212 / 520.8),
        "derived_bridge": Figure(218, 542 - 324),
        "published_implied_ev": Figure(596.2, 85.17 * 7.0),
        "derived_implied_equity": Figure(378.2, 596.2 - 218),
    },
    "netflix_2018": {
        "published_existing": Figure(59.84, 0.11758 * 508.89),
        "derived_new": Figure(136.16, 196 - 59.84),
        "derived_operating": Figure(85, 196 - 111),
        "derived_claims": Figure(7.8, 196 - 111 - 77.2),
        "published_equity": Figure(77.2, 0.11758 * 508.89 + 136.16 - 111 - 7.8),
        "published_per_share": Figure(172.82, 77.2e3 / 447.8, agrees=False),
        "published_acquisition": Figure(111.04, 3.43e3 / 30.84, agrees=False),
        "published_next_amount": Figure(216.10, 192.95 * 1.12),
        "derived_deducted_2020": Figure(173.66, 0.9 * 192.95),
        "published_left_2020": Figure(42.45, 192.95 * 1.12 - 0.9 * 192.95),
        "published_present_2020": Figure(14334.40, 15409.48 / 1.075),
    },
    "alibaba_2025": {
        "derived_part_1": Figure(1734.7, 91.3 * 19),
        "derived_part_2": Figure(338.2, 17.8 * 19),
        "derived_part_3": Figure(1668.2, 87.8 * 19),
        "derived_part_4": Figure(134.9, 7.1 * 19),
        "published_parts": Figure(204.0, 91.3 + 17.8 + 87.8 + 7.1),
        "derived_rest_each": Figure(12.6, 216.6 - 204.0),
        "derived_four": Figure(3876, 204.0 * 19),
        "published_target": Figure(216.6, 204.0 + 12.6),
    },
}

# Equity value and value per share in the end, of the method that carries the weight.
VALUES: Final = {
    "thyssenkrupp_2018": (17560.5e6, 17560.5 / 622.5),
    "prosus_2023": (140.02101e9, 105.5575),
    "pike_2014": (378.19e6, 378.19 / 32),
    "netflix_2018": (77.1953e9, 172.388),
    "alibaba_2025": (4115.4e9, 216.6),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Workbook]:
    folder = tmp_path_factory.mktemp("companies")

    def make(which: tuple[str, str]) -> Workbook:
        name, language = which
        book, data = bundled_workbook(name, language)
        path: Path = folder / f"{name}.{language}.xlsx"
        path.write_bytes(data)
        return book, path

    return MadeOnce(make)


@pytest.fixture(params=[each for each in EVERY_CASE if each.values[0] in NAMES])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def content(book: LaidBook, reference: str) -> object:
    """What a book holds in the cell of a reference before it is written."""
    address = book.addresses[reference]
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    return next(c.content for c in page.cells if (c.row, c.column) == (address.row, address.column))


def cell(workbook: Workbook, reference: str, item: int = 0) -> object:
    """What a workbook stores in the cell of a reference, or of an item of a column."""
    book, path = workbook
    return formula_cells(path)[place(book, reference, item)].value


@pytest.mark.slow
def test_every_published_figure_is_recomputed(name: str, books: Mapping[tuple[str, str], Workbook]) -> None:
    case = bundled(name)
    assert [line.published for line in case.reconciliation] == list(LINES[name])
    for figure, (published, recomputed, agrees) in LINES[name].items():
        unit = quantity(case.figures[figure].unit)
        assert case.figures[figure].value == published, figure
        stored = cell(books[name, "en"], f"recomputed.{figure}")
        assert stored == pytest.approx(whole(recomputed, unit), rel=2e-6), figure
        assert isinstance(stored, int | float)
        number = [line.published for line in case.reconciliation].index(figure)
        verdict = cell(books[name, "en"], "lines.verdict", number)
        assert str(verdict).startswith("agrees") is agrees, figure


def test_what_a_page_prints_as_it_follows_rounds_to_what_it_prints() -> None:
    """The ticks of the digest: the recomputed figure rounds to the printed one."""
    ticked = {
        "prosus_2023": ("published_tencent", "published_nav", "published_nav_eur"),
        "pike_2014": ("published_pe_2014_median", "published_pe_2015_mean", "published_ev_ebitda_median"),
        "netflix_2018": ("published_next_amount", "published_left_2020", "published_present_2020"),
    }
    digits = {"netflix_2018": 2}
    for company, figures in ticked.items():
        for figure in figures:
            published, recomputed, _ = LINES[company][figure]
            assert round(recomputed, digits.get(company, 1)) == published, figure


def test_figures_that_do_not_reconcile_are_explained(name: str) -> None:
    explained = {line.published: line.explanation for line in bundled(name).reconciliation}
    for figure, (_, _, agrees) in LINES[name].items():
        assert agrees or explained[figure], figure


def test_the_case_comes_out_at_its_value(name: str, books: Mapping[tuple[str, str], Workbook]) -> None:
    equity, per_share = VALUES[name]
    for language in ("en", "zh"):
        workbook = books[name, language]
        assert cell(workbook, "value.equity_base_conclusion") == pytest.approx(equity, rel=1e-6)
        assert cell(workbook, "value.per_share_base_conclusion") == pytest.approx(per_share, rel=2e-5)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", ["en", "zh"])
def test_libreoffice_agrees(
    name: str, language: str, books: Mapping[tuple[str, str], Workbook], libreoffice: LibreOffice
) -> None:
    book, path = books[name, language]
    values = libreoffice.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    per_share = at(values, *place(book, "value.per_share_base_conclusion"))
    assert per_share == pytest.approx(VALUES[name][1], rel=2e-5)


def test_sources_say_what_is_published_derived_and_assumed(name: str) -> None:
    case = bundled(name)
    assert case.sources["assumption"].title.startswith("[Our assumption: ")
    for key, figure in case.figures.items():
        assert (figure.source == "assumption") == figure.note.startswith("Our assumption"), key
        assert (figure.source == "derived") == figure.label.startswith("Derived: ") == key.startswith("derived_"), key
        assert figure.label.startswith("Published: ") == key.startswith("published_"), key
    lines = {line.published for line in case.reconciliation}
    assert {key for key in case.figures if key.startswith("published_")} <= lines


def test_all_texts_of_a_case_are_in_chinese_too(name: str) -> None:
    case = bundled(name)
    said = {
        case.title,
        *(figure.label for figure in case.figures.values()),
        *(figure.note for figure in case.figures.values() if figure.note),
        *(line.explanation for line in case.reconciliation if line.explanation),
        *(source.title for source in case.sources.values()),
        *(reference.label for reference in case.references),
    }
    if case.conclusion:
        said.add(case.conclusion.reasoning)
    assert said <= case.zh.keys()


def test_a_part_by_value_per_user_follows_its_users() -> None:
    case = bundled("netflix_2018")
    figures = dict(case.figures)
    figures["subscribers"] = figures["subscribers"].model_copy(update={"value": 200.0})
    book, _ = workbook_bytes(case.model_copy(update={"figures": figures}))
    assert content(book, "segments.value_1") == pytest.approx(200e6 * 508.89)


def test_values_per_share_do_not_depend_on_the_assumed_number_of_shares() -> None:
    """Parts are the number of shares times what each is worth; a case with twice the shares has the same target."""
    case = bundled("alibaba_2025")
    doubled = {"shares", "derived_part_1", "derived_part_2", "derived_part_3", "derived_part_4", "derived_investments"}
    figures: dict[str, object] = {
        key: figure.model_copy(update={"value": 2 * figure.value}) if key in doubled else figure
        for key, figure in case.figures.items()
    }
    changed: Case = case.model_copy(update={"figures": figures})
    book, _ = workbook_bytes(changed)
    assert content(book, "value.per_share_base_conclusion") == pytest.approx(216.6)
