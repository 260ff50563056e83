"""Value per user of the peers, and the implied value of the company's users."""

from workbooks.case.cohorts import Cohorts
from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Field, Fields, Table
from workbooks.sheets.cohorts import formulas
from workbooks.sheets.cohorts.years import a_user
from workbooks.sheets.money import link


def total(section: Cohorts) -> str:
    """What the value of the users is a value of."""
    return "Enterprise value" if section.of == "enterprise" else "Equity value"


def table(case: Case, section: Cohorts) -> Table:
    """The peers, one row each."""
    peers, money, each = section.peers, case.company.display_unit, a_user(case, section)
    users = case.figures[section.users].unit
    columns = (
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("value", total(section), cells=formulas.peer_values(case, section), unit=money),
        Column("users", "Users", cells=[link(peer.users) for peer in peers], unit=users),
        Column("per_user", "Value per user", formulas.PEER_PER_USER, unit=each, precise=True),
    )
    return Table("user_peers", "Value per user of the peers", columns, len(peers))


def beside(case: Case, section: Cohorts) -> Fields:
    """The range of the peers, the company beside it, and its users at their median."""
    money, each = case.company.display_unit, a_user(case, section)
    return Fields(
        "Beside the peers",
        (
            Field("peers_low", "Lowest value per user", formulas.PEERS_LOW, each, precise=True),
            Field("peers_median", "Median value per user", formulas.PEERS_MEDIAN, each, precise=True),
            Field("peers_high", "Highest value per user", formulas.PEERS_HIGH, each, precise=True),
            Field("own_per_user", "Of the company by its cohorts", formulas.OWN_LINK, each, precise=True),
            Field("at_peers", "Users at the median of the peers", formulas.AT_PEERS, money, strong=True),
        ),
    )
