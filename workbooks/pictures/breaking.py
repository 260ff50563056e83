"""Breaks labels into lines: between words, and in Chinese between any two characters."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

WIDE: Final = "WF"  # characters that take the room of two Latin letters
# A word with the space after it, or a Chinese character with the punctuation that may not begin a line.
PIECE: Final = re.compile("[^ \u2e80-\uffef]+ *|[\u2e80-\uffef][，。：；、）／]? *| +")
TOGETHER: Final = re.compile("(?<=±) | (?=–)|(?<=–) ")  # spaces at which no line ends: ± 10%, 0.5× – 2.3×


def width(text: str) -> int:
    """The room that a text takes, in Latin letters.

    Examples
    --------
    >>> width("Net debt"), width("净债务")
    (8, 6)
    """
    return sum(2 if east_asian_width(letter) in WIDE else 1 for letter in text)


def broken(label: str, room: int) -> str:
    r"""The label in lines of at most so many Latin letters; a word that is longer stands whole.

    Examples
    --------
    >>> broken("Payments and fintech", 12), broken("支付与金融科技", 8)
    ('Payments and\nfintech', '支付与金\n融科技')
    """
    return "\n".join(_lines(label, room))


def _lines(label: str, room: int) -> Iterator[str]:
    line = ""
    for piece in PIECE.findall(TOGETHER.sub("\u00a0", label)):
        if line.strip() and width((line + piece).rstrip()) > room:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()
