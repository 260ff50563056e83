"""An interrupted write leaves the old file whole, and one line says why."""

import errno
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from absent import give_up
from workbooks.files import LEFT, save

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits are POSIX's")

CASES: Final = Path(__file__).parents[2] / "workbooks" / "cases"
KILLS: Final = 200
# Every command that writes a file, to a file that is there already.
COMMANDS: Final = {
    "build": ["build", "xiaomi_finance_2016", "-o", "{out}"],
    "new": ["new", "{out}", "--force"],
    "new --like": ["new", "{out}", "--like", "sotp", "--force"],
    "recalc": ["recalc", "{given}", "-o", "{out}"],
    "value --to": ["value", "{given}", "--to", "{out}"],
    "diff -o": ["diff", "xiaomi_finance_2016", "{changed}", "-o", "{out}"],
    "check --annotate": ["check", "{given}", "--annotate", "{out}"],
    "calc-extension": ["calc-extension", "-o", "{out}"],
    "picture": ["picture", "thyssenkrupp_2018", "--kind", "waterfall", "-o", "{out}"],
    "convert": ["convert", "{changed}", "-o", "{out}", "--force"],
}
SUFFIXES: Final = {"value --to": ".toml", "convert": ".toml", "calc-extension": ".oxt", "picture": ".svg"}


def run(
    arguments: list[str], prepare: Callable[[], None] | None = None, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "addin", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=prepare)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("given") / "given.xlsx"
    assert run(["build", "xiaomi_finance_2016", "-o", str(path)]).returncode == 0
    text = (CASES / "xiaomi_finance_2016.toml").read_text("utf-8")
    path.with_name("changed.toml").write_text(text.replace("value = { value = 30,", "value = { value = 33,"), "utf-8")
    return path


def written(name: str, given: Path, folder: Path) -> tuple[list[str], Path]:
    """A command's arguments, and the file that it is to replace."""
    out = folder / f"model{SUFFIXES.get(name, '.xlsx')}"
    out.write_bytes(b"before")
    return [each.format(out=out, given=given, changed=given.with_name("changed.toml")) for each in COMMANDS[name]], out


def refused(done: subprocess.CompletedProcess[str], out: Path, reason: str) -> None:
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if reason in line]
    assert len(lines) == 1
    assert str(out) in lines[0]
    assert "Traceback" not in done.stderr
    assert out.read_bytes() == b"before"
    assert not list(out.parent.glob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_open_in_excel_is_not_changed(name: str, given: Path, tmp_path: Path) -> None:
    arguments, out = written(name, given, tmp_path)
    out.with_name(f"~${out.name}").write_bytes(b"\x05Maria")
    refused(run(arguments), out, "is open in another program: close it there")


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_leaves_the_file_as_it_was(name: str, given: Path, tmp_path: Path) -> None:
    arguments, out = written(name, given, tmp_path)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    done = run(arguments, limit)
    assert done.returncode != 0
    # A temporary file may be what there is no room for.
    (line,) = [line for line in done.stderr.splitlines() if "a file may not become that large here" in line]
    assert "Traceback" not in done.stderr
    assert "the file is as it was" in line or "nothing was written" in line
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def as_everybody() -> list[str]:
    """What a command begins with so that it may write where its user may: root may everywhere."""
    if os.name == "nt" or os.geteuid():
        return []
    setpriv = which("setpriv")
    if setpriv is None:
        give_up("root may write everywhere, and setpriv is not here to take that right away")
    return [setpriv, "--bounding-set=-dac_override"]


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_read_only_folder_is_said_to_be_one(name: str, given: Path, tmp_path: Path) -> None:
    arguments, out = written(name, given, tmp_path)
    tmp_path.chmod(0o500)
    try:
        done = run(arguments, before=as_everybody())
        refused(done, out, "it may not be written here: the file is as it was")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(("number", "reason"), [("ENOSPC", "the disk is full"), ("EROFS", "can only be read")])
def test_why_a_file_cannot_be_written_is_said_in_words(
    number: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(getattr(errno, number), "words of the system")

    out = tmp_path / "model.xlsx"
    out.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=f"{reason}: the file is as it was"):
        save(b"after", out)
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_old_temporary_files_are_removed(tmp_path: Path) -> None:
    out, old, new = (tmp_path / name for name in ("model.xlsx", ".model.xlsx.1.part", ".model.xlsx.2.part"))
    for path in (old, new):
        path.touch()
    past = time.time() - LEFT - 1
    os.utime(old, (past, past))
    save(b"", out)
    assert sorted(tmp_path.iterdir()) == sorted([out, new])


class Commands:
    """Runs commands in children of a process that has imported what they need, so that each takes a moment."""

    SERVER: Final = """
import contextlib, importlib, json, os, sys
from addin.commands.app import app
for line in sys.stdin:
    arguments, modules = json.loads(line)
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    out, into = os.pipe()
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        with contextlib.suppress(BaseException):
            app(arguments, standalone_mode=False)
        with contextlib.suppress(BaseException):
            os.write(into, json.dumps(sorted(name for name in sys.modules if "." in name)).encode())
        os._exit(0)
    os.close(into)
    print(child, flush=True)
    with os.fdopen(out, "rb") as said:
        loaded = said.read()
    os.waitpid(child, 0)
    print(loaded.decode() or "[]", flush=True)
"""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.modules: list[str] = []

    def run(self, arguments: list[str], killed_after: float | None = None) -> None:
        """Run a command; kill it so many seconds after its start."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([arguments, self.modules]) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.modules = json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@pytest.mark.slow
def test_two_hundred_kills_damage_nothing(given: Path, tmp_path: Path) -> None:
    """Every command is killed twenty times on its way: there stands the old file, or all of the new one."""
    chance = random.Random(20181207)  # noqa: S311 - moments, not secrets
    commands = Commands()
    kills = early = 0
    for name in COMMANDS:
        folder = tmp_path / name.replace(" ", "")
        folder.mkdir()
        arguments, out = written(name, given, folder)
        commands.run(arguments)
        whole = out.read_bytes()
        assert whole != b"before"
        begin = time.perf_counter()
        commands.run(arguments)
        seconds = time.perf_counter() - begin
        for number in range(KILLS // len(COMMANDS)):
            out.write_bytes(b"before")
            # Half of the kills anywhere, half where it writes.
            commands.run(arguments, chance.uniform(0 if number % 2 else 0.8 * seconds, 1.05 * seconds))
            kills += 1
            early += out.read_bytes() == b"before"
            assert out.read_bytes() in (b"before", whole), (name, number)
            assert not [path for path in folder.iterdir() if path != out and path.suffix != ".part"]
        commands.run(arguments)  # what a killed one left is in nobody's way
        assert out.read_bytes() == whole
    commands.close()
    assert kills == KILLS
    assert KILLS / 10 < early < KILLS  # some were killed before they wrote, some after


@pytest.mark.slow
def test_kills_in_the_middle_of_a_write_damage_nothing(given: Path, tmp_path: Path) -> None:
    chance = random.Random(20181207)  # noqa: S311 - moments, not secrets
    out, whole = tmp_path / "model.xlsx", given.read_bytes()
    out.write_bytes(b"before")
    survived = 0
    for number in range(50):
        child = os.fork()
        if not child:
            while True:
                save(whole, out)
        time.sleep(chance.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert out.read_bytes() in (b"before", whole), number
        survived += out.read_bytes() == whole
    assert survived > 25  # the writes did happen
