"""Tokens of a firm's identity provider (OpenID Connect): signed with RS256, for this server, from this issuer.

The provider's public keys are fetched with the first token and cached. For a token with an unknown key id they are
fetched again, at most once a minute, because providers change their keys without notice.
"""

import hashlib
import json
import threading
import time
import urllib.request
from collections import OrderedDict
from typing import Any, Final

import jwt

from addin.office.protocol import Refusal
from addin.office.settings import Provider, is_secure

ALGORITHM: Final = "RS256"
CLAIMS: Final = ("exp", "iat", "iss", "aud", "sub")
LONGEST: Final = 8192
REMEMBERED: Final = 10_000
REMEMBERED_SECONDS: Final = 300.0
KEYS_SECONDS: Final = 24 * 3600.0  # age after which they are fetched again
ASK_AGAIN_SECONDS: Final = 60.0
TIMEOUT_SECONDS: Final = 5.0
MOST_BYTES: Final = 1_000_000


class Tokens:
    """Checks tokens of a provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._keys: dict[str, Any] = {}
        self._fetched = self._asked = float("-inf")
        self._users: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def user(self, token: str) -> str:
        """Subject of a token. This may fetch keys, so do not call it in the event loop.

        Raises
        ------
        Refusal
            401 with the reason, 403 if a scope is missing, 503 if the provider's keys cannot be fetched.
        """
        if len(token) > LONGEST:
            raise Refusal(401, "token", "the token is too long")
        mark = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        with self._lock:
            known = self._users.get(mark)
        if known and known[1] > time.time():
            return known[0]
        claims = self._claims(token)
        self._check_scope(claims)
        subject = str(claims["sub"])
        with self._lock:
            self._users[mark] = subject, min(float(claims["exp"]), time.time() + REMEMBERED_SECONDS)
            while len(self._users) > REMEMBERED:
                self._users.popitem(last=False)
        return subject

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            head = jwt.get_unverified_header(token)
        except jwt.PyJWTError as problem:
            raise Refusal(401, "token", "that is not a token of the identity provider") from problem
        if head.get("alg") != ALGORITHM:
            raise Refusal(401, "token", f"the token is not signed with {ALGORITHM}")
        key = self._key(str(head.get("kid", "")))
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=list(self._provider.audience),
                issuer=self._provider.issuer,
                leeway=self._provider.leeway_seconds,
                options={"require": list(CLAIMS)},
            )
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as problem:
            now = time.strftime("%H:%M:%S", time.gmtime())
            when = "has expired" if isinstance(problem, jwt.ExpiredSignatureError) else "is not valid yet"
            message = f"the token {when} by the server's clock, which says {now} UTC"
            raise Refusal(401, "token-time", message) from problem
        except jwt.InvalidAudienceError as problem:
            raise Refusal(401, "token", "the token is for another application") from problem
        except jwt.InvalidIssuerError as problem:
            raise Refusal(401, "token", "the token is of another issuer") from problem
        except jwt.PyJWTError as problem:
            raise Refusal(401, "token", f"the token does not hold: {type(problem).__name__}") from problem

    def _check_scope(self, claims: dict[str, Any]) -> None:
        wanted = self._provider.scope
        scopes = claims.get("scp", claims.get("scope", ""))
        if wanted and wanted not in (scopes.split() if isinstance(scopes, str) else []):
            raise Refusal(403, "scope", f"the token lacks the scope {wanted}")

    def _key(self, kid: str) -> Any:  # noqa: ANN401 - a public key of the library
        with self._lock:
            now = time.monotonic()
            stale = now - self._fetched > KEYS_SECONDS
            if (kid not in self._keys or stale) and now - self._asked > ASK_AGAIN_SECONDS:
                self._asked = now
                try:
                    self._keys = fetch_keys(self._provider)
                    self._fetched = now
                except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as problem:
                    if not self._keys:
                        self._asked = float("-inf")
                        message = "the identity provider's keys cannot be had: try again"
                        raise Refusal(503, "provider", message, {"retry-after": "5"}) from problem
            if kid not in self._keys:
                raise Refusal(401, "token", "the token is signed with a key that the provider does not publish")
            return self._keys[kid]


def fetch_keys(provider: Provider) -> dict[str, Any]:
    """Public keys that a provider publishes for signatures, by their id.

    Raises
    ------
    OSError, ValueError, KeyError
        If it does not respond, or not with keys.
    """
    address = provider.keys_url
    if not address:
        address = _json(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")["jwks_uri"]
    found = {}
    for each in _json(address)["keys"]:
        if each.get("kty") == "RSA" and each.get("use", "sig") == "sig" and each.get("kid"):
            found[str(each["kid"])] = jwt.PyJWK(each, ALGORITHM).key
    if not found:
        message = f"{address} publishes no RSA key for signatures"
        raise ValueError(message)
    return found


def _json(address: str) -> Any:  # noqa: ANN401 - whatever the provider says
    if not is_secure(address):
        message = f"{address} is not an https address"
        raise ValueError(message)
    with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
        return json.loads(answer.read(MOST_BYTES))
