"""Contents of a cell and their results, the same in every host: the inputs, the outcomes, and the calls.

Each function starts from the example in its docstring. One argument after the other is given each input; the
expected result depends on the argument's kind. `test_matrix` holds the answers in Python to the table of outcomes, and
`test_parity` holds every host to the answers in Python.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from addin.binding import bind
from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.examples import example
from valuation.kernel.errors import BLANK, CELL_ERRORS, NOT_A_NUMBER
from valuation.kernel.units import Kind

# =         the function's own answer, in Python, to what the input reads as
# default   its answer without this argument; #N/A where the argument is required
# #VALUE!   this error and nothing else: for the whole result, or in a cell of a table
# =error    its own answer, in Python, to the error that the input reads as, which is not a number either
#
# unit      what UNITS says for the unit of the argument
#
# peers are vectors with absent members; choice# is a choice that a number may stand for.
OUTCOMES: Final = """
input         number  vector  peers   texts   dates   matrix  text    choice  choice# flag    method  arguments
number        =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
1×1           =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
comma         =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
percent       unit    unit    unit    =       =       unit    =       #VALUE! =       #VALUE! #VALUE! #VALUE!
亿            unit    unit    unit    =       =       unit    =       #VALUE! =       #VALUE! #VALUE! #VALUE!
money         unit    unit    unit    =       =       unit    =       #VALUE! =       #VALUE! #VALUE! #VALUE!
times         unit    unit    unit    =       =       unit    =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
pence         unit    unit    unit    =       =       unit    =       #VALUE! =       #VALUE! #VALUE! #VALUE!
local         unit    unit    unit    =       =       unit    =       #VALUE! =       #VALUE! #VALUE! #VALUE!
two-scales    unit    unit    unit    =       =       unit    =       #VALUE! =       #VALUE! #VALUE! #VALUE!
unclear       #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
either-mark   #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
n.m.          #VALUE! #VALUE! =       =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
full-width    =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
word          #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
blank         #N/A    #N/A    =       #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A
""            #N/A    #N/A    =       #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A
left-out      default default default default default default default default default default default default
error-cell    #REF!   =error  =error  #REF!   #REF!   =error  #REF!   #REF!   #REF!   #REF!   #REF!   #REF!
error-text    #DIV/0! =error  =error  #DIV/0! #DIV/0! =error  #DIV/0! #DIV/0! #DIV/0! #DIV/0! #DIV/0! #DIV/0!
error-integer #SPILL! =error  =error  #SPILL! #SPILL! =error  #SPILL! #SPILL! #SPILL! #SPILL! #SPILL! #SPILL!
NaN           #NUM!   =error  =error  #NUM!   #NUM!   =error  #NUM!   #NUM!   #NUM!   #NUM!   #NUM!   #NUM!
infinity      #NUM!   =error  =error  #NUM!   #NUM!   =error  #NUM!   #NUM!   #NUM!   #NUM!   #NUM!   #NUM!
boolean       #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE!
date          #VALUE! #VALUE! #VALUE! =       =       #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
row           =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
column        =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
block         =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
whole-column  =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
empty-range   #N/A    #N/A    =       #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A
blank-inside  =       #N/A    =       #N/A    #N/A    #N/A    =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
error-inside  =       =       =       #REF!   #REF!   =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
word-inside   =       #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
true-inside   =       #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
"""

# What a text that names a unit is in an argument of numbers, by the unit of the argument.
UNITS: Final = """
unit             percent 亿       money   times   pence   local   two-scales
money            #VALUE! =       =       #VALUE! =       =       =
money_per_user   #VALUE! =       =       #VALUE! =       =       =
money_per_share  #VALUE! =       =       #VALUE! =       =       =
×                #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE!
fraction         =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
years            #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
months           #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
count            #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! =
shares           #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! =
exchange_rate    #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
score            #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
number           =       =       =       #VALUE! =       =       =
"""

DAY: Final = dt.datetime(2018, 6, 30)  # noqa: DTZ001 - a cell knows no time zone
LONG: Final = 500  # blank rows below; whole columns have tests of their own
VALUE: Final = 0.5  # valid as a fraction, a multiple or an amount

# Result of a host, and how it is read: a number or an array of numbers.
INPUTS: Final[dict[str, tuple[Any, Any]]] = {
    "number": (VALUE, VALUE),
    "1×1": ([[VALUE]], VALUE),
    "comma": ("1,234", 1234.0),
    "percent": ("12.5%", 0.125),
    "亿": ("1.2亿", 1.2e8),
    "money": ("5亿元", 5e8),
    "times": ("12.5x", 12.5),
    "pence": ("250p", 2.5),
    "local": ("R$ 1,5 bi", 1.5e9),
    "two-scales": ("3亿5000万", 3.5e8),
    "unclear": ("5 kr", None),
    "either-mark": ("1.234 Mrd", None),
    "n.m.": ("n.m.", BLANK),
    "full-width": ("１２", 12.0),
    "word": ("Xiaomi", None),
    "blank": ([[None]], BLANK),
    '""': ("", BLANK),
    "left-out": (-2147352572, None),
    "error-cell": ("#REF!", CELL_ERRORS["#REF!"]),
    "error-text": ("#DIV/0! users: the denominator is zero", CELL_ERRORS["#DIV/0!"]),
    "error-integer": ([[-2146826243]], CELL_ERRORS["#SPILL!"]),
    "NaN": (float("nan"), CELL_ERRORS["#NUM!"]),
    "infinity": (float("inf"), CELL_ERRORS["#NUM!"]),
    "boolean": (True, None),
    "date": (DAY, None),
    "row": ([[VALUE, 1.0, 2.0]], [[VALUE, 1.0, 2.0]]),
    "column": ([[VALUE], [1.0], [2.0]], [[VALUE], [1.0], [2.0]]),
    "block": ([[VALUE, 1.0], [1.0, 2.0]], [[VALUE, 1.0], [1.0, 2.0]]),
    "whole-column": ([[VALUE], [1.0], [2.0]] + [[None]] * LONG, [[VALUE], [1.0], [2.0]]),
    "empty-range": ([[None], [""]], [[BLANK], [BLANK]]),
    "blank-inside": ([[VALUE], [None], [2.0]], [[VALUE], [BLANK], [2.0]]),
    "error-inside": ([[VALUE], ["#REF!"], [2.0]], [[VALUE], [CELL_ERRORS["#REF!"]], [2.0]]),
    "word-inside": ([[VALUE], ["Xiaomi"], [2.0]], [[VALUE], [NOT_A_NUMBER], [2.0]]),
    "true-inside": ([[VALUE], [True], [2.0]], [[VALUE], [NOT_A_NUMBER], [2.0]]),
}


@dataclass(frozen=True)
class Problem:
    """An error as a host shows it."""

    code: str
    message: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and other.code == self.code  # messages may differ between hosts

    def __hash__(self) -> int:
        return hash(self.code)


def table(text: str) -> dict[str, dict[str, str]]:
    (_, *columns), *rows = (line.split() for line in text.strip().splitlines())
    return {name: dict(zip(columns, outcomes, strict=True)) for name, *outcomes in rows}


EXPECTED: Final = table(OUTCOMES)
FOREIGN: Final = ("pence", "local")  # amounts in another currency than that of the examples
BY_UNIT: Final = table(UNITS)


def column_of(kind: Kind) -> str:
    if kind.shape == "vector":
        return "peers" if kind.blank_is_absent else "vector"
    return "choice#" if kind.or_number else kind.shape


def expected(name: str, kind: Kind) -> str:
    """The outcome of an input in an argument of a kind."""
    if name in FOREIGN and kind.unit_argument:
        return "#N/A"  # the unit in the example is in yuan
    found = EXPECTED[name][column_of(kind)]
    return BY_UNIT[kind.unit.replace(" ", "_")][name] if found == "unit" else found


@dataclass(frozen=True)
class Call:
    """A function with one argument of its example replaced by an input."""

    entry: Entry
    parameter: Parameter
    input: str

    @property
    def values(self) -> list[Any]:
        """Value of each argument: a cell, rows of cells, or None if left out."""
        given = example(self.entry) | {self.parameter.name: INPUTS[self.input][0]}
        return [given.get(each.name) for each in self.entry.parameters]

    def __str__(self) -> str:
        return f"{self.entry.excel_name}, {self.parameter.name} given {self.input}"


CALLS: Final = [
    Call(entry, parameter, name) for entry in CATALOGUE.values() for parameter in entry.parameters for name in INPUTS
]


@cache
def answers() -> list[Any]:
    """Result of each call in Python."""
    return [bind(call.entry, Problem)(*call.values) for call in CALLS]
