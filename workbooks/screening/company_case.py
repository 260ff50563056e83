"""Writes one company of a screen as a case file: its figures, bridge, price, and the peers of its group."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbooks.case.toml_text import toml
from workbooks.files import save
from workbooks.screening.inputs import Inputs, needed_columns
from workbooks.screening.money import ACCOUNTS, MARKET_VALUE, PRICE, Money, money_of
from workbooks.screening.numbers import Reasons
from workbooks.screening.spec import CLAIMS, MethodSpec, Spec, SpecError
from workbooks.screening.spec_file import load
from workbooks.screening.table import open_table

MOST_PEERS: Final = 5000  # of a case


@dataclass(frozen=True, slots=True)
class CompanyCase:
    """The case file of a company, and why it lacks some methods of the screen: `EV/EBITDA: pensions is blank`."""

    path: Path
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Company:
    """A row of the table, with the spec of the screen."""

    spec: Spec
    inputs: Inputs
    row: int
    name: str

    def number(self, what: str | float, money: Money | None = None) -> float | None:
        """A figure of the company; None where it is missing."""
        value = float(self.inputs.number(what, Reasons(self.inputs.count), money)[self.row])
        return value if np.isfinite(value) else None


def write_company_case(spec_file: Path, company: str, folder: Path) -> CompanyCase:
    """Write the case file of one company and the table of its peers.

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
    kept, left_out = _chosen(found)
    if not kept:
        raise SpecError(spec_file.parent / spec.table.file, [f"{company}: {why}" for why in left_out])
    multiples = [method for method in kept if method.is_multiple]
    peers = _peers(found, multiples, names)
    save(peers.encode(), folder / "peers.csv")
    flows = next((method for method in kept if not method.is_multiple), None)
    text = "\n".join(_lines(found, multiples, flows, spec_file))
    save((text + "\n").encode(), folder / "company.toml")
    return CompanyCase(folder / "company.toml", tuple(left_out))


def _chosen(company: _Company) -> tuple[list[MethodSpec], list[str]]:
    """The methods of the screen that the case has, and for each other method the reason why not."""
    kept: list[MethodSpec] = []
    left_out = []
    for method in company.spec.methods:
        why = _why_not(company, method, kept)
        if why:
            left_out.append(f"{method.name}: {why}")
        else:
            kept.append(method)
    return kept, left_out


def _why_not(company: _Company, method: MethodSpec, kept: Sequence[MethodSpec]) -> str:
    """Why the case cannot have a method of the screen; empty where it can."""
    if not method.is_multiple:
        why = _why_no_flows(method, kept)
    else:
        why = _why_no_multiple(company, method, next((each for each in kept if each.is_multiple), None))
    if why:
        return why
    reasons = Reasons(company.inputs.count)
    for argument, what in ({"metric": method.metric} if method.is_multiple else method.arguments).items():
        kind = next(parameter.kind for parameter in method.entry.parameters if parameter.name == argument)
        if kind.shape == "number":
            company.inputs.number(what, reasons, money_of(kind.unit))
    if method.of == "enterprise":
        company.inputs.bridge(reasons)
    return reasons.text(company.row)


def _why_no_flows(method: MethodSpec, kept: Sequence[MethodSpec]) -> str:
    if method.entry.name != "driver_dcf":
        return f"{method.entry.excel_name} is not a method of a case"
    if method.of != "enterprise":
        return "the DCF of a case gives an enterprise value"
    if {"final_growth", "fade"} & method.arguments.keys():
        return "growth in the DCF of a case fades in equal steps"
    return "a case has one DCF" if any(not each.is_multiple for each in kept) else ""


def _why_no_multiple(company: _Company, method: MethodSpec, first: MethodSpec | None) -> str:
    group = company.spec.groups[method.group]
    if group.nearest is not None:
        return "the peers of a case are a whole group, not the nearest companies"
    if method.of == "share":
        return "the multiples of a case are of whole companies, not of a share"
    if (company.number(method.metric, ACCOUNTS) or 1) <= 0:
        return f"n.m.: {method.metric} is zero or negative"
    if int(np.isfinite(company.inputs.own_multiple(method)[_members(company, method)]).sum()) < group.min:
        return f"fewer than {group.min} companies of the group have this multiple"
    ends = [(each.low, each.base, each.high) for each in (method, first or method)]
    return "" if ends[0] == ends[1] else f"its statistics are not those of {first.name if first else ''}"


def _lines(
    company: _Company, methods: Sequence[MethodSpec], flows: MethodSpec | None, spec_file: Path
) -> Iterator[str]:
    table = company.spec.table
    file = spec_file.parent / table.file
    as_of = table.as_of or datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    yield f"title = {toml(company.name)}\n\n[company]\nname = {toml(company.name)}\nas_of = {as_of.isoformat()}"
    currency = _currency(company, spec_file)
    yield f'currency = "{currency}"\nunit = "{currency}"\n'
    yield f"[defaults]\nsource = {toml(file.name)}\nas_of = {toml(as_of.isoformat())}\n"
    if methods:
        yield "[metrics]"
        for metric in dict.fromkeys(method.metric for method in methods):
            yield f"{toml(metric)} = {company.number(metric, ACCOUNTS)!r}"
    yield from _capital(company, currency)
    if methods:
        first = methods[0]
        yield '\n[comparables]\ntable = "peers.csv"'
        yield f"statistic = {toml(first.base)}\nlow = {toml(first.low)}\nhigh = {toml(first.high)}\nmultiples = ["
        for method in methods:
            yield f"  {{ name = {toml(method.name)}, of = {toml(method.of)}, metric = {toml(method.metric)} }},"
        yield "]"
    if flows is not None:
        yield from _cash_flows(company, flows)


def _currency(company: _Company, spec_file: Path) -> str:
    spec = company.spec
    if spec.fx is not None:
        return spec.fx.currency
    codes = company.inputs.currency_of(spec.table.currency)
    code = codes.currencies[company.row] if codes else None
    if code is None:
        raise SpecError(spec_file, ['a workbook needs a currency: give [fx] currency = "USD"'])
    return str(code)


def _capital(company: _Company, currency: str) -> Iterator[str]:
    capital = company.spec.capital
    yield "\n[capital]"
    for name in CLAIMS:
        what = getattr(capital, name)
        if name != "other_assets" and what is not None and (value := company.number(what, ACCOUNTS)) is not None:
            yield f"{name} = {value!r}"
    if capital.other_assets is not None and (value := company.number(capital.other_assets, ACCOUNTS)) is not None:
        yield f'other = [{{ name = "Other assets", value = {value!r} }}]'
    if capital.shares is not None and (shares := company.number(capital.shares)) is not None:
        yield f'shares = "{_plain(shares)} shares"'
    if capital.market_value is not None:
        if (value := company.number(capital.market_value, MARKET_VALUE)) is not None:
            yield f"market_value = {value!r}"
    elif capital.price is not None and (price := company.number(capital.price, PRICE)) is not None:
        yield f'price = "{_plain(price)} {currency} per share"'


def _cash_flows(company: _Company, method: MethodSpec) -> Iterator[str]:
    """The [dcf] section, whose keys are the arguments of DRIVER_DCF."""
    kinds = {parameter.name: parameter.kind for parameter in method.entry.parameters}
    years: Any = next(parameter.default for parameter in method.entry.parameters if parameter.name == "years")
    lines = []
    for name, what in ({"years": years} | method.arguments).items():  # the case has no default for years
        if kinds[name].shape != "number":
            lines.append(f"{name} = {toml(what)}")
            continue
        value = company.number(what, money_of(kinds[name].unit))
        lines.append(f"{name} = {int(value) if name == 'years' and value else repr(value)}")
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
