"""A command that takes long says so on a terminal, and says nothing where its output is piped."""

import os
import time
from threading import Thread

import pytest

from addin.commands import progress as module
from addin.commands.progress import progress


def shown_on_a_terminal(seconds: float, monkeypatch: pytest.MonkeyPatch) -> str:
    """What stands on a terminal after something took so long."""
    master, slave = os.openpty()
    parts: list[bytes] = []

    def read() -> None:
        try:
            while part := os.read(master, 1024):
                parts.append(part)
        except OSError:  # the other end is closed
            return

    reader = Thread(target=read)
    reader.start()
    with os.fdopen(slave, "w", encoding="utf-8") as terminal:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr("sys.stderr", terminal)
        with progress("Building acme"):
            time.sleep(seconds)
        monkeypatch.undo()
    reader.join()
    os.close(master)
    return b"".join(parts).decode()


@pytest.mark.skipif(os.name == "nt", reason="terminals are POSIX's")
def test_progress_is_shown_for_long_work_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Building acme" not in shown_on_a_terminal(0, monkeypatch)
    monkeypatch.setattr(module, "AFTER", 0.05)
    assert "Building acme" in shown_on_a_terminal(0.5, monkeypatch)


def test_nothing_is_shown_where_output_is_piped(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AFTER", 0.0)
    with progress("Building acme"):
        time.sleep(0.1)
    assert capfd.readouterr() == ("", "")
