"""The examples of the catalogue in the cells of a host, compared with Python's results."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from addin.binding import bind
from valuation.catalogue import Entry
from valuation.examples import example

Row: TypeAlias = Sequence[Any]


def rows_in_python(entry: Entry) -> list[list[Any]]:
    """Result of a function's example in Python, as rows; an error is its code."""
    given = example(entry)
    rows: Any = bind(entry, lambda code, _: code)(*(given.get(parameter.name) for parameter in entry.parameters))
    return rows if isinstance(rows, list) else [[rows]]


def differing(
    found: Sequence[Row], wanted: Sequence[tuple[str, Row]], same: Callable[[Any, Any], bool]
) -> list[tuple[str, Row, Row]]:
    """The rows in which a host differs from Python, each with the name of its function."""
    assert len(found) == len(wanted)
    return [
        (name, got, row)
        for got, (name, row) in zip(found, wanted, strict=True)
        if not all(same(cell, value) for cell, value in zip(got, row, strict=False))
    ]
