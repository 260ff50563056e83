"""Settings of the server: address, access and limits.

A settings file is TOML, with the field names of `Settings`, `Provider` and `Limits`; the command line overrides it.
"""

import os
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

# The server's worker processes read their settings from here.
VARIABLE: Final = "STEELYARD_SERVE_SETTINGS"
HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|[0-9a-f:]+")
NAMESPACE: Final = r"^(|[A-Za-z][A-Za-z0-9._]{0,31})$"

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class SettingsError(ValueError):
    """Settings are contradictory or cannot be read; the message names the field and what is expected."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of one server process."""

    body_bytes: Count = 4_000_000
    calls: Count = 2_000  # a batch
    cells: Count = 250_000  # a result; Excel on the web takes 5 MB
    batch_cells: Count = 500_000  # all results of a batch
    waiting: Count = 64  # batches that are being answered or wait for it
    quick_threads: Count = 2
    slow_threads: Count = 1
    seconds: Seconds = 50  # for a batch; the page in Excel gives up after 60
    body_seconds: Seconds = 20  # for a request to arrive
    stop_seconds: Seconds = 3  # for requests under way when the server is told to stop


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A firm's identity provider, Entra or any other that speaks OpenID Connect."""

    issuer: str
    audience: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    scope: str = ""
    keys_url: str = ""  # left out, the issuer's own configuration names it
    client_id: str = ""  # the application in Entra that signs people in from Excel
    leeway_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 120  # largest difference of two clocks


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the server."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8765
    plain_http: bool = False
    certificate: str = ""  # a PEM file; left out, one for localhost is made
    certificate_key: str = ""
    origins: tuple[str, ...] = ()  # address for browsers: https://steelyard.firm.example
    hosts: tuple[str, ...] = ()  # further names that a Host header may have, such as a health check's
    workers: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    access: Literal["", "open"] = ""  # "open": anyone who reaches the server may call it
    keys: str = ""  # the file of API keys that `steelyard office key` writes
    provider: Provider | None = None
    namespace: Annotated[str, msgspec.Meta(pattern=NAMESPACE)] = ""
    metrics_folder: str = ""  # set by the command: where several workers count together
    limits: Limits = Limits()

    @property
    def on_loopback(self) -> bool:
        """Whether it listens on this computer alone."""
        return is_loopback(self.host)

    @property
    def guarded(self) -> bool:
        """Whether a call needs a key or a token."""
        return bool(self.keys) or self.provider is not None

    @property
    def own_origin(self) -> str:
        """The origin under which a browser on this computer reaches it."""
        return f"{'http' if self.plain_http else 'https'}://localhost:{self.port}"

    @property
    def all_origins(self) -> frozenset[str]:
        """Every origin whose pages are this server's own."""
        scheme = "http" if self.plain_http else "https"
        local = {f"{scheme}://{name}:{self.port}" for name in ("localhost", "127.0.0.1", "[::1]")}
        return frozenset(self.origins) | (local if self.on_loopback else set())

    @property
    def all_hosts(self) -> frozenset[str]:
        """Every name, without a port, that a Host header may have."""
        names = {urlsplit(origin).hostname or "" for origin in self.all_origins}
        return frozenset(name.lower() for name in {*names, *self.hosts})


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this computer's own.

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("127.0.0.9"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read(path: Path) -> dict[str, Any]:
    """A settings file as a table; its fields are checked by `settings`.

    Raises
    ------
    SettingsError
        If the file is absent or not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        message = f"{path}: {problem.strerror}"
        raise SettingsError(message) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        message = f"{path} is not TOML: {problem}"
        raise SettingsError(message) from problem


def settings(fields: dict[str, Any]) -> Settings:
    """Settings from a table of fields.

    Parameters
    ----------
    fields : dict
        As a settings file has them; what is left out has its default.

    Raises
    ------
    SettingsError
        If a field is unknown or not of its kind, or if the fields contradict each other.

    Examples
    --------
    >>> settings({"port": 9000}).own_origin
    'https://localhost:9000'
    """
    try:
        given = msgspec.convert(fields, Settings)
    except msgspec.ValidationError as problem:
        message = f"settings: {problem}"
        raise SettingsError(message) from problem
    for fault in _faults(given):
        raise SettingsError(fault)
    return given


def _faults(given: Settings) -> list[str]:
    found = [fault for name in given.origins if (fault := origin_fault(name))]
    public = [name for name in given.origins if not is_loopback(urlsplit(name).hostname or "")]
    if given.plain_http and not given.on_loopback:
        found.append(f"plain HTTP on {given.host}: it is for this computer alone, behind a proxy that speaks HTTPS")
    if (public or not given.on_loopback) and not given.guarded and given.access != "open":
        where = public[0] if public else given.host
        found.append(
            f"{where} can be reached from other computers, and any caller is let in: set keys (steelyard office "
            'key make) or [provider], or say access = "open"'
        )
    if not given.on_loopback and not given.origins:
        found.append(f"host {given.host}: origins is empty; name the address that people's browsers use, https://…")
    if bool(given.certificate) != bool(given.certificate_key):
        found.append("certificate and certificate_key: give both, or neither")
    if given.guarded and given.access == "open":
        found.append('access = "open" contradicts keys and [provider]')
    if given.provider and not is_secure(given.provider.issuer):
        found.append(f"provider.issuer: {given.provider.issuer!r} is not an https address")
    if given.provider and given.provider.keys_url and not is_secure(given.provider.keys_url):
        found.append(f"provider.keys_url: {given.provider.keys_url!r} is not an https address")
    return found


def origin_fault(origin: str) -> str:
    """Fault of an origin; empty if it is valid in a manifest.

    Examples
    --------
    >>> origin_fault("https://steelyard.firm.example"), origin_fault("https://firm.example/a")
    ('', "origin 'https://firm.example/a': expected https://NAME or https://NAME:PORT, with nothing after it")
    """
    expected = f"origin {origin!r}: expected https://NAME or https://NAME:PORT, with nothing after it"
    try:
        parts = urlsplit(origin)
        whole = f"{parts.scheme}://{parts.netloc}"
        named = bool(HOST.fullmatch(parts.hostname or "")) and (parts.port or 1) > 0
    except ValueError:
        return expected
    plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not named or whole != origin or parts.username is not None or (parts.scheme != "https" and not plain):
        return expected
    return "" if origin == origin.lower() else f"origin {origin!r}: write it in small letters, as browsers send it"


def is_secure(address: str) -> bool:
    """Whether responses of an address are protected from changes: HTTPS, or this computer."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def to_environment(given: Settings) -> None:
    """Pass the settings to worker processes by the environment."""
    os.environ[VARIABLE] = msgspec.json.encode(given).decode()


def from_environment() -> Settings:
    """Read the settings written by `to_environment`."""
    return msgspec.json.decode(os.environ[VARIABLE], type=Settings)
