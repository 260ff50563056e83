"""The macros of our workbooks (those of xlwings, unchanged) and the settings that they read."""

from typing import Final

from addin.excel import bundled
from addin.excel.settings import BESIDE_WORKBOOK, MODULES, UDFS
from addin.excel.workbook import SHEET
from workbooks.xlsx.macros import Macros

# Python must not import a file beside the workbook instead of ours, and a workbook in a cloud has no folder.
SETTINGS: Final = ((MODULES, UDFS), (BESIDE_WORKBOOK, "false"))
NOTES: Final = (
    "These settings tell the macros of this workbook where the functions are; the first empty row ends them.",
    "Which Python answers is set on each computer, by: steelyard install",
    "The functions are imported once: Import Functions on the xlwings tab, or Alt+F8 and ImportPythonUDFs.",
    "To see what is missing: steelyard doctor and the name of this file",
    "The macros are xlwings' own, unchanged: Copyright (C) 2014-present, Zoomer Analytics, BSD 3-clause licence.",
    "Its text stands in the module xlwings (Alt+F11) and at https://github.com/xlwings/xlwings",
)
STEPS: Final = """\
In Excel on Windows, once: Enable Content, then Import Functions on the xlwings tab, or Alt+F8 and ImportPythonUDFs.
It needs what steelyard install sets up; steelyard doctor and the name of this file tell what is missing."""


def macros() -> Macros:
    """The macros for a workbook that needs no add-in, with the settings sheet that points to our functions."""
    vba = bundled.vba_project(bundled.path("quickstart_standalone.xlsm").read_bytes())
    return Macros(vba, SHEET, (*SETTINGS, (), *((note,) for note in NOTES)))
