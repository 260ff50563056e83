/* What stands between a formula and its answer, looked at one by one; and the key, where the server asks for one. */
import { byId, el } from "./dom.js";
import * as excel from "./excel.js";
import { say } from "./words.js";

const SETS = ["1.1", "1.2", "1.3", "1.4"];
/** @typedef {"ok" | "look" | "wrong"} Mark */
const SIGNS = { ok: "✓", look: "·", wrong: "✗" };
const SPOKEN = { ok: "is good", look: "to know", wrong: "is wrong" };

export function start() {
  const panel = byId("doctor");
  panel.append(el("ul", { id: "findings" }), el("div", { className: "buttons" }, el("button", { type: "button", className: "plain", id: "examine", onclick: examine }, say("Examine again"))));
  if (steelyard.server.access !== "none") panel.append(keyForm());
  if (excel.inExcel()) {
    panel.append(el("h2", {}, say("Test how a blank cell arrives")), el("p", { className: "quiet" }, say("On some desktops a blank cell reaches functions as 0. The test writes one formula on a sheet of its own, which it then deletes.")),
      el("button", { type: "button", className: "plain", id: "blank", onclick: blank }, say("Test how a blank cell arrives")), el("ul", { id: "blank-finding" }));
  }
}

function keyForm() {
  const input = el("input", { id: "key", type: "password", autocomplete: "off", spellcheck: false, "aria-describedby": "key-hint" });
  const done = el("p", { role: "status" });
  steelyard.keyStore.get().then((/** @type {string} */ text) => { input.value = text; });
  const form = el("form", { className: "field" }, el("label", { for: "key" }, say("API key")), input, el("p", { className: "hint", id: "key-hint" }, say("Whoever runs the server gives you one. It is kept in this Excel alone.")),
    el("div", { className: "buttons" }, el("button", { type: "submit", className: "main" }, say("Keep the key"))), done);
  form.onsubmit = async (event) => { event.preventDefault(); await steelyard.keyStore.set(input.value.trim()); done.textContent = say("Kept."); await examine(); };
  return form;
}

/** @returns {HTMLLIElement} */
function finding(/** @type {Mark} */ mark, /** @type {string} */ says, remedy = "") {
  const sign = el("span", { className: mark, role: "img", "aria-label": say(SPOKEN[mark]) }, SIGNS[mark]);
  return el("li", { className: "finding" }, sign, el("span", {}, says), ...(remedy ? [el("p", {}, `→ ${remedy}`)] : []));
}

export async function examine() {
  byId("findings").replaceChildren(finding("look", say("Examining …")));
  const found = [...await server(), await call(), ...host()];
  byId("findings").replaceChildren(...found);
}

async function server() {
  try {
    const health = await (await fetch("/health", { cache: "no-store" })).json();
    const found = [finding("ok", say("The server answers: Steelyard {}, {} functions.", health.version, health.functions))];
    if (health.version !== steelyard.server.version || health.functions !== steelyard.server.names.length) {
      found.push(finding("wrong", say("This pane is of version {}, the server of {}.", steelyard.server.version, health.version), say("Close the pane and open it again; after a day Excel has forgotten the old one.")));
    }
    return found;
  } catch (problem) {
    return [finding("wrong", say("The server does not answer: {}", /** @type {Error} */ (problem).message), say("Is it running? Is its certificate trusted? Is this computer in the firm's network?"))];
  }
}

async function call() {
  const started = performance.now();
  try {
    const [[value]] = await steelyard.ask("SOTP_VALUE", [[[806], [234], [99]], [[2], [2.3], [19]]]);
    if (value !== 4031.2) throw new Error(String(value));
    return finding("ok", say("SOTP_VALUE({806;234;99},{2;2.3;19}) gives 4031.2, in {} ms.").replace("{}", String(Math.round(performance.now() - started))));
  } catch (problem) {
    return finding("wrong", say("A call fails: {}", /** @type {any} */ (problem).message || /** @type {any} */ (problem).code));
  }
}

function host() {
  if (!excel.inExcel()) return [finding("look", say("This page is not inside Excel: formulas are copied, not inserted."))];
  const newest = SETS.filter((set) => Office.context.requirements.isSetSupported("CustomFunctionsRuntime", set)).pop();
  return [newest ? finding("ok", say("This Excel has CustomFunctionsRuntime {}.", newest)) : finding("wrong", say("This Excel is too old for custom functions."))];
}

async function blank() {
  const list = byId("blank-finding");
  try {
    const value = await excel.blankTest();
    if (value === "#N/A") list.replaceChildren(finding("ok", say("A blank cell arrives as a blank.")));
    else if (value === 0) list.replaceChildren(finding("look", say("A blank cell arrives as 0 here: refer to two cells or more, or keep inputs filled.")));
    else list.replaceChildren(finding("wrong", say("The test gave {}.", String(value))));
  } catch (problem) {
    list.replaceChildren(finding("wrong", say("That did not work: {}", /** @type {Error} */ (problem).message)));
  }
}
