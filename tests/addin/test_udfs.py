"""What Excel sees through xlwings: its own VBA generator, wizard texts and calls, run for real."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from acceptance import CASES, Case, agrees
from addin.binding import bind
from addin.cells import error_text
from excel_com import OMITTED, Cells, Excel
from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import example

ENTRIES: Final = tuple(CATALOGUE.values())
SPILL: Final = -2146826243

# Words that VBA keeps for itself; an argument of that name breaks the generated module without a word.
VBA_KEYWORDS: Final = frozenset(
    """
    addressof and any as boolean byref byte byval call case cbool cbyte cdate cdbl cdec close const cstr currency date
    debug declare dim do double each else elseif empty end endif enum eqv erase error event exit false for friend
    function get global gosub goto if imp implements in input integer is let lib like line lock long loop lset me mod
    name new next not nothing null object on open option optional or paramarray preserve print private property public
    put raiseevent redim rem resume return rset seek select set single static step stop string sub then time to true
    type typeof until variant wend while with withevents write xor
    """.split()  # noqa: SIM905 - to be read
)


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    with Excel() as server:
        yield server


@pytest.fixture(scope="module")
def wizard(excel: Excel) -> dict[str, dict[str, Any]]:
    return excel.wizard()


def column(*values: object) -> Cells:
    return Cells(tuple((value,) for value in values))


def as_cells(value: Any) -> object:  # noqa: ANN401 - a value of an example
    """A value of an example as references to cells: a list down a column."""
    if not isinstance(value, list):
        return OMITTED if value is None else Cells(_com(value))
    if isinstance(value[0], list):
        return Cells(tuple(tuple(map(_com, row)) for row in value))
    return column(*map(_com, value))


def _com(value: object) -> object:
    return float(value) if type(value) is int else value  # Excel has no other numbers


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.excel_name)
def test_the_vba_of_each_function(excel: Excel, entry: Entry) -> None:
    arguments = ", ".join(p.name if p.required else f"Optional {p.name}" for p in entry.parameters)
    names = ", ".join(p.name for p in entry.parameters)
    vba = excel.vba()
    assert f"\nFunction {entry.excel_name}({arguments})\n" in vba
    assert (
        f'= XLPy.CallUDF("addin.udfs", "{entry.excel_name}", Array({names}), ThisWorkbook, Application.Caller)' in vba
    )


def test_the_module_holds_the_catalogue_and_nothing_else(excel: Excel) -> None:
    functions = re.findall(r"^Function (\w+)\(", excel.vba(), re.MULTILINE)
    assert sorted(functions) == sorted(entry.excel_name for entry in ENTRIES)
    assert "Volatile" not in excel.vba()


def test_vba_takes_the_names(excel: Excel) -> None:
    names = {entry.name for entry in ENTRIES} | {p.name for entry in ENTRIES for p in entry.parameters}
    assert names & VBA_KEYWORDS == set()
    assert all(len(line) < 1024 for line in excel.vba().splitlines())
    assert excel.vba().isascii()  # VBA modules are written in the machine's own code page


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.excel_name)
def test_the_wizard_shows_whole_texts(wizard: dict[str, dict[str, Any]], entry: Entry) -> None:
    texts = wizard[entry.excel_name]
    assert texts["Category"] == "Steelyard"
    assert texts["Description"] == entry.summary
    helps = texts["ArgumentDescriptions"] or []
    assert len(helps) == len(entry.parameters)
    for parameter, shown in zip(entry.parameters, helps, strict=True):
        assert shown.startswith(entry.argument_docs[parameter.name])
        assert shown.endswith(")")  # the last thing it says
    assert all(len(text) <= 255 for text in [entry.summary, *helps])  # xlwings cuts there
    # Above 254 Excel's wizard fails.
    assert len(entry.parameters) + sum(len(parameter.name) for parameter in entry.parameters) <= 254


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.excel_name)
def test_each_example_gives_in_excel_what_it_gives_in_python(excel: Excel, entry: Entry) -> None:
    given = example(entry)
    values = [given.get(parameter.name) for parameter in entry.parameters]
    found = excel.call(entry.excel_name, *map(as_cells, values))
    wanted: Any = bind(entry, error_text)(
        *([[cell] for cell in v] if isinstance(v, list) and not isinstance(v[0], list) else v for v in values)
    )
    if isinstance(wanted, list) and len(wanted) == 1:
        wanted = wanted[0]  # xlwings gives one row as a list
    assert (
        found == [[_day(cell) for cell in row] for row in wanted] if entry.name == "funding_table" else found == wanted
    )


def _day(cell: object) -> object:
    """A date as automation takes it."""
    return dt.datetime.combine(cell, dt.time(), dt.UTC) if isinstance(cell, dt.date) else cell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_published_cases_in_excel(excel: Excel, case: Case) -> None:
    names = (parameter.name for parameter in CATALOGUE[case.function].parameters)
    found = excel.call(case.function.upper(), *(as_cells(case.arguments.get(name)) for name in names))
    assert agrees(found, case.exact or case.published)


def test_what_a_cell_may_hold(excel: Excel) -> None:
    day = dt.datetime(2018, 6, 30, tzinfo=dt.UTC)  # as automation gives it
    cells = (100.0, Decimal("99.5"), "1,234", "12.5%", "1.2亿", None, "", "x", True, day, -2146826246, SPILL)
    assert excel.call("PER_SHARE", column(*cells), 2.0) == [
        [50.0],
        [49.75],
        [617.0],
        ["#VALUE! not a number"],  # a percentage is no amount of money
        [60_000_000.0],
        ["#N/A equity: a required cell is blank"],
        ["#N/A equity: a required cell is blank"],
        ["#VALUE! not a number"],
        ["#VALUE! not a number"],
        ["#VALUE! not a number"],
        ["#N/A in the input"],
        ["#SPILL! in the input"],
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, "#N/A equity: is required"),
        (OMITTED, "#N/A equity: is required"),
        ("", "#N/A equity: is required"),
        ("abc", "#VALUE! equity: 'abc' is not a number"),
        (True, "#VALUE! equity: TRUE is not a number"),
        (-2146826246, "#N/A equity: #N/A in the input"),
        (-2146826281, "#DIV/0! equity: #DIV/0! in the input"),
        (SPILL, "#SPILL! equity: #SPILL! in the input"),
        (-2146826239, "#FIELD! equity: #FIELD! in the input"),
        ("#VALUE! metrics row 2: 'x' is not a number", "#VALUE! metrics row 2: 'x' is not a number"),
    ],
)
def test_one_cell_that_is_no_number(excel: Excel, cell: object, shown: str) -> None:
    assert excel.call("PER_SHARE", cell if cell == OMITTED else Cells(cell), 2.0) == shown
    assert excel.call("PER_SHARE", cell, 2.0) == shown


def test_constants_and_references_are_the_same(excel: Excel) -> None:
    assert excel.call("SOTP_VALUE", (806.0, 234.0), (2.0, 2.3), OMITTED, OMITTED, OMITTED) == 2150.2
    assert excel.call("SOTP_VALUE", ((806.0,), (234.0,)), column(2.0, 2.3), OMITTED, 0.2, 0.5) == 1075.0


def test_a_column_that_is_longer_than_its_list(excel: Excel) -> None:
    blank = [None] * 5000
    assert (
        excel.call("SOTP_VALUE", column(806.0, 234.0, *blank), column(2.0, 2.3, *blank), OMITTED, OMITTED, 0.0)
        == 2150.2
    )
    assert (
        excel.call("SOTP_VALUE", column(806.0, 234.0, 99.0), column(2.0, 2.3, None), OMITTED, OMITTED, OMITTED)
        == "#N/A multiples row 3: is blank"
    )


def test_dates_go_in_and_out(excel: Excel) -> None:
    days = [dt.datetime(year, 12, 31, tzinfo=dt.UTC) for year in (2010, 2011)]
    rows = excel.call("FUNDING_TABLE", column(*days), column(250e6, 1e9), OMITTED)
    assert rows[0][0] == "Date"
    assert [(row[0].year, row[0].month, row[0].day) for row in rows[1:]] == [(2010, 12, 31), (2011, 12, 31)]
    assert rows[2][4] == 4.0


def test_on_other_systems_the_functions_are_there_to_import() -> None:
    program = (
        "import sys; from addin.udfs import *; import addin.udfs as udfs; "
        "assert SOTP_VALUE([[806.0], [234.0]], [[2.0], [2.3]]) == 2150.2; "
        "print(*sorted(udfs.__all__)); "
        "print(*{'rich', 'typer', 'openpyxl', 'pydantic', 'scipy', 'formualizer'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names, heavy = done.stdout.split("\n")[:2]
    assert names.split() == sorted(entry.excel_name for entry in ENTRIES)
    assert heavy == ""
