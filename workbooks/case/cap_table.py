"""Who holds the shares of a company: classes and preferences, SAFEs and notes, a round, and values at an exit."""

from typing import Literal, TypeAlias

from pydantic import Field

from workbooks.case.roles import (
    FractionId,
    MultipleId,
    NonEmpty,
    PaymentId,
    RateId,
    RatioId,
    SharesId,
    Sourced,
    YearsId,
)

Participation: TypeAlias = Literal["none", "full", "capped"]


class Preference(Sourced):
    """Liquidation preference of a class, and whether it participates in the rest."""

    preference: MultipleId | None = Field(default=None, description="× the money invested; else 1")
    participation: Participation = Field(
        default="none",
        description="none: the preference or the shares, whichever is more; full: both; capped: both up to the cap",
    )
    cap: MultipleId | None = Field(
        default=None, description="of participation capped: × the money invested, the preference included"
    )
    rank: int = Field(default=1, ge=1, le=99, description="1 is paid first; equal ranks share")


class ShareClass(Preference):
    """A class of shares: common, options granted, or preferred shares with the money that was invested in them."""

    name: NonEmpty
    shares: SharesId
    conversion: RatioId | None = Field(default=None, description="common shares that one converts into; else 1")
    invested: PaymentId | None = Field(default=None, description="what the preference counts; without it there is none")


class Convertible(Sourced):
    """A SAFE or a note: it converts in the round, and has the preference of the round's class."""

    name: NonEmpty
    principal: PaymentId
    rate: RateId | None = Field(default=None, description="interest of a note, a year")
    years: YearsId | None = Field(default=None, description="since the money was lent")
    compounded: bool = False
    cap: PaymentId | None = Field(default=None, description="valuation cap")
    discount: FractionId | None = Field(default=None, description="on the price of the round")


class PricedRound(Preference):
    """The round: the value before the new money, and the new money."""

    name: NonEmpty
    pre_money: PaymentId
    raised: PaymentId
    pool: FractionId | None = Field(default=None, description="unissued option pool after the round, of all shares")
    cap_basis: Literal["post", "pre"] = Field(
        default="post", description="post: a valuation cap counts all converted shares; pre: none of them"
    )


class CapTable(Sourced):
    """Who holds how much, before and after a round, and who gets what at an exit."""

    classes: tuple[ShareClass, ...] = Field(min_length=1, max_length=20)
    pool_shares: SharesId | None = Field(default=None, description="unissued option pool before the round")
    convertibles: tuple[Convertible, ...] = Field(default=(), max_length=20)
    round: PricedRound | None = None
    exits: tuple[PaymentId, ...] = Field(
        min_length=1, max_length=12, description="values for shareholders at an exit, after debt and costs"
    )
