"""Excel is set up on a simulated Windows; undoing it restores every byte."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import PureWindowsPath
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.excel.install import STEPS, XLWINGS, InstallError, install, uninstall
from addin.excel.settings import CONDA_ENV, CONDA_PATH, INTERPRETER, MODULES, changed, parse
from windows import ADDIN, EXCEL, PYTHON, SETTINGS, VERSION, XLSTART, Windows

KEPT: Final = SETTINGS.parent / "steelyard"
OLD_ADDIN: Final = b"an add-in of another version"

lines = st.lists(
    st.sampled_from(
        [
            b'"SHOW CONSOLE","True"\r\n',
            b'"INTERPRETER_WIN","C:\\old\\python.exe"\r\n',
            b'"interpreter_win","C:\\older\\python.exe"\n',
            b'"UDF MODULES","mine"\n',
            b'"UDF Modules","mine;addin.udfs"\r\n',
            '"PYTHONPATH","D:\\模型"\r\n'.encode("gbk"),
            b"\r\n",
            b"what is this\n",
            b'"LICENSE_KEY","\xff\xfe\x80"',
        ]
    ),
    max_size=6,
)
befores = st.none() | lines.map(b"".join) | lines.map(lambda found: "\ufeff".encode() + b"".join(found))
addins = st.sampled_from([None, OLD_ADDIN])


def told(steps: Iterator[str]) -> str:
    return "\n".join(steps)


def settings(windows: Windows) -> dict[str, str]:
    return parse(windows.files[SETTINGS], windows.page).values


def test_a_new_computer() -> None:
    windows = Windows()
    shown = told(install(windows))
    assert settings(windows) == {INTERPRETER: str(PYTHON), MODULES: "addin.udfs"}
    assert windows.files[SETTINGS] == f'"INTERPRETER_WIN","{PYTHON}"\r\n"UDF MODULES","addin.udfs"\r\n'.encode("gbk")
    assert (str(PYTHON), "-c", XLWINGS, "addin", "install") in windows.ran
    assert ADDIN in windows.files
    assert "Excel 16.0.18129.20158, 64-bit" in shown
    assert f"xlwings {VERSION}" in shown
    assert STEPS in shown


def test_the_remaining_steps_are_printed() -> None:
    assert [line[:2] for line in STEPS.splitlines() if line[0].isdigit()] == ["1.", "2.", "3."]


@pytest.mark.slow
@given(befores, addins, st.integers(1, 3))
def test_undoing_restores_every_byte(before: bytes | None, addin: bytes | None, times: int) -> None:
    windows = Windows()
    if before is not None:
        windows.files[SETTINGS] = before
    if addin is not None:
        windows.files[ADDIN] = addin
    files = dict(windows.files)
    for _ in range(times):
        told(install(windows))
    assert settings(windows)[INTERPRETER] == str(PYTHON)
    assert "addin.udfs" in settings(windows)[MODULES].split(";")
    told(uninstall(windows))
    assert windows.files == files
    with pytest.raises(InstallError, match="nothing to undo"):
        told(uninstall(windows))


def test_other_settings_stay_and_other_modules_are_kept() -> None:
    windows = Windows()
    windows.files[SETTINGS] = b'"SHOW CONSOLE","True"\r\n"UDF MODULES","mine"\r\n'
    shown = told(install(windows))
    assert settings(windows) == {
        "SHOW CONSOLE": "True",
        INTERPRETER: str(PYTHON),
        MODULES: "mine;addin.udfs",
    }
    assert str(KEPT / "xlwings.conf") in shown
    assert windows.files[KEPT / "xlwings.conf"] == b'"SHOW CONSOLE","True"\r\n"UDF MODULES","mine"\r\n'


def test_the_add_in_of_this_version_is_left_alone() -> None:
    windows = Windows()
    told(install(windows))
    there, windows = windows.files[ADDIN], Windows()
    windows.files[ADDIN] = there
    assert "which was there" in told(install(windows))
    assert all(XLWINGS not in command for command in windows.ran)
    assert "left as it is" in told(uninstall(windows))
    assert windows.files[ADDIN] == there


def test_an_add_in_that_was_replaced_later_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Windows()
    told(install(windows))
    monkeypatch.setattr("addin.excel.bundled.version_in", lambda data: "9.9.9" if data == b"newer" else VERSION)
    windows.files[ADDIN] = b"newer"
    assert "others have replaced it" in told(uninstall(windows))
    assert windows.files[ADDIN] == b"newer"


def test_undoing_keeps_later_changes_and_removes_ours() -> None:
    windows = Windows()
    windows.files[SETTINGS] = b'"INTERPRETER_WIN","C:\\old\\python.exe"\r\n"UDF MODULES","mine"\r\n'
    told(install(windows))
    ribbon = {"SHOW CONSOLE": "True", MODULES: "mine;addin.udfs;new"}  # what a user set on the xlwings tab since
    windows.files[SETTINGS] = changed(windows.files[SETTINGS], dict(ribbon), windows.page)
    told(uninstall(windows))
    assert settings(windows) == {INTERPRETER: r"C:\old\python.exe", MODULES: "mine", "SHOW CONSOLE": "True"}


def test_modules_that_the_user_added_survive_an_uninstall() -> None:
    windows = Windows()
    told(install(windows))
    windows.files[SETTINGS] = changed(windows.files[SETTINGS], {MODULES: "addin.udfs;new"}, windows.page)
    told(uninstall(windows))
    assert settings(windows) == {MODULES: "new"}


def test_an_interpreter_that_the_user_chose_later_is_kept() -> None:
    windows = Windows()
    told(install(windows))
    windows.files[SETTINGS] = changed(windows.files[SETTINGS], {INTERPRETER: "C:\\other.exe"}, windows.page)
    told(uninstall(windows))
    assert settings(windows) == {INTERPRETER: "C:\\other.exe"}


def test_settings_that_the_user_deleted_are_not_restored() -> None:
    windows = Windows()
    files = dict(windows.files)
    windows.files[SETTINGS] = b'"SHOW CONSOLE","True"\r\n'
    told(install(windows))
    del windows.files[SETTINGS], windows.files[ADDIN]
    told(uninstall(windows))
    assert windows.files == files


def test_uninstall_after_two_installs_restores_the_original() -> None:
    windows = Windows()
    windows.files[SETTINGS] = b'"SHOW CONSOLE","True"\r\n'
    files = dict(windows.files)
    told(install(windows))
    other = PureWindowsPath(r"C:\conda\envs\finance\python.exe")
    windows.files[other] = windows.files[other.parent / f"xlwings64-{VERSION}.dll"] = b""
    files |= {each: b"" for each in windows.files if each.is_relative_to("C:\\conda")}
    windows.answers[other] = windows.answers[PYTHON]
    windows.python = other
    windows.variables |= {"CONDA_DEFAULT_ENV": "finance", "CONDA_EXE": r"C:\conda\Scripts\conda.exe"}
    told(install(windows))
    assert settings(windows) == {
        "SHOW CONSOLE": "True",
        INTERPRETER: "python",
        CONDA_PATH: r"C:\conda",
        CONDA_ENV: "finance",
        MODULES: "addin.udfs",
    }
    told(uninstall(windows))
    assert windows.files == files


@pytest.mark.parametrize(
    ("environment", "python"),
    [
        ("base", r"C:\my conda\python.exe"),
        ("finance", r"C:\my conda\envs\finance\python.exe"),
        (r"D:\envs\finance", r"D:\envs\finance\python.exe"),
    ],
)
def test_conda_settings_are_written_in_the_form_that_xlwings_reads(environment: str, python: str) -> None:
    windows = Windows(python=PureWindowsPath(python))
    windows.variables |= {"CONDA_DEFAULT_ENV": environment, "CONDA_EXE": r"C:\my conda\Scripts\conda.exe"}
    windows.answers[windows.python] = windows.answers[PYTHON]
    windows.files[windows.python.parent / f"xlwings64-{VERSION}.dll"] = b""
    told(install(windows))
    assert settings(windows) == {
        INTERPRETER: "python",
        CONDA_PATH: r"C:\my conda",
        CONDA_ENV: environment,
        MODULES: "addin.udfs",
    }


def test_a_virtual_environment_inside_an_active_conda_is_not_conda() -> None:
    windows = Windows()
    windows.variables |= {"CONDA_DEFAULT_ENV": "base", "CONDA_EXE": r"C:\conda\Scripts\conda.exe"}
    told(install(windows))
    assert settings(windows)[INTERPRETER] == str(PYTHON)


def test_a_path_outside_the_code_page_is_replaced_by_its_short_name() -> None:
    short = PureWindowsPath(r"C:\Users\B5AF~1\3F2D~1\Scripts\python.exe")
    windows = Windows(page="cp1252", short_names={PYTHON: short})
    told(install(windows))
    assert settings(windows)[INTERPRETER] == str(short)


def files_after_a_refusal(windows: Windows, message: str) -> dict[PureWindowsPath, bytes]:
    before = dict(windows.files)
    with pytest.raises(InstallError, match=message):
        told(install(windows))
    assert windows.files == before
    return before


def test_letters_that_excel_cannot_read_are_refused() -> None:
    files_after_a_refusal(Windows(page="cp1252"), "has letters that Excel's macros cannot read .* cp1252")


def test_without_excel_nothing_is_changed() -> None:
    windows = Windows()
    del windows.files[EXCEL]
    files_after_a_refusal(windows, "Excel is not installed")
    windows = Windows()
    windows.keys.clear()
    files_after_a_refusal(windows, "Excel is not installed")
    for step in (install, uninstall):
        with pytest.raises(InstallError, match="on Windows only"):
            told(step(Windows(system="Linux")))


def test_an_unsuitable_python_is_refused() -> None:
    files_after_a_refusal(Windows(answers={PYTHON: "No module named numpy"}), "does not run Steelyard: No module named")
    windows = Windows()
    windows.answers[PYTHON] = {**windows.answers[PYTHON], "importable": False}  # type: ignore[dict-item]
    files_after_a_refusal(windows, "pywin32 is missing")
    windows = Windows()
    del windows.files[PYTHON.parent.parent / f"xlwings64-{VERSION}.dll"]
    files_after_a_refusal(windows, f"xlwings64-{VERSION}.dll is neither in .*Scripts nor above it")


def test_the_add_in_is_open_in_excel_during_install() -> None:
    windows = Windows()
    windows.files[ADDIN] = OLD_ADDIN
    files = dict(windows.files)
    windows.held.add(ADDIN)
    with pytest.raises(InstallError, match=r"Close Excel and run this again\. \(Error: Failed to install"):
        told(install(windows))
    windows.held.clear()
    told(install(windows))
    windows.held.add(ADDIN)
    with pytest.raises(InstallError, match="Close Excel and run this again"):
        told(uninstall(windows))
    windows.held.clear()
    told(uninstall(windows))
    assert windows.files == files


def test_the_add_in_is_open_in_excel_during_uninstall() -> None:
    windows = Windows()
    files = dict(windows.files)
    told(install(windows))
    windows.held.add(ADDIN)
    with pytest.raises(InstallError, match=r"could not be removed\. Close Excel"):
        told(uninstall(windows))
    windows.held.clear()
    told(uninstall(windows))
    assert windows.files == files


def test_nothing_is_left_in_the_folder_that_excel_opens() -> None:
    windows = Windows()
    windows.files[ADDIN] = OLD_ADDIN
    told(install(windows))
    assert [path for path in windows.files if path.parent == XLSTART] == [ADDIN]


@pytest.mark.slow
@pytest.mark.parametrize("action", ["install", "remove"])
def test_the_xlwings_command_line_has_the_name_that_we_call(action: str) -> None:
    command = [sys.executable, "-c", XLWINGS, "addin", action, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "addin" in done.stdout
