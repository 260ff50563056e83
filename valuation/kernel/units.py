"""Annotated types: each says the unit, the range, the shape and the kind of cell an argument stands for.

In Python an argument may be a number, a sequence or anything numpy reads; inside a function it is
always a float array (see `valuation.kernel.broadcast`). Elementwise kinds take any shape; vector kinds
have their parts (segments, peers, probabilities) on the last axis.

The range of a kind is stated here once, and `valuation.kernel.broadcast` holds every argument of every
function to it: a share of 25 is an error everywhere, and not only where a function thought of it.
"""

from dataclasses import dataclass
from math import inf
from typing import Annotated, Any, Final, Literal, TypeAlias

Shape: TypeAlias = Literal[
    "number", "vector", "texts", "dates", "matrix", "table", "text", "flag", "choice", "method", "arguments"
]


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of a kind: its ends, which belong to it, and what an error advises."""

    least: float = -inf
    most: float = inf
    advice: str = ""
    slack: float = 0.0  # what numbers computed in cells may exceed the range by

    @property
    def text(self) -> str:
        """The range in words: `from 0 to 1`."""
        if self.least == -inf:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.most == inf else f"from {self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument or a result is: its shape, its unit, its range, and what a blank in it means."""

    shape: Shape
    unit: str = ""
    choices: tuple[str, ...] = ()
    or_number: bool = False  # a choice that a number may stand for: a percentile for a statistic
    blank_is_absent: bool = False  # a blank inside the vector is "no such peer", not an error
    own_length: bool = False  # a vector that need not be as long as the others
    limits: Limits | None = None
    unit_argument: str = ""  # the argument that names the unit of this amount
    counted_in_unit: bool = False  # whether the amount is a number of those units, and not of whole ones

    @property
    def elementwise(self) -> bool:
        """Whether a range gives a result for each of its cells."""
        return self.shape in ("number", "text")

    @property
    def numeric(self) -> bool:
        """Whether it is a number, or a vector of them."""
        return self.shape in ("number", "vector")


def kind_of(annotation: object) -> Kind:
    """The kind that an annotated type carries; `X | None` carries the kind of X."""
    for layer in (annotation, *getattr(annotation, "__args__", ())):
        for note in getattr(layer, "__metadata__", ()):
            if isinstance(note, Kind):
                return note
    message = f"{annotation!r} is not one of the types of valuation.kernel.units"
    raise TypeError(message)


# What shares computed in cells may miss 0 or exceed 1 by.
DUST: Final = 1e-9
_AS_FRACTION: Final = "write 25 % as 0.25"
_SHARE: Final = Limits(0, 1, _AS_FRACTION, slack=DUST)
_DISCOUNT: Final = Limits(-1, 1, "write 20 % as 0.2", slack=DUST)
_RETENTION: Final = Limits(0, 2, "write 80 % as 0.8")
_MARGIN: Final = Limits(-inf, 1, _AS_FRACTION, slack=DUST)
_RATE: Final = Limits(-1, 1, "write 8 % a year as 0.08")
_GROWTH: Final = Limits(-1, inf, "nothing falls by more than all of itself")
_PREMIUM: Final = Limits(-1, 10, "write a premium of 20 % as 0.2, a discount as -0.2")
_RATIO: Final = Limits(-inf, 10, _AS_FRACTION)
_NOT_NEGATIVE: Final = Limits(0, inf, "it cannot be negative")

# Elementwise numbers.
Money: TypeAlias = Annotated[Any, Kind("number", "money")]
Payment: TypeAlias = Annotated[Any, Kind("number", "money", limits=_NOT_NEGATIVE)]  # money paid in, or a round's value
Multiple: TypeAlias = Annotated[Any, Kind("number", "×", limits=_NOT_NEGATIVE)]
SignedMultiple: TypeAlias = Annotated[Any, Kind("number", "×")]  # of a company that may make a loss
Ratio: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RATIO)]  # to revenue: investment, working capital
Share: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_SHARE)]  # stake, tax, discount, retention
Discount: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_DISCOUNT)]  # a premium where negative
Retention: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RETENTION)]  # of users, or of what they spend
Margin: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_MARGIN)]
Rate: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_RATE)]  # of discount or interest, a year
Growth: TypeAlias = Annotated[Any, Kind("number", "fraction", limits=_GROWTH)]
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
Number: TypeAlias = Annotated[Any, Kind("number", "number")]  # in whatever unit its neighbours have

# Amounts whose unit another argument names.
AmountInUnit: TypeAlias = Annotated[Any, Kind("number", "money", unit_argument="from_unit", counted_in_unit=True)]
AmountForUnit: TypeAlias = Annotated[Any, Kind("number", "money", unit_argument="unit")]

# Vectors: parts on the last axis.
Moneys: TypeAlias = Annotated[Any, Kind("vector", "money")]
MoneysPerUser: TypeAlias = Annotated[Any, Kind("vector", "money per user")]
Payments: TypeAlias = Annotated[Any, Kind("vector", "money", limits=_NOT_NEGATIVE)]
KnownMoneys: TypeAlias = Annotated[Any, Kind("vector", "money", blank_is_absent=True)]  # a blank is not known
Multiples: TypeAlias = Annotated[Any, Kind("vector", "×", limits=_NOT_NEGATIVE)]
PeerMultiples: TypeAlias = Annotated[Any, Kind("vector", "×", blank_is_absent=True)]
PeerWeights: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True, limits=_NOT_NEGATIVE)]
KnownNumbers: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True)]  # n.m. counts for nothing
PeerDrivers: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True)]  # what explains them
Bounds: TypeAlias = Annotated[Any, Kind("vector", "money", own_length=True)]  # companies on one side of a value
Stakes: TypeAlias = Annotated[Any, Kind("vector", "fraction", limits=_SHARE)]  # and mixes, weights, probabilities
Margins: TypeAlias = Annotated[Any, Kind("vector", "fraction", limits=_MARGIN)]
Options: TypeAlias = Annotated[Any, Kind("vector", "shares", limits=_NOT_NEGATIVE)]
Strikes: TypeAlias = Annotated[Any, Kind("vector", "money per share", limits=_NOT_NEGATIVE)]
Scores: TypeAlias = Annotated[Any, Kind("vector", "score", limits=Limits(1, 5, "answers run from 1 to 5"))]
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

# Analysis: which function, and what it is called with. A cell names the function and holds a block,
# an argument's name and its value or values a row; Python gives the function itself and a mapping.
# In the ends of uncertain arguments a blank says that this element does not vary.
Method: TypeAlias = Annotated[Any, Kind("method", "function of the catalogue")]
Arguments: TypeAlias = Annotated[Any, Kind("arguments", "name and values a row")]
Ends: TypeAlias = Annotated[Any, Kind("arguments", "name and values a row", blank_is_absent=True)]
Matrix: TypeAlias = Annotated[Any, Kind("matrix", "fraction")]

# Results with more than one column: rows of texts and numbers.
Table: TypeAlias = Annotated[list[list[Any]], Kind("table", "rows")]
