"""Peers: the table that people type or paste, read by its headings."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Field, Fields, Sheet, present
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.peers import formulas, lists, reading, table
from workbooks.sheets.peers.block import block

TIERS = 3


def sheet(case: Case, *, built: bool) -> Sheet | None:
    """The Peers sheet; a case whose peers fit in no table has none. In a template the headings name the multiples."""
    found = block(case)
    if found is None:
        return None
    compared = ratios(case)
    return Sheet(
        "peer_table",
        "Peers",
        "Comparable companies",
        "Which companies is ours compared with, and what is known of them?",
        present(
            table.pasted(found, compared),
            reading.multiples(compared, built=built),
            reading.columns(case),
            Fields(
                "Where the table stands",
                (
                    Field("heading_row", "Row of the headings", formulas.heading_row()),
                    Field("unit_row", "Row of the units", formulas.unit_row()),
                ),
            ),
            reading.keys(),
            *lists.lists(),
        ),
        checks=(
            Check(
                "peers_numbers", "Every figure of the peers is a number", formulas.all_numbers(), "fail", "pasted.c1"
            ),
            Check("peers_units", "The units of the peers are known", formulas.all_units_known(), "fail", "pasted.c1"),
            Check(
                "peers_used", "Every column of the peers is read", formulas.all_used(), "warn", "pasted_columns.read"
            ),
        ),
        tab="inputs",
    )
