"""Check of a set-up: the manifests, the certificate, the server, and whether a formula is answered."""

import datetime as dt
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

from addin.excel.finding import Finding
from addin.office import manifest_rules, unified_rules
from addin.office.certificates import CertificateError, ends, files
from addin.office.keys import KeysError, read
from addin.office.manifests import CHINESE, ICONS, UNIFIED, XML
from addin.office.protocol import VERSION
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE

TIMEOUT: Final = 5.0
MOST_BYTES: Final = 2_000_000
CLOCK_SECONDS: Final = 60
SOON: Final = dt.timedelta(days=14)
TRIAL: Final = b'{"v":1,"calls":[["SOTP_VALUE",[[[806],[234],[99]],[[2],[2.3],[19]]]]]}'
RIGHT: Final = b"[0,4031.2]\n"


def manifests(folder: Path) -> Iterator[Finding]:
    """Findings about the manifests in a folder."""
    beside = {}
    for name in (XML, UNIFIED, CHINESE, *ICONS):
        if (folder / name).is_file():
            beside[name] = (folder / name).read_bytes()
    for name in (XML, UNIFIED):
        remedy = "write it anew: steelyard office manifest --origin … -o …"
        if name not in beside:
            yield Finding("wrong", name, f"there is no {name} in {folder}", remedy)
            continue
        check = manifest_rules.faults if name == XML else lambda data: unified_rules.faults(data, beside)
        found = check(beside[name])
        for fault in found:
            yield Finding("wrong", name, fault, remedy)
        if not found:
            yield Finding("ok", name, "keeps the rules")


def certificate(folder: Path, now: dt.datetime) -> Iterator[Finding]:
    """Findings about the certificate that `steelyard serve` made in a folder."""
    path = files(folder).certificate
    if not path.exists():
        yield Finding("look", "Certificate", f"none in {folder}", "steelyard serve makes one, unless it is given one")
        return
    try:
        until = ends(path)
    except CertificateError as problem:
        yield Finding("wrong", "Certificate", str(problem), f"delete {folder} and start steelyard serve again")
        return
    if until < now + SOON:
        remedy = "start steelyard serve again: it makes another; trust that one"
        yield Finding("wrong" if until < now else "look", "Certificate", f"ends on {until:%Y-%m-%d}", remedy)
    else:
        yield Finding("ok", "Certificate", f"holds until {until:%Y-%m-%d}")


def keys(path: Path, today: dt.date) -> Iterator[Finding]:
    """Findings about a file of API keys."""
    try:
        found = read(path)
    except KeysError as problem:
        yield Finding("wrong", "Keys", str(problem), "restore it, or delete it and make the keys anew")
        return
    late = [key.name for key in found if key.expires and key.expires < today]
    if not found:
        yield Finding("wrong", "Keys", f"there is no key in {path}", f"steelyard office key make NAME --file {path}")
    elif late:
        yield Finding("look", "Keys", f"expired: {', '.join(late)}", "revoke them and make new ones")
    else:
        yield Finding("ok", "Keys", f"{len(found)} in {path}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def server(origin: str, key: str, root: Path | None) -> Iterator[Finding]:
    """Findings about a server that runs.

    Parameters
    ----------
    origin : str
        Address of the server.
    key : str
        An API key to try, or "".
    root : Path or None
        A root certificate to trust beside those that this computer trusts.
    """
    try:
        context = ssl.create_default_context()
        if root and root.exists():
            context.load_verify_locations(root)
        health = _ask(f"{origin}/health", context)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "reason", problem)
        remedy = "trust the server's certificate" if isinstance(reason, ssl.SSLError) else "start it: steelyard serve"
        yield Finding("wrong", "Server", f"{origin} does not answer: {reason}", remedy)
        return
    yield from _health(health)
    yield from _clock(health)
    yield from _metadata(origin, context)
    yield from _calls(origin, key, context)


def _health(health: Answer) -> Iterator[Finding]:
    try:
        told: dict[str, Any] = json.loads(health.body)
        version, protocol, functions = str(told["version"]), told["protocol"], told["functions"]
    except (ValueError, KeyError, TypeError):
        yield Finding(
            "wrong", "Server", f"/health answers {health.status}, and not as Steelyard does", "name its origin"
        )
        return
    if health.status != 200:  # noqa: PLR2004 - OK
        yield Finding("wrong", "Server", f"/health answers {health.status}", "read the server's log")
    elif (version, protocol, functions) != (steelyard_version(), VERSION, len(CATALOGUE)):
        says = f"it runs Steelyard {version} with {functions} functions; here is {steelyard_version()}"
        yield Finding("look", "Server", says, "after an upgrade, restart it and write the manifests anew")
    else:
        yield Finding("ok", "Server", f"Steelyard {version}, {functions} functions, in {health.seconds * 1e3:.0f} ms")


def _clock(health: Answer) -> Iterator[Finding]:
    try:
        there = parsedate_to_datetime(health.headers.get("date", ""))
    except ValueError:
        return
    apart = (there - dt.datetime.now(dt.UTC)).total_seconds()
    if abs(apart) > CLOCK_SECONDS:
        says = f"its clock is {abs(apart):,.0f} s {'ahead of' if apart > 0 else 'behind'} this one"
        yield Finding("wrong", "Clock", says, "set both by a time server: tokens and certificates are judged by it")


def _metadata(origin: str, context: ssl.SSLContext) -> Iterator[Finding]:
    names = {entry.excel_name for entry in CATALOGUE.values()}
    for path in ("functions.json", "functions-zh.json"):
        try:
            answer = _ask(f"{origin}/{path}", context)
            told = {each["name"] for each in json.loads(answer.body)["functions"]}
        except (OSError, ValueError, KeyError, TypeError) as problem:
            yield Finding("wrong", path, f"cannot be read: {problem}", "does a proxy let it through?")
            continue
        if answer.headers.get("access-control-allow-origin") != "*":
            remedy = "let the proxy pass this header on"
            yield Finding("wrong", path, "lacks Access-Control-Allow-Origin: Excel on the web cannot read it", remedy)
        elif told != names:
            yield Finding("look", path, f"{len(told)} functions, {len(names)} here", "restart the server")
        else:
            yield Finding("ok", path, f"{len(told)} functions")


def _calls(origin: str, key: str, context: ssl.SSLContext) -> Iterator[Finding]:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    try:
        answer = _ask(f"{origin}/api/calls", context, TRIAL, headers)
    except (OSError, ValueError) as problem:
        yield Finding("wrong", "Calls", f"a call fails: {problem}", "read the server's log")
        return
    if answer.body == RIGHT:
        yield Finding("ok", "Calls", f"SOTP_VALUE answers 4031.2, in {answer.seconds * 1e3:.0f} ms")
    elif answer.status in (401, 403):
        remedy = "give it one: --key" if not key else "make another: steelyard office key make"
        yield Finding("look" if not key else "wrong", "Calls", f"refused: {_message(answer)}", remedy)
    else:
        yield Finding("wrong", "Calls", f"{answer.status}: {_message(answer)}", "read the server's log")


def _message(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"{len(answer.body)} bytes that are no answer of Steelyard's"


def _ask(
    address: str, context: ssl.SSLContext, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    started = monotonic()
    request = urllib.request.Request(address, body, dict(headers or {}))  # noqa: S310 - an origin that was checked
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT, context=context) as found:  # noqa: S310 - the same
            return Answer(found.status, _small(found.headers), found.read(MOST_BYTES), monotonic() - started)
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, _small(refused.headers), refused.read(MOST_BYTES), monotonic() - started)


def _small(headers: Any) -> dict[str, str]:  # noqa: ANN401 - an e-mail message, as the library has it
    return {name.lower(): value for name, value in headers.items()}
