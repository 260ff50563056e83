"""The full template with its table of peers, filled in, is read back as a case that gives the same values."""

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import openpyxl
import pytest

from built import MadeOnce, place
from filled_templates import sample_table
from libreoffice import Value
from workbooks.case.reading import parse
from workbooks.languages.language import language, languages
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.read_back.identity import identity_of
from workbooks.read_back.inputs import ReadInputs, read_inputs
from workbooks.results import values
from workbooks.sheets import contents
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook, typed_cell
from workbooks.templates.skeleton import Skeleton

Cells = dict[tuple[str, str], Value]
WANTED: Final = Wanted("Acme", dt.date(2026, 1, 2), currency="USD", display_unit="USD m", pasted=True)
EXPORT: Final[list[list[Any]]] = [
    ["", "", "USD bn", "USD m", "USD m", "%", ""],
    ["Company", "Include", "Market cap", "Net debt", "EBITDA 2026E", "Growth", "Comment"],
    ["Alpha", "yes", 3.0, 600.0, 450.0, 12.5, "the nearest"],  # 8 times
    ["Beta", "yes", 2.0, 0.0, 200.0, 5.0, ""],  # 10 times
    ["Gamma", "no", 9.0, 0.0, 100.0, 50.0, "in another trade"],
    ["Median", "", 3.0, 0.0, 200.0, 12.5, ""],
]
PARTS: Final = ("mix_1", "mix_2", "margins_1", "margins_2")
ROWS: Final = ("name", "growth", *PARTS, "basis", "multiple", "discount_rate", "probability", "segments")
OWN: Final = {"metrics.enterprise_1": 100.0, "net_debt": 250.0}


class Template(NamedTuple):
    """A template in a language, where its cells are, and its bytes."""

    made: Skeleton
    book: LaidBook
    data: bytes
    code: str

    def figures(self) -> Cells:
        """Every figure to fill in, with its sample."""
        figures = self.made.sample().figures
        return {place(self.book, typed_cell(self.book, name)): figures[name].value for name in self.made.empty}


@pytest.fixture(scope="module")
def templates() -> Mapping[str, Template]:
    def made(code: str) -> Template:
        empty = skeleton(WANTED)
        sheets = contents.sheets(empty.sample(), frozenset(empty.optional))
        return Template(empty, lay_out(sheets, "", language(code)), empty_workbook(empty, code), code)

    return MadeOnce(made)


def read_back(of: Template, cells: Cells) -> ReadInputs:
    opened = openpyxl.load_workbook(io.BytesIO(of.data))
    for (sheet, at), value in cells.items():
        opened[sheet][at] = value
    out = io.BytesIO()
    opened.save(out)
    return read_inputs(identity_of(out.getvalue()))


def methods(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: {key: each[key] for key in each.keys() - {"id", "label"}} for each in found["methods"]}


def pasted(of: Template, rows: list[list[Any]]) -> Cells:
    return {
        place(of.book, f"pasted.c{column}", n): None if value == "" else value
        for n, row in enumerate(rows)
        for column, value in enumerate([*row, *[None] * (14 - len(row))], start=1)
    }


@pytest.mark.slow
@pytest.mark.parametrize("code", languages())
def test_filled_with_its_sample_it_gives_what_the_sample_gives(code: str, templates: Mapping[str, Template]) -> None:
    of = templates[code]
    found = read_back(of, of.figures() | sample_table(of.made, of.book, code))
    expected, ours = methods(values(of.made.sample())), methods(values(found.case, found.sheets))
    assert ours.keys() == expected.keys()
    for method, kinds in expected.items():
        for kind, ends in kinds.items():
            assert ours[method][kind] == pytest.approx(ends, rel=1e-12), method  # openpyxl writes sixteen digits
    assert methods(values(parse(found.text("acme.xlsx"), "acme.toml"))) == ours


@pytest.mark.slow
@pytest.mark.parametrize("code", languages())
def test_the_headings_of_an_export_determine_the_multiples(code: str, templates: Mapping[str, Template]) -> None:
    of = templates[code]
    export = [list(row) for row in EXPORT]
    export[1][5] = language(code).text("Growth")
    own = {place(of.book, typed_cell(of.book, name)): value for name, value in OWN.items()}
    typed = [place(of.book, "pasted_multiples.typed", n) for n in range(4)]
    named: Cells = dict.fromkeys(typed) | {typed[0]: "EV/EBITDA 2026E"}
    blank = {place(of.book, typed_cell(of.book, name)): None for name in of.made.optional - {*OWN}}
    found = read_back(of, of.figures() | blank | own | named | pasted(of, export))
    section = found.case.comparables
    assert section
    assert [each.name for each in section.multiples] == ["EV/EBITDA 2026E"]
    peers = {peer.name: peer for peer in section.peers}
    assert [*peers] == ["Alpha", "Beta", "Gamma"]
    assert not peers["Gamma"].included
    assert peers["Gamma"].why == "in another trade"
    growth = {name: found.case.figures[peer.metrics["Growth"]].value for name, peer in peers.items()}
    assert growth == pytest.approx({"Alpha": 0.125, "Beta": 0.05, "Gamma": 0.5})
    shown = values(found.case, found.sheets)["methods"]
    (multiple,) = [each for each in shown if "EBITDA 2026E" in each["label"]]
    assert multiple["equity"]["base"] == pytest.approx(100e6 * 9 - 250e6)  # the median of 8 and 10


@pytest.mark.slow
def test_a_multiple_that_has_no_room_is_named(templates: Mapping[str, Template]) -> None:
    of = templates["en"]
    names = [f"EV/Figure {n}" for n in (1, 2, 3)]
    found = read_back(of, of.figures() | pasted(of, [[], ["Company", *names], ["A", 5, 6, 7], ["B", 7, 8, 9]]))
    section = found.case.comparables
    assert section
    enterprise = [each.name for each in section.multiples if each.of == "enterprise"]
    assert enterprise == names[:2]
    assert any("EV/Figure 3: there is room for 2 multiples" in str(each) for each in found.findings)


@pytest.mark.slow
def test_without_peers_the_other_methods_stand(templates: Mapping[str, Template]) -> None:
    of = templates["en"]
    needed = of.made.empty - of.made.optional
    figures = of.made.sample().figures
    cells: Cells = {place(of.book, typed_cell(of.book, name)): figures[name].value for name in needed}
    found = read_back(of, cells)
    assert found.case.comparables is None
    expected, ours = methods(values(of.made.sample())), methods(values(found.case, found.sheets))
    assert ours.keys() == {"segments", "scenarios"}
    for method, of_method in ours.items():
        assert of_method["equity"] == pytest.approx(expected[method]["equity"], rel=1e-12)


@pytest.mark.slow
def test_rows_of_inputs_may_be_sorted(templates: Mapping[str, Template]) -> None:
    """Names of cells do not follow a sort; the ids beside the figures do."""
    of = templates["en"]
    cells = of.figures() | sample_table(of.made, of.book, "en")
    one, other = (place(of.book, typed_cell(of.book, f"part_1_{end}")) for end in ("low", "high"))
    ids = [(sheet, at.replace("B", "G")) for sheet, at in (one, other)]
    cells |= {one: cells[other], other: cells[one], ids[0]: "part_1_high", ids[1]: "part_1_low"}
    found = read_back(of, cells)
    figures = of.made.sample().figures
    assert found.case.figures["part_1_low"].value == figures["part_1_low"].value
    assert any("rows were sorted" in str(each) for each in found.findings)


@pytest.mark.slow
def test_a_scenario_typed_beside_the_others_is_read(templates: Mapping[str, Template]) -> None:
    of = templates["en"]
    sheet, corner = place(of.book, "scenarios_of.name", 2)
    rows = {row: int(place(of.book, f"scenarios_of.{row}")[1][1:]) for row in ROWS}
    last, beside = corner[0], chr(ord(corner[0]) + 1)
    cells = of.figures() | sample_table(of.made, of.book, "en")
    cells |= {(sheet, f"{beside}{at}"): cells.get((sheet, f"{last}{at}"), "earnings") for at in rows.values()}
    cells |= {(sheet, f"{beside}{rows['name']}"): "Merger", (sheet, f"{beside}{rows['segments']}"): "base"}
    for column in (last, beside):
        cells[sheet, f"{column}{rows['probability']}"] = 1 / 6
    cells[sheet, f"{beside}{rows['multiple']}"] = 20.0
    found = read_back(of, cells)
    assert found.case.scenarios
    third, fourth = found.case.scenarios.cases[2:]
    assert (third.name, fourth.name, fourth.basis) == ("Scenario 3", "Merger", "earnings")
    figures = found.case.figures
    assert [figures[name].value for name in (fourth.growth, *fourth.mix, *fourth.margins)] == pytest.approx(
        [figures[name].value for name in (third.growth, *third.mix, *third.margins)]
    )
    assert figures[fourth.multiple].value == 20.0
    assert third.multiple == "scenario_3_multiple"  # its figures are those of the template
