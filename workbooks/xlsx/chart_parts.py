"""Chart elements shared by many series; each is created and serialized once, because that is slow in openpyxl."""

from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import Any, Literal, TypeVar

from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.descriptors.serialisable import Serialisable
from openpyxl.drawing.line import LineProperties

from workbooks.xlsx.chart_texts import LETTERS, lettering, showing

Part = TypeVar("Part", bound=Serialisable)


def shared(part: Part) -> Part:
    """A chart element used in several places and not changed after creation, whose XML is cached."""
    work_out: Callable[..., Any] = part.to_tree
    known: dict[tuple[object, ...], Any] = {}

    def to_tree(*place: object) -> Any:  # noqa: ANN401 - an element of lxml
        if place not in known:
            known[place] = work_out(*place)
        return deepcopy(known[place])

    vars(part)["to_tree"] = to_tree
    return part


@lru_cache(maxsize=64)
def line_of(colour: str, width: float, *, cap: Literal["flat"] | None = None) -> GraphicalProperties:
    """A line of a colour and a width."""
    return shared(GraphicalProperties(ln=LineProperties(solidFill=colour, w=width, cap=cap)))


@lru_cache(maxsize=1)
def no_line() -> GraphicalProperties:
    """No line and no fill."""
    return shared(GraphicalProperties(ln=LineProperties(noFill=True)))


@lru_cache(maxsize=1)
def no_marker() -> Marker:
    """An invisible point."""
    return shared(Marker("none"))


@lru_cache(maxsize=1)
def white() -> GraphicalProperties:
    """A white background without a line around it."""
    return shared(GraphicalProperties(solidFill="FFFFFF", ln=LineProperties(noFill=True)))


@lru_cache(maxsize=64)
def caption_labels(side: str, *, bold: bool, wrap: bool, paper: bool) -> DataLabelList:
    """The label of an invisible point: the name of its series, to one side of it; on `paper` it hides a line behind."""
    labels = DataLabelList(dLblPos=side, **showing("showSerName"))
    labels.txPr = lettering(LETTERS, "000000" if bold else "404040", bold=bold, wrap=wrap)
    if paper:
        labels.spPr = white()
    return shared(labels)
