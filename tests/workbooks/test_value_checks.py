"""Tables of peers, and what must fit between enterprise value and value per share."""

import re
from pathlib import Path

import pytest

from workbooks.case.reading import CaseError, load, parse
from workbooks.templates.small_case import LIKES, Small, small_case

EXAMPLES = Path(__file__).parent / "examples"
BETA = "{ name = 'A', beta = 1.2, debt_to_equity = 0.5, tax_rate = 0.25 }"


def read(name: str) -> str:
    return (EXAMPLES / f"{name}_small.toml").read_text(encoding="utf-8")


def test_a_table_gives_each_figure_its_cell() -> None:
    case = load(EXAMPLES / "comps_small.toml")
    assert case.comparables
    names = [(peer.name, peer.tier, len(peer.multiples)) for peer in case.comparables.peers]
    assert [name for name, _, _ in names] == [f"Peer {letter}" for letter in "ABCDEFG"]
    assert [tier for _, tier, _ in names] == ["Large"] * 3 + ["Small"] * 4
    assert [count for _, _, count in names] == [2, 2, 2, 0, 2, 2, 2]
    figure = case.figures[case.comparables.peers[0].multiples["EV/EBITDA 2015E"]]
    assert (figure.value, figure.unit, figure.place) == (5.0, "×", "pike_peers.csv, cell C2")
    assert case.comparables.peers[3].not_meaningful == ("EV/EBITDA 2015E", "P/E 2015E")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "P/E 2015E",
            "P/E 2016E",
            "pike_peers.csv, cell D1: 'P/E 2016E' is not a known heading; did you mean P/E 2015E?",
        ),
        ("5.8x", "", "pike_peers.csv, cell C3: is blank: expected a number, or NM"),
        ("Peer C,", ",", "pike_peers.csv, cell A4: is blank: expected a name"),
        (
            "7.3x",
            "7.3 apples",
            "pike_peers.csv, cell C4: '7.3 apples' is in",
        ),
        ("7.3x", "7.3%", "is in `rate`: expected a multiple"),
        ("Peer,Tier", "Firm,Tier", "no row of headings was found"),
    ],
)
def test_a_table_is_refused_by_the_cell(old: str, new: str, told: str, tmp_path: Path) -> None:
    table = (EXAMPLES / "pike_peers.csv").read_text(encoding="utf-8")
    assert old in table
    (tmp_path / "pike_peers.csv").write_text(table.replace(old, new, 1), encoding="utf-8")
    (tmp_path / "case.toml").write_text(read("comps"), encoding="utf-8")
    with pytest.raises(CaseError) as error:
        load(tmp_path / "case.toml")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "comps",
            "net_debt = 218\n",
            "",
            "multiples[1].of (EV/EBITDA 2015E): 'enterprise': without a bridge",
        ),
        ("comps", 'of = "equity"', 'of = "enterprise"', "is a multiple of equity value"),
        ("comps", 'metric = "EBITDA 2015E"', 'metric = "EBITDA 2051E"', "did you mean EBITDA 2015E?"),
        ("comps", "net_debt = 218", "net_debt = 218\ncash = 5", "expected either net_debt, or debt and cash"),
        (
            "comps",
            'price = "10.13 USD per share"',
            'price = "10.13 USD per share"\nmarket_value = 9',
            "given beside price",
        ),
        ("dcf", "terminal_growth = 0.03", "terminal_growth = 0.09", "0.09 is not below the cost of capital, 0.0799"),
        ("dcf", "terminal_growth = 0.03\n", "", "neither is given"),
        ("dcf", "capex = 0.06", "capex = [0.06, 0.05]", "2 years: expected one number, or 5"),
        ("dcf", "capex = 0.06", "capex = 0.06\nyears = 3", "dcf.years: 3, and the lists are 5 long"),
        ("dcf", "capex = 0.06", "capex = 0.06\nyears = 8", "dcf.years: 8, and the lists are 5 long"),
        ("dcf", "[0.10, 0.09, 0.08, 0.06, 0.05]", "0.10\nyears = 2.5", "dcf.years: 2.5: expected a whole number"),
        ("dcf", "[0.10, 0.09, 0.08, 0.06, 0.05]", "0.10\nyears = 0", "dcf.years: 0: expected a whole number"),
        ("dcf", "capex = 0.06", "capex = 0.06\nfade_to = 0.04", "given beside the growth of each year"),
        ("dcf", "beta = 1.1, ", "", "dcf.wacc.beta: is missing: expected either beta, or beta_peers"),
        ("dcf", "beta = 1.1", f"beta = 1.1, beta_peers = [{BETA}]", "dcf.wacc.beta: is given beside beta_peers"),
        (
            "dcf",
            "beta = 1.1",
            f"beta_peers = [{BETA.replace('0.5', '-1')}]",
            "(A): -1: net cash is as large as the equity",
        ),
        ("dcf", "capex = 0.06", "capex = 0.06\npart = 'Works'", "dcf.part: 'Works' is not a part of [segments]"),
        ("dcf", "debt = 500\ncash = 120\n", "", "gives enterprise value: without a bridge"),
        ("dcf", "beta = 1.1", "betta = 1.1", "dcf.wacc.betta: is not a key of this table; did you mean beta?"),
        ("group", "{ segments = 1 }", "{ segmnts = 1 }", "is not a method of this case; did you mean segments?"),
        (
            "group",
            "metric = 119, base",
            'of = "equity", metric = 119, base',
            "(Plants): is on a multiple of equity",
        ),
        ("group", "stake = 0.5", "stake = 5", "a share is a fraction from 0 to 1"),
        ("group", "low = 10, base = 9, high = 8", "low = 8, base = 9, high = 10", "because the metric is negative"),
        ("group", 'method = "value"', 'method = "market"', "the method market needs shares and price, or market_value"),
        ("nav", "USDHKD = 7.837", 'USDHKD = { value = 7.837, unit = "USD per HKD" }', "expected HKD per USD"),
    ],
)
def test_inconsistencies_are_reported_with_their_place(name: str, old: str, new: str, told: str) -> None:
    text = read(name)
    assert old in text
    with pytest.raises(CaseError) as error:
        parse(text.replace(old, new, 1), f"{name}.toml", EXAMPLES)
    assert told in str(error.value)


def test_a_price_in_pence_is_noticed() -> None:
    peer = 'peers = [{ name = "Peer H", price = 212, shares = "10m shares", market_value = 21.2 }]\n'
    with pytest.raises(CaseError, match="if it is in pence"):
        parse(read("comps").replace('low = "q1"', peer + 'low = "q1"'), "case.toml", EXAMPLES)


@pytest.mark.parametrize("like", LIKES)
def test_a_short_case_reads_once_its_question_marks_are_numbers(like: str) -> None:
    text = small_case(Small(like, "Acme", "2026-06-30", "USD", "USD m"))
    assert len(text.splitlines()) <= 30
    with pytest.raises(CaseError, match="not filled in yet") as error:
        parse(text, "acme.toml")
    assert all(message.startswith("is not filled in yet") for _, message in error.value.problems)
    # Every key to fill in below [defaults] is explained, but for the names that a user gives to metrics.
    open_keys = [line for line in text.split("[defaults]")[1].splitlines() if re.match(r"\w+ = .*\?", line)]
    assert [line for line in open_keys if "  # " not in line and not line.startswith("source")] == []
    filled = text.replace('source = "?"', 'source = "Annual report"').replace(
        'terminal_growth = "?"', "terminal_growth = 0.02"
    )
    parse(filled.replace('"?"', "0.5"), "acme.toml")


def test_a_short_case_takes_a_table_of_peers() -> None:
    made = Small("comps", "Pike", "2014-04-25", "USD", "USD m", EXAMPLES / "pike_peers.csv", "pike_peers.csv")
    text = small_case(made)
    assert len(text.splitlines()) <= 30
    case = parse(text.replace('source = "?"', 'source = "Page"').replace('"?"', "5"), "pike.toml", EXAMPLES)
    assert case.comparables
    assert [(each.of, each.metric) for each in case.comparables.multiples] == [
        ("enterprise", "EBITDA 2015E"),
        ("equity", "Net profit 2015E"),
    ]
