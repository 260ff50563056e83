"""Peers: the table that people type or paste, read by its headings."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Field, Fields, Sheet, present
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.peers import figures_formulas, formulas, lists, reading, table
from workbooks.sheets.peers.block import block
from workbooks.sheets.peers.slots import slots


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
            table.pasted(case, found, compared),
            reading.multiples(compared, built=built),
            reading.metrics(case, built=built),
            reading.measured(case),
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
        checks=_checks(case, calendarised=found.calendarised or not built),
        tab="inputs",
        printed=False,  # a table as wide as an export: Comparables shows what is taken from it
    )


def _checks(case: Case, *, calendarised: bool) -> tuple[Check, ...]:
    numbers, units, used = formulas.all_numbers(), formulas.all_units_known(), formulas.all_used()
    at = "pasted.label"
    years = figures_formulas.all_years_there(len(slots(case)))
    both = "Peers with another year end have both fiscal years"
    return present(
        Check("peers_years", both, years, "fail", at) if calendarised else None,
        Check("peers_numbers", "Every figure of the peers is a number", numbers, "fail", at),
        Check("peers_units", "The units of the peers are known", units, "fail", at),
        Check("peers_used", "Every column of the peers is read", used, "warn", "pasted_columns.read"),
    )
