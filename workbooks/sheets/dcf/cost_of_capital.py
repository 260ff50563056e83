"""The cost of capital of the DCF sheet, when flows come, and the betas of the peers."""

from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Field, Fields, Input, Link, Table, present
from workbooks.sheets.dcf import formulas
from workbooks.sheets.money import link


def _timing(section: Dcf) -> tuple[Field, ...]:
    """When flows come."""
    chosen = Input("yes" if section.mid_year else "no", ("yes", "no"))
    ends = section.first_year_end
    return present(
        Field("flows", "Flows come mid-year", chosen, note="Choose from the list"),
        Field("mid_year", "Mid-year as a number", formulas.MID_YEAR),
        Field("valued", "Valued as of", Link("inputs.valuation_date"), "date") if ends else None,
        Field("first_year_end", "First year ends", link(ends), "date") if ends else None,
        Field("stub", "Part of the first year to come", formulas.STUB_YEAR, "years", precise=True) if ends else None,
    )


def cost_of_capital(case: Case, section: Dcf) -> Fields:
    """The cost of capital as given, or built up, and when flows come."""
    given = section.wacc
    if isinstance(given, str):
        rate = Field("wacc", "WACC", link(given), "rate", strong=True, precise=True)
        return Fields("Cost of capital", (rate, *_timing(section)))
    beta = link(given.beta) if given.beta else formulas.RELEVERED
    premium = given.size_premium
    return Fields(
        "Cost of capital",
        present(
            Field("risk_free", "Risk-free rate", link(given.risk_free), "rate", precise=True),
            Field("tax_shield", "Tax rate of the last year", formulas.tax_shield(case), "rate"),
            Field("debt_share", "Debt ÷ (debt + equity)", link(given.debt_share), "share"),
            Field("equity_share", "Equity ÷ (debt + equity)", 1 - ref("dcf.debt_share"), "share"),
            Field("unlevered", "Beta of the peers, unlevered", formulas.UNLEVERED) if given.beta_peers else None,
            Field("beta", "Beta, levered", beta, precise=True),
            Field("equity_premium", "Equity risk premium", link(given.equity_premium), "rate", precise=True),
            Field("size_premium", "Size premium", link(premium), "rate", precise=True) if premium else None,
            Field("cost_of_equity", "Cost of equity (CAPM)", formulas.CAPM, "rate", addin=True, precise=True)
            if not premium
            else Field("cost_of_equity", "Cost of equity", formulas.CAPM + ref("dcf.size_premium"), "rate"),
            Field("cost_of_debt", "Cost of debt before tax", link(given.cost_of_debt), "rate", precise=True),
            Field("wacc", "WACC", formulas.COST_OF_CAPITAL, "rate", "DCF_WACC", addin=True, strong=True, precise=True),
            *_timing(section),
        ),
    )


def betas(section: Dcf) -> Table | None:
    """Unlevered betas of the peers."""
    if isinstance(section.wacc, str) or not section.wacc.beta_peers or section.wacc.beta:
        return None
    peers = section.wacc.beta_peers
    columns = (
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("beta", "Beta", cells=[link(peer.beta) for peer in peers], precise=True),
        Column("debt_to_equity", "Debt ÷ equity", cells=[link(peer.debt_to_equity) for peer in peers], precise=True),
        Column("tax_rate", "Tax rate", cells=[link(peer.tax_rate) for peer in peers], unit="rate"),
        Column("unlevered", "Beta, unlevered", formulas.WITHOUT_DEBT, precise=True),
    )
    return Table("betas", "Betas of the peers", columns, len(peers))
