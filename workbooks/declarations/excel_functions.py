"""Excel functions that formulas may use: how each is written, and how its value is computed.

Each takes operands and returns an expression: `SUM(ref("parts.value"), 1)`. Functions added after Excel 2007 have the
prefix that the file format requires (`_xlfn.`).
"""

import datetime as dt
import math
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from valuation.kernel.dates import DAY_ZERO
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, ZERO_DENOMINATOR
from valuation.numerics.flow_rates import rates
from valuation.numerics.rounding import rounded_number
from workbooks.declarations import cell_values as on
from workbooks.declarations.cell_values import Cells, CellValue, as_cell, compare, each, is_error, is_nan, is_number
from workbooks.declarations.expressions import Conditional, FunctionCall
from workbooks.declarations.number_formats import formatted
from workbooks.declarations.trees import Operand, Verbatim, expression

NEW: Final = "_xlfn."
MANY: Final = 255  # largest number of arguments in Excel
DAYS_OF_XIRR: Final = 365
_NUMBER: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(%*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExcelFunction:
    """An Excel function; calling it returns an expression."""

    name: str
    compute: Callable[..., CellValue]
    least: int
    most: int

    def __call__(self, *arguments: Operand) -> FunctionCall:
        """Build the expression of the function on operands."""
        if not self.least <= len(arguments) <= self.most:
            message = f"{self.name} takes {self.least} to {self.most} arguments, and {len(arguments)} were given"
            raise TypeError(message)
        return FunctionCall(self.name, tuple(map(expression, arguments)), self.compute)


def _scalar(name: str, function: Callable[..., CellValue], least: int = 1, most: int | None = None) -> ExcelFunction:
    """Declare a function of single values."""
    return ExcelFunction(name, lambda *operands: each(function, *operands), least, most or least)


def _of_numbers(name: str, function: Callable[[list[float]], float], prefix: str = "") -> ExcelFunction:
    """Declare a function of the numbers among all cells; texts and blanks are ignored, errors are propagated."""
    return ExcelFunction(prefix + name, lambda *operands: on.over(_numbers(function), *operands), 1, MANY)


def _numbers(function: Callable[[list[float]], float]) -> Callable[[list[CellValue]], float]:
    def computed(cells: list[CellValue]) -> float:
        for cell in cells:
            if is_error(cell):
                return float(cell)
        return function([float(cell) for cell in cells if is_number(cell)])

    return computed


def _of_cells(name: str, function: Callable[[list[CellValue]], CellValue]) -> ExcelFunction:
    """Declare a function of all cells."""
    return ExcelFunction(name, lambda *operands: on.over(function, *operands), 1, MANY)


def _looking(name: str, function: Callable[..., CellValue], operands: int, prefix: str = "") -> ExcelFunction:
    """Declare a function of the cells of its first argument and of single values."""
    found: Callable[..., CellValue] = lambda cells, *others: on.lookup(function, cells, *others)  # noqa: E731
    return ExcelFunction(prefix + name, found, 1 + operands, 1 + operands)


# --- conditions -----------------------------------------------------------------------------------


def IF(test: Operand, then: Operand, otherwise: Operand) -> Conditional:  # noqa: N802 - as Excel calls it
    """IF: one of two expressions, by a condition."""
    return Conditional(expression(test), expression(then), expression(otherwise))


def _all_flags(combine: Callable[[list[bool]], bool]) -> Callable[[list[CellValue]], CellValue]:
    def combined(cells: list[CellValue]) -> CellValue:
        flags = [on.flag(cell) for cell in cells if cell is not None]
        return next((found for found in flags if is_nan(found)), combine(flags))

    return combined


AND: Final = _of_cells("AND", _all_flags(all))
OR: Final = _of_cells("OR", _all_flags(any))
NOT: Final = _scalar("NOT", lambda value: found if is_nan(found := on.flag(value)) else not found)
IFERROR: Final = _scalar("IFERROR", lambda value, instead: instead if is_error(value) else value, 2)
ISNUMBER: Final = _scalar("ISNUMBER", is_number)
ISTEXT: Final = _scalar("ISTEXT", lambda value: isinstance(as_cell(value), str))
ISERROR: Final = _scalar("ISERROR", is_error)
ISBLANK: Final = _scalar("ISBLANK", lambda value: value is None)
NA: Final = ExcelFunction("NA", lambda: CELL_ERRORS["#N/A"], 0, 0)

# --- numbers --------------------------------------------------------------------------------------


def _of_a_number(function: Callable[[float], float]) -> Callable[[CellValue], float]:
    def computed(value: CellValue) -> float:
        found = on.number(value)
        if is_nan(found):
            return found
        try:
            return float(function(found))
        except (ValueError, OverflowError):
            return OUT_OF_RANGE

    return computed


def _rounded(direction: Callable[[float], float]) -> Callable[[CellValue, CellValue], float]:
    """Rounding towards zero or away from it, after rounding to fifteen significant digits as Excel does."""

    def rounded(value: CellValue, digits: CellValue) -> float:
        given, places = on.number(value), on.number(digits)
        if is_nan(given) or is_nan(places):
            return given if is_nan(given) else places
        scale = 10.0 ** int(places)
        whole = float(f"{abs(given) * scale:.15g}")
        return math.copysign(direction(whole) / scale, given) + 0.0

    return rounded


ABS: Final = _scalar("ABS", _of_a_number(abs))
SQRT: Final = _scalar("SQRT", _of_a_number(math.sqrt))
EXP: Final = _scalar("EXP", _of_a_number(math.exp))
LN: Final = _scalar("LN", _of_a_number(math.log))
INT: Final = _scalar("INT", _of_a_number(math.floor))
ROUND: Final = _scalar("ROUND", lambda value, digits: rounded_number(on.number(value), on.number(digits)), 2)
ROUNDDOWN: Final = _scalar("ROUNDDOWN", _rounded(math.floor), 2)
ROUNDUP: Final = _scalar("ROUNDUP", _rounded(math.ceil), 2)
POWER: Final = ExcelFunction("POWER", lambda base, exponent: on.arithmetic("^", base, exponent), 2, 2)

# --- statistics -----------------------------------------------------------------------------------


def _of_some(function: Callable[[list[float]], float]) -> Callable[[list[float]], float]:
    """Wrap a mean: without numbers it is #DIV/0!."""
    return lambda numbers: float(function(numbers)) if numbers else ZERO_DENOMINATOR


def _harmonic(numbers: list[float]) -> float:
    return statistics.harmonic_mean(numbers) if min(numbers) > 0 else OUT_OF_RANGE


def _quartile(numbers: list[float], quart: float, method: str) -> float:
    if not numbers:
        return OUT_OF_RANGE
    return float(np.quantile(numbers, quart / 4, method=method))  # type: ignore[call-overload]


def _quartile_of(name: str, method: str) -> ExcelFunction:
    return _looking(
        name, lambda cells, quart: _numbers(lambda numbers: _quartile(numbers, quart, method))(cells), 1, NEW
    )


def _ranked(cells: list[CellValue], rank: CellValue, *, largest: bool) -> float:
    numbers = sorted((float(cell) for cell in cells if is_number(cell)), reverse=largest)
    place = int(on.number(rank))
    return numbers[place - 1] if 0 < place <= len(numbers) else OUT_OF_RANGE


SUM: Final = _of_numbers("SUM", lambda numbers: float(np.sum(numbers)))
PRODUCT: Final = _of_numbers("PRODUCT", lambda numbers: math.prod(numbers) if numbers else 0.0)
MIN: Final = _of_numbers("MIN", lambda numbers: min(numbers, default=0.0))
MAX: Final = _of_numbers("MAX", lambda numbers: max(numbers, default=0.0))
AVERAGE: Final = _of_numbers("AVERAGE", _of_some(np.mean))
MEDIAN: Final = _of_numbers("MEDIAN", lambda numbers: float(np.median(numbers)) if numbers else OUT_OF_RANGE)
HARMEAN: Final = _of_numbers("HARMEAN", lambda numbers: _harmonic(numbers) if numbers else OUT_OF_RANGE)
QUARTILE_INC: Final = _quartile_of("QUARTILE.INC", "linear")
QUARTILE_EXC: Final = _quartile_of("QUARTILE.EXC", "weibull")
LARGE: Final = _looking("LARGE", lambda cells, rank: _ranked(cells, rank, largest=True), 1)
SMALL: Final = _looking("SMALL", lambda cells, rank: _ranked(cells, rank, largest=False), 1)
COUNT: Final = _of_cells("COUNT", lambda cells: float(sum(map(is_number, cells))))
COUNTA: Final = _of_cells("COUNTA", lambda cells: float(sum(cell is not None for cell in cells)))
COUNTBLANK: Final = _of_cells("COUNTBLANK", lambda cells: float(sum(cell in (None, "") for cell in cells)))


def _products(*vectors: CellValue) -> CellValue:
    product = vectors[0]
    for vector in vectors[1:]:
        product = on.arithmetic("*", product, vector)
    return on.over(_numbers(lambda numbers: float(np.sum(numbers))), product)


SUMPRODUCT: Final = ExcelFunction("SUMPRODUCT", _products, 1, MANY)


def _net_present_value(rate: CellValue, *flows: CellValue) -> CellValue:
    def summed(numbers: list[float]) -> float:
        factor = 1 + on.number(as_cell(rate))
        return float(sum(flow / factor**year for year, flow in enumerate(numbers, start=1)))

    return on.over(_numbers(summed), *flows)


NPV: Final = ExcelFunction("NPV", _net_present_value, 2, MANY)


def _forecast(at: CellValue, known: CellValue, over: CellValue) -> float:
    pairs = zip(on.cells_of(known), on.cells_of(over), strict=True)
    numbers = np.array([pair for pair in pairs if all(map(is_number, pair))], float).reshape(-1, 2)
    if not len(numbers) or np.ptp(numbers[:, 1]) == 0:
        return ZERO_DENOMINATOR
    slope, intercept = np.polyfit(numbers[:, 1], numbers[:, 0], 1)
    return float(intercept + slope * on.number(as_cell(at)))


def _rate_of(flows: CellValue, times: list[float], guess: CellValue) -> float:
    """The rate nearest to a guess, among all at which flows are worth nothing."""
    found = rates(np.array(times), np.array(on.cells_of(flows), float))
    near = on.number(as_cell(guess))
    return min(found, key=lambda rate: abs(rate - near), default=OUT_OF_RANGE)


def _yearly_rate(flows: CellValue, guess: CellValue) -> float:
    return _rate_of(flows, [float(year) for year in range(len(on.cells_of(flows)))], guess)


def _dated_rate(flows: CellValue, dates: CellValue, guess: CellValue) -> float:
    first, *_ = days = list(map(on.number, on.cells_of(dates)))
    return _rate_of(flows, [(day - first) / DAYS_OF_XIRR for day in days], guess)


IRR: Final = ExcelFunction("IRR", _yearly_rate, 2, 2)
XIRR: Final = ExcelFunction("XIRR", _dated_rate, 3, 3)
FORECAST: Final = ExcelFunction("FORECAST", _forecast, 3, 3)

# --- criteria -------------------------------------------------------------------------------------


def _meets(cell: CellValue, criterion: CellValue) -> bool:
    """Whether a cell meets a criterion: equal to a value, or compared with a number: ">0"."""
    if isinstance(criterion, str):
        for symbol in ("<=", ">=", "<>", "<", ">", "="):
            if criterion.startswith(symbol):
                return is_number(cell) and bool(compare(symbol, cell, float(criterion.removeprefix(symbol))))
    return (as_cell(cell) is not None) and compare("=", cell, criterion) is True


def _counted_if(cells: list[CellValue], criterion: CellValue) -> float:
    return float(sum(_meets(cell, criterion) for cell in cells))


def _rows_meeting(criteria: tuple[CellValue, ...]) -> list[bool]:
    columns = [on.cells_of(column) for column in criteria[::2]]
    return [all(map(_meets, row, criteria[1::2])) for row in zip(*columns, strict=True)]


def _counted_ifs(*criteria: CellValue) -> float:
    return float(sum(_rows_meeting(criteria)))


def _summed_ifs(summed: CellValue, *criteria: CellValue) -> float:
    kept = zip(on.cells_of(summed), _rows_meeting(criteria), strict=True)
    return float(sum(cell for cell, meets in kept if meets and is_number(cell)))


COUNTIF: Final = _looking("COUNTIF", _counted_if, 1)
COUNTIFS: Final = ExcelFunction("COUNTIFS", _counted_ifs, 2, MANY)
SUMIFS: Final = ExcelFunction("SUMIFS", _summed_ifs, 3, MANY)

# --- places ---------------------------------------------------------------------------------------


def _at(values: Sequence[CellValue], place: CellValue, beyond: str) -> CellValue:
    at = on.number(place)
    if math.isnan(at):
        return at  # with its reason
    return values[int(at) - 1] if 0 < int(at) <= len(values) else CELL_ERRORS[beyond]


def _index(cells: list[CellValue], place: CellValue) -> CellValue:
    return _at(cells, place, "#REF!")


def _match(cells: list[CellValue], value: CellValue) -> CellValue:
    found = (float(at) for at, cell in enumerate(cells, start=1) if compare("=", cell, value) is True)
    return next(found, CELL_ERRORS["#N/A"])


def _chosen(place: CellValue, *values: CellValue) -> CellValue:
    return _at(values, place, "#VALUE!")


def _count_of(operand: CellValue) -> float:
    return float(operand.values.shape[-1]) if isinstance(operand, Cells) else 1.0


def MATCH(value: Operand, cells: Operand) -> FunctionCall:  # noqa: N802 - as Excel calls it
    """MATCH with exact match: the position of a value among cells; texts without regard to case."""
    compute: Callable[..., CellValue] = lambda value, cells, _: on.lookup(_match, cells, value)  # noqa: E731
    return FunctionCall("MATCH", (expression(value), expression(cells), expression(0)), compute)


INDEX: Final = _looking("INDEX", _index, 1)
CHOOSE: Final = _scalar("CHOOSE", _chosen, 2, MANY)
ROWS: Final = ExcelFunction("ROWS", _count_of, 1, 1)
COLUMNS: Final = ExcelFunction("COLUMNS", _count_of, 1, 1)

# --- texts and dates ------------------------------------------------------------------------------


def TEXT(value: Operand, code: str) -> FunctionCall:  # noqa: N802 - as Excel calls it
    """TEXT: a number in one of the formats 0, #,##0, decimals, %, optionally with a section for negative numbers."""
    formatted(0.0, code)  # raises for an unsupported format
    compute: Callable[..., CellValue] = lambda value, code: each(lambda one: _as_text(one, code), value)  # noqa: E731
    return FunctionCall("TEXT", (expression(value), Verbatim(code)), compute)


def _as_text(value: CellValue, code: str) -> CellValue:
    value = as_cell(value)
    if isinstance(value, str) or is_nan(value):
        return value
    return formatted(on.number(0.0 if value is None else value), code)


def _fixed(value: CellValue, decimals: CellValue) -> CellValue:
    rounded = rounded_number(on.number(value), on.number(decimals))
    return f"{rounded:,.{max(int(on.number(decimals)), 0)}f}"


# FIXED uses the separators of the reader's locale; the format in TEXT is written for one locale.
FIXED: Final = _scalar("FIXED", _fixed, 2)


def _day(serial: CellValue) -> dt.date:
    return DAY_ZERO + dt.timedelta(days=int(on.number(serial)))


def _serial(year: CellValue, month: CellValue, day: CellValue) -> float:
    months = int(on.number(month)) - 1
    first = dt.date(int(on.number(year)) + months // 12, months % 12 + 1, 1)
    return float((first - DAY_ZERO).days + int(on.number(day)) - 1)


def _of_a_text(function: Callable[[str], CellValue]) -> Callable[[CellValue], CellValue]:
    return lambda value: value if is_error(value) else function(on.general(value))


def _part_of_a_text(part: Callable[..., str]) -> Callable[..., CellValue]:
    return lambda value, *places: value if is_error(value) else part(on.general(value), *map(int, places))


def _substituted(value: CellValue, old: CellValue, new: CellValue) -> CellValue:
    if is_error(value):
        return value
    return on.general(value).replace(on.general(old), on.general(new))


def _number_in(text: CellValue) -> float:
    """Number in a text such as 1,234.5 or 12.5%, regardless of locale."""
    plain = on.general(text).replace(" ", "").replace(",", "")
    found = _NUMBER.fullmatch(plain)
    return float(found[1]) / 100 ** len(found[2]) if found else CELL_ERRORS["#VALUE!"]


def NUMBERVALUE(text: Operand) -> FunctionCall:  # noqa: N802 - as Excel calls it
    """NUMBERVALUE with a decimal point and commas between thousands, regardless of locale."""
    compute: Callable[..., CellValue] = lambda text, *_: each(  # noqa: E731
        lambda one: one if is_error(one) else _number_in(one), text
    )
    return FunctionCall(f"{NEW}NUMBERVALUE", (expression(text), Verbatim("."), Verbatim(",")), compute)


UPPER: Final = _scalar("UPPER", _of_a_text(str.upper))
LOWER: Final = _scalar("LOWER", _of_a_text(str.lower))
LEN: Final = _scalar("LEN", _of_a_text(lambda text: float(len(text))))
TRIM: Final = _scalar("TRIM", _of_a_text(lambda text: " ".join(filter(None, text.split(" ")))))
LEFT: Final = _scalar("LEFT", _part_of_a_text(lambda text, count: text[:count]), 2)
MID: Final = _scalar("MID", _part_of_a_text(lambda text, first, count: text[first - 1 :][:count]), 3)
SUBSTITUTE: Final = _scalar("SUBSTITUTE", _substituted, 3)
YEAR: Final = _scalar("YEAR", lambda serial: float(_day(serial).year))
MONTH: Final = _scalar("MONTH", lambda serial: float(_day(serial).month))
DATE: Final = _scalar("DATE", _serial, 3)
