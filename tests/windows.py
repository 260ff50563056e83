"""A simulated Windows: files, registry and programs in memory, and a record of the programs run."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any, Final

from addin.excel import bundled
from addin.excel.install import XLWINGS, install
from addin.excel.machine import Ran, Value
from addin.excel.trial import PROGRAM

# Stands for the add-in in Excel's start folder; a smaller file of the same version is read ten times as fast.
NEW_ADDIN: Final = bundled.path("quickstart_standalone.xlsm").read_bytes()
VERSION: Final = bundled.version_in(NEW_ADDIN)
EXCEL: Final = PureWindowsPath(r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE")
USER: Final = PureWindowsPath(r"C:\Users\张 伟")
PYTHON: Final = USER / "估值 model" / "Scripts" / "python.exe"
SETTINGS: Final = USER / ".xlwings" / "xlwings.conf"
XLSTART: Final = USER / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
ADDIN: Final = XLSTART / "xlwings.xlam"
SECURITY: Final = r"HKCU\SOFTWARE\Microsoft\Office\16.0\Excel\Security"
POLICY: Final = r"HKCU\SOFTWARE\Policies\Microsoft\Office\16.0\Excel\Security"
APP_PATHS: Final = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"

ANSWERS: Final = {
    "python": "3.12.1",
    "bits": 64,
    "xlwings": VERSION,
    "steelyard": "0.1.0",
    "file": "udfs.py",
    "importable": True,
    "answer": 4031.2,
}


def program(processor: int) -> bytes:
    """The beginning of a Windows program for a processor."""
    return b"MZ".ljust(60, b"\0") + struct.pack("<I", 128) + bytes(64) + b"PE\0\0" + struct.pack("<H", processor)


@dataclass
class Windows:
    """Chinese Windows with a 64-bit Excel, and Steelyard in an environment under a path with a space in it."""

    files: dict[PureWindowsPath, bytes] = field(
        default_factory=lambda: {
            EXCEL: program(0x8664),
            PYTHON: b"",
            PYTHON.parent.parent / f"xlwings64-{VERSION}.dll": b"",
        }
    )
    keys: dict[str, dict[str, Value]] = field(
        default_factory=lambda: {
            APP_PATHS: {"": f'"{EXCEL}"'},
            r"HKLM\SOFTWARE\Classes\Excel.Application\CurVer": {"": "Excel.Application.16"},
            r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration": {"versiontoreport": "16.0.18129.20158"},
            SECURITY: {"accessvbom": 1},
        }
    )
    variables: dict[str, str] = field(
        default_factory=lambda: {"USERPROFILE": str(USER), "APPDATA": str(USER / "AppData" / "Roaming")}
    )
    answers: dict[PureWindowsPath, dict[str, Any] | str] = field(default_factory=lambda: {PYTHON: dict(ANSWERS)})
    short_names: dict[PureWindowsPath, PureWindowsPath] = field(default_factory=dict)
    held: set[PureWindowsPath] = field(default_factory=set)  # open in Excel
    ran: list[tuple[str, ...]] = field(default_factory=list)
    system: str = "Windows"
    python: PureWindowsPath = PYTHON
    page: str = "cp936"

    def variable(self, name: str) -> str:
        return self.variables.get(name, "")

    def code_page(self) -> str:
        return self.page

    def registry(self, key: str) -> Mapping[str, Value]:
        return {name: value for own, values in self.keys.items() if own == key for name, value in values.items()}

    def read(self, path: PureWindowsPath, size: int = -1) -> bytes | None:
        data = self.files.get(path)
        return data if data is None or size < 0 else data[:size]

    def write(self, path: PureWindowsPath, data: bytes) -> None:
        self._not_held(path)
        self.files[path] = data

    def delete(self, path: PureWindowsPath) -> None:
        self._not_held(path)
        self.files.pop(path, None)

    def short(self, path: PureWindowsPath) -> PureWindowsPath:
        return self.short_names.get(path, path)

    def run(self, *command: str) -> Ran:
        self.ran.append(command)
        python, *arguments = command
        if arguments[:3] == ["-B", "-c", PROGRAM]:
            told = self.answers.get(PureWindowsPath(python), "Can't open file: no such file")
            return Ran(1, "", f"Traceback\n{told}\n") if isinstance(told, str) else Ran(0, f"{json.dumps(told)}\n", "")
        assert arguments[:3] == ["-c", XLWINGS, "addin"]
        return self._xlwings(arguments[3])

    def _xlwings(self, action: str) -> Ran:
        """Effects and output of `xlwings addin install` and `remove`, in every case."""
        if ADDIN in self.held:
            return Ran(0, "Error: Failed to install the add-in: If Excel is running, quit Excel and try again.", "")
        if action == "remove":
            del self.files[ADDIN]
        else:
            self.files[ADDIN] = NEW_ADDIN
            self.files.setdefault(SETTINGS, b'"INTERPRETER_WIN","whatever xlwings likes"\r\n')
        return Ran(0, f"Successfully did {action}", "")

    def _not_held(self, path: PureWindowsPath) -> None:
        if path in self.held:
            raise PermissionError(13, "Permission denied", str(path))


def set_up() -> Windows:
    """A computer on which `steelyard install` has been run."""
    windows = Windows()
    assert list(install(windows))
    return windows
