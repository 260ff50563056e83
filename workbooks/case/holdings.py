"""Ownership, holdings and financing rounds of a company."""

from pydantic import Field

from workbooks.case.roles import (
    AmountId,
    AnyMoneyId,
    DateId,
    DiscountId,
    MoneyId,
    NonEmpty,
    Note,
    ShareId,
    Sourced,
)


class Stake(Sourced):
    """A direct stake; a stake of unknown size has no figure."""

    owner: NonEmpty
    owned: NonEmpty
    stake: ShareId | None = None
    note: Note = ""


class Ownership(Sourced):
    """Direct stakes between companies, and the holder whose effective interests are shown."""

    holder: NonEmpty = Field(description="whose interests are shown first: one of the owners")
    stakes: tuple[Stake, ...] = Field(min_length=1)


class Round(Sourced):
    """One financing round."""

    name: NonEmpty
    date: DateId
    valuation: MoneyId = Field(description="value after the round's money")
    raised: MoneyId | None = None
    note: Note = ""


class Funding(Sourced):
    """Financing rounds, the oldest first."""

    rounds: tuple[Round, ...] = Field(min_length=2)


class Benchmark(Sourced):
    """Value per unit of a market leader, applied to the units of a follower."""

    name: NonEmpty = Field(description="the leader, and what of it: leader in payments, volume per account")
    amount: MoneyId
    units: AmountId = Field(description="what it is divided by: accounts, or money lent")
    own: AmountId | None = Field(default=None, description="the follower's own units")
    value: bool = Field(default=False, description="the amount is the leader's value: a stake may be valued by it")


class Holding(Sourced):
    """A stake, valued by its share of a value or by a benchmark; without either it has no value yet."""

    name: NonEmpty
    stake: ShareId | None = None
    value: AnyMoneyId | None = Field(default=None, description="of the whole company; without a stake, of what is held")
    benchmark: str = Field(default="", description="name of a benchmark that values the whole company")
    basis: NonEmpty = Field(description="what the value is: registered capital, book value; or what is missing")


class Holdings(Sourced):
    """Stakes valued at cost or by benchmarks of market leaders less a follower's discount."""

    stakes: tuple[Holding, ...] = Field(min_length=1)
    benchmarks: tuple[Benchmark, ...] = ()
    followers_discount: DiscountId | None = None
    discount: DiscountId | None = Field(default=None, description="holding discount on the whole")
    whole: bool = Field(default=False, description="they are all that the company is: their value is its value")
