"""Answers a batch of calls: assigns them to lanes, limits the size of results, and reports late calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from addin.binding import bind
from addin.office.lanes import SLOW, Lane
from addin.office.protocol import Call, Refusal, Special, error, given, line, shown
from addin.office.settings import Limits
from valuation.catalogue import CATALOGUE

PIECE: Final = 250  # number of quick calls answered before others get a turn
LATE: Final = "#N/A"

_ENTRIES: Final = {entry.excel_name: entry for entry in CATALOGUE.values()}
_BOUND: Final[dict[str, Callable[..., object]]] = {name: bind(entry, error) for name, entry in _ENTRIES.items()}
# Of each function's arguments, whether a range there gives a result for each of its cells.
_ELEMENTWISE: Final = {
    name: [parameter.kind.elementwise for parameter in entry.parameters] for name, entry in _ENTRIES.items()
}

Numbered = tuple[int, Call]


def known(name: str) -> bool:
    """Whether a name is that of a function."""
    return name in _BOUND


def answer(call: Call, most_cells: int) -> object:
    """Answer of one call in the form of the protocol; never raises.

    Examples
    --------
    >>> answer(Call("IMPLIED_VALUE", [3.0, 2.0]), 100)
    6.0
    >>> answer(Call("IMPLIED_VALU", [3.0, 2.0]), 100)
    Special(e='#NAME?', m='IMPLIED_VALU is not a function of this server', d=None)
    """
    function = _BOUND.get(call.name)
    if function is None:
        return Special("#NAME?", f"{call.name[:64]} is not a function of this server")
    expected = expected_cells(call)
    if expected > most_cells:
        return _too_large(expected, most_cells)
    found: Any = function(*map(given, call.arguments))
    if type(found) is list and len(found) * len(found[0]) > most_cells:
        return _too_large(len(found) * len(found[0]), most_cells)
    return shown(found)


def _too_large(cells: int, most: int) -> Special:
    return Special(
        "#VALUE!", f"{cells:,} results, more than the {most:,} that fit into one answer: give smaller ranges"
    )


def expected_cells(call: Call) -> int:
    """Number of cells of an answer to ranges in place of single numbers, known before the calculation.

    Examples
    --------
    >>> expected_cells(Call("IMPLIED_VALUE", [[[1.0], [2.0]], [[1.0, 2.0, 3.0]]]))
    6
    """
    height = width = 1
    for argument, elementwise in zip(call.arguments, _ELEMENTWISE.get(call.name, ()), strict=False):
        if elementwise and type(argument) is list:
            height = max(height, len(argument))
            width = max(width, *map(len, argument)) if argument else width
    return height * width


def check_budget(calls: Sequence[Call], limits: Limits) -> None:
    """Refuse a batch with too many results in total.

    Raises
    ------
    Refusal
        413; the page then sends its halves.
    """
    total = sum(expected_cells(call) for call in calls)
    if len(calls) > 1 and total > limits.batch_cells:
        raise Refusal(413, "results", f"{total:,} results: a batch has {limits.batch_cells:,}; send fewer calls")


@dataclass(slots=True)
class Answering:
    """The two lanes of a process and their answers."""

    limits: Limits
    quick: Lane = field(init=False)
    slow: Lane = field(init=False)

    def __post_init__(self) -> None:
        self.quick = Lane("quick", self.limits.quick_threads)
        self.slow = Lane("slow", self.limits.slow_threads)

    async def lines(self, calls: Sequence[Call]) -> AsyncIterator[bytes]:
        """Lines with the answers of a batch, quick calls first; a late call gets an error.

        Parameters
        ----------
        calls : sequence
            The batch; each call is answered exactly once.

        Yields
        ------
        bytes
            One line or several.
        """
        numbered = list(enumerate(calls))
        quick = [each for each in numbered if each[1].name not in SLOW]
        slow = [each for each in numbered if each[1].name in SLOW]
        pieces = [(self.quick, quick[start : start + PIECE]) for start in range(0, len(quick), PIECE)]
        pieces += [(self.slow, [each]) for each in slow]
        until = asyncio.get_running_loop().time() + self.limits.seconds
        for lane, piece in pieces:
            try:
                async with asyncio.timeout_at(until):
                    yield await lane.run(partial(_lines, piece, self.limits.cells))
            except TimeoutError:
                yield b"".join(line(position, self._late()) for position, _ in piece)

    def _late(self) -> Special:
        return Special(
            LATE, f"no answer within {self.limits.seconds:g} s: the server is busy, or the call is very large"
        )


def _lines(piece: Sequence[Numbered], most_cells: int) -> bytes:
    return b"".join(line(position, answer(call, most_cells)) for position, call in piece)
