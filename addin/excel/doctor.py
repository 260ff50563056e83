"""`steelyard doctor`: finds why a cell shows #NAME? by checking each step between a formula and its result."""

from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Final

from addin.excel import computer_checks, office, workbook, workbook_checks
from addin.excel.finding import Finding
from addin.excel.install import files
from addin.excel.machine import Machine
from addin.excel.settings import File, Settings, parse

INSTEAD: Final = """\
What works without Excel on Windows:
  steelyard build CASE -o FILE.xlsx              workbooks whose arithmetic is native and needs no add-in
  steelyard calc-extension -o steelyard.oxt      the same functions in LibreOffice Calc
  steelyard recalc FILE.xlsx                     cells with these functions computed, and their values stored
  steelyard call SOTP_VALUE '[806]' '[2.3]'      one function, here"""
ALL_IS_WELL: Final = """\
Nothing here stands in the way. If a cell still shows #NAME?, let Excel read it anew: Ctrl+Alt+Shift+F9."""
LOOK_INSIDE: Final = "steelyard doctor FILE.xlsm looks into a workbook as well."


def examine(machine: Machine, path: PureWindowsPath | None = None) -> Iterator[Finding]:
    """Check a computer, and a workbook if one is given."""
    if machine.system != "Windows":
        system = {"Darwin": "macOS"}.get(machine.system, machine.system)
        says = f"This is {system}: Excel calls these functions on Windows only"
        yield Finding("wrong", "Excel", says, INSTEAD)
        return
    excel = office.find(machine)
    if excel is None:
        yield Finding("wrong", "Excel", "Excel is not installed on this computer", INSTEAD)
        return
    yield Finding("ok", "Excel", str(excel))
    book = None
    if path is not None:
        try:
            book = workbook.read(machine, path)
        except workbook.WorkbookError as problem:
            yield Finding("wrong", "Workbook", str(problem), "Close it in Excel, and name a file that Excel opens")
    user = files(machine).settings
    read = _settings_files(machine, user, path)
    places: list[tuple[str, Mapping[str, str]]] = [(str(at), file.values) for at, file in read.items() if file]
    if book and book.settings is not None:
        places.insert(0, (f"sheet {workbook.SHEET} of {book.path.name}", book.settings))
    settings = Settings(places, machine.variable)
    yield from computer_checks.settings_read(read, user)
    trial, findings = computer_checks.python(machine, settings, excel, path)
    yield from findings
    yield from computer_checks.modules(settings, str(user))
    alone = book is not None and workbook_checks.standalone(book)
    yield from computer_checks.addin(machine, excel, trial, needed=not alone)
    imported = book is not None and bool(workbook_checks.wrappers(book))
    yield computer_checks.trust(machine, excel, imported=imported)
    yield computer_checks.macros(machine, excel)
    yield from computer_checks.defender(machine)
    if book:
        yield from workbook_checks.checks(machine, book, settings, trial)


def _settings_files(
    machine: Machine, user: PureWindowsPath, path: PureWindowsPath | None
) -> dict[PureWindowsPath, File | None]:
    """The files in which xlwings looks for settings, in order."""
    found: dict[PureWindowsPath, File | None] = {}
    for at in ([path.parent / workbook.SHEET] if path else []) + [user]:
        data = machine.read(at)
        found[at] = parse(data, machine.code_page()) if data is not None else None
    return found
