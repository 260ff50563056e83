"""Texts put together from parts, so that a translation can look up the whole of them.

`Text("Value at {}", "P/E")` is the text "Value at P/E" wherever a text is expected, and remembers its template and its
parts. A translation looks up "Value at {}" and fills in the parts, themselves translated.
"""

from string import Formatter
from typing import Self


class Text(str):
    """A text with its template and the parts that fill it.

    Examples
    --------
    >>> label = Text("Value at {}", "P/E")
    >>> label, label.template, label.parts
    ('Value at P/E', 'Value at {}', ('P/E',))
    """

    __slots__ = ("parts", "template")
    template: str
    parts: tuple[str, ...]

    def __new__(cls, template: str, *parts: str | int) -> Self:
        """The text of a template whose fields, `{}` each, are filled with parts."""
        if holes(template) != len(parts):
            message = f"{template!r} has {holes(template)} fields, and {len(parts)} parts were given"
            raise ValueError(message)
        text = super().__new__(cls, template.format(*parts))
        text.template = template
        text.parts = tuple(part if isinstance(part, str) else str(part) for part in parts)
        return text


class Abridged(str):
    """A text that is cut where it is too long for its place, in each language for itself; a Chinese character is two.

    Examples
    --------
    >>> Abridged("the cap with a premium", 12), Abridged("the cap", 12)
    ('the cap wit…', 'the cap')
    """

    __slots__ = ("most", "whole")
    whole: str
    most: int

    def __new__(cls, whole: str, most: int) -> Self:
        """A text, and how many letters there is room for."""
        text = super().__new__(cls, abridged(whole, most))
        text.whole, text.most = whole, most
        return text


def abridged(text: str, most: int) -> str:
    """A text as it is, or as much of it as there is room for with a sign that it goes on.

    Examples
    --------
    >>> abridged("分部估值法", 6)
    '分部…'
    """
    if _letters(text) <= most:
        return text
    kept = max(count for count in range(len(text)) if _letters(text[:count]) < most)
    return f"{text[:kept].rstrip()}…"


def _letters(text: str) -> int:
    return sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text)  # noqa: PLR2004 - where Chinese begins


def holes(template: str) -> int:
    """How many fields a template has.

    Examples
    --------
    >>> holes("{} of {} hold"), holes("OK")
    (2, 0)
    """
    return template.count("{}")


def pieces(template: str) -> list[tuple[str, int | None]]:
    """The pieces of a template: a literal, and the number of the part behind it; None at the end.

    Examples
    --------
    >>> pieces("Year {}"), pieces("{1}, of which {0}")
    ([('Year ', 0)], [('', 1), (', of which ', 0)])
    """
    found: list[tuple[str, int | None]] = []
    for literal, field, _, _ in Formatter().parse(template):
        number = None if field is None else int(field) if field else sum(place is not None for _, place in found)
        found.append((literal, number))
    return found
