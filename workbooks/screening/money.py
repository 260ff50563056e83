"""What the numbers of a column count: money of the accounts or of the listing, in total or per share, or no money.

Shares are quoted in another currency than the accounts are in, or in hundredths of it (GBp: pence). A hundredth applies
to amounts per share: nobody states sales in pence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats
from valuation.kernel.currencies import HUNDREDTH_OF
from valuation.kernel.errors import NO_EXCHANGE_RATE
from workbooks.screening.spec import CLAIMS, FxSpec, MethodSpec, Spec, TableSpec


@dataclass(frozen=True, slots=True)
class Money:
    """A kind of money: in which currency of a row, and whether an amount per share."""

    listed: bool = False
    per_share: bool = False


ACCOUNTS: Final = Money()
PER_SHARE: Final = Money(per_share=True)
MARKET_VALUE: Final = Money(listed=True)
PRICE: Final = Money(listed=True, per_share=True)
_OF_UNITS: Final = {"money": ACCOUNTS, "money per user": ACCOUNTS, "money per share": PER_SHARE}


def money_of(unit: str) -> Money | None:
    """The money that a unit of the catalogue counts; None where it counts none."""
    return _OF_UNITS.get(unit)


def metric_money(method: MethodSpec) -> Money:
    """What the metric of a multiple counts: earnings per share where the value is of a share."""
    return PER_SHARE if method.of == "share" else ACCOUNTS


def column_of(table: TableSpec, money: Money | None) -> str:
    """The column with the currency of some money; empty where the table has none."""
    return table.price_currency if money and money.listed and table.price_currency else table.currency


def uses(spec: Spec) -> dict[str, Money | None]:
    """What the columns count that capital and methods use."""
    found: dict[str, Money | None] = {}
    for what, money in _uses(spec):
        if isinstance(what, str):
            found.setdefault(what, money)
    return found


def _uses(spec: Spec) -> Iterator[tuple[object, Money | None]]:
    capital = spec.capital
    yield from ((getattr(capital, name), ACCOUNTS) for name in CLAIMS)
    yield from ((capital.shares, None), (capital.price, PRICE), (capital.market_value, MARKET_VALUE))
    for method in spec.methods:
        if method.is_multiple:
            yield method.metric, metric_money(method)
            continue
        kinds = {parameter.name: parameter.kind for parameter in method.entry.parameters}
        for arguments in (method.arguments, method.others("low"), method.others("high")):
            for name, what in arguments.items():
                if kinds[name].numeric:
                    for each in what if isinstance(what, tuple) else (what,):
                        yield each, money_of(kinds[name].unit)


def unsaid(spec: Spec) -> Iterator[tuple[str, str]]:
    """Group and column where a spec with exchange rates leaves open whether a column of sizes or distances is money."""
    if spec.fx is None or not spec.table.currency:
        return
    known = uses(spec)
    for name, group in spec.groups.items():
        if group.size is not None and group.size.money is None and group.size.column not in known:
            yield f"{name}.size", group.size.column
        if group.nearest is not None and group.nearest.money is None:
            for column in group.nearest.columns:
                if column not in known:
                    yield f"{name}.nearest", column


@dataclass(frozen=True, slots=True)
class Rates:
    """Currencies of some rows.

    Attributes
    ----------
    codes : texts
        The currency as the table has it.
    currencies : texts
        The same with a hundredth replaced by its currency: GBP for GBp.
    hundredths : (rows) flag
        Where amounts per share count in hundredths.
    rates : (rows) number
        What one unit of the currency is worth in that of the screen; NaN where it is not known.
    """

    codes: pl.Series
    currencies: pl.Series
    hundredths: NDArray[np.bool_]
    rates: Floats

    def at(self, rows: NDArray[np.int64]) -> "Rates":
        """Currencies of some of the rows."""
        return Rates(self.codes.gather(rows), self.currencies.gather(rows), self.hundredths[rows], self.rates[rows])


def rates_of(codes: pl.Series, fx: FxSpec | None) -> Rates:
    """Currencies and rates of rows, from their codes."""
    written = codes.cast(pl.String).str.strip_chars()
    currencies = written.replace(HUNDREDTH_OF)
    hundredths = written.is_in(list(HUNDREDTH_OF)).fill_null(value=False).to_numpy()
    if fx is None:
        return Rates(written, currencies, hundredths, np.ones(len(codes)))
    known = {fx.currency: 1.0} | dict(fx.rates)
    found = currencies.replace_strict(known, default=None, return_dtype=pl.Float64)
    rates = np.where(found.is_null().to_numpy(), NO_EXCHANGE_RATE, found.to_numpy())
    return Rates(written, currencies, hundredths, rates)
