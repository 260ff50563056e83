"""Worker processes: every item once, errors raised, killed workers replaced, even in the middle of a result."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from workbooks import batch
from workbooks.processes import ATTEMPTS, Killed, map_in_processes

LONG = 4_000_000  # bytes of a result, far more than a pipe holds

unix = pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")


def halved(number: int) -> float:
    if number < 0:
        message = f"{number} is negative"
        raise ValueError(message)
    return number / 2


def killed_while_writing(number: int) -> bytes:
    """A long result for even numbers; for odd ones the worker is killed soon, while it writes one, the first time."""
    marker = Path(f"killed-{number}")
    if number % 2 and not marker.exists():
        marker.touch()
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes([number]) * LONG


def always_killed(number: int) -> int:
    if number == 3:
        Path(f"tried-{time.monotonic_ns()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize(("count", "processes"), [(0, 2), (1, 2), (7, 1), (7, 3)])
def test_every_item_comes_once_with_its_result(count: int, processes: int) -> None:
    assert sorted(map_in_processes(halved, range(count), processes)) == [(n, n / 2) for n in range(count)]
    assert not multiprocessing.active_children()


def test_what_the_function_raises_is_raised_and_the_workers_end() -> None:
    with pytest.raises(ValueError, match=r"^-4 is negative$"):
        list(map_in_processes(halved, [1, 2, -4, 8], 2))
    assert not multiprocessing.active_children()


def test_workers_end_when_the_results_are_no_longer_wanted() -> None:
    results = map_in_processes(halved, range(50), 2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


@unix
def test_a_worker_killed_in_the_middle_of_a_long_result_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = {}
    for number, result in map_in_processes(killed_while_writing, range(4), 2):
        found[number] = result
        if (
            number == 0
        ):  # meanwhile nobody reads: the worker of number 1 waits in the middle of its result, and is killed
            deadline = time.monotonic() + 60
            while not Path("killed-1").exists():
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(0.6)
    assert found == {number: bytes([number]) * LONG for number in range(4)}


@unix
def test_an_item_at_which_every_worker_is_killed_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    results = dict(map_in_processes(always_killed, range(6), 2))
    assert isinstance(results.pop(3), Killed)
    assert results == {number: number for number in (0, 1, 2, 4, 5)}
    assert len(list(tmp_path.glob("tried-*"))) == ATTEMPTS


def test_a_case_at_which_processes_are_killed_is_told_and_the_others_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(function: object, items: Iterable[str], processes: int) -> Iterable[tuple[str, object]]:
        assert callable(function)
        assert processes == 2
        for item in items:
            yield item, Killed() if item == "pike_2014" else batch.Built(item, "x.xlsx", 1, 1, "OK", 0.1, "")

    monkeypatch.setattr(batch, "map_in_processes", killed)
    built = list(batch.build_many(["pike_2014", "netflix_2018"], tmp_path, processes=2))
    assert [each.problem for each in built] == [batch.KILLED, ""]
    assert batch.KILLED in (tmp_path / batch.SUMMARY).read_text("utf-8-sig")
