"""All simulated methods side by side: P10, P50 and P90 in money and per share, and the probability of upside."""

from collections.abc import Sequence
from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Content, Link, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.money import per_share_unit
from workbooks.sheets.simulation import values_formulas as formulas
from workbooks.sheets.simulation.drawn_formulas import Drawn
from workbooks.sheets.simulation.tables import OF

SHOWN: Final = {"P10": 3, "P50": 5, "P90": 7}  # the rows of these quantiles


def overview(case: Case, drawn: Sequence[Drawn]) -> Table:
    """A row a method."""
    money = case.company.display_unit
    kinds = [OF[formulas.kind(case, each)] for each in drawn]
    columns = [Column("method", "Method", cells=[each.title for each in drawn], width=34)]
    if any(each.price for each in drawn):
        above: list[Content] = [each.above() if each.price else None for each in drawn]
        columns.append(Column("above", "Probability of upside", cells=above, unit="share", precise=True, width=16))
    for name, place in SHOWN.items():
        cells = [Link(formulas.in_the_end(case, each, place)) for each in drawn]
        columns.append(Column(name.lower(), name, cells=cells, unit=money))
    if formulas.has_shares(case):
        a_share = per_share_unit(case)
        for name, place in SHOWN.items():
            cells = [Link(each.at("quantiles.per_share", place)) for each in drawn]
            heading = Text("{} per share", name)
            columns.append(Column(f"{name.lower()}_per_share", heading, cells=cells, unit=a_share, precise=True))
    columns.append(Column("of", "Value", cells=kinds))
    note = "Probability of upside: the share of the draws whose value is above the price."
    return Table("simulated", "All methods", columns, len(drawn), note)
