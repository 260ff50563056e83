"""Sets up Excel for Steelyard, and undoes the set-up.

Two files are changed: the user's xlwings.conf, and xlwings' add-in in Excel's start folder. Before a change a copy is
kept in a folder beside the settings, with a record of the changes.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import PureWindowsPath
from typing import Final

from addin.excel import bundled, office
from addin.excel.machine import Machine
from addin.excel.settings import (
    CONDA_ENV,
    CONDA_PATH,
    INTERPRETER,
    MODULES,
    changed,
    modules_with_ours,
    modules_without_ours,
    parse,
)
from addin.excel.trial import OWN_ENVIRONMENT, Trial, conda_folder, library, try_python, without_library

XLWINGS: Final = "from xlwings.cli import main; main()"  # xlwings' command line, independent of PATH

STEPS: Final = """\
In Excel, which has to be started anew:
1. File > Options > Trust Center > Trust Center Settings > Macro Settings: tick "Trust access to the VBA project
   object model". (Where that is forbidden: steelyard vba -o steelyard.bas, and import that file by hand.)
2. Open a workbook made by: steelyard build xiaomi_2018 --xlsm -o xiaomi_2018.xlsm (and press Enable Content).
3. On the xlwings tab press Import Functions, once a workbook: =SOTP_VALUE({806;234;99},{2;2.3;19}) gives 4031.2."""


class InstallError(ValueError):
    """The set-up is not possible; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Files:
    """Paths of the user's settings and of the backup."""

    settings: PureWindowsPath
    settings_before: PureWindowsPath
    addin_before: PureWindowsPath
    record: PureWindowsPath


@dataclass(frozen=True, slots=True)
class Record:
    """Record of an installation: the settings it made, and the add-in it installed with its version."""

    settings: dict[str, str] = field(default_factory=dict)
    addin: str = ""  # "" where it was not changed
    version: str = ""


def files(machine: Machine) -> Files:
    """Paths of a user's files."""
    folder = PureWindowsPath(machine.variable("USERPROFILE")) / ".xlwings"
    kept = folder / "steelyard"
    return Files(folder / "xlwings.conf", kept / "xlwings.conf", kept / office.ADDIN, kept / "record.json")


def install(machine: Machine) -> Iterator[str]:
    """Set everything up, and report each step when it is done.

    Raises
    ------
    InstallError
        If Excel or Python does not meet the requirements (checked before anything is changed), or if Excel has the
        add-in open.
    """
    _only_on_windows(machine)
    excel = office.find(machine)
    if excel is None:
        message = "Excel is not installed on this computer. To see what works without it: steelyard doctor"
        raise InstallError(message)
    yield f"Excel     {excel}"
    trial = _tried(machine, excel.bits)
    settings = _interpreter(machine)
    yield f"Python    {machine.python}: Steelyard {trial.steelyard}, xlwings {trial.xlwings}"

    at, before_us, code_page = files(machine), _record(machine), machine.code_page()
    target = office.start_folders(machine, excel)[0] / office.ADDIN
    addin = machine.read(target)
    up_to_date = bundled.version_in(addin) == trial.xlwings
    before = _without_ours(machine, before_us.settings)
    _keep(machine, before, at.settings_before)
    if not before_us.addin:
        _keep(machine, addin, at.addin_before)
    settings[MODULES] = modules_with_ours(parse(before or b"", code_page).values.get(MODULES, ""))
    ours = before_us.addin if up_to_date else str(target)
    machine.write(at.record, json.dumps(asdict(Record(settings, ours, trial.xlwings)), indent=2).encode())
    machine.write(at.settings, changed(before or b"", dict(settings), code_page))
    yield f"Settings  {at.settings}" + ("" if before is None else f"; as it was: {at.settings_before}")

    if not up_to_date:
        ran = machine.run(str(machine.python), "-c", XLWINGS, "addin", "install")
        if bundled.version_in(machine.read(target)) != trial.xlwings:
            said = " ".join(f"{ran.output} {ran.errors}".split())
            message = f"xlwings could not put its add-in into {target.parent}. Close Excel and run this again. ({said})"
            raise InstallError(message)
    yield f"Add-in    {target}: xlwings {trial.xlwings}" + (", which was there" if up_to_date else "")
    yield f"\n{STEPS}"


def uninstall(machine: Machine) -> Iterator[str]:
    """Restore everything, and report each step when it is done.

    Later changes by others are kept; only our changes are undone.

    Raises
    ------
    InstallError
        If there is nothing to undo, or Excel holds its add-in open.
    """
    _only_on_windows(machine)
    at, ours = files(machine), _record(machine)
    if not ours.settings:
        message = "steelyard install was not run by this user: there is nothing to undo"
        raise InstallError(message)
    yield f"Add-in    {_addin_back(machine, ours)}"
    _keep(machine, _without_ours(machine, ours.settings), at.settings)
    yield f"Settings  {at.settings}: as it was"
    for each in (at.settings_before, at.addin_before, at.record):
        machine.delete(each)
    yield "\nWorkbooks keep the functions they have imported: Alt+F11, right-click the module xlwings_udfs, Remove."


def _only_on_windows(machine: Machine) -> None:
    if machine.system != "Windows":
        message = "Excel calls these functions on Windows only. To see what works here: steelyard doctor"
        raise InstallError(message)


def _tried(machine: Machine, bits: int) -> Trial:
    trial = try_python(machine, machine.python)
    if trial.problem:
        message = f"{machine.python} does not run Steelyard: {trial.problem}"
    elif not trial.importable:
        message = f'pywin32 is missing: "{machine.python}" -m pip install pywin32'
    elif library(machine, machine.python, trial.xlwings, bits) is None:
        message = f"{without_library(machine.python, trial.xlwings, bits)}. {OWN_ENVIRONMENT}"
    else:
        return trial
    raise InstallError(message)


def _interpreter(machine: Machine) -> dict[str, str]:
    """The settings that point to this Python."""
    environment, program = machine.variable("CONDA_DEFAULT_ENV"), machine.variable("CONDA_EXE")
    if environment and program:
        conda = PureWindowsPath(program).parent.parent
        if conda_folder(str(conda), environment) == machine.python.parent:
            return {
                INTERPRETER: "python",
                CONDA_PATH: _in_letters_of_excel(machine, conda),
                CONDA_ENV: environment,
            }
    return {INTERPRETER: _in_letters_of_excel(machine, machine.python)}


def _in_letters_of_excel(machine: Machine, path: PureWindowsPath) -> str:
    """A path that VBA can read: VBA supports only the characters of one code page."""
    for each in (path, machine.short(path)):
        try:
            str(each).encode(machine.code_page())
        except UnicodeEncodeError:
            continue
        return str(each)
    message = (
        f"{path} has letters that Excel's macros cannot read on this Windows, whose code page is "
        f"{machine.code_page()}. {OWN_ENVIRONMENT}"
    )
    raise InstallError(message)


def _without_ours(machine: Machine, ours: dict[str, str]) -> bytes | None:
    """The user's settings without ours: byte for byte the original if nobody else changed them."""
    at, code_page = files(machine), machine.code_page()
    now, before = machine.read(at.settings), machine.read(at.settings_before)
    if now is None or now == before or not ours:
        return now
    if now == changed(before or b"", dict(ours), code_page):
        return before
    values, old = parse(now, code_page).values, parse(before or b"", code_page).values
    back = {name: old.get(name) for name, value in ours.items() if values.get(name) == value}
    if MODULES not in back and MODULES in values:
        back[MODULES] = old.get(MODULES) or modules_without_ours(values[MODULES]) or None
    return changed(now, back, code_page)


def _addin_back(machine: Machine, ours: Record) -> str:
    if not ours.addin:
        return "left as it is, since it was there before"
    target = PureWindowsPath(ours.addin)
    now, before = machine.read(target), machine.read(files(machine).addin_before)
    if bundled.version_in(now) not in ("", ours.version):
        return f"{target}: left as it is, since others have replaced it"
    if before is not None:
        try:
            machine.write(target, before)
        except PermissionError as problem:
            message = f"{target} is held open. Close Excel and run this again"
            raise InstallError(message) from problem
        return f"{target}: as it was"
    if now is not None:
        ran = machine.run(str(machine.python), "-c", XLWINGS, "addin", "remove")
        if machine.read(target, 0) is not None:
            message = f"{target} could not be removed. Close Excel and run this again. ({' '.join(ran.output.split())})"
            raise InstallError(message)
    return f"{target}: removed"


def _keep(machine: Machine, data: bytes | None, path: PureWindowsPath) -> None:
    if data is None:
        machine.delete(path)
    else:
        machine.write(path, data)


def _record(machine: Machine) -> Record:
    data = machine.read(files(machine).record)
    return Record(**json.loads(data)) if data else Record()
