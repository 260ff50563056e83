"""What is known of the peers, in the columns before their multiples."""

from workbooks.case.inline import slug
from workbooks.case.model import Case, Comparables
from workbooks.declarations.sheet import Column, Content
from workbooks.declarations.words import ABSENT
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables import peers_formulas as known
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.money import in_currency
from workbooks.sheets.multiples.formulas import switch


def facts(case: Case, section: Comparables) -> list[Column]:
    """What is known of the peers, before their multiples."""
    peers, money = section.peers, case.company.display_unit
    columns = [
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("included", "Included", cells=[switch(included=peer.included) for peer in peers], width=13),
    ]
    if formulas.tiers(section):
        columns.append(Column("tier", "Tier", cells=[peer.tier or None for peer in peers], width=13))
    if any(map(known.has_value, peers)):
        cells = [known.market_value(case, peer) for peer in peers]
        columns.append(Column("value", "Market value", cells=cells, unit=money))
    if any(map(known.has_bridge, peers)):
        cells = [known.bridge(case, peer) for peer in peers]
        columns.append(Column("claims", "Net debt and claims", cells=cells, unit=money))
    if any(map(known.has_enterprise_value, peers)):
        cells = [known.enterprise_value(case, peer) for peer in peers]
        columns.append(Column("ev", "Enterprise value", cells=cells, unit=money))
    for name in known.metrics(section, ratios(case)):
        cells = [_amount(case, known.metric(peer, name)) for peer in peers]
        columns.append(Column(f"metric_{slug(name)}", name, cells=cells, unit=money))
    if any(peer.growth for peer in peers):
        columns.append(Column("growth", "Growth", cells=[formulas.growth(peer) for peer in peers], unit="rate"))
    return columns


def _amount(case: Case, given: str | None) -> Content:
    return in_currency(case, given, case.company.currency) if given else ABSENT
