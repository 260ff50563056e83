"""A discounted cash flow: drivers by year, the cost of capital, and the value at the end."""

from typing import TypeAlias

from pydantic import Field

from workbooks.case.roles import (
    CostShareId,
    DateId,
    DiscountRateId,
    FractionId,
    GrowthId,
    MarginId,
    MultipleId,
    NonEmpty,
    PaymentId,
    RateId,
    RatioId,
    Sourced,
    Text,
    YearsId,
)

Growths: TypeAlias = GrowthId | tuple[GrowthId, ...]
Margins: TypeAlias = MarginId | tuple[MarginId, ...]
Costs: TypeAlias = CostShareId | tuple[CostShareId, ...]


class BetaPeer(Sourced):
    """A peer whose beta is unlevered: its beta, its debt to equity, and its tax rate."""

    name: NonEmpty
    beta: RatioId
    debt_to_equity: RatioId
    tax_rate: FractionId


class CostOfCapital(Sourced):
    """Components of the weighted average cost of capital; the tax rate is that of the section."""

    risk_free: RateId
    beta: RatioId | None = Field(default=None, description="levered; else relevered from beta_peers")
    beta_peers: tuple[BetaPeer, ...] = ()
    equity_premium: RateId
    size_premium: RateId | None = None
    cost_of_debt: RateId
    debt_share: FractionId


class Dcf(Sourced):
    """Free cash flow from its drivers, with the conventions of DRIVER_DCF; a list has one number per year."""

    part: Text = Field(default="", description="part of the sum of the parts that is valued; else the company")
    revenue: PaymentId = Field(description="of the last year before the forecast")
    growth: Growths = Field(description="of revenue, in each year of the forecast")
    ebitda_margin: Margins = Field(description="EBITDA as a share of revenue")
    depreciation: Costs = Field(description="share of revenue")
    tax_rate: FractionId | tuple[FractionId, ...] = Field(
        description="of EBIT; that of a loss is a credit in the same year"
    )
    capex: Costs = Field(description="share of revenue")
    working_capital: Margins = Field(description="share of the change in revenue")
    years: YearsId | None = Field(default=None, description="of the forecast, where no list says it")
    fade_to: GrowthId | None = Field(
        default=None, description="growth of the last year, to which growth fades in equal steps"
    )
    terminal_growth: RateId | None = Field(default=None, description="for ever after the forecast; else exit_multiple")
    exit_multiple: MultipleId | None = Field(default=None, description="of EBITDA of the last year, in place of growth")
    mid_year: bool = Field(default=True, description="flows in the middle of each year; else at its end")
    first_year_end: DateId | None = Field(
        default=None, description="end of the first year, where it is a part of a year"
    )
    wacc: DiscountRateId | CostOfCapital = Field(description="discount rate; or what it is made of: risk_free, beta, …")
