"""Annotated types: each says the unit, the shape and the kind of cell an argument stands for.

In Python an argument may be a number, a sequence or anything numpy reads; inside a function it is
always a float array (see `valuation.kernel.broadcast`). Elementwise kinds take any shape; vector kinds
have their parts (segments, peers, probabilities) on the last axis.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

Shape: TypeAlias = Literal[
    "number", "vector", "texts", "dates", "matrix", "table", "text", "flag", "choice", "method", "arguments"
]


@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument or a result is: its shape, its unit, and what a blank in it means."""

    shape: Shape
    unit: str = ""
    choices: tuple[str, ...] = ()
    or_number: bool = False  # a choice that a number may stand for: a percentile for a statistic
    blank_is_absent: bool = False  # a blank inside the vector is "no such peer", not an error
    own_length: bool = False  # a vector that need not be as long as the others


def kind_of(annotation: object) -> Kind:
    """The kind that an annotated type carries; `X | None` carries the kind of X."""
    for layer in (annotation, *getattr(annotation, "__args__", ())):
        for note in getattr(layer, "__metadata__", ()):
            if isinstance(note, Kind):
                return note
    message = f"{annotation!r} is not one of the types of valuation.kernel.units"
    raise TypeError(message)


# Elementwise numbers.
Money: TypeAlias = Annotated[Any, Kind("number", "money")]
Multiple: TypeAlias = Annotated[Any, Kind("number", "×")]
Ratio: TypeAlias = Annotated[Any, Kind("number", "fraction")]
Count: TypeAlias = Annotated[Any, Kind("number", "count")]
Years: TypeAlias = Annotated[Any, Kind("number", "years")]
Months: TypeAlias = Annotated[Any, Kind("number", "months")]
Shares: TypeAlias = Annotated[Any, Kind("number", "shares")]
MoneyPerUser: TypeAlias = Annotated[Any, Kind("number", "money per user")]
MoneyPerShare: TypeAlias = Annotated[Any, Kind("number", "money per share")]
ExchangeRate: TypeAlias = Annotated[Any, Kind("number", "exchange rate")]  # local currency per unit of the other
Score: TypeAlias = Annotated[Any, Kind("number", "score")]
Number: TypeAlias = Annotated[Any, Kind("number", "number")]  # in whatever unit its neighbours have

# Vectors: parts on the last axis.
Moneys: TypeAlias = Annotated[Any, Kind("vector", "money")]
KnownMoneys: TypeAlias = Annotated[Any, Kind("vector", "money", blank_is_absent=True)]  # a blank is not known
Multiples: TypeAlias = Annotated[Any, Kind("vector", "×")]
PeerMultiples: TypeAlias = Annotated[Any, Kind("vector", "×", blank_is_absent=True)]
PeerDrivers: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True)]  # what explains them
Bounds: TypeAlias = Annotated[Any, Kind("vector", "money", own_length=True)]  # companies on one side of a value
Ratios: TypeAlias = Annotated[Any, Kind("vector", "fraction")]
Options: TypeAlias = Annotated[Any, Kind("vector", "shares")]
Strikes: TypeAlias = Annotated[Any, Kind("vector", "money per share")]
Scores: TypeAlias = Annotated[Any, Kind("vector", "score")]
Numbers: TypeAlias = Annotated[Any, Kind("vector", "number")]
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
Quartile: TypeAlias = Annotated[str, Kind("choice", "quartile method", ("inc", "exc"))]
Timing: TypeAlias = Annotated[str, Kind("choice", "timing", ("end", "start"))]

# Analysis: which function, and what it is called with. A cell names the function and holds a block,
# an argument's name and its value or values a row; Python gives the function itself and a mapping.
# In the ends of uncertain arguments a blank says that this element does not vary.
Method: TypeAlias = Annotated[Any, Kind("method", "function of the catalogue")]
Arguments: TypeAlias = Annotated[Any, Kind("arguments", "name and values a row")]
Ends: TypeAlias = Annotated[Any, Kind("arguments", "name and values a row", blank_is_absent=True)]
Matrix: TypeAlias = Annotated[Any, Kind("matrix", "fraction")]

# Results with more than one column: rows of texts and numbers.
Table: TypeAlias = Annotated[list[list[Any]], Kind("table", "rows")]
