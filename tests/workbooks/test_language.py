"""A text in another language: looked up, put together from its parts, or left as it is."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from company_cases import case_of, example
from valuation.catalogue import CATALOGUE
from valuation.kernel.amount_text import money_unit
from valuation.kernel.currencies import SCALES
from workbooks.build import workbook_bytes
from workbooks.declarations.excel_functions import IF, MATCH, SUM, TEXT
from workbooks.declarations.expressions import AddinFormula, array, composed, equal, ref
from workbooks.declarations.texts import Prose, Text
from workbooks.declarations.trees import Expression, Scope
from workbooks.languages.language import IN_ENGLISH, LABELS, UNIT_SECTIONS, LanguageError, language, languages

CHINESE: Final = language("zh")
ROOT: Final = Path(__file__).parents[2]
FILE: Final = tomllib.loads((ROOT / "workbooks/languages/zh.toml").read_text("utf-8"))
HOLES: Final = re.compile(r"\{\}")
TEXTS: Final = [
    (section, text, said) for section in FILE if section not in UNIT_SECTIONS for text, said in FILE[section].items()
]


def test_the_languages() -> None:
    assert languages() == ("en", "zh")
    with pytest.raises(LanguageError, match="'fr' is not a language of workbooks: expected en or zh"):
        language("fr")


def test_english_stays_english() -> None:
    assert IN_ENGLISH.text("Value") == "Value"
    assert IN_ENGLISH.text(Text("Year {}", "3")) == "Year 3"
    assert type(IN_ENGLISH.text(Text("Year {}", "3"))) is str


def test_a_label_is_looked_up_in_the_section_of_its_sheet_first() -> None:
    assert CHINESE.text("Value") == "价值"
    assert CHINESE.text("Value", "inputs") == "数值"
    assert CHINESE.text("Value", "users") == "价值"


def test_what_the_case_says_of_its_own_texts_comes_first() -> None:
    assert language("zh", {"Value": "市值"}).text("Value", "inputs") == "市值"


def test_a_text_that_nobody_translated_stays_as_it_is() -> None:
    said = "Value at users: the market fell, 12 of them left. They came back"
    assert CHINESE.text(said) == said
    assert CHINESE.text(Text("Equity at {}", "Nokia")) == "Nokia对应的股权价值"
    assert CHINESE.text(Text("{} of nobody", "Value")) == "价值 of nobody"
    assert [CHINESE.text(word) for word in ("Phones", "All", "Cup", "Top")] == ["Phones", "All", "Cup", "Top"]


def test_the_parts_of_a_text_are_translated_too() -> None:
    chinese = language("zh", {"Apple": "苹果", "Revenue 2017": "2017年收入"})
    assert chinese.text(Text("{}, multiple of {}", "Revenue 2017", "Apple")) == "2017年收入，采用苹果的倍数"
    assert chinese.text(Text("OK, {} warnings", "2")) == "通过，2项提示"
    assert chinese.text(Text("{} →", Text("{}, ± points", "Growth"))) == "增速，加减百分点 →"


def test_a_text_that_looks_like_a_template_is_no_match_for_it() -> None:
    assert [CHINESE.text(Text("Year {}", 3)), CHINESE.text(Text("Value {}", 12))] == ["第3年", "值12"]
    for sentence in ("Year 3", "Year by year the market grew", "Value of what nobody translated"):
        assert CHINESE.text(sentence) == sentence


def test_the_case_may_translate_a_text_as_a_whole() -> None:
    assert language("zh", {"Value at P/E": "市盈率法"}).text(Text("Value at {}", "P/E")) == "市盈率法"


def test_a_text_has_a_part_for_every_field() -> None:
    with pytest.raises(ValueError, match=r"'Value at \{\}' has 1 fields, and 2 parts were given"):
        Text("Value at {}", "P/E", "P/S")


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (IF(equal(ref("a1"), "yes"), ref("b1"), "n.m."), 'IF(a1="是",b1,"NM")'),
        (composed("Year {}", ref("a1")), '"第"&a1&"年"'),
        (composed("{} of {} hold", ref("a1"), ref("b1")), 'b1&"项中"&a1&"项通过"'),
        (
            IF(ref("a1") > 0, composed("FAIL: {} of the checks fail", SUM(ref("b1"))), "OK"),
            'IF(a1>0,"不通过："&SUM(b1)&"项校验不通过","通过")',
        ),
        (composed("{}: {}", "Below P10", TEXT(ref("a1"), "#,##0")), '"低于P10："&TEXT(a1,"#,##0")'),
        (TEXT(ref("a1"), "#,##0") & " ", 'TEXT(a1,"#,##0")&" "'),
        (MATCH(ref("a1"), array("low", "base")), 'MATCH(a1,{"低","基准"},0)'),
        (IF(equal(ref("a1"), 'a "quoted" word'), 1, ""), 'IF(a1="a ""quoted"" word",1,"")'),
        (AddinFormula('PEER_MULTIPLE(A1:A9,"median")', "–"), 'PEER_MULTIPLE(A1:A9,"median")'),
    ],
)
def test_texts_in_formulas(formula: Expression, said: str) -> None:
    assert formula.excel(Scope(str, say=CHINESE.text)) == said


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("亿元", "亿元"),
        ("亿 USD", "亿美元"),
        ("CNY m", "百万元"),
        ("USD bn", "十亿美元"),
        ("CNY", "元"),
        ("CNY per USD", "元/美元"),
        ("CNY per account", "元/账户"),
        ("亿 payers", "亿付费用户"),
        ("quarters", "个季度"),
        ("years", "年"),
        ("×", "×"),
        ("BRL m", "百万BRL"),  # a currency without a name in Chinese keeps its code
        ("亿 parcels", "亿 parcels"),  # and so does what is counted, unless the case says how it is called
    ],
)
def test_units(unit: str, said: str) -> None:
    assert CHINESE.text(unit) == said


@pytest.mark.parametrize("scale", sorted({f"1e{power}" for power in SCALES.values()}))
@pytest.mark.parametrize("currency", sorted(FILE["currencies"]))
def test_units_of_money_mean_the_same(scale: str, currency: str) -> None:
    english = {"1e0": "", "1e3": "k", "1e6": "m", "1e9": "bn", "1e12": "tn"}
    word = english.get(scale) or next(word for word, power in SCALES.items() if f"1e{power}" == scale)
    unit = f"{currency} {word}".strip()
    assert money_unit(CHINESE.text(unit)) == money_unit(unit)


@pytest.mark.parametrize(("section", "text", "said"), TEXTS, ids=lambda value: str(value)[:30])
def test_a_translation_has_the_holes_of_its_text(section: str, text: str, said: str) -> None:
    assert said, section
    parts = [f"<{number}>" for number in range(len(HOLES.findall(text)))]
    filled = said.format(*parts) if parts else said
    assert all(filled.count(part) == 1 for part in parts)
    assert said.count("{") == len(parts)


def test_chinese_sentences_have_chinese_punctuation() -> None:
    for _, text, said in TEXTS:
        assert not re.search(r"[,;?!()]", re.sub(r"(?<=\d),(?=\d)", "", said)), said
        assert text.endswith(".") == said.endswith("。") or text.endswith("n.m."), (text, said)
        assert text.endswith("?") == said.endswith("？"), (text, said)


def test_no_text_is_translated_that_nobody_writes() -> None:
    """Every text and every template stands in the code as a whole, or as a template and the one part that fills it.

    Labels have a test of their own, test_labels.
    """
    written = {entry.summary for entry in CATALOGUE.values()} | {entry.subject for entry in CATALOGUE.values()}
    for path in (*(ROOT / "workbooks").rglob("*.py"), *(ROOT / "valuation").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
    templates = [text for text in written if text.count("{}") == 1 and len(text) > len("{}, {}")]

    def filled(text: str) -> bool:
        ends = [template.split("{}") for template in templates]
        found = [(head, tail) for head, tail in ends if text.startswith(head) and text.endswith(tail)]
        return any(text.removeprefix(head).removesuffix(tail) in written for head, tail in found)

    unknown = [text for section, text, _ in TEXTS if section != LABELS and text not in written]
    assert [text for text in unknown if not filled(text)] == []


@pytest.mark.parametrize("word", ["own", "Price", "Change", "Base", "Sum of the parts", "All"])
def test_what_a_user_wrote_is_no_word_of_the_dictionary(word: str) -> None:
    assert language("zh").text(Prose(word)) == word
    assert language("zh").text(Text("Source: {}", Prose(word))) == f"来源：{word}"
    assert language("zh", {word: "自己的译文"}).text(Prose(word)) == "自己的译文"
    assert language("en").text(Prose(word)) == word


def test_a_source_is_shown_as_it_was_written() -> None:
    raw = example("dcf")
    raw["defaults"]["source"] = "Change"
    book, _ = workbook_bytes(case_of(raw), "zh")
    texts = {str(cell.content) for page in book.sheets for cell in page.cells if isinstance(cell.content, str)}
    assert "来源：Change" in texts
    assert "1. Change" in texts
