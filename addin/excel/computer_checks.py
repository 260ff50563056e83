"""Checks of the computer by the doctor: Python, settings, xlwings' add-in, restrictions by Excel and Defender."""

from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Final

from addin.excel import bundled, office
from addin.excel.finding import Finding
from addin.excel.machine import Machine, Value
from addin.excel.office import ADDIN, Excel
from addin.excel.settings import (
    BESIDE_WORKBOOK,
    CONDA_PATH,
    DEBUG,
    MODULES,
    PYTHONPATH,
    UDFS,
    File,
    Settings,
)
from addin.excel.trial import OWN_ENVIRONMENT, Trial, executable, library, try_python, without_library

INSTALL: Final = "steelyard install"
TRUST: Final = (
    "In Excel: File > Options > Trust Center > Trust Center Settings > Macro Settings, tick "
    '"Trust access to the VBA project object model"'
)
BY_HAND: Final = (
    "steelyard vba -o steelyard.bas; then in Excel Alt+F11, File > Import File, steelyard.bas: that needs no such trust"
)
ADDIN_LIST: Final = 'In Excel: File > Options > Add-ins, at the bottom "Manage: Excel Add-ins" > Go'

# Defender's rules that block xlwings, and what each blocks.
RULES: Final = {
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": "Excel may not start other programs, so not Python either",
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": "macros may not call Windows, by which they start Python",
}
_DEFENDER: Final = r"Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_RULE_KEYS: Final = (rf"HKLM\SOFTWARE\Policies\Microsoft\{_DEFENDER}", rf"HKLM\SOFTWARE\Microsoft\{_DEFENDER}")
_MANAGED_RULES: Final = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
BLOCK, WARN = "1", "6"

ONLY_SIGNED, NO_MACROS = 3, 4


def settings_read(files: Mapping[PureWindowsPath, File | None], user: PureWindowsPath) -> Iterator[Finding]:
    """Whether the files of settings can be read."""
    for path, file in files.items():
        if file is None:
            continue
        if file.odd_lines:
            lines = ", ".join(map(str, file.odd_lines))
            says = f"{path}, line {lines}: no setting, and xlwings takes what follows for something else"
            remedy = INSTALL if path == user else f'Write each line as "NAME","value" in {path}, without empty lines'
            yield Finding("wrong", "Settings", says, remedy)
        else:
            yield Finding("ok", "Settings", f"{path} is read")


def modules(settings: Settings, user: str) -> Iterator[Finding]:
    """Whether xlwings' settings name the module of our functions."""
    found = settings.get(MODULES)
    if UDFS in (name.strip() for name in found.value.split(";")):
        yield Finding("ok", "Functions", f"UDF Modules is {found.value} (from {found.place})")
    elif not found.place:
        says = "UDF Modules is not set, so xlwings looks for a module named like the workbook"
        yield Finding("wrong", "Functions", says, INSTALL)
    else:
        says = f"UDF Modules is {found.value or 'empty'} (from {found.place}), without {UDFS}"
        remedy = INSTALL if found.place == user else f"Set UDF Modules to {UDFS} there, or delete that line there"
        yield Finding("wrong", "Functions", says, remedy)
    debug = settings.get(DEBUG)
    if debug.value.lower() == "true":
        says = f"Debug UDFs is on (from {debug.place}): Excel waits for a server that has to be started by hand"
        yield Finding("wrong", "Functions", says, "Untick Debug UDFs on the xlwings tab, or take that line out there")


def python(
    machine: Machine, settings: Settings, excel: Excel, beside: PureWindowsPath | None
) -> tuple[Trial | None, list[Finding]]:
    """Whether the Python that Excel starts runs Steelyard: the check starts it as Excel would."""
    set_to = settings.interpreter()
    path = executable(settings)
    if path is None:
        says = "No interpreter is set: Excel takes the first Python that it finds, or none"
        return None, [Finding("wrong", "Python", says, INSTALL)]
    if machine.read(path, 0) is None:
        says = f"{path} is set as interpreter (from {set_to.place}) and is not there"
        return None, [Finding("wrong", "Python", says, INSTALL)]
    first = settings.get(BESIDE_WORKBOOK, "true").value.lower()
    workbook = str(beside or "")
    trial = try_python(machine, path, f"{first};{workbook};{workbook};;;;{settings.get(PYTHONPATH).value}")
    if trial.problem:
        says = f"{path} does not run Steelyard: {trial.problem}"
        return None, [Finding("wrong", "Python", says, f"{INSTALL}, with the Python that has it: {machine.python}")]
    says = f"{path}, {trial.python}, {trial.bits}-bit: Steelyard {trial.steelyard} answers (from {set_to.place})"
    found = [Finding("ok", "Python", says)]
    if not trial.importable:
        says = "xlwings finds no pywin32 there, and without it no Excel"
        found.append(Finding("wrong", "Python", says, f'"{path}" -m pip install --force-reinstall pywin32'))
    if library(machine, path, trial.xlwings, excel.bits) is None:
        found.append(Finding("wrong", "Python", without_library(path, trial.xlwings, excel.bits), OWN_ENVIRONMENT))
    conda = settings.get(CONDA_PATH)
    if conda.value and machine.read(PureWindowsPath(conda.value) / "condabin" / "conda.bat", 0) is None:
        says = f"Conda Path is {conda.value} (from {conda.place}), where no conda is: Import Functions stops there"
        found.append(Finding("wrong", "Python", says, "Empty Conda Path and Conda Env on the xlwings tab"))
    return trial, found


def addin(machine: Machine, excel: Excel, trial: Trial | None, *, needed: bool) -> Iterator[Finding]:
    """Whether Excel opens exactly one xlwings add-in, of the same version as Python's xlwings."""
    start = [folder / ADDIN for folder in office.start_folders(machine, excel)]
    listed = [path for path in office.opened_by_option(machine, excel) if "xlwings" in path.name.lower()]
    there = [path for path in dict.fromkeys(start + listed) if machine.read(path, 0) is not None]
    for path in listed:
        if path not in there:
            says = f"Excel is set to open {path}, which no longer exists"
            yield Finding("wrong", "Add-in", says, f"{ADDIN_LIST}, untick it and let Excel delete it from the list")
    if any("xlwings" in text.lower() for text in office.disabled(machine, excel)):
        says = "Excel has disabled xlwings' add-in, since it once crashed with it"
        remedy = 'In Excel: File > Options > Add-ins, at the bottom "Manage: Disabled Items" > Go, Enable'
        yield Finding("wrong", "Add-in", says, remedy)
    if not there:
        says = f"xlwings' add-in is not in {start[0].parent}, so there is no xlwings tab in Excel"
        yield Finding("wrong" if needed else "look", "Add-in", says, INSTALL)
    elif len(there) > 1:
        says = f"Excel opens several add-ins of xlwings: {', '.join(map(str, there))}"
        yield Finding("wrong", "Add-in", says, f"Keep the first, delete the others, or untick them. {ADDIN_LIST}")
    else:
        version = bundled.version_in(machine.read(there[0]))
        if trial and version != trial.xlwings:
            says = f"{there[0]} is of xlwings {version or 'unknown'}, Python has xlwings {trial.xlwings}"
            yield Finding("wrong", "Add-in", says, INSTALL)
        else:
            yield Finding("ok", "Add-in", f"{there[0]}, of xlwings {version}")


def trust(machine: Machine, excel: Excel, *, imported: bool) -> Finding:
    """Whether "Import Functions" may write into a workbook."""
    value, by_policy = office.security(machine, excel, "accessvbom")
    if value == 1:
        return Finding("ok", "Trust", "Import Functions may write into workbooks")
    if imported:
        return Finding("ok", "Trust", "Import Functions may not write into workbooks, and need not any more")
    who = "your administrator forbids it" if by_policy else "it is off until it is ticked"
    says = f"Access to the VBA project is not trusted ({who}), so Import Functions cannot write"
    return Finding("wrong", "Trust", says, BY_HAND if by_policy else f"{TRUST}. Or {BY_HAND}")


def macros(machine: Machine, excel: Excel) -> Finding:
    """Whether Excel runs macros."""
    value, by_policy = office.security(machine, excel, "vbawarnings")
    if value not in (ONLY_SIGNED, NO_MACROS):
        return Finding("ok", "Macros", "Excel runs macros, those of a new file after Enable Content")
    says = "Excel runs no macros" if value == NO_MACROS else "Excel runs signed macros only, which xlwings' are not"
    if by_policy:
        says, remedy = f"{says}: your administrator's choice", "Ask your administrator for a trusted folder"
    else:
        remedy = 'In Excel: File > Options > Trust Center > Trust Center Settings > Macro Settings, "with notification"'
    return Finding("wrong", "Macros", says, remedy)


def defender(machine: Machine) -> Iterator[Finding]:
    """Whether Microsoft Defender lets Excel start Python."""
    rules: dict[str, Value] = {}
    for key in reversed(_RULE_KEYS):  # the administrator's setting is applied last
        rules |= machine.registry(key)
    managed = str(machine.registry(_MANAGED_RULES).get("asrrules") or "")
    rules |= {name.lower(): state for name, _, state in (each.partition("=") for each in managed.split("|"))}
    stopping = {rule: str(rules[rule]) for rule in RULES if str(rules.get(rule)) in (BLOCK, WARN)}
    for rule, state in stopping.items():
        says = f"Microsoft Defender has a rule: {RULES[rule]} (attack surface reduction {rule})"
        remedy = "Ask your administrator to except your folder of workbooks from that rule"
        yield Finding("wrong" if state == BLOCK else "look", "Defender", says, remedy)
    if not stopping:
        yield Finding("ok", "Defender", "No rule of Microsoft Defender's stops Excel from starting Python")
