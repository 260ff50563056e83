"""Reads the pages of the documentation: their code blocks, and the commands in them with the output they promise."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
# Pages that are written by hand; those under docs/functions are made from docstrings, whose examples run elsewhere.
PAGES: Final = sorted(path for path in DOCS.rglob("*.md") if path.parent.name != "functions")

_BLOCK: Final = re.compile(
    r"^(?P<indent> *)```(?:\{code-block\} )?(?P<language>[a-z]*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_CAPTION: Final = re.compile(r"\A:caption: (?P<file>\S+)\n\n")
_STATUS: Final = re.compile(r"\[status (\d+)\]\n?\Z")


class Block(NamedTuple):
    """A fenced block: its language, the file that its caption names, and its text."""

    language: str
    file: str
    text: str


class Command(NamedTuple):
    """A command of a console block: its words, the output shown below it, and its exit status."""

    words: list[str]
    output: str
    status: int


def blocks(text: str) -> Iterator[Block]:
    """Every fenced block of a page in order."""
    for found in _BLOCK.finditer(text):
        body = re.sub(rf"^{found['indent']}", "", found["body"], flags=re.MULTILINE)
        caption = _CAPTION.match(body)
        yield Block(found["language"], caption["file"] if caption else "", body[caption.end() :] if caption else body)


def commands(block: str) -> Iterator[Command]:
    """Commands of a console block: a line after "$ ", then its output; "[status 2]" ends one that fails."""
    for line, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        status = _STATUS.search(output)
        yield Command(shlex.split(line), _STATUS.sub("", output), int(status[1]) if status else 0)


def says(output: str, shown: str) -> bool:
    """Whether an output is what a page shows, where … stands for anything.

    Examples
    --------
    >>> says("3 sheets, in 0.2 s", "3 sheets, in … s"), says("3 sheets", "4 sheets")
    (True, False)
    """
    pattern = ".*".join(map(re.escape, shown.strip().split("…")))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None
