"""The command `steelyard`: workbooks from cases, and all functions of the catalogue in a shell."""

import datetime as dt
import json
import os
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from addin.commands import check, convert, diff, excel, new, office, peers, picture, recalc, screen, serve, value
from addin.commands.build_company import build_company
from addin.commands.build_several import build_several
from addin.commands.convert import hint
from addin.commands.exits import BAD_INPUT, REFUSED, expect_suffix, fail, fail_to_write, save_or_fail
from addin.commands.progress import progress

# Each command imports what only it needs, so that other commands start fast.
if TYPE_CHECKING:
    from valuation.catalogue import Entry
    from workbooks.xlsx.macros import Macros

_SHOWN: Final = 200  # characters of an argument that a message shows

_NAMED: Final = re.compile(r"([A-Za-z]\w*)=(.*)", re.DOTALL)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (new, value, convert, diff, check, recalc, peers, picture, screen, serve, office, excel):
    app.add_typer(command.app)


def main() -> None:
    """Run the command line; any failure is reported in one line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr] # a Windows console's is not
    try:
        app()
    except Exception as problem:  # noqa: BLE001 - a user is shown one line, not a traceback
        typer.echo(" ".join(f"steelyard: {type(problem).__name__}: {problem}".split()), err=True)
        sys.exit(REFUSED)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        from valuation.about import steelyard_version  # noqa: PLC0415

        typer.echo(steelyard_version())
        raise typer.Exit


@app.callback()
def steelyard(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Company valuation: workbooks with live formulas, checked when they are built, and the functions behind them."""


@app.command(epilog="Example: steelyard build xiaomi_2018 -o xiaomi.xlsx")
def build(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The workbook to write, .xlsx; of several cases the folder.")
    ],
    case: Annotated[
        list[str] | None,
        typer.Argument(help="A bundled case (steelyard cases lists them) or a case file, .toml; several, or a folder."),
    ] = None,
    lang: Annotated[str, typer.Option(help="The language of its texts: en, or zh for Chinese.")] = "en",
    *,
    xlsm: Annotated[
        bool, typer.Option("--xlsm", help="With the macros of xlwings, so that Excel can import the functions: .xlsm.")
    ] = False,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="SPEC", help="The spec of a screen, of which one company is built.")
    ] = None,
    company: Annotated[str, typer.Option(help="Its id in the table of the screen.")] = "",
) -> None:
    """Write the workbook of a case; it is refused where a formula disagrees with the core."""
    from workbooks.build import BuildError  # noqa: PLC0415
    from workbooks.build import build as build_workbook  # noqa: PLC0415
    from workbooks.case.reading import CaseError  # noqa: PLC0415
    from workbooks.languages.language import LanguageError  # noqa: PLC0415

    if source is not None or company:
        build_company(source, company, output, lang, given=bool(case), xlsm=xlsm)
        return
    if not case:
        fail("name a case: steelyard cases lists those that come with it", BAD_INPUT)
    if len(case) > 1 or Path(case[0]).is_dir():
        build_several(case, output, lang, xlsm=xlsm)
        return
    started = perf_counter()
    macros = _macros(output, wanted=xlsm)
    try:
        with progress(f"Building {Path(case[0]).name}"):
            report = build_workbook(case[0], output, lang, macros)
    except (CaseError, LanguageError) as problem:
        fail(str(problem), BAD_INPUT)
    except BuildError as problem:
        fail(str(problem), REFUSED)
    except OSError as problem:
        fail_to_write(problem, output)
    hint(case[0])
    seconds = perf_counter() - started
    typer.echo(f"{report.path}: {report.sheets} sheets, {report.formulas:,} formulas, in {seconds:.1f} s")
    typer.echo("\n  ".join([report.checks, *report.unmet]))
    if macros:
        from addin.excel.macros import STEPS  # noqa: PLC0415

        typer.echo(STEPS)


@app.command(epilog="Example: steelyard cases")
def cases(
    *, schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of case files instead.")] = False
) -> None:
    """List the cases that come with Steelyard."""
    from workbooks.case.editor_schema import schema as case_schema  # noqa: PLC0415
    from workbooks.case.reading import bundled, bundled_names  # noqa: PLC0415

    if schema:
        typer.echo(json.dumps(case_schema(), ensure_ascii=False, indent=2))
        return
    found = [(name, bundled(name)) for name in bundled_names()]
    rows = [
        (name, case.company.name, case.company.as_of.isoformat(), str(len(case.figures)), case.title)
        for name, case in found
    ]
    _print_table(("Case", "Company", "As of", "Figures", "Title"), rows)


@app.command(epilog="Example: steelyard functions SOTP_VALUE")
def functions(name: Annotated[str, typer.Argument(metavar="[NAME]", help="One function, in full.")] = "") -> None:
    """List the functions by subject, or describe one in full."""
    from valuation.catalogue import CATALOGUE  # noqa: PLC0415

    if name:
        _describe(_entry(name))
        return
    for family in dict.fromkeys(each.family for each in CATALOGUE.values()):
        typer.secho(f"\n{family.upper()}", bold=True)
        for each in CATALOGUE.values():
            if each.family == family:
                typer.echo(f"{each.usage}\n    {each.summary}")


@app.command(
    context_settings={"ignore_unknown_options": True},  # -5 is a number
    epilog="Example: steelyard call SOTP_VALUE '[806, 234, 99]' '[2, 2.3, 19]' discount=0.1",
)
def call(
    name: Annotated[str, typer.Argument(help="The function: SOTP_VALUE.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARG or KEY=ARG",
            help="In JSON: 5, '\"text\"', true, '[1, 2]' for a row, '[[1], [2]]' for rows, null for an empty cell; "
            "@FILE for the JSON in a file, - for that on standard input.",
        ),
    ] = None,
) -> None:
    """Call a function: JSON in, JSON out. If there is no result, the error goes to stderr and the status is 2."""
    from addin.binding import bind  # noqa: PLC0415

    entry = _entry(name)
    result = bind(entry, _Failure)(*_values(entry, arguments or []))
    if isinstance(result, _Failure):
        fail(str(result), BAD_INPUT)
    typer.echo(_json(result))


@app.command(epilog="Example: steelyard calc-extension -o steelyard.oxt")
def calc_extension(
    output: Annotated[Path, typer.Option("--output", "-o", help="The extension to write, .oxt.")],
) -> None:
    """Write the extension that brings the functions to LibreOffice Calc."""
    from addin.calc.extension import ExtensionError, extension  # noqa: PLC0415

    expect_suffix(output, ".oxt")
    try:
        data = extension()
    except ExtensionError as problem:
        fail(str(problem), REFUSED)
    save_or_fail(data, output)
    typer.echo(f"{output}: install it with\nunopkg add {shlex.quote(str(output))}")


@app.command(epilog="Example: steelyard lite -o lite")
def lite(
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write the two texts into.")],
) -> None:
    """Write what to paste into xlwings Lite: Excel on Windows, on a Mac or in a browser, without Python."""
    from addin.lite import files  # noqa: PLC0415

    try:
        output.mkdir(exist_ok=True)
    except OSError as problem:
        fail(f"{output}: {problem.strerror}", REFUSED)
    for name, text in files().items():
        save_or_fail(text.encode(), output / name)
    typer.echo(f"{output}: paste {' and '.join(files())} into the tabs of those names in xlwings Lite")


@dataclass(frozen=True, slots=True)
class _Failure:
    error: str
    message: str

    def __str__(self) -> str:
        from addin.cells import error_text  # noqa: PLC0415

        return error_text(self.error, self.message)


def _macros(output: Path, *, wanted: bool) -> "Macros | None":
    if wanted != (output.suffix.lower() == ".xlsm"):
        fail(f"{output}: Excel opens a workbook as .xlsm with macros only: give both --xlsm and that name", BAD_INPUT)
    if not wanted:
        expect_suffix(output, ".xlsx")
        return None
    from addin.excel.macros import macros  # noqa: PLC0415

    return macros()


def _entry(name: str) -> "Entry":
    from valuation.catalogue import entry  # noqa: PLC0415
    from valuation.kernel.errors import ChoiceError  # noqa: PLC0415

    try:
        return entry(name)
    except ChoiceError as problem:
        fail(f"{problem}. All of them: steelyard functions", BAD_INPUT)


def _values(entry: "Entry", texts: list[str]) -> list[object]:
    """Values of the arguments in order, None where one is left out."""
    names = [parameter.name for parameter in entry.parameters]
    given: dict[str, object] = {}
    positions = iter(names)
    for text in texts:
        named = _NAMED.fullmatch(text)
        name = named[1].lower() if named else next(positions, "")
        if name not in names:
            problem = f"no argument {name}" if name else "too many arguments"
            fail(f"{problem}: {entry.usage}", BAD_INPUT)
        if name in given:
            fail(f"{name} is given twice: {entry.usage}", BAD_INPUT)
        shape = entry.parameters[names.index(name)].kind.shape
        given[name] = _value(name, named[2] if named else text, ragged=shape == "arguments")
    return [given.get(name) for name in names]


def _value(name: str, text: str, *, ragged: bool) -> object:
    """The cells of an argument; rows of a block of arguments may differ in length."""
    if text == "-" or text.startswith("@"):
        text = _read(name, text)
    try:
        # JSON numbers are converted to floats, like numbers in cells.
        value = json.loads(text, parse_int=float, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        if text.lstrip()[:1] in ("[", "{", '"'):
            why = "in a shell it needs quotes around it, such as '[806, 234]' or '\"text\"'"
        else:
            quoted = json.dumps(text, ensure_ascii=False)
            why = f"a text has quotes of its own, here {_quoted_for_shell(quoted)}"
        fail(f"{name}: {_shortened(text)} is not JSON; {why}", BAD_INPUT)
    rows = value if isinstance(value, list) and any(isinstance(row, list) for row in value) else [value]
    cells = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
    if any(isinstance(cell, (list, dict)) for cell in cells) or (
        rows is value and not all(isinstance(row, list) for row in rows)
    ):
        fail(f"{name}: {_shortened(text)} is neither a cell, nor a row of cells, nor rows of cells", BAD_INPUT)
    if ragged and rows is value:
        width = max(len(row) for row in rows)
        return [[*row, *[None] * (width - len(row))] for row in rows]
    return [[None]] if value is None else value


def _read(name: str, source: str) -> str:
    """The JSON in a file, or on standard input."""
    try:
        text = sys.stdin.read() if source == "-" else Path(source[1:]).read_text("utf-8-sig")
    except OSError as problem:
        fail(f"{name}: {source[1:]}: {problem.strerror}", BAD_INPUT)
    except UnicodeDecodeError:
        fail(f"{name}: {source[1:]} is not text in UTF-8", BAD_INPUT)
    if not text.strip():
        fail(f"{name}: {'standard input' if source == '-' else source[1:]} is empty", BAD_INPUT)
    return text


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _quoted_for_shell(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"' if os.name == "nt" else shlex.quote(text)


def _json(value: object) -> str:
    if isinstance(value, list):
        return "[" + ",\n ".join(map(_json_line, value)) + "]"
    return _json_line(value)


def _json_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_json_cell)


def _json_cell(cell: object) -> object:
    if isinstance(cell, _Failure):
        return {"error": cell.error, "message": cell.message}
    if isinstance(cell, dt.date):
        return cell.isoformat()
    message = f"{type(cell).__name__} cannot be printed"
    raise TypeError(message)


def _describe(entry: "Entry") -> None:
    from addin.binding import bind  # noqa: PLC0415
    from addin.describe import command, left_out, takes  # noqa: PLC0415
    from valuation.examples import example, formula  # noqa: PLC0415
    from valuation.kernel import errors  # noqa: PLC0415

    typer.secho(entry.usage, bold=True)
    typer.echo(entry.summary)
    if entry.parameters:
        _heading("Arguments")
        rows = [
            (p.name, takes(p.kind), "required" if p.required else left_out(p), entry.argument_docs[p.name])
            for p in entry.parameters
        ]
        _print_table(("Name", "Takes", "Left out", "Meaning"), rows)
    _heading("Gives")
    typer.echo(f"{entry.result.unit}: {entry.doc.returns.description}" if entry.doc.returns else entry.result.unit)
    notes = {meta.args[0]: meta.description for meta in entry.doc.meta if meta.args[0] in ("notes", "references")}
    if "notes" in notes:
        typer.echo(notes["notes"])
    if entry.doc.raises:
        _heading("Errors")
        for each in entry.doc.raises:
            typer.echo(f"{getattr(errors, each.type_name or '').excel}  {each.description}")
    _heading("Example")
    given = example(entry)
    typer.echo(f"{formula(entry)}\n{command(entry)}")
    typer.echo(_json(bind(entry, _Failure)(*(given.get(parameter.name) for parameter in entry.parameters))))
    if "references" in notes:
        _heading("References")
        typer.echo(notes["references"])


def _heading(text: str) -> None:
    typer.secho(f"\n{text}", bold=True)


def _print_table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=not place)  # names are not wrapped: users copy them
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False).print(table)
