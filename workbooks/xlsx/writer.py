"""Writes laid-out cells to the parts of an .xlsx by openpyxl, with the stored values of their formulas."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScale, FormatObject, Rule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Color, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import letters
from workbooks.beside import Beside
from workbooks.languages.language import Language
from workbooks.layout.cell import Cell
from workbooks.layout.heights import TITLE_POINTS, is_open, row_heights
from workbooks.layout.sheet_cells import LaidBook, LaidSheet
from workbooks.layout.styles import (
    CELL_FONTS,
    COLD,
    FAIL,
    FONT,
    GOOD,
    GREY,
    MID_BLUE,
    NAVY,
    UPRIGHT,
    WARM,
    WARN,
    Look,
    conditional_formats,
    look_of,
)
from workbooks.layout.widths import INCH, ROW_HEIGHT
from workbooks.xlsx import validation
from workbooks.xlsx.carriers import PROPERTY_LIMIT, Carriers
from workbooks.xlsx.charts import draw
from workbooks.xlsx.macros import Macros
from workbooks.xlsx.parts import Parts
from workbooks.xlsx.peer_marks import mark_peers
from workbooks.xlsx.printing import Footer, set_up_printing
from workbooks.xlsx.rows import Filled, PackageWriter, Rows, Styled, rows_of, with_rows
from workbooks.xlsx.stale_marks import mark_stale
from workbooks.xlsx.stored_values import with_stored_values

TAB_COLOURS: Final = {"inputs": "F4B942", "checks": "70AD47", "results": NAVY, "": MID_BLUE}
STATUS_COLOURS: Final = {
    "OK, ": WARN,
    "OK": GOOD,
    "agrees": GOOD,
    "WARN": WARN,
    "to fill": WARN,
    "does not reconcile": WARN,
    "FAIL": FAIL,
}
CONDITIONAL_FORMATS: Final = 400  # numbers well above those that named styles use
FORBIDDEN: Final = set("[]:*?/\\")
NAME_LIMIT: Final = 31  # UTF-16 units
SIGNS: Final = ("=", "+", "-", "@")  # which a formula may begin with
SETTING_WIDTHS: Final = (32.0, 24.0)

Place: TypeAlias = tuple[int, int]  # row and column


def write(
    book: LaidBook,
    title: str,
    as_of: dt.date,
    macros: Macros | None = None,
    carried: Callable[[], Carriers] | None = None,
) -> Parts:
    """The parts of the workbook, with hidden names and properties, and prepared for macros if there are any.

    The values of formulas are computed in the background. Hidden names and properties are requested after all sheets
    are filled, so that they can be prepared in the background too.

    Raises
    ------
    ValueError
        If a cell holds what no cell can (NaN, infinity, a control character), or a sheet's name is none.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    styles = _Styles(workbook, book.language.code)
    worksheets: list[Worksheet] = []
    footer = Footer(f"{title} · {as_of.isoformat()}", book.language.text("draft").capitalize())
    for page in book.sheets:
        _check_name(page.sheet.name, [sheet.title for sheet in worksheets])
        worksheets.append(workbook.create_sheet(page.sheet.name))
    rows: dict[str, Rows] = {}
    for page, worksheet in zip(book.sheets, worksheets, strict=True):
        cells = _fill(page, worksheet, styles, book.language)
        rows[page.sheet.name] = rows_of(workbook, Filled(cells, _heights(page, book.language.code)))
    names = {name: address.text("", absolute=True) for name, address in book.names.items()} | book.regions
    computed = Beside(lambda: with_stored_values({name: each.xml for name, each in rows.items()}, names))
    for page, worksheet in zip(book.sheets, worksheets, strict=True):
        for chart, row in page.charts:
            draw(chart, row, worksheet, book)
        _sheet_view(page, worksheet)
        mark_peers(worksheet, page, book)
        mark_stale(worksheet, page, book)
        set_up_printing(page, worksheet, footer, book.language.code)
    for name, target in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=target)
    if carried:
        _carry(workbook, carried())
    if macros:
        _prepare(workbook, macros)
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.title = title
    workbook.properties.creator = "Steelyard"
    stamp = dt.datetime.combine(as_of, dt.time())
    workbook.properties.created = workbook.properties.modified = stamp
    package = PackageWriter(workbook, rows)
    package.save()
    parts, values = package.parts, computed.result()
    for worksheet in worksheets:
        part = worksheet.path.removeprefix("/")
        parts[part] = with_rows(parts[part], values[worksheet.title])
    return parts


def _carry(workbook: Workbook, carried: Carriers) -> None:
    """Add hidden names and document properties."""
    for name, target in carried.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=target, hidden=True)
    for name, text in carried.properties.items():
        properties = workbook.custom_doc_props  # type: ignore[attr-defined] # the stubs lack it
        properties.append(StringProperty(name=name, value=text[:PROPERTY_LIMIT]))


def _prepare(workbook: Workbook, macros: Macros) -> None:
    """Add the sheet of the macros' settings, and the names that a VBA project knows workbook and sheets by."""
    worksheet = workbook.create_sheet(macros.sheet)
    for row in macros.rows:
        worksheet.append(row)
    for column, width in zip("AB", SETTING_WIDTHS, strict=True):
        worksheet.column_dimensions[column].width = width
    workbook.code_name = "ThisWorkbook"
    for number, each in enumerate(workbook.worksheets, start=1):
        each.sheet_properties.codeName = f"Sheet{number}"


class _Styles:
    """Creates one named style per look; a cell gets a copy of openpyxl's style record."""

    def __init__(self, workbook: Workbook, language: str) -> None:
        self._workbook = workbook
        self._font = CELL_FONTS.get(language, FONT)
        self._upright = language in UPRIGHT
        self._known: dict[str, StyleArray] = {}
        self._formats: list[str] = []
        self.kinds: dict[tuple[object, ...], _Kind] = {}  # shared by all sheets, keyed by what makes cells alike

    def of(self, wanted: Look) -> StyleArray:
        """Style record of a look. Assigning a style by name would look it up again for every cell."""
        if wanted.name not in self._known:
            style = _named_style(wanted, self._font, upright=self._upright)
            self._workbook.add_named_style(style)
            self._known[wanted.name] = style.as_tuple()
        return self._known[wanted.name]

    def format_number(self, code: str) -> int:
        """Id of a number format used only in conditional formats; one per code in the workbook."""
        if code not in self._formats:
            self._formats.append(code)
        return CONDITIONAL_FORMATS + self._formats.index(code)


def _named_style(wanted: Look, font: str, *, upright: bool) -> NamedStyle:
    style = NamedStyle(wanted.name)
    italic = wanted.italic and not upright
    style.font = _font(font, wanted.size, wanted.colour, wanted.bold, italic, wanted.underline)
    if wanted.fill:
        style.fill = _filled(wanted.fill)
    style.alignment = _alignment(wanted.horizontal, wanted.wrap, wanted.indent)
    if wanted.under:
        style.border = Border(bottom=Side("hair", color=wanted.under))
    if wanted.box:
        line = Side("medium", color=wanted.box)
        style.border = Border(left=line, right=line, top=line, bottom=line)
    style.protection = _protection(wanted.locked)
    style.number_format = wanted.number_format
    return style


# A hundred styles share a dozen of each: openpyxl takes longer to make them than to write them.
@lru_cache(maxsize=256)
def _font(name: str, size: float, colour: str, *style: bool) -> Font:
    bold, italic, underlined = style
    underline: Literal["single"] | None = "single" if underlined else None
    return Font(name=name, size=size, bold=bold, italic=italic, color=colour, underline=underline)


@lru_cache(maxsize=64)
def _filled(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour)


@lru_cache(maxsize=64)
def _alignment(horizontal: str, wrap: bool, indent: int) -> Alignment:  # noqa: FBT001 - as cached calls are told apart
    return Alignment(horizontal=horizontal or None, vertical="center", wrap_text=wrap or None, indent=indent)


@lru_cache(maxsize=2)
def _protection(locked: bool) -> Protection:  # noqa: FBT001 - as above
    return Protection(locked=locked)


class _Kind(NamedTuple):
    """Data shared by all cells with the same look, computed once."""

    style: StyleArray
    quoted: StyleArray  # of a text that begins as a formula does, so that it stays a text when a user edits it
    formats: Sequence[tuple[str, str]]  # number formats for some values only, each with its condition
    rule: validation.Rule | None


def _fill(page: LaidSheet, worksheet: Worksheet, styles: _Styles, language: Language) -> Iterable[Styled]:
    """The cells of a sheet with their styles; conditional formats and validations are added to the worksheet."""
    styled: dict[Place, Styled] = {}
    kinds = styles.kinds
    formatted: dict[tuple[int, str, str], list[Place]] = defaultdict(list)
    statuses: dict[int, list[Place]] = defaultdict(list)
    validated: dict[validation.Rule, list[Place]] = defaultdict(list)
    for laid in page.cells:
        text = isinstance(laid.content, str)
        flag = isinstance(laid.content, bool)
        typed = (laid.choices, laid.among)
        like = (laid.role, laid.unit, laid.precise, laid.wrap, text, flag, laid.column == 1, laid.right, typed)
        kind = kinds.get(like)
        if kind is None:
            kind = kinds[like] = _kind(laid, styles)
        place = (laid.row, laid.column)
        quoted = text and not laid.formula and str(laid.content).startswith(SIGNS)
        styled[place] = Styled(laid, kind.quoted if quoted else kind.style)
        if laid.role == "status":
            statuses[laid.column].append(place)
        for code, condition in kind.formats:
            formatted[laid.column, code, condition].append(place)
        if kind.rule:
            validated[kind.rule].append(place)
    _conditional_formats(worksheet, formatted, styles)
    for cells in statuses.values():
        _status_colours(worksheet, cells, language)
    _heat_maps(worksheet, page.heat_maps)
    _hints(worksheet, page)
    for rule, cells in validated.items():
        _validate(worksheet, rule, cells, language)
    return styled.values()


def _kind(laid: Cell, styles: _Styles) -> _Kind:
    formats = conditional_formats(laid.role, laid.unit, precise=laid.precise)
    style = styles.of(look_of(laid))
    quoted = copy(style)
    quoted.quotePrefix = True
    return _Kind(style, quoted, formats, validation.rule_of(laid))


def _area(cells: Sequence[Place]) -> str:
    """Addresses of cells as Excel writes them, with adjacent cells of a column joined: A1:A3 B7.

    openpyxl would compare each cell with all cells before it, which takes minutes for thousands.
    """
    runs: list[tuple[Place, Place]] = []
    for row, column in sorted(cells, key=lambda place: place[::-1]):
        if runs and runs[-1][1] == (row - 1, column):
            runs[-1] = (runs[-1][0], (row, column))
        else:
            runs.append(((row, column), (row, column)))
    return " ".join(_name(first) if first == last else f"{_name(first)}:{_name(last)}" for first, last in runs)


def _name(place: Place) -> str:
    row, column = place
    return f"{letters(column)}{row}"


def _check_name(name: str, taken: list[str]) -> None:
    units = len(name.encode("utf-16-le")) // 2
    bad = units > NAME_LIMIT or not name or FORBIDDEN & set(name) or name.lower() == "history"
    if bad or name[:1] == "'" or name[-1:] == "'" or name.lower() in [other.lower() for other in taken]:
        message = f"{name!r} cannot be the name of a sheet"
        raise ValueError(message)


def _conditional_formats(
    worksheet: Worksheet, formatted: dict[tuple[int, str, str], list[Place]], styles: _Styles
) -> None:
    # One rule per column, because a relative reference in a rule is relative to the topmost cell of its range.
    for (_, code, condition), cells in formatted.items():
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=styles.format_number(code), formatCode=code))
        rule = Rule(type="expression", formula=[condition.format(cell=_name(min(cells)))], dxf=style)
        worksheet.conditional_formatting.add(_area(cells), rule)


def _hints(worksheet: Worksheet, page: LaidSheet) -> None:
    """Show placeholder texts in grey; placeholders of a column that differ only in a number share a rule."""
    hinted: dict[tuple[int, str], list[Place]] = defaultdict(list)
    for cell in page.cells:
        if cell.hint:
            hinted[cell.column, cell.hint.rstrip("0123456789")].append((cell.row, cell.column))
    for (_, text), cells in hinted.items():
        said = text.replace('"', '""')
        style = DifferentialStyle(font=Font(color=GREY, italic=True))
        rule = Rule(type="expression", formula=[f'LEFT({_name(min(cells))},{len(text)})="{said}"'], dxf=style)
        worksheet.conditional_formatting.add(_area(cells), rule)


def _heat_maps(worksheet: Worksheet, blocks: list[str]) -> None:
    for block in blocks:
        ends = [FormatObject(type="min"), FormatObject(type="percentile", val=50), FormatObject(type="max")]
        scale = ColorScale(cfvo=ends, color=[Color(colour) for colour in (COLD, "FFFFFF", WARM)])
        worksheet.conditional_formatting.add(block, Rule(type="colorScale", colorScale=scale))


def _status_colours(worksheet: Worksheet, cells: list[Place], language: Language) -> None:
    for status, (fill, colour) in STATUS_COLOURS.items():
        text = language.text(status)
        style = DifferentialStyle(font=Font(color=colour), fill=PatternFill(bgColor=fill))
        rule = Rule(type="expression", formula=[f'LEFT({_name(min(cells))},{len(text)})="{text}"'], dxf=style)
        worksheet.conditional_formatting.add(_area(cells), rule)


def _validate(worksheet: Worksheet, rule: validation.Rule, cells: list[Place], language: Language) -> None:
    message = language.text(rule.message)
    typed = DataValidation(
        type=rule.type,
        operator=rule.operator,
        formula1=rule.first,
        formula2=rule.second,
        showErrorMessage=True,
        showInputMessage=True,
        errorTitle=language.text("Not possible here"),
        error=message,
        prompt=message,
        sqref=MultiCellRange(_area(cells)),
    )
    worksheet.add_data_validation(typed)


def _sheet_view(page: LaidSheet, worksheet: Worksheet) -> None:
    for column, width in page.widths.items():
        worksheet.column_dimensions[letters(column)].width = width
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 90
    worksheet.freeze_panes = _name((page.freeze_row + 1, page.freeze_column + 1))
    worksheet.sheet_properties.tabColor = TAB_COLOURS[page.sheet.tab]
    worksheet.protection.sheet = True
    worksheet.protection.formatColumns = False
    worksheet.protection.formatRows = False
    worksheet.protection.formatCells = False
    worksheet.protection.insertRows = not page.grows


def _heights(page: LaidSheet, language: str) -> dict[int, float]:
    """How high rows are, in points; where people type texts that wrap, applications make rows as high as these."""
    free = {cell.row for cell in page.cells if is_open(cell)}
    heights = row_heights(page.cells, page.widths, language)
    set_rows = (row for row in range(2, page.last_row + 1) if row not in free)
    return {1: TITLE_POINTS, **{row: round(heights.get(row, ROW_HEIGHT) / INCH * 72, 1) for row in set_rows}}
