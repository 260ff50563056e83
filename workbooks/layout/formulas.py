"""What is declared in references becomes formulas in addresses."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from valuation.kernel.units import kind_of
from workbooks.address import Address, letters
from workbooks.declarations.native_functions import NATIVE, guarded
from workbooks.declarations.sheet import ABSENT, Argument, Call, Formula, Link, Reference, Table, Varied, Word
from workbooks.layout.placing import Places, element

_BRACES: Final = re.compile(r"\{([a-z][a-z0-9_.:\[\]]*)\}")  # {806;234;99} is Excel's own: an array


@dataclass(frozen=True, slots=True)
class Formulas:
    """Formulas as the cells of one sheet write them."""

    places: Places
    sheet: str
    absolute: bool = False  # single cells too: for formulas that are copied

    def native(self, content: Link | Call | Varied | Formula, table: Table | None = None, item: int = 0) -> str:
        """The native formula of a content; in a table, of its row."""
        match content:
            case Link(to):
                return self._operand(to, table, item)
            case Formula(text):
                return self._filled(text, table, item)
            case Varied(call, changes):
                return self.varied(call, {name: self._operand(to, table, item) for name, to in changes.items()})
            case Call():
                if content.native:
                    formula = self._filled(content.native, table, item)
                else:
                    operands = {name: self._given(a, table, item) for name, a in content.arguments.items()}
                    formula = NATIVE[content.method.__name__](**operands)
                return guarded([self._operand(need, table, item) for need in content.needs], formula)

    def varied(self, call: Call, changes: Mapping[str, str]) -> str:
        """The native formula of a call with other cells in some places, by argument or element of one."""
        found = {element(name): cell for name, cell in changes.items()}
        operands = {name: self._given(argument, None, 0) for name, argument in call.arguments.items()}
        operands |= {name: cell for (name, place), cell in found.items() if place is None}
        cut = sorted({place for _, place in found if place is not None})
        if cut:
            signature = inspect.signature(call.method).parameters
            vectors = [name for name in call.arguments if kind_of(signature[name].annotation).shape == "vector"]
            arguments = [call.arguments[name] for name in vectors]
            runs = self._runs(arguments, cut)
            # A row that is inserted behind the last item of a growing list is in no range but one that begins with it:
            # where that item stands on its own, two more terms are all from it on, less itself.
            behind = runs[-1][0] in cut and any(self._grows(argument) for argument in arguments)
            for name, argument in zip(vectors, arguments, strict=True):
                pieces, more = [self._piece(argument, *run) for run in runs], []
                if behind:
                    own = self._item(argument, runs[-1][0])
                    more = [pieces[-1], f"-{own}" if name == vectors[0] else own]
                    pieces[-1] = own
                places = zip(runs, pieces, strict=True)
                operands[name] = [found.get((name, start)) or piece for (start, _), piece in places] + more
        return guarded([self._operand(need, None, 0) for need in call.needs], NATIVE[call.method.__name__](**operands))

    def _grows(self, vector: Argument) -> bool:
        return isinstance(vector, str) and bool(self._address(vector).tail)

    def _item(self, vector: Argument, place: int) -> str:
        if not self._grows(vector):
            return self._piece(vector, place, place + 1)
        return self._address(vector).at(place).text(self.sheet, absolute=True)

    def _runs(self, vectors: list[Argument], cut: list[int]) -> list[tuple[int, int]]:
        """The stretches that vectors are cut into: each place on its own, and what lies between."""
        length = max(len(v) if isinstance(v, tuple) else self._address(v).count for v in vectors if not _plain(v))
        if any(isinstance(vector, tuple) for vector in vectors):  # of cells anywhere each is on its own
            cut = list(range(length))
        borders = sorted({0, length, *cut, *(place + 1 for place in cut)})
        return [(start, stop) for start, stop in pairwise(borders) if start < stop <= length]

    def _piece(self, vector: Argument, start: int, stop: int) -> str:
        if isinstance(vector, tuple):
            return self._operand(vector[start], None, 0)
        if _plain(vector):
            return self._operand(vector, None, 0)
        run = self._address(vector).run(start, stop)
        return run.text(self.sheet, absolute=self.absolute or run.many)

    def addin(self, call: Call) -> str:
        """The add-in's answer where the add-in answers: arguments in their order, blanks for those left out."""
        names = inspect.signature(call.method).parameters
        given = [self._array(a) if (a := call.arguments.get(name)) is not None else "" for name in names]
        function = f"{call.method.__name__.upper()}({','.join(given).rstrip(',')})"
        return f'IF(AddinReady,{function},"{ABSENT}")'

    def _array(self, argument: Argument) -> str:
        if isinstance(argument, tuple):  # Excel's own arrays hold constants alone
            message = "an add-in cell takes neighbouring cells"
            raise TypeError(message)
        return self._operand(argument, None, 0)

    def at(self, reference: Reference) -> str:
        """The address of a reference."""
        if ":" in reference:
            table, _, columns = reference.partition(".")
            first, last = (self.places.addresses[f"{table}.{column}"] for column in columns.split(":"))
            return first.to(last, self.sheet, absolute=True)
        address = self._address(reference)
        return address.text(self.sheet, absolute=self.absolute or address.many)

    def _address(self, reference: Argument) -> Address:
        name, place = element(str(reference))
        address = self.places.addresses[name]
        return address if place is None else address.at(place)

    def _filled(self, text: str, table: Table | None, item: int) -> str:
        return _BRACES.sub(lambda found: self._operand(found[1], table, item), text)

    def _given(self, argument: Argument, table: Table | None, item: int) -> str | list[str]:
        if isinstance(argument, tuple):
            return [self._operand(element, table, item) for element in argument]
        return self._operand(argument, table, item)

    def _operand(self, argument: Reference | Word | float, table: Table | None, item: int) -> str:
        if isinstance(argument, Word):
            return f'"{argument.text}"'
        if not isinstance(argument, str):
            return f"{argument:g}"
        if table is None or "." in argument:
            growing = table is not None and bool(table.grows)  # its rows are copied
            return replace(self, absolute=True).at(argument) if growing else self.at(argument)
        first, stretch, last = argument.partition(":")
        start = self._in_row(table, first, item)
        return f"{start}:{self._in_row(table, last, item)}" if stretch else start

    def _in_row(self, table: Table, column: str, item: int) -> str:
        address = self.places.addresses[f"{table.id}.{column}"].at(item)
        return f"{letters(address.column)}{address.row}"  # a row refers to itself on its own sheet


def _plain(vector: Argument) -> bool:
    """Whether a vector is one number that stands for every part."""
    return isinstance(vector, (float, int))
