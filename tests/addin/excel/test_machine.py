"""The real computer: files and programs here, and nothing of Windows where there is none."""

import sys
from pathlib import Path, PureWindowsPath
from typing import Final

import pytest

from addin.excel.machine import NOT_STARTED, Machine, Ran, ThisMachine
from addin.excel.trial import PROGRAM, Trial, try_python

MACHINE: Final[Machine] = ThisMachine()
FOLDER: Final = "with 空格 and 'quotes'"


def pure(path: Path) -> PureWindowsPath:
    return PureWindowsPath(path)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / "deep" / "a file"
    assert MACHINE.read(pure(path)) is None
    assert MACHINE.read(pure(path), 0) is None
    MACHINE.write(pure(path), b"12345")
    MACHINE.write(pure(path), b"54321")
    assert [MACHINE.read(pure(path), size) for size in (-1, 3, 0)] == [b"54321", b"543", b""]
    assert [each.name for each in path.parent.iterdir()] == ["a file"]
    assert MACHINE.read(pure(path / "below a file")) is None


def test_deleting_leaves_no_empty_folders_and_nothing_else_changed(tmp_path: Path) -> None:
    (tmp_path / "stays").touch()
    path = tmp_path / FOLDER / "deep" / "a file"
    MACHINE.write(pure(path), b"")
    MACHINE.delete(pure(path))
    MACHINE.delete(pure(path))
    assert [each.name for each in tmp_path.iterdir()] == ["stays"]


def test_a_program_that_is_a_broken_link_counts_as_present(tmp_path: Path) -> None:
    (tmp_path / "python.exe").symlink_to(tmp_path / "nowhere")
    assert MACHINE.read(pure(tmp_path / "python.exe"), 0) == b""


def test_programs() -> None:
    ran = MACHINE.run(sys.executable, "-c", "import sys; print('张', sys.argv); sys.exit('失败')", "a b", '"')
    assert (ran.status, ran.output, ran.errors) == (1, "张 ['-c', 'a b', '\"']\n", "失败\n")
    ran = MACHINE.run("no such program")
    assert (ran.status, ran.output) == (NOT_STARTED, "")
    assert "no such program" in ran.errors


@pytest.mark.skipif(sys.platform == "win32", reason="there it has them")
def test_windows_functions_do_nothing_on_other_systems() -> None:
    path = PureWindowsPath(r"C:\x")
    assert (MACHINE.registry(r"HKCU\SOFTWARE"), MACHINE.short(path), MACHINE.code_page()) == ({}, path, "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "code", "problem"),
    [
        ("", "", ""),
        ("valuation", "raise RuntimeError('not this one')", "RuntimeError: not this one"),
        ("addin", "", "ModuleNotFoundError: No module named 'addin.udfs'; 'addin' is not a package"),
    ],
)
def test_a_python_is_tried_by_running_it(package: str, code: str, problem: str, tmp_path: Path) -> None:
    class Here(ThisMachine):
        def run(self, *command: str) -> Ran:
            return super().run(sys.executable, *command[1:])

    folder = tmp_path / FOLDER.lower()  # xlwings' rule: it lowers letters on Windows only
    folder.mkdir()
    if package:
        (folder / f"{package}.py").write_text(code, "utf-8")
    trial = try_python(Here(), PureWindowsPath(sys.executable), f"true;{folder / 'model.xlsm'};;;;;")
    assert trial.problem == problem
    if not problem:
        assert (trial.bits, trial.importable) == (64 if sys.maxsize > 2**32 else 32, sys.platform == "win32")
        assert trial.xlwings
        assert trial.steelyard


@pytest.mark.parametrize(
    ("output", "errors", "status", "problem"),
    [
        ("", "", 0, "it ended with status 0 and said nothing"),
        ("", "Traceback\nImportError: no\n", 1, "ImportError: no"),
        ("hello\n", "", 0, "it said 'hello' and nothing of Steelyard"),
        ("[1]\n", "", 0, "it said '[1]' and nothing of Steelyard"),
        ('{"answer": 1.0, "python": "3"}\n', "", 0, "SOTP_VALUE gave 1.0 where 4031.2 was due"),
        ('a warning\n{"answer": 4031.2, "python": "3.12"}\n', "", 0, ""),
    ],
)
def test_messages_of_a_failing_python(output: str, errors: str, status: int, problem: str) -> None:
    class Saying(ThisMachine):
        def run(self, *command: str) -> Ran:
            assert command[3] == PROGRAM
            return Ran(status, output, errors)

    trial = try_python(Saying(), PureWindowsPath("python.exe"))
    assert isinstance(trial, Trial)
    assert trial.problem == problem
