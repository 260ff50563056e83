"""Empty workbooks and cases: no sample number is left in them, and filled in they equal the workbook of a case."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

import ironcalc_engine
from built import bundled_workbook, parts_of, place
from libreoffice import LibreOffice, Value, Values, at
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case, Users
from workbooks.case.reading import CaseError, bundled, parse
from workbooks.declarations.texts import Text
from workbooks.languages.language import language as in_language
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.peer_import.reading import read_peers
from workbooks.peer_import.records import Wishes
from workbooks.sheets import contents
from workbooks.templates.case_file_text import case_text
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook, typed_cell
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.templates.skeleton import Skeleton, WantedError
from workbooks.templates.small_case import Small
from workbooks.templates.to_fill import sampled
from workbooks.xlsx.stored_values import stored_values

DAY = dt.date(2026, 1, 2)
WHOLE = Wanted("Acme", DAY, reporting_currency="USD", reporting_unit="亿 USD", rounds=3, users=True, premium=True)
XIAOMI = Wanted(
    "Xiaomi",
    DAY,
    reporting_currency="USD",
    reporting_unit="亿 USD",
    peers=("Coolpad", "Haier", "Gree", "Apple", "Tencent"),
    peer_figures=("ps", "pe"),
    segments=("Phones", "IoT and lifestyle products", "Internet services"),
    scenarios=("Bear: Apple's P/E", "Base: Apple's P/S", "Bull: Tencent's P/E"),
    mix=("Internet services", "Hardware"),
)
# Sections that a template of this shape and the bundled case have in common.
SHARED = ("segments.", "parts.", "scenarios.", "scenarios_of.", "path.", "statistics.", "comparables.", "peers.")

NAMES = ("title", "section", "heading", "label", "strong_label")
BAR = ("low", "base", "high", "low_text", "high_text")


def laid(made: Skeleton, code: str = "en") -> LaidBook:
    return lay_out(contents.sheets(made.sample(), frozenset(made.optional)), "", in_language(code))


def saved(made: Skeleton, folder: Path, code: str = "en") -> Path:
    path = folder / "template.xlsx"
    path.write_bytes(empty_workbook(made, code))
    return path


# --- the empty workbook ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "wanted",
    [
        WHOLE,
        XIAOMI,
        replace(WHOLE, peers=("Apple", ""), pasted=True),
        replace(WHOLE, peers=(), segments=(), scenarios=()),
    ],
)
@pytest.mark.parametrize("code", ["en", "zh"])
def test_an_empty_workbook_has_no_sample_numbers_and_shows_no_error(wanted: Wanted, code: str) -> None:
    made = skeleton(wanted)
    data = empty_workbook(made, code)  # refused unless its formulas are the core's on the samples
    book = laid(made, code)
    sheets = openpyxl.load_workbook(io.BytesIO(data))
    for name in made.empty:
        sheet, cell = place(book, typed_cell(book, name))
        assert sheets[sheet][cell].value is None, name
        assert not sheets[sheet][cell].protection.locked
    samples = {made.sample().figures[name].value for name in made.empty if made.sample().figures[name].value > 100}
    for values in stored_values(parts_of(data)).values():
        for cell, value in values.items():
            assert not (isinstance(value, str) and value.startswith("#")), cell
            assert value not in samples


@pytest.mark.slow
def test_it_may_have_as_many_scenarios_and_parts_of_revenue_as_anybody_wants() -> None:
    scenarios, mix = ("",) * 100, tuple(f"Part {n}" for n in range(1, 41))
    for many in (replace(XIAOMI, scenarios=scenarios), replace(XIAOMI, mix=mix)):
        made = skeleton(many)
        section = made.sample().scenarios  # refused where its samples are no case
        assert section
        assert (len(section.cases), len(section.parts)) == (len(many.scenarios), len(many.mix))
        assert empty_workbook(made)


def test_the_checks_of_a_template_ask_for_inputs() -> None:
    made = skeleton(WHOLE)
    data, book = empty_workbook(made), laid(made)
    stored = stored_values(parts_of(data))
    needed = len(made.empty - made.optional)
    for reference in ("checks.master", "summary.master"):
        sheet, cell = place(book, reference)
        assert stored[sheet][cell] == f"to fill: {needed} inputs"
    statuses = book.addresses["check_rows.status"]
    shown = [stored["Checks"][place(book, "check_rows.status", n)[1]] for n in range(statuses.count)]
    assert set(shown) == {"OK", "to fill"}
    assert shown.count("to fill") > 5


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("code", ["en", "zh"])
def test_libreoffice_shows_an_empty_workbook_without_errors(
    code: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    made = skeleton(WHOLE)
    path = saved(made, tmp_path, code)
    values = libreoffice.recalculate(path)
    for sheet, cells in stored_values(parts_of(path.read_bytes())).items():
        for cell, value in cells.items():
            shown = at(values, sheet, cell)
            assert shown == (float(value) if isinstance(value, bool) else None if value == "" else value), (sheet, cell)


def test_what_is_to_be_typed_is_open_and_validated() -> None:
    made = skeleton(WHOLE)
    sheets = openpyxl.load_workbook(io.BytesIO(empty_workbook(made)))
    book = laid(made)
    validated = sheets["Inputs"].data_validations.dataValidation
    fx = place(book, "figures.fx")[1]
    assert any(fx in rule.sqref and rule.operator == "greaterThan" for rule in validated)
    lists = [rule for rule in sheets["Comparables"].data_validations.dataValidation if rule.type == "list"]
    assert any(place(book, "peers.included")[1] in rule.sqref for rule in lists)
    name = sheets["Comparables"][place(book, "peers.name")[1]]
    assert (name.value, name.protection.locked) == ("Peer 1", False)
    rules = sheets["Comparables"].conditional_formatting
    grey = [rule for area in rules for rule in area.rules if rule.dxf and rule.dxf.font and rule.dxf.font.i]
    assert any('="Peer "' in rule.formula[0] for rule in grey)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "kinds"), [("en", "Part|Peer|Scenario|Round"), ("zh", "分部|公司|情景|轮次")])
def test_typing_over_a_name_changes_every_label_that_contains_it(code: str, kinds: str, tmp_path: Path) -> None:
    made = skeleton(WHOLE)
    book, path = laid(made, code), saved(made, tmp_path, code)
    lists = ("parts", "peers", "scenarios_of", "rounds")
    places = [place(book, f"{each}.name", n) for each in lists for n in range(book.addresses[f"{each}.name"].count)]
    before = " | ".join(texts(ironcalc_engine.recalculate(path)))
    after = [*texts(ironcalc_engine.recalculate(path, {at: f"Named {n}" for n, at in enumerate(places)}))]
    assert len(re.findall(rf"(?:{kinds}) \d", before)) > 70  # on Inputs alone five peers, three parts, their figures
    assert not [text for text in after if re.search(rf"(?:{kinds}) \d", text)]
    said = in_language(code).text
    labels = (
        Text("{} ↓", Text("{}, multiple", "Named 2")),
        Text("{}: multiple, low", "Named 0"),
        Text("{}: {}", "Named 3", "market capitalisation"),
        Text("{}: post-money valuation", "Named 11"),
    )
    assert {*map(said, labels)} <= {*after}


def texts(values: Values) -> Iterator[str]:
    return (value for rows in values.values() for row in rows for value in row if isinstance(value, str))


def test_a_label_is_no_name_of_a_sheet() -> None:
    made = skeleton(WHOLE)
    sheet, cell = place(laid(made, "zh"), "typed.users_users")
    labels = openpyxl.load_workbook(io.BytesIO(empty_workbook(made, "zh")))[sheet]
    assert labels[cell.replace("B", "A")].value == "用户数"


def test_a_name_that_is_given_is_no_hint() -> None:
    data = empty_workbook(skeleton(XIAOMI))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Comparables"]
    formulas = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules if rule.formula]
    assert not any("Coolpad" in formula for formula in formulas)
    assert sheet["A9"].value == "Coolpad"


@pytest.mark.slow
def test_same_options_same_bytes() -> None:
    assert empty_workbook(skeleton(WHOLE)) == empty_workbook(skeleton(WHOLE))


@pytest.mark.slow
def test_an_empty_workbook_has_its_charts() -> None:
    with zipfile.ZipFile(io.BytesIO(empty_workbook(skeleton(WHOLE)))) as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/")]
    assert len(charts) == sum(len(page.charts) for page in laid(skeleton(WHOLE)).sheets) > 5


# --- filled in ------------------------------------------------------------------------------------


def filling(book: LaidBook, case: Case) -> dict[tuple[str, str], Value]:
    """What a user would type to make Xiaomi's case of 2018 of a template."""
    assert case.segments
    assert case.scenarios
    assert case.comparables
    figures: dict[str, str] = {"fx": "fx.USDCNY", "revenue": "revenue_2017", "net_profit": "comparables.net_profit"}
    for n, part in enumerate(case.segments.parts, start=1):
        figures |= {f"part_{n}_metric": part.metric, f"part_{n}_base": part.base}
        figures |= {f"part_{n}_low": part.low or part.base, f"part_{n}_high": part.high or part.base}
    for n, scenario in enumerate(case.scenarios.cases, start=1):
        names = {"growth": scenario.growth, "multiple": scenario.multiple, "rate": scenario.discount_rate}
        names |= {"probability": scenario.probability}
        names |= {f"mix_{k}": share for k, share in enumerate(scenario.mix, start=1)}
        names |= {f"margin_{k}": margin for k, margin in enumerate(scenario.margins, start=1)}
        figures |= {f"scenario_{n}_{key}": name for key, name in names.items()}
    for n, peer in enumerate(case.comparables.peers, start=1):
        figures |= {f"peer_{n}_{what}": name for what in ("ps", "pe") if (name := getattr(peer, what))}
    typed: dict[tuple[str, str], Value] = {
        place(book, typed_cell(book, name)): case.figures[of].value for name, of in figures.items()
    }
    typed |= {place(book, typed_cell(book, name)): 0.0 for name in ("net_debt", "discount")}
    for n, scenario in enumerate(case.scenarios.cases):
        typed[place(book, "scenarios_of.basis", n)] = scenario.basis
    for n, peer in enumerate(case.comparables.peers):
        typed[place(book, "peers.included", n)] = "yes" if peer.included else "no"
    return typed


def compared(template: LaidBook, values: Values) -> int:
    """Hold every number that a filled template and the built workbook both have against each other."""
    book, _ = bundled_workbook("xiaomi_2018")
    built = {(page.sheet.name, cell.row, cell.column): cell for page in book.sheets for cell in page.cells}
    count = 0
    for reference in book.addresses.keys() & template.addresses.keys():
        if not reference.startswith(SHARED):
            continue
        there, here = book.addresses[reference], template.addresses[reference]
        assert there.count == here.count, reference
        for item in range(there.count):
            cell, address = built[there.sheet, there.at(item).row, there.at(item).column], here.at(item)
            shown = at(values, address.sheet, f"{letters(address.column)}{address.row}")
            if isinstance(cell.content, float) and not isinstance(cell.content, bool):
                assert shown == pytest.approx(cell.content, rel=1e-9, abs=1e-9), reference
                count += 1
    return count


def test_filled_in_with_xiaomis_figures_it_is_xiaomis_workbook_in_ironcalc(tmp_path: Path) -> None:
    made = skeleton(XIAOMI)
    book, path = laid(made), saved(made, tmp_path)
    # IronCalc takes an empty cell with a format for a zero: peers that have no multiple say so.
    missing = {place(book, f"figures.peer_{n}_pe"): "–" for n in (1, 2)}
    filled = filling(book, bundled("xiaomi_2018")) | missing
    values = ironcalc_engine.recalculate(path, filled)
    assert compared(book, values) > 150


@pytest.mark.libreoffice
def test_what_is_not_filled_in_leaves_the_football_field_to_the_rest(libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = skeleton(XIAOMI)
    book, path = laid(made), saved(made, tmp_path)
    typed = filling(book, bundled("xiaomi_2018"))
    del typed[place(book, "typed.net_profit")]
    values = libreoffice.recalculate(path, typed)

    def shown(reference: str) -> list[Value]:
        return [at(values, *place(book, reference, n)) for n in range(book.addresses[reference].count)]

    assert dict(zip(shown("methods.label"), shown("methods.base"), strict=True))["Peers, P/E"] is None
    # One text among the numbers along an axis, and Excel counts 1, 2, 3 instead of all of them.
    for reference in ("field.low", "field.base", "field.high", "price_line.price"):
        assert all(isinstance(each, float) for each in shown(reference)), reference
    bars = dict(zip(shown("field.label"), zip(*(shown(f"field.{end}") for end in BAR), strict=True), strict=True))
    # Of a chart to 13,861 a low needs 2,772 to its left.
    parts = (pytest.approx(2518), pytest.approx(4031.2), pytest.approx(4273), " ", " 2,518 – 4,273")
    assert bars["Sum of the parts"] == parts
    assert bars["Peers, P/E"][:4] == (0, -1, 0, " ")


@pytest.mark.slow
@pytest.mark.libreoffice
def test_filled_in_it_is_the_same_workbook_in_libreoffice(libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = skeleton(XIAOMI)
    book, path = laid(made), saved(made, tmp_path)
    values = libreoffice.recalculate(path, filling(book, bundled("xiaomi_2018")))
    assert compared(book, values) > 150
    sheet, cell = place(book, "checks.master")
    assert str(at(values, sheet, cell)).startswith("OK")
    errors = [v for rows in values.values() for row in rows for v in row if str(v).startswith(("#", "Err:"))]
    assert errors == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_half_filled_it_shows_no_error(libreoffice: LibreOffice, tmp_path: Path) -> None:
    made = skeleton(XIAOMI)
    book, path = laid(made), saved(made, tmp_path)
    everything = [*filling(book, bundled("xiaomi_2018")).items()]
    for share in (1, 2, 3):
        some = dict(everything[share::4])
        values = libreoffice.recalculate(path, some)
        errors = [v for rows in values.values() for row in rows for v in row if str(v).startswith(("#", "Err:"))]
        assert errors == []


# --- the empty case -------------------------------------------------------------------------------


DOLLARS = Wanted("A", DAY, currency="USD", reporting_currency="EUR", display_unit="USD m", reporting_unit="EUR m")
POUNDS = Wanted("B", DAY, currency="GBP", display_unit="GBP m")


@pytest.mark.parametrize("wanted", [WHOLE, XIAOMI, DOLLARS, POUNDS])
def test_every_question_mark_is_named_and_nothing_else_is_wrong(wanted: Wanted) -> None:
    made = skeleton(wanted)
    text = case_text(made)
    with pytest.raises(CaseError) as caught:
        parse(text, "acme.toml")
    messages = [problem.message for problem in caught.value.problems]
    assert all(message.startswith("is not filled in yet") for message in messages)
    assert len(messages) == "".join(line for line in text.splitlines() if not line.startswith("#")).count('"?"')
    places = {problem.place: problem.message for problem in caught.value.problems}
    assert (f"fx.{wanted.reporting_currency}{wanted.currency}" in places) == bool(wanted.reporting_currency)


def test_filled_in_it_is_a_case_that_builds() -> None:
    made = skeleton(replace(WHOLE, peers=("One", "Two")))
    sample = made.sample()
    text = case_text(Skeleton(sampled(made.raw))).replace('source = "?"', 'source = "Annual report"')
    case = parse(text, "acme.toml")
    there, wanted = (sorted((each.value, each.unit) for each in one.figures.values()) for one in (case, sample))
    assert there == wanted
    book, _ = workbook_bytes(case)
    assert {page.sheet.id for page in book.sheets} >= {"segments", "users", "scenarios", "premium", "funding"}


def test_a_case_of_one_currency_has_every_section() -> None:
    """No second currency is asked for, and no sheet needs one: per user, premium, rounds, scenarios."""
    wanted = replace(POUNDS, peers=("One",), rounds=2, users=True, premium=True)
    text = case_text(Skeleton(sampled(skeleton(wanted).raw))).replace('source = "?"', 'source = "Annual report"')
    assert "USD" not in text
    case = parse(text, "acme.toml")
    book, data = workbook_bytes(case)
    assert {page.sheet.id for page in book.sheets} >= {"segments", "users", "scenarios", "premium", "funding"}
    users = case.users
    assert users
    value = {name: case.figures[getattr(users, name)].value for name in Users.model_fields if name.startswith("peer_")}
    spent = case.figures[users.ad_arpu].value + case.figures[users.payer_arpu].value * (
        value["peer_payers"] / value["peer_accounts"]
    )
    millions = case.figures[users.users].value * spent * value["peer_value"] / value["peer_whole"]
    sheet, cell = place(book, "users.value")
    assert stored_values(parts_of(data))[sheet][cell] == pytest.approx(millions * 1e6)


def test_what_half_a_case_lacks_is_named_alone() -> None:
    made = skeleton(replace(XIAOMI, peers=(), scenarios=()))
    text = case_text(made).replace('USDCNY = "?"', "USDCNY = 7")
    with pytest.raises(CaseError) as caught:
        parse(text, "acme.toml")
    places = {problem.place for problem in caught.value.problems}
    assert "fx.USDCNY" not in places
    assert "segments.group" in places
    assert "segments.parts[1].peer (Phones)" in places


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (replace(WHOLE, currency="XXX"), "is not money|no currency"),
        (replace(WHOLE, reporting_currency="CNY"), "own currency|one whole currency per another"),
        (replace(WHOLE, rounds=1), "at least two"),
        (replace(WHOLE, mix=()), "scenarios need a mix"),
        (replace(WHOLE, peer_figures=("moat",)), "moat: no figure of a peer"),
        (replace(WHOLE, segments=("Phones", "phones")), "is already the name of number 1"),
    ],
)
def test_options_that_no_case_can_meet(wanted: Wanted, why: str) -> None:
    with pytest.raises(WantedError, match=why):
        skeleton(wanted)


# --- with peers from a table ----------------------------------------------------------------------


@pytest.mark.slow
def test_peers_of_a_table_carry_their_cells_as_sources(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Company,Market cap (CNY m),Revenue (CNY m),P/E,EBITDA (JPY m)\nGree,210000,190000,7.2,5\nLoss,10,,-3,\n",
        encoding="utf-8",
    )
    made = skeleton(replace(WHOLE, peers=(), table=read_peers(path, Wishes())))
    figures = made.raw["figures"]
    assert figures["peer_1_value"] == {
        "label": "Gree: market capitalisation",
        "value": 210000,
        "unit": "CNY m",
        "as_of": made.raw["figures"]["peer_1_value"]["as_of"],
        "source": "peers_table",
        "note": "export.csv, cell B2",
    }
    assert figures["peer_2_pe"]["value"] == -3
    assert made.raw["sources"]["peers_table"]["title"] == "export.csv"
    assert figures["fx_jpy"]["unit"] == "CNY per JPY"  # EBITDA is in a third currency
    assert made.raw["fx"] == {"JPYCNY": "fx_jpy"}
    book, data = laid(made), empty_workbook(made)
    sheets = openpyxl.load_workbook(io.BytesIO(data))
    sheet, cell = place(book, "typed.peer_1_value")
    assert sheets[sheet][cell].value == 210000
    sheet, cell = place(book, "peers.ps")
    assert stored_values(parts_of(data))[sheet][cell] == pytest.approx(210000 / 190000)
    sheet, cell = place(book, "statistics.pe_median")
    assert stored_values(parts_of(data))[sheet][cell] == pytest.approx(7.2)


STEPS = {
    "en": (
        "3. Fill in Scenarios, figures down and scenarios across; replace the sample names with your own.",
        "5. Read the Summary: Master check says how many inputs are still empty; the sheet Checks lists what fails.",
    ),
    "zh": (
        "3. 填写情景表（指标在行，情景在列）；示例名称替换为实际名称。",
        "5. 查看“摘要”：总校验显示尚未填写的项数，“校验”表列出未通过的项目。",
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_inputs_begin_with_what_to_do(language: str) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(empty_workbook(skeleton(WHOLE), language)))
    first = [row[0].value for row in workbook.worksheets[1].iter_rows(min_row=5, max_row=10)]
    assert first[0] == {"en": "Start here", "zh": "从这里开始"}[language]
    assert [str(step)[:2] for step in first[1:]] == [f"{number}." for number in range(1, 6)]
    assert "亿元" in str(first[1])  # the unit that is typed in
    third, fifth = STEPS[language]
    assert (first[3], first[5]) == (third, fifth)


@pytest.mark.slow
def test_names_begin_with_a_capital() -> None:
    """A method or a line that is named after a peer, before the name of that is typed."""
    for made in (skeleton(WHOLE), short_workbook_skeleton(Small("users", "Acme", "2026-01-02", "USD", "USD m"))):
        book = laid(made)
        methods = {place(book, "methods.label", n) for n in range(book.addresses["methods.label"].count)}
        names = [
            cell.content
            for page in book.sheets
            for cell in page.cells
            if isinstance(cell.content, str)
            if cell.role in NAMES or (page.sheet.name, f"{letters(cell.column)}{cell.row}") in methods
        ]
        small = [name for name in names if name[:1].islower()]
        assert all(name.startswith("in ") for name in small)  # of what drives the value: goes on with the line above
        assert any("The peer's" in name for name in names)
