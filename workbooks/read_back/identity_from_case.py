"""Restores the identity of a workbook that has lost it, from the case that it was made from."""

from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.case.reading import input_hash
from workbooks.languages.language import ENGLISH, languages
from workbooks.languages.language import language as in_language
from workbooks.layout.sheet_cells import lay_out
from workbooks.read_back.contents import Contents
from workbooks.read_back.embedding import PROPERTIES
from workbooks.read_back.identity import Identity, Written
from workbooks.read_back.known_cells import hidden_names, known_cells
from workbooks.sheets import contents


def identity_from(case: Case, found: Contents) -> Identity:
    """Identity of a workbook made from a case; whatever is left in the workbook is used.

    Its language is the one that it states, else the one of most of its sheet names.
    """
    sheets = contents.sheets(case)
    code = found.properties.get(PROPERTIES["language"], "")
    if code not in languages():
        said = {each: in_language(each, case.zh if each != ENGLISH else {}) for each in languages()}
        code = max(said, key=lambda each: sum(said[each].text(sheet.name) in found.sheets for sheet in sheets))
    sheets = contents.sheets(case, language=code)
    book = lay_out(sheets, "", in_language(code, case.zh if code != ENGLISH else {}), is_drawn=False)
    known = known_cells(book, case)
    names = hidden_names(each.id for each in known)
    formulas = {
        page.sheet.id: {f"{letters(cell.column)}{cell.row}": cell.formula for cell in page.cells if cell.formula}
        for page in book.sheets
    }
    return Identity(
        case,
        found.properties.get(PROPERTIES["version"], ""),
        code,
        input_hash(case),
        frozenset(),
        frozenset(),
        frozenset(),
        {page.sheet.id: page.sheet.name for page in book.sheets},
        {
            each.id: Written(each.kind, each.sheet, f"{letters(each.address.column)}{each.address.row}", names[each.id])
            for each in known
        },
        formulas,
        found,
    )
