"""Writes one company of a screen as a case file: its figures, bridge, price, and the peers of its group."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbooks.case.toml_text import toml
from workbooks.files import save
from workbooks.screening.inputs import Inputs, needed_columns
from workbooks.screening.numbers import Reasons
from workbooks.screening.spec import BRIDGE, MethodSpec, Spec, SpecError, load
from workbooks.screening.table import open_table

MOST_PEERS: Final = 5000  # of a case


@dataclass(frozen=True, slots=True)
class _Company:
    """A row of the table, with the spec of the screen."""

    spec: Spec
    inputs: Inputs
    row: int
    name: str

    def number(self, what: str | float, *, money: bool) -> float | None:
        """A figure of the company; None where it is missing."""
        value = float(self.inputs.number(what, Reasons(self.inputs.count), money=money)[self.row])
        return value if np.isfinite(value) else None


def write_company_case(spec_file: Path, company: str, folder: Path) -> Path:
    """Write the case file of one company and the table of its peers; returns the path of the case file.

    Parameters
    ----------
    spec_file : file
        The spec of the screen.
    company : text
        Its id in the table.
    folder : folder
        Where the files are written.

    Raises
    ------
    SpecError
        If the company is not in the table or its row cannot be valued, or the spec does not say the currency.
    OSError
        If the files cannot be written.
    """
    spec = load(spec_file)
    table = open_table(spec, spec_file.parent, folder, *needed_columns(spec))
    inputs = Inputs(spec, table.partition(0, table.companies))
    ids = inputs.frame[spec.table.id].cast(pl.String)
    rows = np.flatnonzero((ids == company).fill_null(value=False).to_numpy())
    if not len(rows):
        raise SpecError(spec_file.parent / spec.table.file, [f"has no company {company!r} in column {spec.table.id!r}"])
    row = int(rows[0])
    if inputs.bad_rows.text(row):
        raise SpecError(spec_file.parent / spec.table.file, [f"{company}: {inputs.bad_rows.text(row)}"])
    names = inputs.frame[spec.table.name or spec.table.id].cast(pl.String)
    found = _Company(spec, inputs, row, names[row] or company)
    methods = _methods(found)
    peers = _peers(found, methods, names)
    save(peers.encode(), folder / "peers.csv")
    text = "\n".join(_lines(found, methods, spec_file))
    save((text + "\n").encode(), folder / "company.toml")
    return folder / "company.toml"


def _methods(company: _Company) -> list[MethodSpec]:
    """The multiples that a case supports: those with the same statistics as the first, over whole groups."""
    spec = company.spec
    found = [
        method
        for method in spec.methods
        if method.is_multiple
        and spec.groups[method.group].nearest is None
        and (company.number(method.metric, money=True) or 0) > 0
    ]
    return [each for each in found if (each.low, each.base, each.high) == (found[0].low, found[0].base, found[0].high)]


def _lines(company: _Company, methods: Sequence[MethodSpec], spec_file: Path) -> Iterator[str]:
    spec, table = company.spec, company.spec.table
    file = spec_file.parent / table.file
    as_of = table.as_of or datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    yield f"title = {toml(company.name)}\n\n[company]\nname = {toml(company.name)}\nas_of = {as_of.isoformat()}"
    currency = _currency(company, spec_file)
    yield f'currency = "{currency}"\nunit = "{currency}"\n'
    yield f"[defaults]\nsource = {toml(file.name)}\nas_of = {toml(as_of.isoformat())}\n"
    if methods:
        yield "[metrics]"
        for metric in dict.fromkeys(method.metric for method in methods):
            yield f"{toml(metric)} = {company.number(metric, money=True)!r}"
    yield from _capital(company, currency)
    if methods:
        first = methods[0]
        yield '\n[comparables]\ntable = "peers.csv"'
        yield f"statistic = {toml(first.base)}\nlow = {toml(first.low)}\nhigh = {toml(first.high)}\nmultiples = ["
        for method in methods:
            yield f"  {{ name = {toml(method.name)}, of = {toml(method.of)}, metric = {toml(method.metric)} }},"
        yield "]"
    flows = next((method for method in spec.methods if method.entry.name == "driver_dcf" and method.function), None)
    if flows is not None:
        yield from _cash_flows(company, flows)


def _currency(company: _Company, spec_file: Path) -> str:
    spec = company.spec
    if spec.fx is not None:
        return spec.fx.currency
    code = company.inputs.frame[spec.table.currency][company.row] if spec.table.currency else None
    if code is None:
        raise SpecError(spec_file, ['a workbook needs a currency: give [fx] currency = "USD"'])
    return str(code)


def _capital(company: _Company, currency: str) -> Iterator[str]:
    capital = company.spec.capital
    yield "\n[capital]"
    for name in ("debt", "cash", *BRIDGE[:-1]):
        what = getattr(capital, name)
        if what is not None and (value := company.number(what, money=True)) is not None:
            yield f"{name} = {value!r}"
    if capital.other_assets is not None and (value := company.number(capital.other_assets, money=True)) is not None:
        yield f'other = [{{ name = "Other assets", value = {value!r} }}]'
    if capital.shares is not None and (shares := company.number(capital.shares, money=False)) is not None:
        yield f'shares = "{_plain(shares)} shares"'
    if capital.market_value is not None:
        if (value := company.number(capital.market_value, money=True)) is not None:
            yield f"market_value = {value!r}"
    elif capital.price is not None and (price := company.number(capital.price, money=True)) is not None:
        yield f'price = "{_plain(price)} {currency} per share"'


def _cash_flows(company: _Company, method: MethodSpec) -> Iterator[str]:
    """The [dcf] section, whose keys are the arguments of DRIVER_DCF."""
    kinds = {parameter.name: parameter.kind for parameter in method.entry.parameters}
    lines = []
    for name, what in method.arguments.items():
        if kinds[name].shape != "number":
            lines.append(f"{name} = {toml(what)}")
            continue
        value = company.number(what, money=kinds[name].unit == "money")
        if value is None:
            return
        lines.append(f"{name} = {int(value) if name == 'years' else repr(value)}")
    yield "\n[dcf]"
    yield from lines


def _peers(company: _Company, methods: Sequence[MethodSpec], names: pl.Series) -> str:
    """Companies of the groups, one row each, with their multiples."""
    inputs = company.inputs
    members = {method.name: _members(company, method) for method in methods}
    chosen = np.zeros(inputs.count, np.bool_)
    for rows in members.values():
        chosen |= rows
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["Company", *(method.name for method in methods)])
    own = {method.name: inputs.own_multiple(method) for method in methods}
    for row in np.flatnonzero(chosen)[:MOST_PEERS].tolist():
        cells = [own[name][row] if members[name][row] and own[name][row] >= 0 else np.nan for name in own]
        writer.writerow([names[row], *("NM" if np.isnan(cell) else repr(float(cell)) for cell in cells)])
    return text.getvalue()


def _members(company: _Company, method: MethodSpec) -> NDArray[np.bool_]:
    labels = company.inputs.labels(method.group)
    label = labels[company.row]
    mine = (labels == label).fill_null(value=False).to_numpy()
    return np.asarray(mine & ~company.inputs.bad_rows.there)


def _plain(value: float) -> str:
    """A number without an exponent, which amounts with a unit do not allow."""
    return np.format_float_positional(value, trim="-")
