/* Steelyard's functions as Excel calls them. Calls that come together go out together, in two lanes so that quick ones
   do not wait behind slow ones; equal calls are asked once; what fails on the way is tried again; every call ends. */
(() => {
  "use strict";

  /** @typedef {{e: string, m?: string}} Problem */
  /** @typedef {{ok: (value: any) => void, no: (error: any) => void, address: string}} Cell */
  /** @typedef {{call: [string, any[]], text: string, lane: Lane, cells: Cell[], done: boolean, until: number, stop: AbortController | null}} Item */
  /** `open` are its calls without an answer. Since nothing was under way, the server began to answer at `began`, and gave `answered`.
   * @typedef {{queue: Item[], open: Set<Item>, flights: number, rung: boolean, most: number, began: number, answered: number}} Lane */

  const LIMITS = {
    calls: 500, // a request
    slow: 4, // a request, of slow ones
    bytes: 900000, // a request
    flights: 2, // requests under way, a lane
    deadline: 60000, // ms until a call ends without an answer
    patience: 30000, // ms in which what fails on the way is tried again
    pause: 250, // ms before the second try, then twice as long each time
    longestPause: 4000,
    together: 300, // ms in which quick answers wait for the others of their recalculation
    collected: 40, // ms; Excel's runtime collects answers for 50 ms after the first
    answer: 4500000, // characters; Excel on the web takes no more
    reasons: 5000, // kept for the pane
  };
  const RETRIED = new Set([408, 425, 429, 502, 503, 504]);
  const HALVED = new Set([400, 413, 422]);
  const SAYABLE = new Set(["#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!"]); // errors that Excel lets a function give
  const EXPLAINED = new Set(["#VALUE!", "#N/A"]); // those with which it shows a message
  const server = globalThis.steelyardServer || { version: "", prefix: "", access: "none", names: [], slow: [] };
  const SLOW = new Set(server.slow);

  const state = {
    online: true, requests: 0, sent: 0, answered: 0, retries: 0, cancelled: 0,
    /** @type {Map<string, {e: string, m: string, count: number, call: [string, any[]]}>} */
    reasons: new Map(), // by the address of the cell
    /** @type {Set<string>} */
    unanswered: new Set(), // cells that got no answer while the server was away
    /** @type {Set<() => void>} */
    listeners: new Set(),
  };
  /** @type {{quick: Lane, slow: Lane}} */
  const lanes = {
    quick: { queue: [], open: new Set(), flights: 0, rung: false, most: LIMITS.calls, began: 0, answered: 0 },
    slow: { queue: [], open: new Set(), flights: 0, rung: false, most: LIMITS.slow, began: 0, answered: 0 },
  };
  const tell = () => state.listeners.forEach((listener) => listener());
  const now = () => performance.now(); // the computer's clock may be set while a call waits
  const sleep = (/** @type {number} */ ms) => new Promise((wake) => setTimeout(wake, ms));

  // ---- cells in ---------------------------------------------------------------------------------------------------

  const wellFormed = (/** @type {string} */ text) => // half a character is no JSON
    text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (found) => (found.length === 2 ? found : "\uFFFD"));

  /** @returns {any} */
  function cellIn(/** @type {any} */ cell) {
    if (cell === null || cell === undefined || cell === "") return null;
    if (typeof cell === "string") return wellFormed(cell);
    if (typeof cell === "number") return Number.isFinite(cell) ? cell : { e: "#NUM!" };
    if (typeof cell !== "object") return cell;
    if (cell instanceof CustomFunctions.Error) return { e: cell.code || "#VALUE!" };
    if (cell.type === "Error") return { e: cell.basicValue || "#VALUE!" };
    if (cell.type === "Empty") return null;
    if (cell.type === "FormattedNumber" || cell.type === "Double" || cell.type === "String" || cell.type === "Boolean") {
      return cellIn(cell.basicValue);
    }
    return { e: "#VALUE!", m: "a card of data, not a value" };
  }
  /** An argument that is left out is null; an empty cell that is pointed at is a range of one cell, [[null]]. */
  function argumentIn(/** @type {any} */ argument) {
    if (argument === null || argument === undefined) return null;
    const rows = Array.isArray(argument) ? argument : [[argument]];
    if (rows.length > 1 || rows[0].length > 1) return rows.map((row) => row.map(cellIn));
    const cell = cellIn(rows[0][0]);
    return cell === null ? [[null]] : cell;
  }

  // ---- answers out ------------------------------------------------------------------------------------------------

  function errorOut(/** @type {Problem} */ problem) {
    const code = SAYABLE.has(problem.e) ? problem.e : "#VALUE!";
    const why = problem.m || "";
    const text = code === problem.e || why.startsWith(problem.e) ? why : `${problem.e} ${why}`.trim();
    return new CustomFunctions.Error(/** @type {any} */ (code), EXPLAINED.has(code) ? text : undefined);
  }
  function cellOut(/** @type {any} */ value) {
    if (value === null || value === undefined) return ""; // Excel would show null as 0
    if (typeof value !== "object") return value;
    if ("e" in value) return errorOut(value);
    return { type: "FormattedNumber", basicValue: value.d, numberFormat: "yyyy-mm-dd" };
  }
  const answerOut = (/** @type {any} */ value) => (Array.isArray(value) ? value.map((row) => row.map(cellOut)) : [[cellOut(value)]]);

  const isProblem = (/** @type {any} */ value) => value !== null && typeof value === "object" && "e" in value;

  /** Keeps the reason of an error, or of the first of several, for the pane: Excel shows only some of them. */
  function keepReason(/** @type {string} */ address, /** @type {any} */ value, /** @type {[string, any[]]} */ call) {
    if (!address) return;
    state.reasons.delete(address);
    const problems = isProblem(value) ? [value] : Array.isArray(value) ? value.flat().filter(isProblem) : [];
    if (!problems.length) return;
    state.reasons.set(address, { e: problems[0].e, m: problems[0].m || "", count: problems.length, call });
    if (state.reasons.size > LIMITS.reasons) state.reasons.delete(/** @type {string} */ (state.reasons.keys().next().value));
  }

  /** Answers that are passed to Excel together, because its runtime delays later ones by half a second.
   * @type {(() => void)[]} */
  const ready = [];
  let handOver = 0;
  function hand() {
    window.clearTimeout(handOver);
    handOver = 0;
    ready.splice(0).forEach((each) => each());
  }
  /** Passes them on when the quick answers are complete or nearly, and at the latest soon after the first. */
  function handSoon() {
    if (!lanes.quick.open.size || nearlyDone(lanes.quick)) hand();
    else if (!handOver) handOver = window.setTimeout(hand, LIMITS.together);
  }
  /** Whether the other answers come, at the pace so far, while Excel's runtime still collects. */
  function nearlyDone(/** @type {Lane} */ lane) {
    return !lane.queue.length && lane.began > 0 && lane.open.size * (now() - lane.began) <= LIMITS.collected * lane.answered;
  }

  /** Keeps an answer for the cells that wait for it; `handSoon` gives it to them. */
  function settle(/** @type {Item} */ item, /** @type {any} */ value) {
    if (item.done) return;
    item.done = true;
    item.lane.open.delete(item);
    item.lane.answered++;
    state.answered++;
    ready.push(() => item.cells.forEach((cell) => {
      keepReason(cell.address, value, item.call);
      if (isProblem(value)) cell.no(errorOut(value));
      else cell.ok(answerOut(value));
    }));
  }
  function settleAll(/** @type {Item[]} */ items, /** @type {Problem} */ problem) {
    items.forEach((item) => settle(item, problem));
    handSoon();
  }

  // ---- calls ------------------------------------------------------------------------------------------------------

  let clock = 0;
  /** One timer for the deadlines of all calls, so that no cell waits for ever. */
  function watch() {
    if (clock) return;
    clock = window.setInterval(() => {
      const open = Object.values(lanes).flatMap((lane) => [...lane.open]);
      settleAll(open.filter((item) => item.until < now()), { e: "#N/A", m: `no answer within ${LIMITS.deadline / 1000} s` });
      if (!open.length) { window.clearInterval(clock); clock = 0; }
    }, 500);
  }

  /** @type {Map<string, Item>} */
  const waiting = new Map(); // by the text of the call: equal ones are asked once

  /** Calls a function; resolves to rows of cells, or is rejected with an error of Excel. */
  function ask(/** @type {string} */ name, /** @type {any[]} */ given, /** @type {any} */ invocation = null) {
    /** @type {[string, any[]]} */
    const call = [name, given.map(argumentIn)];
    while (call[1].length && call[1][call[1].length - 1] === null) call[1].pop();
    const text = JSON.stringify(call);
    return new Promise((ok, no) => {
      /** @type {Cell} */
      const cell = { ok, no, address: (invocation && invocation.address) || "" };
      let item = waiting.get(text);
      if (!item || item.done) {
        const lane = SLOW.has(name) ? lanes.slow : lanes.quick;
        item = { call, text, lane, cells: [], done: false, until: now() + LIMITS.deadline, stop: null };
        waiting.set(text, item);
        lane.open.add(item);
        lane.queue.push(item);
        watch();
        if (lane.queue.length >= lane.most && lane.flights < LIMITS.flights) launch(lane); // the server begins while others are asked
        else ring(lane);
      }
      item.cells.push(cell);
      const asked = item;
      if (invocation) invocation.onCanceled = () => cancel(asked, cell);
    });
  }

  function cancel(/** @type {Item} */ item, /** @type {Cell} */ cell) {
    const place = item.cells.indexOf(cell);
    if (place < 0) return;
    item.cells.splice(place, 1);
    state.cancelled++;
    if (item.done) return; // its answer is here, and nobody waits for it any more
    if (item.cells.length) return; // another cell waits for the same
    item.done = true;
    item.lane.open.delete(item);
    if (waiting.get(item.text) === item) waiting.delete(item.text);
    if (item.stop) item.stop.abort(item);
  }

  // A message instead of a timer, because browsers limit timers of a hidden pane to one per second.
  const bell = new MessageChannel();
  bell.port1.onmessage = () => { for (const lane of Object.values(lanes)) if (lane.rung) send(lane); };
  function ring(/** @type {Lane} */ lane) {
    if (lane.rung || lane.flights >= LIMITS.flights) return;
    lane.rung = true;
    bell.port2.postMessage(0);
  }

  function take(/** @type {Lane} */ lane) {
    /** @type {Item[]} */
    const items = [];
    let bytes = 20, place = 0;
    for (; place < lane.queue.length && items.length < lane.most; place++) {
      const next = lane.queue[place];
      if (next.done) continue;
      if (items.length && bytes + next.text.length > LIMITS.bytes) break;
      bytes += next.text.length + 1;
      items.push(next);
    }
    lane.queue.splice(0, place);
    return items;
  }

  function send(/** @type {Lane} */ lane) {
    lane.rung = false;
    while (lane.flights < LIMITS.flights && launch(lane));
  }

  /** Sends one request with waiting calls; returns whether there were any. */
  function launch(/** @type {Lane} */ lane) {
    const items = take(lane);
    if (!items.length) return false;
    if (!lane.flights) Object.assign(lane, { began: 0, answered: 0 });
    lane.flights++;
    fly(items).catch((problem) => settleAll(items, { e: "#N/A", m: String(problem) })).finally(() => {
      lane.flights--;
      for (const item of items) if (waiting.get(item.text) === item) waiting.delete(item.text);
      send(lane);
      handSoon();
    });
    return true;
  }

  // ---- requests ---------------------------------------------------------------------------------------------------

  const left = (/** @type {Item[]} */ items) => items.filter((item) => !item.done);

  /** Sends items until each has an answer or has failed finally. */
  async function fly(/** @type {Item[]} */ items) {
    const started = now();
    for (let pause = LIMITS.pause; ; pause = Math.min(pause * 2, LIMITS.longestPause)) {
      const failure = await once(left(items));
      items = left(items);
      if (!failure) { online(true); return; }
      if (failure.halve && items.length > 1) {
        const middle = items.length >> 1;
        await fly(items.slice(0, middle));
        await fly(items.slice(middle));
        return;
      }
      if (!failure.again || now() - started > LIMITS.patience) {
        if (failure.away) {
          for (const item of items) for (const cell of item.cells) if (cell.address) state.unanswered.add(cell.address);
          online(false);
        }
        settleAll(items, failure);
        return;
      }
      state.retries++;
      await sleep(pause * (0.75 + Math.random() / 2));
    }
  }

  const PLAIN = { "content-type": "application/json", accept: "application/x-ndjson" };

  /** @typedef {{e: string, m: string, again?: boolean, halve?: boolean, away?: boolean}} Failure */

  /** One request; resolves to the reason of a failure, or null when all items are answered. @returns {Promise<Failure | null>} */
  async function once(/** @type {Item[]} */ items) {
    if (!items.length) return null;
    const stop = new AbortController();
    items.forEach((item) => { item.stop = stop; });
    // A request is aborted only if nobody waits for any of its answers.
    const abort = stop.abort.bind(stop);
    stop.abort = () => { if (!left(items).length) abort(); };
    /** @type {Failure} */
    const away = { e: "#N/A", m: `${location.host} does not answer`, again: true, away: true };
    try {
      state.requests++;
      state.sent += items.length;
      const answer = await fetch("/api/calls", {
        method: "POST", headers: server.access === "none" ? PLAIN : await headers(), signal: stop.signal, cache: "no-store", credentials: "same-origin",
        body: `{"v":1,"calls":[${items.map((item) => item.text).join(",")}]}`,
      });
      if (!answer.ok) return refused(answer);
      items[0].lane.began = items[0].lane.began || now();
      await read(answer, items);
    } catch (problem) {
      return left(items).length ? { ...away, m: `${away.m} (${/** @type {Error} */ (problem).message})` } : null;
    } finally {
      items.forEach((item) => { item.stop = null; });
    }
    return left(items).length ? { ...away, m: "the answer broke off" } : null;
  }

  /** @returns {Promise<Failure>} */
  async function refused(/** @type {Response} */ answer) {
    let why = `the server refused: ${answer.status} ${answer.statusText}`.trim();
    try { why = (await answer.json()).error.message; } catch (_) { /* a proxy's page */ }
    if (answer.status === 401) forgetToken();
    const again = RETRIED.has(answer.status);
    return { e: again || answer.status < 500 && !HALVED.has(answer.status) ? "#N/A" : "#VALUE!", m: why, again, halve: HALVED.has(answer.status), away: again };
  }

  async function read(/** @type {Response} */ answer, /** @type {Item[]} */ items) {
    const line = (/** @type {string} */ text) => {
      if (!text) return;
      const [place, value] = JSON.parse(text);
      const large = { e: "#VALUE!", m: `the result has ${Math.round(text.length / 1e6)} MB, more than Excel takes: give smaller ranges` };
      if (items[place]) settle(items[place], text.length > LIMITS.answer ? large : value);
    };
    if (!answer.body) { (await answer.text()).split("\n").forEach(line); handSoon(); return; }
    const reader = answer.body.getReader(), decoder = new TextDecoder();
    for (let rest = ""; ;) {
      const { done, value } = await reader.read();
      const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
      rest = done ? "" : /** @type {string} */ (lines.pop());
      lines.forEach(line);
      handSoon();
      if (done) return;
    }
  }

  // ---- who asks ---------------------------------------------------------------------------------------------------

  const KEY = "steelyard-key";
  /** @type {Promise<string> | null} */
  let token = null;
  const forgetToken = () => { token = null; };
  const keyStore = {
    get: async () => { try { return localStorage.getItem(KEY) || ""; } catch (_) { return ""; } },
    set: async (/** @type {string} */ text) => { if (text) localStorage.setItem(KEY, text); else localStorage.removeItem(KEY); },
  };
  async function headers() {
    /** @type {Record<string, string>} */
    const found = { ...PLAIN };
    const key = server.access === "none" ? "" : await keyStore.get();
    if (key) found.authorization = `Bearer ${key}`;
    else if (server.access === "token") {
      try {
        token = token || /** @type {any} */ (globalThis).OfficeRuntime.auth.getAccessToken({ allowSignInPrompt: true });
        found.authorization = `Bearer ${await token}`;
      } catch (_) { forgetToken(); } // the server says what is missing
    }
    return found;
  }

  // ---- whether the server is there --------------------------------------------------------------------------------

  let probing = false;
  function online(/** @type {boolean} */ yes) {
    if (state.online !== yes) { state.online = yes; tell(); }
    if (!yes && !probing) probe();
  }
  async function probe() {
    probing = true;
    for (let pause = 2000; !state.online; pause = Math.min(pause * 1.5, 30000)) {
      await sleep(pause);
      try { if ((await fetch("/health", { cache: "no-store" })).ok) online(true); } catch (_) { /* still away */ }
    }
    probing = false;
  }

  globalThis.steelyard = { ask, state, server, LIMITS, lanes, headers, keyStore };
  if (globalThis.CustomFunctions) {
    for (const name of server.names) {
      CustomFunctions.associate(name, (/** @type {any[]} */ ...all) => ask(name, all.slice(0, -1), all[all.length - 1]));
    }
  }
})();
