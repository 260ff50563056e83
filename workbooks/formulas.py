"""What is declared in references becomes formulas in addresses."""

import inspect
import re
from dataclasses import dataclass
from typing import Final

from workbooks.native import NATIVE, guarded
from workbooks.places import Places
from workbooks.spec import ABSENT, Argument, Call, Formula, Link, Reference, Table, Word

_BRACES: Final = re.compile(r"\{([a-z][a-z0-9_.:]*)\}")  # {806;234;99} is Excel's own: an array


@dataclass(frozen=True, slots=True)
class Formulas:
    """Formulas as the cells of one sheet write them."""

    places: Places
    sheet: str

    def native(self, content: Link | Call | Formula, table: Table | None = None, item: int = 0) -> str:
        """The native formula of a content; in a table, of its row."""
        match content:
            case Link(to):
                return self._operand(to, table, item)
            case Formula(text):
                return self._filled(text, table, item)
            case Call():
                if content.native:
                    formula = self._filled(content.native, table, item)
                else:
                    operands = {name: self._given(a, table, item) for name, a in content.arguments.items()}
                    formula = NATIVE[content.method.__name__](**operands)
                return guarded([self._operand(need, table, item) for need in content.needs], formula)

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
        address = self.places.addresses[reference]
        return address.text(self.sheet, absolute=address.count > 1)

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
            return self.at(argument)
        first, stretch, last = argument.partition(":")
        start = self._in_row(table, first, item)
        return f"{start}:{self._in_row(table, last, item)}" if stretch else start

    def _in_row(self, table: Table, column: str, item: int) -> str:
        return self.places.addresses[f"{table.id}.{column}"].at(item).text(self.sheet, absolute=False)
