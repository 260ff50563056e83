"""Numbers that a case file has in its sections: their ids, units, dates, sources, and what is refused."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.build import workbook_bytes
from workbooks.case.amounts import amount
from workbooks.case.currencies import chain
from workbooks.case.inline import slug
from workbooks.case.model import Peer
from workbooks.case.reading import CaseError, load, parse
from workbooks.case.roles import Role
from workbooks.layout.sheet_cells import lay_out
from workbooks.sheets import contents

EXAMPLES = Path(__file__).parent / "examples"
NAMES = ("comps_small", "sotp_small", "nav_small", "group_small", "dcf_small")
SOTP = (EXAMPLES / "sotp_small.toml").read_text(encoding="utf-8")
MONEY = Role("money", ("money",))


def refused(text: str) -> str:
    with pytest.raises(CaseError) as error:
        parse(text, "case.toml", EXAMPLES)
    return str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_the_small_cases_read(name: str) -> None:
    case = load(EXAMPLES / f"{name}.toml")
    assert case.figures
    assert all(figure.source in case.sources for figure in case.figures.values())


def test_a_number_is_a_figure_with_what_stands_around_it() -> None:
    case = parse(SOTP, "case.toml")
    phones = case.figures["segments.phones.metric"]
    assert (phones.label, phones.value, phones.unit, phones.as_of) == ("Phones, Revenue", 806.0, "亿元", "2017")
    assert case.sources[phones.source].title == "Chinese business press, June 2018"
    assert case.figures["segments.phones.base"].unit == "×"
    assert case.segments
    assert case.segments.parts[0].metric == "segments.phones.metric"


@pytest.mark.parametrize("text", ["n.m.", "NM", "-", "亏损"])
def test_a_multiple_that_is_not_meaningful_is_written_as_it_is_printed(text: str) -> None:
    case = parse(
        f"""
title = "t"
company = {{ name = "A", as_of = 2026-01-02, currency = "GBP", unit = "GBP m" }}
defaults = {{ source = "Annual report", as_of = "2025" }}
metrics = {{ Profit = 5 }}
[comparables]
multiples = [{{ name = "P/E", of = "equity", metric = "Profit" }}]
peers = [{{ name = "B", multiples = {{ "P/E" = 12 }} }}, {{ name = "C", multiples = {{ "P/E" = "{text}" }} }}]
""",
        "case.toml",
    )
    assert case.comparables
    assert [peer.not_meaningful for peer in case.comparables.peers] == [(), ("P/E",)]
    assert [[*peer.multiples] for peer in case.comparables.peers] == [["P/E"], []]


@pytest.mark.parametrize("text", ["n.m.", "N/A", "–"])
def test_a_figure_that_a_peer_does_not_have_is_as_if_left_out(text: str) -> None:
    def peers(figures: str) -> list[Peer]:
        case = parse(
            f"""
title = "t"
company = {{ name = "A", as_of = 2026-01-02, currency = "GBP", unit = "GBP m" }}
defaults = {{ source = "Annual report", as_of = "2025" }}
metrics = {{ Profit = 5, "Book value" = 9 }}
[comparables]
multiples = [
  {{ name = "P/E", of = "equity", metric = "Profit" }},
  {{ name = "P/B", of = "equity", metric = "Book value" }},
]
peers = [
  {{ name = "B", market_value = 12, metrics = {{ Profit = 1, "Book value" = 3 }} }},
  {{ name = "NA", why = "-", market_value = 20, {figures} }},
]
""",
            "case.toml",
        )
        assert case.comparables
        return list(case.comparables.peers)

    written = f'beta = "{text}", metrics = {{ Profit = "{text}", "Book value" = 4 }}'
    assert peers(written) == peers('metrics = { "Book value" = 4 }')
    assert peers(written)[1].why == "-"


def test_the_nearer_setting_counts() -> None:
    near = '{ value = 806, unit = "CNY m", as_of = "2016", source = "Annual report", note = "Restated" }'
    case = parse(SOTP.replace("metric = 806", f"metric = {near}"), "case.toml")
    phones = case.figures["segments.phones.metric"]
    assert (phones.unit, phones.as_of, phones.note) == ("CNY m", "2016", "Restated")
    assert case.sources[phones.source].title == "Annual report"
    row = parse(SOTP.replace("metric = 806", 'as_of = "2016", unit = "CNY m", metric = 806'), "case.toml")
    assert row.figures["segments.phones.metric"].unit == "CNY m"
    assert row.figures["segments.phones.base"].as_of == "2016"
    assert row.figures["segments.internet_services.metric"].unit == "亿元"


def test_a_figure_may_be_named_by_its_path_or_from_figures() -> None:
    shared = (
        SOTP.replace("metric = 806", 'metric = "phones"') + '\n[figures]\nphones = { label = "Phones", value = 806 }\n'
    )
    case = parse(shared, "case.toml")
    assert case.segments
    assert case.segments.parts[0].metric == "phones"
    assert case.figures["phones"].unit == "亿元"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('source = "Chinese business press, June 2018"', "", "segments.parts[1].metric (Phones): 806 has no source"),
        ('as_of = "2017"', "", "segments.parts[1].metric (Phones): 806 has no date"),
        ("metric = 99", 'metric = "99 XYZ"', "segments.parts[3].metric (Internet services): '99 XYZ' is neither"),
        ("metric = 99", 'metric = "internett"', "'internett' is not a figure of this case"),
        ("metric = 99", 'metric = "99 HKD m"', "is in HKD: expected CNY"),
        ("base = 19", "base = 19, stake = 1.5", "a share is a fraction from 0 to 1"),
        ("base = 19", 'base = "19%"', "expected a multiple"),
        ("base = 19", "bse = 19", "did you mean base?"),
        ("low = 0.5, base", "low = 2.5, base", "is 2.5: expected at most the base, 2"),
    ],
)
def test_mistakes_are_reported_with_their_place(old: str, new: str, told: str) -> None:
    assert old in SOTP
    assert told in refused(SOTP.replace(old, new))


@pytest.mark.parametrize(
    ("text", "role", "value", "unit"),
    [
        ("1146亿元", MONEY, 1146, "亿元"),
        ("US$45bn", MONEY, 45, "USD bn"),
        ("-300 EUR m", MONEY, -300, "EUR m"),
        ("R$ 1,5 bi", MONEY, 1.5, "BRL bi"),
        ("3,5 Mrd EUR", MONEY, 3.5, "Mrd EUR"),
        ("12,5 mld zł", MONEY, 12.5, "mld zł"),
        ("Rp 1.250.000", MONEY, 1250000, "IDR"),
        ("1,233.6m shares", Role("shares", ("count",), noun="shares"), 1233.6, "m shares"),
        ("43.5亿 shares", Role("shares", ("count",), noun="shares"), 43.5, "亿 shares"),
        ("212p", Role("a price", ("money_per",), noun="share"), 2.12, "GBP per share"),
        ("48.2 HKD per share", Role("a price", ("money_per",), noun="share"), 48.2, "HKD per share"),
        ("US$10.13", Role("a price", ("money_per",), noun="share"), 10.13, "USD per share"),
        ("12.5%", Role("a rate", ("rate", "share")), 0.125, "rate"),
        ("12.5%", Role("a share", ("share",)), 0.125, "share"),
        ("12.5x", Role("a multiple", ("multiple",)), 12.5, "×"),
    ],
)
def test_amounts_as_people_write_them(text: str, role: Role, value: float, unit: str) -> None:
    assert amount(text, role) == (value, unit)


@pytest.mark.parametrize(
    "text", ["45", "phones", "", "12.5.1 CNY", "1,23 CNY", "5 CNY and 3 USD", "p", "Rp 5.000", "Rm5"]
)
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert amount(text, MONEY) is None


@pytest.mark.parametrize("sign", ["-", "−", "- ", "("])
@pytest.mark.parametrize(
    "form", ["$20m", "US$ 20m", "EUR 20m", "20m EUR", "¥20亿", "20 CNY m", "人民币20亿元", "£.5bn"]
)
def test_a_negative_amount_as_people_write_it(form: str, sign: str) -> None:
    plain = amount(form, MONEY)
    assert plain
    text = f"({form})" if sign == "(" else sign + form
    assert amount(text, MONEY) == (-plain.value, plain.unit)


@pytest.mark.parametrize(("text", "value"), [("(1,234.5) USD m", -1234.5), ("EUR (20)m", -20), ("（2000万元）", -2000)])
def test_parentheses_are_a_minus(text: str, value: float) -> None:
    read = amount(text, MONEY)
    assert read
    assert read.value == value


@pytest.mark.parametrize(
    "text", ["--5 USD", "-$-5m", "(-5 USD m)", "-(5 USD)", "5 USD)", "(5 USD", "(5)(6) USD", "-USD"]
)
def test_two_signs_or_half_a_parenthesis_are_no_amount(text: str) -> None:
    assert amount(text, MONEY) is None


@given(st.decimals(0, 10**9, places=4), st.sampled_from(["亿元", "USD m", "HKD bn", "EUR"]))
def test_an_amount_is_the_number_that_is_written(number: float, unit: str) -> None:
    read = amount(f"{number} {unit}", MONEY)
    assert read == (float(number), unit)


LEVERED = """
title = "t"
company = {{ name = "A", as_of = 2026-01-02, currency = "AUD", unit = "AUD m" }}
defaults = {{ source = "Annual report", as_of = "2025" }}
[figures]
{figures}
[capital]
net_debt = {net_debt}
leases = 44
minorities = 25
shares = {shares}
price = {price}
[segments]
of = "enterprise"
discount = {discount}
parts = [{{ name = "Iron", metric = 70, base = "6x", metric_name = "EBITDA", peer = "B", stake = {stake} }}]
"""
GIVEN = {"net_debt": "A$310m", "shares": "640m shares", "price": "A$0.85", "discount": "10%", "stake": "80%"}


def test_every_claim_that_is_given_is_taken_off() -> None:
    """By hand: 70 × 6 × 80 % = 336, less 310, 44 and 25 is below zero, so the discount of 10 % is not taken."""
    case = parse(LEVERED.format(figures="", **{key: f'"{text}"' for key, text in GIVEN.items()}), "case.toml")
    values = lay_out(contents.sheets(case), "AUD m").values
    assert values.of("capital.bridge") == pytest.approx((310 + 44 + 25) * 1e6)
    assert values.of("capital.leases") == pytest.approx(44e6)
    assert values.of("segments.equity") == pytest.approx((336 - 379) * 1e6)
    workbook_bytes(case)  # every formula, and the functions that stand beside them


@pytest.mark.parametrize("name", GIVEN)
def test_a_figure_of_its_own_reads_an_amount_as_its_section_does(name: str) -> None:
    within = {key: f'"{text}"' for key, text in GIVEN.items()}
    apart = {**within, name: '"given"'}
    figure = f'given = {{ label = "Given", value = {within[name]} }}'
    here = parse(LEVERED.format(figures="", **within), "case.toml")
    there = parse(LEVERED.format(figures=figure, **apart), "case.toml")
    path = {"stake": "segments.iron.stake", "discount": "segments.discount"}.get(name, f"capital.{name}")
    assert there.figures["given"].value == here.figures[path].value
    assert there.figures["given"].unit == here.figures[path].unit


def test_a_per_cent_is_of_the_kind_that_its_figure_gives() -> None:
    figure = 'held = { label = "Held", value = "12.5%", unit = "share" }'
    plain = {key: f'"{text}"' for key, text in GIVEN.items()}
    case = parse(LEVERED.format(figures=figure, **plain), "case.toml")
    assert (case.figures["held"].value, case.figures["held"].unit) == (0.125, "share")


@pytest.mark.parametrize(
    ("text", "unit"), [("7.2x", "AUD per USD"), ("A$5m", "rate"), ("12%", "AUD m"), ("5 EUR", "×")]
)
def test_an_amount_that_contradicts_the_unit_of_its_figure_is_refused(text: str, unit: str) -> None:
    figure = f'held = {{ label = "Held", value = "{text}", unit = "{unit}" }}'
    plain = {key: f'"{value}"' for key, value in GIVEN.items()}
    told = refused(LEVERED.format(figures=figure, **plain))
    assert f"figures.held.value: '{text}' is not in the unit that the figure gives, `{unit}`" in told
    inside = LEVERED.format(figures="", **{**plain, "discount": f'{{ value = "{text}", unit = "{unit}" }}'})
    assert f"'{text}' is not in the unit that the figure gives, `{unit}`" in refused(inside)


def usual(peer: str, own: str, capital: str = "capital = { net_debt = 310 }") -> str:
    return f"""
title = "t"
company = {{ name = "A", as_of = 2026-01-02, currency = "AUD", unit = "AUD m" }}
defaults = {{ source = "Annual report", as_of = "2025" }}
{capital}
comparables = {{ {own}, peers = [{{ name = "B", {peer} }}] }}
"""


@pytest.mark.parametrize(
    ("peer", "own", "told"),
    [
        ("value = 900, ebitda = 90", "ebitda = 95", "comparables.ebitda: no peer has what EV/EBITDA needs"),
        ("enterprise_value = 900", "ebitda = 95", "expected of a peer ev_ebitda, or ebitda and its enterprise_value"),
        ("enterprise_value = 900, revenue = 90", "revenue = 95", "comparables.revenue: no peer has what P/S needs"),
        ("value = 900, revenue = 90", "net_profit = 95", "comparables.net_profit: no peer has what P/E needs"),
    ],
)
def test_a_figure_that_no_peer_can_be_compared_by_is_refused(peer: str, own: str, told: str) -> None:
    assert told in refused(usual(peer, own))


@pytest.mark.parametrize(
    "peer",
    [
        "enterprise_value = 900, ebitda = 90",
        "value = 800, net_debt = 100, ebitda = 90",
        'price = "8 AUD per share", shares = "100m shares", debt = 120, cash = 20, ebitda = 90',
        'ev_ebitda = "10x"',
    ],
)
def test_every_way_to_an_enterprise_value_of_a_peer(peer: str) -> None:
    case = parse(usual(peer, "ebitda = 95"), "case.toml")
    found = lay_out(contents.sheets(case), "AUD m").values.of("comparables.ev_ebitda_base")
    assert found == pytest.approx(950e6)


@pytest.mark.parametrize("capital", ["", "capital = { shares = 640 }"])
def test_a_multiple_of_enterprise_value_needs_a_bridge(capital: str) -> None:
    told = refused(usual('ev_ebitda = "10x"', "ebitda = 95", capital))
    assert "comparables.ebitda: gives enterprise value: without a bridge its value is not the equity" in told


def parts(own: str, metric: str = "Revenue", claims: str = "net_debt = 310") -> str:
    return f"""
title = "t"
company = {{ name = "A", as_of = 2026-01-02, currency = "AUD", unit = "AUD m" }}
defaults = {{ source = "Annual report", as_of = "2025" }}
figures = {{ debt = {{ label = "Net debt", value = 310 }} }}
capital = {{ {claims} }}
[segments]
{own}
parts = [{{ name = "Iron", metric = 70, base = "6x", metric_name = "{metric}", peer = "B" }}]
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (parts(""), "segments.of: is missing, and [capital] gives claims on enterprise value"),
        (parts("", "EBITDA 2026E", 'shares = "5m shares"'), "segments.of: is missing, and 'Iron' is on EBITDA 2026E"),
        (parts('net_debt = "debt"', claims="net_debt = 310, leases = 44, other = []"), "without leases of [capital]"),
    ],
)
def test_a_sum_of_the_parts_says_what_its_multiples_are_of(text: str, told: str) -> None:
    assert told in refused(text)


@pytest.mark.parametrize(
    ("own", "claims"),
    [
        ('of = "enterprise"', "net_debt = 310, leases = 44"),
        ('of = "equity"', "net_debt = 310, leases = 44"),
        ('net_debt = "debt"', "net_debt = 310"),
        ('net_debt = "debt"', "net_debt = 310, leases = 0"),
    ],
)
def test_a_sum_of_the_parts_that_says_it_is_read(own: str, claims: str) -> None:
    assert parse(parts(own, "EBITDA", claims), "case.toml").segments


@given(st.text(max_size=30))
def test_a_slug_is_part_of_an_id(name: str) -> None:
    assert slug(name)
    assert " " not in slug(name)


def test_rates_are_chained() -> None:
    case = load(EXAMPLES / "nav_small.toml")
    steps = chain(case, "HKD", "EUR")
    assert steps
    assert [(step.figure, step.divide) for step in steps] == [("fx.USDHKD", True), ("fx.EURUSD", True)]
    assert chain(case, "EUR", "USD") == (("fx.EURUSD", False),)
    assert chain(case, "USD", "USD") == ()
    assert chain(case, "CNY", "USD") is None


def test_a_currency_without_a_rate_is_refused() -> None:
    text = (EXAMPLES / "nav_small.toml").read_text(encoding="utf-8").replace("USDHKD = 7.837\n", "")
    assert "segments.parts[1].price (Tencent): 'HKD per share' is in HKD: expected USD" in refused(text)
    assert "such as HKDUSD" in refused(text)


@pytest.mark.parametrize(("growth", "refused"), [("5", True), ("-2", True), ("1.0", False), ("'500%'", False)])
def test_a_growth_above_the_whole_says_that_it_is_per_cent(growth: str, refused: bool) -> None:  # noqa: FBT001
    raw = (Path(__file__).parent / "examples" / "dcf_small.toml").read_text("utf-8")
    text = re.sub(r"(?m)^growth = .*$", f"growth = {growth}\nyears = 5", raw)
    assert text != raw
    if not refused:
        parse(text, "case.toml")
        return
    with pytest.raises(CaseError, match=rf"dcf\.growth: {growth}(\.0)? is {growth}00 %: write .* or '{growth}%'"):
        parse(text, "case.toml")
