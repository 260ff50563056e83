"""The Office add-in in headless Chromium: batches against a request a cell, two lanes, Microsoft's runtime, workers."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from addin.office.answering import answer
from addin.office.protocol import decode
from benchmarks.rounds import Row, Skipped, time_text

if TYPE_CHECKING:
    from browser import Browser, Server

TESTS: Final = Path(__file__).parents[1] / "tests"
CELLS: Final = 1000
ROUNDS: Final = 7
WORKERS: Final = 4
BATCHES: Final = 160  # enough that an uneven end does not count
BATCH: Final = (
    '{"v":1,"calls":['
    + ",".join(f'["SOTP_VALUE",[[[{806 + row}],[234],[99]],[[2],[2.3],[19]]]]' for row in range(500))
    + "]}"
).encode()

# What runs in the page; each gives milliseconds.
TIMED: Final = """
const sotp = (row) => [[[806 + row + Math.random()], [234], [99]], [[2], [2.3], [19]], null, null, null];
const timed = async (what) => { const started = performance.now(); await what(); return performance.now() - started; };
const cells = (count, make) => Promise.all(Array.from({ length: count }, (_, row) => make(row)));
"""
BATCHED: Final = TIMED + "return timed(() => cells(given, (row) => steelyard.ask('SOTP_VALUE', sotp(row))));"
ONE_EACH: Final = (
    TIMED
    + """return timed(() => cells(given, async (row) => {
  const body = JSON.stringify({ v: 1, calls: [["SOTP_VALUE", sotp(row).slice(0, 2)]] });
  const headers = { "content-type": "application/json" };
  return (await fetch("/api/calls", { method: "POST", headers, body })).text(); }));"""
)
INVOKED: Final = """
await new Promise((wake) => setTimeout(wake, 900)); // for half a second after others the runtime collects answers
return timed(() => Promise.all(excelBridge.invoke(
  Array.from({ length: given }, (_, row) => [name, sotp(row), "Sheet1!B" + (row + 1)]))));"""
RUNTIME: Final = f"{TIMED} const name = 'SOTP_VALUE'; {INVOKED}"
IN_PAGE: Final = f"{TIMED} const name = 'ANSWERED'; CustomFunctions.associate(name, () => [[1]]); {INVOKED}"
QUICK: Final = (
    TIMED
    + "const quick = (row) => steelyard.ask('IMPLIED_VALUE', [[[row + Math.random()]], [[2]]]);"
    + "return timed(() => cells(500, quick));"
)
BESIDE: Final = (
    TIMED
    + """
const most = [["metrics", 806, 234, 99], ["multiples", 2, 2.3, 19]];
const slow = cells(4, (row) => steelyard.ask("SIMULATE", [[["SOTP_VALUE"]], most,
  [["metrics", 700, 200, 80], ["multiples", 1.5, 2, 15]],
  [["metrics", 900, 280, 120], ["multiples", 2.5, 3, 23]],
  [[1000000]], [[Math.floor(Math.random() * 1e6)]], [["summary"]]]));
const one = (row) => steelyard.ask("IMPLIED_VALUE", [[[row + Math.random()]], [[2]]]);
const quick = await timed(() => cells(500, one));
await slow;
return quick;"""
)


def rows() -> Iterator[Row | Skipped]:
    """The lines of the table."""
    sys.path.append(str(TESTS))
    from browser import Browser, Server, missing  # noqa: PLC0415 - the tests' own

    if reason := missing():
        yield Skipped("the Office add-in", reason)
        return
    with Server() as server, Browser() as browser:
        browser.open_runtime(server.origin)
        yield from _in_browser(browser)
    yield _workers(Server)


def _in_browser(browser: "Browser") -> Iterator[Row]:
    batched, single = _turns(browser, BATCHED, ONE_EACH)
    cells = f"{CELLS:,} cells of SOTP_VALUE in a page"
    yield Row(cells, "one request a cell", time_text(batched), time_text(single), batched / single, 0.05, 3)
    bound = median(_bound_calls() for _ in range(ROUNDS))
    yield Row(f"— {cells}", "bound calls in Python", time_text(batched), time_text(bound), batched / bound, 3)
    runtime, in_page = _turns(browser, RUNTIME, IN_PAGE)
    told = "— within Microsoft's runtime for custom functions"
    yield Row(told, "answers given in the page", time_text(runtime), time_text(in_page), runtime / in_page, 2)
    beside, alone = _turns(browser, BESIDE, QUICK)
    told = "500 quick calls beside four simulations of 1,000,000 draws"
    yield Row(told, "alone", time_text(beside), time_text(alone), beside / alone, 1.5)


def _turns(browser: "Browser", ours: str, theirs: str) -> tuple[float, float]:
    """Median seconds of two programs in the page that take turns."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for place, program in enumerate((ours, theirs)):
            found[place].append(browser.in_page(program, CELLS) / 1e3)
    return median(found[0][1:]), median(found[1][1:])


def _bound_calls() -> float:
    """Seconds that the calls of a page take in Python, once decoded."""
    calls = decode(BATCH, CELLS) + decode(BATCH, CELLS)
    started = time.perf_counter()
    for call in calls:
        answer(call, CELLS)
    return time.perf_counter() - started


def _workers(server: "type[Server]") -> Row:
    """Many batches from eight clients, at four workers and at one."""
    seconds: dict[int, list[float]] = {1: [], WORKERS: []}
    for count in (1, WORKERS, 1, WORKERS, 1, WORKERS):
        with server("--workers", str(count)) as started:
            time.sleep(6)  # until every worker has loaded
            with ThreadPoolExecutor(8) as clients:
                list(clients.map(partial(_post, started), range(8)))
                began = time.perf_counter()
                list(clients.map(partial(_post, started), range(BATCHES)))
                seconds[count].append(time.perf_counter() - began)
    many, one = median(seconds[WORKERS]), median(seconds[1])
    told = f"{BATCHES} batches of 500 calls, a server of {WORKERS} workers"
    return Row(told, "one worker", time_text(many), time_text(one), many / one, 1 / 1.6)


def _post(server: Any, _: int) -> None:  # noqa: ANN401 - a `Server` of the tests
    status, _body = server.post(BATCH)
    if status != 200:  # noqa: PLR2004 - OK
        message = f"the server answers {status}"
        raise RuntimeError(message)
