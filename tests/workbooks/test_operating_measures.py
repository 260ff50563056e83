"""Operating measures beside the multiples, by tier and for the company itself; multiples of what is counted."""

from pathlib import Path
from typing import Any, Final

import pytest

import ironcalc_engine
from built import place
from company_cases import Raw, case_of, example, problems_of, valued
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.layout.sheet_cells import LaidBook
from workbooks.sheets.peers.block import block

MILLION: Final = 1e6
GROWTH, MARGIN, RETURN = "Revenue growth 2015E", "EBITDA margin 2015E", "Return on equity"
IDS: Final = {name: f"measure_{name.lower().replace(' ', '_')}" for name in (GROWTH, MARGIN, RETURN)}


def measured() -> Raw:
    raw = example("comps")
    raw["metrics"] |= {"Revenue 2015E": 900, "Revenue 2014A": 820, RETURN: 0.13}

    def peer(name: str, tier: str, ebitda: float, revenue: float, before: float, **others: float) -> Raw:
        metrics = {"EBITDA 2015E": ebitda, "Revenue 2015E": revenue, "Revenue 2014A": before}
        returned = {RETURN: others["roe"]} if "roe" in others else {}
        return {
            "name": name,
            "tier": tier,
            "market_value": 2000,
            "net_debt": 400,
            "metrics": metrics | returned,
            "multiples": {"P/E 2015E": 15},
        }

    raw["comparables"] = {
        "multiples": raw["comparables"]["multiples"],
        "measures": [
            {"name": GROWTH, "metric": "Revenue 2015E", "growth_from": "Revenue 2014A"},
            {"name": MARGIN, "metric": "EBITDA 2015E", "over": "Revenue 2015E"},
            {"name": RETURN},
        ],
        "peers": [
            peer("A", "Large", 480, 4800, 4000, roe=0.15),  # growth 20 %, margin 10 %
            peer("B", "Large", 300, 2000, 2000, roe=0.11),  # 0 %, 15 %
            peer("C", "Small", 200, 1000, 1250),  # -20 %, 20 %
        ],
    }
    return raw


def cells(book: LaidBook, values: Values, reference: str, count: int) -> list[Value]:
    return [at(values, *place(book, reference, n)) for n in range(count)]


# Of A, B and C; then median and mean; the median of the large; the company, and its distance from the median.
EXPECTED: Final[dict[str, tuple[list[Any], float, float, float, float, float]]] = {
    GROWTH: ([0.2, 0.0, -0.2], 0.0, 0.0, 0.1, 900 / 820 - 1, 900 / 820 - 1),
    MARGIN: ([0.1, 0.15, 0.2], 0.15, 0.15, 0.125, 85.17 / 900, 85.17 / 900 - 0.15),
    RETURN: ([0.15, 0.11, "–"], 0.13, 0.13, 0.13, 0.13, 0.0),
}
EV: Final = 10.13 * 32 + 218


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("on_peers", [True, False])
def test_measures_are_worked_out_with_their_statistics(*, on_peers: bool, language: str, tmp_path: Path) -> None:
    raw = measured()
    if not on_peers:  # two currencies do not fit in the table of the Peers sheet
        raw["fx"] = {"EURUSD": 2.0}
        raw["comparables"]["peers"][0]["market_value"] = "1bn EUR"
    case = case_of(raw)
    assert (block(case) is not None) is on_peers
    book, data = workbook_bytes(case, language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    found = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), found) == []
    for name, (own, median, mean, large, company, distance) in EXPECTED.items():
        column = IDS[name]
        assert cells(book, found, f"peers.{column}", 3) == [pytest.approx(o) if o != "–" else o for o in own]
        assert at(found, *place(book, f"statistics.{column}_median")) == pytest.approx(median)
        assert at(found, *place(book, f"statistics.{column}_mean")) == pytest.approx(mean)
        tiers = cells(book, found, f"tiers.{column}", 14)
        assert tiers[0] == 2
        assert tiers[3] == pytest.approx(large)
        subject = cells(book, found, f"subject.{column}", 2)
        assert subject == [pytest.approx(company), pytest.approx(distance, abs=1e-12)]
    multiples = cells(book, found, "subject.ev_ebitda_2015e", 2)
    assert multiples == [pytest.approx(EV / 85.17), pytest.approx(EV / 85.17 / 8 - 1)]  # 5, 8 and 12 times


def test_a_measure_that_is_given_goes_before_one_that_is_worked_out() -> None:
    raw = measured()
    raw["comparables"]["peers"][0]["metrics"][MARGIN] = "11%"
    book, _ = workbook_bytes(case_of(raw))
    address = book.addresses[f"peers.{IDS[MARGIN]}"].at(0)
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    assert next(c.content for c in page.cells if (c.row, c.column) == (address.row, address.column)) == 0.11


def test_measures_change_no_value() -> None:
    raw = measured()
    found = valued(case_of(raw))
    del raw["comparables"]["measures"], raw["metrics"][RETURN]
    for peer in raw["comparables"]["peers"]:
        peer["metrics"].pop(RETURN, None)
    assert valued(case_of(raw)) == found


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ({"over": "Revenue 2015E"}, "is missing: over is what the metric is compared with"),
        ({"metric": "EBITDA 2015E"}, "expected over too"),
        ({"metric": "EBITDA 2015E", "over": "Revenue 2015E", "growth_from": "Revenue 2014A"}, "beside growth_from"),
        ({"metric": "EBITDA 2015E", "over": "Revenue 2015E", "unit": "USD m"}, "'USD m': expected rate, ratio or ×"),
        ({"unit": "percent"}, "'percent': write a fraction"),
        ({"name": "P/E 2015E"}, "'P/E 2015E' is a multiple of this section: expected another name"),
    ],
)
def test_an_operating_measure_with_missing_or_conflicting_keys_is_refused(measure: Raw, told: str) -> None:
    raw = measured()
    raw["comparables"]["measures"] = [{"name": "Ratio"} | measure]
    for peer in raw["comparables"]["peers"]:
        peer["metrics"].pop(RETURN, None)
    message = problems_of(raw)
    assert "comparables.measures[1]." in message
    assert told in message


def test_a_figure_that_nothing_uses_is_reported_with_the_nearest_that_is_used() -> None:
    raw = measured()
    raw["comparables"]["peers"][1]["metrics"]["EBITA 2015E"] = 10
    message = problems_of(raw)
    assert "comparables.peers[2].metrics.'EBITA 2015E' (B)" in message
    assert "is not a figure of a multiple or a measure; did you mean EBITDA 2015E?" in message


def counted() -> Raw:
    raw = example("comps")
    raw["fx"] = {"EURUSD": 1.25}
    raw["metrics"] = {"Subscribers": "12m users"}
    raw["comparables"] = {
        "multiples": [{"name": "EV/Subscriber", "of": "enterprise", "metric": "Subscribers"}],
        "peers": [
            {"name": "A", "market_value": 3212, "net_debt": 798, "metrics": {"Subscribers": "10m users"}},  # 401
            {"name": "B", "market_value": "2bn EUR", "net_debt": 0, "metrics": {"Subscribers": "8m users"}},  # 312.50
            {"name": "C", "multiples": {"EV/Subscriber": "320 EUR per user"}},  # 400
        ],
    }
    return raw


def test_a_multiple_of_what_is_counted_is_money_for_one() -> None:
    assert valued(case_of(counted()))["EV/Subscriber"]["enterprise"]["base"] == pytest.approx(12 * 400 * MILLION)
    book, _ = workbook_bytes(case_of(counted()))
    page = next(page for page in book.sheets if page.sheet.id == "comparables")
    assert {"USD per user", "m users"} <= {cell.content for cell in page.cells}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("metrics", {"Subscribers": "500 USD m"}, "expected what the company's own is, `m users`"),
        ("multiples", {"EV/Subscriber": "320 CHF per user"}, "is in CHF"),
    ],
)
def test_a_count_that_is_money_and_a_currency_without_a_rate_are_reported(key: str, value: Raw, told: str) -> None:
    raw = counted()
    raw["comparables"]["peers"][2][key] = value
    assert told in problems_of(raw)


def test_money_for_one_is_no_multiple_of_money_and_earnings_per_share_are_no_total() -> None:
    raw = measured()
    raw["comparables"]["peers"][0]["multiples"] = {"P/E 2015E": "15 USD per user"}
    assert "expected a multiple, ×" in problems_of(raw)
    raw = example("comps")
    raw["metrics"]["Net profit 2015E"] = "0.62 USD per share"
    told = problems_of(raw)
    assert "'Net profit 2015E' is in `USD per share`: expected a total" in told


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", ["en", "zh"])
def test_libreoffice_agrees_and_a_peer_left_out_leaves_the_measures_too(
    language: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    raw = measured() | {"fx": {"EURUSD": 2.0}}
    raw["comparables"]["peers"][0]["market_value"] = "1bn EUR"
    book, data = workbook_bytes(case_of(raw), language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    assert disagreements(formula_cells(path), libreoffice.recalculate(path)) == []
    no = {"en": "no", "zh": "否"}[language]
    changed = libreoffice.recalculate(path, {place(book, "peers.included", 2): no})
    assert at(changed, *place(book, f"statistics.{IDS[MARGIN]}_median")) == pytest.approx(0.125)
