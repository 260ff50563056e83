"""Writes files atomically. All commands write through this module."""

import errno
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

LEFT: Final = 3600  # seconds after which temporary files of interrupted writes are removed
_REASONS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EFBIG: "a file may not become that large here",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "it may not be written here",
    errno.EPERM: "it may not be written here",
    getattr(errno, "EDQUOT", -1): "the quota of the disk is used up",
}


def save(data: bytes, out: Path) -> None:
    """Write a file atomically: after an interruption either the old or the complete new file is there.

    Raises
    ------
    OSError
        If the file cannot be written: the path is a folder, its folder does not exist or is read-only, the disk is
        full, or another program has the file open. The message says why, and that the old file is unchanged.
    """
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(out))
    if not out.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder does not exist", str(out.parent))
    _refuse_if_open(out)
    try:
        _replace(data, out)
    except OSError as problem:
        number = problem.errno or 0
        reason = _reason(number) or problem.strerror or str(problem)
        left = "the file is as it was" if out.exists() else "nothing was written"
        raise OSError(number, f"{reason}: {left}", str(out)) from None


def _reason(number: int) -> str:
    return _REASONS.get(number) or (os.strerror(number) if number else "")


def lock_of(out: Path) -> Path | None:
    """The lock file of Excel or LibreOffice, which exists while they have a file open."""
    locks = (out.with_name(f"~${out.name}"), out.with_name(f".~lock.{out.name}#"))
    return next((lock for lock in locks if lock.exists()), None)


def _refuse_if_open(out: Path) -> None:
    lock = lock_of(out)
    if lock is not None:
        message = (
            f"is open in another program: close it there, or remove {lock.name} if it is not; the file is as it was"
        )
        raise OSError(errno.EBUSY, message, str(out))


def _replace(data: bytes, out: Path) -> None:
    _clear(out)
    descriptor, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _share(temporary, out)
        Path(temporary).replace(out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _clear(out: Path) -> None:
    """Remove old temporary files of interrupted writes to this file."""
    for part in out.parent.iterdir():
        if part.name.startswith(f".{out.name}.") and part.name.endswith(".part"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > LEFT:
                    part.unlink()


def _share(temporary: str, out: Path) -> None:
    # mkstemp creates files that only the owner can read; give this one the permissions of a normal new file.
    if out.exists():
        mode = out.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)
