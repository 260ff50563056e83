"""Reads case files: strict TOML; a single error lists all problems.

The bundled cases are in `workbooks/cases`.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from workbooks.case.checks import NOT_FILLED, read
from workbooks.case.model import Case
from workbooks.case.printed import Written
from workbooks.case.shape import Problem, frozen

SIZE_LIMIT: Final = 4 << 20  # bytes; enough for ten thousand figures
SUFFIX: Final = ".toml"
MOST_EMPTY: Final = 12  # up to this number, places to fill in are listed one by one; more are counted by section
SHOWN_EMPTY: Final = 3  # places listed per section


class CaseError(ValueError):
    """A case file with errors: `problems` holds all of them, and the message has one line for each."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        empty = [problem for problem in problems if problem.message.startswith(NOT_FILLED)]
        told = [problem for problem in problems if problem not in empty] if len(empty) > MOST_EMPTY else problems
        lines = [f"{file}: {place}: {message}" if place else f"{file}: {message}" for place, message in told]
        if len(empty) > MOST_EMPTY:
            lines += _empty_sections(file, empty)
        super().__init__("\n".join(lines))
        self.file = file
        self.problems = tuple(problems)


def _empty_sections(file: str, empty: Sequence[Problem]) -> Iterator[str]:
    """Lines that count the places not filled in yet, one per section."""
    yield f"{file}: {len(empty)} places are {NOT_FILLED.removeprefix('is ')}"
    sections: dict[str, list[str]] = {}
    for problem in empty:
        section, _, key = problem.place.partition(".")
        sections.setdefault(section, []).append(key or section)
    for section, keys in sections.items():
        more = f" and {len(keys) - SHOWN_EMPTY} more" if len(keys) > SHOWN_EMPTY else ""
        yield f"  {section:<16}{len(keys):>5}  {', '.join(keys[:SHOWN_EMPTY])}{more}"


def find(name_or_path: str | Path) -> Case:
    """Load a bundled case by name, or a case file by path.

    Raises
    ------
    CaseError
        If there is no such case, or it has errors.
    """
    name = str(name_or_path)
    if name in bundled_names():
        return bundled(name)
    if Path(name).suffix or Path(name).exists():
        return load(name)
    raise CaseError(name, [Problem("", f"no such file, and no bundled case; {_bundled_hint(name)}")])


def bundled_names() -> tuple[str, ...]:
    """Names of the cases that come with the package."""
    return tuple(sorted(file.name.removesuffix(SUFFIX) for file in _cases().iterdir() if file.name.endswith(SUFFIX)))


def bundled(name: str) -> Case:
    """Load a bundled case.

    Raises
    ------
    CaseError
        If there is none of this name.

    Examples
    --------
    >>> bundled("xiaomi_2018").company.currency
    'CNY'
    """
    if name not in bundled_names():
        raise CaseError(name, [Problem("", f"no bundled case; {_bundled_hint(name)}")])
    with resources.as_file(_cases()) as folder:
        return parse((folder / (name + SUFFIX)).read_text(encoding="utf-8"), name + SUFFIX, folder)


def load(path: str | Path) -> Case:
    """Load a case file.

    Raises
    ------
    CaseError
        If the file cannot be read or has errors; the message lists all problems.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise CaseError(str(path), [Problem("", "is a folder: expected a case file")])
        if not file.is_file():
            raise CaseError(str(path), [Problem("", "no such file")])
        if file.stat().st_size > SIZE_LIMIT:
            problem = Problem("", f"{file.stat().st_size:,} bytes: expected at most {SIZE_LIMIT:,}")
            raise CaseError(str(path), [problem])
        return parse(_text(file.read_bytes(), str(path)), str(path), file.parent)
    except OSError as error:
        raise CaseError(str(path), [Problem("", f"cannot be read: {error.strerror}")]) from None


def parse(text: str, file: str, folder: Path | None = None) -> Case:
    """Parse the text of a case; `file` is its name in errors, `folder` the folder of its tables.

    Raises
    ------
    CaseError
        If the text has errors; the message lists all problems.
    """
    try:
        raw = frozen(tomllib.loads(text, parse_float=Written))
    except tomllib.TOMLDecodeError as error:
        raise CaseError(file, [_syntax(error, text)]) from None
    except (RecursionError, ValueError):  # limits of Python's parser: nesting depth and digits of a number
        raise CaseError(file, [Problem("", "nested too deeply, or a number of thousands of digits")]) from None
    raw, unread = _with_tables(raw, folder or Path())
    case, problems = read(raw)
    problems = [*unread, *problems]
    if problems or case is None:
        raise CaseError(file, problems)
    return case


def input_hash(case: Case) -> str:
    """Hash of twelve characters of the contents of a case; comments and formatting of its file do not affect it."""
    canonical = json.dumps(case.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _with_tables(raw: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Data of a case including the rows of its table files, and problems of these files."""
    if not any(isinstance(section, dict) and "table" in section for section in raw.values()):
        return raw, []
    from workbooks.case.tables import with_tables  # noqa: PLC0415 - reading tables takes a dozen further modules

    return with_tables(raw, folder)


def _cases() -> Traversable:
    return resources.files("workbooks") / "cases"


def _bundled_hint(name: str) -> str:
    near = get_close_matches(name, bundled_names(), n=1)
    return f"did you mean {near[0]}?" if near else f"bundled are {', '.join(bundled_names())}"


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(f"line {line}", f"byte {data[error.start]:#04x} is not UTF-8: save the file as UTF-8")
        raise CaseError(file, [problem]) from None


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    message, where = re.fullmatch(r"(.*?)(?: \(at (.*)\))?", str(error), re.DOTALL).groups()  # type: ignore[union-attr] # fits any text
    number = re.match(r"line (\d+)", where or "")
    line = text.splitlines()[int(number[1]) - 1].strip() if number else ""
    told = f"{message}{': ' + line[:60] if line else ''}"
    wanted = next((wanted for pattern, wanted in _TYPED if re.search(pattern, line)), "") if number else ""
    return Problem(where or "", f"{told}{'; ' * bool(wanted)}{wanted}")


# Common mistakes in TOML, and hints how to write it.
_TYPED: Final = (
    (r"[“”‘’]", 'quotes are straight: "text"'),
    (r"=\s*[-+]?\d{1,2}[./]\d{1,2}[./]\d{2,4}", "a date is written 2018-06-30, without quotes"),
    (r"=\s*[-+]?\d{1,3}(,\d{3})+(\.\d+)?\s*(#.*)?$", "a number is written without commas: 1218"),
    (r"=\s*[-+]?\d+,\d+\s*(#.*)?$", "a decimal is written with a point: 12.5"),
    (r"=\s*[-+]?[\d.]+\s*[%％]", 'a percentage stands in quotes, "12.5%", or is a fraction, 0.125'),
    (r"=\s*[-+]?[\d.]+\s*[^\W\d]", 'an amount with its unit stands in quotes: "45 USD m"'),
    (r"=\s*(#.*)?$", "a value is missing after the sign ="),
    (r"=\s*(?!true|false|inf|nan)[^\W\d]", 'a text stands in quotes: name = "Pike"'),
)
