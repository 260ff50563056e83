"""Workbooks in Chinese: the same numbers, no English left, and three engines agree."""

import datetime as dt
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import chain, combinations
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

import ironcalc_engine
from addin.binding import bind
from built import EVERY_CASE, MadeOnce, bundled_workbook, place
from company_cases import START_UP, case_of
from libreoffice import LibreOffice, Value, at
from recalculation import disagreements, formula_cells
from valuation.catalogue import CATALOGUE, entry
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import CaseError, bundled, load, parse
from workbooks.case.shape import texts as case_texts
from workbooks.languages.language import language
from workbooks.layout.sheet_cells import LaidBook
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.templates.small_case import Small
from workbooks.xlsx.writer import STATUS_COLOURS

# Ids, names of functions and arguments, examples of formulas: the same in every language.
VERBATIM: Final = (
    *("input_rows.id", "background_rows.id", "function_rows.name", "function_rows.usage", "function_rows.example"),
    # Words of any language that a pasted table is read by.
    *("heading_names.word", "heading_words.word", "heading_words.key", "heading_words.counts_in", "unit_words.word"),
    *("metric_words.word", "metric_words.metric", "no_number_words.word", "no_words.word", "summary_words.word"),
    *("pasted_keys.key", "pasted_columns.key", "pasted_columns.scale", "pasted_columns.factor"),
)
# Names, and words that Chinese analysts write as they are.
LATIN: Final = {
    "SAFE",
    "MIUI",
    "IoT",
    "EV",
    "EBITDA",
    "PEG",
    "ARPU",
    "PERT",
    "Ctrl",
    "Alt",
    "Shift",
    "SOTP",
    "XIRR",
    "XNPV",
    "NM",
    "ES",
    "PE",
    "PS",
    "TRUE",
    "FALSE",
    "Tukey",
    "Steelyard",
    "formualizer",
    # Companies and publishers without a usual Chinese name.
    *("Prosus", "Delivery", "Hero", "Remitly", "Udemy", "Skillsoft", "SimilarWeb", "prosus", "com", "nav"),
    *("Pike", "Pioneer", "MasTec", "The", "Motley", "Fool"),
}
# Number formats of amounts: Chinese books of a case in 亿 show 亿, English ones billions or millions.
IN_YI: Final = re.compile(r"0\\\.00,,_\)")
IN_BN_OR_M: Final = re.compile(r"#,##0\.00?,{2,3}_\)")
QUOTED: Final = {"US", "bn"}  # US$45bn, an example of what is read
WORD: Final = re.compile(r"[A-Za-z][A-Za-z_]+")


@dataclass(frozen=True)
class Built:
    """A bundled case, its workbook in Chinese and its workbook in English."""

    chinese: LaidBook
    english: LaidBook
    path: Path
    english_path: Path

    def cell(self, reference: str) -> tuple[str, str]:
        address = self.chinese.addresses[reference]
        return address.sheet, f"{letters(address.column)}{address.row}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Built]:
    folder = tmp_path_factory.mktemp("chinese")

    def make(name: str) -> Built:
        books = {}
        for code in ("zh", "en"):
            books[code], data = bundled_workbook(name, code)
            (folder / f"{name}_{code}.xlsx").write_bytes(data)
        return Built(books["zh"], books["en"], folder / f"{name}_zh.xlsx", folder / f"{name}_en.xlsx")

    return MadeOnce(make)


@pytest.fixture(params=EVERY_CASE)
def workbook(request: pytest.FixtureRequest, built: Mapping[str, Built]) -> Built:
    return built[request.param]


# --- the numbers ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_switching_language_changes_no_number(workbook: Built) -> None:
    # But the display units themselves, and what is charted in them, on the Workings: billions or millions for 亿.
    scales = ("inputs.display_unit", "inputs.reporting_unit")
    units = {place(workbook.english, each) for each in scales if each in workbook.english.addresses}
    ours, theirs = filled(workbook.path), filled(workbook.english_path)
    assert len(ours) == len(theirs)
    for sheet, chinese, english in zip(
        (page.sheet.name for page in workbook.english.sheets), ours, theirs, strict=True
    ):
        assert chinese.keys() == english.keys()
        for at_cell, (value, shown_as) in english.items():
            said, format_of_it = chinese[at_cell]
            assert isinstance(said, str) == isinstance(value, str), at_cell
            if isinstance(value, str):  # a short text is aligned to the right by its format
                continue
            assert said == value or sheet == "Workings" or (sheet, at_cell) in units, (sheet, at_cell)
            assert format_of_it == shown_as or (IN_YI.match(format_of_it) and IN_BN_OR_M.match(shown_as)), at_cell
    assert sum(not isinstance(value, str) for sheet in ours for value, _ in sheet.values()) > 50


def filled(path: Path) -> list[dict[str, tuple[object, str]]]:
    """Stored value and number format of every cell with something in it, sheet by sheet."""
    return [
        {c.coordinate: (c.value, c.number_format) for row in sheet.iter_rows() for c in row if c.value is not None}
        for sheet in openpyxl.load_workbook(path, data_only=True).worksheets
    ]


@pytest.mark.slow
def test_references_stand_where_they_stood(workbook: Built) -> None:
    ours, theirs = workbook.chinese, workbook.english
    places = {key: (a.row, a.column, a.count, a.across) for key, a in ours.addresses.items()}
    assert places == {key: (a.row, a.column, a.count, a.across) for key, a in theirs.addresses.items()}
    assert ours.names.keys() == theirs.names.keys()


def test_ironcalc_agrees(workbook: Built) -> None:
    assert disagreements(formula_cells(workbook.path), ironcalc_engine.recalculate(workbook.path)) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees(workbook: Built, libreoffice: LibreOffice) -> None:
    values = libreoffice.recalculate(workbook.path)
    assert disagreements(formula_cells(workbook.path), values) == []
    assert list(values) == [page.sheet.name for page in workbook.chinese.sheets]


def test_switches_and_choices_change_the_results(built: Mapping[str, Built]) -> None:
    workbook = built["xiaomi_2018"]
    counts = workbook.chinese.addresses["peers.included"].at(4)  # Tencent
    tencent = (counts.sheet, f"{letters(counts.column)}{counts.row}")
    changes: dict[tuple[str, str], Value] = {
        workbook.cell("scenarios.selected"): 3.0,
        workbook.cell("comparables.statistic"): "最大值",
        tencent: "是",
    }
    values = ironcalc_engine.recalculate(workbook.path, changes)
    # As in English: 367.43625 × 53 ÷ 1.12³ on Tencent's P/E, 1,146 × 19 on its P/S.
    assert at(values, *workbook.cell("scenarios.picked")) == pytest.approx(367.43625e8 * 53 / 1.12**3)
    assert at(values, *workbook.cell("summary.scenario")) == "乐观：腾讯市盈率"
    assert at(values, *workbook.cell("comparables.ps_base")) == pytest.approx(21774e8)


def test_a_loss_and_a_failed_check_read_chinese(built: Mapping[str, Built]) -> None:
    workbook = built["xiaomi_2018"]
    changes = {
        workbook.cell("figures.coolpad_ps"): -1.0,
        workbook.cell("figures.scenarios.base_apple_s_p_s.probability"): 0.6,
    }
    values = ironcalc_engine.recalculate(workbook.path, changes)
    used = workbook.chinese.addresses["peers.ps_used"].at(0)
    assert at(values, used.sheet, f"{letters(used.column)}{used.row}") == "NM"
    # Probabilities of 120%, and a multiple that is also the low one of a segment and may not be negative there.
    assert at(values, *workbook.cell("summary.master")) == "不通过：2项校验不通过"


@pytest.mark.slow
def test_the_add_in_gives_the_same_in_both_languages(workbook: Built) -> None:
    ours, theirs = (list(answers(path)) for path in (workbook.path, workbook.english_path))
    assert ours
    assert [answer for _, answer in ours] == [answer for _, answer in theirs], [call for call, _ in ours]
    assert not [call for call, answer in ours if isinstance(answer, str)]  # a text is an error


def answers(path: Path) -> Iterator[tuple[str, object]]:
    """What the add-in answers in every cell that asks it, given what its arguments' cells hold."""
    stored = openpyxl.load_workbook(path, data_only=True)
    for sheet in openpyxl.load_workbook(path).worksheets:
        if sheet.title in ("Functions", "函数"):  # its examples have no cells
            continue
        for cell in chain.from_iterable(sheet.iter_rows()):
            formula = str(getattr(cell.value, "text", cell.value))
            asked = re.fullmatch(r'=IF\(AddinReady,(?!IF\()([A-Z_]+)\((.*)\),"–?"\)', formula)
            if asked:
                given = [argument(text, stored, sheet.title) for text in asked[2].split(",")]
                yield f"{cell.coordinate} {formula}", bind(entry(asked[1]), lambda code, why: f"{code} {why}")(*given)


def argument(text: str, stored: openpyxl.Workbook, here: str) -> object:
    """An argument as a formula writes it, as the add-in receives it."""
    if text.startswith('"') or not text:
        return text.strip('"') or None
    if re.fullmatch(r"[-.\d]+", text):
        return float(text)
    where, _, cells = text.rpartition("!")
    found = stored[where.strip("'") or here][cells.replace("$", "")]
    return [[cell.value for cell in row] for row in found] if isinstance(found, tuple) else found.value


def test_the_add_in_understands_what_a_dropdown_offers(built: Mapping[str, Built]) -> None:
    book = built["xiaomi_2018"].chinese
    address = book.addresses["comparables.statistic"]
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    offered = next(c.choices for c in page.cells if (c.row, c.column) == (address.row, address.column))
    assert offered == ("最小值", "下四分位数", "中位数", "平均数", "调和平均数", "上四分位数", "最大值")
    call = bind(entry("peer_multiple"), lambda code, why: f"{code} {why}")
    peers = [[0.5], [1.0], [2.5], [4.0], ["NM"], ["–"]]  # the last two do not count
    harmonic = 4 / (2 + 1 + 0.4 + 0.25)
    assert [call(peers, word) for word in offered] == pytest.approx([0.5, 0.875, 1.75, 2.0, harmonic, 2.875, 4.0])
    assert [call([*peers, [-2.0]], "最小值", flag) for flag in ("是", "否")] == [-2.0, 0.5]
    assert str(call(peers, "众数")).startswith("#VALUE! statistic: '众数' is not one of mean, median")


# --- the texts ------------------------------------------------------------------------------------


def test_no_english_is_left(workbook: Built) -> None:
    left = [(where, text) for where, text in (*texts(workbook.chinese), *rules(workbook.path)) if english_words(text)]
    assert left == []


def acme() -> Case:
    return load(Path(__file__).with_name("acme.toml"))  # all that a template asks for


def start_up() -> Case:
    return case_of(tomllib.loads(START_UP))


@pytest.mark.parametrize(("make", "least"), [(acme, 1000), (start_up, 300)])
def test_sections_that_no_bundled_case_has_are_translated_too(make: Callable[[], Case], least: int) -> None:
    case = make()  # which has not a word of Chinese
    book, _ = workbook_bytes(case, "zh")
    own = {word for text in case_texts(case.model_dump()) for word in WORD.findall(text)}
    found = list(texts(book))
    assert len(found) > least
    assert [(where, text) for where, text in found if english_words(text) - own] == []


def english_words(text: str) -> set[str]:
    functions = {each.excel_name for each in CATALOGUE.values()}
    return {word for word in WORD.findall(text) if word not in LATIN | QUOTED | functions}


def texts(book: LaidBook) -> Iterator[tuple[str, str]]:
    """Every text that a reader of the sheets sees, and where."""
    same = {
        (address.sheet, address.at(item).row, address.column)
        for key, address in book.addresses.items()
        if key in (*VERBATIM, "summary.hash", "log.hash")
        or re.fullmatch(r"input_rows_\w+\.id", key)
        or key.endswith("_called.name")  # the arguments that the add-in is given
        for item in range(address.count)
    }
    for page in book.sheets:
        yield "name", page.sheet.name
        for chart, _ in page.charts:
            yield f"{page.sheet.id} chart", f"{chart.title} {chart.axis}"
        for cell in page.cells:
            if (page.sheet.name, cell.row, cell.column) not in same:
                found = (cell.content, *cell.choices, *literals(cell.formula))
                where = f"{page.sheet.id}!{letters(cell.column)}{cell.row}"
                yield from ((where, text) for text in found if isinstance(text, str))


def rules(path: Path) -> Iterator[tuple[str, str]]:
    """What the file says beside its cells: its title, and what may be typed."""
    file = openpyxl.load_workbook(path)
    yield "title", str(file.properties.title)
    for sheet in file.worksheets:
        for rule in sheet.data_validations.dataValidation:
            yield from (("validation", str(text)) for text in (rule.prompt, rule.error, rule.errorTitle))


def literals(formula: str) -> list[str]:
    """Texts in a formula, but for what the add-in is given."""
    if '"' not in formula or "AddinReady," in formula:
        return []
    tokens = Tokenizer(f"={formula}").items
    return [token.value for token in tokens if (token.type, token.subtype) == (Token.OPERAND, Token.TEXT)]


def test_sheet_names_fit(workbook: Built) -> None:
    names = [page.sheet.name for page in workbook.chinese.sheets]
    assert len(set(names)) == len(names)
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in names)


def test_statuses_are_coloured_and_one_that_begins_as_another_does_comes_first(workbook: Built) -> None:
    with zipfile.ZipFile(workbook.path) as package:
        parts = [unescape(package.read(name).decode()) for name in package.namelist() if "worksheets/sheet" in name]
    rules = set(re.findall(r'LEFT\([A-Z]+\d+,(\d+)\)="([^"]+)"', "".join(parts)))
    words = [language("zh").text(status) for status in STATUS_COLOURS]
    assert rules == {(str(len(word)), word) for word in words}
    assert not any(later.startswith(first) for first, later in combinations(words, 2))


def test_every_cell_has_a_chinese_font_without_italics(workbook: Built) -> None:
    fonts: set[tuple[Any, Any]] = set()
    for sheet in openpyxl.load_workbook(workbook.path).worksheets:
        fonts |= {(cell.font.name, cell.font.i) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert fonts == {("Microsoft YaHei", False)}


def test_first_columns_are_wide_enough_for_their_labels(workbook: Built) -> None:
    for page in workbook.chinese.sheets:
        labels = [c.content for c in page.cells if c.role in ("label", "strong_label", "jump") and c.column == 1]
        for label in labels:
            assert isinstance(label, str)
            # A Chinese character is as wide as its font is high, 10 pt: 1.9 of a column's units of 7 pixels.
            assert page.widths[1] >= 1.9 * sum(ord(character) > 0x2E80 for character in label), label


# --- a case's own translations --------------------------------------------------------------------


def test_a_translation_of_no_text_is_an_error() -> None:
    with pytest.raises(CaseError) as caught:
        parse('[figures]\na = { label = "Revenue" }\n[zh]\nRevenu = "收入"\nRevenue = ""\n', "case.toml")
    problems = {problem.place: problem.message for problem in caught.value.problems}
    assert problems["zh.Revenu"] == "is not a text of this case; did you mean Revenue?"
    assert problems["zh.Revenue"] == "'': expected a text"


@pytest.mark.slow
@pytest.mark.parametrize("label", ['Round "A": 2014, or so', "{a.b} round", "As: was", "yes", "2014"])
def test_a_label_may_be_anything(label: str) -> None:
    case = bundled("xiaomi_2015")
    figures = case.figures | {"round_2014": case.figures["round_2014"].model_copy(update={"label": label})}
    case = case.model_copy(update={"figures": figures})
    for code in ("en", "zh"):
        workbook_bytes(case, code)  # refused where a formula and the core say different things


def test_a_case_without_translations_builds_and_keeps_its_own_texts() -> None:
    case = bundled("xiaomi_2018").model_copy(update={"zh": {}})
    book, _ = workbook_bytes(case, "zh")
    cells = {cell.content for page in book.sheets for cell in page.cells}
    assert {"Phones倍数", "公司", "Revenue of phones", "可比公司"} <= cells


@pytest.mark.slow
@pytest.mark.parametrize("like", ["", "sotp", "users"])
def test_no_english_is_left_in_a_template(like: str, tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsx"
    wanted = Small(like, "Acme", "2026-06-30", "CNY", "亿元")
    made = (
        short_workbook_skeleton(wanted)
        if like
        else skeleton(Wanted(company="Acme", as_of=dt.date(2026, 6, 30), pasted=True))
    )
    path.write_bytes(empty_workbook(made, "zh"))
    sheets = [sheet for sheet in openpyxl.load_workbook(path) if sheet.title not in ("函数", "过程数据")]
    rows = [row for sheet in sheets for row in sheet.iter_rows(max_col=6, values_only=True)]  # then ids of figures
    told = [text for row in rows for text in row if isinstance(text, str) and not text.startswith("=")]
    assert len(told) > 150
    assert [text for text in told if english_words(text) - {"Acme"}] == []
