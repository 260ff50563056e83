"""The server's application in this process, called without a network."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from addin.office.server import make
from addin.office.settings import settings


@dataclass(frozen=True)
class Answer:
    """What a request was answered with."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of a refusal."""
        code: str = json.loads(self.body)["error"]["code"]
        return code

    def results(self) -> list[Any]:
        """The answers of a batch, in the order of its calls."""
        lines = [json.loads(line) for line in self.body.splitlines()]
        assert [place for place, _ in sorted(lines, key=lambda line: line[0])] == list(range(len(lines)))
        return [value for _, value in sorted(lines, key=lambda line: line[0])]


class Client:
    """Requests to an application with settings of its own."""

    def __init__(self, **fields: object) -> None:
        self._app = make(settings({"plain_http": True} | fields))

    def post(
        self, body: bytes | str | object, headers: Mapping[str, str] | None = None, path: str = "/api/calls"
    ) -> Answer:
        """What a posted body is answered with; anything but bytes and text is posted as JSON."""
        data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        return self.ask("POST", path, data, {"content-type": "application/json"} | dict(headers or {}))

    def calls(self, *calls: list[Any], **headers: str) -> list[Any]:
        """Answers to a batch of calls."""
        answer = self.post({"v": 1, "calls": calls}, headers)
        assert answer.status == 200, answer.body
        return answer.results()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Response of an address."""
        return self.ask("GET", path, b"", headers or {})

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """What a request is answered with."""
        return asyncio.run(self._ask(method, path, body, {"host": "localhost:8765"} | dict(headers)))

    async def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8765),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
        incoming = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:  # noqa: ANN401 - a message
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()  # the client stays
            return None

        async def send(message: Any) -> None:  # noqa: ANN401 - a message
            sent.append(message)

        await self._app(scope, receive, send)
        start = next(message for message in sent if message["type"] == "http.response.start")
        told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        parts = [message.get("body", b"") for message in sent if message["type"] == "http.response.body"]
        return Answer(start["status"], told, b"".join(parts))
