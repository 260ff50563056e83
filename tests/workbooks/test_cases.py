"""The bundled cases against the digest of their articles: every figure, and every published one recomputed.

All expected numbers were typed from the articles' digest or worked out by hand, in the units they are printed in.
"""

import datetime as dt
import re

import numpy as np
import pytest

from valuation.catalogue import entry
from valuation.multiples import adjusted_multiple
from valuation.quality import quality_premium, quality_score
from valuation.sotp import sotp_value
from valuation.users import attributed_value, payer_ratio, per_user_value, user_revenue
from workbooks.case.lines import RESULTS, Line
from workbooks.case.model import Case
from workbooks.case.printed import step
from workbooks.case.quantity import quantity, whole
from workbooks.case.reading import bundled, bundled_names

FIGURES = {
    "xiaomi_2015": """
        method_weight 1 | fx.USDCNY 6.3 | users.peer_payers 8430 | tencent_payers_lowest 8200
        tencent_payers_highest 8900 | users.peer_accounts 8.43 | published_payer_ratio 0.10 | vas_revenue_q1 186.26
        vas_revenue_q2 184.28 | published_vas_growth -0.0106 | users.prior_payer_arpu 756.39
        users.payer_arpu 992.4 | users.quarter_ad_arpu 4.83 | users.quarter_ad_growth 0.477
        derived_ad_arpu_q1 3.27 | derived_ad_arpu_h1 8.10 | users.prior_ad_arpu 10.19 | users.ad_arpu 21.32
        derived_payer_arpu_growth 0.312 | derived_ad_arpu_growth 1.092 | users.users 1.5
        published_ad_revenue 31.98 | published_payers 1500 | published_payer_revenue 148.86
        published_revenue 180.84 | users.peer_part 716.18 | tencent_revenue 789.32 | tencent_market_cap 1678
        published_attribution 0.907 | published_attributed_value 1522 | published_peer_revenue_usd 113.68
        published_multiple 13.39 | published_value 2421.45 | published_value_usd 384.36 | round_2014 450
        rumour_2015 800 | guidance_2015 10 | derived_guidance 63 | derived_guidance_share 0.348
    """,
    "xiaomi_2018": """
        method_weight 0.2 | fx.USDCNY 6.375 | revenue_2017 1146 | comparables.net_profit 54
        segments.phones.metric 806 | segments.iot_and_lifestyle_products.metric 234
        segments.internet_services.metric 99 | derived_hardware_2017 1040 | published_hardware_share 0.907
        growth_to_2020 0.5 | scenarios.years 3 | internet_share_2020 0.30 | hardware_share_2020 0.70
        internet_margin_2020 0.20 | hardware_margin_2020 0.05 | discount_rate 0.12 | probability_outer 0.25
        scenarios.base_apple_s_p_s.probability 0.5 | published_revenue_2020 3867
        published_internet_revenue_2020 1160 | published_hardware_revenue_2020 2706 | published_net_profit_2020 367
        coolpad_ps 0.5 | haier_ps 1 | gree_ps 2.3 | gree_pe 18 | apple_ps 3.8 | apple_pe 18 | tencent_ps 19
        tencent_pe 53 | segments.phones.base 2.0 | published_hardware_ps 2292 | published_hardware_ps_usd 360
        published_hardware_pe 972 | published_hardware_pe_usd 150 | published_apple_ps 14695
        published_apple_ps_usd 2300 | published_apple_pe 6606 | published_apple_pe_usd 1030
        published_tencent_ps 73473 | published_tencent_ps_usd 11516 | published_tencent_pe 19451
        published_tencent_pe_usd 3050 | published_phones_value 1612 | published_iot_value 538
        published_internet_value 1881 | published_sotp 3551 | published_sotp_usd 557 | net_profit_usd 15
        premium.base_multiple 18 | premium.maximum 1.0 | published_base_value 270 | published_premium_multiple 36
        published_premium_value 540 | references.3.high 600 | growth_condition 0.40 | growth_quarters 3
        references.4.low 800 | references.4.high 900 | derived_listing_multiple_low 53.3
        derived_listing_multiple_high 60 | phones_march_low 800 | phones_march_high 900 | other_march 200
        company.price 450 | references.1.low 600 | references.1.high 850 | rumour_before_ipo 1000
        rumour_march_first 2000 | rumour_march_second 1000 | references.5.low 800 | references.5.high 1000
        ownership.stakes.1.stake 0.778022 | ownership.stakes.2.stake 0.101213 | ownership.stakes.3.stake 0.100665
        ownership.stakes.4.stake 0.020100 | ownership.stakes.5.stake 1 | staff_vehicles 15
        premium.stage_of_the_industry_and_demand.score 3 | premium.number_of_competitors.score 2
        premium.positioning.score 4 | premium.rivals_in_the_same_position.score 4 | premium.moat.score 4
        premium.management.score 3 | premium.what_may_change.score 2 | premium.the_financials.score 4
        premium.stage_of_the_industry_and_demand.weight 0.125 | premium.number_of_competitors.weight 0.125
        premium.positioning.weight 0.125 | premium.rivals_in_the_same_position.weight 0.125
        premium.moat.weight 0.125 | premium.management.weight 0.125 | premium.what_may_change.weight 0.125
        premium.the_financials.weight 0.125 | premium.band 0.25 | premium.tencent_itself.value 1678
        derived_fx_lowest 6.366 | derived_fx_highest 6.48 | ecosystem_companies 90 | ecosystem_unicorns 4
        ecosystem_above_10 3 | ecosystem_above_1 16
    """,
    "xiaomi_2019": """
        fx.USDCNY 6.87 | funding.end_of_2010.date 2010-12-31 | funding.end_of_2010.valuation 250
        funding.end_of_2010.raised 41 | funding.december_2011.date 2011-12-31 | funding.december_2011.valuation 1000
        funding.december_2011.raised 90 | funding.june_2012.date 2012-06-30 | funding.june_2012.valuation 4000
        funding.june_2012.raised 216 | funding.august_2013.date 2013-08-31 | funding.august_2013.valuation 10000
        funding.december_2014.date 2014-12-31 | funding.december_2014.valuation 45000 | derived_step_up_2011 4.0
        derived_step_up_2012 4.0 | derived_step_up_2013 2.5 | derived_step_up_2014 4.5 | derived_stake_2010 0.164
        derived_stake_2011 0.090 | derived_stake_2012 0.054 | revenue_2016 684 | revenue_2017 1146
        derived_growth_2017 0.675 | internet_share_of_profit 0.40 | hardware_margin_cap 0.05 | revenue_h1_2019 957.1
        growth_h1_2019 0.202 | derived_revenue_h1_2018 796.3 | profit_h1_2019 57.2 | profit_growth_h1_2019 0.498
        derived_profit_h1_2018 38.2 | derived_margin_h1_2019 0.0598 | phones_h1_2019 590
        phones_growth_h1_2019 0.098 | phone_units_h1_2019 6000 | derived_phone_price 983 | iot_h1_2019 270
        iot_growth_h1_2019 0.493 | profit_q2_2019 36.4 | profit_growth_q2_2019 0.717 | derived_profit_q2_2018 21.2
        phone_units_q2_2019 3210 | iot_q2_2019 149 | iot_growth_q2_2019 0.44 | portfolio_companies 270
        holdings.portfolio_of_more_than_270_companies.value 287 | portfolio_growth 0.208
        derived_portfolio_2018 237.6 | portfolio_gain_q2_2019 5.51 | miui_users 1.9 | apps_above_10m 38
        apps_above_50m 18 | devices 1
    """,
    "xiaomi_finance_2016": """
        fx.USDCNY 6.5 | holdings.private_bank.value 30 | bank_cost 8.85 | published_bank_stake 0.295
        bank_leader_stake 0.30 | holdings.payment_company.stake 0.65 | crowdfunding_capital 1
        payment_leader_share 0.47 | holdings.leader_in_payments_volume_per_account.amount 5.6
        holdings.leader_in_payments_volume_per_account.units 4.5 | payment_leader_fund_users 2.6
        derived_payment_market 11.9 | holdings.bank_peer_lent_per_loan_in_its_first_year.units 500
        bank_peer_loan 8000 | derived_bank_peer_lending 400 | published_bank_peer_lending 400
        holdings.crowdfunding_peer_raised_per_company.units 89
        holdings.crowdfunding_peer_raised_per_company.amount 11 | derived_raised_each 1240
        holdings.leader_in_payments_volume_per_account.own 1.5 | holdings.followers_discount 0.5
    """,
}

NAMES = tuple(FIGURES)  # of Xiaomi; tests/workbooks/test_bundled_companies.py has the others

# What the arithmetic really gives, to the digits it was worked out to.
EXACT = {
    "xiaomi_2015": """
        published_payer_ratio 0.10000 | published_vas_growth -0.01063 | derived_payer_arpu_growth 0.312
        derived_ad_arpu_q1 3.270 | derived_ad_arpu_h1 8.100 | derived_ad_arpu_growth 1.092
        published_ad_revenue 31.980 | published_payers 1500.0 | published_payer_revenue 148.860
        published_revenue 180.840 | published_attribution 0.90734 | published_attributed_value 1522.51
        published_peer_revenue_usd 113.68 | published_multiple 13.393 | published_value 2422.00
        published_value_usd 384.44 | derived_guidance 63.0 | derived_guidance_share 0.348
    """,
    "xiaomi_2018": """
        derived_hardware_2017 1040 | published_hardware_share 0.9075 | published_revenue_2020 3867.75
        published_internet_revenue_2020 1160.325 | published_hardware_revenue_2020 2707.425
        published_net_profit_2020 367.44 | published_hardware_ps 2635.8 | published_hardware_ps_usd 413.46
        published_hardware_pe 972 | published_hardware_pe_usd 152.47 | published_apple_ps 14697.45
        published_apple_ps_usd 2305.48 | published_apple_pe 6613.9 | published_apple_pe_usd 1037.47
        published_tencent_ps 73487.25 | published_tencent_ps_usd 11527.4 | published_tencent_pe 19474.1
        published_tencent_pe_usd 3054.8 | published_phones_value 1612 | published_iot_value 538.2
        published_internet_value 1881 | published_sotp 4031.2 | published_sotp_usd 632.35 | derived_fx_lowest 6.367
        derived_fx_highest 6.480 | net_profit_usd 8.47 | published_base_value 270 | published_premium_multiple 36
        published_premium_value 540 | derived_listing_multiple_low 53.33 | derived_listing_multiple_high 60
    """,
    "xiaomi_2019": """
        derived_step_up_2011 4.0 | derived_step_up_2012 4.0 | derived_step_up_2013 2.5 | derived_step_up_2014 4.5
        derived_stake_2010 0.164 | derived_stake_2011 0.090 | derived_stake_2012 0.054 | derived_growth_2017 0.6754
        derived_revenue_h1_2018 796.26 | derived_profit_h1_2018 38.18 | derived_margin_h1_2019 0.05976
        derived_phone_price 983.3 | derived_profit_q2_2018 21.20 | derived_portfolio_2018 237.58
    """,
    "xiaomi_finance_2016": """
        published_bank_stake 0.2950 | derived_payment_market 11.91 | derived_bank_peer_lending 400.0
        published_bank_peer_lending 61.54 | derived_raised_each 1236.0
    """,
}
# What neither rounds to what is printed nor is cut off there.
DOES_NOT_FOOT = {
    "xiaomi_2015": {"published_value", "published_value_usd"},
    "xiaomi_2018": {
        "published_hardware_revenue_2020",
        *(f"published_{of}" for of in ("hardware_ps", "apple_ps", "apple_pe", "tencent_ps", "tencent_pe", "sotp")),
        *(f"published_{of}_usd" for of in ("hardware_ps", "hardware_pe", "apple_ps", "apple_pe")),
        *(f"published_{of}_usd" for of in ("tencent_ps", "tencent_pe", "sotp")),
        "net_profit_usd",
    },
    "xiaomi_2019": set[str](),
    "xiaomi_finance_2016": {"published_bank_peer_lending"},
}


def typed(rows: str) -> dict[str, str]:
    return dict(cell.split() for line in rows.strip().splitlines() for cell in line.split("|"))


def number(text: str) -> float:
    """A number, or a date as the number of its cell: days since the one before 1900 that spreadsheets count from."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return float((dt.date.fromisoformat(text) - dt.date(1899, 12, 30)).days)
    return float(text)


def figure(case: Case, name: str) -> float:
    return whole(case.figures[name].value, quantity(case.figures[name].unit))


def results(case: Case) -> dict[str, float]:
    """What the sheets compute, straight from the core."""
    fx = figure(case, case.company.fx)
    found: dict[str, float] = {}
    if case.segments:
        parts = case.segments.parts
        gross = sotp_value([figure(case, p.metric) for p in parts], [figure(case, p.base) for p in parts])
        found |= {"segments.gross": gross, "segments.equity": gross, "segments.equity_reporting": gross / fx}
    if case.users:
        u = {
            name: figure(case, name_of) for name, name_of in case.users.model_dump().items() if name_of in case.figures
        }
        ratio = payer_ratio(u["peer_payers"], u["peer_accounts"])
        attributed = attributed_value(u["peer_value"], u["peer_part"], u["peer_whole"])
        multiple = attributed / (u["peer_part"] / fx)
        chain = (u["users"], u["ad_arpu"], ratio, u["payer_arpu"])
        found |= {
            "users.payer_ratio": ratio,
            "users.payers": u["users"] * ratio,
            "users.ad_revenue": u["users"] * u["ad_arpu"],
            "users.payer_revenue": u["users"] * ratio * u["payer_arpu"],
            "users.revenue": user_revenue(*chain),
            "users.attribution": u["peer_part"] / u["peer_whole"],
            "users.attributed_value": attributed,
            "users.peer_revenue_reporting": u["peer_part"] / fx,
            "users.multiple": multiple,
            "users.value": per_user_value(*chain, multiple),
            "users.value_reporting": per_user_value(*chain, multiple, fx),
        }
    if case.premium:
        p = case.premium
        score = quality_score(
            [figure(case, q.score) for q in p.questions], [figure(case, q.weight) for q in p.questions]
        )
        earned = quality_premium(score, figure(case, p.maximum))
        scaled = adjusted_multiple(figure(case, p.base_multiple), earned)
        value = figure(case, p.metric) * scaled
        found |= {
            "premium.score": score,
            "premium.premium": earned,
            "premium.multiple": scaled,
            "premium.value": value * fx,  # the metric is in dollars
            "premium.value_reporting": value,
        }
    if case.funding:
        first, last = (case.funding.rounds[at] for at in (0, -1))
        rise = figure(case, last.valuation) / figure(case, first.valuation)
        days = figure(case, last.date) - figure(case, first.date)
        found |= {"funding.step_up": rise, "funding.growth": rise ** (365 / days) - 1}
    if case.holdings:
        held = [held for held in case.holdings.stakes if held.value]
        values = [figure(case, h.value or "") * (figure(case, h.stake) if h.stake else 1.0) for h in held]
        found |= {"holdings.value": sum(values), "holdings.value_reporting": sum(values) / fx}
    return found


def recomputed(case: Case) -> dict[str, float]:
    """Every line of the reconciliation, by its published figure."""
    known = results(case)

    def value(argument: object, shape: str) -> object:
        if isinstance(argument, tuple):
            return [value(part, shape) for part in argument]
        if not isinstance(argument, str) or shape == "text":
            return argument
        named = argument.removeprefix("figures.")
        return figure(case, named) if named in case.figures else known[argument]

    for line in case.reconciliation:
        if line.result:
            number = known[line.result]
        else:
            shapes = {parameter.name: parameter.kind.shape for parameter in entry(line.method).parameters}
            number = entry(line.method).function(**{n: value(a, shapes[n]) for n, a in line.arguments.items()})
        known[f"recomputed.{line.published}"] = number
    return {line.published: known[f"recomputed.{line.published}"] for line in case.reconciliation}


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_the_articles(name: str) -> None:
    case = bundled(name)
    assert {key: given.value for key, given in case.figures.items()} == {
        key: number(text) for key, text in typed(FIGURES[name]).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_published_figure_is_recomputed_to_what_it_really_is(name: str) -> None:
    case = bundled(name)
    numbers, exact = recomputed(case), typed(EXACT[name])
    assert numbers.keys() == exact.keys()
    for key, text in exact.items():
        half_a_digit = 0.5 * 10.0 ** -len(text.partition(".")[2])
        in_its_unit = numbers[key] / quantity(case.figures[key].unit).scale
        assert abs(in_its_unit - float(text)) <= half_a_digit * (1 + 1e-9), (key, in_its_unit)


def follows(case: Case, line: Line, number: float) -> bool:
    """Whether a number rounds to a published figure at its last printed digit, or is cut off there."""
    published = figure(case, line.published)
    last = step(case.figures[line.published].value, case.figures[line.published].unit, line.printed)
    off = number - published
    cut_off = published * number >= 0 and abs(published) < abs(number) and abs(off) < last * (1 - 1e-9)
    return abs(off) <= last * (0.5 + 1e-9) or cut_off


@pytest.mark.parametrize("name", NAMES)
def test_what_does_not_foot_is_known_and_explained(name: str) -> None:
    case = bundled(name)
    numbers = recomputed(case)
    lines = {line.published: line for line in case.reconciliation}
    differs = {key for key, number in numbers.items() if not follows(case, lines[key], number)}
    assert differs == DOES_NOT_FOOT[name]
    assert all(line.explanation for line in case.reconciliation if line.published in differs)


@pytest.mark.parametrize("name", bundled_names())
def test_every_published_figure_has_its_line(name: str) -> None:
    case = bundled(name)
    lines = {line.published for line in case.reconciliation}
    assert {key for key in case.figures if key.startswith("published_")} <= lines
    for key, given in case.figures.items():
        assert key.startswith("published_") == given.label.startswith("Published: "), key
        assert key.startswith("derived_") == given.label.startswith("Derived: ") == (given.source == "derived"), key


@pytest.mark.parametrize("name", bundled_names())
def test_sources_are_cited_by_supplied_titles_and_name_no_files(name: str) -> None:
    case = bundled(name)
    assert all(re.fullmatch(r"\[.+\]", source.title) for source in case.sources.values())
    assert not re.search(r"\.txt|\.toml|_[0-9a-f]{16}", case.model_dump_json())
    assert {given.source for given in case.figures.values()} == set(case.sources)


def test_what_we_assumed_ourselves_is_labelled_and_little() -> None:
    figures = bundled("xiaomi_2015").figures
    assert [key for key, given in figures.items() if given.source == "assumption"] == ["method_weight"]
    figures = bundled("xiaomi_2018").figures
    assumed = {key: given.note for key, given in figures.items() if given.source == "assumption"}
    premium = bundled("xiaomi_2018").premium
    assert premium
    assert assumed.keys() == {
        *(
            "discount_rate",
            "probability_outer",
            "scenarios.base_apple_s_p_s.probability",
            "premium.band",
            "method_weight",
        ),
        *(figure for question in premium.questions for figure in (question.score, question.weight)),
    }
    assert "assumption" in bundled("xiaomi_2018").sources["assumption"].title
    for name, names in {
        "xiaomi_2019": {"fx.USDCNY"},
        "xiaomi_finance_2016": {"fx.USDCNY", "holdings.followers_discount"},
    }.items():
        figures = bundled(name).figures
        assumed = {key: given.note for key, given in figures.items() if given.source == "assumption"}
        assert assumed.keys() == names
        assert "assumption" in bundled(name).sources["assumption"].title


def test_the_implied_rates_in_words_are_the_pairs() -> None:
    case = bundled("xiaomi_2018")
    value = {key: given.value for key, given in case.figures.items()}
    rates = []
    for line in case.reconciliation:
        told = re.search(r"pair, ([\d,]+) for ([\d,]+), implies (\d\.\d{3}) yuan per dollar", line.explanation)
        assert bool(told) == (line.published.startswith("published_") and line.published.endswith("_usd"))
        if told:
            local, dollars = (float(text.replace(",", "")) for text in told.groups()[:2])
            assert (local, dollars) == (value[line.published.removesuffix("_usd")], value[line.published])
            assert told[3] == f"{local / dollars:.3f}"
            rates.append(local / dollars)
    assert len(rates) == 7
    # 6.3667 and 6.48: the note on the rate cuts the first off, as the articles do.
    assert (int(min(rates) * 1000), round(max(rates) * 1000)) == (6366, 6480)
    assert "6.366 to 6.480" in case.figures["fx.USDCNY"].note
    assert value["fx.USDCNY"] == round(3551 / 557, 3)


def test_sums_said_in_words_are_right() -> None:
    value = {key: given.value for key, given in bundled("xiaomi_2018").figures.items()}
    assert (
        value["segments.phones.metric"]
        + value["segments.iot_and_lifestyle_products.metric"]
        + value["segments.internet_services.metric"]
        == 1139
    )
    assert (
        value["segments.phones.metric"] + value["segments.iot_and_lifestyle_products.metric"]
        == value["derived_hardware_2017"]
    )
    assert value["revenue_2017"] - 1139 == 7
    assert value["published_hardware_ps"] / value["revenue_2017"] == 2.0
    assert 1612 + 538 + 1881 - value["published_sotp"] == 480
    assert sum(round(1e6 * value[f"ownership.stakes.{number}.stake"]) for number in range(1, 5)) == 1_000_000
    assert round(15 * 6.375 / 54, 1) == 1.8
    value = {key: given.value for key, given in bundled("xiaomi_2015").figures.items()}
    half = value["vas_revenue_q1"] + value["vas_revenue_q2"]
    assert round(half, 2) == 370.54
    payers = value["users.peer_payers"] / 1e4  # 亿, as the revenue
    assert round(half / payers, 1) == 439.5
    assert round(half / payers / value["users.payer_arpu"], 3) == 0.443
    assert round(2 * half / payers) == 879
    assert round(value["derived_ad_arpu_q1"] + value["users.quarter_ad_arpu"], 2) == value["derived_ad_arpu_h1"]
    assert round(value["derived_ad_arpu_h1"] / value["users.ad_arpu"], 3) == 0.380


def test_unrounded_results_said_in_words_are_those_of_the_cells() -> None:
    said = 0
    for name in ("xiaomi_2015", "xiaomi_2018"):
        case = bundled(name)
        numbers = recomputed(case)
        for line in case.reconciliation:
            told = re.match(r"([\d,]+\.(\d+))(?: unrounded| before the article's rounding|;|:)", line.explanation)
            if told:
                number = numbers[line.published] / quantity(case.figures[line.published].unit).scale
                assert told[1] == f"{number:,.{len(told[2])}f}", line.published
                assert told[1] in case.zh[line.explanation]
                said += 1
    assert said == 10


def test_what_the_later_cases_say_in_words_is_right() -> None:
    value = {key: given.value for key, given in bundled("xiaomi_2019").figures.items()}
    # Before the money, the stakes sold would be smaller.
    before = [
        value[f"{each}.raised"] / (value[f"{each}.valuation"] + value[f"{each}.raised"])
        for each in ("funding.end_of_2010", "funding.december_2011", "funding.june_2012")
    ]
    assert [round(stake, 3) for stake in before] == [0.141, 0.083, 0.051]
    assert round(value["profit_growth_h1_2019"] / value["growth_h1_2019"], 1) == 2.5
    assert (
        round(value["holdings.portfolio_of_more_than_270_companies.value"] - value["derived_portfolio_2018"], 1) == 49.4
    )
    first_quarters = (57.2 - 36.4) / (value["derived_profit_h1_2018"] - value["derived_profit_q2_2018"]) - 1
    assert first_quarters < value["profit_growth_q2_2019"]
    assert value["revenue_2017"] == bundled("xiaomi_2018").figures["revenue_2017"].value
    assert value["funding.december_2014.valuation"] / 100 == bundled("xiaomi_2015").figures["round_2014"].value == 450
    value = {key: given.value for key, given in bundled("xiaomi_finance_2016").figures.items()}
    assert round(value["bank_leader_stake"] - value["published_bank_stake"], 3) == 0.005
    assert value["holdings.bank_peer_lent_per_loan_in_its_first_year.units"] * 1e4 * value["bank_peer_loan"] == 400e8
    assert round(400 / value["fx.USDCNY"]) == 62
    assert round(11e8 / 89, -5) == value["derived_raised_each"] * 1e4
    assert value["published_bank_peer_lending"] / (400 / value["fx.USDCNY"]) == 6.5
    rates = [value["fx.USDCNY"], bundled("xiaomi_2019").figures["fx.USDCNY"].value]
    assert rates == [6.5, 6.87]


def test_the_value_per_user_is_below_both_prices() -> None:
    case = bundled("xiaomi_2015")
    dollars = recomputed(case)["published_value_usd"]
    shortfalls = [round(100 * (dollars / figure(case, price) - 1), 1) for price in ("round_2014", "rumour_2015")]
    assert shortfalls == [-14.6, -51.9]


def test_the_attribution_cancels_in_the_published_multiple() -> None:
    case = bundled("xiaomi_2015")
    plain = figure(case, "tencent_market_cap") * figure(case, "fx.USDCNY") / figure(case, "tencent_revenue")
    assert recomputed(case)["published_multiple"] == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_results_here_are_all_that_a_line_may_refer_to(name: str) -> None:
    case = bundled(name)
    promised = {f"{section}.{key}" for section in RESULTS if getattr(case, section) for key in RESULTS[section]}
    assert results(case).keys() == promised
    assert all(np.isfinite(number) for number in results(case).values())


def test_tencent_is_shown_and_excluded_from_the_statistics() -> None:
    case = bundled("xiaomi_2018")
    assert case.comparables is not None
    assert {peer.name: peer.included for peer in case.comparables.peers} == {
        "Coolpad": True,
        "Haier": True,
        "Gree": True,
        "Apple": True,
        "Tencent": False,
    }
