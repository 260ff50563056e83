"""Types of fields of a case: texts, numbers, and the kinds of figures (`Role`) that fields refer to."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from valuation.kernel.dates import serial_number
from workbooks.case.quantity import QuantityKind

ID: Final = r"^[^\W\d]\w*(\.\w+)*$"  # a name, or the path of a number in a section
PAIR: Final = "^[A-Z]{6}$"
CURRENCY: Final = "^[A-Z]{3}$"
# Text that XML and a cell can hold, on one line and not blank.
LINE: Final = r"^[^\x00-\x1f\uFFFE\uFFFF]*[^\x00-\x20\uFFFE\uFFFF][^\x00-\x1f\uFFFE\uFFFF]*$"
TEXT: Final = r"^[^\x00-\x1f\uFFFE\uFFFF]*$"
NOTE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\uFFFE\uFFFF]*$"

Id: TypeAlias = Annotated[str, Field(pattern=ID, max_length=200)]
Currency: TypeAlias = Annotated[str, Field(pattern=CURRENCY)]
Pair: TypeAlias = Annotated[str, Field(pattern=PAIR)]
NonEmpty: TypeAlias = Annotated[str, Field(pattern=LINE, max_length=500)]
Text: TypeAlias = Annotated[str, Field(pattern=TEXT, max_length=500)]  # on one line, may be empty
NotGiven: TypeAlias = Literal[""]
Note: TypeAlias = Annotated[str, Field(pattern=NOTE, max_length=5000)]


def date_number(value: object) -> object:
    """Spreadsheet number of a date; anything else unchanged.

    Examples
    --------
    >>> date_number(dt.date(2014, 12, 31))
    42004.0
    """
    return serial_number(value) if type(value) is dt.date else value


# In a file also a date, or an amount with its unit, which is read before.
_Written: TypeAlias = (
    float
    | Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})]
    | Annotated[str, Field(pattern=r"[^\d\s.,+−()-]")]
)
Number: TypeAlias = Annotated[float, BeforeValidator(date_number, json_schema_input_type=_Written)]
Translation: TypeAlias = Annotated[str, Field(pattern=NOTE, min_length=1, max_length=5000)]


@dataclass(frozen=True, slots=True)
class Role:
    """Requirement for a figure in a field: description, allowed kinds and bounds."""

    words: str
    kinds: tuple[QuantityKind, ...]
    low: float = -math.inf
    high: float = math.inf
    currency: Literal["any", "either", "local", "reporting"] = "either"
    noun: str = ""  # thing counted, or thing that money is per, for numbers without a unit
    depositary: bool = False  # whether the money may be per depositary share

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the required kind of figure in the JSON Schema."""
        handler(schema)
        return {
            "type": ["number", "string", "object"],
            "required": ["value"],
            "description": f"{self.words}: a number, an amount with its unit, {{ value, unit, source }}, or an id",
        }


ANY: Final = Role("any figure", get_args(QuantityKind))
FigureId: TypeAlias = Annotated[Id, ANY]
MoneyId: TypeAlias = Annotated[Id, Role("money", ("money",))]
LocalMoneyId: TypeAlias = Annotated[Id, Role("money in the company's currency", ("money",), currency="local")]
LocalPaymentId: TypeAlias = Annotated[
    Id, Role("money in the company's currency, not negative", ("money",), low=0, currency="local")
]
ReportingMoneyId: TypeAlias = Annotated[Id, Role("money in the reporting currency", ("money",), currency="reporting")]
LocalMoneyPerId: TypeAlias = Annotated[
    Id, Role("money per user in the company's currency", ("money_per",), currency="local", noun="user")
]
FxId: TypeAlias = Annotated[Id, Role("an exchange rate", ("fx",))]
ShareId: TypeAlias = Annotated[Id, Role("a share, 0 to 1", ("share",))]
GrowthId: TypeAlias = Annotated[Id, Role("a growth rate, a fraction: 0.5 is 50 %", ("rate",), high=10)]
MarginId: TypeAlias = Annotated[Id, Role("a margin, a fraction of at most 1", ("margin", "rate", "share"), high=1)]
CostShareId: TypeAlias = Annotated[
    Id, Role("a share of revenue, 0 to 1", ("margin", "rate", "share"), low=0, high=1)
]  # an outflow is typed positive
DiscountRateId: TypeAlias = Annotated[Id, Role("a discount rate, a fraction: 0.12 is 12 %", ("rate",), low=0, high=1)]
DiscountId: TypeAlias = Annotated[Id, Role("a discount, a fraction of at most 1", ("share", "rate"), high=1)]
PeerMultipleId: TypeAlias = Annotated[Id, Role("a multiple", ("multiple",))]  # may be negative: a loss, shown as n.m.
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
QuotedPriceId: TypeAlias = Annotated[
    Id,
    Role(
        "a price per share or ADS, not negative", ("money_per",), low=0, currency="any", noun="share", depositary=True
    ),
]
UserMoneyId: TypeAlias = Annotated[Id, Role("money per user", ("money_per",), currency="any", noun="user")]
SharesId: TypeAlias = Annotated[Id, Role("a number of shares", ("count",), low=0, noun="shares")]
UserCountId: TypeAlias = Annotated[Id, Role("a number of users", ("count",), low=0, noun="users")]
RatioId: TypeAlias = Annotated[Id, Role("a plain number", ("ratio",))]
NotNegativeRatioId: TypeAlias = Annotated[Id, Role("a plain number, not negative", ("ratio",), low=0)]
WeightId: TypeAlias = Annotated[Id, Role("a weight, not negative", ("ratio", "share"), low=0)]
FractionId: TypeAlias = Annotated[Id, Role("a fraction of at most 1", ("share", "rate"), low=0, high=1)]
RateId: TypeAlias = Annotated[Id, Role("a rate, a fraction: 0.03 is 3 %", ("rate",), high=1)]


class Record(BaseModel):
    """Frozen and strict: an unknown key or a text for a number is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    def model_post_init(self, context: object, /) -> None:
        """Register this record with the `Made` object of the running validation."""
        if isinstance(context, Made):
            context.records.setdefault(type(self), []).append(self)


R = TypeVar("R", bound=Record)


class Made:
    """Validation context that collects all valid records, also those of a case with errors elsewhere.

    The consistency checks use these records, so that no table is validated twice.
    """

    def __init__(self) -> None:
        self.records: dict[type[Record], list[Record]] = {}
        self.wrong: set[tuple[str | int, ...]] = set()  # locations of everything that was refused

    def section(self, kind: type[R]) -> R | None:
        """The section of this type; None where the case has no valid one."""
        return next(iter(self._all(kind)), None)

    def rows(self, kind: type[R], key: str) -> dict[int, R]:
        """Valid rows of a list by position from 0; there must be only one list of this type."""
        wrong = {loc[1] for loc in self.wrong if loc[0] == key and len(loc) > 1}
        made = self._all(kind)
        return dict(zip((row for row in range(len(made) + len(wrong)) if row not in wrong), made, strict=True))

    def _all(self, kind: type[R]) -> list[R]:
        return [record for record in self.records.get(kind, ()) if isinstance(record, kind)]


class Sourced(Record):
    """Base of tables with figures: unit, date and source that their numbers inherit."""

    unit: str = Field(default="", description="unit of the bare numbers of this table, where it is one of their kind")
    as_of: str = Field(default="", description="date or period that the numbers of this table hold for")
    source: str = Field(
        default="", description="source of the numbers of this table: an id under [sources], or a title"
    )
