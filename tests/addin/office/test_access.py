"""API keys and tokens: what is let in, and what is forged, expired, of others or unreadable."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from typer.testing import CliRunner

from addin.commands import app as cli
from addin.office import tokens
from addin.office.protocol import Refusal
from addin.office.settings import Provider
from asgi import Client

BODY: Final = {"v": 1, "calls": [["IMPLIED_VALUE", [3, 2]]]}
ISSUER: Final = "https://login.example/tenant/v2.0"
KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PROVIDER: Final = Provider(ISSUER, ("api://host/app", "app"), scope="call", leeway_seconds=120)


def status(client: Client, authorization: str) -> int:
    return client.post(BODY, {"authorization": authorization}).status


def test_a_key_is_valid_until_it_is_revoked(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    made = CliRunner().invoke(cli.app, ["office", "key", "make", "desk", "--file", str(file)])
    key = made.stdout.strip()
    assert key.startswith("sy_")
    assert key not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0
    client = Client(keys=str(file))
    assert client.get("/health").status == 200
    assert status(client, f"Bearer {key}") == 200
    assert client.get("/metrics").status == 401
    for wrong in (
        "",
        "Bearer ",
        f"Basic {key}",
        f"Bearer {key}x",
        "Bearer sy_",
        f"Bearer {key[:-1]}",
        "Bearer " + "x" * 9000,
    ):
        answer = client.post(BODY, {"authorization": wrong})
        assert (answer.status, answer.code) == (401, "key")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    listed = CliRunner().invoke(cli.app, ["office", "key", "list", "--file", str(file)])
    assert "desk" in listed.stdout
    assert CliRunner().invoke(cli.app, ["office", "key", "revoke", "desk", "--file", str(file)]).exit_code == 0
    assert status(client, f"Bearer {key}") == 401


def test_invalid_keys_are_refused_with_one_line(tmp_path: Path) -> None:
    file = str(tmp_path / "keys.toml")
    run = CliRunner().invoke
    assert run(cli.app, ["office", "key", "make", "a b", "--file", file]).exit_code == 2
    assert run(cli.app, ["office", "key", "revoke", "nobody", "--file", file]).exit_code == 2
    run(cli.app, ["office", "key", "make", "a", "--file", file])
    assert "has a key already" in run(cli.app, ["office", "key", "make", "a", "--file", file]).stderr
    Path(file).write_text("[[key]]\nname = 1\n")
    assert "not a file of keys" in run(cli.app, ["office", "key", "list", "--file", file]).stderr
    answer = Client(keys=file).post(BODY, {"authorization": "Bearer sy_x"})
    assert (answer.status, answer.code) == (503, "keys")


def test_a_key_ends_after_its_day(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    key = CliRunner().invoke(cli.app, ["office", "key", "make", "a", "--file", str(file), "--days", "1"]).stdout.strip()
    text = file.read_text("utf-8")
    tomorrow = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)).isoformat()
    assert tomorrow in text
    file.write_text(text.replace(tomorrow, "2020-01-01"), "utf-8")
    answer = Client(keys=str(file)).post(BODY, {"authorization": f"Bearer {key}"})
    assert answer.status == 401
    assert b"expired on 2020-01-01" in answer.body


def published(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return found | {"kid": kid, "use": "sig"}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the identity provider publishes, and how often it was asked."""
    told: dict[str, Any] = {"keys": [published(KEY, "a")], "asked": 0}

    def answer(address: str) -> dict[str, Any]:
        told["asked"] += 1
        if address.endswith("openid-configuration"):
            return {"jwks_uri": "https://login.example/keys"}
        return {"keys": told["keys"]}

    monkeypatch.setattr(tokens, "_json", answer)
    return told


def claims(**changed: object) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": ISSUER, "aud": "app", "sub": "u1", "iat": now, "nbf": now, "exp": now + 3600, "scp": "call other"}
    return {name: value for name, value in (good | changed).items() if value is not None}


def token(key: rsa.RSAPrivateKey = KEY, kid: str = "a", **changed: object) -> str:
    return jwt.encode(claims(**changed), key, algorithm="RS256", headers={"kid": kid})


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned() -> str:
    return f"{encoded({'alg': 'none', 'kid': 'a'})}.{encoded(claims())}."


def signed_with_the_public_key() -> str:
    public = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = f"{encoded({'alg': 'HS256', 'kid': 'a'})}.{encoded(claims())}"
    mark = hmac.new(public, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def flipped() -> str:
    good = token()
    return good[:-10] + ("A" if good[-10] != "A" else "B") + good[-9:]


NOW: Final = int(time.time())
FORGED: Final[dict[str, Callable[[], str]]] = {
    "unsigned": unsigned,
    "signed with the public key": signed_with_the_public_key,
    "a changed signature": flipped,
    "another key under the same id": lambda: token(OTHER),
    "an unknown key": lambda: token(kid="z"),
    "expired": lambda: token(exp=NOW - 3600, iat=NOW - 7200, nbf=NOW - 7200),
    "not valid yet": lambda: token(nbf=NOW + 3600),
    "for another application": lambda: token(aud="other"),
    "of another issuer": lambda: token(iss=ISSUER.replace("tenant", "other")),
    "without an end": lambda: token(exp=None),
    "without a subject": lambda: token(sub=None),
    "without the scope": lambda: token(scp="other"),
    "a scope that holds the name": lambda: token(scp="recall call_all"),
    "garbage": lambda: "a.b.c",
    "empty": lambda: "",
    "too long": lambda: "x" * 9000,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(name: str, provider: dict[str, Any]) -> None:
    assert provider["asked"] == 0
    with pytest.raises(Refusal) as refused:
        tokens.Tokens(PROVIDER).user(FORGED[name]())
    assert refused.value.status in (401, 403)


def test_a_good_token_names_its_user_and_the_keys_are_fetched_once(provider: dict[str, Any]) -> None:
    checked = tokens.Tokens(PROVIDER)
    assert [checked.user(token(sub=f"u{number}")) for number in range(5)] == [f"u{number}" for number in range(5)]
    assert provider["asked"] == 2  # the configuration and the keys


def test_unknown_keys_do_not_make_the_server_ask_the_provider_each_time(provider: dict[str, Any]) -> None:
    checked = tokens.Tokens(PROVIDER)
    for number in range(50):
        with pytest.raises(Refusal):
            checked.user(token(kid=f"unknown{number}"))
    assert provider["asked"] == 2


def test_a_new_key_of_the_provider_is_found_after_a_while(
    provider: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = tokens.Tokens(PROVIDER)
    checked.user(token())
    provider["keys"].append(published(OTHER, "b"))
    later = time.monotonic() + tokens.ASK_AGAIN_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert checked.user(token(OTHER, "b")) == "u1"


@pytest.mark.parametrize(("seconds", "good"), [(60, True), (300, False), (-60, True), (-300, False)])
def test_clock_differences_up_to_two_minutes_are_accepted_and_larger_ones_named(
    seconds: int,
    good: bool,  # noqa: FBT001 - a case
    provider: dict[str, Any],
) -> None:
    assert provider["asked"] == 0
    now = int(time.time())  # not when the module was read: minutes may lie between
    times: dict[str, Any] = (
        {"nbf": now + seconds, "iat": now + seconds} if seconds > 0 else {"exp": now + seconds, "nbf": now - 900}
    )
    checked = tokens.Tokens(PROVIDER)
    if good:
        assert checked.user(token(**times)) == "u1"
        return
    with pytest.raises(Refusal, match="by the server's clock, which says") as refused:
        checked.user(token(**times))
    assert refused.value.code == "token-time"


def test_an_unreachable_provider_is_a_temporary_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: str) -> None:
        raise OSError

    monkeypatch.setattr(tokens, "_json", away)
    with pytest.raises(Refusal) as refused:
        tokens.Tokens(PROVIDER).user(token())
    assert (refused.value.status, refused.value.headers) == (503, {"retry-after": "5"})


@pytest.mark.parametrize(
    "address", ["http://login.example/keys", "http://localhost.evil.example/k", "file:///etc/passwd"]
)
def test_keys_are_fetched_over_https_alone(address: str) -> None:
    with pytest.raises(ValueError, match="not an https address"):
        tokens.fetch_keys(Provider("https://a.example", ("x",), keys_url=address))


def test_a_token_is_asked_for_through_the_server(provider: dict[str, Any]) -> None:
    assert provider["asked"] == 0
    client = Client(provider={"issuer": ISSUER, "audience": ["app"], "scope": "call"})
    assert status(client, f"Bearer {token()}") == 200
    assert status(client, f"Bearer {unsigned()}") == 401
    assert status(client, f"Bearer {token(scp='x')}") == 403
    assert status(client, "Bearer sy_abc") == 401
