"""Ownership: direct stakes, and the effective interests of the selected holder through all paths."""

from workbooks.case.holdings import Ownership
from workbooks.case.model import Case
from workbooks.case.stakes import Register, register
from workbooks.declarations.sheet import Check, Column, Field, Fields, Sheet, Table, present
from workbooks.declarations.texts import prose
from workbooks.sheets.ownership import cross_holdings as circles
from workbooks.sheets.ownership import formulas


def sheet(case: Case) -> Sheet | None:
    """The Ownership sheet."""
    section = case.ownership
    if section is None:
        return None
    known = register(section)
    return Sheet(
        "ownership",
        "Ownership",
        "Ownership",
        "Who holds how much of whom, and how much does a holder effectively have through all of them?",
        present(_in_force(known, section), _interests(known), _stakes(known), _circles(known), _holders(known)),
        checks=_checks(known),
        tab="results",
    )


def _in_force(known: Register, section: Ownership) -> Fields:
    chosen, note = formulas.in_force(known, section), "Choose from the list: any owner"
    return Fields("Selected holder", (Field("holder", "Whose interests are shown", chosen, name="Holder", note=note),))


def _interests(known: Register) -> Table:
    companies = known.companies
    direct = [formulas.direct(known, company) for company in companies]
    effective = [formulas.effective(known, company) for company in companies]
    given = [formulas.given(known, company) for company in companies]
    columns = (
        Column("name", "Company", cells=companies, width=34),
        Column("direct", "Direct", cells=direct, unit="share", precise=True),
        Column("indirect", "Through others", formulas.INDIRECT, unit="share", precise=True, width=15),
        Column("effective", "Effective", cells=effective, unit="share", precise=True),
        Column("given", "Stakes given", cells=given, unit="share", precise=True),
    )
    note = "Direct, and through every chain of owners. What rests on a stake that is not given is not known."
    return Table("interests", "Effective interests of the selected holder", columns, len(companies), note)


def _stakes(known: Register) -> Table:
    stakes = known.stakes
    interest = [formulas.interest(known, stake.owner) for stake in stakes]
    columns = (
        Column("owned", "Company", cells=[stake.owned for stake in stakes]),
        Column("owner", "Owner", cells=[stake.owner for stake in stakes], width=22),
        Column("stake", "Direct stake", cells=formulas.stakes(known), unit="share", precise=True),
        Column("interest", "Holder in owner", cells=interest, unit="share", precise=True),
        Column("through", "Through owner", formulas.THROUGH, unit="share", precise=True),
        Column("note", "Note", cells=[prose(stake.note) for stake in stakes], width=44, wrap=True),
    )
    return Table("stakes", "Direct stakes, owners before what they own", columns, len(stakes))


def _circles(known: Register) -> Table | None:
    steps = circles.steps(known)
    columns = (
        Column("label", "Step", cells=[step.label for step in steps]),
        Column("value", "Value", cells=[step.formula for step in steps], keys=[step.key for step in steps]),
    )
    title = "Behind the circles: what comes into each company, what it passes on, and so what is held of it"
    return Table("circles", title, columns, len(steps), quiet=True) if steps else None


def _holders(known: Register) -> Table:
    columns = (Column("name", "Owner", cells=known.owners),)
    return Table("holders", "Owners to choose from", columns, len(known.owners), quiet=True)


def _checks(known: Register) -> tuple[Check, ...]:
    given = Check("stakes_given", "Every stake is given", formulas.ALL_GIVEN, "warn", "stakes.stake")
    return present(
        Check("stakes_whole", "Nobody is owned by more than the whole", formulas.WHOLE, "fail", "interests.given"),
        given if any(not stake.stake for stake in known.stakes) else None,
    )
