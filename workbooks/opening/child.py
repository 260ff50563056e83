"""Runs work on a file in a child process with limits of memory and time.

A native library that runs out of memory kills its process without an exception. In a child process this becomes a
normal error, with one line that names what was being worked on.
"""

import importlib
import mmap
import os
import pickle
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from workbooks.opening.limits import STANDARD, LimitError, Limits, PackageError
from workbooks.opening.place import SIZE, keep_in, last

_ROOT: Final = Path(__file__).parents[2]
_OUT_OF_MEMORY: Final = 77  # status of a process that Python itself ended
_QUIET: Final = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}


def in_child(task: str, *arguments: object, limits: Limits = STANDARD) -> Any:  # noqa: ANN401 - what the task gives
    """Call a function in a child process and return its result.

    Parameters
    ----------
    task : str
        The function as `module:name`. It is found on the path of this package.
    arguments
        Its arguments; they and its result must be picklable.
    limits : Limits
        Memory in bytes and time in seconds that the process may use. Memory is limited on Linux only; elsewhere only
        the sizes of the file are checked.

    Raises
    ------
    LimitError
        If the process used more than the limits, or was ended by a library; the message says what it worked on.
    Exception
        What the function raises.
    """
    with tempfile.TemporaryFile() as file:
        file.truncate(SIZE)
        with mmap.mmap(file.fileno(), SIZE) as board:
            return _answer(task, arguments, limits, file, board)


def read_limited(path: Path, limits: Limits = STANDARD) -> bytes:
    """Read a file after checking its size.

    Raises
    ------
    OSError
        If it cannot be read.
    LimitError
        If it is larger than the limits.
    """
    with path.open("rb") as file:
        data = file.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        size = path.stat().st_size
        message = f"has {size:,} bytes: the limit is {limits.file_bytes:,}" + _raised(limits, "--memory")
        raise LimitError(message)
    return data


def _answer(task: str, arguments: tuple[object, ...], limits: Limits, file: BinaryIO, board: mmap.mmap) -> Any:  # noqa: ANN401
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | _QUIET | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}
    shared = [file.fileno()] if os.name == "posix" else []
    work = pickle.dumps((task, arguments, limits, shared))
    with subprocess.Popen(
        [sys.executable, "-m", "workbooks.opening.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        pass_fds=shared,
    ) as process:
        try:
            out, errors = process.communicate(work, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            message = f"takes more than {limits.seconds:g} s{_where(board)}" + _raised(limits, "--seconds")
            raise LimitError(message) from None
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise _ended(process.returncode, errors.decode(errors="replace"), limits, _where(board))
    answer, raised = pickle.loads(out)  # noqa: S301 - our own process wrote it
    if raised is not None:
        raise raised
    return answer


def _raised(limits: Limits, option: str) -> str:
    return f"; {option} raises the limit" if limits.options else ""


def _where(board: mmap.mmap) -> str:
    place = last(board)
    return f", at {place}" if place else ""


def _ended(status: int, errors: str, limits: Limits, where: str) -> PackageError:
    memory = f"needs more than {limits.memory // 2**20} MB of memory{where}" + _raised(limits, "--memory")
    lines = errors.strip().splitlines()
    if status == _OUT_OF_MEMORY or "memory allocation" in errors or "MemoryError" in errors:
        return LimitError(memory)
    why = f" ({' '.join(lines[-1].split())[:200]})" if lines else ""
    return LimitError(f"stops the engine that reads it{where}{why}")


def _limit_memory(memory: int) -> None:
    """Limit the memory of this process to its present size plus an allowance."""
    if not sys.platform.startswith("linux"):
        return
    import resource  # noqa: PLC0415 - not on Windows

    page = os.sysconf("SC_PAGE_SIZE")
    reserved, resident = (int(number) * page for number in Path("/proc/self/statm").read_text("ascii").split()[:2])
    most = reserved + max(memory - resident, memory // 4)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work() -> None:
    """Run the task given on standard input, and write the result to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output printed by libraries is not part of the result
    task, arguments, limits, shared = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process wrote it
    if shared:
        keep_in(mmap.mmap(shared[0], SIZE))
    module, _, name = task.partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
        _limit_memory(limits.memory)
        answer: tuple[object, Exception | None] = (function(*arguments), None)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Exception as problem:  # noqa: BLE001 - it is raised again where the work was asked for
        answer = (None, problem)
    try:
        written = pickle.dumps(answer)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    with suppress(BrokenPipeError), out:
        out.write(written)
    os._exit(0)


if __name__ == "__main__":
    _work()
