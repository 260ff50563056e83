"""Records of a case: one company, its figures with sources, and which figures each method uses.

Each number is a figure with a source in `Case.figures`, and sections refer to figures by id. Numbers written in the
sections of a case file are turned into figures by `workbooks.case.inline`. A field that holds the id of a figure states
the required kind of figure (`Role`). `workbooks.case.reading` reads case files, `workbooks.case.checks` checks them.
"""

import datetime as dt
from typing import Literal, TypeAlias

from pydantic import ConfigDict, Field

from workbooks.case.cap_table import CapTable
from workbooks.case.capital import Capital
from workbooks.case.cash_flows import Dcf
from workbooks.case.cohorts import Cohorts
from workbooks.case.holdings import Funding, Holdings, Ownership
from workbooks.case.lines import Line
from workbooks.case.multiples import Measure, Multiple, Statistic, Transactions
from workbooks.case.roles import (
    AnyMoneyId,
    Currency,
    DateId,
    DiscountId,
    DiscountRateId,
    FigureId,
    FractionId,
    FxId,
    GrowthId,
    Id,
    LocalMoneyId,
    LocalMoneyPerId,
    LocalPaymentId,
    MarginId,
    MoneyId,
    MultipleId,
    NamedMultipleId,
    NonEmpty,
    Note,
    NotGiven,
    Number,
    Pair,
    PaymentId,
    PeerMultipleId,
    PremiumId,
    PriceId,
    RatioId,
    Record,
    ReportingMoneyId,
    ScoreId,
    ShareId,
    SharesId,
    Sourced,
    Text,
    Translation,
    UserCountId,
    UserMoneyId,
    WeightId,
    YearsId,
)


class Source(Record):
    """A source of figures."""

    title: NonEmpty = Field(description="as published; a title that we supply stands in [brackets]")
    publisher: Text = ""
    date: Text = Field(default="", description="as exact as it is known: 2018-03, autumn 2015")
    note: Note = ""


class Figure(Record):
    """One number with its unit, date and source."""

    # In a file these may be left out where [defaults] gives them.
    model_config = ConfigDict(json_schema_extra={"required": ["label", "value"]})

    label: NonEmpty
    value: Number = Field(
        allow_inf_nan=False, description="a number, an amount with its unit (45 USD m), or a date without quotes"
    )
    unit: NonEmpty = Field(
        description="亿元, 亿 USD, CNY m; share (0 to 1), rate, ×, score, years, date; CNY per USD, CNY per account; "
        "亿 accounts"
    )
    as_of: NonEmpty = Field(description="the date or period it holds for: 2017, 2015-Q2, 2018-06-30")
    source: Id = Field(description="id of a source under [sources]")
    note: Note = ""
    place: Text = Field(default="", description="file and cell of a figure that comes from a table")


class Defaults(Sourced):
    """Defaults for numbers whose own entry and table do not give them."""


class Company(Record):
    """The company that is valued, the date and the currencies."""

    name: NonEmpty
    as_of: dt.date
    currency: Currency = Field(description="ISO code of the local currency the figures are in")
    unit: Text = Field(default="", description="unit that bare money counts in: 亿元, USD m; else the display unit")
    display_unit: Text = Field(
        default="", description="unit that local values are displayed in: 亿元, CNY m; else the unit"
    )
    reporting_currency: Currency | NotGiven = Field(default="", description="ISO code of a second currency of values")
    reporting_unit: Text = Field(default="", description="unit that values in the reporting currency are displayed in")
    fx: FxId | NotGiven = Field(default="", description="local currency per unit of the reporting one; else under [fx]")
    price: MoneyId | None = Field(
        default=None, description="price or last round that the football field is held against"
    )
    year_end: int = Field(default=12, ge=1, le=12, description="month in which its fiscal year ends")


class Peer(Sourced):
    """A comparable company: why it is comparable, and its multiples or the figures they are computed from."""

    name: NonEmpty
    why: Text = Field(default="", description="why it is comparable, or why not")
    included: bool = Field(default=True, description="whether it counts in the statistics")
    tier: Text = Field(default="", description="group of peers that has statistics of its own")
    ticker: str = ""
    value: PaymentId | None = Field(default=None, description="market value of the equity, as market_value")
    revenue: AnyMoneyId | None = Field(default=None, description="what P/S divides by")
    net_profit: AnyMoneyId | None = Field(default=None, description="what P/E divides by")
    ebitda: AnyMoneyId | None = Field(default=None, description="what EV/EBITDA divides by")
    growth: GrowthId | None = Field(default=None, description="shown beside the multiples")
    ps: PeerMultipleId | None = Field(default=None, description="price to sales as published; else value ÷ revenue")
    pe: PeerMultipleId | None = Field(
        default=None, description="price to earnings as published; else value ÷ net profit"
    )
    ev_ebitda: PeerMultipleId | None = Field(default=None, description="as published; else enterprise value ÷ EBITDA")
    market_value: PaymentId | None = Field(default=None, description="market capitalisation; else price × shares")
    price: PriceId | None = None
    shares: SharesId | None = None
    enterprise_value: AnyMoneyId | None = Field(
        default=None, description="as published; else market value and its bridge"
    )
    net_debt: AnyMoneyId | None = None
    debt: PaymentId | None = None
    cash: PaymentId | None = None
    leases: PaymentId | None = None
    pensions: AnyMoneyId | None = None
    minorities: AnyMoneyId | None = None
    preferred: PaymentId | None = None
    associates: AnyMoneyId | None = None
    users: UserCountId | None = Field(default=None, description="for its value per user")
    beta: RatioId | None = Field(default=None, description="of its shares")
    tax_rate: FractionId | None = Field(default=None, description="at which its beta is unlevered")
    year_end: int = Field(default=12, ge=1, le=12, description="month in which its fiscal year ends")
    metrics: dict[NonEmpty, FigureId] = Field(default_factory=dict, description="its figures by name and period")
    multiples: dict[NonEmpty, NamedMultipleId] = Field(default_factory=dict, description="multiples as published")
    not_meaningful: tuple[NonEmpty, ...] = Field(default=(), description="multiples that are published as n.m.")


class Comparables(Sourced):
    """Peer multiples and the subject's own metrics that they are applied to."""

    statistic: Statistic = Field(default="median", description="of the peers' multiples, for the selected value")
    low: Statistic = Field(default="q1", description="for the low of the range")
    high: Statistic = Field(default="q3", description="for the high of the range")
    revenue: LocalMoneyId | None = Field(
        default=None, description="the company's own, for P/S where multiples names none"
    )
    net_profit: LocalMoneyId | None = Field(default=None, description="the company's own, for P/E, likewise")
    ebitda: LocalMoneyId | None = Field(default=None, description="the company's own, for EV/EBITDA, likewise")
    multiples: tuple[Multiple, ...] = Field(default=(), description="multiples with names of the user's own")
    measures: tuple[Measure, ...] = Field(default=(), description="operating measures shown beside the multiples")
    calendarise: bool = Field(
        default=True, description="whether figures of peers with another year end are put on the company's year"
    )
    table: Text = Field(default="", description="file of the peers, .csv or .xlsx, beside the case")
    sheet: str = Field(default="", description="sheet of the table, where a workbook has several")
    peers: tuple[Peer, ...] = ()


PartMethod: TypeAlias = Literal["multiple", "dcf", "market", "book", "cost", "transaction", "per_user", "value"]


class Part(Sourced):
    """One part of a sum of the parts, with its own valuation method."""

    name: NonEmpty
    method: PartMethod = "multiple"
    of: Literal["enterprise", "equity", ""] = Field(
        default="", description="what its value is; else that of the section"
    )
    metric: AnyMoneyId | NotGiven = Field(default="", description="of method multiple: what the multiple is applied to")
    metric_name: Text = Field(default="", description="what the metric is: revenue 2017; else that of the section")
    low: MultipleId | None = Field(default=None, description="lowest multiple; the base where none is argued for")
    base: MultipleId | NotGiven = Field(default="", description="of method multiple: the selected multiple")
    high: MultipleId | None = Field(default=None, description="highest multiple; the base where none is argued for")
    peer: Text = Field(default="", description="whose multiple it is")
    value: AnyMoneyId | None = Field(default=None, description="of methods value, book, cost and transaction")
    value_low: AnyMoneyId | None = Field(default=None, description="lowest value; the value where none is argued for")
    value_high: AnyMoneyId | None = Field(default=None, description="highest value, likewise")
    market_value: PaymentId | None = Field(default=None, description="of method market: of the whole company")
    shares: SharesId | None = Field(default=None, description="of method market: the shares that are held")
    price: PriceId | None = Field(default=None, description="of method market: the price of one share")
    users: UserCountId | None = Field(default=None, description="of method per_user")
    per_user: UserMoneyId | None = Field(default=None, description="of method per_user: value of one user")
    stake: ShareId | None = Field(default=None, description="what is owned of it; all of it if left out")
    net_debt: AnyMoneyId | None = Field(default=None, description="its own net debt, which its equity does not include")
    discount: DiscountId | None = Field(default=None, description="discount on this part alone")


class HistoricDiscount(Sourced):
    """Discount to net asset value on a date."""

    date: DateId
    discount: DiscountId


class Segments(Sourced):
    """Sum of the parts, and the bridge to equity value."""

    of: Literal["enterprise", "equity"] = Field(
        default="equity", description="what the values of the parts are; to be said where debt could be left out"
    )
    metric_name: Text = Field(default="", description="what the metric of the parts is: EBITDA 2025E")
    parts: tuple[Part, ...] = Field(min_length=1)
    group: LocalMoneyId | None = Field(
        default=None, description="the group's own metric, which the parts should foot to"
    )
    net_debt: LocalMoneyId | None = None
    discount: DiscountId | None = Field(default=None, description="discount on the equity")
    gross_discount: DiscountId | None = Field(
        default=None, description="discount on the gross assets, before the bridge"
    )
    shares: SharesId | None = None
    bridge: bool | None = Field(
        default=None, description="whether the bridge of [capital] is taken off; else as the parts say"
    )
    discount_history: tuple[HistoricDiscount, ...] = ()


class Users(Sourced):
    """Valuation per user by analogy: a peer's revenue per user × the target's users × the peer's multiple."""

    peer: NonEmpty = Field(description="a company that earns money in the same way")
    users: UserCountId = Field(description="of this company")
    ad_arpu: LocalMoneyPerId = Field(description="the peer's advertising revenue per user and year")
    payer_arpu: LocalMoneyPerId = Field(description="what a paying user of the peer spends in a year")
    peer_payers: UserCountId = Field(description="the peer's paying users")
    peer_accounts: UserCountId = Field(description="all users of the peer")
    peer_value: ReportingMoneyId = Field(description="market capitalisation of the peer, in the second currency if any")
    peer_part: LocalMoneyId = Field(description="the peer's revenue that the analogy is about")
    peer_whole: LocalMoneyId = Field(description="the peer's whole revenue")
    prior_ad_arpu: LocalMoneyPerId | None = Field(default=None, description="of the year before, for its growth")
    prior_payer_arpu: LocalMoneyPerId | None = Field(default=None, description="of the year before, for its growth")
    quarter_ad_arpu: LocalMoneyPerId | None = Field(
        default=None, description="of the last quarter, shown for comparison"
    )
    quarter_ad_growth: GrowthId | None = Field(default=None, description="of it, on the quarter before")


class Scenario(Sourced):
    """One forward scenario."""

    name: NonEmpty
    growth: GrowthId = Field(description="of revenue, a year")
    mix: tuple[ShareId, ...] = Field(default=(), description="share of revenue of each part; they sum to 1")
    margins: tuple[MarginId, ...] = Field(default=(), description="of each part")
    basis: Literal["revenue", "earnings"] = Field(description="what the multiple is applied to")
    multiple: MultipleId
    discount_rate: DiscountRateId
    probability: ShareId = Field(description="of the scenario; they sum to 1")
    segments: Literal["low", "base", "high"] = Field("base", description="which multiples the parts have in it")


class Scenarios(Sourced):
    """Forward scenarios: revenue is projected, then a mix of margins and a multiple are applied in a future year."""

    of: Literal["enterprise", "equity"] = Field(
        default="equity", description="what the multiples are of; to be said where [capital] has claims"
    )
    revenue: LocalPaymentId = Field(description="of the last year, from which it grows")
    years: YearsId = Field(description="until the year that is valued")
    parts: tuple[NonEmpty, ...] = Field(default=(), description="what the mix is made of: internet, hardware")
    selected: int = Field(default=1, ge=1, description="number of the selected scenario")
    cases: tuple[Scenario, ...] = Field(min_length=1)


class Question(Sourced):
    """One question of the scorecard, its answer and the reason for it."""

    name: NonEmpty
    score: ScoreId
    weight: ShareId
    why: NonEmpty


class Bound(Sourced):
    """A company that is clearly worth less or more: its own value, or its multiple applied to the subject's metric."""

    name: NonEmpty
    why: NonEmpty
    value: MoneyId | None = None
    multiple: MultipleId | None = None


class Premium(Sourced):
    """A multiple with a premium from a scorecard, compared with weaker and stronger companies."""

    of: Literal["enterprise", "equity"] = Field(
        default="equity", description="what the multiple is of; to be said where [capital] has claims"
    )
    metric: MoneyId = Field(description="what the multiple is applied to")
    base_multiple: MultipleId = Field(description="the peer's, before the premium")
    peer: NonEmpty = Field(description="whose multiple it is")
    maximum: PremiumId = Field(description="premium of the best score, discount of the worst")
    questions: tuple[Question, ...] = Field(min_length=1)
    floors: tuple[Bound, ...] = Field(default=(), description="companies that are clearly worth less")
    ceilings: tuple[Bound, ...] = Field(default=(), description="companies that are clearly worth more")
    band: ShareId | None = Field(default=None, description="how far a price may run from the value, either way")


class Reference(Sourced):
    """A third-party range of values: a rumour, a round, a guidance."""

    label: NonEmpty
    low: MoneyId
    high: MoneyId


class Conclusion(Sourced):
    """Conclusion: the weights of the methods, with reasons."""

    weights: dict[NonEmpty, WeightId] = Field(min_length=1, description="weight of a method by its id or its name")
    reasoning: Note = Field(default="", description="one line that says why")


class Accepted(Record):
    """A finding of `steelyard check` that somebody reviewed and accepted."""

    rule: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$", description="the rule's id, such as constant-in-formula")
    cell: NonEmpty = Field(
        description="the cell with its sheet, such as Inputs!C10; a sheet alone for its own findings"
    )
    by: NonEmpty = Field(description="who accepted it")
    why: Note = Field(min_length=1, description="the reason")


class Case(Record):
    """A complete case: everything that a workbook is built from."""

    # Optional, since a file may have all numbers and titles of sources in its sections.
    model_config = ConfigDict(json_schema_extra={"required": ["title", "company"]})

    title: NonEmpty
    company: Company = Field(description="[company] with name, as_of, currency and unit")
    defaults: Defaults = Field(default_factory=lambda: Defaults.model_validate({}))
    sources: dict[Id, Source] = Field(min_length=1, description="where numbers come from; or source under [defaults]")
    figures: dict[Id, Figure] = Field(
        min_length=1, description="numbers that several places share; others stand in sections such as [segments]"
    )
    fx: dict[Pair, FxId] = Field(default_factory=dict, description="exchange rates: USDCNY is yuan per dollar")
    metrics: dict[NonEmpty, FigureId] = Field(
        default_factory=dict, description="the company's own figures by the names that multiples use: EBITDA 2025E"
    )
    capital: Capital | None = None
    comparables: Comparables | None = None
    segments: Segments | None = None
    users: Users | None = None
    cohorts: Cohorts | None = None
    scenarios: Scenarios | None = None
    premium: Premium | None = None
    ownership: Ownership | None = None
    funding: Funding | None = None
    cap_table: CapTable | None = None
    holdings: Holdings | None = None
    transactions: Transactions | None = None
    dcf: Dcf | None = None
    conclusion: Conclusion | None = None
    references: tuple[Reference, ...] = ()
    reconciliation: tuple[Line, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    zh: dict[Note, Translation] = Field(
        default_factory=dict, description="texts of this case in Chinese: each as it stands above, and its translation"
    )
