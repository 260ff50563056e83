"""Formulas of Comparables if its peers are in the table of the Peers sheet."""

from workbooks.declarations.excel_functions import COUNT, COUNTIF, IF, INDEX, ROWS
from workbooks.declarations.expressions import blank_when_empty, equal, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression
from workbooks.sheets.comparables.peers_formulas import PEERS
from workbooks.sheets.multiples import tiers_formulas
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers.block import Block
from workbooks.sheets.peers.formulas import HEADING_ROW


def left_out(ratio: Ratio) -> Expression:
    """Number of peers without an included multiple."""
    there = ref("peers.included")
    return COUNTIF(there, "yes") + COUNTIF(there, "no") - COUNT(ref(PEERS.used(ratio)))


def in_tier(of: str, number: int) -> Expression:
    """The multiple or the measure of a peer that counts, if it is of a tier."""
    return of_peer(tiers_formulas.in_tier(of, ref(f"tier_names.name[{number}]")))


def column_of(found: Block, column: str) -> list[Content]:
    """A column of the table, from the row below its headings."""
    return [_from(column, number) for number in range(1, found.peers + 1)]


def _from(column: str, number: int) -> Expression:
    cells, at = ref(f"pasted.{column}"), HEADING_ROW + ref(f"pasted.row[{number}]")
    return blank_when_empty(IF(at > ROWS(cells), "", INDEX(cells, at)))


def of_peer(of: Expression) -> Expression:
    """A formula of a row, blank where there is no peer."""
    return IF(equal(ref("name"), ""), "", of)
