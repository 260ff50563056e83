"""A user base by cohorts: existing users, new users per year, and the margin and cost per user."""

from typing import Literal, TypeAlias

from pydantic import Field

from workbooks.case.roles import (
    AnyMoneyId,
    DiscountRateId,
    FractionId,
    GrowthId,
    NonEmpty,
    RateId,
    Sourced,
    UserCountId,
    UserMoneyId,
    YearsId,
)

Retentions: TypeAlias = FractionId | tuple[FractionId, ...]
Growths: TypeAlias = GrowthId | tuple[GrowthId, ...]
Counts: TypeAlias = UserCountId | tuple[UserCountId, ...]
Costs: TypeAlias = UserMoneyId | tuple[UserMoneyId, ...]
Amounts: TypeAlias = AnyMoneyId | tuple[AnyMoneyId, ...]


class UserPeer(Sourced):
    """A peer with its value and number of users."""

    name: NonEmpty
    value: AnyMoneyId = Field(description="enterprise value, or equity value as the section says")
    users: UserCountId


class Cohorts(Sourced):
    """User cohorts (Damodaran 2018); a list has one number per year, and its last applies to all later years."""

    of: Literal["enterprise", "equity"] = Field(default="enterprise", description="what the value of the users is")
    users: UserCountId = Field(description="users there are")
    margin: UserMoneyId = Field(description="what a user brings in a year, before tax, in the year that has ended")
    margin_growth: Growths = Field(description="of the margin, in each year")
    retention: Retentions = Field(description="share of the users that are still there a year later")
    new_users: Counts = Field(description="that join in each year, at its end")
    acquisition_cost: Costs = Field(description="cost of winning one new user, before tax")
    overhead: Amounts = Field(description="yearly costs that do not depend on the number of users, before tax")
    tax_rate: FractionId | None = Field(default=None, description="else the amounts are after tax already")
    discount_rate: DiscountRateId = Field(description="of existing users, and of overhead")
    new_users_rate: DiscountRateId | None = Field(default=None, description="of new users, which are less certain")
    years: YearsId | None = Field(default=None, description="of the forecast, where no list says it")
    terminal_growth: RateId | None = Field(
        default=None, description="of new users' value and of overhead after the forecast; without it both end there"
    )
    peers: tuple[UserPeer, ...] = ()
