"""Formulas of Holdings: the basis and value of each stake, and their total."""

from collections.abc import Sequence
from typing import Final

from valuation.multiples import implied_value
from valuation.ownership import holdings_value
from workbooks.case.holdings import Holding, Holdings
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import ROWS
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.native_functions import discounted
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import NOT_GIVEN
from workbooks.sheets.capital.bridge import has_bridge, only_debt
from workbooks.sheets.capital.claims import ALL_CLAIMS, NET_DEBT
from workbooks.sheets.holdings.benchmarks_formulas import follower
from workbooks.sheets.money import figure, local

# --- a stake --------------------------------------------------------------------------------------


def valued(held: Holding) -> bool:
    """Whether there is anything to value a stake by."""
    return bool(held.value or held.benchmark)


def whole(case: Case, section: Holdings, held: Holding) -> Content:
    """The value that a stake is a share of, where it is known what share."""
    return _worth(case, section, held) if held.stake else NOT_GIVEN


def _worth(case: Case, section: Holdings, held: Holding) -> Content:
    """Basis of the value of a stake: the whole company if the share is given, else the value held."""
    return local(case, held.value) if held.value else Link(follower(section, held.benchmark))


def stake(held: Holding) -> Content:
    """The share that is held, where it is given."""
    return Link(figure(held.stake)) if held.stake else NOT_GIVEN


def unknown(valued: Sequence[Holding]) -> bool:
    """Whether the share is not given of a stake that has a value: then that is the value of what is held."""
    return not all(held.stake for held in valued)


def value(case: Case, section: Holdings, held: Holding) -> Content:
    """Value of a stake."""
    if held.stake:
        return Call(implied_value, {"metric": "whole", "multiple": "stake"})
    return _worth(case, section, held)


SHARE: Final = ref("value") / ref("holdings.gross")

# --- all of them ----------------------------------------------------------------------------------


def number(table: str) -> Expression:
    """How many stakes a table has."""
    return ROWS(ref(f"{table}.name"))


def gross(valued: Sequence[Holding]) -> Call:
    """The stakes together: shares of the wholes, or what is held where a share is not given."""
    if unknown(valued):
        return Call(holdings_value, {"values": "holdings_of.value", "stakes": 1.0})
    return Call(holdings_value, {"values": "holdings_of.whole", "stakes": "holdings_of.stake"})


def owing(case: Case, section: Holdings) -> bool:
    """Whether the company's own debt and other claims are taken off: where the stakes are all that it is."""
    return section.whole and case.capital is not None and has_bridge(case.capital)


def owed_label(case: Case) -> str:
    """What is taken off, by its name."""
    return NET_DEBT if case.capital is None or only_debt(case.capital) else ALL_CLAIMS


def net(case: Case, section: Holdings, valued: Sequence[Holding]) -> Call:
    """The stakes together, less a holding discount, and less what the company owes."""
    arguments = dict(gross(valued).arguments)
    native: Expression = ref("holdings.gross")
    if section.discount:
        arguments["discount"] = "holdings.discount"
        native = discounted(native, ref("holdings.discount"))
    if owing(case, section):
        arguments["net_debt"] = "holdings.net_debt"
        native = native - ref("holdings.net_debt")
    return Call(holdings_value, arguments, native=native)


COMPLETE: Final = equal(ROWS(ref("holdings_without.name")), 0)
