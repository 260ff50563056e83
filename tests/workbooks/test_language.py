"""A text in another language: looked up, put together from its parts, or left as it is."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from valuation.catalogue import CATALOGUE
from valuation.kernel.amount_text import money_unit
from valuation.kernel.currencies import SCALES
from workbooks.languages.language import IN_ENGLISH, UNIT_SECTIONS, LanguageError, language, languages

CHINESE: Final = language("zh")
ROOT: Final = Path(__file__).parents[2]
FILE: Final = tomllib.loads((ROOT / "workbooks/languages/zh.toml").read_text("utf-8"))
HOLES: Final = re.compile(r"\{#?\}")
TEXTS: Final = [
    (section, text, said) for section in FILE if section not in UNIT_SECTIONS for text, said in FILE[section].items()
]


def test_the_languages() -> None:
    assert languages() == ("en", "zh")
    with pytest.raises(LanguageError, match="'fr' is no language of workbooks: expected en or zh"):
        language("fr")


def test_english_stays_english() -> None:
    assert IN_ENGLISH.text("Value") == "Value"
    assert IN_ENGLISH.formula('IF(A1,"yes","no")') == 'IF(A1,"yes","no")'


def test_a_label_is_looked_up_in_the_section_of_its_sheet_first() -> None:
    assert CHINESE.text("Value") == "价值"
    assert CHINESE.text("Value", "inputs") == "数值"
    assert CHINESE.text("Value", "users") == "价值"


def test_what_the_case_says_of_its_own_texts_comes_first() -> None:
    assert language("zh", {"Value": "市值"}).text("Value", "inputs") == "市值"


def test_a_text_that_nobody_translated_stays_as_it_is() -> None:
    said = "Value at users: the market fell, 12 of them left. They came back"
    assert language("zh", texts=frozenset({said})).text(said) == said
    assert language("zh", texts=frozenset({"Nokia"})).text("Value at Nokia") == "按Nokia估值"
    assert [CHINESE.text(word) for word in ("Phones", "All", "Cup", "Top")] == ["Phones", "All", "Cup", "Top"]


def test_the_parts_of_a_text_are_translated_too() -> None:
    chinese = language("zh", {"Apple": "苹果", "Revenue 2017": "2017年收入"}, frozenset({"Apple", "Revenue 2017"}))
    assert chinese.text("Revenue 2017, multiple of Apple") == "2017年收入，采用苹果的倍数"
    assert chinese.text("OK, 2 to look at") == "通过，2项待关注"


def test_a_sentence_that_begins_like_a_numbered_heading_stays_whole() -> None:
    assert [CHINESE.text(text) for text in ("Year 3", "Value 12")] == ["第3年", "值12"]
    for sentence in ("Year by year the market grew", "Value of what nobody translated"):
        assert CHINESE.text(sentence) == sentence
        assert CHINESE.formula(f'"{sentence}"&A1') == f'"{sentence}"&A1'


def test_a_part_that_has_the_separator_in_it_is_found_where_it_is_known() -> None:
    chinese = language("zh", {"Round: A": "A轮"}, frozenset({"Round: A", "Round: B"}))
    assert chinese.text("Round: A: 2,869") == "A轮：2,869"
    assert chinese.text("Round: B: 2,869") == "Round: B：2,869"
    assert chinese.text("Series: C: 2,869") == "Series：C：2,869"
    assert chinese.formula('A1&": "&TEXT(B1,"#,##0")') == 'A1&"："&TEXT(B1,"#,##0")'


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('IF({included}="yes",{own},"n.m.")', 'IF({included}="是",{own},"无意义")'),
        ('"Year "&{year}', '"第"&{year}&"年"'),
        (
            'IF(A1>0,"FAIL: "&SUM(B1:B2)&" of the checks fail","OK")',
            'IF(A1>0,"不通过："&SUM(B1:B2)&"项核对不通过","通过")',
        ),
        ("'Per user'!A1&B1", "'Per user'!A1&B1"),  # a sheet's name has been translated where it was given
        ('TEXT(A1,"#,##0")&" "', 'TEXT(A1,"#,##0")&" "'),
        ('IF(A1="a ""quoted"" word",{1;2},"")', 'IF(A1="a ""quoted"" word",{1;2},"")'),
        ('IF(AddinReady,PEER_MULTIPLE(A1:A9,"median"),"–")', 'IF(AddinReady,PEER_MULTIPLE(A1:A9,"median"),"–")'),
    ],
)
def test_texts_in_formulas(formula: str, said: str) -> None:
    assert CHINESE.formula(formula) == said


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
        ("×", "倍"),
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
    """Every text of the file stands in the code: whole, or the pieces around its holes."""
    written = {entry.summary for entry in CATALOGUE.values()} | {entry.subject for entry in CATALOGUE.values()}
    for path in (*(ROOT / "workbooks").rglob("*.py"), *(ROOT / "valuation").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
    everything = "\n".join(written)
    stale = [
        text
        for _, text, _ in TEXTS
        if (not all(part in everything for part in HOLES.split(text)) if HOLES.search(text) else text not in written)
    ]
    assert stale == []
