"""An interrupted write leaves the old file whole, and one line says why."""

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from workbooks.files import LEFT, save

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits are POSIX's")

CASES: Final = Path(__file__).parents[2] / "workbooks" / "cases"
KILLS: Final = 200
MEGABYTE: Final = 1 << 20
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
}
SUFFIXES: Final = {"value --to": ".toml", "calc-extension": ".oxt"}


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
        pytest.skip("root may write everywhere, and setpriv is not here to take that right away")
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


@pytest.mark.slow
def test_two_hundred_kills_damage_nothing(given: Path, tmp_path: Path) -> None:
    """Killed at random moments, also in the middle of a write: there stands the old file, or all of the new."""
    chance = random.Random(20181207)  # noqa: S311 - moments, not secrets
    whole = given.read_bytes()
    out = tmp_path / "model.xlsx"
    writer = (
        "import sys; from pathlib import Path; from workbooks.files import save\n"
        "data, out = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])\n"
        "print('ready', flush=True)\n"
        "while True: save(data, out)\n"
    )
    out.write_bytes(b"before")
    survived = 0
    for number in range(KILLS):
        if number % 10 == 0:  # a whole command, killed somewhere on its way
            command = [sys.executable, "-m", "addin", "build", "xiaomi_finance_2016", "-o", str(out)]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.2, 1.2))
        else:
            process = subprocess.Popen([sys.executable, "-c", writer, given, out], stdout=subprocess.PIPE)
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
        assert out.read_bytes() in (b"before", whole), number
        survived += out.read_bytes() == whole
    assert survived > KILLS / 2  # the writes did happen
