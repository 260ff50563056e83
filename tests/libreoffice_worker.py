"""One LibreOffice behind a pipe: a request a line on standard input, its answer a line on standard output, both JSON.

Runs under the Python that LibreOffice's `uno` belongs to (Debian: /usr/bin/python3, package python3-uno), which is not
the Python of the tests: so it imports nothing but the standard library and `uno`. `libreoffice.LibreOffice` starts it.

    libreoffice_worker.py PROFILE_FOLDER [EXTENSIONS_FOLDER]
"""

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any, TypeAlias

import uno

Uno: TypeAlias = Any  # UNO objects have no Python types
Value: TypeAlias = "float | str | bool | None"

ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    522: "#CIRC!",
    523: "#NUM!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
FORMULA_WITH_ERROR = 4  # com.sun.star.sheet.FormulaResult.ERROR
EXCEL_A1 = 3  # com.sun.star.sheet.AddressConvention.XL_OOX
CONTENTS = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING, FORMULA


def properties(**values: object) -> tuple[Any, ...]:
    """Named values in UNO's form."""
    structs = []
    for name, value in values.items():
        struct = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        struct.Name, struct.Value = name, value
        structs.append(struct)
    return tuple(structs)


def start(profile: Path, extensions: Path | None) -> tuple["subprocess.Popen[bytes]", Uno]:
    """Start LibreOffice in this process's group, and return its context."""
    pipe = f"steelyard{uuid.uuid4().hex}"
    command = [
        "soffice",
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        f"--accept=pipe,name={pipe};urp;",
    ]
    if extensions is not None:
        command.insert(1, f"-env:BUNDLED_EXTENSIONS={extensions.as_uri()}")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while True:  # the parent process sets the time limit
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            if process.poll() is not None:
                message = f"soffice ended with {process.returncode} while starting"
                raise RuntimeError(message) from None
            time.sleep(0.05)
        else:
            return process, remote


def create(context: Uno, service: str) -> Uno:
    """An object of LibreOffice."""
    return context.ServiceManager.createInstanceWithContext(service, context)


def enter(document: Uno, cell: Uno, value: Value) -> None:
    """Put a value into a cell; text that begins with = is a formula."""
    if value is None:
        cell.clearContents(CONTENTS)
    elif isinstance(value, bool):
        cell.setFormula(f"={value}()".upper())
    elif isinstance(value, str) and value.startswith("="):
        parser = document.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish, parser.FormulaConvention = True, EXCEL_A1
        cell.setTokens(parser.parseFormula(value[1:], cell.CellAddress))
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def rows(sheet: Uno) -> list[list[Value]]:
    """Values from A1 to the last used cell: an error is its code, an empty cell or text None."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 : UNO has no names for arguments
    end = cursor.RangeAddress
    data = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray()
    values = [[None if value == "" else value for value in row] for row in data]
    for cell in sheet.queryFormulaCells(FORMULA_WITH_ERROR).getCells():
        error, address = cell.getError(), cell.CellAddress
        values[address.Row][address.Column] = ERRORS.get(error, f"Err:{error}")
    return values


def described(context: Uno, names: list[str]) -> dict[str, Any]:
    """Texts of the function wizard: the meaning, then the name and meaning of each argument."""
    functions = create(context, "com.sun.star.sheet.FunctionDescriptions")
    found = {}
    for name in names:
        texts = {each.Name: each.Value for each in functions.getByName(name)}
        arguments = [[each.Name, each.Description] for each in texts["Arguments"] or ()]
        found[name] = {"meaning": texts["Description"], "arguments": arguments}
    return found


def copy_down(sheet: Uno, row: int) -> None:
    """Insert a row before this one, as a user does, and copy the row above into it."""
    sheet.unprotect("")
    sheet.Rows.insertByIndex(row - 1, 1)
    above = sheet.getCellRangeByPosition(0, row - 2, sheet.Columns.Count - 1, row - 2)
    sheet.copyRange(sheet.getCellByPosition(0, row - 1).CellAddress, above.RangeAddress)


def charted(sheet: Uno) -> list[list[str]]:
    """The ranges that each chart of a sheet shows."""
    charts = [sheet.Charts.getByIndex(index).EmbeddedObject for index in range(sheet.Charts.Count)]
    return [
        [
            sequence.Values.SourceRangeRepresentation
            for system in chart.FirstDiagram.CoordinateSystems
            for kind in system.ChartTypes
            for series in kind.DataSeries
            for sequence in series.DataSequences
        ]
        for chart in charts
    ]


def rearrange(document: Uno, steps: list[Any]) -> None:
    """Do what a user does to sheets: a step is a verb, the sheet, and what the verb needs."""
    for verb, name, *given in steps:
        sheet = document.Sheets.getByName(name)
        sheet.unprotect("")
        match verb:
            case "rename":
                sheet.setName(given[0])
            case "move":
                document.Sheets.moveByName(name, given[0])
            case "insert rows":
                sheet.Rows.insertByIndex(given[0] - 1, given[1])
            case "delete rows":
                sheet.Rows.removeByIndex(given[0] - 1, given[1])
            case "insert columns":
                sheet.Columns.insertByIndex(given[0] - 1, given[1])
            case "remove":
                document.Sheets.removeByName(name)
            case _:
                change_cells(document, sheet, verb, given)


def change_cells(document: Uno, sheet: Uno, verb: str, given: list[Any]) -> None:
    """Do what a user does to cells."""
    match verb:
        case "type":
            enter(document, sheet.getCellRangeByName(given[0]), given[1])
        case "copy column":  # inserted after it
            sheet.Columns.insertByIndex(given[0], 1)
            source = sheet.getCellRangeByPosition(given[0] - 1, 0, given[0] - 1, sheet.Rows.Count - 1)
            sheet.copyRange(sheet.getCellByPosition(given[0], 0).CellAddress, source.RangeAddress)
        case "move cells":
            target = sheet.getCellRangeByName(given[1]).CellAddress
            sheet.moveRange(target, sheet.getCellRangeByName(given[0]).RangeAddress)
        case _:
            message = f"{verb} is no step"
            raise ValueError(message)


def answer(
    context: Uno,
    path: str,
    changes: list[Any],
    pdf: str | None,
    copied: list[Any],
    *,
    charts: bool,
    xlsx: str | None = None,
    steps: list[Any] | None = None,
    printed: bool = False,
) -> dict[str, Any]:
    """Load a workbook, insert rows, change cells, recalculate all; give values, ranges of charts, a PDF or a file."""
    desktop = create(context, "com.sun.star.frame.Desktop")
    # As a template it opens as a copy: no lock file, and cells can be emptied, which a read-only document ignores.
    document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, properties(Hidden=True, AsTemplate=True))
    if document is None:
        message = f"LibreOffice cannot load {path}"
        raise ValueError(message)
    try:
        for name, row in copied:
            copy_down(document.Sheets.getByName(name), row)
        for name, cell, value in changes:
            sheet = document.Sheets.getByName(name)
            sheet.unprotect("")  # otherwise a locked cell silently keeps its content
            enter(document, sheet.getCellRangeByName(cell), value)
        rearrange(document, steps or [])
        document.calculateAll()
        if xlsx is not None:
            document.storeToURL(Path(xlsx).as_uri(), properties(FilterName="Calc MS Excel 2007 XML"))
            return {}
        sheets = [document.Sheets.getByIndex(index) for index in range(document.Sheets.Count)]
        if pdf is None:
            return {sheet.Name: charted(sheet) if charts else rows(sheet) for sheet in sheets}
        single = uno.Any("[]com.sun.star.beans.PropertyValue", properties(SinglePageSheets=not printed))
        document.storeToURL(Path(pdf).as_uri(), properties(FilterName="calc_pdf_Export", FilterData=single))
        return {sheet.Name: None for sheet in sheets}
    finally:
        document.close(True)  # noqa: FBT003


def main() -> None:
    """Answer requests until standard input ends."""
    folders = [Path(argument) for argument in sys.argv[1:]]
    process, context = start(folders[0], folders[1] if folders[1:] else None)
    print(json.dumps({"ready": process.pid}), flush=True)
    reply: dict[str, Any]
    for line in sys.stdin:
        try:
            request = json.loads(line)
            reply = {"answer": (described if "names" in request else answer)(context, **request)}
        except Exception as error:  # noqa: BLE001 : told to the test, which decides
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
    try:
        create(context, "com.sun.star.frame.Desktop").terminate()
    except uno.getClass("com.sun.star.lang.DisposedException"):
        pass  # it closed the connection before it answered
    process.wait(10)


if __name__ == "__main__":
    main()
