"""Capital of a company: the bridge from enterprise value to equity, the shares and the price."""

from pydantic import Field

from workbooks.case.roles import (
    AnyMoneyId,
    FractionId,
    NonEmpty,
    NotNegativeRatioId,
    PaymentId,
    PriceId,
    QuotedPriceId,
    SharesId,
    Sourced,
    Text,
)


class Options(Sourced):
    """A tranche of options: their number and strike."""

    name: Text = ""
    number: SharesId
    strike: PriceId


class Convertible(Sourced):
    """A convertible bond: debt, unless it is worth more when converted."""

    name: Text = ""
    principal: PaymentId
    conversion_price: PriceId


class OtherItem(Sourced):
    """An item of the bridge with the user's own label."""

    name: NonEmpty
    value: AnyMoneyId = Field(description="added to equity; negative: taken off")


class Capital(Sourced):
    """The bridge from enterprise value to equity, the shares, and the price."""

    net_debt: AnyMoneyId | None = Field(default=None, description="debt less cash, in place of the two")
    debt: PaymentId | None = Field(default=None, description="what is borrowed, without leases")
    leases: PaymentId | None = Field(default=None, description="lease liabilities that the debt does not have")
    pensions: AnyMoneyId | None = Field(default=None, description="deficit of the pension plans")
    pension_tax: FractionId | None = Field(
        default=None, description="tax rate at which the pension deficit is deductible"
    )
    minorities: AnyMoneyId | None = Field(default=None, description="what others own of consolidated companies")
    preferred: PaymentId | None = Field(default=None, description="preferred shares")
    cash: PaymentId | None = Field(default=None, description="cash and equivalents")
    associates: AnyMoneyId | None = Field(default=None, description="stakes that are not consolidated")
    other: tuple[OtherItem, ...] = ()
    price: QuotedPriceId | None = Field(
        default=None, description="of one share, or of one ADS where ads_ratio is given"
    )
    ads_ratio: NotNegativeRatioId | None = Field(default=None, description="ordinary shares in one depositary share")
    market_value: PaymentId | None = Field(default=None, description="in place of the price")
    last_round: PaymentId | None = Field(
        default=None, description="value of the equity in the last round, for a private one"
    )
    shares: SharesId | None = Field(
        default=None, description="already diluted; else basic_shares and what dilutes them"
    )
    basic_shares: SharesId | None = Field(default=None, description="outstanding, without treasury shares")
    restricted: SharesId | None = Field(default=None, description="restricted shares and units, counted in full")
    options: tuple[Options, ...] = ()
    convertibles: tuple[Convertible, ...] = ()

    @property
    def has_shares(self) -> bool:
        """Whether the number of shares is known."""
        return bool(self.shares or self.basic_shares)
