"""Reads what an added part of a sum of the parts is valued on: a multiple of a metric, or an amount as given."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from workbooks.case.model import Part
from workbooks.declarations.texts import Text
from workbooks.languages.language import Language
from workbooks.read_back.lists import KeyPath, ListOf, content_of
from workbooks.recalculation.stored_cells import Stored
from workbooks.sheets.segments.basis import METHODS

MULTIPLES: Final = ("low", "base", "high")
OWN_ESTIMATE: Final = "own estimate"
_TEMPLATE: Final = "{}, multiple of {}"
_HOLES: Final = ("\x01", "\x02")


@dataclass(frozen=True, slots=True)
class AddedPart:
    """The row of a part that was added: its cell in a column, and whether a cell links to a figure."""

    of: ListOf
    spoken: Language
    cell: Callable[[str], Stored]
    is_link: Callable[[Stored], bool]

    @property
    def is_amount(self) -> bool:
        """Whether its metric is its value: every multiple is 1, as for the other parts without a multiple."""
        if all(isinstance(item, Part) and item.method == "multiple" for item in self.of.items):
            return False
        cells = [self.cell(name) for name in MULTIPLES]
        return all(cell.value == 1 and not self.is_link(cell) for cell in cells)

    def keys(self) -> Mapping[str, KeyPath]:
        """Keys of its columns, which may differ from those of the other parts."""
        if self.is_amount:
            return {**{name: key for name, key in self.of.keys.items() if name not in MULTIPLES}, "metric": ("value",)}
        return {**self.of.keys, "metric": ("metric",), **{name: (name,) for name in MULTIPLES}}

    def texts(self) -> dict[str, str]:
        """Its method, what its value is, and what the multiple is of and whose it is."""
        made = self._like("basis", ("of",))
        if self.is_amount:
            return made | {"method": "value"}
        return made | (self._like("what", ("metric_name", "peer")) or self._written() or {"peer": OWN_ESTIMATE})

    def _like(self, column: str, keys: tuple[str, ...]) -> dict[str, str]:
        """Values of a part of the case that shows the same text in a column."""
        declared = next(each for each in self.of.table.columns if each.id == column)
        shown = str(self.cell(column).value or "").strip()
        for row, item in enumerate(self.of.items):
            text = self.spoken.text(str_of(content_of(declared, row)), self.of.sheet.id)
            if isinstance(item, Part) and text == shown and (getattr(item, keys[-1]) or column == "basis"):
                return {key: value for key in keys if (value := getattr(item, key))}
        return {}

    def _written(self) -> dict[str, str]:
        """Metric and peer of a text like `EBITDA, multiple of Otis`; any other text is the peer."""
        shown = str(self.cell("what").value or "").strip()
        pattern = re.escape(self.spoken.text(Text(_TEMPLATE, *_HOLES), self.of.sheet.id))
        for hole in _HOLES:
            pattern = pattern.replace(re.escape(hole), "(.+)")
        found = re.fullmatch(pattern, shown)
        if found:
            return {"metric_name": found[1], "peer": found[2]}
        no_multiple = {self.spoken.text(method, self.of.sheet.id) for method in METHODS.values()}
        return {"peer": shown} if shown and shown not in no_multiple else {}


def str_of(content: object) -> str:
    """A declared text; empty for any other content."""
    return content if isinstance(content, str) else ""
