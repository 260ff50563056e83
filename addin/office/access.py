"""Access control: anyone on this computer, holders of an API key, or users of the firm's identity provider."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Final

from addin.office.keys import PREFIX, KeyRing
from addin.office.protocol import Refusal
from addin.office.settings import Settings
from addin.office.tokens import Tokens

ANYONE: Final = "anyone"
CHALLENGE: Final = {"www-authenticate": 'Bearer realm="Steelyard"'}


class Access:
    """The check of a request's Authorization header."""

    def __init__(self, settings: Settings) -> None:
        self._keys = KeyRing(Path(settings.keys)) if settings.keys else None
        self._tokens = Tokens(settings.provider) if settings.provider else None
        self.kind = "token" if self._tokens else "key" if self._keys else "none"

    async def user(self, header: str) -> str:
        """Name of the caller, from the Authorization header.

        Raises
        ------
        Refusal
            401 without a valid key or token, 403 without the scope, 503 if this cannot be checked.
        """
        if self.kind == "none":
            return ANYONE
        scheme, _, secret = header.strip().partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise Refusal(401, "key", "a key or a token is missing: enter it in the pane, under Doctor", CHALLENGE)
        try:
            if self._keys and (secret.startswith(PREFIX) or not self._tokens):
                return self._keys.user(secret, dt.datetime.now(dt.UTC).date())
            if self._tokens:
                return await asyncio.to_thread(self._tokens.user, secret)
        except Refusal as refusal:
            if refusal.status == 401:  # noqa: PLR2004 - Unauthorized
                refusal.headers |= CHALLENGE
            raise
        raise Refusal(401, "key", "this server takes API keys only", CHALLENGE)
