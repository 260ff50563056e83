"""The server: the pane with its scripts, descriptions of the functions for Excel, and one address for calls."""

import asyncio
import gc
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from addin.office import protocol
from addin.office.access import Access
from addin.office.answering import Answering, check_budget, known
from addin.office.books import BookError, workbook
from addin.office.guard import Guard
from addin.office.logs import say
from addin.office.metrics import Metrics
from addin.office.pages import Page, pages
from addin.office.protocol import Call, Refusal
from addin.office.settings import Settings, from_environment
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUSY: Final = {"retry-after": "1"}
NO_STORE: Final = {"cache-control": "no-store"}


def app() -> ASGIApp:
    """The application of a worker process, with the settings from its environment."""
    return make(from_environment())


def make(settings: Settings) -> ASGIApp:
    """The application for some settings."""
    office = Office(settings)
    routes = [
        Route("/api/calls", office.calls, methods=["POST"]),
        Route("/api/workbook", office.workbook, methods=["POST"]),
        Route("/health", office.health),
        Route("/metrics", office.metrics),
        Route("/{path:path}", office.page),
    ]
    return Guard(Starlette(routes=routes, lifespan=office.life, exception_handlers={Refusal: _refuse}), settings)


class Office:
    """Handlers of the addresses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._access = Access(settings)
        self._answering = Answering(settings.limits)
        self._metrics = Metrics(settings.metrics_folder)
        self._pages = pages(settings, self._access.kind)
        self._waiting = 0

    @asynccontextmanager
    async def life(self, _app: Starlette) -> AsyncIterator[None]:
        """Log when the process starts and stops answering."""
        say("start", version=steelyard_version(), functions=len(CATALOGUE), access=self._access.kind)
        gc.collect()
        gc.freeze()  # exclude loaded modules from garbage collection
        yield
        say("stop", waiting=self._waiting)

    async def calls(self, request: Request) -> Response:
        """Answer a batch of calls, one line each as they are ready."""
        started = perf_counter()
        user = await self._admit(request)
        body = await self._body(request)
        batch = protocol.decode(body, self._settings.limits.calls)
        check_budget(batch, self._settings.limits)
        if self._waiting >= self._settings.limits.waiting:
            raise Refusal(503, "busy", "the server is busy: try again", BUSY)
        self._waiting += 1
        request_id = _request_id(request)
        marks: dict[str, object] = {"id": request_id, "user": user, "bytes": len(body)}
        headers = NO_STORE | {"x-request-id": request_id}
        return StreamingResponse(self._lines(batch, marks, started), media_type=LINES, headers=headers)

    async def _lines(self, batch: Sequence[Call], marks: dict[str, object], started: float) -> AsyncIterator[bytes]:
        finished = False
        try:
            async for lines in self._answering.lines(batch):
                yield lines
            finished = True
        finally:
            self._waiting -= 1
            seconds = perf_counter() - started
            names = Counter(call.name if known(call.name) else "unknown" for call in batch)
            self._metrics.answered(names, seconds)
            say("calls", **marks, calls=len(batch), ms=round(seconds * 1e3, 1), names=dict(names), finished=finished)

    async def workbook(self, request: Request) -> Response:
        """A bundled case as a workbook, or an empty one to fill in."""
        user = await self._admit(request)
        wanted = protocol.decode_book(await self._body(request))
        if self._waiting >= self._settings.limits.waiting:
            raise Refusal(503, "busy", "the server is busy: try again", BUSY)
        self._waiting += 1
        try:
            data = await self._answering.slow.run(lambda: workbook(wanted.name, wanted.lang))
        except BookError as problem:
            raise Refusal(422, "workbook", str(problem)) from problem
        finally:
            self._waiting -= 1
        say("workbook", user=user, bytes=len(data))
        return Response(data, media_type=XLSX, headers=NO_STORE)

    async def health(self, _request: Request) -> Response:
        """Whether the server answers, and which version it is."""
        told = {
            "status": "ok",
            "version": steelyard_version(),
            "protocol": protocol.VERSION,
            "functions": len(CATALOGUE),
            "access": self._access.kind,
        }
        return JSONResponse(told, headers=NO_STORE)

    async def metrics(self, request: Request) -> Response:
        """Counters for Prometheus."""
        await self._access.user(request.headers.get("authorization", ""))
        data, kind = self._metrics.text()
        return Response(data, headers=NO_STORE | {"content-type": kind})

    async def page(self, request: Request) -> Response:
        """A page, a script, a picture or a description."""
        found = self._pages.get(request.path_params["path"] or "pane.html")
        if found is None:
            raise Refusal(404, "page", "there is no such page")
        headers = {"etag": found.tag, "cache-control": "no-cache"}
        if found.for_anyone:  # Excel on the web reads it from a page of its own
            headers["access-control-allow-origin"] = "*"
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        return _page(found, headers)

    async def _admit(self, request: Request) -> str:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise Refusal(415, "type", f"send {JSON}")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refusal(415, "encoding", "send it as it is, not compressed")
        return await self._access.user(request.headers.get("authorization", ""))

    async def _body(self, request: Request) -> bytes:
        most = self._settings.limits.body_bytes
        too_large = Refusal(413, "size", f"more than {most:,} bytes: send fewer calls, or smaller ranges")
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > most:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.limits.body_seconds):
                async for part in request.stream():
                    body += part
                    if len(body) > most:
                        raise too_large
        except TimeoutError as problem:
            raise Refusal(408, "slow", "the request took too long to arrive") from problem
        except ClientDisconnect as problem:
            raise Refusal(400, "gone", "the request broke off") from problem
        return bytes(body)


def _request_id(request: Request) -> str:
    given = request.headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(6)


def _page(page: Page, headers: dict[str, str]) -> Response:
    return Response(page.data, media_type=page.kind, headers=headers)


def _refuse(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - it is registered for these alone
    say("refused", status=refusal.status, code=refusal.code)
    return Response(protocol.refused(refusal), refusal.status, headers=NO_STORE | refusal.headers, media_type=JSON)
