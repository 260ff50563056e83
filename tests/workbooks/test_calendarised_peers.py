"""Peers whose fiscal year ends in another month than the company's: their figures are put on the company's year."""

from pathlib import Path
from typing import Any, Final

import pytest

import ironcalc_engine
from built import place
from company_cases import Raw, case_of, example, problems_of, valued
from libreoffice import LibreOffice, at
from recalculation import disagreements, formula_cells
from valuation.periods import calendarize
from workbooks.build import workbook_bytes
from workbooks.case.reading import CaseError, load
from workbooks.case.year_ends import month
from workbooks.declarations.sheet import Table
from workbooks.languages.language import language
from workbooks.results import values
from workbooks.sheets.contents import sheets
from workbooks.sheets.peers.block import block

MILLION: Final = 1e6
OWN: Final = 85.17  # EBITDA 2015E of the company


def peer(name: str, year_end: int, **ebitda: float) -> dict[str, Any]:
    metrics = {f"EBITDA {year[1:]}": value for year, value in ebitda.items()}
    return {"name": name, "year_end": year_end, "market_value": 2000, "net_debt": 400, "metrics": metrics}


def with_years(*peers: dict[str, Any], year_end: int = 12) -> Raw:
    raw = example("comps")
    raw["company"]["year_end"] = year_end
    raw["comparables"] = {
        "multiples": [{"name": "EV/EBITDA 2015E", "of": "enterprise", "metric": "EBITDA", "period": "2015E"}],
        "peers": list(peers),
    }
    return raw


def enterprise(raw: Raw) -> float:
    return valued(case_of(raw))["EV/EBITDA 2015E"]["enterprise"]["base"]


@pytest.mark.parametrize(
    ("year_end", "own", "given", "ebitda"),
    [
        (12, 12, {"y2015E": 240.0}, 240),
        (3, 12, {"y2015E": 240.0, "y2016E": 320.0}, (3 * 240 + 9 * 320) / 12),  # 300
        (9, 12, {"y2015E": 240.0, "y2016E": 320.0}, (9 * 240 + 3 * 320) / 12),  # 260
        # The company's year ends in March: nine months of it lie in the peer's calendar year 2014.
        (12, 3, {"y2014A": 200.0, "y2015E": 240.0}, (9 * 200 + 3 * 240) / 12),  # 210
        (6, 9, {"y2015E": 240.0, "y2016E": 320.0}, (9 * 240 + 3 * 320) / 12),
        (9, 6, {"y2014A": 200.0, "y2015E": 240.0}, (3 * 200 + 9 * 240) / 12),
        (3, 3, {"y2015E": 240.0}, 240),
    ],
)
def test_a_figure_is_of_the_months_of_the_companys_year(
    year_end: int, own: int, given: dict[str, float], ebitda: float
) -> None:
    raw = with_years(peer("A", year_end, **given), year_end=own)
    assert enterprise(raw) == pytest.approx(OWN * 2400 / ebitda * MILLION)


def test_a_calendar_year_agrees_with_the_catalogue() -> None:
    raw = with_years(peer("A", 5, y2015E=240.0, y2016E=320.0))
    assert enterprise(raw) == pytest.approx(OWN * 2400 / calendarize(240, 320, 5) * MILLION)


def test_years_of_the_same_figures_do_not_depend_on_the_month() -> None:
    found = {enterprise(with_years(peer("A", n, y2015E=240.0, y2016E=240.0))) for n in range(1, 13)}
    assert len({round(value) for value in found}) == 1


@pytest.mark.parametrize(("year_end", "own", "missing", "months"), [(3, 12, "2016E", 9), (12, 3, "2014E", 9)])
def test_a_year_that_is_missing_is_named(year_end: int, own: int, missing: str, months: int) -> None:
    told = problems_of(with_years(peer("A", year_end, y2015E=240.0), year_end=own))
    assert f"'EBITDA {missing}' too, of which {months} months count" in told
    assert "comparables.peers[1].metrics.'EBITDA 2015E' (A)" in told
    raw = with_years(peer("A", year_end, y2015E=240.0), year_end=own)
    raw["comparables"]["calendarise"] = False
    assert enterprise(raw) == pytest.approx(OWN * 10 * MILLION)


def test_published_multiples_and_figures_without_a_year_stand_as_they_are() -> None:
    raw = with_years({"name": "A", "year_end": 3, "multiples": {"EV/EBITDA 2015E": 7}})
    assert enterprise(raw) == pytest.approx(OWN * 7 * MILLION)
    raw = with_years({"name": "A", "year_end": 3, "market_value": 2000, "net_debt": 400, "metrics": {"EBITDA": 240}})
    raw["metrics"] = {"EBITDA": OWN}
    raw["comparables"]["multiples"] = [{"name": "EV/EBITDA", "of": "enterprise", "metric": "EBITDA"}]
    assert valued(case_of(raw))["EV/EBITDA"]["enterprise"]["base"] == pytest.approx(OWN * 10 * MILLION)


TABLE: Final = """\
Peer,Year end,Market cap,Net debt,EBITDA 2015E,EBITDA 2016E
A,{month},2000,400,240,320
B,12,1900,500,200,n/a
"""


def from_table(folder: Path, table: str) -> Path:
    (folder / "peers.csv").write_text(table, encoding="utf-8")
    text = Path(__file__).parent.joinpath("examples", "comps_small.toml").read_text(encoding="utf-8")
    text = text.replace("pike_peers.csv", "peers.csv")
    kept = [line for line in text.splitlines() if "P/E" not in line]
    (folder / "case.toml").write_text("\n".join(kept), encoding="utf-8")
    return folder / "case.toml"


@pytest.mark.parametrize("written", ["3", "March", "31-Mar", "2015-03-31", "3月"])
def test_a_table_says_the_month_in_the_ways_that_people_write_it(written: str, tmp_path: Path) -> None:
    case = load(from_table(tmp_path, TABLE.format(month=written)))
    found = values(case)["methods"][0]["enterprise"]["base"]
    assert found == pytest.approx(OWN * (2400 / 300 + 2400 / 200) / 2 * MILLION)
    assert block(case) is not None


@pytest.mark.parametrize(
    "heading", ["Company name,FY end,Market cap,Net debt/(net cash)", "Name,FYE,Market cap,Net debt/(cash)"]
)
def test_a_table_has_the_headings_of_an_export(heading: str, tmp_path: Path) -> None:
    table = TABLE.format(month="March").replace("Peer,Year end,Market cap,Net debt", heading)
    found = values(load(from_table(tmp_path, table)))["methods"][0]["enterprise"]["base"]
    assert found == pytest.approx(OWN * (2400 / 300 + 2400 / 200) / 2 * MILLION)


@pytest.mark.parametrize(
    ("written", "told"), [("Q1", "'Q1': expected the month"), ("", "is blank: expected the month")]
)
def test_an_invalid_month_is_refused_with_its_cell(written: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        load(from_table(tmp_path, TABLE.format(month=written)))
    assert f"peers.csv, cell B2: {told}" in str(error.value)


@pytest.mark.parametrize("text", ["0", "13", "", "Mar Apr", "Mars bar", "x"])
def test_texts_that_are_not_months(text: str) -> None:
    assert month(text) is None


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_engines_agree_and_a_month_that_is_changed_is_followed(
    language: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    book, data = workbook_bytes(load(from_table(tmp_path, TABLE.format(month=3))), language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    stored = formula_cells(path)
    assert disagreements(stored, libreoffice.recalculate(path)) == []
    typed = place(book, "pasted.c2", 2)  # the month of A
    base = place(book, "comparables.ev_ebitda_2015e_base")
    for engine in (libreoffice.recalculate, ironcalc_engine.recalculate):
        changed = engine(path, {typed: 9.0})
        assert at(changed, *base) == pytest.approx(OWN * (2400 / 260 + 2400 / 200) / 2 * MILLION)
        # The company's year ends in June: A's is in it by three quarters, and B's half year before is not known.
        changed = engine(path, {place(book, "inputs.year_end"): 6.0})
        assert at(changed, *base) == pytest.approx(OWN * 2400 / ((9 * 240 + 3 * 320) / 12) * MILLION)
        sheet = book.addresses["check_rows.status"].sheet
        assert {"en": "FAIL", "zh": "不通过"}[language] in {cell for row in changed[sheet] for cell in row}


@pytest.mark.parametrize("on_peers", [True, False])
@pytest.mark.parametrize("year_end", [3, 12])
def test_the_sheet_says_what_is_on_the_companys_year(year_end: int, *, on_peers: bool) -> None:
    raw = with_years(peer("A", year_end, y2015E=240.0, y2016E=320.0))
    if not on_peers:  # two currencies do not fit in the table of the Peers sheet
        raw["fx"] = {"EURUSD": 1.1}
        raw["comparables"]["peers"].append(peer("B", 12, y2015E=240.0) | {"market_value": "2bn EUR"})
    case = case_of(raw)
    assert (block(case) is not None) is on_peers
    page = next(page for page in sheets(case) if page.id == "comparables")
    note = next(table.note for table in page.blocks if isinstance(table, Table) and table.id == "peers")
    assert ("(LTM) stand as given" in note) is (year_end == 3)
    assert language("zh").text(note) != note
