"""Files that ask for more than any workbook does are refused or computed, within limits, and end no process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from addin.embedded import recalculate
from hostile_files import hostile_files, of, packed, parts, sheet
from workbooks.opening.child import in_child, read_limited
from workbooks.opening.limits import MEGABYTE, LimitError, Limits, PackageError
from workbooks.opening.package import opened, shown
from workbooks.recalculation.refusal import EngineError

FILES: Final = dict(hostile_files())
SECONDS: Final = 30
MEMORY: Final = 500  # MB
# One of each way to be refused or computed; the others are slow together.
QUICK: Final = (
    "36 doublings of 1,000 letters",
    "understated size",
    "document type in [Content_Types].xml",
    "array that ends before it begins",
    "merge of a sheet",
    "sums of sums",
)
# Runs the command, and says its status, its lines and the most memory that one of its processes had.
PROGRAM: Final = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run([sys.executable, "-m", "addin", *sys.argv[1:]], capture_output=True, text=True)
unit = 2**20 if sys.platform == "darwin" else 2**10
print(json.dumps({"status": done.returncode, "said": done.stderr, "seconds": time.perf_counter() - started,
    "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit}))
"""


def test_there_are_110_of_them() -> None:
    assert len(FILES) >= 110


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in FILES]
)
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with the module resource")
def test_it_is_refused_or_computed_within_limits(name: str, tmp_path: Path) -> None:
    path, out = tmp_path / "hostile.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(FILES[name])
    status = ended_well(path, "recalc", str(path), "-o", str(out))
    assert out.exists() == (status == 0)
    assert path.read_bytes() == FILES[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["check", "peers", "value"])
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with the module resource")
def test_every_command_that_opens_a_workbook_refuses_or_reads_it_within_limits(
    command: str, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(FILES[name])
    ended_well(path, command, str(path))


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize(
    "words",
    [["diff", "FILE", "xiaomi_2018"], ["new", "out.toml", "--peers", "FILE"], ["value", "FILE", "--case", "pike_2014"]],
    ids=" ".join,
)
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with the module resource")
def test_commands_with_the_same_reader_behave_alike(
    words: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(FILES[name])
    ended_well(path, *(str(path) if word == "FILE" else word for word in words))
    assert not (tmp_path / "out.toml").exists()


def ended_well(path: Path, *words: str) -> int:
    """The status of a command that kept within the limits, and whose refusal is a few lines that name the file."""
    program = [sys.executable, "-c", PROGRAM, *words]
    done = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    assert done["status"] in (0, 1, 2), done
    assert done["seconds"] < SECONDS
    assert done["memory"] < MEMORY
    assert "Traceback" not in done["said"]
    if done["status"] == 2 or done["said"]:
        assert path.name in done["said"].splitlines()[0], done
        assert len(done["said"].splitlines()) <= 12
        assert len(done["said"]) < 2000
    return int(done["status"])


# --- Refused before a parser sees the workbook -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("duplicate worksheet", "holds the part xl/worksheets/sheet1.xml twice"),
        ("duplicate in capitals", "holds the part xl/worksheets/sheet1.xml twice"),
        ("20,000 parts", "has 20,005 parts: the limit is 10,000"),
        ("document type in [Content_Types].xml", r"declares a document type in \[Content_Types\].xml"),
        ("document type after a comment", "declares a document type in xl/worksheets/sheet1.xml"),
        ("UTF-16", "has a part that is not in UTF-8: xl/worksheets/sheet1.xml"),
        ("UTF-7", "has a part that is not in UTF-8: xl/worksheets/sheet1.xml"),
        ("80 MB of comments", "has a tag or a comment of more than 1 MB in xl/worksheets/sheet1.xml"),
        ("long attribute", "has a tag or a comment of more than 1 MB in xl/worksheets/sheet1.xml"),
        ("200,000 attributes", "has a tag or a comment of more than 1 MB in xl/worksheets/sheet1.xml"),
        ("merge of a sheet", "merges more than 2,000,000 cells .* in xl/worksheets/sheet1.xml, at A1:XFD1048576"),
        ("60,000 merges", "merges more than .* 50,000 areas in xl/worksheets/sheet1.xml, at A50001:B50001"),
        ("6 million cells", "has more than 5,000,000 cells, at xl/worksheets/sheet1.xml"),
        ("text of 40,000 letters", "has a text of 40,000 characters in xl/worksheets/sheet1.xml"),
        ("500 MB of spaces", "has a part of more than 96 MB when it is unpacked: xl/worksheets/sheet1.xml"),
        ("three parts of 80 MB", "is larger than 160 MB when it is unpacked, at xl/media/2.png"),
        ("only a directory", r"is broken: \[Content_Types\].xml"),
        ("encrypted flag", r"is broken: \[Content_Types\].xml is encrypted"),
        ("understated size", "is broken: xl/worksheets/sheet1.xml: Bad CRC-32"),
    ],
)
def test_it_is_refused_before_a_parser_sees_it(name: str, told: str) -> None:
    with pytest.raises(PackageError, match=told):
        opened(FILES[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("formula of 16,000 signs", "S!A1 =---"),
        ("10,000 brackets", "brackets stand in more than 128 others"),
        ("open quote", 'S!A1 ="open: '),
        ("name of itself", "S!A1 =N0"),
        ("data table over a sheet", "S!A1 is a data table"),
        ("ring of 20,000", "a circle of references: S!A1 → S!A2"),
        ("circle by OFFSET", "a circle of references: S!A1 → S!A1"),
    ],
)
def test_a_formula_that_is_refused_is_named(name: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        recalculate(FILES[name])


def test_texts_of_the_greatest_length_pass() -> None:
    text = "&amp;" * 32_767
    assert opened(of(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'))
    with pytest.raises(LimitError, match="has a text of 32,768 characters"):
        opened(of(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}亿</t></is></c></row>'))


def test_the_words_of_a_document_type_inside_a_text_are_harmless() -> None:
    assert opened(of('<row r="1"><c r="A1" t="inlineStr"><is><t>&lt;!DOCTYPE x></t></is></c></row>'))


# --- Limits of the child process -------------------------------------------------------------------


def test_a_process_gives_what_the_function_gives() -> None:
    assert in_child("math:hypot", 3.0, 4.0) == 5.0
    with pytest.raises(ValueError, match="math domain error"):
        in_child("math:sqrt", -1.0)


def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(LimitError, match=r"takes more than 0.5 s"):
        in_child("time:sleep", 60, limits=Limits(seconds=0.5))


def test_a_process_that_ends_itself_is_reported() -> None:
    with pytest.raises(LimitError, match="stops the engine that reads it"):
        in_child("os:abort")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
def test_a_process_that_uses_too_much_memory_is_reported() -> None:
    with pytest.raises(LimitError, match="needs more than 64 MB of memory"):
        in_child("builtins:bytearray", 200 * MEGABYTE, limits=Limits(memory=64 * MEGABYTE))


def test_a_file_is_not_read_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(LimitError, match=r"has 1,000,000,000 bytes: the limit is 8,388,608"):
        read_limited(path, Limits(memory=64 * MEGABYTE))


def test_a_text_in_a_message_is_short_and_on_one_line() -> None:
    assert shown("a\nb\x00c" + "d" * 500, 9) == "a b cdddd…"
    assert opened(packed(parts(sheet("")))).namelist()
