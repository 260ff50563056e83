"""Inputs of the companies of one partition: numbers, bridge, market value and group labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.bridge import ev_from_equity, net_debt
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import NO_EXCHANGE_RATE, OUT_OF_RANGE
from valuation.kernel.units import Kind
from valuation.multiples import multiple
from workbooks.screening.numbers import Reasons, numbers, scale_of
from workbooks.screening.peers import JOIN, Members
from workbooks.screening.spec import BRIDGE, GroupSpec, MethodSpec, Spec
from workbooks.screening.table import Partition
from workbooks.screening.threads import each

MONEY: Final = ("money", "money per user", "money per share")


@dataclass(frozen=True, slots=True)
class Parts:
    """One number per part of each company; the parts of a company are adjacent."""

    values: Floats
    starts: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of parts of each company."""
        return np.diff(self.starts)

    def rows(self, companies: NDArray[np.intp], parts: int) -> Floats:
        """The parts of companies with the same number of parts, one row per company."""
        return np.asarray(self.values[self.starts[companies, np.newaxis] + np.arange(parts)])


Argument: TypeAlias = Floats | Parts | float | str | bool | Sequence[float]


class Inputs:
    """The companies of a partition.

    Parameters
    ----------
    spec : Spec
        Spec of the screen.
    partition : Partition
        Rows to read.
    """

    def __init__(self, spec: Spec, partition: Partition) -> None:
        self.spec = spec
        self._rows = partition.frame(needed_columns(spec)[0])
        self._starts = partition.starts
        self._duplicates = partition.duplicates
        self.frame = self._rows if self._starts is None else self._rows[self._starts[:-1].tolist()]
        self._numbers: dict[str, tuple[Floats, Reasons]] = {}

    @property
    def count(self) -> int:
        """Number of companies."""
        return self.frame.height

    def number(self, what: str | float, reasons: Reasons, *, money: bool = False) -> Floats:
        """One number per company, from a column or a constant; missing numbers are explained in `reasons`."""
        if not isinstance(what, str):
            return np.full(self.count, float(what))
        values, why = self._column(what)
        if self._starts is not None:
            values, why = self._first(what, values, why)
        reasons.add_all(why)
        return values * self.rate if money else values

    def parts(self, column: str, reasons: Reasons, *, money: bool = False) -> Floats | Parts:
        """One number per part, from a column of a table with segments."""
        values, why = self._column(column)
        if self._starts is None:
            reasons.add_all(why)
            rated = values * self.rate if money else values
            return rated[:, np.newaxis]
        reasons.add_all(why.at(self._starts))
        rated = values * np.repeat(self.rate, np.diff(self._starts)) if money else values
        return Parts(rated, self._starts)

    def argument(self, what: Any, kind: Kind, reasons: Reasons) -> Argument:  # noqa: ANN401 - what TOML holds
        """Values for an argument: from a column, from several columns, or a constant."""
        money = kind.unit in MONEY
        if kind.shape == "number" and isinstance(what, (str, float, int)) and not isinstance(what, bool):
            return self.number(what, reasons, money=money)
        if kind.shape == "vector":
            if isinstance(what, str):
                return self.parts(what, reasons, money=money)
            if isinstance(what, tuple):
                columns = [self.number(each, reasons, money=money) for each in what]
                return np.stack(columns, axis=-1)
            return np.full((self.count, 1), float(what))
        found: Argument = what
        return found

    @cached_property
    def rate(self) -> Floats:
        """Exchange rate by which money of each row is multiplied."""
        fx, column = self.spec.fx, self.spec.table.currency
        if fx is None or not column:
            return np.ones(self.count)
        rates = {fx.currency: 1.0} | dict(fx.rates)
        found = self.frame[column].cast(pl.String).replace_strict(rates, default=None, return_dtype=pl.Float64)
        return np.where(found.is_null().to_numpy(), NO_EXCHANGE_RATE, found.to_numpy())

    @cached_property
    def bad_rows(self) -> Reasons:
        """Why a company cannot be valued at all."""
        reasons = Reasons(self.count)
        ids = self.frame[self.spec.table.id].cast(pl.String)
        reasons.add(
            (ids.is_null() | (ids.str.strip_chars() == "").fill_null(value=False)).to_numpy(), "the id is blank"
        )
        if self._duplicates:
            twice = ids.is_in(pl.Series(self._duplicates).implode()).fill_null(value=False).to_numpy()
            what = f"the same {self.spec.table.segment} " if self.spec.table.segment else ""
            for row in np.flatnonzero(twice).tolist():
                reasons.put(row, f"the id {ids[row]} stands in several rows{' with ' + what.strip() if what else ''}")
        unknown = np.flatnonzero(np.isnan(self.rate)).tolist()
        codes = self.frame[self.spec.table.currency] if unknown else None
        for row in unknown:
            code = None if codes is None else codes[row]
            say = "the currency is blank" if code is None else f"no exchange rate for {code}: give [fx.rates] {code}"
            reasons.put(row, say)
        return reasons

    def bridge(self, reasons: Reasons) -> dict[str, Floats]:
        """Bridge items from enterprise value to equity value, as arguments of EQUITY_FROM_EV."""
        found, why = self._bridge
        reasons.add_all(why)
        return dict(found)

    def shares(self, reasons: Reasons) -> Floats | None:
        """Shares of each company, if the spec gives them."""
        found, why = self._shares
        reasons.add_all(why)
        return found

    def market_value(self, reasons: Reasons) -> Floats | None:
        """Market value of the equity, if the spec gives it."""
        found, why = self._market_value
        reasons.add_all(why)
        return found

    @cached_property
    def _bridge(self) -> tuple[dict[str, Floats], Reasons]:
        capital, reasons = self.spec.capital, Reasons(self.count)
        given = {name: what for name in BRIDGE if (what := getattr(capital, name)) is not None}
        found = {name: self.number(what, reasons, money=True) for name, what in given.items()}
        if capital.debt is not None and capital.cash is not None:
            owed = self.number(capital.debt, reasons, money=True)
            found["net_debt"] = net_debt(owed, self.number(capital.cash, reasons, money=True))
        return found, reasons

    @cached_property
    def _shares(self) -> tuple[Floats | None, Reasons]:
        what, reasons = self.spec.capital.shares, Reasons(self.count)
        if what is None:
            return None, reasons
        return self._positive(self.number(what, reasons), str(what), reasons), reasons

    @cached_property
    def _market_value(self) -> tuple[Floats | None, Reasons]:
        capital, reasons = self.spec.capital, Reasons(self.count)
        if capital.market_value is not None:
            value = self.number(capital.market_value, reasons, money=True)
            return self._positive(value, str(capital.market_value), reasons), reasons
        if capital.price is None:
            return None, reasons
        shares = self.shares(reasons)
        price = self._positive(self.number(capital.price, reasons, money=True), str(capital.price), reasons)
        return price if shares is None else price * shares, reasons

    def _positive(self, values: Floats, name: str, reasons: Reasons) -> Floats:
        bad = values <= 0
        reasons.add(bad, f"{name} is zero or negative")
        return np.where(bad, OUT_OF_RANGE, values)

    def own_multiple(self, method: MethodSpec) -> Floats:
        """Each company's own trading multiple; NaN where it has none."""
        reasons = Reasons(self.count)
        value = self.market_value(reasons)
        metric = self.number(method.metric, reasons, money=True)
        if value is None:
            return np.full(self.count, OUT_OF_RANGE)
        if method.of == "enterprise":
            value = ev_from_equity(value, **self.bridge(reasons))
        found = multiple(value, metric)
        return np.where(self.bad_rows.there, OUT_OF_RANGE, found)

    def labels(self, name: str) -> pl.Series:
        """Group of each company; null where it has none."""
        group = self.spec.groups[name]
        pieces = [self.frame[column].cast(pl.String) for column in group.by]
        if group.size is not None:
            pieces.append(self._band(group))
        if not pieces:
            return pl.Series(name, [name], pl.String).new_from_index(0, self.count)
        if len(pieces) == 1:
            return pieces[0].alias(name)
        columns = pl.DataFrame({str(place): each for place, each in enumerate(pieces)})
        return columns.select(pl.concat_str(pl.all(), separator=JOIN).alias(name))[name]

    def members(self, name: str) -> Members:
        """Data of these companies for the statistics of a grouping."""
        group = self.spec.groups[name]
        labels = self.labels(name)
        if self.bad_rows.there.any():
            labels = pl.select(pl.when(pl.Series(~self.bad_rows.there)).then(labels)).to_series().alias(name)
        served = [method for method in self.spec.methods if method.is_multiple and method.group == name]
        places = None
        if group.nearest is not None:
            places = np.stack([self.number(near, Reasons(self.count)) for near in group.nearest.columns], axis=-1)
        multiples = each(self.own_multiple, served)
        return Members(labels, {method.name: own for method, own in zip(served, multiples, strict=True)}, places)

    def _band(self, group: GroupSpec) -> pl.Series:
        size = group.size
        assert size is not None  # noqa: S101 - asked before
        values = self.number(size.column, Reasons(self.count), money=True)
        edges = [f"{edge:,.15g}" for edge in size.edges]
        between = [f"{low} – {high}" for low, high in pairwise(edges)]
        names = [f"< {edges[0]}", *between, f"≥ {edges[-1]}"]
        which = np.searchsorted(np.array(size.edges), values, side="right").astype(np.int64)
        return pl.Series(size.column, names).gather(
            pl.select(pl.when(pl.Series(~np.isnan(values))).then(pl.Series(which))).to_series()
        )

    def _column(self, name: str) -> tuple[Floats, Reasons]:
        if name not in self._numbers:
            unit = self.spec.units.get(name, "")
            currency = self.spec.table.currency
            currencies = self._rows[currency].cast(pl.String) if currency else None
            self._numbers[name] = numbers(self._rows[name], scale_of(unit), currencies)
        return self._numbers[name]

    def _first(self, name: str, values: Floats, why: Reasons) -> tuple[Floats, Reasons]:
        """Values per company from a table with several rows per company; they must be equal in all its rows."""
        starts = self._starts
        assert starts is not None  # noqa: S101 - asked before
        first = values[starts[:-1]]
        low, high = np.fmin.reduceat(values, starts[:-1]), np.fmax.reduceat(values, starts[:-1])
        reasons = why.at(starts)
        reasons.add(low < high, f"{name} is not the same in all rows of the company")
        return np.where((low < high) & ~np.isnan(first), OUT_OF_RANGE, first), reasons


def needed_columns(spec: Spec) -> tuple[list[str], list[str]]:
    """Columns that a screen reads, and which of them hold numbers."""
    plain = [spec.table.id, spec.table.name, spec.table.segment, spec.table.currency, *spec.output.columns]
    found: list[str] = []
    for group in spec.groups.values():
        plain += group.by
        found += [group.size.column] if group.size else []
        found += group.nearest.columns if group.nearest else []
    found += [what for what in spec.capital.model_dump().values() if isinstance(what, str)]
    for method in spec.methods:
        found += [method.metric, *_argument_columns(method)]
        for uncertain in method.uncertain.values():
            found += [end for end in (uncertain.low, uncertain.high) if isinstance(end, str)]
    columns = [column for column in dict.fromkeys(plain + found) if column]
    return columns, [column for column in dict.fromkeys(found) if column]


def _argument_columns(method: MethodSpec) -> list[str]:
    if method.is_multiple:
        return []
    kinds: Mapping[str, Kind] = {parameter.name: parameter.kind for parameter in method.entry.parameters}
    columns: list[str] = []
    for arguments in (method.arguments, method.others("low"), method.others("high")):
        for name, what in arguments.items():
            if kinds[name].numeric:
                columns += [each for each in (what if isinstance(what, tuple) else (what,)) if isinstance(each, str)]
    return columns
