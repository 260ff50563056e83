"""Diluted shares: option tranches by the treasury stock method, convertibles if converted, and the value per share.

A tranche of n options at a strike k takes max(0, n × (p − k)) of the equity at a value per share p, and a convertible
of principal P at a conversion price c takes max(0, (P ÷ c) × (p − c)) more than its principal. So p is the lowest of
(E + Σ n × k) ÷ (shares + Σ n) over the sets of instruments up to each strike; E counts all convertibles as debt.
"""

from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Field, Fields, Table, present
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression
from workbooks.sheets.capital.shares_formulas import NUMBERS, STRIKES, instruments, principals, shares_converted, up_to
from workbooks.sheets.money import in_currency, link, price_currency


def lines(case: Case, capital: Capital) -> Fields:
    """The shares before options and convertibles."""
    basic = capital.basic_shares or capital.shares or ""
    unit = case.figures[basic].unit
    label = "Basic shares" if capital.basic_shares else "Diluted shares, as given"
    total: Expression = ref("capital.basic_shares")
    if capital.restricted:
        total += ref("capital.restricted")
    return Fields(
        "Shares",
        present(
            Field("basic_shares", label, link(basic), unit),
            Field("restricted", "Restricted shares", link(capital.restricted), unit) if capital.restricted else None,
            Field("shares", "Shares before options and convertibles", total, unit, strong=True),
        ),
    )


def convertibles(case: Case, capital: Capital) -> Table | None:
    """The convertibles: principal and conversion shares."""
    if not capital.convertibles:
        return None
    money, currency = case.company.display_unit, price_currency(case)
    strike = f"{currency} per share"
    names = [each.name or _named("Convertible {}", n) for n, each in enumerate(capital.convertibles)]
    columns = (
        Column("name", "Convertible", cells=names),
        Column("principal", "Principal", cells=principals(case, capital), unit=money),
        Column(
            "conversion_price",
            "Conversion price",
            cells=[in_currency(case, each.conversion_price, currency) for each in capital.convertibles],
            unit=strike,
            precise=True,
        ),
        Column("number", "Shares if converted", shares_converted(case), unit="shares"),
    )
    return Table("convertibles", "Convertibles", columns, len(capital.convertibles))


def dilution(case: Case, capital: Capital) -> Table | None:
    """Every instrument by strike, with cumulative sums."""
    count = instruments(capital)
    if not count:
        return None
    currency = price_currency(case)
    options, notes = capital.options, range(1, len(capital.convertibles) + 1)
    names = [_named("Options {}", n) for n in range(len(options))]
    numbers: list[Content] = [link(tranche.number) for tranche in options]
    strikes: list[Content] = [in_currency(case, tranche.strike, currency) for tranche in options]
    numbers += [ref(f"convertibles.number[{n}]") for n in notes]
    strikes += [ref(f"convertibles.conversion_price[{n}]") for n in notes]
    columns = (
        Column("name", "Instrument", cells=[*names, *(ref(f"convertibles.name[{n}]") for n in notes)]),
        Column("number", "Shares", cells=numbers, unit="shares"),
        Column("strike", "Strike or conversion price", cells=strikes, unit=f"{currency} per share", precise=True),
        Column("added", "Shares up to this strike", cells=up_to(count, NUMBERS), unit="shares"),
        Column("paid", "Paid in up to this strike", cells=up_to(count, NUMBERS * STRIKES), unit=currency),
    )
    note = "Exercised where the value per share is above the strike: the money paid in counts as equity"
    return Table("dilution", "Options and convertibles", columns, count, note)


def _named(template: str, number: int) -> str:
    return Text(template, str(number + 1))
