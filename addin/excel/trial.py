"""Starts Python in the way Excel does, to test whether it runs and Steelyard works in it."""

import json
from dataclasses import dataclass
from math import isclose
from pathlib import PureWindowsPath
from typing import Final

from addin.excel.machine import Machine
from addin.excel.settings import CONDA_ENV, CONDA_PATH, Settings

# The same as xlwings' VBA does, without the server: set the paths, import our functions and call one.
PROGRAM: Final = """
import json, platform, struct, sys
import xlwings.utils
xlwings.utils.prepare_sys_path(sys.argv[1])
import xlwings
import addin.udfs as udfs
from valuation.about import steelyard_version
print(json.dumps({
    "python": platform.python_version(),
    "bits": 8 * struct.calcsize("P"),
    "xlwings": xlwings.__version__,
    "steelyard": steelyard_version(),
    "file": udfs.__file__,
    "importable": hasattr(udfs.SOTP_VALUE, "__xlfunc__"),
    "answer": udfs.SOTP_VALUE([[806.0], [234.0], [99.0]], [[2.0], [2.3], [19.0]]),
}))
"""
ANSWER: Final = 4031.2

OWN_ENVIRONMENT: Final = (
    "Install Steelyard into an environment of its own (py -m venv C:\\Steelyard, then C:\\Steelyard\\Scripts\\pip "
    "install) and run C:\\Steelyard\\Scripts\\steelyard install"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Result of the trial; `problem` is "" if Steelyard works."""

    problem: str
    python: str = ""
    bits: int = 0
    xlwings: str = ""
    steelyard: str = ""
    file: str = ""
    importable: bool = False  # from Excel: xlwings finds pywin32


def try_python(machine: Machine, python: PureWindowsPath, paths: str = "false") -> Trial:
    """Start a Python and call a function in it.

    Parameters
    ----------
    python : path
        The interpreter.
    paths : str
        Folders that xlwings puts before Python's own search path.

    Returns
    -------
    Trial
    """
    ran = machine.run(str(python), "-B", "-c", PROGRAM, paths)
    complaint = ran.errors.strip().splitlines()
    if ran.status or not ran.output.strip():
        return Trial(complaint[-1] if complaint else f"it ended with status {ran.status} and said nothing")
    last = ran.output.strip().splitlines()[-1]
    try:
        told = json.loads(last)
        answer = told.pop("answer")
        right = isinstance(answer, float) and isclose(answer, ANSWER)
        return Trial("" if right else f"SOTP_VALUE gave {answer!r} where {ANSWER} was due", **told)
    except (ValueError, AttributeError, LookupError, TypeError):
        return Trial(f"it said {last!r} and nothing of Steelyard")


def executable(settings: Settings) -> PureWindowsPath | None:
    """The interpreter named in the settings; None if they leave it to the search path."""
    python = settings.interpreter().value
    path, environment = settings.get(CONDA_PATH).value, settings.get(CONDA_ENV).value
    if python.lower() not in ("python", "pythonw"):
        return PureWindowsPath(python)
    if not (path and environment):
        return None
    return conda_folder(path, environment) / "python.exe"


def conda_folder(path: str, environment: str) -> PureWindowsPath:
    """The folder of a conda environment, by xlwings' rule."""
    if environment == "base":
        return PureWindowsPath(path)
    if "\\" in environment:
        return PureWindowsPath(environment)
    return PureWindowsPath(path) / "envs" / environment


def library(machine: Machine, python: PureWindowsPath, version: str, bits: int) -> PureWindowsPath | None:
    """The DLL that Excel loads to start a Python: in its folder or the folder above."""
    name = _library_name(version, bits)
    for folder in (python.parent, python.parent.parent):
        if machine.read(folder / name, 0) is not None:
            return folder / name
    return None


def without_library(python: PureWindowsPath, version: str, bits: int) -> str:
    """The message if that DLL is missing."""
    return (
        f"{_library_name(version, bits)} is neither in {python.parent} nor above it, where Excel looks for it: so it "
        "is with Python from the Microsoft Store, and after pip install --user"
    )


def _library_name(version: str, bits: int) -> str:
    return f"xlwings{bits or 64}-{version}.dll"
