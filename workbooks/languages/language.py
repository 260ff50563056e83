"""Translations of the texts of a workbook, looked up when cells are laid out.

Sheets are declared in English. `zh.toml` in this folder holds the Chinese texts, with one section per sheet; a text
that occurs in several sections has a different translation on each of those sheets. A key with `{}` is the template of
a text with parts (`Text` in `declarations/texts.py`, `composed` in a formula); the parts are translated too. A case
file may contain translations of its own texts (`[zh]`). A text without a translation remains in English.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from valuation.kernel.amount_text import money_unit
from valuation.kernel.errors import UnitError
from workbooks.case.labels import TEMPLATES, parts
from workbooks.case.quantity import quantity
from workbooks.declarations.texts import Abridged, Prose, Text, abridged

ENGLISH: Final = "en"
CHINESE: Final = "zh"
SUFFIX: Final = ".toml"
LABELS: Final = "labels"
SAMPLES: Final = "template"  # what a template has in place of a text of the user
_LATIN_AFTER: Final = re.compile(r"\{\}[A-Za-z]")  # a name in Latin letters needs a space before more of them
UNIT_SECTIONS: Final = ("scales", "currencies", "nouns")


class LanguageError(ValueError):
    """The language is not available."""


class _Texts(NamedTuple):
    sections: Mapping[str, Mapping[str, str]]
    everywhere: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """A language, with a case's translations of its own texts.

    Examples
    --------
    >>> chinese = language("zh")
    >>> chinese.text("Sum of the parts"), chinese.text("亿 USD"), chinese.text(Text("Equity at {}", "P/E"))
    ('分部估值法（SOTP）', '亿美元', '市盈率对应的股权价值')
    >>> chinese.text(Text("{}'s P/E with a premium", "Apple Inc")), chinese.text(Text("Peers, {}", "P/S"))
    ('Apple Inc PE溢价法', '可比公司法（PS）')
    """

    code: str = ENGLISH
    own: Mapping[str, str] = field(default_factory=dict)

    def text(self, text: str, section: str = "") -> str:
        """Translate a text, from the given section of the dictionary or any other; unchanged without a translation."""
        if isinstance(text, Abridged):
            return abridged(self.text(text.whole, section), text.most)
        if self.code == ENGLISH:
            return str(text)
        if isinstance(text, Prose):
            samples = _texts(self.code).sections[SAMPLES]
            return self.own.get(text) or samples.get(text) or str(text)
        found = self._found(text, section)
        if found is not None:
            return found
        if isinstance(text, Text):
            template = self._found(text.template, section) or text.template
            said = [self.text(part, section) for part in text.parts]
            if _LATIN_AFTER.match(template) and said[0][-1:].isascii():
                template = "{} " + template.removeprefix("{}")
            return template.format(*said)
        return self._label(text, section) or self._unit(text)

    def _found(self, text: str, section: str) -> str | None:
        """Translation of a complete text: from the case, from the section of the sheet, or from any section."""
        texts = _texts(self.code)
        found = (known.get(text) for known in (self.own, texts.sections.get(section, {}), texts.everywhere))
        return next((said for said in found if said is not None), None)

    def _label(self, text: str, section: str) -> str:
        """A label that the program gave to a figure of the case, translated; "" for any other text."""
        known = _texts(self.code).sections[LABELS]
        for template in TEMPLATES:
            start = template.removesuffix("{}")
            if text.startswith(start):
                of = text.removeprefix(start)
                return known[template].format(known.get(of) or self.text(of, section))
        name, of, number = parts(text)
        if of not in known or not (name or text.startswith(of)):  # a label begins with a capital: shares is a unit
            return ""
        return (self.text(name, section) + known[", "] if name else "") + known[of] + number

    def _unit(self, text: str) -> str:
        """A unit translated to this language; any other text unchanged."""
        scales, currencies, nouns = (_texts(self.code).sections[section] for section in UNIT_SECTIONS)

        def money(unit: str) -> str:
            of = money_unit(unit)
            return scales[f"{of.scale:g}"] + currencies.get(of.currency, of.currency)

        left, per, right = text.partition(" per ")
        try:
            measure = quantity(text)
            if measure.kind == "money":  # "All" is a word; ALL is the currency of Albania
                return money(text) if measure.currency in currencies or measure.currency in text else text
            if measure.kind == "fx":
                return f"{money(left)}{nouns['per']}{money(right)}"
            if measure.noun in nouns:
                return f"{money(left) + nouns['per'] if per else scales[f'{measure.scale:g}']}{nouns[measure.noun]}"
        except UnitError:
            pass
        return text


IN_ENGLISH: Final = Language()


def languages() -> tuple[str, ...]:
    """Codes of the available languages."""
    files = (resources.files("workbooks") / "languages").iterdir()
    return (ENGLISH, *sorted(file.name.removesuffix(SUFFIX) for file in files if file.name.endswith(SUFFIX)))


def language(code: str, own: Mapping[str, str] | None = None) -> Language:
    """The language with a code; `own` are the case's translations of its own texts.

    Raises
    ------
    LanguageError
        If the language is not available.
    """
    if code not in languages():
        message = f"{code!r} is not a language of workbooks: expected {' or '.join(languages())}"
        raise LanguageError(message)
    return Language(code, own or {})


@lru_cache
def _texts(code: str) -> _Texts:
    file = resources.files("workbooks") / "languages" / (code + SUFFIX)
    sections: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    everywhere: dict[str, str] = {}
    for name, section in sections.items():
        if name not in UNIT_SECTIONS:
            everywhere = section | everywhere  # the first translation wins
    return _Texts(sections, everywhere)
