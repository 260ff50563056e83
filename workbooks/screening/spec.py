"""Spec of a screen: a TOML file that maps columns of a table to the arguments of methods."""

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from valuation.batch_simulation import PROBABILITIES
from valuation.catalogue import Entry, entry
from workbooks.case.roles import Record

ColumnOrNumber: TypeAlias = str | float
STATISTICS: Final = ("min", "q1", "median", "q3", "max", "mean", "harmonic")
BRIDGE: Final = ("net_debt", "minorities", "preferred", "associates", "pensions", "other_assets")
CLAIMS: Final = ("debt", "cash", "leases", *BRIDGE)  # what [capital] may have between enterprise and equity value
ELEMENT: Final = re.compile(r"(\w+)(?:\[([1-9][0-9]*)\])?")


class SpecError(ValueError):
    """A spec or a table with errors; the message has one line per problem."""

    def __init__(self, file: str | Path, problems: list[str]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


class TableSpec(Record):
    """The table file, and the columns that identify a row."""

    file: str = Field(
        description="the table: .parquet, .csv, .tsv, .arrow or .xlsx, beside the spec or with its whole path"
    )
    sheet: str = Field(default="", description="of a workbook; else the first that has the column of ids")
    id: str = Field(description="the column that names a company: unique, or unique with the segment")
    name: str = ""
    segment: str = ""
    currency: str = Field(default="", description="the column with the currency of the accounts")
    price_currency: str = Field(default="", description="that of price and market value, where it is another")
    as_of: date | None = None


class FxSpec(Record):
    """Currency of the screen, and exchange rates of others to it."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rates: dict[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict
    )


class CapitalSpec(Record):
    """Items from enterprise value to the share price; each is a column or a number."""

    net_debt: ColumnOrNumber | None = None
    debt: ColumnOrNumber | None = None
    cash: ColumnOrNumber | None = None
    leases: ColumnOrNumber | None = None
    minorities: ColumnOrNumber | None = None
    preferred: ColumnOrNumber | None = None
    associates: ColumnOrNumber | None = None
    pensions: ColumnOrNumber | None = None
    other_assets: ColumnOrNumber | None = None
    shares: ColumnOrNumber | None = None
    price: ColumnOrNumber | None = None
    market_value: ColumnOrNumber | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "CapitalSpec":
        if self.net_debt is not None and (self.debt is not None or self.cash is not None):
            message = "net_debt, or debt and cash: not both"
            raise ValueError(message)
        if (self.debt is None) != (self.cash is None):
            message = "debt and cash go together"
            raise ValueError(message)
        if self.price is not None and self.market_value is None and self.shares is None:
            message = "a price needs shares, or give market_value"
            raise ValueError(message)
        return self


class SizeBands(Record):
    """Size bands of a column, given by their edges."""

    column: str
    edges: tuple[float, ...] = Field(min_length=1)
    money: bool | None = Field(default=None, description="whether the column counts money")

    @model_validator(mode="after")
    def _rising(self) -> "SizeBands":
        if list(self.edges) != sorted(set(self.edges)):
            message = "edges rise"
            raise ValueError(message)
        return self


class Nearest(Record):
    """Nearest companies by some columns, measured in standard deviations."""

    columns: tuple[str, ...] = Field(min_length=1)
    count: int = Field(ge=1, le=1000)
    money: tuple[str, ...] | None = Field(default=None, description="those of the columns that count money")


class GroupSpec(Record):
    """A grouping of companies into peers."""

    by: tuple[str, ...] = ()
    size: SizeBands | None = None
    nearest: Nearest | None = None
    min: int = Field(default=3, ge=1, description="fewest peers with a multiple, below which there is no value")
    approximate: float | None = Field(
        default=None, ge=1e-4, le=0.1, description="share by which a statistic may differ from the exact one"
    )

    @model_validator(mode="after")
    def _something(self) -> "GroupSpec":
        if self.approximate is not None and self.nearest is not None:
            message = "the statistics of the nearest peers are exact: leave out approximate"
            raise ValueError(message)
        if not self.by and self.size is None and self.nearest is None:
            message = "a group is by columns, by size or by the nearest"
            raise ValueError(message)
        return self


class Uncertain(Record):
    """Low and high of an input: as columns or numbers, as a share of the base, or as a distance from it."""

    low: ColumnOrNumber | None = None
    high: ColumnOrNumber | None = None
    share: float | None = Field(default=None, gt=0)
    distance: float | None = Field(default=None, gt=0)
    peers: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "Uncertain":
        ways = [self.low is not None and self.high is not None, self.share is not None, self.distance is not None]
        if (self.low is None) != (self.high is None) or sum([*ways, self.peers]) != 1:
            message = "either low and high, or share, or distance, or peers = true"
            raise ValueError(message)
        return self


class MethodSpec(Record):
    """A valuation method: a multiple of peers, or a function of the catalogue."""

    name: str = Field(min_length=1)
    of: Literal["enterprise", "equity", "share"] = "equity"
    group: str = ""
    metric: str = ""
    low: Any = "q1"
    base: Any = "median"
    high: Any = "q3"
    function: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict)
    uncertain: dict[str, Uncertain] = Field(default_factory=dict)
    correlation: tuple[tuple[float, ...], ...] | None = None

    @property
    def is_multiple(self) -> bool:
        """Whether the method is a multiple of peers."""
        return not self.function

    @property
    def entry(self) -> Entry:
        """The function of the catalogue that gives its value."""
        return entry(self.function or "implied_value")

    def others(self, end: str) -> dict[str, Any]:
        """Arguments with another value for the low or the high end."""
        found = getattr(self, end)
        return found if isinstance(found, dict) else {}


class SimulationSpec(Record):
    """Settings of the simulation."""

    draws: int = 1000
    seed: int = 1
    quantiles: tuple[Annotated[float, Field(ge=0, le=1)], ...] = PROBABILITIES


class OutputSpec(Record):
    """Settings of the output."""

    file: str = ""
    columns: tuple[str, ...] = ()


class Spec(Record):
    """A screen."""

    title: str = ""
    table: TableSpec
    units: dict[str, str] = Field(default_factory=dict)
    fx: FxSpec | None = None
    capital: CapitalSpec = CapitalSpec()
    groups: dict[str, GroupSpec] = Field(default_factory=dict)
    methods: tuple[MethodSpec, ...] = Field(min_length=1)
    simulation: SimulationSpec = SimulationSpec()
    output: OutputSpec = OutputSpec()

    def served_groups(self) -> list[str]:
        """Groups that at least one method uses."""
        taken = {method.group for method in self.methods if method.is_multiple}
        return [name for name in self.groups if name in taken]

    def fingerprint(self) -> str:
        """Hash of the contents of the spec."""
        canonical = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()
