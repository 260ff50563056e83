"""Which sheets a workbook has, in their order."""

from importlib import import_module
from typing import Final

from workbooks.case import Case
from workbooks.sheets import checks, functions, inputs, log, summary
from workbooks.spec import Sheet, present

# A module here each, and its `sheet(case)`: to add a sheet, write its module and add its name.
METHODS: Final = (
    "comparables",
    "segments",
    "users",
    "scenarios",
    "sensitivity",
    "simulation",
    "premium",
    "ownership",
    "funding",
    "holdings",
    "reconciliation",
)
COMPUTED: Final = {"simulation"}  # when a workbook is built: in a template there is nothing to compute it from


def sheets(case: Case, optional: frozenset[str] | None = None) -> list[Sheet]:
    """The sheets of a case; one without data for it leaves a sheet out.

    A template tells the figures that may stay empty.
    """
    built = optional is None
    methods = present(*(_sheet(name, case) for name in METHODS if built or name not in COMPUTED))
    tested = [inputs.sheet(case, optional or frozenset()), *methods]
    back = [checks.sheet(tested), functions.sheet(), log.sheet(case, built=built)]
    return [summary.sheet(case, [*tested, *back], built=built), *tested, *back]


def _sheet(name: str, case: Case) -> Sheet | None:
    sheet: Sheet | None = import_module(f"workbooks.sheets.{name}").sheet(case)
    return sheet
