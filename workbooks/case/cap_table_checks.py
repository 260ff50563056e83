"""Checks of a cap table: preferences need money invested, and the round must have a price."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from valuation.conversion import note_balance, round_price
from valuation.kernel.errors import BLANK, ValuationError
from workbooks.case.cap_table import CapTable, Convertible, Preference, PricedRound
from workbooks.case.known import Known, Misfits


def cap_table_misfits(section: CapTable, known: Known) -> Misfits:
    """Terms with missing inputs, and a round without a price."""
    for row, each in enumerate(section.classes):
        given = bool(each.preference or each.cap or each.participation != "none")
        if given and not each.invested:
            yield ("classes", row, "invested"), "is missing: a preference counts the money that was invested"
        for key, message in _terms(each, known):
            yield ("classes", row, key), message
    if section.round:
        for key, message in _terms(section.round, known):
            yield ("round", key), message
    yield from _notes(section)
    held = [known.whole(each.shares) for each in section.classes]
    if None not in held and not any(held):
        yield ("classes",), "have no shares: some class must receive what is left after the preferences"
    elif section.round:
        yield from _price(section, section.round, known)


def _notes(section: CapTable) -> Misfits:
    for row, note in enumerate(section.convertibles):
        if bool(note.rate) != bool(note.years):
            missing, there = ("years", "rate") if note.rate else ("rate", "years")
            yield ("convertibles", row, missing), f"is missing: expected with the {there}, for interest"
        if note.compounded and not note.rate:
            yield ("convertibles", row, "compounded"), "is given without a rate of interest"
    if section.convertibles and not section.round:
        yield ("convertibles",), "convert in a round: expected a [cap_table.round] too"


def _terms(each: Preference, known: Known) -> Iterator[tuple[str, str]]:
    if each.participation == "capped" and not each.cap:
        yield "cap", "is missing: participation is capped"
    if each.cap and each.participation != "capped":
        yield "cap", f"is given, and participation is {each.participation!r}: expected 'capped'"
    cap, least = known.whole(each.cap), known.whole(each.preference) if each.preference else 1.0
    if each.participation == "capped" and cap is not None and least is not None and cap < least:
        yield "cap", f"{cap:g}× is below the preference, {least:g}×"


def _price(section: CapTable, priced: PricedRound, known: Known) -> Misfits:
    """Check that SAFEs, notes and the pool do not take the whole pre-money value."""
    notes, classes = section.convertibles, section.classes
    held = [known.whole(each.shares) for each in classes]
    ratios = [known.whole(each.conversion) if each.conversion else 1.0 for each in classes]
    terms: dict[str, Any] = {
        "pre_money": known.whole(priced.pre_money),
        "raised": known.whole(priced.raised),
        "invested": [_converting(note, known) for note in notes] or [0.0],
        "caps": [known.whole(note.cap) if note.cap else BLANK for note in notes] or [BLANK],
        "discounts": [known.whole(note.discount) if note.discount else 0.0 for note in notes] or [0.0],
        "pool": known.whole(priced.pool) if priced.pool else 0.0,
        "pool_shares": known.whole(section.pool_shares) if section.pool_shares else 0.0,
    }
    if None in (*held, *ratios, *terms.values(), *terms["invested"], *terms["caps"], *terms["discounts"]):
        return  # reported at the figure itself
    if not _one_currency(section, priced, known):
        return
    shares = float(np.dot(np.array(held, float), np.array(ratios, float)))
    try:
        round_price(shares=shares, cap_basis=priced.cap_basis, **terms)
    except ValuationError as error:
        yield ("round",), str(error).removeprefix("invested: ")


def _converting(note: Convertible, known: Known) -> float | None:
    principal = known.whole(note.principal)
    if principal is None or not note.rate or not note.years:
        return principal
    rate, years = known.whole(note.rate), known.whole(note.years)
    return None if rate is None or years is None else float(note_balance(principal, rate, years, note.compounded))


def _one_currency(section: CapTable, priced: PricedRound, known: Known) -> bool:
    names = [priced.pre_money, priced.raised]
    names += [name for note in section.convertibles for name in (note.principal, note.cap) if name]
    return len({known.quantities[name].currency for name in names if name in known.quantities}) == 1
