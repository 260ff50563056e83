"""The sheets of a workbook, in order."""

from importlib import import_module
from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.sheet import Sheet, present
from workbooks.sheets.checks import sheet as checks
from workbooks.sheets.checks.choices import chosen
from workbooks.sheets.functions import sheet as functions
from workbooks.sheets.inputs import sheet as inputs
from workbooks.sheets.log import sheet as log
from workbooks.sheets.peers import sheet as peers
from workbooks.sheets.scenarios.typed import typed_in_place, typed_rows
from workbooks.sheets.shown_units import in_units_of
from workbooks.sheets.summary import sheet as summary
from workbooks.sheets.summary.checks import checks as summary_checks
from workbooks.sheets.workings import taken_from, workings

# Each is a folder with `sheet(case)` in its `sheet.py`: to add a sheet, write its folder and add its name.
METHODS: Final = (
    "capital",
    "dcf",
    "comparables",
    "transactions",
    "segments",
    "users",
    "cohorts",
    "scenarios",
    "sensitivity",
    "simulation",
    "premium",
    "ownership",
    "funding",
    "cap_table",
    "holdings",
    "reconciliation",
)
COMPUTED: Final = {"simulation"}  # only in a built workbook; a template has no data for it


def sheets(case: Case, optional: frozenset[str] | None = None, language: str = "") -> list[Sheet]:
    """The sheets of a case; sheets without data are left out.

    For a template, `optional` lists the figures that may be left empty. With a language, amounts have its display
    units; the fingerprint is that of the case as it is given.
    """
    built = optional is None
    shown = in_units_of(case, language)
    methods = present(*(_sheet(name, shown, built=built) for name in METHODS if built or name not in COMPUTED))
    typed = present(inputs.sheet(shown, optional), peers.sheet(shown, built=built))
    tested, tables = taken_from([*typed, *methods])
    back = [
        checks.sheet(tested, present(chosen(tested), *summary_checks(shown)), [] if built else typed_rows(shown)),
        functions.sheet(),
        log.sheet(case, built=built),
    ]
    others = present(*tested, workings([*summary.behind(shown), *tables]), *back)
    return [summary.sheet(shown, others), *others]


def _sheet(name: str, case: Case, *, built: bool) -> Sheet | None:
    sheet: Sheet | None = import_module(f"workbooks.sheets.{name}.sheet").sheet(case)
    return typed_in_place(sheet, case) if sheet and name == "scenarios" and not built else sheet
