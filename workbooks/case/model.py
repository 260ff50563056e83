"""What a case holds: one company, its sourced figures, and which of them each method uses.

Records only: a method's section names figures by their id and holds no numbers of its own, so that
every number stands once, with its unit, date and source. A field that names a figure says what the
figure must be (`Role`). `workbooks.case.reading` reads the files, `workbooks.case.checks` checks them.
"""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from workbooks.case.exchange import chain
from workbooks.case.quantity import QuantityKind

ID: Final = "^[a-z][a-z0-9_]*$"
FIGURE_ID: Final = r"^[^\W\d][\w.]*$"  # of a number that is written where it belongs: its path
CURRENCY: Final = "^[A-Z]{3}$"
# What XML and a cell can hold; a line of it with something to read.
LINE: Final = r"^[^\x00-\x1f\uFFFE\uFFFF]*[^\x00-\x20\uFFFE\uFFFF][^\x00-\x1f\uFFFE\uFFFF]*$"
NOTE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\uFFFE\uFFFF]*$"

Id: TypeAlias = Annotated[str, Field(pattern=ID, max_length=60)]
PathId: TypeAlias = Annotated[str, Field(pattern=FIGURE_ID, max_length=200)]
Currency: TypeAlias = Annotated[str, Field(pattern=CURRENCY)]
NonEmpty: TypeAlias = Annotated[str, Field(pattern=LINE, max_length=500)]
Note: TypeAlias = Annotated[str, Field(pattern=NOTE, max_length=5000)]
DAY_ZERO: Final = dt.date(1899, 12, 30)  # of the dates that spreadsheets hold as numbers


def date_number(value: object) -> object:
    """A date as the number that a cell holds for it; anything else as it is.

    Examples
    --------
    >>> date_number(dt.date(2014, 12, 31))
    42004.0
    """
    return float((value - DAY_ZERO).days) if type(value) is dt.date else value


_Written: TypeAlias = (
    float | Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})]
)
Number: TypeAlias = Annotated[float, BeforeValidator(date_number, json_schema_input_type=_Written)]
Translation: TypeAlias = Annotated[str, Field(pattern=NOTE, min_length=1, max_length=5000)]


@dataclass(frozen=True, slots=True)
class Role:
    """What a figure must be to stand in a field: in words, one of these kinds, within these bounds."""

    words: str
    kinds: tuple[QuantityKind, ...]
    low: float = -math.inf
    high: float = math.inf
    currency: Literal["either", "local", "reporting"] = "either"

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell editors what kind of figure belongs here."""
        return handler(schema) | {"description": f"id of a figure: {self.words}"}


FigureId: TypeAlias = Annotated[PathId, Role("any figure", get_args(QuantityKind))]
MoneyId: TypeAlias = Annotated[PathId, Role("money", ("money",))]
LocalMoneyId: TypeAlias = Annotated[PathId, Role("money in the company's currency", ("money",), currency="local")]
ReportingMoneyId: TypeAlias = Annotated[
    PathId, Role("money in the reporting currency", ("money",), currency="reporting")
]
LocalMoneyPerId: TypeAlias = Annotated[
    PathId, Role("money per user in the company's currency", ("money_per",), currency="local")
]
MoneyPerShareId: TypeAlias = Annotated[PathId, Role("money per share", ("money_per",), low=0)]
FxId: TypeAlias = Annotated[PathId, Role("an exchange rate", ("fx",))]
CountId: TypeAlias = Annotated[PathId, Role("a count", ("count",), low=0)]
ShareId: TypeAlias = Annotated[PathId, Role("a share, 0 to 1", ("share",))]
GrowthId: TypeAlias = Annotated[PathId, Role("a growth rate, a fraction: 0.5 is 50 %", ("rate",), high=10)]
MarginId: TypeAlias = Annotated[PathId, Role("a margin, a fraction of at most 1", ("rate", "share"), high=1)]
DiscountRateId: TypeAlias = Annotated[
    PathId, Role("a discount rate, a fraction: 0.12 is 12 %", ("rate",), low=0, high=1)
]
DiscountId: TypeAlias = Annotated[PathId, Role("a discount, a fraction of at most 1", ("share", "rate"), high=1)]
PeerMultipleId: TypeAlias = Annotated[PathId, Role("a multiple", ("multiple",))]  # negative: a loss, shown as n.m.
MultipleId: TypeAlias = Annotated[PathId, Role("a multiple, not negative", ("multiple",), low=0)]
RatioId: TypeAlias = Annotated[PathId, Role("a plain number", ("ratio", "score"))]
ScoreId: TypeAlias = Annotated[PathId, Role("a score, 1 to 5", ("score",))]
PremiumId: TypeAlias = Annotated[PathId, Role("a premium, a fraction: 0.5 is 50 %", ("rate", "share"), low=0, high=10)]
DateId: TypeAlias = Annotated[PathId, Role("a date", ("date",))]
AmountId: TypeAlias = Annotated[PathId, Role("a count, or money", ("count", "money"), low=0)]
YearsId: TypeAlias = Annotated[PathId, Role("a number of years, at most 100", ("years",), high=100)]


class Record(BaseModel):
    """Frozen and strict: an unknown key or a text for a number is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Source(Record):
    """Where figures come from."""

    title: NonEmpty = Field(description="as published; a title that we supply stands in [brackets]")
    publisher: Note = ""
    date: Note = Field("", description="as exact as it is known: 2018-03, autumn 2015")
    note: Note = ""


class Figure(Record):
    """One number: in its unit, at its date, from its source."""

    label: NonEmpty
    value: Number = Field(allow_inf_nan=False, description="a number; a date, without quotes, where the unit is date")
    unit: NonEmpty = Field(
        description="亿元, 亿 USD, CNY m; share (0 to 1), rate, ×, score, years, date; CNY per USD, CNY per account; "
        "亿 accounts"
    )
    as_of: NonEmpty = Field(description="the date or period it holds for: 2017, 2015-Q2, 2018-06-30")
    source: Id = Field(description="id of a source under [sources]")
    note: Note = ""


class Company(Record):
    """Who is valued, when, and in which currencies."""

    name: NonEmpty
    as_of: dt.date
    currency: Currency = Field(description="ISO code of the local currency the figures are in")
    reporting_currency: Currency | Literal[""] = Field(
        "", description="ISO code of a second currency to show values in"
    )
    unit: NonEmpty = Field(description="what bare money counts in, and values are displayed in: 亿元, CNY m")
    reporting_unit: Note = Field("", description="unit that values in the reporting currency are displayed in")
    fx: FxId | None = Field(None, description="local currency per unit of the reporting currency; else under [fx]")
    price: MoneyId | None = Field(None, description="price or last round that the football field is held against")

    @property
    def display_unit(self) -> str:
        """The unit that values are displayed in."""
        return self.unit


class OtherItem(Record):
    """An item of the bridge under a label of its own: added to equity, taken off where it is negative."""

    name: NonEmpty
    value: MoneyId


class Options(Record):
    """A tranche of options or warrants."""

    number: CountId
    strike: MoneyPerShareId


class Convertible(Record):
    """A convertible: debt until its holders convert it."""

    principal: MoneyId
    conversion_price: MoneyPerShareId


class Capital(Record):
    """From enterprise value to value per share: the bridge, the shares, the price."""

    net_debt: MoneyId | None = None
    debt: MoneyId | None = None
    leases: MoneyId | None = None
    pensions: MoneyId | None = None
    cash: MoneyId | None = None
    minorities: MoneyId | None = None
    preferred: MoneyId | None = None
    associates: MoneyId | None = None
    other: tuple[OtherItem, ...] = ()
    price: MoneyPerShareId | None = None
    market_value: MoneyId | None = None
    last_round: MoneyId | None = None
    shares: CountId | None = None
    basic_shares: CountId | None = None
    restricted: CountId | None = None
    options: tuple[Options, ...] = ()
    convertibles: tuple[Convertible, ...] = ()

    @property
    def has_shares(self) -> bool:
        """Whether the shares are known."""
        return bool(self.shares or self.basic_shares)


class Wacc(Record):
    """The weighted average cost of capital, built up."""

    risk_free: DiscountRateId
    beta: RatioId
    equity_premium: DiscountRateId
    cost_of_debt: DiscountRateId
    debt_share: ShareId


class Dcf(Record):
    """Discounted cash flow by drivers."""

    revenue: MoneyId
    growth: tuple[GrowthId, ...]
    ebitda_margin: tuple[MarginId, ...]
    depreciation: tuple[ShareId, ...]
    tax_rate: tuple[ShareId, ...]
    capex: tuple[ShareId, ...]
    working_capital: tuple[ShareId, ...]
    years: int | None = None
    terminal_growth: GrowthId | None = None
    exit_multiple: MultipleId | None = None
    mid_year: bool = True
    wacc: DiscountRateId | Wacc


class Conclusion(Record):
    """The weights of the methods, and the reasoning."""

    weights: dict[str, ShareId] = Field(default_factory=dict)
    reasoning: Note = ""


class Peer(Record):
    """A comparable company: why it is comparable, and its multiples or what they are computed from."""

    name: NonEmpty
    why: Note = Field("", description="why it is comparable, or why not")
    tier: Note = Field("", description="the group of peers that it belongs to: large, small")
    included: bool = True
    value: MoneyId | None = Field(None, description="market value of the equity")
    net_debt: MoneyId | None = Field(None, description="net debt and other claims, which lead to enterprise value")
    ev: MoneyId | None = Field(None, description="enterprise value; else market value and net debt")
    growth: GrowthId | None = None
    metrics: dict[NonEmpty, MoneyId] = Field(default_factory=dict, description="the peer's own figures, by metric")
    multiples: dict[NonEmpty, PeerMultipleId | Literal["n.m."]] = Field(
        default_factory=dict, description="multiples as published, by their names; n.m. where it has none"
    )


Statistic: TypeAlias = Literal["min", "q1", "median", "mean", "harmonic", "q3", "max"]


class Multiple(Record):
    """A multiple that peers are compared on, and the metric that it is of."""

    name: NonEmpty
    of: Literal["enterprise", "equity"] = Field(description="whose value it is: the enterprise's or the shareholders'")
    metric: NonEmpty = Field(description="the name of a metric under [metrics], and of the peers' own figures")


class Comparables(Record):
    """Peers, and the multiples that the company's own metrics are valued on."""

    table: Note = Field("", description="a file with a row a peer and a heading a figure: peers.csv, peers.xlsx")
    sheet: Note = Field("", description="the sheet of the table, in a workbook of several")
    statistic: Statistic = "median"
    low: Statistic = "q1"
    high: Statistic = "q3"
    multiples: tuple[Multiple, ...] = Field(min_length=1)
    peers: tuple[Peer, ...] = Field(min_length=1)


class Part(Record):
    """One part of a sum of the parts."""

    name: NonEmpty
    method: Literal["multiple", "market", "book", "cost", "transaction", "value"] = "multiple"
    of: Literal["enterprise", "equity"] | None = None
    metric: MoneyId | None = None
    metric_name: NonEmpty | None = Field(None, description="what the metric is: revenue 2017")
    low: MultipleId | None = Field(None, description="lowest multiple; the base where none is argued for")
    base: MultipleId | None = None
    high: MultipleId | None = Field(None, description="highest multiple; the base where none is argued for")
    peer: Note = Field("", description="whose multiple it is")
    value: MoneyId | None = None
    shares: CountId | None = None
    price: MoneyPerShareId | None = None
    stake: ShareId | None = None
    discount: DiscountId | None = None


class Segments(Record):
    """Sum of the parts, and the bridge from it to equity."""

    parts: tuple[Part, ...] = Field(min_length=1)
    of: Literal["enterprise", "equity"] | None = None
    metric_name: NonEmpty | None = None
    group: LocalMoneyId | None = Field(None, description="the group's own metric, which the parts should foot to")
    net_debt: LocalMoneyId | None = None
    discount: DiscountId | None = None
    bridge: bool | None = None
    shares: CountId | None = None


class Users(Record):
    """The per-user analogy: what a peer earns per user, on the target's users, at the peer's multiple."""

    peer: NonEmpty
    users: CountId
    ad_arpu: LocalMoneyPerId
    payer_arpu: LocalMoneyPerId
    peer_payers: CountId
    peer_accounts: CountId
    peer_value: ReportingMoneyId = Field(description="market capitalisation of the peer, in the reporting currency")
    peer_part: LocalMoneyId = Field(description="the peer's revenue that the analogy is about")
    peer_whole: LocalMoneyId = Field(description="the peer's whole revenue")
    prior_ad_arpu: LocalMoneyPerId | None = None
    prior_payer_arpu: LocalMoneyPerId | None = None
    quarter_ad_arpu: LocalMoneyPerId | None = None
    quarter_ad_growth: GrowthId | None = None


class Scenario(Record):
    """One forward scenario."""

    name: NonEmpty
    growth: GrowthId
    mix: tuple[ShareId, ...] = ()
    margins: tuple[MarginId, ...] = ()
    basis: Literal["revenue", "earnings"] = Field(description="what the multiple is applied to")
    multiple: MultipleId
    discount_rate: DiscountRateId
    probability: ShareId
    segments: Literal["low", "base", "high"] = Field("base", description="which multiples the parts have in it")


class Scenarios(Record):
    """Forward scenarios: the same revenue, grown, at a mix of margins, on a multiple, some years out."""

    revenue: LocalMoneyId
    years: YearsId
    parts: tuple[NonEmpty, ...] = Field((), description="what the mix is made of: internet, hardware")
    selected: int = Field(1, ge=1, description="number of the scenario in force")
    cases: tuple[Scenario, ...] = Field(min_length=1)


class Question(Record):
    """One question of the scorecard, and what its answer rests on."""

    name: NonEmpty
    score: ScoreId
    weight: ShareId
    why: NonEmpty


class Bound(Record):
    """A company that is clearly worth less, or more: by its own value, or by its multiple on the subject's metric."""

    name: NonEmpty
    why: NonEmpty
    value: MoneyId | None = None
    multiple: MultipleId | None = None


class Premium(Record):
    """A multiple with the premium that a scorecard earns, between weaker and stronger companies."""

    metric: MoneyId
    base_multiple: MultipleId
    peer: NonEmpty = Field(description="whose multiple it is")
    maximum: PremiumId = Field(description="premium of the best score, discount of the worst")
    questions: tuple[Question, ...] = Field(min_length=1)
    floors: tuple[Bound, ...] = ()
    ceilings: tuple[Bound, ...] = ()
    band: ShareId | None = Field(None, description="how far a price may run from the value, either way")


class Stake(Record):
    """A direct stake; one that is known to be there, but not how large, has no figure."""

    owner: NonEmpty
    owned: NonEmpty
    stake: ShareId | None = None
    note: Note = ""


class Ownership(Record):
    """Who owns how much of whom, and whose effective interests are shown."""

    holder: NonEmpty = Field(description="whose interests are shown first: one of the owners")
    stakes: tuple[Stake, ...] = Field(min_length=1)


class Round(Record):
    """One financing round."""

    name: NonEmpty
    date: DateId
    valuation: MoneyId = Field(description="value after the round's money")
    raised: MoneyId | None = None
    note: Note = ""


class Funding(Record):
    """Financing rounds, the oldest first."""

    rounds: tuple[Round, ...] = Field(min_length=2)


class Benchmark(Record):
    """What a leader has for each unit, and what a follower with so many units of its own would have."""

    name: NonEmpty = Field(description="the leader, and what of it: leader in payments, volume per account")
    amount: MoneyId
    units: AmountId = Field(description="what it is divided by: accounts, or money lent")
    own: AmountId | None = Field(None, description="the follower's own units")
    value: bool = Field(default=False, description="the amount is the leader's value: a stake may be valued by it")


class Holding(Record):
    """A stake that is held, at its share of a value, or by a benchmark; without either it has no value yet."""

    name: NonEmpty
    stake: ShareId | None = None
    value: MoneyId | None = Field(None, description="of the whole company; without a stake, of what is held")
    benchmark: str = Field("", description="name of a benchmark that values the whole company")
    basis: NonEmpty = Field(description="what the value is: registered capital, book value; or what is missing")


class Holdings(Record):
    """Stakes at cost or by the benchmarks of leaders, less a follower's discount."""

    stakes: tuple[Holding, ...] = Field(min_length=1)
    benchmarks: tuple[Benchmark, ...] = ()
    followers_discount: DiscountId | None = None
    discount: DiscountId | None = Field(None, description="holding discount on the whole")
    whole: bool = Field(default=False, description="they are all that the company is: their value is its value")


class Reference(Record):
    """A range of values that others named: a rumour, a round, a guidance."""

    label: NonEmpty
    low: MoneyId
    high: MoneyId


Argument: TypeAlias = str | Literal[0, 1]  # any other number is a figure: it has a source

# Results of the sheets that a line of the reconciliation may refer to, by the section of the case that makes them.
RESULTS: Final = {
    "segments": ("gross", "equity", "equity_reporting"),
    "users": (
        "payer_ratio",
        "payers",
        "ad_revenue",
        "payer_revenue",
        "revenue",
        "attribution",
        "attributed_value",
        "peer_revenue_reporting",
        "multiple",
        "value",
        "value_reporting",
    ),
    "premium": ("score", "premium", "multiple", "value", "value_reporting"),
    "funding": ("step_up", "growth"),
    "holdings": ("value", "value_reporting"),
}


class Line(Record):
    """A published figure and how it is recomputed: a result on a sheet, or a function of the catalogue."""

    published: FigureId
    result: str = Field("", description="a result in the workbook: segments.equity")
    method: str = Field("", description="a function of the catalogue, when no sheet holds the result")
    arguments: dict[str, Argument | tuple[Argument, ...]] = Field(
        default_factory=dict,
        description="what the method is called with, by the names of its arguments: a figure's id, a result in the "
        "workbook, recomputed.ID of a line above, 0 or 1, or a list of these; where it takes a text, the text",
    )
    explanation: Note = Field("", description="why the two differ, or what the figure rests on")


class Case(Record):
    """A company valued: everything a workbook is made from."""

    title: NonEmpty
    company: Company
    sources: dict[Id, Source] = Field(min_length=1)
    figures: dict[PathId, Figure] = Field(min_length=1)
    fx: dict[str, FxId] = Field(default_factory=dict, description="exchange rates: USDCNY = 6.375")
    metrics: dict[NonEmpty, FigureId] = Field(default_factory=dict, description="the company's own figures, by name")
    conclusion: Conclusion | None = None
    capital: Capital | None = None
    dcf: Dcf | None = None
    comparables: Comparables | None = None
    segments: Segments | None = None
    users: Users | None = None
    scenarios: Scenarios | None = None
    premium: Premium | None = None
    ownership: Ownership | None = None
    funding: Funding | None = None
    holdings: Holdings | None = None
    references: tuple[Reference, ...] = ()
    reconciliation: tuple[Line, ...] = ()
    zh: dict[Note, Translation] = Field(
        default_factory=dict, description="texts of this case in Chinese: each as it stands above, and its translation"
    )

    def rates(self, source: str, target: str) -> list[tuple[str, bool]]:
        """The exchange rates that lead from one currency to another: figures, and whether each divides.

        Raises
        ------
        ValueError
            If none do; a case that is read has them all.
        """
        found = chain(self.fx, source, target)
        if found is None:
            message = f"no exchange rate leads from {source} to {target}"
            raise ValueError(message)
        return [(self.fx[rate.pair], rate.inverse) for rate in found]
