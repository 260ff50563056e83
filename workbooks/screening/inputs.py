"""Inputs of the companies of one partition: numbers, bridge, market value and group labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.bridge import ev_from_equity, net_debt, per_share
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import OUT_OF_RANGE
from valuation.kernel.units import Kind
from valuation.multiples import multiple
from workbooks.screening.money import (
    ACCOUNTS,
    MARKET_VALUE,
    PRICE,
    Money,
    Rates,
    column_of,
    metric_money,
    money_of,
    rates_of,
    uses,
)
from workbooks.screening.numbers import Reasons, numbers, scale_of
from workbooks.screening.peers import JOIN, Members
from workbooks.screening.spec import BRIDGE, GroupSpec, MethodSpec, Spec
from workbooks.screening.table import Partition
from workbooks.screening.threads import each


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
        self._currencies: dict[str, Rates] = {}
        self._numbers: dict[tuple[str, Money | None], tuple[Floats, Reasons]] = {}

    @property
    def count(self) -> int:
        """Number of companies."""
        return self.frame.height

    def number(self, what: str | float, reasons: Reasons, money: Money | None = None) -> Floats:
        """One number per company, from a column or a constant; missing numbers are explained in `reasons`.

        Money of a column is converted to the currency of the screen.
        """
        if not isinstance(what, str):
            return np.full(self.count, float(what))
        values, why = self._column(what, money)
        if self._starts is not None:
            values, why = self._first(what, values, why)
        reasons.add_all(why)
        return values if money is None else values * self._rates(money)

    def parts(self, column: str, reasons: Reasons, money: Money | None = None) -> Floats | Parts:
        """One number per part, from a column of a table with segments."""
        values, why = self._column(column, money)
        rates = np.ones(self.count) if money is None else self._rates(money)
        if self._starts is None:
            reasons.add_all(why)
            return (values * rates)[:, np.newaxis]
        reasons.add_all(why.at(self._starts))
        return Parts(values * np.repeat(rates, np.diff(self._starts)), self._starts)

    def argument(self, what: Any, kind: Kind, reasons: Reasons) -> Argument:  # noqa: ANN401 - what TOML holds
        """Values for an argument: from a column, from several columns, or a constant."""
        money = money_of(kind.unit)
        if kind.shape == "number" and isinstance(what, (str, float, int)) and not isinstance(what, bool):
            return self.number(what, reasons, money)
        if kind.shape == "vector":
            if isinstance(what, str):
                return self.parts(what, reasons, money)
            if isinstance(what, tuple):
                columns = [self.number(each, reasons, money) for each in what]
                return np.stack(columns, axis=-1)
            return np.full((self.count, 1), float(what))
        found: Argument = what
        return found

    def currency_of(self, column: str) -> Rates | None:
        """Currencies of the companies by a column, in a table with segments those of their first rows; None without."""
        found = self._of_rows(column)
        return found if found is None or self._starts is None else found.at(self._starts[:-1])

    def _rates(self, money: Money) -> Floats:
        """What money of each company is multiplied by."""
        found = self.currency_of(column_of(self.spec.table, money))
        return np.ones(self.count) if found is None else found.rates

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
        self._say_unknown(self.spec.table.currency, "the currency", reasons)
        return reasons

    def _say_unknown(self, column: str, what: str, reasons: Reasons) -> None:
        found = self.currency_of(column)
        if found is None:
            return
        for row in np.flatnonzero(np.isnan(found.rates)).tolist():
            code, currency = found.codes[row], found.currencies[row]
            no_rate = f"no exchange rate for {code}: give [fx.rates] {currency}"
            reasons.put(row, no_rate if code else f"{what} is blank")

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
        found = {name: self.number(what, reasons, ACCOUNTS) for name, what in given.items()}
        if capital.debt is not None and capital.cash is not None:
            owed = self.number(capital.debt, reasons, ACCOUNTS)
            found["net_debt"] = net_debt(owed, self.number(capital.cash, reasons, ACCOUNTS))
        if capital.leases is not None:
            found["net_debt"] = found["net_debt"] + self.number(capital.leases, reasons, ACCOUNTS)
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
        if capital.market_value is None and capital.price is None:
            return None, reasons
        self._say_unknown(self.spec.table.price_currency, "the currency of the price", reasons)
        if capital.market_value is not None:
            value = self.number(capital.market_value, reasons, MARKET_VALUE)
            return self._positive(value, str(capital.market_value), reasons), reasons
        assert capital.price is not None  # noqa: S101 - asked before
        shares = self.shares(reasons)
        price = self._positive(self.number(capital.price, reasons, PRICE), str(capital.price), reasons)
        return price if shares is None else price * shares, reasons

    def _positive(self, values: Floats, name: str, reasons: Reasons) -> Floats:
        bad = values <= 0
        reasons.add(bad, f"{name} is zero or negative")
        return np.where(bad, OUT_OF_RANGE, values)

    def own_multiple(self, method: MethodSpec) -> Floats:
        """Each company's own trading multiple; NaN where it has none."""
        reasons = Reasons(self.count)
        value = self.market_value(reasons)
        metric = self.number(method.metric, reasons, metric_money(method))
        shares = self.shares(reasons)
        if value is None:
            return np.full(self.count, OUT_OF_RANGE)
        if method.of == "enterprise":
            value = ev_from_equity(value, **self.bridge(reasons))
        if method.of == "share" and shares is not None:
            value = per_share(value, shares)
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
            said = dict.fromkeys(group.nearest.money or (), ACCOUNTS)
            places = np.stack([self._placed(near, said.get(near)) for near in group.nearest.columns], axis=-1)
        multiples = each(self.own_multiple, served)
        return Members(labels, {method.name: own for method, own in zip(served, multiples, strict=True)}, places)

    def _band(self, group: GroupSpec) -> pl.Series:
        size = group.size
        assert size is not None  # noqa: S101 - asked before
        values = self._placed(size.column, None if size.money is False else ACCOUNTS)
        edges = [f"{edge:,.15g}" for edge in size.edges]
        between = [f"{low} – {high}" for low, high in pairwise(edges)]
        names = [f"< {edges[0]}", *between, f"≥ {edges[-1]}"]
        which = np.searchsorted(np.array(size.edges), values, side="right").astype(np.int64)
        return pl.Series(size.column, names).gather(
            pl.select(pl.when(pl.Series(~np.isnan(values))).then(pl.Series(which))).to_series()
        )

    def _of_rows(self, column: str) -> Rates | None:
        """Currencies of the rows, of which a company has several in a table with segments."""
        if not column:
            return None
        if column not in self._currencies:
            self._currencies[column] = rates_of(self._rows[column], self.spec.fx)
        return self._currencies[column]

    def _placed(self, column: str, money: Money | None) -> Floats:
        """A column that sizes or distances are measured in: it counts what the rest of the spec says, or else this."""
        return self.number(column, Reasons(self.count), self._uses.get(column, money))

    @cached_property
    def _uses(self) -> dict[str, Money | None]:
        return uses(self.spec)

    def _column(self, name: str, money: Money | None) -> tuple[Floats, Reasons]:
        if (name, money) not in self._numbers:
            scale = scale_of(self.spec.units.get(name, ""))
            column = column_of(self.spec.table, money)
            of_rows = self._of_rows(column)
            hundredths = of_rows.hundredths if of_rows and money and money.per_share else None
            currencies = of_rows.currencies if of_rows else None
            self._numbers[name, money] = numbers(self._rows[name], scale, currencies, hundredths)
        return self._numbers[name, money]

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
    table = spec.table
    plain = [table.id, table.name, table.segment, table.currency, table.price_currency, *spec.output.columns]
    found: list[str] = []
    for group in spec.groups.values():
        plain += group.by
        found += [group.size.column] if group.size else []
        found += group.nearest.columns if group.nearest else []
    found += uses(spec)
    for method in spec.methods:
        for uncertain in method.uncertain.values():
            found += [end for end in (uncertain.low, uncertain.high) if isinstance(end, str)]
    columns = [column for column in dict.fromkeys(plain + found) if column]
    return columns, [column for column in dict.fromkeys(found) if column]
