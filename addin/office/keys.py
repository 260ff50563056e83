"""API keys: shown once and stored as digests in a file, which the server reads again when it changes."""

import datetime as dt
import hashlib
import hmac
import re
import secrets
import tomllib
from pathlib import Path
from typing import Annotated, Final

import msgspec

from addin.office.protocol import Refusal
from workbooks.files import save

PREFIX: Final = "sy_"
LONGEST: Final = 200
NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
HEADER: Final = "# API keys of Steelyard's server: digests only. Change it with `steelyard office key`.\n"


class KeysError(ValueError):
    """The file of keys cannot be read or changed."""


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key as the file holds it."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    made: dt.date
    expires: dt.date | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    key: list[Key] = []


def read(path: Path) -> list[Key]:
    """Keys of a file; none where there is no file yet.

    Raises
    ------
    KeysError
        If it was not written by `steelyard office key`.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as problem:
        message = f"{path}: {problem}"
        raise KeysError(message) from problem
    try:
        return msgspec.convert(tomllib.loads(text), _File).key
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        message = f"{path} is not a file of keys: {problem}"
        raise KeysError(message) from problem


def make(path: Path, name: str, today: dt.date, days: int | None) -> str:
    """Make a key, put its digest into the file, and return its text: it is shown this once.

    Raises
    ------
    KeysError
        If the name is not one, or is taken.
    """
    if not re.fullmatch(NAME[1:-1], name):
        message = f"{name!r}: a name has letters, digits and . _ @ -, 64 at most"
        raise KeysError(message)
    keys = read(path)
    if name in {key.name for key in keys}:
        message = f"{name} has a key already: revoke it first, or choose another name"
        raise KeysError(message)
    text = PREFIX + secrets.token_urlsafe(32)
    expires = today + dt.timedelta(days=days) if days else None
    _write(path, [*keys, Key(name, hashlib.sha256(text.encode()).hexdigest(), today, expires)])
    return text


def revoke(path: Path, name: str) -> None:
    """Take a key out of the file.

    Raises
    ------
    KeysError
        If there is none of that name.
    """
    keys = read(path)
    left = [key for key in keys if key.name != name]
    if len(left) == len(keys):
        known = ", ".join(key.name for key in keys) or "none"
        message = f"{name} has no key in {path}; there are: {known}"
        raise KeysError(message)
    _write(path, left)


def _write(path: Path, keys: list[Key]) -> None:
    blocks = []
    for key in keys:
        expires = f"\nexpires = {key.expires.isoformat()}" if key.expires else ""
        blocks.append(
            f'[[key]]\nname = "{key.name}"\nsha256 = "{key.sha256}"\nmade = {key.made.isoformat()}{expires}\n'
        )
    save("\n".join([HEADER, *blocks]).encode(), path)
    path.chmod(0o600)


class KeyRing:
    """The keys of a file for the server; changes of the file take effect at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._keys: list[Key] = []

    def user(self, text: str, today: dt.date) -> str:
        """Name of a key.

        Raises
        ------
        Refusal
            401 if the key is not known or has expired; 503 if the file cannot be read.
        """
        digest = hashlib.sha256(text[:LONGEST].encode("utf-8", "replace")).hexdigest()
        found = None
        for key in self._current():  # all are compared, so that timing reveals nothing
            if hmac.compare_digest(key.sha256, digest):
                found = key
        if found is None:
            raise Refusal(401, "key", "the API key is not known to this server")
        if found.expires and found.expires < today:
            raise Refusal(401, "key", f"the API key expired on {found.expires}: ask for a new one")
        return found.name

    def _current(self) -> list[Key]:
        try:
            status = self._path.stat()
            mark = (status.st_mtime_ns, status.st_size)
            if mark != self._seen:
                self._keys, self._seen = read(self._path), mark
        except (OSError, KeysError) as problem:
            raise Refusal(503, "keys", "the server cannot read its file of keys") from problem
        return self._keys
