"""`steelyard serve`: runs the server of the Office add-in."""

import datetime as dt
import os
import platform
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, fail

if TYPE_CHECKING:
    from addin.office.settings import Settings

EXTRA: Final = "The server needs further packages: pip install 'steelyard[serve]'"
NEXT: Final = """\
Steelyard answers at {origin}. In Excel, once:
{trust}  {number}. steelyard office manifest --origin {origin} -o steelyard-addin
  {then}. add the manifest to Excel: docs/office.md says how on Windows, on a Mac and on the web
Open {origin}/pane.html in a browser to see the pane now. Ctrl+C stops the server."""
TRUST: Final = "  1. trust this computer's certificate: {command}\n"
PLAIN: Final = """\
Steelyard answers at {origin}, without encryption: for tests, and behind a proxy. Excel itself takes https only.
Open {origin}/pane.html in a browser to see the pane. Ctrl+C stops the server."""
FIRM: Final = """\
Steelyard answers on {host}:{port} for {origins}; callers are asked for {asked}."""
ASKED: Final = {"none": "nothing", "key": "an API key", "token": "a token of the identity provider"}

app = typer.Typer()


@app.command(epilog="Example: steelyard serve")
def serve(
    config: Annotated[Path | None, typer.Option(help="A settings file, TOML; docs/office.md lists its fields.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; else this computer alone.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port; else 8765.")] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="The address that browsers reach it under: https://steelyard.firm.example.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes; else one.")] = None,
    keys: Annotated[Path | None, typer.Option(help="The file of API keys that `steelyard office key` writes.")] = None,
    certificate: Annotated[Path | None, typer.Option(help="Your own certificate, PEM.")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="Its key, PEM.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Where the certificate it makes is kept; else ~/.steelyard.")
    ] = None,
    *,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="HTTP without encryption, on this computer alone: behind a proxy.")
    ] = False,
) -> None:
    """Run the server of the Office add-in, by default for this computer only."""
    given = {
        "host": host,
        "port": port,
        "origins": tuple(origin) if origin else None,
        "workers": workers,
        "keys": str(keys.absolute()) if keys else None,
        "certificate": str(certificate.absolute()) if certificate else None,
        "certificate_key": str(certificate_key.absolute()) if certificate_key else None,
        "plain_http": plain_http or None,
    }
    settings = _settings(config, {name: value for name, value in given.items() if value is not None})
    folder = data or Path.home() / ".steelyard"
    settings, trust = _with_certificate(settings, folder)
    typer.echo(_greeting(settings, trust), err=True)
    _run(settings)


def _settings(config: Path | None, given: dict[str, Any]) -> "Settings":
    try:
        from addin.office.settings import SettingsError, read, settings  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        fail(f"{EXTRA} ({problem.name} is missing)", REFUSED)
    try:
        return settings((read(config) if config else {}) | given)
    except SettingsError as problem:
        fail(str(problem), BAD_INPUT)


def _with_certificate(settings: "Settings", folder: Path) -> tuple["Settings", str]:
    """The settings with a certificate, and the command that makes this computer trust it."""
    import msgspec  # noqa: PLC0415

    from addin.office.certificates import TRUST as COMMANDS  # noqa: PLC0415
    from addin.office.certificates import CertificateError, check_pair, ensure  # noqa: PLC0415

    if settings.plain_http:
        return settings, ""
    try:
        if settings.certificate:
            check_pair(Path(settings.certificate), Path(settings.certificate_key))
            return settings, ""
        if not settings.on_loopback:
            fail("certificate and certificate_key are needed where other computers reach the server", BAD_INPUT)
        files, _ = ensure(folder, dt.datetime.now(dt.UTC))
    except CertificateError as problem:
        fail(str(problem), BAD_INPUT)
    made = msgspec.structs.replace(settings, certificate=str(files.certificate), certificate_key=str(files.key))
    return made, COMMANDS.get(platform.system(), COMMANDS["Linux"]).format(root=files.root)


def _greeting(settings: "Settings", trust: str) -> str:
    if settings.origins:
        kind = "token" if settings.provider else "key" if settings.keys else "none"
        origins = ", ".join(settings.origins)
        return FIRM.format(host=settings.host, port=settings.port, origins=origins, asked=ASKED[kind])
    if settings.plain_http:
        return PLAIN.format(origin=settings.own_origin)
    first = TRUST.format(command=trust) if trust else ""
    number = 2 if trust else 1
    return NEXT.format(origin=settings.own_origin, trust=first, number=number, then=number + 1)


def _run(settings: "Settings") -> None:
    import msgspec  # noqa: PLC0415

    from addin.office.settings import to_environment  # noqa: PLC0415

    folder = tempfile.mkdtemp(prefix="steelyard-metrics-") if settings.workers > 1 else ""
    try:
        if folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        to_environment(msgspec.structs.replace(settings, metrics_folder=folder))
        _listen(settings)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _listen(settings: "Settings") -> None:
    import logging.config  # noqa: PLC0415 - it loads sockets and pickling, for which no other command should wait

    import uvicorn  # noqa: PLC0415

    from addin.office.logs import CONFIG  # noqa: PLC0415

    logging.config.dictConfig(CONFIG)
    uvicorn.run(
        "addin.office.server:app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        ssl_certfile=settings.certificate or None,
        ssl_keyfile=settings.certificate_key or None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=CONFIG,
        timeout_graceful_shutdown=max(1, round(settings.limits.stop_seconds)),
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=16_384,
        ws="none",
    )
