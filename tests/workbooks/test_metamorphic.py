"""What must stay the same, or move by a known amount, when a case is changed in a known way."""

import math
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company_cases import Raw, Valued, case_of, example, valued

MILLION: Final = 1e6
EXACT: Final = 1e-9
FEW: Final = settings(max_examples=8, deadline=None)

TAKEN: Final = ("debt", "leases", "pensions", "minorities", "preferred")
ADDED: Final = ("cash", "associates")
AMOUNTS: Final = st.integers(1, 900)


def close(found: object, wanted: object) -> bool:
    return found == pytest.approx(wanted, rel=EXACT, abs=EXACT)


def method(raw: Raw, name: str) -> dict[str, dict[str, float]]:
    return valued(case_of(raw))[name]


def with_bridge(name: str, amounts: dict[str, int]) -> Raw:
    raw = example(name)
    for key in ("net_debt", *TAKEN, *ADDED):
        raw["capital"].pop(key, None)
    raw["capital"] |= amounts
    return raw


# --- the bridge -----------------------------------------------------------------------------------


@FEW
@given(
    st.fixed_dictionaries({"debt": AMOUNTS}, optional=dict.fromkeys((*TAKEN[1:], *ADDED), AMOUNTS)),
    st.data(),
    st.sampled_from(["dcf", "comps", "group"]),
)
def test_an_item_of_the_bridge_moves_equity_by_its_own_amount(
    amounts: dict[str, int], data: st.DataObject, name: str
) -> None:
    key = data.draw(st.sampled_from(sorted(amounts)))
    step = data.draw(st.sampled_from([1, -1]))
    before = valued(case_of(with_bridge(name, amounts)))
    after = valued(case_of(with_bridge(name, amounts | {key: amounts[key] + step})))
    of = {"dcf": "dcf", "comps": "EV/EBITDA 2015E", "group": "segments"}[name]
    left = 0.9 if name == "group" else 1.0  # a holding discount of 10 % comes after the bridge
    moved = step * MILLION * left * (1 if key in ADDED else -1)
    for end, value in before[of]["equity"].items():
        assert math.isclose(after[of]["equity"][end] - value, moved, rel_tol=1e-6)
    assert after[of].get("enterprise") == before[of].get("enterprise")
    if name == "comps":  # a multiple of equity value has no bridge
        assert after["P/E 2015E"] == before["P/E 2015E"]


@FEW
@given(st.integers(-900, 900).filter(bool), st.integers(-1, 1).filter(bool))
def test_an_item_with_a_label_of_its_own_is_added(amount: int, step: int) -> None:
    raw = example("dcf")
    raw["capital"]["other"] = [{"name": "A deposit", "value": amount}]
    before = method(raw, "dcf")["equity"]["base"]
    raw["capital"]["other"][0]["value"] = amount + step
    assert math.isclose(method(raw, "dcf")["equity"]["base"] - before, step * MILLION, rel_tol=1e-6)


@FEW
@given(st.floats(0, 10_000), st.sampled_from(["dcf", "nav"]))
def test_debt_and_cash_raised_together_change_nothing(amount: float, name: str) -> None:
    raw = example(name)
    before = valued(case_of(raw))
    for key in ("debt", "cash"):
        raw["capital"][key] += amount
    assert all(close(after, before[of][kind]) for of, kind, after in each(valued(case_of(raw))))


def each(found: Valued) -> list[tuple[str, str, dict[str, float]]]:
    return [(of, kind, ends) for of, kinds in found.items() for kind, ends in kinds.items()]


def test_net_debt_is_debt_less_cash() -> None:
    raw = with_bridge("dcf", {"debt": 500, "cash": 120, "minorities": 60})
    together = with_bridge("dcf", {"net_debt": 380, "minorities": 60})
    assert close(method(raw, "dcf")["equity"], method(together, "dcf")["equity"])


@FEW
@given(st.floats(0, 0.5))
def test_a_pension_deficit_counts_after_its_tax(rate: float) -> None:
    raw = example("group")
    before = method(raw, "segments")["equity"]["base"]
    raw["capital"]["pension_tax"] = rate
    gained = method(raw, "segments")["equity"]["base"] - before
    assert math.isclose(gained, 4700 * MILLION * rate * 0.9, rel_tol=1e-6, abs_tol=1)


# --- currencies -----------------------------------------------------------------------------------


def in_unit(node: Any, unit: str) -> Any:  # noqa: ANN401 - whatever stands in a case file
    """Bare money as money with its unit."""
    return {"value": node, "unit": unit}


@pytest.mark.slow
@FEW
@given(st.floats(0.01, 200))
@pytest.mark.parametrize("name", ["dcf", "nav", "group", "comps", "sotp"])
def test_another_currency_of_presentation_changes_amounts_by_the_rate_alone(name: str, rate: float) -> None:
    raw, own, foreign = example(name), example(name), "CHF"
    currency, unit = raw["company"]["currency"], raw["company"]["unit"]
    foreign_unit = f"{foreign} m"
    raw["company"] |= {"currency": foreign, "unit": foreign_unit}
    raw.setdefault("fx", {})[f"{currency}{foreign}"] = rate
    for key in MONEY & set(raw.get("capital", {})):
        raw["capital"][key] = in_unit(raw["capital"][key], unit)
    for key, value in raw.get("metrics", {}).items():
        raw["metrics"][key] = in_unit(value, unit)
    for part in raw.get("segments", {}).get("parts", []):
        for key in {"metric", "value"} & set(part):
            part[key] = part[key] if isinstance(part[key], str) else in_unit(part[key], unit)
    if "dcf" in raw:
        raw["dcf"]["revenue"] = in_unit(raw["dcf"]["revenue"], unit)
    before, after = valued(case_of(own)), valued(case_of(raw))
    for of, kind, ends in each(before):
        scale = rate if kind in {"enterprise", "equity"} else 1.0
        wanted = {end: value * scale for end, value in ends.items()}
        assert close(after[of][kind], wanted), (of, kind)


MONEY: Final = {"net_debt", *TAKEN, *ADDED}


# --- methods that must agree ----------------------------------------------------------------------


def unlevered(values: list[int], revenues: list[int], own: int) -> Raw:
    raw = example("comps")
    raw["metrics"] = {"Revenue": own}
    raw["capital"] = {"net_debt": 0, "shares": "32m shares", "price": "10 USD per share"}
    raw["comparables"] = {
        "low": "min",
        "high": "max",
        "multiples": [
            {"name": "EV/Sales", "of": "enterprise", "metric": "Revenue"},
            {"name": "P/S", "of": "equity", "metric": "Revenue"},
        ],
        "peers": [
            {"name": f"Peer {n}", "market_value": value, "net_debt": 0, "metrics": {"Revenue": revenue}}
            for n, (value, revenue) in enumerate(zip(values, revenues, strict=True))
        ],
    }
    return raw


@FEW
@given(
    st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 5000)), min_size=1, max_size=6),
    st.integers(1, 1000),
    st.sampled_from(["mean", "median", "harmonic", "q1"]),
)
def test_without_debt_both_multiples_agree(peers: list[tuple[int, int]], own: int, statistic: str) -> None:
    raw = unlevered([value for value, _ in peers], [revenue for _, revenue in peers], own)
    raw["comparables"]["statistic"] = statistic
    found = valued(case_of(raw))
    for kind in ("equity", "per_share", "upside"):
        assert close(found["EV/Sales"][kind], found["P/S"][kind])
    assert close(found["EV/Sales"]["enterprise"], found["EV/Sales"]["equity"])


def test_with_debt_the_two_multiples_differ() -> None:
    raw = unlevered([100, 300], [50, 100], 20)
    raw["capital"]["net_debt"] = 7
    found = valued(case_of(raw))
    assert math.isclose(found["P/S"]["equity"]["base"] - found["EV/Sales"]["equity"]["base"], 7 * MILLION)


@FEW
@given(st.floats(0.01, 0.99), st.integers(0, 5))
def test_a_part_split_in_two_changes_nothing(fraction: float, number: int) -> None:
    raw = example("group")
    before = valued(case_of(raw))
    parts = raw["segments"]["parts"]
    part = parts[number]
    key = "metric" if "metric" in part else "value"
    first = part | {"name": "First", key: part[key] * fraction}
    second = part | {"name": "Second", key: part[key] * (1 - fraction)}
    raw["segments"]["parts"] = [*parts[:number], first, second, *parts[number + 1 :]]
    assert all(close(after, before[of][kind]) for of, kind, after in each(valued(case_of(raw))))


@FEW
@given(st.floats(0.01, 0.99))
def test_a_holding_split_in_two_changes_nothing(fraction: float) -> None:
    raw = example("nav")
    before = valued(case_of(raw))
    tencent, *others = raw["segments"]["parts"]
    held = [fraction * 2469.2, (1 - fraction) * 2469.2]
    halves = [
        tencent | {"name": f"Tencent {n}", "shares": {"value": number, "unit": "m shares"}}
        for n, number in enumerate(held)
    ]
    raw["segments"]["parts"] = [*halves, *others]
    assert all(close(after, before[of][kind]) for of, kind, after in each(valued(case_of(raw))))


@FEW
@given(st.permutations(range(6)))
def test_the_order_of_the_parts_does_not_matter(order: list[int]) -> None:
    raw = example("group")
    before = valued(case_of(raw))
    raw["segments"]["parts"] = [raw["segments"]["parts"][number] for number in order]
    assert all(close(after, before[of][kind]) for of, kind, after in each(valued(case_of(raw))))


# --- options and convertibles ---------------------------------------------------------------------


@FEW
@given(st.floats(1000, 1e6), st.floats(0.1, 500))
@pytest.mark.parametrize("name", ["dcf", "group"])
def test_options_far_out_of_the_money_change_nothing(name: str, strike: float, number: float) -> None:
    raw = example(name)
    before = valued(case_of(raw))
    options = raw["capital"].setdefault("options", [])
    options.append(
        {"number": {"value": number, "unit": "m shares"}, "strike": {"value": strike, "unit": "EUR per share"}}
    )
    assert all(close(after, before[of][kind]) for of, kind, after in each(valued(case_of(raw))))


INSTRUMENTS: Final = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 90)), max_size=3)


def by_search(
    equity: float, shares: float, options: list[tuple[int, int]], notes: list[tuple[int, int]]
) -> tuple[float, float]:
    """Value per share and equity, in millions: of all choices of the holders the one that none regrets.

    Equity counts all convertibles as debt. A holder exercises or converts where the value per share that follows from
    all choices together is above the strike or the conversion price.
    """
    strikes = [strike for _, strike in (*options, *notes)]
    for choices in product([False, True], repeat=len(strikes)):
        exercised, converted = choices[: len(options)], choices[len(options) :]
        paid = sum(number * strike for (number, strike), yes in zip(options, exercised, strict=True) if yes)
        owed = sum(principal for (principal, _), yes in zip(notes, converted, strict=True) if yes)
        more: float = sum(number for (number, _), yes in zip(options, exercised, strict=True) if yes)
        more += sum(principal / price for (principal, price), yes in zip(notes, converted, strict=True) if yes)
        per_share = (equity + paid + owed) / (shares + more)
        regret = [
            per_share < strike * (1 - EXACT) if yes else per_share > strike * (1 + EXACT)
            for strike, yes in zip(strikes, choices, strict=True)
        ]
        if not any(regret):
            return per_share, equity + owed
    message = "no choice that nobody regrets"
    raise AssertionError(message)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 4500), INSTRUMENTS, st.lists(st.tuples(st.integers(1, 900), st.integers(1, 90)), max_size=3))
def test_options_and_convertibles_are_solved_together(
    debt: int, options: list[tuple[int, int]], notes: list[tuple[int, int]]
) -> None:
    raw = with_bridge("dcf", {"debt": debt})
    raw["capital"]["options"] = [
        {"number": {"value": n, "unit": "m shares"}, "strike": f"{strike} EUR per share"} for n, strike in options
    ]
    raw["capital"]["convertibles"] = [
        {"principal": principal, "conversion_price": f"{price} EUR per share"} for principal, price in notes
    ]
    found = method(raw, "dcf")
    as_debt = found["enterprise"]["base"] / MILLION - debt - sum(principal for principal, _ in notes)
    per_share, equity = by_search(as_debt, 100, options, notes)
    assert math.isclose(found["per_share"]["base"], per_share, rel_tol=EXACT)
    shown = found["equity"]["base"] / MILLION
    # At the conversion price itself a holder may do either.
    assert math.isclose(shown, equity, rel_tol=1e-6) or any(math.isclose(price, per_share) for _, price in notes)


@pytest.mark.parametrize(("conversion", "converts"), [(10, True), (80, False)])
def test_a_convertible_bond_above_and_below_its_conversion_price(conversion: int, *, converts: bool) -> None:
    raw = example("dcf")
    del raw["capital"]["options"]
    plain = method(raw, "dcf")
    raw["capital"]["convertibles"] = [{"principal": 200, "conversion_price": f"{conversion} EUR per share"}]
    found = method(raw, "dcf")
    equity = plain["equity"]["base"]
    if converts:  # no debt, and 20m more shares
        wanted = {"equity": equity, "per_share": equity / 120e6}
    else:
        wanted = {"equity": equity - 200e6, "per_share": (equity - 200e6) / 100e6}
    assert close({kind: found[kind]["base"] for kind in wanted}, wanted)


@pytest.mark.parametrize("ratio", [0.5, 8])
def test_a_price_of_depositary_shares_is_held_against_as_many_shares(ratio: float) -> None:
    raw = example("comps")
    before = valued(case_of(raw))["EV/EBITDA 2015E"]
    raw["capital"]["ads_ratio"] = ratio
    raw["capital"]["price"] = {"value": 10.13 * ratio, "unit": "USD per share"}
    after = valued(case_of(raw))["EV/EBITDA 2015E"]
    assert close(after["equity"], before["equity"])
    assert close(after["upside"], before["upside"])
    assert close(after["per_share"], {end: value * ratio for end, value in before["per_share"].items()})
    raw["capital"]["price"] = f"{10.13 * ratio} USD per ADS"
    assert close(valued(case_of(raw))["EV/EBITDA 2015E"]["per_share"], after["per_share"])
