"""Recalculates a workbook by the embedded engine with our functions, and stores every value in its cell.

Nothing else in the file changes. If a formula cannot be computed (an unknown function, a circular reference), or its
value differs from the stored one without an explanation, nothing is stored.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from workbooks.opening.limits import LONGEST_TEXT, STANDARD, Limits
from workbooks.opening.package import opened
from workbooks.opening.place import working_on
from workbooks.recalculation import second_engine
from workbooks.recalculation.book import Book, Formula
from workbooks.recalculation.dialect import names
from workbooks.recalculation.doubts import doubt, may_be_doubted
from workbooks.recalculation.evaluation import TOO_LONG, Evaluation
from workbooks.recalculation.known_faults import Setting, known_fault
from workbooks.recalculation.package import replaced
from workbooks.recalculation.references import Area, References, tree
from workbooks.recalculation.refusal import SHOWN, At, EngineError, cell_name, refuse
from workbooks.recalculation.trust import Comparison, Differences, disagreements
from workbooks.recalculation.trusted import Recalculated, Trust
from workbooks.recalculation.unknown_functions import unknown_functions
from workbooks.recalculation.worksheet import ErrorCode, Value, Worksheet

ROUNDS: Final = 20  # largest number of evaluations; each keeps the stored values of more formulas
_OTHERWISE: Final = "is computed here otherwise than in Excel"
_NOT_COMPUTED: Final = {
    "NImpl": "this cannot be computed here",
    TOO_LONG: f"a text of more than {LONGEST_TEXT:,} characters {_OTHERWISE}",
}
_MASTER: Final = ("", "mastercheck")  # defined name of the master check of our workbooks
_ADVICE: Final = (
    "Where inputs were changed after the file was saved, say which: --changed 'Inputs!C5:C9'. "
    "--keep-stored keeps the stored values of these cells; --anew trusts no stored value."
)


def recalculated(
    data: bytes, registered: Mapping[str, Callable[..., Any]], trust: Trust | None = None, limits: Limits = STANDARD
) -> Recalculated:
    """Compute all formulas and store their values in the workbook.

    Parameters
    ----------
    data : bytes
        The file, .xlsx or .xlsm.
    registered : mapping
        Functions by name in capitals. Their arguments are numbers, texts, flags, None for a blank, "" for a left-out
        argument, errors (see `error_code`), and ranges as lists of rows; they return the same types, errors made by
        `error`.
    trust : Trust
        Which values are trusted.
    limits : Limits
        Limits for the resources of the calculation.

    Raises
    ------
    PackageError
        If the file is not a workbook, or exceeds the limits.
    EngineError
        If a formula calls an unknown function, is part of a circular reference, is computed differently from Excel, or
        gives a value that differs from the stored one without an explanation.
    """
    working_on("the parts of the file")
    with opened(data, limits) as package:
        return _Recalculation(Book(package, registered), registered, trust or Trust()).done()


class _Recalculation:
    def __init__(self, book: Book, registered: Mapping[str, Callable[..., Any]], trust: Trust) -> None:
        self._book, self._registered, self._trust = book, registered, trust
        if trust.anew:
            book.stored.clear()
        self._references = References(book)
        self._comparison = Comparison(book, self._references, [self._edited(text) for text in trust.edited])
        self._kept: dict[At, str] = {}  # formulas that keep their stored values, with the reason

    def done(self) -> Recalculated:
        book = self._book
        self._keep(dict(self._unknown()))
        self._keep(dict(self._faults()))
        evaluation, differences = self._evaluated()
        obstacles = ((at, self._comparison.obstacle(book.formulas[at], differences)) for at in self._kept)
        refuse(f"{self._reason(at, self._kept[at])}; {why}" for at, why in obstacles if why)
        if self._trust.second_engine and second_engine.is_installed():
            self._ask_the_second_engine(evaluation, differences)
        valued = {part: self._with_values(evaluation, name) for name, part in book.structure.sheets.items()}
        kept = tuple(self._reason(at, why) for at, why in self._kept.items())
        return Recalculated(replaced(book.package, valued), len(book.formulas), kept, self._verdict(evaluation))

    def _evaluated(self) -> tuple[Evaluation, Differences]:
        """Evaluate until all values are trusted; other formulas keep their stored values."""
        for _ in range(ROUNDS):
            evaluation = Evaluation(self._book, self._registered, self._kept)
            found = dict(self._not_computed(evaluation)) or dict(self._doubts(evaluation))
            if not found:
                differences = self._comparison.differences(evaluation, self._kept)
                if not differences.unexplained:
                    return evaluation, differences
                if not self._trust.keep_stored:
                    refuse(self._unexplained(evaluation, differences), _ADVICE)
                found = dict.fromkeys(differences.unexplained, "kept as it was stored")
            self._keep(found)
        message = f"after {ROUNDS} evaluations there are still formulas whose values differ from the stored ones"
        raise EngineError(message)

    def _keep(self, reasons: Mapping[At, str]) -> None:
        """Keep the stored values of formulas.

        Raises
        ------
        EngineError
            If the file stores no value for one of them, or stores #NAME?.
        """
        refuse(self._reason(at, why) for at, why in reasons.items() if not self._is_stored(at))
        groups = {(at[0], self._book.formulas[at].cell.shared): why for at, why in reasons.items()}
        for formula in self._book.formulas.values():  # copies of a shared formula have no text of their own
            why = groups.get((formula.sheet, formula.cell.shared)) if formula.cell.shared else None
            if why and formula.at not in reasons:
                self._kept[formula.at] = why
                if not self._is_stored(formula.at):
                    refuse([self._reason(formula.at, why)])
        self._kept |= reasons

    def _is_stored(self, at: At) -> bool:
        cells = ((at[0], place) for place in self._book.formulas[at].cell.fills())
        return all(cell in self._book.stored and self._book.stored[cell] != ErrorCode("#NAME?") for cell in cells)

    def _reason(self, at: At, why: str) -> str:
        if self._book.formulas[at].cell.formula_kind == "dataTable":
            return f"{cell_name(at)} {why}"
        return f"{self._book.formulas[at].described()}: {why}"

    def _unknown(self) -> Iterator[tuple[At, str]]:
        """Formulas that the engine cannot compute, even where IFERROR would hide that.

        Raises
        ------
        EngineError
            If the file stores no value for one that calls an unknown function.
        """
        for at, formula in self._book.formulas.items():
            if formula.cell.formula_kind == "dataTable":
                yield at, "is a data table of a what-if analysis, which is not computed here"
        callers = unknown_functions(self._book, self._registered)
        for name, cells in callers.items():
            yield from ((at, f"{name} is not known here") for at in cells if self._is_stored(at))
        lacking = {name: [at for at in cells if not self._is_stored(at)] for name, cells in callers.items()}
        refuse(_called(name, cells) for name, cells in lacking.items() if cells)

    def _faults(self) -> Iterator[tuple[At, str]]:
        """Formulas affected by a known fault of the engine."""
        first: dict[tuple[str, str], str] = {}
        for at, formula in self._book.formulas.items():
            if not formula.text or at in self._kept:
                continue
            working_on(cell_name(at))
            group = (formula.sheet, formula.cell.shared)
            why = first.get(group, "") if formula.is_copy else self._fault(formula)
            if formula.cell.shared and not formula.is_copy:
                first[group] = why
            if why:
                yield at, why

    def _fault(self, formula: Formula) -> str:
        node = tree(formula.text)
        if node is None:
            return "this cannot be read as a formula here"
        structure = self._book.structure
        hidden = not formula.called.isdisjoint({"SUBTOTAL", "AGGREGATE"}) and any(
            self._book.sheets[area.sheet].has_hidden_rows for area in self._references.of(formula).areas
        )
        setting = Setting(self._registered, structure.from_1904, structure.as_displayed, hidden)
        name = known_fault(formula, node, setting)
        return f"{name} {_OTHERWISE}" if name else ""

    def _not_computed(self, evaluation: Evaluation) -> Iterator[tuple[At, str]]:
        """Formulas without a result: circular references, names and features that the engine does not know."""
        kinds = {at: evaluation.kind(at) for at in self._book.formulas if at not in self._kept}
        circular = [at for at, kind in kinds.items() if kind == "Circ"]
        if circular:
            refuse([f"a circle of references: {' → '.join(map(cell_name, self._circle(circular)))}"])
        nameless = {at for at, kind in kinds.items() if kind == "Name"}
        for at, kind in kinds.items():
            formula = self._book.formulas[at]
            if kind == "Name" and nameless.isdisjoint(self._references.precedents(formula)):
                yield at, "a name in it is not known here"
            elif kind == "Spill" and not formula.is_array:
                yield at, f"an array in one cell {_OTHERWISE}"
            elif kind in _NOT_COMPUTED:
                yield at, _NOT_COMPUTED[kind]
        yield from self._unread_names(evaluation.unread_names(), kinds.keys() - nameless)

    def _unread_names(self, unread: Collection[str], cells: Collection[At]) -> Iterator[tuple[At, str]]:
        """Formulas with a name that the engine could not read, where IFERROR hides that."""
        for at in self._book.formulas if unread else ():
            used = sorted(name for name in names(self._book.formulas[at].words) if name.casefold() in unread)
            if used and at in cells:
                yield at, f"the name {used[0]} is not known here"

    def _circle(self, cells: list[At]) -> list[At]:
        """The cells of one circular reference, among cells that are in one or depend on one."""
        among = set(cells)
        path = {cells[0]: None}  # in its order
        at = cells[0]
        while True:
            before = self._references.precedents(self._book.formulas[at])
            following = next((other for other in before if other in among), None)
            if following is None:
                return list(path)
            if following in path:
                walked = list(path)
                return [*walked[walked.index(following) :], following]
            path[following] = None
            at = following

    def _doubts(self, evaluation: Evaluation) -> Iterator[tuple[At, str]]:
        """Formulas whose values show a fault of the engine and differ from the stored ones."""
        for at, formula in self._book.formulas.items():
            if at in self._kept or not formula.text or not may_be_doubted(formula):
                continue
            value, stored = evaluation.value(at), self._book.stored.get(at)
            if stored is not None and stored == value and isinstance(stored, bool) == isinstance(value, bool):
                continue
            node = tree(formula.text)
            why = doubt(formula, node, value, self._references, evaluation.values) if node else ""
            if why:
                yield at, f"{why} {_OTHERWISE}"

    def _unexplained(self, evaluation: Evaluation, differences: Differences) -> Iterator[str]:
        for at in differences.unexplained:
            cells = [(at[0], place) for place in self._book.formulas[at].cell.fills()]
            pairs = [(self._book.stored.get(cell), evaluation.value(cell)) for cell in cells]
            old, new = next(((old, new) for old, new in pairs if old != new), pairs[0])
            described = self._book.formulas[at].described()
            yield f"{described}: the file stores {_shown(old)}, the engine gives {_shown(new)}"
        if differences.following:
            yield f"and {differences.following} more that rest on these"

    def _ask_the_second_engine(self, evaluation: Evaluation, differences: Differences) -> None:
        """Check formulas that have no stored value with a second engine.

        Raises
        ------
        EngineError
            If the two engines differ.
        """
        book = self._book
        calling = [at for at, formula in book.formulas.items() if not formula.called.isdisjoint(self._registered)]
        fixed = {*calling, *self._kept}
        asked = [at for at in book.formulas if at in differences.changed and at not in fixed]
        new = bool(self._trust.edited) or any(at not in book.stored for at in asked)
        if not new:  # all changes come from our functions, and each formula was computed correctly before
            return
        known = {
            (at[0], place): evaluation.value((at[0], place))
            for at in calling
            for place in book.formulas[at].cell.fills()
        }
        known |= {at: book.stored[at] for at in self._kept}
        theirs = second_engine.opinion(book, known, asked)
        ours = {at: evaluation.value(at) for at in asked}
        roots = self._comparison.roots(list(disagreements(ours, theirs)), set(asked) - theirs.keys())
        refuse(
            f"{book.formulas[at].described()}: one engine gives {_shown(ours[at])}, a second one {_shown(theirs[at])}"
            for at in roots
        )

    def _with_values(self, evaluation: Evaluation, name: str) -> bytes:
        """The XML of a sheet with the computed values; resized dynamic arrays fill other cells than before."""
        sheet = self._book.sheets[name]
        computed = [cell for cell in sheet.formulas if (name, cell.place) not in self._kept]
        areas = {cell.place: evaluation.spilled(name, cell) for cell in computed if cell.dynamic}
        changed = {cell.place: area for cell in computed if (area := areas.get(cell.place, cell.area)) != cell.area}
        if changed:
            sheet = Worksheet(sheet.with_areas(changed))
        cells = [cell for cell in sheet.formulas if (name, cell.place) not in self._kept]
        return sheet.with_values({at: evaluation.value((name, at)) for cell in cells for at in cell.fills()})

    def _verdict(self, evaluation: Evaluation) -> str:
        """Status of the workbook's master check; empty where it has none."""
        text = self._book.structure.names.get(_MASTER)
        area = self._area(text) if text else None
        value = evaluation.values(area)[0][0] if area else None
        return value if isinstance(value, str) else ""

    def _edited(self, text: str) -> Area:
        area = self._area(text)
        if area is None:
            message = f"{text!r} are not cells of this workbook: expected a sheet and cells, such as 'Inputs!C5:C9'"
            raise EngineError(message)
        return area

    def _area(self, text: str) -> Area | None:
        node = tree(text)
        return self._references.cells(node) if node else None


def _called(function: str, cells: list[At]) -> str:
    """Message for an unknown function, with the cells that call it."""
    more = f" and {len(cells) - SHOWN} more" if len(cells) > SHOWN else ""
    return f"{function} is not known here: {', '.join(map(cell_name, cells[:SHOWN]))}{more}"


def _shown(value: Value | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).upper()
    return (
        f"{value:.15g}" if isinstance(value, float) else repr(value) if not isinstance(value, ErrorCode) else str(value)
    )
