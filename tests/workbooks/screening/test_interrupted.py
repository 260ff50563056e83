"""Killed runs and lost workers: no company twice, none missing, the same bytes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from absent import need_package
from universe_tables import DCF, MULTIPLES, universe
from workbooks.screening import running
from workbooks.screening.local import Local
from workbooks.screening.running import Progress, screen

TIMES = 20
COMPANIES = 60_000


class StoppedError(Exception):
    """What stops a run here."""


def prepare(folder: Path, companies: int) -> Path:
    universe(companies).write_parquet(folder / "universe.parquet", row_group_size=8192)
    spec = folder / "spec.toml"
    spec.write_text(MULTIPLES + DCF, "utf-8")
    return spec


def undisturbed(spec: Path) -> bytes:
    screen(spec, spec.with_name("whole.parquet"), Local(1))
    return spec.with_name("whole.parquet").read_bytes()


def work_of(output: Path) -> Path:
    return output.with_name(f".{output.name}{running.WORK}")


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_stopped_run_goes_on_where_it_was(after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SIMULATED", 50)
    spec = prepare(tmp_path, 220)
    usual = undisturbed(spec)
    output = tmp_path / "out.parquet"

    def stop(progress: Progress) -> None:
        if progress.done >= 50 * after:
            raise StoppedError

    with pytest.raises(StoppedError):
        screen(spec, output, Local(1), stop)
    assert not output.exists()
    assert work_of(output).exists() == (after > 0)
    done = screen(spec, output, Local(1))
    assert done.resumed == 50 * after
    assert output.read_bytes() == usual
    assert not work_of(output).exists()


def test_another_spec_or_table_does_not_go_on_with_the_work_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SIMULATED", 50)
    spec = prepare(tmp_path, 220)
    output = tmp_path / "out.parquet"

    def stop(progress: Progress) -> None:
        if progress.done:
            raise StoppedError

    for change in ("spec", "table"):
        with pytest.raises(StoppedError):
            screen(spec, output, Local(1), stop)
        if change == "spec":
            spec.write_text(spec.read_text("utf-8").replace("seed = 5", "seed = 6"), "utf-8")
        else:
            universe(220, seed=3).write_parquet(tmp_path / "universe.parquet")
        assert screen(spec, output, Local(1)).resumed == 0
        assert output.read_bytes() == undisturbed(spec)


def _started(spec: Path, output: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "addin", "screen", spec.name, "-o", output.name, *options]
    return subprocess.Popen(command, cwd=spec.parent, stderr=subprocess.PIPE, start_new_session=True)


def _wait_for_parts(output: Path, least: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while len(list(work_of(output).glob("part-*.arrow"))) < least and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")
def test_kill_9_of_the_command_twenty_times(tmp_path: Path) -> None:
    spec = prepare(tmp_path, COMPANIES)
    usual = undisturbed(spec)
    for number in range(TIMES):
        output = tmp_path / f"out{number}.parquet"
        process = _started(spec, output, "--processes", str(1 + number % 2))
        _wait_for_parts(output, 1 + number % 6, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert not output.exists()
        kept = len(list(work_of(output).glob("part-*.arrow")))
        again = _started(spec, output)
        assert again.wait(300) == 0
        again.communicate()
        assert kept >= 1
        assert output.read_bytes() == usual
        output.unlink()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the workers by Linux's /proc")
def test_a_killed_worker_process_is_replaced_twenty_times(tmp_path: Path) -> None:
    spec = prepare(tmp_path, COMPANIES)
    usual = undisturbed(spec)
    for number in range(TIMES):
        output = tmp_path / f"out{number}.parquet"
        process = _started(spec, output, "--processes", "2")
        _wait_for_parts(output, 1 + number % 5, process)
        for child in _workers(process.pid)[:1]:
            os.kill(child, signal.SIGKILL)
        _, told = process.communicate(timeout=300)
        assert process.returncode == 0, told.decode()
        assert output.read_bytes() == usual
        output.unlink()


def _workers(parent: int) -> list[int]:
    """Processes that a run started to value partitions."""
    found = []
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split():
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"spawn_main" in command:
            found.append(int(child))
    return found


# A cluster of Dask on this machine.


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dask_scheduler() -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([*command, "--no-dashboard"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"tcp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def dask_worker(scheduler: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nthreads", "1", "--no-dashboard"]
    process = subprocess.Popen(
        [*command, "--no-nanny", "--local-directory", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("statistics", ["exact", "approximate"])
def test_a_cluster_gives_the_same_bytes(statistics: str, tmp_path: Path) -> None:
    need_package("distributed")
    spec = prepare(tmp_path, 20_000)
    if statistics == "approximate":
        text = spec.read_text("utf-8")
        spec.write_text(text.replace('by = ["industry"]', 'by = ["industry"]\napproximate = 0.01'), "utf-8")
    usual = undisturbed(spec)
    output = tmp_path / "out.parquet"
    with dask_scheduler() as address, dask_worker(address, tmp_path), dask_worker(address, tmp_path):
        process = _started(spec, output, "--scheduler", address)
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told.decode()
    assert output.read_bytes() == usual


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_an_error_of_one_line(tmp_path: Path) -> None:
    need_package("distributed")
    spec = prepare(tmp_path, 20)
    address = f"tcp://127.0.0.1:{_free_port()}"
    process = _started(spec, tmp_path / "out.parquet", "--scheduler", address)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert told.decode().startswith(f"no Dask scheduler answers at {address}")
    assert told.decode().count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spec.toml", "universe.parquet"]


@pytest.mark.slow
def test_a_lost_dask_worker_is_replaced_twenty_times(tmp_path: Path) -> None:
    need_package("distributed")
    spec = prepare(tmp_path, COMPANIES)
    usual = undisturbed(spec)
    with dask_scheduler() as address, dask_worker(address, tmp_path):
        for number in range(TIMES):
            output = tmp_path / f"out{number}.parquet"
            with dask_worker(address, tmp_path) as second:
                process = _started(spec, output, "--scheduler", address)
                _wait_for_parts(output, number % 5, process)
                second.send_signal(signal.SIGKILL)
                _, told = process.communicate(timeout=300)
            assert process.returncode == 0, told.decode()
            assert output.read_bytes() == usual
            output.unlink()
    shutil.rmtree(tmp_path, ignore_errors=True)
