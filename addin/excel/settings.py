"""Settings of xlwings: reads xlwings.conf, and finds which of several places a setting comes from.

The file is read by VBA: one name and value per line, each in quotes, in the code page of Windows. Of several lines with
the same name (regardless of case) the first counts; text between percent signs is an environment variable.
"""

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

INTERPRETER: Final = "INTERPRETER_WIN"
OLD_INTERPRETER: Final = "INTERPRETER"
MODULES: Final = "UDF MODULES"
PYTHONPATH: Final = "PYTHONPATH"
CONDA_PATH: Final = "CONDA PATH"
CONDA_ENV: Final = "CONDA ENV"
BESIDE_WORKBOOK: Final = "ADD_WORKBOOK_TO_PYTHONPATH"
DEBUG: Final = "DEBUG UDFS"

UDFS: Final = "addin.udfs"  # the module that holds our functions

_PAIR: Final = re.compile(r'\s*(?:"([^"]*)"|([^",]*?))\s*,\s*(?:"([^"]*)"|([^",]*?))\s*')
_VARIABLE: Final = re.compile("%([^%]+)%")
_MARKS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class File:
    """An xlwings.conf as VBA reads it: values by upper-case name, and the lines that are not settings."""

    values: dict[str, str]
    odd_lines: tuple[int, ...]


def parse(data: bytes, code_page: str) -> File:
    r"""The settings in an xlwings.conf.

    Examples
    --------
    >>> parse(b'"UDF Modules","addin.udfs"\r\nPYTHONPATH,C:\\my code\r\nand now?\r\n', "cp1252")
    File(values={'UDF MODULES': 'addin.udfs', 'PYTHONPATH': 'C:\\my code'}, odd_lines=(3,))
    """
    values: dict[str, str] = {}
    odd = []
    for number, line in enumerate(_lines(data.decode(code_page, "replace")), start=1):
        pair = _pair(line)
        if pair is None:
            odd.append(number)
        else:
            values.setdefault(*pair)
    return File(values, tuple(odd))


def changed(data: bytes, changes: Mapping[str, str | None], code_page: str) -> bytes:
    r"""An xlwings.conf with some settings changed, or removed if None.

    Other settings are unchanged. Lines that are not settings are removed, since xlwings would misread the lines after
    them; a file saved in Unicode is converted to the code page.

    Raises
    ------
    UnicodeEncodeError
        If a value that is set cannot be written in the code page.

    Examples
    --------
    >>> changed(b'"SHOW CONSOLE","True"\n"UDF modules","mine"\n', {MODULES: "mine;addin.udfs"}, "cp1252")
    b'"SHOW CONSOLE","True"\r\n"UDF MODULES","mine;addin.udfs"\r\n'
    """
    kept = []
    for line in _lines(_decoded(data, code_page)):
        pair = _pair(line)
        if pair and pair[0] not in changes:
            kept.append(line)
    kept += [f'"{name}","{value}"' for name, value in changes.items() if value is not None]
    return "".join(f"{line}\r\n" for line in kept).encode(code_page, "surrogateescape")


def modules_with_ours(modules: str) -> str:
    """The list of modules with functions, with ours added.

    Examples
    --------
    >>> modules_with_ours(""), modules_with_ours("mine; addin.udfs"), modules_with_ours("mine;")
    ('addin.udfs', 'mine; addin.udfs', 'mine;addin.udfs')
    """
    given = modules.rstrip("; ")
    if UDFS in (name.strip() for name in given.split(";")):
        return given
    return f"{given};{UDFS}" if given else UDFS


def modules_without_ours(modules: str) -> str:
    """The list of modules with functions, without ours.

    Examples
    --------
    >>> modules_without_ours("mine; addin.udfs;yours"), modules_without_ours("addin.udfs")
    ('mine;yours', '')
    """
    return ";".join(name for each in modules.split(";") if (name := each.strip()) and name != UDFS)


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a setting, and the place that it comes from, "" if none."""

    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The places in which xlwings looks for a setting, in order."""

    places: Sequence[tuple[str, Mapping[str, str]]]
    variable: Callable[[str], str]

    def get(self, name: str, default: str = "") -> Setting:
        """Value of a setting from the first place that has it, even if empty there."""
        for place, values in self.places:
            if name in values:
                return Setting(self._expanded(values[name]), place)
        return Setting(default, "")

    def interpreter(self) -> Setting:
        """The path of the Python that Excel starts."""
        found = self.get(INTERPRETER)
        return found if found.value else self.get(OLD_INTERPRETER, "pythonw")

    def _expanded(self, text: str) -> str:
        return _VARIABLE.sub(lambda found: self.variable(found[1]) or found[0], text)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []


def _pair(line: str) -> tuple[str, str] | None:
    found = _PAIR.fullmatch(line)
    if not found:
        return None
    name, value = (found[1] or found[2] or ""), (found[3] or found[4] or "")
    return (name.upper(), value) if name else None


def _decoded(data: bytes, code_page: str) -> str:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode(code_page, "replace").decode(code_page)
    return data.decode(code_page, "surrogateescape")
