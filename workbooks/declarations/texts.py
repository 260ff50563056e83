"""Texts composed of parts, which are translated as a whole.

`Text("Value at {}", "P/E")` is the str "Value at P/E" that also keeps its template and parts. The translation looks up
"Value at {}" and fills in the translated parts.
"""

from string import Formatter
from typing import Final, Self

ARTICLES: Final = ("the ", "a ", "an ")


class Text(str):
    """A text with its template and parts; one that begins with a part does not begin with a small article.

    Examples
    --------
    >>> Text("{}'s multiple", "the peer"), Text("{}'s multiple", "eBay")
    ("The peer's multiple", "eBay's multiple")
    >>> label = Text("Value at {}", "P/E")
    >>> label, label.template, label.parts
    ('Value at P/E', 'Value at {}', ('P/E',))
    """

    __slots__ = ("parts", "template")
    template: str
    parts: tuple[str, ...]

    def __new__(cls, template: str, *parts: str | int) -> Self:
        """Fill the fields `{}` of a template with parts."""
        if holes(template) != len(parts):
            message = f"{template!r} has {holes(template)} fields, and {len(parts)} parts were given"
            raise ValueError(message)
        said = template.format(*parts)
        if template.startswith("{}") and said.startswith(ARTICLES):
            said = said[0].upper() + said[1:]
        return cls._of(said, template, parts)

    @classmethod
    def joined(cls, template: str, *parts: str) -> Self:
        """The text as a formula joins it from cells, which gives no capital.

        Examples
        --------
        >>> Text.joined("{}'s multiple", "the peer")
        "the peer's multiple"
        """
        return cls._of(template.format(*parts), template, parts)

    @classmethod
    def _of(cls, said: str, template: str, parts: tuple[str | int, ...]) -> Self:
        text = super().__new__(cls, said)
        text.template = template
        text.parts = tuple(part if isinstance(part, str) else str(part) for part in parts)
        return text


class Prose(str):
    """What a user wrote, a source or a reason: it is translated only by the case's own translations.

    The dictionary has words such as "own" and "Price", which mean something else in a sentence or a title.
    """

    __slots__ = ()


def prose(text: str) -> Prose | None:
    """What a user wrote, for a cell; None where nothing was written."""
    return Prose(text) if text else None


class Abridged(str):
    """A text that is shortened after translation if it is too long; a Chinese character counts as two.

    Examples
    --------
    >>> Abridged("the cap with a premium", 12), Abridged("the cap", 12)
    ('the cap wit…', 'the cap')
    """

    __slots__ = ("most", "whole")
    whole: str
    most: int

    def __new__(cls, whole: str, most: int) -> Self:
        """A text and its largest length."""
        text = super().__new__(cls, abridged(whole, most))
        text.whole, text.most = whole, most
        return text


def abridged(text: str, most: int) -> str:
    """The text, shortened with an ellipsis if it is too long.

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
    """Number of fields of a template.

    Examples
    --------
    >>> holes("{} of {} hold"), holes("OK")
    (2, 0)
    """
    return template.count("{}")


def pieces(template: str) -> list[tuple[str, int | None]]:
    """Split a template into literals, each with the number of the part that follows; None at the end.

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
