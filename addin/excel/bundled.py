"""Files of xlwings: its add-in for Excel, and the workbook whose macros are copied into ours.

They are found without importing xlwings, which would take longer than everything else.
"""

import io
import zipfile
from importlib.util import find_spec
from pathlib import Path

from addin.excel.project import Project, ProjectError, project


def path(name: str) -> Path:
    """Path of a file inside the package xlwings."""
    found = find_spec("xlwings")
    if found is None or not found.submodule_search_locations:
        message = "xlwings is not installed"
        raise ModuleNotFoundError(message)
    return Path(found.submodule_search_locations[0], name)


def vba_project(workbook: bytes) -> bytes:
    """The vbaProject.bin of a workbook or an add-in.

    Raises
    ------
    ProjectError
        If it has none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(workbook)) as package:
            return package.read("xl/vbaProject.bin")
    except (zipfile.BadZipFile, KeyError) as problem:
        message = "no workbook with macros"
        raise ProjectError(message) from problem


def version(vba: Project) -> str:
    """Version of xlwings that VBA code belongs to: it is in the name of the DLL that the code loads."""
    for source in vba.modules.values():
        _, found, rest = source.partition('"xlwings64-')
        if found:
            return rest.partition(".dll")[0]
    return ""


def version_in(workbook: bytes | None) -> str:
    """Version of xlwings whose code a workbook or an add-in holds; "" where there is none.

    Examples
    --------
    >>> from importlib.metadata import version as installed
    >>> version_in(path("addin/xlwings.xlam").read_bytes()) == installed("xlwings")
    True
    """
    try:
        return version(project(vba_project(workbook))) if workbook else ""
    except ProjectError:
        return ""
