"""Access to the computer: the only module of this package that uses the registry, files and programs."""

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Final, Protocol, TypeAlias

Value: TypeAlias = str | int | bytes | list[str] | None

TIMEOUT: Final = 120  # seconds; a virus scanner may slow down the first start of Python
NOT_STARTED: Final = -1


@dataclass(frozen=True, slots=True)
class Ran:
    """Result of a program: exit status, standard output and standard error."""

    status: int
    output: str
    errors: str


class Machine(Protocol):
    """Operations on a computer."""

    @property
    def system(self) -> str:
        """Windows, Linux or Darwin."""

    @property
    def python(self) -> PureWindowsPath:
        """The interpreter that runs this code."""

    def variable(self, name: str) -> str:
        """An environment variable, "" where there is none."""

    def code_page(self) -> str:
        """Python's name for the code page in which Excel's VBA reads and writes text files."""

    def registry(self, key: str) -> Mapping[str, Value]:
        """The values of a registry key by their names in lower case; none where there is no such key."""

    def read(self, path: PureWindowsPath, size: int = -1) -> bytes | None:
        """Contents of a file, or its first bytes; None if there is no such file.

        Raises
        ------
        OSError
            If it exists and cannot be read; never for a size of 0, which only tests whether it exists.
        """

    def write(self, path: PureWindowsPath, data: bytes) -> None:
        """Write a file completely or not at all, and create its folders."""

    def delete(self, path: PureWindowsPath) -> None:
        """Delete a file, and folders that become empty."""

    def short(self, path: PureWindowsPath) -> PureWindowsPath:
        """The short (8.3) name of a path on Windows, or the path itself."""

    def run(self, *command: str) -> Ran:
        """Run a program to its end, in the user's own folder."""


@dataclass(frozen=True, slots=True)
class ThisMachine:
    """The computer this runs on. Windows-only operations return nothing on other systems."""

    system: str = field(default_factory=platform.system)
    python: PureWindowsPath = field(default_factory=lambda: PureWindowsPath(sys.executable))

    def variable(self, name: str) -> str:
        """An environment variable."""
        return os.environ.get(name, "")

    def code_page(self) -> str:
        """Windows' ANSI code page."""
        if sys.platform == "win32":
            number = ctypes.windll.kernel32.GetACP()
            return "utf-8" if number == 65001 else f"cp{number}"  # noqa: PLR2004 - Windows' number for it
        return "utf-8"

    def registry(self, key: str) -> Mapping[str, Value]:
        """The values of a key, from both the 64-bit and the 32-bit view of the registry."""
        found: dict[str, Value] = {}
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - only on Windows

            hive, _, path = key.partition("\\")
            root = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
            for view in (winreg.KEY_WOW64_32KEY, winreg.KEY_WOW64_64KEY):
                with suppress(OSError), winreg.OpenKey(root[hive], path, 0, winreg.KEY_READ | view) as opened:
                    for number in range(winreg.QueryInfoKey(opened)[1]):
                        name, value, _ = winreg.EnumValue(opened, number)
                        found[name.lower()] = value
        return found

    def read(self, path: PureWindowsPath, size: int = -1) -> bytes | None:
        """Contents of a file."""
        if not size:  # Windows' app execution aliases exist but cannot be opened
            return b"" if os.path.lexists(path.as_posix()) else None
        try:
            with Path(path.as_posix()).open("rb") as file:
                return file.read(size)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, path: PureWindowsPath, data: bytes) -> None:
        """Write a temporary file beside it, then rename it."""
        target = Path(path.as_posix())
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(data)
        part.replace(target)

    def delete(self, path: PureWindowsPath) -> None:
        """Delete a file, and folders that become empty."""
        target = Path(path.as_posix())
        target.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in target.parents:
                folder.rmdir()

    def short(self, path: PureWindowsPath) -> PureWindowsPath:
        r"""The short name, such as C:\Users\ZHANGW~1."""
        if sys.platform == "win32":
            text = ctypes.create_unicode_buffer(1024)
            if ctypes.windll.kernel32.GetShortPathNameW(str(path), text, len(text)):
                return PureWindowsPath(text.value)
        return path

    def run(self, *command: str) -> Ran:
        """Run a program; if it cannot be started, the reason is returned as its error."""
        try:
            done = subprocess.run(  # noqa: S603 - Python, and xlwings' own installer
                command,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                check=False,
                encoding="utf-8",
                errors="replace",
                timeout=TIMEOUT,
                cwd=Path.home(),
                env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            return Ran(NOT_STARTED, "", str(problem))
        return Ran(done.returncode, done.stdout, done.stderr)
