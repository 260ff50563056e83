"""Files appear whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path


def save(data: bytes, out: Path) -> None:
    """Write a file whole: whatever interrupts it, there stands what was there before, or all of the new.

    Raises
    ------
    OSError
        If the place cannot hold a file: it is a folder, its folder does not exist, it may not be written.
    """
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(out))
    if not out.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder does not exist", str(out.parent))
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


def _share(temporary: str, out: Path) -> None:
    # mkstemp makes a file for its owner alone; this one gets the rights any new file would get.
    if out.exists():
        mode = out.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)
