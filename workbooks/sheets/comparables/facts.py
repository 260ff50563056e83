"""Data of the peers in the columns before their multiples."""

from workbooks.case.model import Case, Comparables
from workbooks.case.peer_values import has_bridge, has_enterprise_value, has_value
from workbooks.declarations.sheet import Column
from workbooks.declarations.trees import Literal
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables import peers_formulas as known
from workbooks.sheets.multiples.formulas import switch
from workbooks.sheets.multiples.tiers_formulas import tiers


def facts(case: Case, section: Comparables) -> list[Column]:
    """Columns with the data of the peers, before their multiples."""
    peers, money = section.peers, case.company.display_unit
    columns = [
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("included", "Included", cells=[switch(included=peer.included) for peer in peers], width=13),
    ]
    if tiers([peer.tier for peer in peers]):
        columns.append(Column("tier", "Tier", cells=[peer.tier or None for peer in peers], width=13))
    if any(map(has_value, peers)):
        cells = [known.market_value(case, peer) for peer in peers]
        columns.append(Column("value", "Market value", cells=cells, unit=money))
    if any(map(has_bridge, peers)):
        cells = [known.bridge(case, peer) for peer in peers]
        columns.append(Column("claims", "Net debt and claims", cells=cells, unit=money))
    if any(map(has_enterprise_value, peers)):
        cells = [known.enterprise_value(case, peer) for peer in peers]
        columns.append(Column("ev", "Enterprise value", cells=cells, unit=money))
    if any(known.other_year_end(case, peer) for peer in peers):
        ends = [Literal(float(peer.year_end)) for peer in peers]
        columns.append(Column("year_end", "Year ends in month", cells=ends, width=13))
    for name, unit in known.metrics(case, section).items():
        cells = [known.metric_amount(case, peer, name) for peer in peers]
        columns.append(Column(known.metric_column(name), name, cells=cells, unit=unit))
    if any(peer.growth for peer in peers):
        columns.append(Column("growth", "Growth", cells=[formulas.growth(peer) for peer in peers], unit="rate"))
    return columns
