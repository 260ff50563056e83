"""The doctor reports every reason for #NAME? that it knows with its remedy, and none on a healthy computer."""

from collections.abc import Callable
from pathlib import PureWindowsPath
from typing import Any, Final

import pytest

from addin.commands import app as cli
from addin.excel.computer_checks import RULES
from addin.excel.doctor import INSTEAD, examine
from addin.excel.finding import Finding
from addin.excel.settings import CONDA_ENV, CONDA_PATH, INTERPRETER, changed
from windows import (
    ADDIN,
    ANSWERS,
    APP_PATHS,
    EXCEL,
    NEW_ADDIN,
    POLICY,
    PYTHON,
    SECURITY,
    SETTINGS,
    VERSION,
    Windows,
    program,
    set_up,
)

DLL: Final = PYTHON.parent.parent / f"xlwings64-{VERSION}.dll"
OPTIONS: Final = r"HKCU\SOFTWARE\Microsoft\Office\16.0\Excel\Options"
DISABLED: Final = r"HKCU\SOFTWARE\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
DEFENDER: Final = r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
DEFENDER_POLICY: Final = DEFENDER.replace("Microsoft", r"Policies\Microsoft", 1)
CHILDREN, CALLS = RULES
INSTALL: Final = "steelyard install"

Change = Callable[[Windows], Any]


def set_to(**values: str | None) -> Change:
    """Change the user's settings; a name with a blank in it has an underscore here."""
    changes = {name.replace("_WIN", "-WIN").replace("_", " ").replace("-WIN", "_WIN"): v for name, v in values.items()}
    return lambda windows: windows.files.update({SETTINGS: changed(windows.files[SETTINGS], changes, windows.page)})


def answering(**values: object) -> Change:
    return lambda windows: windows.answers.update({PYTHON: {**ANSWERS, **values}})


def key(name: str, **values: Any) -> Change:  # noqa: ANN401 - whatever a registry holds
    return lambda windows: windows.keys.update({name: {**windows.keys.get(name, {}), **values}})


def without(path: PureWindowsPath) -> Change:
    return lambda windows: windows.files.pop(path)


def file(path: PureWindowsPath, data: bytes = b"") -> Change:
    return lambda windows: windows.files.update({path: data})


def found(windows: Windows, state: str, path: PureWindowsPath | None = None) -> list[Finding]:
    return [each for each in examine(windows, path) if each.state == state]


def test_a_healthy_computer() -> None:
    windows = set_up()
    assert found(windows, "wrong") == found(windows, "look") == []
    subjects = [each.subject for each in examine(windows)]
    assert set(subjects) == {"Excel", "Settings", "Python", "Functions", "Add-in", "Trust", "Macros", "Defender"}
    told = {each.subject: each.says for each in examine(windows)}
    assert told["Excel"] == f"Excel 16.0.18129.20158, 64-bit, {EXCEL}"
    assert told["Python"] == f"{PYTHON}, 3.12.1, 64-bit: Steelyard 0.1.0 answers (from {SETTINGS})"


FINDINGS: Final[list[tuple[str, Change, str, str, str, str]]] = [
    # what, how it comes about, state, subject, says, remedy
    ("no Excel", without(EXCEL), "wrong", "Excel", "not installed", "steelyard recalc"),
    ("Excel unknown to Windows", lambda w: w.keys.pop(APP_PATHS), "wrong", "Excel", "not installed", "calc-extension"),
    ("no settings", without(SETTINGS), "wrong", "Python", "No interpreter is set", INSTALL),
    ("no settings at all", without(SETTINGS), "wrong", "Functions", "UDF Modules is not set", INSTALL),
    (
        "a line that is none",
        lambda w: w.files.update({SETTINGS: w.files[SETTINGS] + b"\r\nhello\r\n"}),
        "wrong",
        "Settings",
        "line 3, 4: no setting",
        INSTALL,
    ),
    (
        "an editor's Unicode",
        lambda w: w.files.update({SETTINGS: w.files[SETTINGS].decode("gbk").encode("utf-8-sig")}),
        "wrong",
        "Settings",
        "line 1: no setting",
        INSTALL,
    ),
    (
        "UTF-8 where Windows has another code page",
        lambda w: w.files.update({SETTINGS: w.files[SETTINGS].decode("gbk").encode("utf-8")}),
        "wrong",
        "Python",
        "is not there",
        INSTALL,
    ),
    ("no interpreter", set_to(INTERPRETER_WIN=None), "wrong", "Python", "No interpreter is set", INSTALL),
    ("any interpreter", set_to(INTERPRETER_WIN="python"), "wrong", "Python", "No interpreter", INSTALL),
    ("interpreter gone", without(PYTHON), "wrong", "Python", "python.exe is set as interpreter", INSTALL),
    (
        "Steelyard not importable",
        lambda w: w.answers.update({PYTHON: "ModuleNotFoundError: No module named 'addin'"}),
        "wrong",
        "Python",
        "does not run Steelyard: ModuleNotFoundError: No module named 'addin'",
        f"steelyard install, with the Python that has it: {PYTHON}",
    ),
    ("a wrong answer", answering(answer=1.5), "wrong", "Python", "SOTP_VALUE gave 1.5", INSTALL),
    ("no pywin32", answering(importable=False), "wrong", "Python", "no pywin32", "-m pip install"),
    ("no DLL", without(DLL), "wrong", "Python", f"xlwings64-{VERSION}.dll is neither in", "py -m venv"),
    (
        "32-bit Excel without its DLL",
        file(EXCEL, program(0x014C)),
        "wrong",
        "Python",
        f"xlwings32-{VERSION}.dll is neither in",
        "py -m venv",
    ),
    (
        "conda gone",
        set_to(CONDA_PATH=r"C:\gone"),
        "wrong",
        "Python",
        r"Conda Path is C:\gone",
        "Empty Conda Path",
    ),
    (
        "other modules",
        set_to(UDF_MODULES="mine"),
        "wrong",
        "Functions",
        "UDF Modules is mine (from",
        INSTALL,
    ),
    ("empty modules", set_to(UDF_MODULES=""), "wrong", "Functions", "UDF Modules is empty", INSTALL),
    ("debugging", set_to(DEBUG_UDFS="True"), "wrong", "Functions", "Debug UDFs is on", "Untick Debug UDFs"),
    ("no add-in", without(ADDIN), "wrong", "Add-in", "add-in is not in", INSTALL),
    (
        "an old add-in",
        answering(xlwings="99.0"),
        "wrong",
        "Add-in",
        f"is of xlwings {VERSION}, Python",
        INSTALL,
    ),
    ("an unknown add-in", file(ADDIN, b"?"), "wrong", "Add-in", "is of xlwings unknown", INSTALL),
    (
        "two add-ins",
        file(EXCEL.parent / "XLSTART" / "xlwings.xlam", NEW_ADDIN),
        "wrong",
        "Add-in",
        "several add-ins of xlwings",
        "Keep the first",
    ),
    (
        "a second add-in in the list",
        lambda w: (
            w.files.update({PureWindowsPath(r"D:\xlwings.xlam"): NEW_ADDIN}),
            w.keys.update({OPTIONS: {"open": r'/R "D:\xlwings.xlam"'}}),
        ),
        "wrong",
        "Add-in",
        r"several add-ins of xlwings: C:",
        "untick",
    ),
    (
        "a stale entry in the list",
        key(OPTIONS, open1='"xlwings.xlam"', options=1, open="another.xlam"),
        "wrong",
        "Add-in",
        r"AppData\Roaming\Microsoft\AddIns\xlwings.xlam, which no longer exists",
        "untick it",
    ),
    (
        "disabled after a crash",
        key(DISABLED, a1b2=b"\1\0\0\0" + "c:\\xlstart\\xlwings.xlam".encode("utf-16-le"), other=5),
        "wrong",
        "Add-in",
        "Excel has disabled xlwings' add-in",
        "Disabled Items",
    ),
    ("no trust", lambda w: w.keys.pop(SECURITY), "wrong", "Trust", "off until it is ticked", "tick"),
    ("trust taken away", key(SECURITY, accessvbom=0), "wrong", "Trust", "not trusted", "steelyard vba"),
    ("trust forbidden", key(POLICY, accessvbom=0), "wrong", "Trust", "administrator forbids it", "steelyard vba"),
    ("no macros", key(SECURITY, vbawarnings=4), "wrong", "Macros", "Excel runs no macros", "with notification"),
    ("signed macros", key(SECURITY, vbawarnings=3), "wrong", "Macros", "signed macros only", "with notification"),
    ("forbidden macros", key(POLICY, vbawarnings=4), "wrong", "Macros", "administrator's choice", "trusted folder"),
    ("Defender: children", key(rf"HKLM\{DEFENDER}", **{CHILDREN: 1}), "wrong", "Defender", "not start", "except"),
    ("Defender: calls", key(rf"HKLM\{DEFENDER_POLICY}", **{CALLS: "1"}), "wrong", "Defender", "not call", "except"),
    ("Defender warns", key(rf"HKLM\{DEFENDER_POLICY}", **{CHILDREN: "6"}), "look", "Defender", "not start", "except"),
    (
        "Defender, managed from afar",
        key(r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager", asrrules=f"x=1|{CHILDREN.upper()}=1"),
        "wrong",
        "Defender",
        "not start",
        "except",
    ),
]


@pytest.mark.parametrize(
    ("change", "state", "subject", "says", "remedy"),
    [each[1:] for each in FINDINGS],
    ids=[each[0] for each in FINDINGS],
)
def test_each_finding(change: Change, state: str, subject: str, says: str, remedy: str) -> None:
    windows = set_up()
    change(windows)
    matching = [each for each in found(windows, state) if each.subject == subject and says in each.says]
    assert len(matching) == 1, [str(each) for each in examine(windows)]
    assert remedy in matching[0].remedy


@pytest.mark.parametrize(
    "change",
    [
        key(SECURITY, vbawarnings=1),
        key(SECURITY, vbawarnings=2),
        key(rf"HKLM\{DEFENDER_POLICY}", **{CHILDREN: "2", CALLS: "0"}),
        lambda w: (key(rf"HKLM\{DEFENDER}", **{CALLS: 1})(w), key(rf"HKLM\{DEFENDER_POLICY}", **{CALLS: "0"})(w)),
        lambda w: w.files.update({PYTHON.parent / DLL.name: w.files.pop(DLL)}),
        lambda w: (w.files.update({EXCEL: program(0x14C)}), file(DLL.with_name(f"xlwings32-{VERSION}.dll"))(w)),
        answering(bits=32),
        file(EXCEL, b"MZ"),
        key(OPTIONS, open='"another.xlam"'),
        lambda w: w.keys.pop(r"HKLM\SOFTWARE\Classes\Excel.Application\CurVer"),
        set_to(UDF_MODULES="mine; addin.udfs"),
        set_to(INTERPRETER_WIN=None, INTERPRETER=str(PYTHON)),
        lambda w: (
            w.variables.update({"MODELS": str(PYTHON.parent)}),
            set_to(INTERPRETER_WIN=r"%MODELS%\python.exe")(w),
        ),
    ],
)
def test_states_that_are_not_findings(change: Change) -> None:
    windows = set_up()
    change(windows)
    assert found(windows, "wrong") == found(windows, "look") == []


def test_conda_is_followed() -> None:
    windows = set_up()
    python = PureWindowsPath(r"C:\my conda\envs\finance\python.exe")
    windows.files |= {
        python: b"",
        python.parent / DLL.name: b"",
        PureWindowsPath(r"C:\my conda\condabin\conda.bat"): b"",
    }
    windows.answers[python] = dict(ANSWERS)
    changes: dict[str, str | None] = {INTERPRETER: "python", CONDA_PATH: r"C:\my conda", CONDA_ENV: "finance"}
    windows.files[SETTINGS] = changed(windows.files[SETTINGS], changes, windows.page)
    assert found(windows, "wrong") == []
    assert str(python) in next(each.says for each in examine(windows) if each.subject == "Python")


# Elsewhere.


@pytest.mark.parametrize(("system", "name"), [("Linux", "Linux"), ("Darwin", "macOS"), ("FreeBSD", "FreeBSD")])
def test_on_other_systems_the_doctor_lists_what_works(system: str, name: str) -> None:
    (finding,) = examine(Windows(system=system))
    assert (finding.state, finding.remedy) == ("wrong", INSTEAD)
    assert f"This is {name}" in finding.says


def test_the_alternative_commands_exist() -> None:
    named = [line.split()[1] for line in INSTEAD.splitlines()[1:]]
    groups = [group.typer_instance for group in cli.app.registered_groups]
    commands = [each for app in (cli.app, *groups) if app for each in app.registered_commands]
    known = {each.callback.__name__.replace("_", "-") for each in commands if each.callback}
    assert set(named) <= known
