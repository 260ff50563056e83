"""What a field of a case may hold: texts, numbers, and the kinds of figures (`Role`) that a field refers to."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from workbooks.case.quantity import QuantityKind

ID: Final = r"^[^\W\d]\w*(\.\w+)*$"  # a name, or the path of a number that stands in a section
PAIR: Final = "^[A-Z]{6}$"
CURRENCY: Final = "^[A-Z]{3}$"
# What XML and a cell can hold; a line of it with something to read.
LINE: Final = r"^[^\x00-\x1f\uFFFE\uFFFF]*[^\x00-\x20\uFFFE\uFFFF][^\x00-\x1f\uFFFE\uFFFF]*$"
TEXT: Final = r"^[^\x00-\x1f\uFFFE\uFFFF]*$"
NOTE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\uFFFE\uFFFF]*$"

Id: TypeAlias = Annotated[str, Field(pattern=ID, max_length=200)]
Currency: TypeAlias = Annotated[str, Field(pattern=CURRENCY)]
Pair: TypeAlias = Annotated[str, Field(pattern=PAIR)]
NonEmpty: TypeAlias = Annotated[str, Field(pattern=LINE, max_length=500)]
Text: TypeAlias = Annotated[str, Field(pattern=TEXT, max_length=500)]  # one line, which may be empty
NotGiven: TypeAlias = Literal[""]
Note: TypeAlias = Annotated[str, Field(pattern=NOTE, max_length=5000)]
DAY_ZERO: Final = dt.date(1899, 12, 30)  # of the dates that spreadsheets hold as numbers


def date_number(value: object) -> object:
    """A date as the number that a cell holds for it; anything else as it is.

    Examples
    --------
    >>> date_number(dt.date(2014, 12, 31))
    42004.0
    """
    return float((value - DAY_ZERO).days) if type(value) is dt.date else value


_Written: TypeAlias = (
    float | Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})]
)
Number: TypeAlias = Annotated[float, BeforeValidator(date_number, json_schema_input_type=_Written)]
Translation: TypeAlias = Annotated[str, Field(pattern=NOTE, min_length=1, max_length=5000)]


@dataclass(frozen=True, slots=True)
class Role:
    """What a figure must be to stand in a field: in words, one of these kinds, within these bounds."""

    words: str
    kinds: tuple[QuantityKind, ...]
    low: float = -math.inf
    high: float = math.inf
    currency: Literal["any", "either", "local", "reporting"] = "either"
    noun: str = ""  # what is counted, or what the money is for one of, where a bare number does not say

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell editors what kind of figure belongs here."""
        handler(schema)
        return {
            "type": ["number", "string", "object"],
            "required": ["value"],
            "description": f"{self.words}: a number, an amount with its unit, {{ value, unit, source }}, or an id",
        }


FigureId: TypeAlias = Annotated[Id, Role("any figure", get_args(QuantityKind))]
MoneyId: TypeAlias = Annotated[Id, Role("money", ("money",))]
LocalMoneyId: TypeAlias = Annotated[Id, Role("money in the company's currency", ("money",), currency="local")]
ReportingMoneyId: TypeAlias = Annotated[Id, Role("money in the reporting currency", ("money",), currency="reporting")]
LocalMoneyPerId: TypeAlias = Annotated[
    Id, Role("money per user in the company's currency", ("money_per",), currency="local", noun="user")
]
FxId: TypeAlias = Annotated[Id, Role("an exchange rate", ("fx",))]
ShareId: TypeAlias = Annotated[Id, Role("a share, 0 to 1", ("share",))]
GrowthId: TypeAlias = Annotated[Id, Role("a growth rate, a fraction: 0.5 is 50 %", ("rate",), high=10)]
MarginId: TypeAlias = Annotated[Id, Role("a margin, a fraction of at most 1", ("rate", "share"), high=1)]
DiscountRateId: TypeAlias = Annotated[Id, Role("a discount rate, a fraction: 0.12 is 12 %", ("rate",), low=0, high=1)]
DiscountId: TypeAlias = Annotated[Id, Role("a discount, a fraction of at most 1", ("share", "rate"), high=1)]
PeerMultipleId: TypeAlias = Annotated[Id, Role("a multiple", ("multiple",))]  # negative: a loss, shown as n.m.
NamedMultipleId: TypeAlias = Annotated[
    Id, Role("a multiple, or money for one of what is counted", ("multiple", "money_per"), currency="any")
]
MultipleId: TypeAlias = Annotated[Id, Role("a multiple, not negative", ("multiple",), low=0)]
ScoreId: TypeAlias = Annotated[Id, Role("a score, 1 to 5", ("score",))]
PremiumId: TypeAlias = Annotated[Id, Role("a premium, a fraction: 0.5 is 50 %", ("rate", "share"), low=0, high=10)]
DateId: TypeAlias = Annotated[Id, Role("a date", ("date",))]
AmountId: TypeAlias = Annotated[Id, Role("a count, or money", ("count", "money"), low=0)]
YearsId: TypeAlias = Annotated[Id, Role("a number of years, at most 100", ("years",), high=100)]


AnyMoneyId: TypeAlias = Annotated[Id, Role("money", ("money",), currency="any")]
PaymentId: TypeAlias = Annotated[Id, Role("money, not negative", ("money",), low=0, currency="any")]
PriceId: TypeAlias = Annotated[
    Id, Role("a price per share, not negative", ("money_per",), low=0, currency="any", noun="share")
]
UserMoneyId: TypeAlias = Annotated[Id, Role("money per user", ("money_per",), currency="any", noun="user")]
SharesId: TypeAlias = Annotated[Id, Role("a number of shares", ("count",), low=0, noun="shares")]
UserCountId: TypeAlias = Annotated[Id, Role("a number of users", ("count",), low=0, noun="users")]
RatioId: TypeAlias = Annotated[Id, Role("a plain number", ("ratio",))]
WeightId: TypeAlias = Annotated[Id, Role("a weight, not negative", ("ratio", "share"), low=0)]
FractionId: TypeAlias = Annotated[Id, Role("a fraction of at most 1", ("share", "rate"), low=0, high=1)]
RateId: TypeAlias = Annotated[Id, Role("a rate, a fraction: 0.03 is 3 %", ("rate",), high=1)]


class Record(BaseModel):
    """Frozen and strict: an unknown key or a text for a number is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def model_post_init(self, context: object, /) -> None:
        """Note this record where the validation keeps what it makes."""
        if isinstance(context, Made):
            context.records.setdefault(type(self), []).append(self)


R = TypeVar("R", bound=Record)


class Made:
    """The records that one validation made, those of a case included that is wrong elsewhere: its context.

    What must fit together is checked on these records, so that no table is validated twice.
    """

    def __init__(self) -> None:
        self.records: dict[type[Record], list[Record]] = {}
        self.wrong: set[tuple[str | int, ...]] = set()  # the ways to whatever was refused

    def section(self, kind: type[R]) -> R | None:
        """The section of this kind; None where the case has none that is valid."""
        return next(iter(self._all(kind)), None)

    def rows(self, kind: type[R], key: str) -> dict[int, R]:
        """The valid rows of a list of the case, the only one of this kind, by their positions from 0."""
        wrong = {loc[1] for loc in self.wrong if loc[0] == key and len(loc) > 1}
        made = self._all(kind)
        return dict(zip((row for row in range(len(made) + len(wrong)) if row not in wrong), made, strict=True))

    def _all(self, kind: type[R]) -> list[R]:
        return [record for record in self.records.get(kind, ()) if isinstance(record, kind)]


class Sourced(Record):
    """A table of figures: what its bare numbers inherit."""

    unit: str = Field(default="", description="unit of the bare numbers of this table, where it is one of their kind")
    as_of: str = Field(default="", description="date or period that the numbers of this table hold for")
    source: str = Field(
        default="", description="source of the numbers of this table: an id under [sources], or a title"
    )
