"""Names, origins and headers: pages of others, and names of others, are refused before anything is read."""

from typing import Final

import pytest

from addin.office.settings import SettingsError, settings
from asgi import Client

BODY: Final = {"v": 1, "calls": [["IMPLIED_VALUE", [3, 2]]]}
CLIENT: Final = Client()
FIRM: Final = Client(origins=["https://steelyard.firm.example"], access="open", hosts=["10.0.0.7"])


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8765", "", "127.0.0.2", "[", "a@localhost.b"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    for path in ("/api/calls", "/health", "/pane.html"):
        assert CLIENT.ask("GET", path, b"", {"host": host}).status == 421


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1:8765", "[::1]:8765", "LOCALHOST"])
def test_names_of_this_computer_are_accepted(host: str) -> None:
    assert CLIENT.post(BODY, {"host": host}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:8766"},
        {"origin": "https://localhost:8765"},
        {"origin": "http://localhost:8765.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_foreign_page_is_refused(headers: dict[str, str]) -> None:
    answer = CLIENT.post(BODY, headers)
    assert (answer.status, answer.code) == (403, "origin")


def test_its_own_page_is_answered() -> None:
    assert CLIENT.post(BODY, {"origin": "http://localhost:8765", "sec-fetch-site": "same-origin"}).status == 200
    assert FIRM.post(BODY, {"host": "steelyard.firm.example", "origin": "https://steelyard.firm.example"}).status == 200
    assert FIRM.get("/health", {"host": "10.0.0.7"}).status == 200


def test_no_other_origin_may_read_an_answer_but_descriptions_and_scripts() -> None:
    readable = {"/functions.json", "/functions-zh.json", "/functions.js", "/pane.js", "/icon-32.png"}
    for path in (*readable, "/health", "/pane.html", "/catalogue-en.json", "/nothing"):
        assert ("access-control-allow-origin" in CLIENT.get(path).headers) == (path in readable), path
    assert "access-control-allow-origin" not in CLIENT.post(BODY).headers
    preflight = CLIENT.ask("OPTIONS", "/api/calls", b"", {"origin": "https://evil.example"})
    assert preflight.status == 403


def test_every_answer_tells_browsers_what_a_page_may_do() -> None:
    for answer in (CLIENT.get("/pane.html"), CLIENT.post(BODY), CLIENT.get("/nothing"), CLIENT.get("/", {"host": "x"})):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/../settings.py", "/%2e%2e/settings.py", "//etc/passwd", "/functions.js/..", "/.", "/pane"]
)
def test_no_file_is_reached_but_the_pages(path: str) -> None:
    assert CLIENT.get(path).status == 404


def test_a_page_that_a_browser_has_is_not_sent_again() -> None:
    tag = CLIENT.get("/pane.js").headers["etag"]
    assert CLIENT.get("/pane.js", {"if-none-match": tag}).status == 304


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"host": "0.0.0.0"}, "any caller is let in"),  # noqa: S104 - it is refused
        ({"origins": ["https://a.example"]}, "any caller is let in"),
        ({"host": "10.0.0.1", "plain_http": True, "keys": "k"}, "plain HTTP on 10.0.0.1"),
        ({"host": "10.0.0.1", "keys": "k"}, "origins is empty"),
        ({"origins": ["http://a.example"], "access": "open"}, "expected https://NAME"),
        ({"origins": ["https://a.example/"], "access": "open"}, "expected https://NAME"),
        ({"certificate": "a.pem"}, "give both, or neither"),
        ({"keys": "k", "access": "open"}, "contradicts"),
        ({"port": 0}, "port"),
        ({"limits": {"calls": "many"}}, "limits.calls"),
        ({"limit": {}}, "limit"),
        ({"namespace": "1A"}, "namespace"),
        ({"provider": {"issuer": "http://a.example", "audience": ["x"]}}, "not an https address"),
        ({"provider": {"issuer": "https://a.example", "audience": []}}, "provider.audience"),
    ],
)
def test_invalid_settings_are_refused_by_name(fields: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said.replace("$", r"\$")):
        settings(fields)


def test_by_default_the_server_listens_on_this_computer_only() -> None:
    assert settings({}).host == "127.0.0.1"
    assert settings({}).all_hosts == {"localhost", "127.0.0.1", "::1"}
