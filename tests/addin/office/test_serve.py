"""The server as a process: how it starts, what it logs, how it stops, and the load it withstands."""

import concurrent.futures
import datetime as dt
import http.client
import json
import os
import random
import signal
import socket
import ssl
import threading
import time
import urllib.request
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from addin.commands import app as cli
from addin.office.certificates import CertificateError, check_pair, ensure, files
from bodies import REFUSED, SOTP, batch, mutated
from browser import Server
from valuation.catalogue import CATALOGUE
from valuation.examples import example

SIMULATION: Final = [
    "SIMULATE",
    [
        "SOTP_VALUE",
        [["metrics", 806, 234, 99], ["multiples", 2, 2.3, 19]],
        [["metrics", 700, 200, 80], ["multiples", 1.5, 2, 15]],
        [["metrics", 900, 280, 120], ["multiples", 2.5, 3, 23]],
        1_000_000,
    ],
]
NOW: Final = dt.datetime.now(dt.UTC)


def test_a_certificate_is_made_once_and_anew_before_it_ends(tmp_path: Path) -> None:
    made, new = ensure(tmp_path, NOW)
    assert new
    assert ensure(tmp_path, NOW + dt.timedelta(days=380)) == (made, False)
    check_pair(made.certificate, made.key)
    assert made.key.stat().st_mode & 0o077 == 0
    assert {path.name for path in tmp_path.iterdir()} == {"localhost.pem", "localhost.key", "steelyard-root.crt"}
    before = made.certificate.read_bytes()
    assert ensure(tmp_path, NOW + dt.timedelta(days=385))[1]
    assert made.certificate.read_bytes() != before


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    one, other = ensure(tmp_path / "a", NOW)[0], ensure(tmp_path / "b", NOW)[0]
    with pytest.raises(CertificateError, match="do not belong together"):
        check_pair(one.certificate, other.key)


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("127.0.0.1", True), ("bank.example", False)])
def test_the_certificate_is_valid_for_this_computer_only(name: str, trusted: bool, tmp_path: Path) -> None:  # noqa: FBT001
    made = ensure(tmp_path, NOW)[0]
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(made.certificate, made.key)
    here = ssl.create_default_context(cafile=str(made.root))
    left, right = socket.socketpair()

    def answer() -> None:
        try:
            there.wrap_socket(right, server_side=True).close()
        except OSError:
            right.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with here.wrap_socket(left, server_hostname=name):
            assert trusted
    except ssl.SSLCertVerificationError:
        assert not trusted
    finally:
        left.close()
        thread.join()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "any caller is let in"),  # noqa: S104 - it is refused
        (["--origin", "https://a.example"], "any caller is let in"),
        (["--config", "absent.toml"], "absent.toml: No such file"),
        (["--certificate", "a.pem", "--certificate-key", "b.pem"], "No such file"),
    ],
)
def test_invalid_server_options_are_refused_with_one_line(options: list[str], said: str) -> None:
    done = CliRunner().invoke(cli.app, ["serve", *options])
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_settings_file_is_checked_field_by_field(tmp_path: Path) -> None:
    file = tmp_path / "serve.toml"
    for text, said in (
        ("port = 1\nworker = 2", "worker"),
        ("[limits]\ncalls = 0", "limits.calls"),
        ("port", "not TOML"),
    ):
        file.write_text(text)
        assert said in CliRunner().invoke(cli.app, ["serve", "--config", str(file)]).stderr


@pytest.mark.slow
def test_it_answers_over_https_with_its_own_certificate(tmp_path: Path) -> None:
    with Server("--data", str(tmp_path)) as server:
        checked = CliRunner().invoke(cli.app, ["office", "check", "--origin", server.origin, "--data", str(tmp_path)])
        assert checked.exit_code == 0, checked.output
        assert "SOTP_VALUE answers 4031.2" in checked.stdout
        assert "functions-zh.json: 73 functions".replace("73", str(len(CATALOGUE))) in checked.stdout
        context = ssl.create_default_context()
        with socket.create_connection(("127.0.0.1", server.port)) as plain, pytest.raises(ssl.SSLCertVerificationError):
            context.wrap_socket(plain, server_hostname="localhost")
    assert f"{server.origin} -o" in server.log
    assert "trust this computer's certificate" in server.log


@pytest.mark.slow
def test_the_check_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "manifest.xml").write_text("<OfficeApp/>")
    (tmp_path / "keys.toml").write_text("key = 1")
    done = CliRunner().invoke(
        cli.app,
        [
            *("office", "check", "--origin", "https://localhost:1", "--manifests", str(tmp_path)),
            *("--keys", str(tmp_path / "keys.toml"), "--data", str(tmp_path)),
        ],
    )
    assert done.exit_code == 1
    for said in (
        "the root is not",
        "there is no manifest.json",
        "is not a file of keys",
        "https://localhost:1 does not answer",
    ):
        assert said in done.stdout
    assert done.stdout.count("→") >= 4


@pytest.mark.slow
def test_on_a_stop_signal_running_calls_are_answered_and_the_server_ends_within_four_seconds() -> None:
    with Server() as server, concurrent.futures.ThreadPoolExecutor() as threads:
        server.post(batch(SOTP))
        answer = threads.submit(server.post, batch(SIMULATION, SIMULATION, SOTP))
        time.sleep(0.1)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(10)
        took = time.monotonic() - started
        status, body = answer.result()
    assert (status, len(body.splitlines())) == (200, 3)
    assert took <= 4


@pytest.mark.slow
def test_on_a_stop_signal_the_server_does_not_wait_for_endless_calls() -> None:
    with Server() as server, concurrent.futures.ThreadPoolExecutor() as threads:
        server.post(batch(SOTP))
        answer = threads.submit(server.post, batch(*[SIMULATION] * 400))
        time.sleep(0.3)
        started = time.monotonic()
        server.process.terminate()
        server.process.wait(10)
        took = time.monotonic() - started
        try:
            answered = len(answer.result()[1].splitlines())
        except (OSError, http.client.HTTPException):  # the connection ended before the answer did
            answered = 0
    assert answered < 400
    assert took <= 4


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced_and_calls_go_on() -> None:
    with Server("--workers", "2") as server:
        until = time.monotonic() + 60
        while len(children(server.process.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        answered = [server.post(batch(SOTP))[1] for _ in range(20)]
        assert answered == [b"[0,4031.2]\n"] * 20
        first = children(server.process.pid)
        os.kill(max(first), signal.SIGKILL)
        found = []
        for _ in range(100):
            try:
                found.append(server.post(batch(SOTP))[1])
            except OSError:  # the connection that the killed worker held; the page tries again
                continue
            time.sleep(0.02)
        assert found.count(b"[0,4031.2]\n") == len(found) >= 90
        until = time.monotonic() + 30
        while not children(server.process.pid) - first and time.monotonic() < until:
            time.sleep(0.1)
        assert children(server.process.pid) - first


def children(pid: int) -> set[int]:
    """Worker processes of a server."""
    found = set()
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = task.read_text().rpartition(")")[2].split()
            command = (task.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"resource_tracker" not in command:
            found.add(int(task.parent.name))
    return found


@pytest.mark.slow
def test_the_log_holds_names_and_counts_and_no_value_key_or_token(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    key = CliRunner().invoke(cli.app, ["office", "key", "make", "desk", "--file", str(file)]).stdout.strip()
    with Server("--keys", str(file)) as server:
        told = {"authorization": f"Bearer {key}", "x-request-id": "abc-1"}
        secret = ["AMOUNT", ["Secret4711"]]
        assert server.post(batch(secret, ["IMPLIED_VALUE", [987654321, 2]], ["Hidden4711", []]), told)[0] == 200
        server.post(batch(secret), {"authorization": "Bearer sy_Forged4711"})
        server.post(b'{"v":1,"calls":[["Secret4711", {"a": 987654321}]]}', told)
        server.post(batch(SOTP), told | {"x-request-id": "Injected4711\u00a0{}"})
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    called = next(line for line in lines if line["event"] == "calls")
    assert called["id"] == "abc-1"
    assert called["user"] == "desk"
    assert called["names"] == {"AMOUNT": 1, "IMPLIED_VALUE": 1, "unknown": 1}
    assert [line["code"] for line in lines if line["event"] == "refused"] == ["key", "shape"]
    for hidden in (key, key[3:], "4711", "987654321", "1975308642"):
        assert hidden not in server.log


@pytest.mark.slow
def test_counters_are_those_of_all_workers_together() -> None:
    with Server("--workers", "2") as server:
        for _ in range(40):
            server.post(batch(SOTP, SOTP))
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
    assert 'steelyard_calls_total{function="SOTP_VALUE"} 80.0' in text


@pytest.mark.slow
def test_ten_thousand_malformed_bodies_cause_no_fault_and_little_memory() -> None:
    seeds = [batch([entry.excel_name, list(example(entry).values())]) for entry in CATALOGUE.values()]
    seeds += [body for body, *_ in REFUSED.values() if 0 < len(body) < 10_000]
    statuses: dict[int, int] = {}
    with Server() as server:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for seed in range(10_000):
            line.request("POST", "/api/calls", mutated(seeds, seed), {"content-type": "application/json"})
            answer = line.getresponse()
            answer.read()
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
        line.close()
        status = Path(f"/proc/{server.process.pid}/status").read_text()
    peak = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM")) / 1000
    assert set(statuses) <= {200, 400, 413, 422}, statuses
    assert min(statuses.get(200, 0), statuses.get(400, 0), statuses.get(422, 0)) > 100
    assert peak <= 300
    assert '"level": "error"' not in server.log


@pytest.mark.slow
def test_a_minute_of_load_gives_right_answers_and_leaks_no_memory() -> None:
    """Quick and slow calls, refusals and broken connections, from four clients."""
    seconds = 60
    with Server() as server:
        until = time.monotonic() + seconds
        middle = [0.0]

        def client(seed: int) -> int:
            chance, right = random.Random(seed), 0  # noqa: S311 - a test's own
            while time.monotonic() < until:
                value = chance.randrange(1, 10_000)
                kind = chance.randrange(20)
                if kind == 0:
                    status, body = server.post(batch(["SIMULATE", [*SIMULATION[1][:-1], 20_000]]))
                    assert (status, len(body.splitlines())) == (200, 1)
                elif kind == 1:
                    assert server.post(b"{")[0] == 400
                elif kind == 2:
                    with socket.create_connection(("127.0.0.1", server.port)) as broken:
                        broken.sendall(b"POST /api/calls HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{")
                else:
                    status, body = server.post(batch(*[["IMPLIED_VALUE", [value, 2]]] * 20))
                    assert status == 200
                    assert set(body.splitlines()) == {b"[%d,%d.0]" % (row, value * 2) for row in range(20)}
                    right += 1
                if not middle[0] and time.monotonic() > until - seconds / 2:
                    middle[0] = memory(server.process.pid)
            return right

        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            answered = sum(threads.map(client, range(4)))
        grown = memory(server.process.pid) / middle[0]
    assert answered > 500
    assert grown < 1.15


def memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return float(next(row.split()[1] for row in status.splitlines() if row.startswith("VmRSS")))


def test_the_files_of_a_certificate_are_where_the_check_looks(tmp_path: Path) -> None:
    assert files(tmp_path).root == tmp_path / "steelyard-root.crt"
