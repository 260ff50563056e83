"""Bounds of the figures of a case: those of their units, and of the fields that they stand in."""

import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from workbooks.case.annotations import children, role_of
from workbooks.case.model import Case
from workbooks.case.quantity import QuantityKind, quantity
from workbooks.case.roles import Role

_OF_KINDS: Final[Mapping[QuantityKind, tuple[float, float]]] = {
    "share": (0, 1),
    "rate": (-1, math.inf),
    "margin": (-math.inf, 1),
    "score": (1, 5),
    "fx": (0, math.inf),
    "years": (0, math.inf),
    "count": (0, math.inf),
}
ABOVE_ZERO: Final = ("price", "shares", "basic_shares", "ads_ratio", "market_value")  # of [capital]


class Bounds(NamedTuple):
    """The least and the largest value in whole units, and whether the least is excluded."""

    least: float
    most: float
    is_open: bool


def bounds(case: Case) -> dict[str, Bounds]:
    """Bounds of each figure that has any."""
    roles: dict[str, list[Role]] = {}
    for name, role in _roles(Case, case.model_dump(exclude={"figures": True, "sources": True, "zh": True})):
        if name in case.figures:
            roles.setdefault(name, []).append(role)
    positive = {getattr(case.capital, key) for key in ABOVE_ZERO} if case.capital else set()
    found = {}
    for name, given in case.figures.items():
        kind = quantity(given.unit).kind
        limits = [_OF_KINDS.get(kind, (-math.inf, math.inf)), *((role.low, role.high) for role in roles.get(name, ()))]
        least, most = max(low for low, _ in limits), min(high for _, high in limits)
        if name in positive:
            found[name] = Bounds(0.0, most, is_open=True)
        elif (least, most) != (-math.inf, math.inf):
            found[name] = Bounds(least, most, is_open=kind == "fx" or (kind == "rate" and least == -1))
    return found


def _roles(annotation: object, value: object) -> Iterator[tuple[str, Role]]:
    """Each text that stands in a field for a figure, with what the field asks for."""
    role = role_of(annotation)
    if role and isinstance(value, str):
        yield value, role
    for _, expected, item in children(annotation, value):
        yield from _roles(expected, item)
