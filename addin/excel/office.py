"""The Excel on this computer: path, version, files it opens at start, and security settings."""

import struct
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Final

from addin.excel.machine import Machine, Value

ADDIN: Final = "xlwings.xlam"

_EXECUTABLE: Final = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_PROGRAM_ID: Final = r"SOFTWARE\Classes\Excel.Application\CurVer"
_CLICK_TO_RUN: Final = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_OFFICE: Final = r"Microsoft\Office"
_INTEL_32: Final = 0x014C  # processor type in the header of a program
_HEADER: Final = 4096


@dataclass(frozen=True, slots=True)
class Excel:
    """An installed Excel."""

    path: PureWindowsPath
    version: str  # in the registry: 16.0 since 2016
    build: str
    bits: int  # 32, 64, or 0 if the program file cannot be read

    def __str__(self) -> str:
        bits = f"{self.bits}-bit, " if self.bits else ""
        return f"Excel {self.build or self.version}, {bits}{self.path}"


def find(machine: Machine) -> Excel | None:
    """The Excel registered in Windows; None if there is none."""
    for hive in ("HKCU", "HKLM"):
        text = machine.registry(rf"{hive}\{_EXECUTABLE}").get("")
        if isinstance(text, str) and text:
            path = PureWindowsPath(text.strip('"'))
            if machine.read(path, 0) is not None:
                break
    else:
        return None
    program = str(machine.registry(rf"HKLM\{_PROGRAM_ID}").get("") or "")
    number = program.rpartition(".")[2]
    version = f"{number}.0" if number.isdecimal() else "16.0"
    build = str(machine.registry(_CLICK_TO_RUN).get("versiontoreport") or "")
    return Excel(path, version, build, _bits(machine, path))


def start_folders(machine: Machine, excel: Excel) -> tuple[PureWindowsPath, PureWindowsPath]:
    """The start folders, whose workbooks Excel opens at start: the user's and the common one."""
    own = PureWindowsPath(machine.variable("APPDATA")) / "Microsoft" / "Excel" / "XLSTART"
    return own, excel.path.parent / "XLSTART"


def security(machine: Machine, excel: Excel, name: str) -> tuple[Value, bool]:
    """A setting of Excel's Trust Center, None if never set, and whether the administrator set it."""
    place = rf"{_OFFICE}\{excel.version}\Excel\Security"
    for key in (rf"HKCU\SOFTWARE\Policies\{place}", rf"HKLM\SOFTWARE\Policies\{place}"):
        values = machine.registry(key)
        if name in values:
            return values[name], True
    return machine.registry(rf"HKCU\SOFTWARE\{place}").get(name), False


def opened_by_option(machine: Machine, excel: Excel) -> list[PureWindowsPath]:
    """The add-ins ticked in Excel's list, which Excel opens from the path stored there."""
    values = machine.registry(rf"HKCU\SOFTWARE\{_OFFICE}\{excel.version}\Excel\Options")
    found = []
    for name, value in values.items():
        if name.startswith("open") and isinstance(value, str):
            text = value.removeprefix("/R ").strip().strip('"')
            path = PureWindowsPath(text)
            own = PureWindowsPath(machine.variable("APPDATA")) / "Microsoft" / "AddIns"
            found.append(path if path.is_absolute() else own / path)
    return found


def disabled(machine: Machine, excel: Excel) -> list[str]:
    """The files that Excel disabled after a crash."""
    values = machine.registry(rf"HKCU\SOFTWARE\{_OFFICE}\{excel.version}\Excel\Resiliency\DisabledItems")
    return [value.decode("utf-16-le", "replace") for value in values.values() if isinstance(value, bytes)]


def _bits(machine: Machine, path: PureWindowsPath) -> int:
    try:
        header = machine.read(path, _HEADER) or b""
        (at,) = struct.unpack_from("<I", header, 60)
        (processor,) = struct.unpack_from("<H", header, at + 4)
    except (OSError, struct.error):  # Excel from the Store can be started but not read
        return 0
    return 32 if processor == _INTEL_32 else 64
