"""Calls a function of the catalogue as a cell does: an error is the text that the cell shows."""

from typing import Any

from addin.binding import bind
from addin.cells import error_text
from valuation.catalogue import CATALOGUE


def call(function: str, *values: object) -> Any:  # noqa: ANN401 - whatever a cell gets
    """What a cell shows."""
    return bind(CATALOGUE[function], error_text)(*values)
