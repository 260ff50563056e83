"""Values of one partition: for each method low, base and high, per share, upside, and reasons for missing values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.blending import price_to_value
from valuation.bridge import equity_from_ev, per_share
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import NO_PEERS, NOT_MEANINGFUL, UNEXPLAINED, ValuationError, reason, reason_numbers
from valuation.multiples import implied_value
from workbooks.screening.inputs import Argument, Inputs, Parts
from workbooks.screening.money import metric_money
from workbooks.screening.numbers import Reasons
from workbooks.screening.peers import Grouping, Statistics
from workbooks.screening.simulating import simulated
from workbooks.screening.spec import MethodSpec
from workbooks.screening.threads import each

ENDS: Final = ("low", "base", "high")


@dataclass(frozen=True, slots=True)
class Peers:
    """Groups of the companies of a partition, and the indices of their statistics."""

    labels: pl.Series
    grouping: Grouping
    places: NDArray[np.int64]


@dataclass(slots=True)
class Valued:
    """Results of one method for the companies of a partition.

    Attributes
    ----------
    arguments : mapping
        Base-case arguments of the method's function.
    ends : mapping
        Low, base and high equity value.
    """

    arguments: dict[str, Argument]
    reasons: Reasons
    bridge: dict[str, Floats] = field(default_factory=dict)
    ends: dict[str, Floats] = field(default_factory=dict)
    peers: Statistics | None = None


def screen_partition(inputs: Inputs, groupings: Mapping[str, Grouping]) -> pl.DataFrame:
    """One row per company: its identification, and all columns of the methods except percentiles.

    Parameters
    ----------
    inputs : Inputs
        The companies.
    groupings : mapping
        Peer statistics over all partitions.
    """
    spec, table = inputs.spec, inputs.spec.table
    kept = [inputs.frame[name] for name in dict.fromkeys((table.id, table.name, *spec.output.columns)) if name]
    columns: dict[str, pl.Series] = {series.name: series for series in kept}
    labels: dict[str, pl.Series] = {}
    for name in spec.groups:
        labels[name] = inputs.labels(name)
        columns[group_column(name)] = labels[name].alias(group_column(name))
    peers = {name: Peers(labels[name], group, group.places(labels[name])) for name, group in groupings.items()}

    def of_method(method: MethodSpec) -> dict[str, pl.Series]:
        return _columns(inputs, method, _valued(inputs, method, peers.get(method.group)))

    for found in each(of_method, spec.methods):
        columns |= found
    return pl.DataFrame(columns)


def group_column(group: str) -> str:
    """The name of the column with each company's group."""
    return f"group {group}"


def percentile_column(method: str) -> str:
    """The name of the column with a method's percentiles."""
    return f"{method} percentile"


def upside_column(method: str) -> str:
    """The name of the column with a method's upside."""
    return f"{method} upside"


def reason_column(method: str) -> str:
    """The name of the column that says why a method gives no value."""
    return f"{method} reason"


def value_column(method: str, end: str) -> str:
    """The name of the column with a method's low, base or high equity value."""
    return f"{method} {end}"


def _valued(inputs: Inputs, method: MethodSpec, peers: "Peers | None") -> Valued:
    reasons = Reasons(inputs.count)
    reasons.add_all(inputs.bad_rows)
    if method.is_multiple and peers is not None:
        valued, raw = _of_peers(inputs, method, reasons, peers)
    else:
        valued, raw = _of_function(inputs, method, reasons)
    bad = inputs.bad_rows.there
    if method.of == "enterprise":
        valued.bridge = inputs.bridge(reasons)
        raw = {end: equity_from_ev(each, **valued.bridge) for end, each in raw.items()}
    elif method.of == "share":
        shares = inputs.shares(reasons)
        raw = {end: each if shares is None else each * shares for end, each in raw.items()}
    valued.ends = {end: np.where(bad, NO_PEERS, each) for end, each in raw.items()}
    _explain(valued.ends["base"], reasons, "")
    for end in ("low", "high"):
        _explain(valued.ends[end], reasons, f"no {end}: ")
    return valued


def _of_peers(inputs: Inputs, method: MethodSpec, reasons: Reasons, peers: Peers) -> tuple[Valued, dict[str, Floats]]:
    group = inputs.spec.groups[method.group]
    metric = inputs.number(method.metric, reasons, metric_money(method))
    reasons.add(metric <= 0, f"n.m.: {method.metric} is zero or negative")
    labels = peers.labels
    reasons.add(labels.is_null().to_numpy(), f"no group {method.group}: a column of it is blank")
    found = peers.grouping.by_method[method.name].at(peers.places)
    few = (found.peers < group.min) & ~reasons.there
    for row in np.flatnonzero(few).tolist():
        count = int(found.peers[row])
        companies_have = "1 company has" if count == 1 else f"{count} companies have"
        reasons.put(row, f"in {labels[row]} {companies_have} a multiple {method.name}, and {group.min} are asked for")
    usable = np.where(metric <= 0, NOT_MEANINGFUL, metric)
    ends = {end: np.where(found.peers < group.min, NO_PEERS, getattr(found, end)) for end in ENDS}
    raw = {end: implied_value(usable, multiples) for end, multiples in ends.items()}
    return Valued(
        {"metric": usable, "multiple": ends["base"]},
        reasons,
        peers=Statistics(ends["low"], ends["base"], ends["high"], found.peers),
    ), raw


def _of_function(inputs: Inputs, method: MethodSpec, reasons: Reasons) -> tuple[Valued, dict[str, Floats]]:
    kinds = {parameter.name: parameter.kind for parameter in method.entry.parameters}
    base = {name: inputs.argument(what, kinds[name], reasons) for name, what in method.arguments.items()}
    raw = {}
    for end in ENDS:
        other = method.others(end) if end != "base" else {}
        arguments = base | {name: inputs.argument(what, kinds[name], reasons) for name, what in other.items()}
        try:
            raw[end] = called(method.entry.function, arguments, inputs.count)
        except ValuationError as problem:  # a failure of the whole call, which applies to every company
            reasons.add(np.ones(inputs.count, np.bool_), str(problem))
            raw[end] = np.full(inputs.count, UNEXPLAINED.nan)
    return Valued(base, reasons), raw


def called(function: Callable[..., Any], arguments: Mapping[str, Argument], count: int) -> Floats:
    """Results of a function per company; companies with the same number of parts are computed together."""
    ragged = [each for each in arguments.values() if isinstance(each, Parts)]
    if not ragged:
        return np.array(np.broadcast_to(np.asarray(function(**arguments), np.float64), count))
    found = np.empty(count)
    counts = ragged[0].counts
    for parts in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == parts)
        found[rows] = function(**{name: picked(each, rows, parts) for name, each in arguments.items()})
    return found


def picked(argument: Argument, rows: NDArray[np.intp], parts: int) -> Any:  # noqa: ANN401 - what a function takes
    """Values of an argument for some companies with the same number of parts."""
    if isinstance(argument, Parts):
        return argument.rows(rows, parts)
    return argument[rows] if isinstance(argument, np.ndarray) else argument


def _columns(inputs: Inputs, method: MethodSpec, valued: Valued) -> dict[str, pl.Series]:
    name, reasons = method.name, valued.reasons
    columns = {value_column(name, end): valued.ends[end] for end in ENDS}
    base = valued.ends["base"]
    missing = Reasons(inputs.count)
    shares, market = inputs.shares(missing), inputs.market_value(missing)
    no_value = reasons.there
    if shares is not None:
        columns[f"{name} per share"] = per_share(base, shares)
    if market is not None:
        columns[upside_column(name)] = price_to_value(base, market) - 1
        for row in np.flatnonzero(np.isnan(columns[upside_column(name)]) & ~np.isnan(base)).tolist():
            reasons.put(row, f"no upside: {missing.text(row) or 'no price'}")
    if method.uncertain:
        _simulate(inputs, method, valued, market, columns, no_value)
    made = {key: pl.Series(key, values).fill_nan(None) for key, values in columns.items()}
    made[reason_column(name)] = reasons.series(reason_column(name))
    return made


def _simulate(
    inputs: Inputs,
    method: MethodSpec,
    valued: Valued,
    market: Floats | None,
    columns: dict[str, Floats],
    no_value: NDArray[np.bool_],
) -> None:
    spread = simulated(inputs, method, valued.arguments, valued.bridge, valued.peers, market)
    bad = no_value | np.isnan(valued.ends["base"])
    shares = inputs.shares(Reasons(inputs.count)) if method.of == "share" else None
    times = np.ones(inputs.count) if shares is None else shares  # the draws of a value per share are of one share
    for place, probability in enumerate(inputs.spec.simulation.quantiles):
        columns[f"{method.name} {probability * 100:.10g} %"] = np.where(bad, np.nan, spread.quantiles[:, place] * times)
    columns[f"{method.name} mean"] = np.where(bad, np.nan, spread.mean * times)
    columns[f"{method.name} deviation"] = np.where(bad, np.nan, spread.deviation * times)
    if market is not None:
        columns[f"{method.name} probability of upside"] = np.where(bad, np.nan, spread.above)
    columns[f"{method.name} failed draws"] = np.where(bad, np.nan, spread.failures)
    for text, rows in spread.faults.items():
        valued.reasons.add(rows, f"no simulation: {text}")
    _explain(spread.mean, valued.reasons, "no simulation: ")


def _explain(values: Floats, reasons: Reasons, before: str) -> None:
    """Add the reason carried by a NaN where no reason is recorded yet."""
    missing = np.isnan(values) & ~reasons.there
    if not missing.any():
        return
    codes = reason_numbers(values)
    for code in np.unique(codes[missing]).tolist():
        rows = missing & (codes == code)
        why = reason(float(values[np.flatnonzero(rows)[0]])) or UNEXPLAINED
        reasons.add(rows, before + why.message)
