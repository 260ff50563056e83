"""`steelyard office`: manifests, API keys and a check of the set-up, for the Office add-in."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, fail, fail_to_write

if TYPE_CHECKING:
    from addin.excel.finding import Finding

WRONG: Final = 1  # a check of the set-up fails
EXTRA: Final = "This needs further packages: pip install 'steelyard[serve]'"
MARKS: Final = {"ok": "ok   ", "look": "look ", "wrong": "WRONG"}
DONE: Final = """\
{folder}: {xml} for sideloading and for the admin center, {package} for Microsoft 365.
docs/office.md says how each gets into Excel on Windows, on a Mac and on the web."""

app = typer.Typer()
office = typer.Typer(no_args_is_help=True, help="Manifests, API keys and a check of the set-up, for the Office add-in.")
key = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")
app.add_typer(office, name="office")
office.add_typer(key, name="key")

KeysFile = Annotated[Path, typer.Option("--file", help="The file of keys; the server reads it by --keys.")]
Origin = Annotated[str, typer.Option(help="The address of the server: https://steelyard.firm.example.")]


@office.command(epilog="Example: steelyard office manifest --origin https://localhost:8765 -o steelyard-addin")
def manifest(
    origin: Origin,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write them into.")],
    namespace: Annotated[
        str,
        typer.Option(help="A prefix for the functions, where names clash: STEELYARD gives =STEELYARD.SOTP_VALUE()."),
    ] = "",
    client_id: Annotated[str, typer.Option(help="The application in Entra that signs people in.")] = "",
) -> None:
    """Write both manifests for a server: the XML one, and the unified one for Microsoft 365."""
    try:
        from addin.office.manifest_rules import GUID, NAMESPACE  # noqa: PLC0415
        from addin.office.manifests import PACKAGE, XML, Site, files  # noqa: PLC0415
        from addin.office.settings import origin_fault  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        fail(f"{EXTRA} ({problem.name} is missing)", REFUSED)
    fault = origin_fault(origin)
    if fault or not origin.startswith("https://"):
        fail(fault or f"origin {origin!r}: Excel takes https only", BAD_INPUT)
    if namespace and not NAMESPACE.fullmatch(namespace):
        fail(f"namespace {namespace!r}: letters, digits and dots, beginning with a letter, 32 at most", BAD_INPUT)
    if client_id and not GUID.fullmatch(client_id):
        fail(f"client-id {client_id!r} is not a GUID", BAD_INPUT)
    from workbooks.files import save  # noqa: PLC0415

    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, data in files(Site(origin, namespace, client_id)).items():
            save(data, output / name)
    except OSError as problem:
        fail_to_write(problem, output)
    typer.echo(DONE.format(folder=output, xml=XML, package=PACKAGE))


@office.command(epilog="Example: steelyard office check --origin https://localhost:8765 --manifests steelyard-addin")
def check(
    origin: Annotated[str, typer.Option(help="Where the server is reached; else this computer.")] = (
        "https://localhost:8765"
    ),
    manifests: Annotated[Path | None, typer.Option(help="A folder of manifests to look at.")] = None,
    keys: Annotated[Path | None, typer.Option(help="A file of API keys to look at.")] = None,
    key_text: Annotated[str, typer.Option("--key", envvar="STEELYARD_KEY", help="An API key to try.")] = "",
    data: Annotated[Path | None, typer.Option(help="Where `serve` keeps its certificate; else ~/.steelyard.")] = None,
) -> None:
    """Look at a set-up from end to end, and say what is wrong with it and what to do."""
    try:
        from addin.office import checkup  # noqa: PLC0415
        from addin.office.certificates import files  # noqa: PLC0415
        from addin.office.settings import is_loopback, origin_fault  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        fail(f"{EXTRA} ({problem.name} is missing)", REFUSED)
    if fault := origin_fault(origin):
        fail(fault, BAD_INPUT)
    from urllib.parse import urlsplit  # noqa: PLC0415

    now = dt.datetime.now(dt.UTC)
    folder = data or Path.home() / ".steelyard"
    local = origin.startswith("https://") and is_loopback(urlsplit(origin).hostname or "")
    found: list[Finding] = []
    if manifests:
        found += checkup.manifests(manifests)
    if local:
        found += checkup.certificate(folder, now)
    if keys:
        found += checkup.keys(keys, now.date())
    found += checkup.server(origin, key_text, files(folder).root if local else None)
    for each in found:
        typer.echo(
            f"{MARKS[each.state]}  {each.subject}: {each.says}" + (f"\n       → {each.remedy}" if each.remedy else "")
        )
    if any(each.state == "wrong" for each in found):
        raise typer.Exit(WRONG)


@key.command("make", epilog="Example: steelyard office key make desk --file keys.toml --days 365")
def make_key(
    name: Annotated[str, typer.Argument(help="Who or what it is for: it stands in the log.")],
    file: KeysFile = Path("steelyard-keys.toml"),
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="After how many days it ends; else never.")] = None,
) -> None:
    """Make an API key and print it: it is shown this once, and only its digest is kept."""
    from addin.office.keys import KeysError, make  # noqa: PLC0415

    try:
        text = make(file, name, dt.datetime.now(dt.UTC).date(), days)
    except KeysError as problem:
        fail(str(problem), BAD_INPUT)
    except OSError as problem:
        fail_to_write(problem, file)
    typer.echo(text)
    typer.echo(f"The key of {name}. Its digest is in {file}; the key itself is shown this once.", err=True)


@key.command("revoke", epilog="Example: steelyard office key revoke desk --file keys.toml")
def revoke_key(
    name: Annotated[str, typer.Argument(help="Whose key.")], file: KeysFile = Path("steelyard-keys.toml")
) -> None:
    """Revoke an API key: a server that runs refuses it from the next call on."""
    from addin.office.keys import KeysError, revoke  # noqa: PLC0415

    try:
        revoke(file, name)
    except KeysError as problem:
        fail(str(problem), BAD_INPUT)
    except OSError as problem:
        fail_to_write(problem, file)
    typer.echo(f"The key of {name} is revoked.")


@key.command("list", epilog="Example: steelyard office key list --file keys.toml")
def list_keys(file: KeysFile = Path("steelyard-keys.toml")) -> None:
    """List the names of the API keys, when they were made and when they end."""
    from addin.office.keys import KeysError, read  # noqa: PLC0415

    try:
        for each in read(file):
            typer.echo(f"{each.name}\tmade {each.made}\t{f'ends {each.expires}' if each.expires else 'does not end'}")
    except KeysError as problem:
        fail(str(problem), BAD_INPUT)
