"""The functions' script in headless Chromium, under Microsoft's own runtime for custom functions."""

import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from addin.binding import bind
from addin.office.protocol import error
from browser import Browser, Server, free_port
from valuation.catalogue import CATALOGUE
from valuation.examples import example

pytestmark = pytest.mark.slow

SIMULATION: Final = """
const simulation = (draws) => ["SIMULATE", [[["SOTP_VALUE"]], [["metrics", 806, 234, 99], ["multiples", 2, 2.3, 19]],
  [["metrics", 700, 200, 80], ["multiples", 1.5, 2, 15]], [["metrics", 900, 280, 120], ["multiples", 2.5, 3, 23]],
  [[draws]], [[7]], [["summary"]], null], "S!Z1"];
const implied = (value, row) => ["IMPLIED_VALUE", [[[value]], [[2]]], "Sheet1!A" + row];
const many = (count, make) => Promise.all(excelBridge.invoke(Array.from({ length: count }, (_, row) => make(row))));
const { state, ask, LIMITS } = steelyard;
"""


@pytest.fixture
def page(browser: Browser, server: Server) -> Browser:
    """A page with Microsoft's runtime and ours."""
    browser.open_runtime(server.origin)
    return browser


def run(page: Browser, program: str, given: object = None) -> Any:  # noqa: ANN401 - any JSON
    return page.in_page(SIMULATION + program, given)


def test_every_example_gives_what_it_gives_in_python(page: Browser) -> None:
    calls, wanted = [], []
    for entry in CATALOGUE.values():
        values = [example(entry).get(parameter.name) for parameter in entry.parameters]
        calls.append([entry.excel_name, [rows(value) for value in values], "S!A1"])
        answer: Any = bind(entry, error)(*values)
        wanted.append([[plain(cell) for cell in row] for row in (answer if isinstance(answer, list) else [[answer]])])
    found = run(page, "return Promise.all(excelBridge.invoke(given))", calls)
    shown = [[[plain(cell) for cell in row] for row in answer["value"]] for answer in found]
    assert shown == wanted
    assert len(found) == len(CATALOGUE)


def rows(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, list):
        return value if isinstance(value[0], list) else [value]
    return [[value]]


def plain(cell: Any) -> object:  # noqa: ANN401 - a cell
    if isinstance(cell, dict):
        return cell["basicValue"]
    if hasattr(cell, "toordinal"):
        return cell.toordinal() - 693594
    return cell


@pytest.mark.parametrize(("cells", "most"), [(1_000, 4), (10_000, 25)])
def test_many_cells_need_few_requests_and_none_is_wrong(page: Browser, cells: int, most: int) -> None:
    wrong, requests = run(
        page,
        """const before = state.requests;
        const found = await many(given, (row) => implied(row, row));
        return [found.filter((each, row) => !each.ok || each.value[0][0] !== row * 2).length, state.requests - before];""",
        cells,
    )
    assert wrong == 0
    assert requests <= most


def test_equal_calls_are_asked_once(page: Browser) -> None:
    sent = run(page, "const s = state.sent; await many(500, (row) => implied(7, row)); return state.sent - s")
    assert sent == 1


def test_errors_are_errors_of_excel_with_their_reasons(page: Browser) -> None:
    found = run(
        page,
        """const E = (code) => ({ type: "CustomFunctionError", code });
        return Promise.all(excelBridge.invoke([["IMPLIED_VALUE", [[["x"]], [[2]]], "S!A1"], ["MULTIPLE", [[[1]], [[-5]]], "S!A2"],
          ["PER_SHARE", [[[1]], [[E("#DIV/0!")]]], "S!A3"], ["PER_SHARE", [[[1]], [[E("#REF!")]]], "S!A4"],
          ["IMPLIED_VALUE", [[[1, "x"]], [[2]]], "S!A5"]]))""",
    )
    assert [each["code"] for each in found[:4]] == [7, 1, 5, 7]  # #VALUE!, #N/A, #DIV/0!, and #REF! as #VALUE!
    assert found[0]["value"] == "metric: 'x' is not a number"
    assert found[3]["value"] == "#REF! shares: #REF! in the input"
    assert found[4]["value"][0][1]["basicValue"] == "#VALUE!"
    reasons = dict(page.in_page("return [...steelyard.state.reasons]"))
    assert {cell: reason["e"] for cell, reason in reasons.items()} == {
        "S!A1": "#VALUE!",
        "S!A2": "#N/A",
        "S!A3": "#DIV/0!",
        "S!A4": "#REF!",
        "S!A5": "#VALUE!",
    }
    run(page, 'await Promise.all(excelBridge.invoke([["IMPLIED_VALUE", [[[3]], [[2]]], "S!A1"]]))')
    assert "S!A1" not in dict(page.in_page("return [...steelyard.state.reasons]"))


def test_cancelling_60_of_100_sends_40(page: Browser) -> None:
    found = run(
        page,
        """const before = { sent: state.sent, cancelled: state.cancelled };
        const all = excelBridge.invoke(Array.from({ length: 100 }, (_, row) => implied(row + 0.25, row)));
        excelBridge.cancel(all.slice(0, 60).map((each) => each.id));
        const kept = await Promise.all(all.slice(60));
        return [state.sent - before.sent, state.cancelled - before.cancelled, kept.filter((each) => each.ok).length];""",
    )
    assert found == [40, 60, 40]


def test_cancelling_a_call_leaves_the_same_call_of_another_cell(page: Browser) -> None:
    found = run(
        page,
        """const all = excelBridge.invoke([implied(3.5, 1), implied(3.5, 2)]);
        excelBridge.cancel([all[0].id]);
        return (await all[1]).value;""",
    )
    assert found == [[7]]


@pytest.mark.parametrize(("collected", "early"), [(1e9, 2), (0, 0)])
def test_first_answers_are_handed_over_where_the_others_come_while_excel_collects(
    page: Browser, collected: float, early: int
) -> None:
    """Two answers of four arrive, then the others: how many cells have theirs in between."""
    found = run(
        page,
        """const bytes = (rows) => new TextEncoder().encode(rows.map((row) => `[${row},${row * 2}]\n`).join(""));
        let sending = null;
        globalThis.fetch = async () => new Response(new ReadableStream({ start: (to) => { sending = to; } }));
        LIMITS.collected = given;
        const rest = () => new Promise((wake) => setTimeout(wake, 20));
        const done = [];
        const all = [0, 1, 2, 3].map((row) => ask("IMPLIED_VALUE", [[[row + 0.125]], [[2]]]).then(() => done.push(row)));
        await rest();
        sending.enqueue(bytes([0, 1]));
        await rest();
        const early = done.length;
        sending.enqueue(bytes([2, 3]));
        sending.close();
        await Promise.all(all);
        return [early, done.length];""",
        collected,
    )
    assert found == [early, 4]


@pytest.mark.parametrize("bad", ['"5\\ud800"', '"\\udc00\\ud800x"'])
def test_one_bad_string_among_100_costs_one_answer(page: Browser, bad: str) -> None:
    found = run(
        page,
        f"""const calls = Array.from({{ length: 100 }}, (_, row) => implied(row, row));
        calls[41] = ["AMOUNT", [[[{bad}]], null], "S!B1"];
        const found = await Promise.all(excelBridge.invoke(calls));
        return found.flatMap((each, row) => (each.ok ? [] : [row]));""",
    )
    assert found == [41]


def test_a_batch_that_is_refused_is_halved_until_only_the_culprit_is_refused(page: Browser) -> None:
    """The page sends no such text by itself: here it is put into the request on its way."""
    page.run(
        """await here.page.route("**/api/calls", (route) => route.continue({
             postData: route.request().postData().replace('"break"', '"\\\\ud800"') }))"""
    )
    found = run(
        page,
        """const before = state.requests;
        const calls = Array.from({ length: 100 }, (_, row) => implied(row, row));
        calls[41] = ["AMOUNT", [[["break"]], null], "S!B1"];
        const found = await Promise.all(excelBridge.invoke(calls));
        return [found.flatMap((each, row) => (each.ok ? [] : [row])), state.requests - before];""",
    )
    assert found[0] == [41]
    assert found[1] <= 2 * 7 + 1


def test_results_that_are_too_many_together_come_one_by_one(page: Browser) -> None:
    found = run(
        page,
        """const column = Array.from({ length: 400 }, (_, row) => [row]);
        const line = [Array.from({ length: 400 }, (_, row) => row)];
        const found = await many(5, (row) => ["IMPLIED_VALUE", [column.map(([cell]) => [cell + row]), line], "S!A" + row]);
        return found.map((each) => [each.ok, each.value.length, each.value[399][399]]);""",
    )
    assert found == [[True, 400, (399 + row) * 399] for row in range(5)]


def test_a_spill_that_is_too_large_is_an_error_that_says_so(page: Browser) -> None:
    (found,) = run(
        page,
        """const column = Array.from({ length: 600 }, (_, row) => [row]);
        return many(1, () => ["IMPLIED_VALUE", [column, [column.map(([cell]) => cell)]], "S!A1"]);""",
    )
    assert not found["ok"]
    assert found["value"].startswith("360,000 results, more than")


def test_quick_calls_do_not_wait_behind_slow_ones(page: Browser) -> None:
    order = run(
        page,
        """const order = [];
        const slow = excelBridge.invoke([1, 2, 3, 4].map((each) => simulation(1000000 + each)));
        slow.forEach((each) => each.then(() => order.push("slow")));
        const quick = excelBridge.invoke(Array.from({ length: 500 }, (_, row) => implied(row, row)));
        await Promise.all(quick); order.push("quick");
        await Promise.all(slow); return order;""",
    )
    assert "quick" in order[:2]


def test_a_call_without_an_answer_ends_at_its_deadline(page: Browser) -> None:
    page.run('await here.page.route("**/api/calls", () => {})')  # the request hangs
    started = time.monotonic()
    found = run(page, "steelyard.LIMITS.deadline = 1500; return many(20, (row) => implied(row, row))")
    assert {each["value"] for each in found} == {"no answer within 1.5 s"}
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_permanent_refusals_are_reported_without_a_second_try(page: Browser, status: int) -> None:
    page.run(f'await here.page.route("**/api/calls", (route) => route.fulfill({{ status: {status}, body: "no" }}))')
    found = run(
        page,
        "const n = state.retries; const all = await many(3, (row) => implied(row, row)); return [all, state.retries - n]",
    )
    assert found[1] == 0
    assert all(str(status) in each["value"] for each in found[0])


def test_calls_are_repeated_when_the_server_is_busy(page: Browser) -> None:
    page.run(
        """let times = 0; await here.page.route("**/api/calls", (route) => ++times <= 3 ?
             route.fulfill({ status: 503, contentType: "application/json", body: '{"v":1,"error":{"code":"busy","message":"busy"}}' }) : route.continue())"""
    )
    found = run(page, "steelyard.LIMITS.pause = 20; return [await many(3, (row) => implied(row, row)), state.retries]")
    assert all(each["ok"] for each in found[0])
    assert found[1] == 3


def test_missing_answers_of_a_broken_response_are_requested_again(page: Browser) -> None:
    page.run(
        """let times = 0; await here.page.route("**/api/calls", (route) => ++times === 1 ?
             route.fulfill({ status: 200, body: "[0,6]\\n[1,8" }) : route.continue())"""
    )
    found = run(
        page,
        "const s = state.sent; const all = await many(2, (row) => implied(3 + row, row)); return [all.map((each) => each.value), state.sent - s]",
    )
    assert found == [[[[6]], [[8]]], 3]


MEASURE: Final = """(async () => {
  const times = [];
  for (let round = 0; round < 7; round++) {
    const started = performance.now();
    await Promise.all(Array.from({ length: 200 }, () => steelyard.ask("IMPLIED_VALUE", [[[Math.random()]], [[2]]])));
    times.push(performance.now() - started);
  }
  return [document.visibilityState, times.sort((a, b) => a - b)[3]];
})()"""
# Playwright tells every page that it has the focus: so this Chromium is spoken to without it.
TABS: Final = """
const { spawn } = here.require("node:child_process");
const folder = here.require("node:fs").mkdtempSync(here.require("node:path").join(here.require("node:os").tmpdir(), "steelyard-"));
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  `--remote-debugging-port=${given.port}`, `--user-data-dir=${folder}`, "about:blank"];
const chromium = spawn("chromium", flags, { stdio: "ignore", detached: true });
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));
const open = async (address) => {
  for (let tries = 0; ; tries++) {
    try { return await (await fetch(`http://127.0.0.1:${given.port}/json/new?${address}`, { method: "PUT" })).json(); }
    catch (problem) { if (tries > 100) throw problem; await sleep(100); }
  }
};
const evaluate = (tab, expression) => new Promise((give) => {
  const socket = new WebSocket(tab.webSocketDebuggerUrl);
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression, awaitPromise: true, returnByValue: true } }));
  socket.onmessage = (message) => { const told = JSON.parse(message.data); if (told.id === 1) { socket.close(); give(told.result.result.value); } };
});
try {
  const tab = await open(`${given.origin}/about.html`);
  await sleep(1000);
  await evaluate(tab, await (await fetch(`${given.origin}/functions.js`)).text());
  const visible = await evaluate(tab, given.measure);
  await open("about:blank");
  await sleep(11000);
  return [visible, await evaluate(tab, given.measure)];
} finally {
  process.kill(-chromium.pid);
}
"""


def test_a_hidden_page_takes_at_most_three_times_a_visible_one(browser: Browser, server: Server) -> None:
    """Another tab in front, for longer than a browser waits before it holds timers back."""
    given = {"port": free_port(), "origin": server.origin, "measure": MEASURE}
    (shown, visible), (not_shown, hidden) = browser.run(TABS, given)
    assert (shown, not_shown) == ("visible", "hidden")
    assert hidden <= 3 * visible


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server that a test kills."""
    with Server() as started:
        yield started


def test_killed_in_mid_batch_and_back_every_call_is_answered(browser: Browser, mortal: Server) -> None:
    browser.open_runtime(mortal.origin)
    browser.begin(
        "return await here.page.evaluate(async (given) => { "
        + SIMULATION
        + """
        const found = await many(5000, (row) => implied(row, row));
        return [found.filter((each, row) => each.ok && each.value[0][0] === row * 2).length, state.retries]; })"""
    )
    time.sleep(0.12)
    mortal.process.kill()
    mortal.finish()
    time.sleep(1)
    mortal.start()
    answered, retries = browser.end()
    assert answered == 5000
    assert retries > 0


def test_an_unreachable_server_is_named_in_the_cell_and_the_cell_is_noted(browser: Browser, mortal: Server) -> None:
    browser.open_runtime(mortal.origin)
    mortal.process.kill()
    mortal.finish()
    found = run(
        browser,
        "steelyard.LIMITS.patience = 800; return [await many(3, (row) => implied(row, row)), state.online, [...state.unanswered]]",
    )
    assert all("does not answer" in each["value"] for each in found[0])
    assert found[1:] == [False, ["Sheet1!A0", "Sheet1!A1", "Sheet1!A2"]]
    mortal.start()
    browser.run("await here.page.waitForFunction(() => steelyard.state.online)")
