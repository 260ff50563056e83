"""User-defined multiples, their statistics, and precedent transactions."""

from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

from pydantic import Field

from workbooks.case.roles import (
    AnyMoneyId,
    DateId,
    FigureId,
    NamedMultipleId,
    NonEmpty,
    PremiumId,
    Record,
    ShareId,
    Sourced,
    Text,
)

Statistic: TypeAlias = Literal["mean", "median", "harmonic", "min", "max", "q1", "q3"]


class Multiple(Record):
    """A multiple of enterprise or equity value, and its metric."""

    name: NonEmpty
    of: Literal["enterprise", "equity"] = Field(
        description="what it is a multiple of: EV/EBITDA of enterprise value, P/E of equity value"
    )
    metric: NonEmpty = Field(description="name of the company's figure under [metrics], and of the peers' figure")
    period: str = Field(default="", description="period of the metric, added to its name: 2025E")

    @property
    def metric_key(self) -> str:
        """Name of the metric with its period, as in [metrics] and in the table of peers."""
        return f"{self.metric} {self.period}" if self.period else self.metric


class Measure(Record):
    """An operating measure of the peers, such as growth or a margin: given, or calculated from their figures."""

    name: NonEmpty
    unit: NonEmpty = Field(default="rate", description="unit of its bare numbers")
    metric: Text = Field(default="", description="figure that it is worked out from: EBITDA 2025E")
    over: Text = Field(default="", description="figure that the metric is divided by, for a margin: Revenue 2025E")
    growth_from: Text = Field(default="", description="figure that the metric has grown from: Revenue 2024A")

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the figures that it is calculated from; empty where it is always given."""
        return tuple(filter(None, (self.metric, self.over or self.growth_from)))


class Transaction(Sourced):
    """One precedent transaction."""

    name: NonEmpty = Field(description="the company that was bought")
    date: DateId
    buyer: NonEmpty
    included: bool = Field(default=True, description="whether it counts in the statistics")
    tier: Text = Field(default="", description="group that has statistics of its own")
    stake: ShareId | None = Field(default=None, description="share that was bought")
    premium: PremiumId | None = Field(default=None, description="premium over the price before the offer")
    enterprise_value: AnyMoneyId | None = None
    equity_value: AnyMoneyId | None = Field(default=None, description="of the whole company")
    metrics: dict[NonEmpty, FigureId] = Field(default_factory=dict)
    multiples: dict[NonEmpty, NamedMultipleId] = Field(default_factory=dict, description="multiples as published")
    not_meaningful: tuple[NonEmpty, ...] = ()
    why: str = ""


class Transactions(Sourced):
    """Multiples that were paid for comparable companies."""

    statistic: Statistic = Field(
        default="median", description="of the multiples that were paid, for the selected value"
    )
    low: Statistic = Field(default="q1", description="for the low of the range")
    high: Statistic = Field(default="q3", description="for the high of the range")
    multiples: tuple[Multiple, ...] = Field(min_length=1)
    table: Text = Field(default="", description="file of the deals, .csv or .xlsx, beside the case")
    sheet: str = Field(default="", description="sheet of the table, where a workbook has several")
    deals: tuple[Transaction, ...] = ()


def transaction_methods(names: Sequence[str], of_peers: Collection[str]) -> list[str]:
    """Ids of the transaction methods: names of multiples, with a suffix where the peers use the same name.

    Examples
    --------
    >>> transaction_methods(["EV/EBITDA", "P/E"], ["P/E"])
    ['EV/EBITDA', 'P/E, transactions']
    """
    return [f"{name}, transactions" if name in of_peers else name for name in names]
