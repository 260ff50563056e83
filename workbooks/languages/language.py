"""A workbook's texts in another language, looked up as its cells are laid out.

Sheets are written in English and know of no language. `zh.toml` beside this file holds what they say in Chinese,
a section a sheet; what stands in several sections is said differently there. A key with `{}` is a text with
something of the case in it, one with `{#}` a text with a number in it. A case file may bring translations of its own
texts (`[zh]`). What stands in none of them stays as it is, and so does every number.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from valuation.kernel.amount_text import money_unit
from valuation.kernel.errors import UnitError
from workbooks.case.quantity import quantity

ENGLISH: Final = "en"
CHINESE: Final = "zh"
SUFFIX: Final = ".toml"
TOKEN: Final = re.compile(r""""(?:[^"]|"")*"|'(?:[^']|'')*'|[(){},;&=<>]|[^"'(){},;&=<>]+""")
LITERAL: Final = re.compile(r'"((?:[^"]|"")*)"')
HOLE: Final = 0xE000  # private characters that stand for the operands of a composed text
LAST_HOLE: Final = 0xF8FF
ANY, NUMBER = "{}", "{#}"  # what a pattern has where something of the case stands, or a number
UNIT_SECTIONS: Final = ("scales", "currencies", "nouns")


class LanguageError(ValueError):
    """A language that no workbook is written in."""


class _Pattern(NamedTuple):
    mark: str  # its longest piece, by which most texts are told apart from it
    shortest: re.Pattern[str]  # what stands in a hole ends as soon as it can
    longest: re.Pattern[str]
    said: str


class _Texts(NamedTuple):
    sections: Mapping[str, Mapping[str, str]]
    everywhere: Mapping[str, str]
    patterns: tuple[_Pattern, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """A language, and the translations that a case brings of its own texts.

    Examples
    --------
    >>> chinese = language("zh")
    >>> chinese.text("Sum of the parts"), chinese.text("亿 USD"), chinese.text("Value at P/E")
    ('分部加总', '亿美元', '按市盈率估值')
    >>> chinese.formula('IF(A1="yes","Year "&B1,"–")')
    'IF(A1="是","第"&B1&"年","–")'
    """

    code: str = ENGLISH
    own: Mapping[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()  # the case's texts without a translation: no pattern is read into them

    def text(self, text: str, section: str = "") -> str:
        """A text as this language says it, in a section of its file or anywhere; else as it is."""
        if self.code == ENGLISH:
            return text
        texts = _texts(self.code)
        for known in (self.own, texts.sections.get(section, {}), texts.everywhere):
            if text in known:
                return known[text]
        if text not in self.foreign:
            for pattern in texts.patterns:
                parts = self._parts(pattern, text) if pattern.mark in text else ()
                if parts:
                    return pattern.said.format(*(self.text(part, section) for part in parts))
        return self._unit(text)

    def _parts(self, pattern: _Pattern, text: str) -> tuple[str, ...]:
        """What stands in the holes of a pattern; none where the text is not of it."""
        found = pattern.shortest.fullmatch(text)
        if not found:
            return ()
        other = pattern.longest.fullmatch(text)  # "Round: A: 2,869" is "Round: A" and a number
        known = (
            match.groups() for match in (found, other) if match and (match[1] in self.own or match[1] in self.foreign)
        )
        return next(known, found.groups())

    def formula(self, formula: str) -> str:
        """A formula with its texts in this language: those alone, and those put together with `&`.

        What the add-in is given stays: it is spoken to in one language.
        """
        if self.code == ENGLISH or '"' not in formula or "AddinReady" in formula:
            return formula
        return self._expression(iter(TOKEN.findall(formula)))

    def _expression(self, tokens: Iterator[str]) -> str:
        done, operands = "", [""]
        for token in tokens:
            match token:
                case "&":
                    operands.append("")
                case "(" | "{":
                    operands[-1] += token + self._expression(tokens)
                case ")" | "}":
                    return done + self._joined(operands) + token
                case "," | ";" | "=" | "<" | ">":
                    done, operands = done + self._joined(operands) + token, [""]
                case _:
                    operands[-1] += token
        return done + self._joined(operands)

    def _joined(self, operands: list[str]) -> str:
        """Operands of `&`: their texts are one text, with holes where the others stand."""
        literals = [LITERAL.fullmatch(operand) for operand in operands]
        whole = "".join(
            found[1].replace('""', '"') if found else chr(HOLE + number) for number, found in enumerate(literals)
        )
        said = self.text(whole)
        if said == whole:
            return "&".join(operands)
        parts = re.split(f"([{chr(HOLE)}-{chr(HOLE + len(operands))}])", said)
        quoted = (
            operands[ord(part) - HOLE] if number % 2 else '"' + part.replace('"', '""') + '"'
            for number, part in enumerate(parts)
            if part
        )
        return "&".join(quoted)

    def _unit(self, text: str) -> str:
        """A unit in this language; any other text as it is."""
        scales, currencies, nouns = (_texts(self.code).sections[section] for section in UNIT_SECTIONS)

        def money(unit: str) -> str:
            of = money_unit(unit)
            return scales[f"{of.scale:g}"] + currencies.get(of.currency, of.currency)

        left, per, right = text.partition(" per ")
        try:
            measure = quantity(text)
            if measure.kind == "money":  # All is a word, and ALL the money of Albania
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
    """The languages that workbooks are written in."""
    files = (resources.files("workbooks") / "languages").iterdir()
    return (ENGLISH, *sorted(file.name.removesuffix(SUFFIX) for file in files if file.name.endswith(SUFFIX)))


def language(code: str, own: Mapping[str, str] | None = None, texts: frozenset[str] = frozenset()) -> Language:
    """A language by its code; `texts` are those of the case, `own` its translations of them.

    Raises
    ------
    LanguageError
        If no workbook is written in it.
    """
    if code not in languages():
        message = f"{code!r} is no language of workbooks: expected {' or '.join(languages())}"
        raise LanguageError(message)
    own = own or {}
    return Language(code, own, texts - own.keys())


@lru_cache
def _texts(code: str) -> _Texts:
    file = resources.files("workbooks") / "languages" / (code + SUFFIX)
    sections: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    everywhere: dict[str, str] = {}
    for name, section in sections.items():
        if name not in UNIT_SECTIONS:
            everywhere = section | everywhere  # what came first stays
    patterns = sorted((key for key in everywhere if ANY in key or NUMBER in key), key=lambda key: -len(_plain(key)))
    return _Texts(sections, everywhere, tuple(_pattern(key, everywhere[key]) for key in patterns))


def _plain(key: str) -> str:
    return key.replace(NUMBER, "").replace(ANY, "")


def _pattern(key: str, said: str) -> _Pattern:
    pieces = key.replace(NUMBER, ANY).split(ANY)
    number = rf"([\d,]+|[{chr(HOLE)}-{chr(LAST_HOLE)}])"
    escaped = re.escape(key).replace(re.escape(NUMBER), number)
    shortest, longest = (re.compile(escaped.replace(re.escape(ANY), hole), re.DOTALL) for hole in ("(.+?)", "(.+)"))
    return _Pattern(max(pieces, key=len), shortest, longest, said)
