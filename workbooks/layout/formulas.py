"""Converts formulas with references to formulas with addresses."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from valuation.kernel.units import kind_of
from workbooks.address import Address
from workbooks.declarations.calls import Argument, Call, Varied, Word, element, operand, written
from workbooks.declarations.expressions import IN_ROW, Written
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.native_functions import native
from workbooks.declarations.sheet import Link, Table
from workbooks.declarations.trees import Expression, Literal, Negative, Reference, Scope, quoted
from workbooks.declarations.words import ABSENT
from workbooks.layout.placing import Places

MARK: Final = IN_ROW  # placeholder marks around row references in a formula template


@dataclass(frozen=True, slots=True)
class Formulas:
    """Writes formulas for the cells of one sheet, in the language of the workbook."""

    places: Places
    sheet: str
    say: Callable[[str], str] = str
    absolute: bool = False  # single cells too: for formulas that are copied
    _of_rows: dict[tuple[int, str], tuple[Expression, list[str | Address]]] = field(default_factory=dict)

    def native(self, content: Link | Varied | Expression, table: Table | None = None, item: int = 0) -> str:
        """Native formula of a content; in a table, for its row."""
        match content:
            case Link(to):
                return self._operand(to, table, item)
            case Varied(call, changes):
                scope = self._scope(table, item)
                return self.written(self.varied(call, {name: written(to, scope) for name, to in changes.items()}))
            case Expression():
                if table is None:
                    return self.written(content)
                return self._of_row(content, table, item)

    def written(self, formula: Expression) -> str:
        """Text of a formula outside tables."""
        return formula.excel(self._scope(None, 0))

    def _scope(self, table: Table | None, item: int) -> Scope:
        return Scope(lambda to: self._operand(to, table, item), self._many, self.say)

    def _of_row(self, content: Expression, table: Table, item: int) -> str:
        """Formula of a row, from a template for all rows with placeholders for references to the same row."""
        known = self._of_rows.get((id(content), table.id))
        if known is None:
            scope = Scope(
                lambda to: self._operand(to, table, 0) if "." in to else f"{MARK}{to}{MARK}", self._many, self.say
            )
            pieces = [
                part
                for number, piece in enumerate(content.excel(scope).split(MARK))
                for part in (self._row_operand(piece, table) if number % 2 else (piece,))
            ]
            known = self._of_rows[id(content), table.id] = (content, pieces)  # which keeps its id from being another's
        return "".join([piece if isinstance(piece, str) else piece.cell(item) for piece in known[1]])

    def _row_operand(self, reference: Reference, table: Table) -> tuple[str | Address, ...]:
        """Where the cells of a column begin that each row of a table has one of; of adjacent columns, both ends."""
        first, stretch, last = reference.partition(":")
        start = self.places.addresses[f"{table.id}.{first}"]
        return (start, stretch, self.places.addresses[f"{table.id}.{last}"]) if stretch else (start,)

    def varied(self, call: Call, changes: Mapping[str, Expression]) -> Expression:
        """Native formula of a call with some arguments or elements replaced by other cells."""
        scope = self._scope(None, 0)
        found = {element(name): cell for name, cell in changes.items()}
        operands = {name: operand(argument, scope) for name, argument in call.arguments.items()}
        operands |= {name: cell for (name, place), cell in found.items() if place is None}
        cut = sorted({place for _, place in found if place is not None})
        if cut:
            operands |= self._cut(call, found, cut)
        return guarded([written(need, scope) for need in call.needs], native(call.method.__name__, operands))

    def _cut(
        self, call: Call, found: Mapping[tuple[str, int | None], Expression], cut: list[int]
    ) -> dict[str, list[Expression]]:
        """Split the vectors of a call, so that some elements can be replaced by other cells."""
        signature = inspect.signature(call.method).parameters
        vectors = {
            name: argument
            for name, argument in call.arguments.items()
            if kind_of(signature[name].annotation).shape == "vector"
        }
        runs = self._runs([*vectors.values()], cut)
        # A row inserted after the last item of a growing list is only included in ranges that begin at or before that
        # item. Where that item is a separate term, two more terms add the range from it on and subtract the item
        # itself.
        behind = runs[-1][0] in cut and any(map(self._grows, vectors.values()))
        pieces: dict[str, list[Expression]] = {}
        for number, (name, argument) in enumerate(vectors.items()):
            own = [self._piece(argument, *run) for run in runs]
            more: list[Expression] = []
            if behind:
                last = self._item(argument, runs[-1][0])
                more = [own[-1], last if number else Negative(last)]
                own[-1] = last
            places = zip(runs, own, strict=True)
            pieces[name] = [found.get((name, start), piece) for (start, _), piece in places] + more
        return pieces

    def _grows(self, vector: Argument) -> bool:
        return isinstance(vector, str) and bool(self._address(vector).tail)

    def _item(self, vector: Argument, place: int) -> Expression:
        if not self._grows(vector):
            return self._piece(vector, place, place + 1)
        return Written(self._address(vector).at(place).text(self.sheet, absolute=True))

    def _runs(self, vectors: list[Argument], cut: list[int]) -> list[tuple[int, int]]:
        """Pieces of vectors: each replaced position on its own, and the ranges in between."""
        length = max(len(v) if isinstance(v, tuple) else self._address(v).count for v in vectors if not _plain(v))
        if any(isinstance(vector, tuple) for vector in vectors):  # cells that are not adjacent are separate pieces
            cut = list(range(length))
        borders = sorted({0, length, *cut, *(place + 1 for place in cut)})
        return [(start, stop) for start, stop in pairwise(borders) if start < stop <= length]

    def _piece(self, vector: Argument, start: int, stop: int) -> Expression:
        if isinstance(vector, tuple):
            element: Expression = operand(vector[start], self._scope(None, 0))
            return element
        if isinstance(vector, (float, int)):
            return Literal(vector)
        run = self._address(vector).run(start, stop)
        return Written(run.text(self.sheet, absolute=self.absolute or run.many), run.many)

    def addin(self, call: Call, absent: str = ABSENT) -> str:
        """Formula of the add-in, with a text where it is not installed; left-out arguments are blank."""
        names = inspect.signature(call.method).parameters
        given = [self._array(a) if (a := call.arguments.get(name)) is not None else "" for name in names]
        function = f"{call.method.__name__.upper()}({','.join(given).rstrip(',')})"
        return f'IF(AddinReady,{function},"{absent}")'

    def _array(self, argument: Argument) -> str:
        match argument:
            case tuple():  # Excel's own arrays hold constants alone
                message = "an add-in cell takes neighbouring cells"
                raise TypeError(message)
            case Word(text):  # arguments of the add-in's functions are in English only
                return quoted(text)
            case _:
                formula: Expression = operand(argument, self._scope(None, 0))
                return self.written(formula)

    def at(self, reference: Reference) -> str:
        """The address of a reference."""
        if reference.endswith("]") and ":" in reference:  # forecast.flow[2:6]
            column, _, stretch = reference[:-1].partition("[")
            start, stop = map(int, stretch.split(":"))
            run = self._address(column).run(start - 1, stop)
            text = run.text(self.sheet, absolute=self.absolute)
            # A single cell is written as a range too, because some programs count only in ranges.
            return text if start < stop else f"{text}:{run.text(run.sheet, absolute=self.absolute)}"
        if ":" in reference:
            table, _, columns = reference.partition(".")
            first, last = (self.places.addresses[f"{table}.{column}"] for column in columns.split(":"))
            return first.to(last, self.sheet, absolute=True)
        address = self._address(reference)
        return address.text(self.sheet, absolute=self.absolute or address.many)

    def _many(self, reference: Reference) -> bool:
        if ":" in reference:
            return True
        return "." in reference and self._address(reference).many

    def _address(self, reference: Argument) -> Address:
        name, place = element(str(reference))
        address = self.places.addresses[name]
        return address if place is None else address.at(place)

    def _operand(self, reference: Reference, table: Table | None, item: int) -> str:
        if table is None or "." in reference:
            copied = table is not None and table.is_copied
            return replace(self, absolute=True).at(reference) if copied else self.at(reference)
        first, stretch, last = reference.partition(":")
        start = self.places.addresses[f"{table.id}.{first}"].cell(item)  # references to the same row on the same sheet
        return f"{start}:{self.places.addresses[f'{table.id}.{last}'].cell(item)}" if stretch else start


def _plain(vector: Argument) -> bool:
    """Whether a vector is one number that applies to every part."""
    return isinstance(vector, (float, int))
