"""Annotated types for arguments and results: each states the shape, the unit, the range and the meaning of a blank.

In Python an argument may be a number, a sequence or anything that numpy can convert; inside a function it is always a
float array (see `valuation.kernel.broadcast`). Elementwise kinds take any shape; vector kinds have their parts
(segments, peers, probabilities) on the last axis.

The range of a kind is stated here only, and `valuation.kernel.broadcast` checks every argument of every function
against it: a share of 25 is an error in every function.
"""

from dataclasses import dataclass
from math import inf
from typing import Annotated, Any, Final, Literal, TypeAlias

Shape: TypeAlias = Literal[
    "number", "vector", "texts", "dates", "matrix", "table", "text", "flag", "choice", "method", "arguments"
]


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of a kind: both ends (inclusive) and the advice that an error message gives."""

    least: float = -inf
    most: float = inf
    advice: str = ""
    slack: float = 0.0  # tolerance for numbers computed in cells

    @property
    def text(self) -> str:
        """The range in words: `from 0 to 1`."""
        if self.least == -inf:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.most == inf else f"from {self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of an argument or a result: its shape, unit, range, and the meaning of a blank."""

    shape: Shape
    unit: str = ""
    choices: tuple[str, ...] = ()
    or_number: bool = False  # a number is allowed in place of a choice: a percentile in place of a statistic
    blank_is_absent: bool = False  # a blank inside the vector means a missing peer, not an error
    own_length: bool = False  # whether the length of the vector may differ from the others
    limits: Limits | None = None
    unit_argument: str = ""  # the argument that names the unit of this amount
    counted_in_unit: bool = False  # whether the amount is in that unit and not in whole currency units

    @property
    def elementwise(self) -> bool:
        """Whether a range of cells gives one result per cell."""
        return self.shape in ("number", "text")

    @property
    def numeric(self) -> bool:
        """Whether it is a number, or a vector of them."""
        return self.shape in ("number", "vector")


def kind_of(annotation: object) -> Kind:
    """The kind in the metadata of an annotated type; for `X | None` the kind of X."""
    for layer in (annotation, *getattr(annotation, "__args__", ())):
        for note in getattr(layer, "__metadata__", ()):
            if isinstance(note, Kind):
                return note
    message = f"{annotation!r} is not one of the types of valuation.kernel.units"
    raise TypeError(message)


# Tolerance at 0 and 1 for shares computed in cells.
DUST: Final = 1e-9
_AS_FRACTION: Final = "write 25 % as 0.25"
_SHARE: Final = Limits(0, 1, _AS_FRACTION, slack=DUST)
_DISCOUNT: Final = Limits(-1, 1, "write 20 % as 0.2", slack=DUST)
_RETENTION: Final = Limits(0, 2, "write 80 % as 0.8")
_MARGIN: Final = Limits(-inf, 1, _AS_FRACTION, slack=DUST)
_RATE: Final = Limits(-1, 1, "write 8 % a year as 0.08")
_GROWTH: Final = Limits(-1, 10, "write 15 % a year as 0.15")
_RETURN: Final = Limits(-1, inf, "nothing can fall by more than 100 %")
_PREMIUM: Final = Limits(-1, 10, "write a premium of 20 % as 0.2, a discount as -0.2")
_RATIO: Final = Limits(-inf, 10, _AS_FRACTION)
_INVESTMENT: Final = Limits(0, 10, "what is spent is positive: write 4 % of revenue as 0.04")
_NOT_NEGATIVE: Final = Limits(0, inf, "it cannot be negative")

# Elementwise numbers.
Money: TypeAlias = Annotated[Any, Kind("number", "money")]
Payment: TypeAlias = Annotated[Any, Kind("number", "money", limits=_NOT_NEGATIVE)]  # money paid in, or a round's value
Multiple: TypeAlias = Annotated[Any, Kind("number", "×", limits=_NOT_NEGATIVE)]
SignedMultiple: TypeAlias = Annotated[Any, Kind("number", "×")]  # negative for a loss
Ratio: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RATIO)]  # ratio to revenue: working capital
Investment: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_INVESTMENT)]  # spent, as a ratio to revenue
Share: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_SHARE)]  # stake, tax, discount, retention
Discount: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_DISCOUNT)]  # a premium where negative
Retention: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RETENTION)]  # share kept after a year
Margin: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_MARGIN)]
Rate: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RATE)]  # discount or interest, yearly
Growth: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_GROWTH)]
Return: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RETURN)]  # a rate of return, which may be any
Premium: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_PREMIUM)]
Count: TypeAlias = Annotated[Any, Kind("number", "count", limits=_NOT_NEGATIVE)]
Years: TypeAlias = Annotated[Any, Kind("number", "years")]
Months: TypeAlias = Annotated[Any, Kind("number", "months", limits=Limits(0, 12, "a year has 12 months"))]
Shares: TypeAlias = Annotated[Any, Kind("number", "shares", limits=_NOT_NEGATIVE)]
MoneyPerUser: TypeAlias = Annotated[Any, Kind("number", "money per user")]
MoneyPerShare: TypeAlias = Annotated[Any, Kind("number", "money per share", limits=_NOT_NEGATIVE)]
ExchangeRate: TypeAlias = Annotated[  # local currency per unit of the other
    Any, Kind("number", "exchange rate", limits=_NOT_NEGATIVE)
]
Score: TypeAlias = Annotated[Any, Kind("number", "score", limits=Limits(-1, 1, "QUALITY_SCORE gives such a score"))]
Fence: TypeAlias = Annotated[Any, Kind("number", "number", limits=_NOT_NEGATIVE)]
Number: TypeAlias = Annotated[Any, Kind("number", "number")]  # in the unit of the other arguments

# Amounts whose unit is given by another argument.
AmountInUnit: TypeAlias = Annotated[Any, Kind("number", "money", unit_argument="from_unit", counted_in_unit=True)]
AmountForUnit: TypeAlias = Annotated[Any, Kind("number", "money", unit_argument="unit")]

# Vectors: parts on the last axis.
Moneys: TypeAlias = Annotated[Any, Kind("vector", "money")]
MoneysPerUser: TypeAlias = Annotated[Any, Kind("vector", "money per user")]
Payments: TypeAlias = Annotated[Any, Kind("vector", "money", limits=_NOT_NEGATIVE)]
KnownMoneys: TypeAlias = Annotated[Any, Kind("vector", "money", blank_is_absent=True)]  # blank where unknown
Multiples: TypeAlias = Annotated[Any, Kind("vector", "×", limits=_NOT_NEGATIVE)]
PeerMultiples: TypeAlias = Annotated[Any, Kind("vector", "×", blank_is_absent=True)]
PeerWeights: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True, limits=_NOT_NEGATIVE)]
KnownNumbers: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True)]  # blanks omitted
PeerDrivers: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True)]  # such as growth
Bounds: TypeAlias = Annotated[
    Any, Kind("vector", "money", own_length=True)
]  # values of other companies below, or above, a value
Stakes: TypeAlias = Annotated[Any, Kind("vector", "fraction", limits=_SHARE)]  # also mixes, weights, probabilities
Margins: TypeAlias = Annotated[Any, Kind("vector", "fraction", limits=_MARGIN)]
Options: TypeAlias = Annotated[Any, Kind("vector", "shares", limits=_NOT_NEGATIVE)]
Strikes: TypeAlias = Annotated[Any, Kind("vector", "money per share", limits=_NOT_NEGATIVE)]
Scores: TypeAlias = Annotated[Any, Kind("vector", "score", limits=Limits(1, 5, "answers are from 1 to 5"))]
Numbers: TypeAlias = Annotated[Any, Kind("vector", "number")]
Weights: TypeAlias = Annotated[Any, Kind("vector", "number", limits=_NOT_NEGATIVE)]
Steps: TypeAlias = Annotated[Any, Kind("vector", "number", own_length=True)]  # along one side of a grid
Flags: TypeAlias = Annotated[Any, Kind("vector", "flag")]
Texts: TypeAlias = Annotated[Any, Kind("texts", "text")]
Dates: TypeAlias = Annotated[Any, Kind("dates", "date")]

# One cell.
Text: TypeAlias = Annotated[Any, Kind("text", "text")]
Flag: TypeAlias = Annotated[Any, Kind("flag", "flag")]
Statistic: TypeAlias = Annotated[
    Any,
    Kind("choice", "statistic", ("mean", "median", "harmonic", "min", "max", "q1", "q3"), or_number=True),
]
WeightedStatistic: TypeAlias = Annotated[str, Kind("choice", "statistic", ("harmonic", "mean"))]
Quartile: TypeAlias = Annotated[str, Kind("choice", "quartile method", ("inc", "exc"))]
Timing: TypeAlias = Annotated[str, Kind("choice", "timing", ("end", "start"))]
Distribution: TypeAlias = Annotated[
    str, Kind("choice", "distribution", ("pert", "triangular", "uniform", "normal", "lognormal"))
]
Protection: TypeAlias = Annotated[str, Kind("choice", "protection", ("broad", "narrow", "ratchet"))]
CapBasis: TypeAlias = Annotated[str, Kind("choice", "cap basis", ("post", "pre"))]

# For analyses: a function and its arguments. In a spreadsheet these are a cell with the name of the function and a
# block of cells, with the name of an argument and its value or values in each row; in Python the function itself and a
# mapping. In the lows and highs a blank means that this element does not vary.
Method: TypeAlias = Annotated[Any, Kind("method", "function of the catalogue")]
Arguments: TypeAlias = Annotated[Any, Kind("arguments", "name and values a row")]
Ends: TypeAlias = Annotated[Any, Kind("arguments", "name and values a row", blank_is_absent=True)]
Matrix: TypeAlias = Annotated[Any, Kind("matrix", "fraction")]

# Results with several columns: rows of texts and numbers.
Table: TypeAlias = Annotated[list[list[Any]], Kind("table", "rows")]
