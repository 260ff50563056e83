"""Checks of every request: names and origins that are this server's own, and headers that browsers enforce."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from addin.office.logs import say
from addin.office.protocol import Refusal, refused
from addin.office.settings import Settings

# Excel on the web shows the pane in a frame, from these origins.
FRAMES: Final = (
    "https://*.officeapps.live.com",
    "https://*.office.com",
    "https://*.office365.com",
    "https://*.sharepoint.com",
    "https://*.cloud.microsoft",
    "https://*.officeppe.com",
)
OFFICE_JS: Final = "https://appsforoffice.microsoft.com"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' {OFFICE_JS}",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "object-src 'none'",
        f"frame-ancestors 'self' {' '.join(FRAMES)}",
    )
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",  # Excel on the web loads scripts and pictures of the add-in
}
SAME_SITE: Final = ("", "same-origin", "none")


class Guard:
    """Wraps the application with these checks.

    A page in the same browser could call a server on this computer: under the server's own name (DNS rebinding), or
    from another origin. Both are refused before anything is read.
    """

    def __init__(self, inner: ASGIApp, settings: Settings) -> None:
        self._inner = inner
        self._hosts = settings.all_hosts
        self._origins = settings.all_origins
        self._strict = {} if settings.plain_http else {"strict-transport-security": "max-age=31536000"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (HEADERS | self._strict).items():
                    headers[name] = value
            await send(message)

        refusal = self._refusal(scope["path"], Headers(scope=scope))
        if refusal is None:
            await self._inner(scope, receive, send_with_headers)
            return
        say("refused", status=refusal.status, code=refusal.code)
        body = refused(refusal)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send_with_headers({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send_with_headers({"type": "http.response.body", "body": body})

    def _refusal(self, path: str, headers: Headers) -> Refusal | None:
        if _name(headers.get("host", "")) not in self._hosts:
            return Refusal(421, "host", "this server does not go by that name")
        if not path.startswith("/api/"):
            return None
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return Refusal(403, "origin", "calls come from this server's own pages")
        if headers.get("sec-fetch-site", "") not in SAME_SITE:
            return Refusal(403, "origin", "calls come from this server's own pages")
        return None


def _name(host: str) -> str:
    """Name in a Host header, without the port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
