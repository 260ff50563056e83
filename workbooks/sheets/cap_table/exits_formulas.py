"""Formulas of the exit waterfall: preferences by rank, then the value of a common share that distributes the rest.

At a value x of a common share a class gets the larger of shares × x and min(preference + shares × x, limit). The total
payout is piecewise linear in x, with kinks where a class reaches its limit or begins to convert; the exit value is on
one of the pieces.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from valuation.waterfall import liquidation_waterfall, waterfall_payouts
from workbooks.case.cap_table import Preference
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.excel_functions import ABS, IF, INDEX, ISNUMBER, MAX, MIN, SMALL, SUM, SUMPRODUCT
from workbooks.declarations.expressions import cells, equal, grouped, ref
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import ABSENT

OfExit: TypeAlias = Callable[[str, int], Expression]
NONE, FULL, CAPPED = "none", "full", "capped"
PREFERENCES: Final = SUM(ref("class_terms.preference"))

# --- the terms ------------------------------------------------------------------------------------


def participation(of: Preference) -> Input:
    """Participation of a class, selectable; capped where the case has a cap."""
    return Input(of.participation, (NONE, FULL, CAPPED) if of.cap else (NONE, FULL))


PREFERENCE: Final = IF(ISNUMBER(ref("multiple")), ref("invested") * ref("multiple"), 0)
LIMIT: Final = IF(
    equal(ref("participation"), FULL),
    ABSENT,
    IF(equal(ref("participation"), CAPPED), ref("invested") * ref("cap"), ref("preference")),
)
REACHED: Final = IF(
    ISNUMBER(ref("limit")), IF(ref("common") > 0, grouped(ref("limit") - ref("preference")) / ref("common"), 0), 0
)
CONVERTS: Final = IF(ISNUMBER(ref("limit")), IF(ref("common") > 0, ref("limit") / ref("common"), 0), 0)


def senior(count: int) -> list[Content]:
    """Preferences senior to that of each class."""
    ranks, due = ref("class_terms.rank"), ref("class_terms.preference")
    return [SUMPRODUCT((ranks < ref(f"class_terms.rank[{n}]")) * due) for n in range(1, count + 1)]


def equal_rank(count: int) -> list[Content]:
    """Preferences of the same rank as that of each class, including its own."""
    ranks, due = ref("class_terms.rank"), ref("class_terms.preference")
    return [SUMPRODUCT(equal(ranks, ref(f"class_terms.rank[{n}]")) * due) for n in range(1, count + 1)]


# --- where the waterfall turns --------------------------------------------------------------------


def turns(count: int) -> list[Content]:
    """Values of a common share at which a class reaches its limit or begins to convert, unsorted."""
    return [Link(f"class_terms.{name}[{n}]") for name in ("reached", "converts") for n in range(1, count + 1)]


def sorted_turns(count: int) -> list[Content]:
    """The same from nothing up."""
    places = (ref(f"waterfall_turns.number[{n}]") for n in range(2, 2 * count + 2))
    return [Literal(0.0), *(SMALL(ref("waterfall_points.value"), place - 1) for place in places)]


def rising(count: int) -> list[Content]:
    """Number of shares that participate from each kink on: of classes below their limit, and of those that convert."""
    common, reached, converts = (ref(f"class_terms.{name}") for name in ("common", "reached", "converts"))
    # Kinks that differ only by rounding count as one.
    at = [ref(f"waterfall_turns.value[{n}]") * grouped(1 + ref("inputs.rounding")) for n in range(1, 2 * count + 2)]
    return [SUMPRODUCT(common * grouped((reached > turn) + (converts <= turn))) for turn in at]


def paid(count: int) -> list[Content]:
    """Total payout at each kink."""
    found: list[Content] = [PREFERENCES]
    for n in range(1, 2 * count + 1):
        before, step = (f"waterfall_turns.{name}[{n}]" for name in ("paid", "shares"))
        rise = ref(f"waterfall_turns.value[{n + 1}]") - ref(f"waterfall_turns.value[{n}]")
        found.append(ref(before) + ref(step) * grouped(rise))
    return found


# --- an exit --------------------------------------------------------------------------------------


def common_share(column: str) -> Expression:
    """Value of a common share at the exit value of a column; 0 if the preferences take all."""
    whole, all_paid = ref(f"{column}[1]"), ref("waterfall_turns.paid")
    place = SUMPRODUCT((all_paid <= whole) * 1)
    begin, before, shares = (INDEX(ref(f"waterfall_turns.{name}"), place) for name in ("value", "paid", "shares"))
    return IF(whole < PREFERENCES, 0, begin + grouped(whole - before) / shares)


def payout(column: str, place: int) -> Call:
    """Payout of a class at the exit value of a column."""
    whole, a_share = ref(f"{column}[1]"), ref(f"{column}[2]")
    due, held, limit, first, same = (
        ref(f"class_terms.{name}[{place}]") for name in ("preference", "common", "limit", "senior", "equal_rank")
    )
    short = IF(same > 0, due * MIN(1, MAX(0, whole - first) / same), 0)
    shares = held * a_share
    kept = IF(ISNUMBER(limit), MIN(due + shares, limit), due + shares)
    native = IF(whole < PREFERENCES, short, MAX(kept, shares))
    return Call(_of_class(place), _arguments(f"{column}[1]"), native=native)


def all_of(column: str, count: int) -> Expression:
    """Total payout of all classes."""
    return SUM(cells(column, 3, count + 2))


def _of_class(place: int) -> Callable[..., Any]:
    """WATERFALL_PAYOUTS for one class."""

    def of_class(**arguments: Any) -> Any:  # noqa: ANN401 - as the function takes them
        return waterfall_payouts(**arguments)[place - 1]

    return of_class


def _arguments(exit_value: str) -> dict[str, Argument]:
    return {
        "exit_value": exit_value,
        "shares": "class_terms.common",
        "preferences": "class_terms.preference",
        "caps": "class_terms.limit",
        "seniority": "class_terms.rank",
    }


def laid_out(exit_value: str) -> Call:
    """The waterfall as a dynamic array of the add-in."""
    return Call(liquidation_waterfall, {"names": "class_terms.name"} | _arguments(exit_value))


def part(column: str, place: int) -> Expression:
    """The share of a class in the exit value of a column."""
    whole = ref(f"{column}[1]")
    return IF(whole > 0, ref(f"{column}[{place + 2}]") / whole, 0)


def way(column: str, place: int) -> Expression:
    """Whether a class converts at the exit value of a column, keeps its preference, or has none."""
    due, held, limit = (ref(f"class_terms.{name}[{place}]") for name in ("preference", "common", "limit"))
    more = IF(ISNUMBER(limit), held * ref(f"{column}[2]") > limit, False)  # noqa: FBT003 - a flag of Excel's
    return IF(equal(due, 0), ABSENT, IF(more, "converts", "preference"))


def foots(columns: list[str], count: int) -> Expression:
    """Check: the payouts sum to the exit value."""
    apart = [ABS(ref(f"{column}[{count + 3}]") - ref(f"{column}[1]")) for column in columns]
    return MAX(*apart) <= ref("inputs.rounding") * MAX(*(ref(f"{column}[1]") for column in columns))
