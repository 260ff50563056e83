"""The bridge from enterprise value to equity value: its items and their total."""

from typing import NamedTuple

from valuation.bridge import equity_from_ev
from workbooks.case.capital import Capital
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import SUM
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content, Field, Fields
from workbooks.declarations.trees import Expression, Literal, Reference
from workbooks.declarations.words import NOT_GIVEN
from workbooks.sheets.capital.claims import ADDED, ALWAYS, BORROWED, LEASES, NET_DEBT, TAKEN, USUAL
from workbooks.sheets.money import amount_in, figure, local


class Item(NamedTuple):
    """An item of the bridge: label, sign and figure."""

    id: str
    label: str
    sign: int
    figure: str | None


def items(capital: Capital) -> list[Item]:
    """Items of a case: net debt or its components, other usual items, and items with their own labels."""
    # Net debt stands for debt and cash; leases are taken off beside it where they are given, since it may have them.
    beside = (LEASES,) if capital.leases else ()
    borrowed = (("net_debt", NET_DEBT, TAKEN), *beside) if capital.net_debt else USUAL
    found = [Item(name, label, sign, getattr(capital, name)) for name, label, sign in (*borrowed, *ALWAYS)]
    found += [Item(f"other_{n}", item.name, ADDED, item.value) for n, item in enumerate(capital.other, start=1)]
    return found


def lines(case: Case, capital: Capital) -> Fields:
    """The section: one line per item, and their total."""
    money = case.company.display_unit
    taken, added = "taken from enterprise value", "added to enterprise value"
    fields = [
        Field(item.id, item.label, _amount(case, capital, item), money, note=taken if item.sign == TAKEN else added)
        for item in items(capital)
    ]
    if capital.convertibles:
        note = "debt until it converts: see below"
        fields.append(Field("convertible_debt", "Convertibles", _principals(), money, note=note))
    together = Field("bridge", "Enterprise value less equity value", total(capital), money, strong=True)
    return Fields("From enterprise value to equity value", [*fields, together])


def _amount(case: Case, capital: Capital, item: Item) -> Content:
    if not item.figure:
        return NOT_GIVEN
    if item.id == "pensions" and capital.pension_tax:  # future contributions are tax-deductible
        return amount_in(case, item.figure, case.company.currency) * (1 - ref(figure(capital.pension_tax)))
    return local(case, item.figure)


def _principals() -> Expression:
    return SUM(ref("convertibles.principal"))


def has_bridge(capital: Capital) -> bool:
    """Whether any item of the bridge is known."""
    return bool(given(capital) or capital.convertibles)


def given(capital: Capital) -> list[Item]:
    """The items that have a figure."""
    return [item for item in items(capital) if item.figure]


def only_debt(capital: Capital) -> bool:
    """Whether nothing but debt and cash lies between enterprise value and equity value."""
    return not capital.convertibles and all(item.id in BORROWED for item in given(capital))


def missing(capital: Capital) -> list[str]:
    """Labels of items that are not given."""
    return [item.label for item in items(capital) if not item.figure]


def total(capital: Capital) -> Expression:
    """Total deduction from enterprise value."""
    found = _together(capital, given(capital))
    return Literal(0.0) if found is None else found


def borrowed(capital: Capital) -> Expression | None:
    """Debt, leases and convertibles less cash, without other claims; None where none of them is given."""
    return _together(capital, [item for item in given(capital) if item.id in BORROWED])


def _together(capital: Capital, found: list[Item]) -> Expression | None:
    """Items and convertibles together: what is taken less what is added."""
    signed = [(ref(f"capital.{item.id}"), item.sign) for item in found]
    signed += [(ref("capital.convertible_debt"), TAKEN)] if capital.convertibles else []
    if not signed:
        return None
    (first, sign), *others = signed
    whole: Expression = first if sign == TAKEN else -first
    for cell, sign in others:
        whole = whole + cell if sign == TAKEN else whole - cell
    return whole


def equity(enterprise: Reference) -> Expression:
    """The equity value of an enterprise value, convertibles counted as debt."""
    return ref(enterprise) - ref("capital.bridge")


def call(capital: Capital, enterprise: Reference) -> Call | None:
    """The same by EQUITY_FROM_EV, if its arguments cover all items."""
    if not capital.net_debt or capital.leases or capital.convertibles or len(capital.other) > 1:
        return None
    names = {"other_1": "other_assets"}
    arguments = {names.get(item.id, item.id): f"capital.{item.id}" for item in given(capital)}
    return Call(equity_from_ev, {"ev": enterprise, **arguments}, native=equity(enterprise))
