"""Faults of every kind, put into a workbook of ours by editing its XML; the cells are chosen at random."""

import random
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from edit_xml import Content, edited, stored_as
from workbooks.audit.finding import cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import workbook
from workbooks.audit.reference import Reference
from workbooks.audit.steelyard_inputs import Inputs, Typed
from workbooks.audit.words import Word, words
from workbooks.recalculation.worksheet import Value


class Fault(NamedTuple):
    """A workbook with one fault: its kind, the cell, what was put there."""

    kind: str
    at: At
    content: Content
    data: bytes


class Seeds:
    """Draws cells of a workbook and puts faults into them."""

    def __init__(self, data: bytes, seed: int) -> None:
        self._data, self._rng = data, random.Random(seed)  # noqa: S311 - no secret
        self._graph = Graph(workbook(data))
        reference = Reference(self._graph)
        self._inputs = [each for each in Inputs(reference).numbers if each.quantity and each.now]
        found = [at for at in reference.formulas if isinstance(self._value(at), float)]
        self._numeric = found
        self._ranged = [at for at in found if any(self._is_run(word) for word in words(self._graph.formulas[at]))]
        self._single = [at for at in found if self._singles(at)]
        self._checks = [
            at for at, before in reference.formulas.items() if before.sheet == "checks" and self._value(at) is True
        ]

    def faults(self, each: int) -> Iterator[Fault]:
        """So many faults of every kind that the workbook has cells for."""
        for kind, (cells, change) in self._kinds().items():
            for _ in range(each if cells else 0):
                at = self._rng.choice(cells)
                content = change(at)
                value = self._value(at)
                kept = value if isinstance(value, float) and isinstance(content, str) and content[:1] == "=" else None
                yield Fault(kind, at, content, edited(self._data, at.sheet, cell(at.place), content, kept))
        for _ in range(each):
            at = self._rng.choice(self._numeric)
            value = self._number(at) * 1.01 + 1
            yield Fault("stale value", at, value, stored_as(self._data, at.sheet, cell(at.place), value))

    def _kinds(self) -> dict[str, tuple[list[At], Callable[[At], Content]]]:
        money = self._of("money", "money_per", "count")
        rates = [each.now for each in self._inputs if each.quantity and each.quantity.kind == "fx"]
        rate = next((each for each in rates if isinstance(each, float) and abs(each - 1) > 0.1), 0.0)
        return {
            "overwritten": (self._numeric, lambda at: self._number(at) * 1.07 + 1),
            "overwritten by its own value": (self._numeric, self._number),
            "emptied": (self._numeric, lambda _: None),
            "plugged": (self._numeric, lambda at: f"{self._formula(at)}+12.5"),
            "changed": (self._single, self._moved),
            "short range": (self._ranged, self._shortened),
            "error swallowed": (self._numeric, lambda at: f"=IFERROR({self._formula(at)[1:]},0)"),
            "circle": (self._numeric, lambda at: f"{self._formula(at)}+0*{cell(at.place)}"),
            "volatile": (self._numeric, lambda at: f"{self._formula(at)}+0*RAND()"),
            "external link": (self._numeric, lambda _: "='[other.xlsx]Sheet1'!B4"),
            "error value": (self._numeric, lambda at: f"{self._formula(at)}/0"),
            "lost reference": (self._numeric, lambda at: f"{self._formula(at)}+#REF!"),
            "check disarmed": (self._checks, lambda _: True),
            "number as text": (self._of(), lambda at: f"{self._number(at):g}"),
            "text for a number": (self._of(), lambda _: "n.a."),
            "input blank": (self._of(), lambda _: None),
            "a thousand times": (money, lambda at: self._number(at) * 1000),
            "a ten-thousandth": (money, lambda at: self._number(at) / 1e4),
            "share of 45": (self._of("share"), lambda _: 45.0),
            "another currency": (self._of("money") if rate else [], lambda at: round(self._number(at) * rate, 4)),
        }

    def _of(self, *kinds: str) -> list[At]:
        def is_meant(each: Typed) -> bool:
            return not kinds or (each.quantity is not None and each.quantity.kind in kinds)

        return [each.at for each in self._inputs if is_meant(each)]

    def _value(self, at: At) -> Value | None:
        return self._graph.page(at.sheet).cell(at.place).value

    def _number(self, at: At) -> float:
        value = self._value(at)
        assert isinstance(value, float)
        return value

    def _formula(self, at: At) -> str:
        return f"={self._graph.formulas[at]}"

    def _singles(self, at: At) -> list[Word]:
        return [word for word in words(self._graph.formulas[at]) if word.to and word.to.is_one]

    def _moved(self, at: At) -> str:
        """The formula with one reference a row further down."""
        word = self._rng.choice(self._singles(at)).text
        return self._formula(at).replace(word, _last_row(word, 1), 1)

    @staticmethod
    def _is_run(word: Word) -> bool:
        return word.to is not None and word.to.first.row < word.to.last.row

    def _shortened(self, at: At) -> str:
        word = self._rng.choice([word for word in words(self._graph.formulas[at]) if self._is_run(word)]).text
        return self._formula(at).replace(word, _last_row(word, -1), 1)


_ROW: Final = re.compile(r"\d+$")


def _last_row(reference: str, by: int) -> str:
    return _ROW.sub(lambda found: str(int(found[0]) + by), reference)
