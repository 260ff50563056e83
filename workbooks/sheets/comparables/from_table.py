"""The peers of Comparables where the table of the Peers sheet has them: a row each, blank ones to come."""

from collections.abc import Callable, Sequence

from workbooks.case.model import Case
from workbooks.declarations.excel_functions import AVERAGE, COUNT, COUNTIF, IF, INDEX, ISNUMBER, MAX, MEDIAN, MIN
from workbooks.declarations.expressions import blank_when_empty, composed, equal, ref, shown_when_empty
from workbooks.declarations.sheet import Check, Column, Content, Table, present
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables.peers_formulas import PEERS, ratios
from workbooks.sheets.multiples.blocks import beside
from workbooks.sheets.multiples.formulas import used
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers.block import ABOVE, HEADINGS, Block
from workbooks.sheets.peers.formulas import HEADING_ROW, tier
from workbooks.sheets.peers.sheet import tiers

OF_TIERS: dict[str, Callable[..., Expression]] = {
    "Count": COUNT,
    "Minimum": MIN,
    "Median": MEDIAN,
    "Mean": AVERAGE,
    "Maximum": MAX,
}
BRIDGE = ("net_debt", "debt", "leases", "pensions", "minorities", "preferred", "cash", "associates")


def facts(case: Case, found: Block) -> list[Column]:
    """What is known of the peers, before their multiples."""
    money = case.company.display_unit
    valued = _any(found, "market_value", "price")
    bridged = _any(found, *BRIDGE)
    return list(
        present(
            Column("name", "Peer", cells=_of(found, "name"), width=34, verbatim=True),
            Column("included", "Included", cells=_of(found, "included"), width=13),
            Column("tier", "Tier", cells=_of(found, "tier"), width=13, verbatim=True) if tiers(found) else None,
            Column("value", "Market value", cells=_of(found, "value"), unit=money) if valued else None,
            Column("claims", "Net debt and claims", cells=_of(found, "claims"), unit=money) if bridged else None,
            Column("ev", "Enterprise value", cells=_of(found, "ev"), unit=money)
            if _any(found, "enterprise_value") or (valued and bridged)
            else None,
        )
    )


def peers(case: Case, found: Block, before: Sequence[Column]) -> Table:
    """The peers, a row each."""
    money, compared = case.company.display_unit, ratios(case)
    columns = present(
        *before,
        *(Column(r.id, r.heading, cells=_of(found, r.id), unit="×", precise=True) for r in compared),
        *(
            Column(f"{r.id}_used", Text("{} used", r.heading), _of_peer(used(r)), unit="×", precise=True)
            for r in compared
        ),
        *(
            Column(f"{r.id}_outlier", Text("{} outlier", r.heading), _of_peer(formulas.outlier(r)), width=13)
            for r in compared
        ),
        *(
            Column(f"{r.id}_implied", _value_at(r), _of_peer(formulas.implied_by(case, r)), unit=money)
            for r in compared
        ),
        *(
            Column(f"{r.id}_tier_{n}", Text("{}, tier {}", r.heading, str(n)), _in_tier(r, n), unit="×", precise=True)
            for r in compared
            for n in range(1, tiers(found) + 1)
        ),
        Column("why", "Why it is comparable, or not", cells=_of(found, "why"), width=62, wrap=True, verbatim=True)
        if _any(found, "why")
        else None,
    )
    note = "The peers are typed on the sheet Peers. A multiple of a loss is n.m. and is never averaged."
    return Table("peers", "Comparable companies", columns, found.peers, note)


def left_out(ratio: Ratio) -> Expression:
    """How many peers do not have a multiple that counts."""
    there = ref("peers.included")
    return COUNTIF(there, "yes") + COUNTIF(there, "no") - COUNT(ref(PEERS.used(ratio)))


def by_tier(case: Case, found: Block, before: Sequence[Column]) -> Table | None:
    """The statistics of each tier; none where all peers are of one."""
    rows = [(n, name) for n in range(1, tiers(found) + 1) for name in OF_TIERS]
    if not rows:
        return None
    units = ["" if name == "Count" else "×" for _, name in rows]

    def column(ratio: Ratio) -> Column:
        cells = [_statistic(ratio, number, name) for number, name in rows]
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, precise=True)

    labels: list[Content] = [composed("{}: {}", ref(f"tier_names.name[{n}]"), name) for n, name in rows]
    columns = (Column("label", "Tier", cells=labels), *beside(before), *map(column, ratios(case)))
    return Table("tiers", "Statistics by tier", columns, len(rows))


def tier_names(found: Block) -> Table | None:
    """The names of the tiers in their order."""
    count = tiers(found)
    if not count:
        return None
    names: list[Content] = [tier(n) for n in range(1, count + 1)]
    return Table("tier_names", "Tiers", (Column("name", "Tier", cells=names, verbatim=True),), count)


def tiers_check(found: Block) -> Check | None:
    """The check that every tier of the peers has statistics."""
    count = tiers(found)
    test = shown_when_empty(MAX(ref("pasted.tier_number")) <= count)
    return Check("tiers_shown", "Every tier has statistics", test, "warn", "tier_names.name") if count else None


def _statistic(ratio: Ratio, number: int, name: str) -> Expression:
    cells = ref(f"peers.{ratio.id}_tier_{number}")
    if name == "Count":
        return COUNT(cells)
    return IF(COUNT(cells) > 0, OF_TIERS[name](cells), NOT_MEANINGFUL)


def _in_tier(ratio: Ratio, number: int) -> Expression:
    own = ref(f"{ratio.id}_used")
    return _of_peer(IF(equal(ref("tier"), ref(f"tier_names.name[{number}]")), IF(ISNUMBER(own), own, ""), ""))


def _of(found: Block, column: str) -> list[Content]:
    """A column of the table, from the row below its headings."""
    rows = ABOVE + found.peers
    return [_from(column, number, rows) for number in range(1, found.peers + 1)]


def _from(column: str, number: int, rows: int) -> Expression:
    at = HEADING_ROW + number
    return blank_when_empty(IF(at > rows, "", INDEX(ref(f"pasted.{column}"), at)))


def _of_peer(of: Expression) -> Expression:
    return IF(equal(ref("name"), ""), "", of)


def _any(found: Block, *keys: str) -> bool:
    return any(HEADINGS[key] in found.headings for key in keys)


def _value_at(ratio: Ratio) -> str:
    return Text("EV at {}" if ratio.enterprise else "Equity at {}", ratio.heading)
