"""`steelyard install`, `uninstall`, `doctor`, `vba` and `build --xlsm`: what they print, and with which status."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from addin.excel.doctor import ALL_IS_WELL, LOOK_INSIDE
from addin.excel.macros import STEPS
from addin.excel.vba import module
from command import run
from windows import ADDIN, PYTHON, SETTINGS, Windows

FOLDER: Final = "估值 of 2018"


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    there = Windows()
    monkeypatch.setattr("addin.excel.machine.ThisMachine", lambda: there)
    return there


def test_install_doctor_and_uninstall(windows: Windows) -> None:
    before = dict(windows.files)
    done = run("install")
    assert (done.exit_code, done.stderr) == (0, "")
    assert {SETTINGS, ADDIN} <= windows.files.keys()
    looked = run("doctor")
    assert looked.exit_code == 0
    assert "WRONG" not in looked.stdout
    assert looked.stdout.endswith(f"\n\n{ALL_IS_WELL}\n{LOOK_INSIDE}\n")
    undone = run("uninstall")
    assert (undone.exit_code, undone.stderr) == (0, "")
    assert windows.files == before
    again = run("uninstall")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "nothing to undo" in again.stderr


def test_obstacles_are_reported_after_the_steps_that_were_done(windows: Windows) -> None:
    windows.answers[PYTHON] = "ModuleNotFoundError: No module named 'numpy'"
    done = run("install")
    assert done.exit_code == 1
    assert done.stdout.startswith("Excel     Excel 16.0")
    assert done.stderr.endswith("does not run Steelyard: ModuleNotFoundError: No module named 'numpy'\n")


def test_a_finding_is_one_line_with_its_remedy_below(windows: Windows) -> None:
    assert run("install").exit_code == 0
    del windows.files[ADDIN]
    looked = run("doctor")
    assert looked.exit_code == 1
    assert re.search(r"^ok     Excel      Excel 16", looked.stdout, re.MULTILINE)
    assert re.search(
        r"^WRONG  Add-in     xlwings' add-in is not in .*\n {18}steelyard install$", looked.stdout, re.MULTILINE
    )
    assert ALL_IS_WELL not in looked.stdout


def test_a_workbook_is_examined(windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("install").exit_code == 0
    monkeypatch.chdir(tmp_path)
    looked = run("doctor", "no such book.xlsm")
    assert looked.exit_code == 1
    assert "no such book.xlsm: no such file" in looked.stdout
    assert windows.ran[-1][-1].count(str(tmp_path).replace("/", "\\")) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there it has more to say")
def test_the_doctor_on_this_system_lists_what_works_without_excel() -> None:
    program = [sys.executable, "-c", "from addin.commands.app import main; main()", "doctor"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Windows only" in done.stdout
    assert "steelyard build" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there it would")
@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_nothing_is_installed_on_other_systems(command: str) -> None:
    done = run(command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "on Windows only" in done.stderr


def test_the_module_is_a_file_that_vba_imports(tmp_path: Path) -> None:
    out = tmp_path / FOLDER / "steelyard.bas"
    out.parent.mkdir()
    done = run("vba", "-o", str(out))
    assert (done.exit_code, done.stderr) == (0, "")
    assert str(out) in done.stdout
    assert "Import File" in done.stdout
    assert out.read_bytes().decode("ascii") == module().replace("\n", "\r\n")


def test_a_module_that_cannot_be_written(tmp_path: Path) -> None:
    done = run("vba", "-o", str(tmp_path / "nowhere" / "steelyard.bas"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nowhere" in done.stderr


def test_a_workbook_with_macros(tmp_path: Path) -> None:
    out = tmp_path / FOLDER / "小米 model.XLSM"
    out.parent.mkdir()
    done = run("build", "xiaomi_2015", "--xlsm", "-o", str(out))
    assert (done.exit_code, done.stderr) == (0, "")
    assert STEPS in done.stdout
    assert out.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("words", [("--xlsm", "-o", "book.xlsx"), ("-o", "book.xlsm"), ("--xlsm", "-o", "book")])
def test_a_workbook_with_a_suffix_that_does_not_match(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("build", "xiaomi_2015", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "give both --xlsm and that name" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["install", "uninstall", "doctor", "vba"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = " ".join(run(command, "--help").stdout.split())
    assert f"Example: steelyard {command}" in shown
    assert command in run().output
