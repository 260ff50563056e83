"""Formulas of the waterfall: bar of each part with beginning and end."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from workbooks.case.model import Case, Segments
from workbooks.declarations.excel_functions import COUNT, IF, MAX, MIN
from workbooks.declarations.expressions import composed, equal, ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.money import displayed
from workbooks.sheets.segments.formulas import only_net_debt, size


class Step(NamedTuple):
    """A bar: what it is called, and what it adds or takes."""

    label: Content
    change: Expression


def parts(case: Case, section: Segments, most: int) -> list[Step]:
    """One bar per part, in order; if there are too many, the last bar combines all but the largest."""
    places = range(1, len(section.parts) + 1)
    largest = sorted(places, key=lambda place: -abs(size(case, section.parts[place - 1])))
    own = sorted(largest[: most - 1]) if len(places) > most else [*places[:-1]]
    last = max(set(places) - set(own))
    steps = [Step(Link(f"parts.name[{place}]"), displayed(f"parts.value_used[{place}]")) for place in own]
    return [*steps, Step(_last_named(last), _last(last, len(own)))]


def _last_named(last: int) -> Expression:
    """The name of the last bar: of its part where it is one, else of how many others."""
    count = COUNT(ref("parts.value_used"))
    others = composed("{} others", 1 + count - ref("number"))
    return IF(equal(count, ref("number")), ref(f"parts.name[{last}]"), others)


def _last(last: int, before: int) -> Expression:
    """The last bar: one part, or all that the bars before it leave of the sum; so parts that are added are in it."""
    rest = displayed("segments.gross_used")
    if before:
        rest -= ref(end_of(before - 1))
    return IF(equal(COUNT(ref("parts.value_used")), ref("number")), displayed(f"parts.value_used[{last}]"), rest)


DISCOUNT: Final = -MAX(ref("start"), 0) * ref("segments.discount")


def net_debt(case: Case, section: Segments) -> Step:
    """The bar of what is taken or added before the discount, by its name: net cash adds."""
    taken = ref("segments.net_debt")
    label: Content = IF(taken < 0, "Net cash", "Net debt") if only_net_debt(case, section) else "Bridge"
    return Step(label, -taken / ref("inputs.display_unit"))


def end_of(step: int) -> Reference:
    """Where the bars stand after a step, counted from 0."""
    return f"waterfall_end.{step}"


def starts(steps: Sequence[Step]) -> list[Content]:
    """Where each bar begins: at the end of the one before it."""
    return [Link(end_of(number - 1)) if number else NOTHING for number in range(len(steps))]


_START, _END = ref("start"), ref("end")
END: Final = _START + ref("step")

# A chart stacks positive and negative pieces apart: a bar that crosses zero has a piece on either side.
GROUND: Final = MAX(MIN(_START, _END), 0) + MIN(MAX(_START, _END), 0)
_RISE: Final = MAX(MAX(_END, 0) - MAX(_START, 0), 0)
_FALL: Final = MAX(MAX(_START, 0) - MAX(_END, 0), 0)
# A bar that is too thin for its label is a series of its own, with the label above it.
_THIN: Final = MAX(ref("waterfall.end")) * 0.1
UP_THIN: Final = IF(_RISE < _THIN, _RISE, 0)
DOWN_THIN: Final = IF(_FALL < _THIN, _FALL, 0)
UP: Final = _RISE - ref("up_thin")
DOWN: Final = _FALL - ref("down_thin")
UP_BELOW: Final = MIN(MIN(_START, 0) - MIN(_END, 0), 0)
DOWN_BELOW: Final = MIN(MIN(_END, 0) - MIN(_START, 0), 0)
