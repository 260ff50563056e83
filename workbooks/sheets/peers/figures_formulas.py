"""How the figures of a peer are read: those of its fiscal years on the company's year, and its operating measures."""

from typing import Final

from valuation.periods import calendarize
from workbooks.case.year_ends import MONTHS
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import (
    AND,
    COUNTIF,
    IF,
    IFERROR,
    INDEX,
    ISNUMBER,
    LEFT,
    LEN,
    MATCH,
    MID,
    NUMBERVALUE,
    SUBSTITUTE,
)
from workbooks.declarations.expressions import equal, grouped, ref, shown_when_empty, total, unequal
from workbooks.declarations.trees import Expression, Verbatim, concat
from workbooks.declarations.words import ABSENT
from workbooks.sheets.comparables.measures_formulas import Shown, worked_out
from workbooks.sheets.peers.formulas import READ, at, of_a_peer
from workbooks.sheets.peers.words import YEAR_END

NO_OTHER_YEAR: Final = "other year missing"
FIRST_YEAR, LAST_YEAR, DIGITS = 1900, 2200, 4


def year() -> Expression:
    """The fiscal year at the end of a figure's name, before one letter such as E; blank where it has none."""
    last = IF(_is_year(_number_at(DIGITS - 1)), _number_at(DIGITS - 1), "")
    return shown_when_empty(IF(_is_year(_number_at(DIGITS)), _number_at(DIGITS), last))


def _number_at(back: int) -> Expression:
    return IFERROR(NUMBERVALUE(MID(ref("name"), LEN(ref("name")) - back, DIGITS)), 0)


def _is_year(of: Expression) -> Expression:
    return AND(of >= FIRST_YEAR, of < LAST_YEAR)


def column_of_year(years: int) -> Expression:
    """The column of the same figure so many years later, whether it ends with E or with A; 0 where there is none."""
    named = SUBSTITUTE(ref("name"), concat(ref("year"), ""), concat(ref("year") + years, ""))
    stem, mark = LEFT(named, LEN(named) - 1), MID(named, LEN(named), 1)
    other = concat(
        stem, IF(equal(mark, Verbatim("E")), Verbatim("A"), IF(equal(mark, Verbatim("A")), Verbatim("E"), mark))
    )
    headings = ref("pasted_columns.heading")
    found = IFERROR(MATCH(named, headings), IFERROR(MATCH(other, headings), 0))
    return shown_when_empty(IF(equal(ref("year"), ""), 0, found))


def figure(number: int) -> Expression:
    """A figure of a peer, of the company's fiscal year where its own ends in another month."""
    at, later, earlier = (ref(f"pasted_metrics.{each}[{number}]") for each in ("column", "later", "earlier"))
    own, month, ours = INDEX(READ, at), ref("year_end"), ref("inputs.year_end")
    is_year = AND(ISNUMBER(ref(f"pasted_metrics.year[{number}]")), ISNUMBER(own), unequal(month, ours))
    with_later = _mixed(own, INDEX(READ, later), later, month - ours + MONTHS)
    with_earlier = _mixed(INDEX(READ, earlier), own, earlier, month - ours)
    found = IF(is_year, IF(month < ours, with_later, with_earlier), own)
    return of_a_peer(IF(at > 0, found, ""))


def _mixed(first: Expression, second: Expression, other: Expression, months: Expression) -> Expression:
    """A calendar year's figure from two fiscal years; a text where the other year is not there."""
    both = IF(other > 0, AND(ISNUMBER(first), ISNUMBER(second)), False)  # noqa: FBT003 - a flag of Excel's
    native = (grouped(months) * first + (MONTHS - grouped(months)) * second) / MONTHS
    call = Call(calendarize, {"fy0": first, "fy1": second, "year_end_month": months}, native=native)
    return IF(both, call, NO_OTHER_YEAR)


def year_end() -> Expression:
    """The month in which a peer's fiscal year ends: the company's where nothing else is said."""
    said = INDEX(READ, at(YEAR_END))
    given = IF(at(YEAR_END) > 0, IF(ISNUMBER(said), said, ref("inputs.year_end")), ref("inputs.year_end"))
    return of_a_peer(given)


def measure(shown: Shown, number: int, inputs: tuple[int, int] | None) -> Expression:
    """An operating measure of a peer: as given, else worked out from its figures; a dash where neither is known."""
    worked: Expression | str = ABSENT
    if inputs:
        metric, other = (ref(f"metric_{n}") for n in inputs)
        worked = IF(AND(ISNUMBER(metric), ISNUMBER(other)), worked_out(shown.measure, metric, other), ABSENT)
    column = ref(f"pasted_measures.column[{number}]")
    given = INDEX(READ, column)
    return of_a_peer(IF(column > 0, IF(ISNUMBER(given), given, worked), worked))


def all_years_there(figures: int) -> Expression:
    """Whether every peer whose year ends in another month has both fiscal years of its figures."""
    missing: list[Expression] = [COUNTIF(ref(f"pasted.metric_{n}"), NO_OTHER_YEAR) for n in range(1, figures + 1)]
    return shown_when_empty(equal(total(missing), 0))
