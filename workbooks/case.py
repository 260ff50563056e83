"""What a case holds: one company, its sourced figures, and which of them each method uses.

Records only: a method's section names figures by their id and holds no numbers of its own, so that
every number stands once, with its unit, date and source. `workbooks.case_file` reads and checks the files.
"""

import datetime as dt
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Id: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
FigureId: TypeAlias = Annotated[
    Id, Field(description="id of a figure under [figures]", json_schema_extra={"figure": True})
]
NonEmpty: TypeAlias = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """Frozen and strict: an unknown key or a text for a number is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Source(Record):
    """Where figures come from."""

    title: NonEmpty
    publisher: NonEmpty
    date: NonEmpty = Field(description="as exact as it is known: 2018-03, autumn 2015")
    note: str = ""


class Figure(Record):
    """One number: in its unit, at its date, from its source."""

    label: NonEmpty
    value: float = Field(allow_inf_nan=False)
    unit: NonEmpty = Field(
        description="亿元, 亿 USD, CNY m; share (0 to 1), rate, ×, years; CNY per USD, CNY per account; 亿 accounts"
    )
    as_of: NonEmpty = Field(description="the date or period it holds for: 2017, 2015-Q2, 2018-06-30")
    source: Id
    note: str = ""


class Company(Record):
    """Who is valued, when, and in which currencies."""

    name: NonEmpty
    as_of: dt.date
    currency: NonEmpty = Field(description="ISO code of the local currency the figures are in")
    reporting_currency: NonEmpty = Field(description="ISO code of the second currency values are shown in")
    display_unit: NonEmpty = Field(description="unit that local values are displayed in: 亿元, CNY m")
    reporting_unit: NonEmpty = Field(description="unit that values in the reporting currency are displayed in")
    fx: FigureId = Field(description="local currency per unit of the reporting currency")
    price: FigureId | None = Field(None, description="price or last round that the football field is held against")


class Peer(Record):
    """A comparable company: why it is comparable, and its multiples or what they are computed from."""

    name: NonEmpty
    why: NonEmpty = Field(description="why it drives on the same ring road, or why not")
    included: bool = True
    value: FigureId | None = None
    revenue: FigureId | None = None
    net_profit: FigureId | None = None
    ebitda: FigureId | None = None
    growth: FigureId | None = None
    ps: FigureId | None = Field(None, description="price to sales as published; else value ÷ revenue")
    pe: FigureId | None = Field(None, description="price to earnings as published; else value ÷ net profit")
    ev_ebitda: FigureId | None = None


class Comparables(Record):
    """Peer multiples and the subject's own metrics that they are applied to."""

    statistic: Literal["mean", "median", "harmonic", "min", "max", "q1", "q3"] = "median"
    revenue: FigureId | None = None
    net_profit: FigureId | None = None
    ebitda: FigureId | None = None
    peers: tuple[Peer, ...] = Field(min_length=1)


class Part(Record):
    """One part of a sum of the parts."""

    name: NonEmpty
    metric: FigureId
    metric_name: NonEmpty = Field(description="what the metric is: revenue 2017")
    low: FigureId | None = Field(None, description="lowest multiple; the base where none is argued for")
    base: FigureId
    high: FigureId | None = Field(None, description="highest multiple; the base where none is argued for")
    peer: NonEmpty = Field(description="whose multiple it is")
    stake: FigureId | None = None


class Segments(Record):
    """Sum of the parts, and the bridge from it to equity."""

    parts: tuple[Part, ...] = Field(min_length=1)
    group: FigureId | None = Field(None, description="the group's own metric, which the parts should foot to")
    net_debt: FigureId | None = None
    discount: FigureId | None = None
    shares: FigureId | None = None


class Users(Record):
    """The per-user analogy: what a peer earns per user, on the target's users, at the peer's multiple."""

    peer: NonEmpty
    users: FigureId
    ad_arpu: FigureId
    payer_arpu: FigureId
    peer_payers: FigureId
    peer_accounts: FigureId
    peer_value: FigureId = Field(description="market capitalisation of the peer, in the reporting currency")
    peer_part: FigureId = Field(description="the peer's revenue that the analogy is about")
    peer_whole: FigureId = Field(description="the peer's whole revenue")
    prior_ad_arpu: FigureId | None = None
    prior_payer_arpu: FigureId | None = None
    quarter_ad_arpu: FigureId | None = None
    quarter_ad_growth: FigureId | None = None


class Scenario(Record):
    """One forward scenario."""

    name: NonEmpty
    growth: FigureId
    mix: tuple[FigureId, ...] = ()
    margins: tuple[FigureId, ...] = ()
    basis: Literal["revenue", "earnings"] = Field(description="what the multiple is applied to")
    multiple: FigureId
    discount_rate: FigureId
    probability: FigureId


class Scenarios(Record):
    """Forward scenarios: the same revenue, grown, at a mix of margins, on a multiple, some years out."""

    revenue: FigureId
    years: FigureId
    parts: tuple[NonEmpty, ...] = Field((), description="what the mix is made of: internet, hardware")
    selected: int = Field(1, ge=1, description="number of the scenario in force")
    cases: tuple[Scenario, ...] = Field(min_length=1)


class Reference(Record):
    """A range of values that others named: a rumour, a round, a guidance."""

    label: NonEmpty
    low: FigureId
    high: FigureId


class Line(Record):
    """A published figure and how it is recomputed: a result on a sheet, or a function of the catalogue."""

    published: FigureId
    result: str = Field("", description="a result in the workbook: segments.equity")
    method: str = Field("", description="a function of the catalogue, when no sheet holds the result")
    arguments: dict[str, FigureId | str | float | tuple[FigureId | str | float, ...]] = Field(
        default_factory=dict, description="figure ids, results of the workbook (with a dot) or plain numbers"
    )
    tolerance: float = Field(0.005, gt=0, lt=1, description="share of the published figure")
    explanation: str = ""


class Case(Record):
    """A company valued: everything a workbook is made from."""

    title: NonEmpty
    company: Company
    sources: dict[Id, Source] = Field(min_length=1)
    figures: dict[Id, Figure] = Field(min_length=1)
    comparables: Comparables | None = None
    segments: Segments | None = None
    users: Users | None = None
    scenarios: Scenarios | None = None
    references: tuple[Reference, ...] = ()
    reconciliation: tuple[Line, ...] = ()
