"""Formulas that read the input table: row of headings, meaning of columns, figures in whole units, multiples."""

from collections.abc import Sequence
from typing import Final

from workbooks.case.peer_values import BORROWED
from workbooks.declarations.excel_functions import (
    AND,
    COUNT,
    COUNTBLANK,
    COUNTIF,
    IF,
    IFERROR,
    INDEX,
    ISNUMBER,
    LEFT,
    LOWER,
    MATCH,
    MAX,
    MID,
    NUMBERVALUE,
    OR,
    ROWS,
    SUBSTITUTE,
    SUM,
    TRIM,
    UPPER,
)
from workbooks.declarations.expressions import (
    blank_when_empty,
    cells,
    equal,
    ref,
    shown_when_empty,
    total,
    unequal,
)
from workbooks.declarations.trees import Expression, Literal, Verbatim, concat
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.peers import words
from workbooks.sheets.peers.block import COLUMNS
from workbooks.sheets.peers.slots import COUNT as COUNT_OF
from workbooks.sheets.peers.slots import MONEY
from workbooks.sheets.peers.words import AMOUNTS, TEXTS, YEAR_END

KEYS: Final = (*TEXTS, *AMOUNTS, YEAR_END)
LONG: Final = 99  # characters: all that is left of a heading
NAMED: Final = 3  # columns that the heading of the names may stand in
UNKNOWN: Final = "unit not known"
NOT_USED: Final = "not used"
NO_NUMBER: Final = "not a number"
PERCENT: Final = "%"
HEADING_ROW: Final = ref("peer_table.heading_row")
UNIT_ROW: Final = ref("peer_table.unit_row")
_BLOCK: Final = ref(f"c1:c{COLUMNS}")
READ: Final = ref(f"r1:r{COLUMNS}")


# --- where the headings are -----------------------------------------------------------------------


def is_heading() -> Expression:
    """The number of a row that has a heading for the names; blank for any other."""
    found = [ISNUMBER(MATCH(_trimmed(ref(f"c{n}")), ref("heading_names.word"))) for n in range(1, NAMED + 1)]
    return shown_when_empty(IF(OR(*found), ref("row"), ""))


def heading_row() -> Expression:
    """The row with the headings: the last there is, where a table was pasted below the headings that stood there."""
    return shown_when_empty(MAX(ref("pasted.is_heading")))


def unit_row() -> Expression:
    """The row with the units: that above the headings, unless it holds headings itself; 0 where there is none."""
    above = IF(equal(INDEX(ref("pasted.is_heading"), HEADING_ROW - 1), ""), HEADING_ROW - 1, 1)
    return shown_when_empty(IF(HEADING_ROW > 1, above, 0))


# --- what each column is --------------------------------------------------------------------------


def heading(column: int) -> Expression:
    """The heading of a column."""
    return shown_when_empty(IF(HEADING_ROW > 0, _trimmed(INDEX(ref(f"pasted.c{column}"), HEADING_ROW)), ""))


def unit(column: int) -> Expression:
    """The unit of a column."""
    return shown_when_empty(IF(UNIT_ROW > 0, _trimmed(INDEX(ref(f"pasted.c{column}"), UNIT_ROW)), ""))


def key() -> Expression:
    """The key that a heading stands for."""
    return shown_when_empty(_known("key"))


def counted(starts: tuple[str, ...], name: str, column: int) -> Expression:
    """The number of a multiple among those of its kind, from the left; blank where a heading is none."""
    plain = UPPER(SUBSTITUTE(ref("heading"), " ", ""))
    is_one = OR(*(equal(LEFT(plain, len(start)), Verbatim(start)) for start in starts))
    before = MAX(cells(f"pasted_columns.{name}", 1, column - 1)) + 1 if column > 1 else Literal(1.0)
    return shown_when_empty(IF(is_one, before, ""))


def scale(currency: str, nouns: Sequence[str] = ()) -> Expression:
    """The scale in a unit: what is left of it without the currency, or what is counted."""
    text: Expression = LOWER(SUBSTITUTE(ref("unit"), " ", ""))
    counted = [noun.lower().replace(" ", "") for noun in nouns]
    for word in (*words.PER_SHARE, *counted, *words.currency_words(currency)):
        text = SUBSTITUTE(text, Verbatim(word), "")
    return shown_when_empty(text)


def slot(column: int) -> Expression:
    """The number of the figure that a column holds, of its own year or of the year beside it; blank for any other."""
    found = MATCH(ref("heading"), ref("pasted_metrics.name"))
    beside = IFERROR(
        MATCH(column, ref("pasted_metrics.later")), IFERROR(MATCH(column, ref("pasted_metrics.earlier")), "")
    )
    return shown_when_empty(IF(equal(ref("heading"), ""), "", IFERROR(found, beside)))


def factor(*, measured: bool) -> Expression:
    """What a number of a column is multiplied by; blank where it is none, a text where its unit is not known."""
    key_counts_in = _known("counts_in")
    scaled = INDEX(ref("unit_words.factor"), MATCH(ref("scale"), ref("unit_words.word")))
    by_unit = IF(equal(ref("scale"), ""), 1, IFERROR(scaled, UNKNOWN))
    money = IF(equal(ref("unit"), ""), ref("inputs.display_unit"), by_unit)
    other = IF(equal(ref("unit"), ""), 1, by_unit)
    of_key = IF(
        equal(key_counts_in, Verbatim(words.NO_NUMBER)),
        "",
        IF(equal(key_counts_in, Verbatim(words.MONEY)), money, other),
    )
    in_ones = equal(INDEX(ref("pasted_metrics.kind"), ref("slot")), COUNT_OF)
    of_slot = IF(ISNUMBER(ref("slot")), IF(in_ones, other, money), "")
    is_multiple = OR(ISNUMBER(ref("enterprise")), ISNUMBER(ref("equity")))
    of_figure = _of_measure(money, other, of_slot) if measured else of_slot
    found = IF(is_multiple, 1, IF(unequal(ref("key"), ""), of_key, of_figure))
    return shown_when_empty(IF(equal(ref("heading"), ""), "", found))


def _of_measure(money: Expression, other: Expression, otherwise: Expression) -> Expression:
    """What a number of an operating measure is multiplied by: a rate stands as it is, or in per cent."""
    at = MATCH(ref("heading"), ref("pasted_measures.name"))
    kind = INDEX(ref("pasted_measures.kind"), at)
    plain = IF(equal(ref("unit"), PERCENT), 0.01, 1)
    of_kind = IF(equal(kind, MONEY), money, IF(equal(kind, COUNT_OF), other, plain))
    return IF(ISNUMBER(at), of_kind, otherwise)


def read_as(column: int, multiples: int, *, measured: bool) -> Expression:
    """Text that tells how a column is read, or that one with figures is not read; of so many multiples."""
    typed, has_unit = ref(f"pasted.c{column}"), unequal(ref("unit"), "")
    filled = ROWS(typed) - COUNTBLANK(typed) > IF(has_unit, 2, 1)
    other = IF(ISNUMBER(ref("factor")), "Figure of a multiple", IF(filled, NOT_USED, ""))
    if measured:
        other = IF(ISNUMBER(MATCH(ref("heading"), ref("pasted_measures.name"))), "Operating measure", other)
    known = IF(unequal(ref("key"), ""), _known("label"), other)
    of_which = IF(ISNUMBER(ref("enterprise")), "Multiple of enterprise value", "Multiple of equity value")
    more = IF(filled, NOT_USED, "")  # than there is room for
    is_one = OR(ISNUMBER(ref("enterprise")), ISNUMBER(ref("equity")))
    found = IF(is_one, IF(_is_among("pasted_multiples.name", multiples), of_which, more), known)
    read = IF(equal(ref("factor"), UNKNOWN), UNKNOWN, found)
    return shown_when_empty(IF(equal(ref("heading"), ""), IF(COUNT(typed) > 0, NOT_USED, ""), read))


def _is_among(names: str, count: int) -> Expression:
    """Whether the heading is one of several names; LibreOffice and others look up nothing in a single cell."""
    heading = ref("heading")
    return ISNUMBER(MATCH(heading, ref(names))) if count > 1 else equal(heading, ref(f"{names}[1]"))


def _known(what: str) -> Expression:
    """What is known of a heading; blank of any other."""
    return IFERROR(INDEX(ref(f"heading_words.{what}"), MATCH(ref("heading"), ref("heading_words.word"))), "")


def position() -> Expression:
    """The column of a key; 0 where there is none."""
    return shown_when_empty(IFERROR(MATCH(ref("key"), ref("pasted_columns.key")), 0))


def at(key: str) -> Expression:
    """The cell with the column of a key."""
    return ref(f"pasted_keys.at[{KEYS.index(key) + 1}]")


# --- which multiples there are --------------------------------------------------------------------


def name(basis: str, number: int) -> Expression:
    """The name of a multiple: the heading of that number, and without any heading of its kind the typed one."""
    numbers = ref(f"pasted_columns.{basis}")
    pasted = IFERROR(INDEX(ref("pasted_columns.heading"), MATCH(number, numbers)), "")
    return shown_when_empty(IF(COUNT(numbers) > 0, pasted, _trimmed(ref("typed"))))


def metric(basis: str) -> Expression:
    """The metric that a multiple divides by, from its name: EV/EBITDA 2015E by EBITDA 2015E."""
    multiple = ref("name")
    if basis == "enterprise":
        start = words.ENTERPRISE[1]
        rest = IF(
            equal(LEFT(multiple, len(start)), Verbatim(start)),
            MID(multiple, len(start) + 1, LONG),
            MID(multiple, 4, LONG),
        )
        return shown_when_empty(TRIM(rest))
    known = MATCH(LEFT(multiple, 3), ref("metric_words.word"))
    usual = concat(INDEX(ref("metric_words.metric"), known), " ", MID(multiple, 4, LONG))
    period = SUBSTITUTE(SUBSTITUTE(IFERROR(usual, MID(multiple, 3, LONG)), "(", ""), ")", "")
    return shown_when_empty(IF(equal(multiple, ""), "", TRIM(period)))


def column_of(what: str) -> Expression:
    """The column of a multiple or of its metric; 0 where there is none."""
    named = ref(what)
    found = IFERROR(MATCH(named, ref("pasted_columns.heading")), 0)
    return shown_when_empty(IF(equal(named, ""), 0, found))


# --- each peer ------------------------------------------------------------------------------------


def peer() -> Expression:
    """The name of a peer; blank above the headings, and where a row sums up the others."""
    named = _trimmed(INDEX(_BLOCK, at("name")))
    summary = ISNUMBER(MATCH(named, ref("summary_words.word")))
    return blank_when_empty(IF(AND(ref("row") > HEADING_ROW, at("name") > 0), IF(summary, "", named), ""))


def text(key: str) -> Expression:
    """A text of a peer."""
    return of_a_peer(IF(at(key) > 0, _trimmed(INDEX(_BLOCK, at(key))), ""))


def included() -> Expression:
    """Whether a peer is included: unless its row says no."""
    said = LOWER(_trimmed(INDEX(_BLOCK, at("included"))))
    no = ISNUMBER(MATCH(said, ref("no_words.word")))
    return of_a_peer(IF(at("included") > 0, IF(no, "no", "yes"), "yes"))


def number(column: int) -> Expression:
    """A figure of a peer in whole units; n.m. where it is given as such; a text where it is not a number."""
    typed, by = ref(f"c{column}"), ref(f"pasted_columns.factor[{column}]")
    plain = LOWER(TRIM(typed))
    for sign, instead in (("x", ""), ("×", ""), ("倍", ""), (")", ""), ("(", "-"), ("−", "-")):
        plain = SUBSTITUTE(plain, Verbatim(sign), Verbatim(instead))
    known = ISNUMBER(MATCH(LOWER(TRIM(typed)), ref("no_number_words.word")))
    of_text = IF(known, NOT_MEANINGFUL, IFERROR(NUMBERVALUE(plain) * by, NO_NUMBER))
    found = IF(ISNUMBER(typed), typed * by, IF(equal(TRIM(typed), ""), "", of_text))
    return of_a_peer(IF(ISNUMBER(by), found, ""))


def amount(key: str) -> Expression:
    """An amount of a peer that a heading of ours stands for."""
    return of_a_peer(IF(at(key) > 0, INDEX(READ, at(key)), ""))


def market_value() -> Expression:
    """The market value: as given, else price times shares."""
    price, shares = ref("price"), ref("shares")
    by_price = IF(AND(ISNUMBER(price), ISNUMBER(shares)), price * shares, "")
    return blank_when_empty(IF(ISNUMBER(ref("market_value")), ref("market_value"), by_price))


def claims() -> Expression:
    """Net debt and the other claims; blank where net debt is not known, neither as such nor in a part."""
    net = IF(ISNUMBER(ref("net_debt")), ref("net_debt"), SUM(ref("debt")) - SUM(ref("cash")))
    others = SUM(ref("leases:preferred")) - SUM(ref("associates"))
    known = OR(*(ISNUMBER(ref(key)) for key in BORROWED))
    return blank_when_empty(IF(known, net + others, ""))


def enterprise_value() -> Expression:
    """Enterprise value: as given, else market value and claims."""
    value, taken = ref("value"), ref("claims")
    added = IF(AND(ISNUMBER(value), ISNUMBER(taken)), value + taken, "")
    return blank_when_empty(IF(ISNUMBER(ref("enterprise_value")), ref("enterprise_value"), added))


def multiple(basis: str, slot: int) -> Expression:
    """A multiple of a peer: as published, else its value over its metric; a dash where neither is known."""
    column = ref(f"pasted_multiples.column[{slot}]")
    value, own = ref("ev" if basis == "enterprise" else "value"), ref(f"metric_{slot}")
    by_figures = IF(AND(ISNUMBER(value), ISNUMBER(own)), IF(own > 0, value / own, NOT_MEANINGFUL), ABSENT)
    published = INDEX(READ, column)
    there = IF(column > 0, unequal(published, ""), False)  # noqa: FBT003 - a flag of Excel's
    return of_a_peer(IF(equal(ref(f"pasted_multiples.name[{slot}]"), ""), "", IF(there, published, by_figures)))


def tier_number(row: int) -> Expression:
    """The number of a tier, in the row where it comes first."""
    if row == 1:
        return blank_when_empty(IF(equal(ref("tier"), ""), "", 1))
    new = equal(COUNTIF(cells("pasted.tier", 1, row - 1), ref("tier")), 0)
    following = MAX(cells("pasted.tier_number", 1, row - 1)) + 1
    return blank_when_empty(IF(equal(ref("tier"), ""), "", IF(new, following, "")))


def tier(number: int) -> Expression:
    """The name of a tier by its number."""
    return blank_when_empty(IFERROR(INDEX(ref("pasted.tier"), MATCH(number, ref("pasted.tier_number"))), ""))


def of_a_peer(of: Expression) -> Expression:
    """A formula of a row, blank where no peer stands."""
    return blank_when_empty(IF(equal(ref("name"), ""), "", of))


def _trimmed(of: Expression) -> Expression:
    return TRIM(concat(of, ""))


# --- checks ---------------------------------------------------------------------------------------


def all_numbers() -> Expression:
    """Whether every figure is a number, or given as n.m."""
    return shown_when_empty(equal(total([COUNTIF(ref(f"pasted.r{n}"), NO_NUMBER) for n in range(1, COLUMNS + 1)]), 0))


def all_units_known() -> Expression:
    """Whether the unit of every column is known."""
    return shown_when_empty(equal(COUNTIF(ref("pasted_columns.factor"), UNKNOWN), 0))


def all_used() -> Expression:
    """Whether every column is read."""
    return shown_when_empty(equal(COUNTIF(ref("pasted_columns.read"), NOT_USED), 0))
