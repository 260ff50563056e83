"""Checks of a workbook by the doctor: whether it can contain functions, contains them, and can call them."""

import re
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import Final

from addin.excel import bundled
from addin.excel.finding import Finding
from addin.excel.machine import Machine
from addin.excel.settings import BESIDE_WORKBOOK, Settings
from addin.excel.trial import Trial
from addin.excel.workbook import STANDALONE, WRAPPERS, Workbook
from valuation.catalogue import CATALOGUE

IMPORT: Final = "In Excel, with this workbook in front: Import Functions on the xlwings tab"
MACRO_SUFFIXES: Final = (".xlsm", ".xlsb", ".xls", ".xlam")
OURS: Final = ("addin", "valuation")  # packages that a file in the folder of the workbook could shadow

_FUNCTION: Final = re.compile(r"^Function (\w+)\(", re.MULTILINE)


def wrappers(book: Workbook) -> set[str]:
    """The functions that a workbook has imported."""
    return set(_FUNCTION.findall(book.project.modules.get(WRAPPERS, ""))) if book.project else set()


def standalone(book: Workbook) -> bool:
    """Whether a workbook needs no add-in: it has xlwings' own module."""
    return book.project is not None and STANDALONE in book.project.modules


def checks(machine: Machine, book: Workbook, settings: Settings, trial: Trial | None) -> Iterator[Finding]:
    """All checks of a workbook."""
    name = book.path.name
    if book.path.suffix.lower() not in MACRO_SUFFIXES:
        says = f"{name} can hold no functions: Excel keeps macros in .xlsm only"
        remedy = "steelyard build with --xlsm; or in Excel: File > Save As, Excel Macro-Enabled Workbook"
        yield Finding("wrong", "Workbook", says, remedy)
    if book.from_internet:
        says = f"{name} bears the mark of a file from the internet or a mail, so Excel blocks its macros"
        yield Finding("wrong", "Workbook", says, "In the file's folder: right-click it > Properties, tick Unblock")
    yield from _functions(book)
    yield from _links(machine, book)
    if settings.get(BESIDE_WORKBOOK, "true").value.lower() == "true":
        for path in _in_the_way(machine, book.path.parent):
            says = f"{path} stands in front of Steelyard's own, since Python looks beside the workbook first"
            yield Finding("wrong", "Workbook", says, "Rename it, or move the workbook elsewhere")
    if trial and standalone(book) and book.project:
        version = bundled.version(book.project)
        if version != trial.xlwings:
            says = f"The macros of {name} are of xlwings {version}, Python has xlwings {trial.xlwings}"
            remedy = f'steelyard build it anew, or pip install "xlwings=={version}" and then steelyard install'
            yield Finding("wrong", "Workbook", says, remedy)


def _functions(book: Workbook) -> Iterator[Finding]:
    name, imported = book.path.name, wrappers(book)
    missing = sorted({entry.excel_name for entry in CATALOGUE.values()} - imported)
    if not imported:
        yield Finding("wrong", "Workbook", f"{name} has not imported the functions yet", IMPORT)
    elif missing:
        says = f"{name} has imported {len(imported)} functions, not {', '.join(missing)}"
        yield Finding("look", "Workbook", says, f"{IMPORT}, once more")
    else:
        yield Finding("ok", "Workbook", f"{name} has imported all {len(CATALOGUE)} functions")
    if imported and book.project and not standalone(book) and STANDALONE not in book.project.references:
        says = f'{name} has no reference to xlwings: its functions say "Object required"'
        remedy = "In Excel, with this workbook in front: Alt+F11, Tools > References, tick xlwings"
        yield Finding("wrong", "Workbook", says, remedy)


def _links(machine: Machine, book: Workbook) -> Iterator[Finding]:
    for link in book.links:
        path = PureWindowsPath(link)
        whole = path if path.is_absolute() else book.path.parent / path
        if path.suffix.lower() in (".xlam", ".xla") and machine.read(whole, 0) is None:
            says = f"Formulas of {book.path.name} lead to {link}, which is not there"
            remedy = "In Excel: Data > Edit Links > Change Source, and choose this workbook itself"
            yield Finding("wrong", "Workbook", says, remedy)


def _in_the_way(machine: Machine, folder: PureWindowsPath) -> Iterator[PureWindowsPath]:
    for name in OURS:
        for path in (folder / f"{name}.py", folder / name / "__init__.py"):
            if machine.read(path, 0) is not None:
                yield path
