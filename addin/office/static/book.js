/* The workbook: formulas that wait for the add-in are entered again, and templates are opened. */
import { byId, el } from "./dom.js";
import * as excel from "./excel.js";
import { lang, say } from "./words.js";

export function start(/** @type {{name: string, title: string}[]} */ workbooks) {
  const light = el("button", { type: "button", className: "main", id: "light", onclick: lightUp, disabled: !excel.inExcel() }, say("Enter them again"));
  byId("book").append(
    el("h2", {}, say("Light up this workbook")),
    el("p", { className: "quiet" }, say("Formulas that Excel read before this add-in was there show #NAME? until they are entered again. Nothing else is changed.")),
    light, el("p", { role: "status", id: "lit" }),
    el("h2", {}, say("Templates")), el("p", { className: "quiet" }, say("A new workbook opens; nothing of this one changes.")),
    el("ul", {}, ...workbooks.map((each) => el("li", { className: "card" }, el("p", {}, each.title), el("button", { type: "button", className: "plain", onclick: () => open(each),
      "aria-label": say(excel.inExcel() ? "Open {}" : "Save {}", each.title) }, say(excel.inExcel() ? "Open {}" : "Save {}", ""))))),
    el("p", { role: "status", id: "opened" }));
}

async function lightUp() {
  const lit = byId("lit");
  try {
    const cells = await excel.dark();
    if (!cells.length) { lit.textContent = say("Nothing to do: no formula waits for its function."); return; }
    const failed = await excel.lightUp(cells);
    lit.textContent = [say("{} formulas entered again.", cells.length - failed.length), failed.length ? say("{} could not be: {}", failed.length, failed.slice(0, 5).join(", ")) : ""].join(" ").trim();
  } catch (problem) {
    lit.textContent = say("That did not work: {}", /** @type {Error} */ (problem).message);
  }
}

async function open(/** @type {{name: string, title: string}} */ chosen) {
  const opened = byId("opened");
  opened.textContent = say("Opening …");
  try {
    const answer = await fetch("/api/workbook", { method: "POST", headers: await steelyard.headers(), body: JSON.stringify({ name: chosen.name, lang }) });
    if (!answer.ok) throw new Error((await answer.json()).error.message);
    const data = new Uint8Array(await answer.arrayBuffer());
    if (excel.inExcel()) await excel.open(base64(data));
    else save(data, `${chosen.name}.xlsx`);
    opened.textContent = say("Opened.");
  } catch (problem) {
    opened.textContent = say("That did not work: {}", /** @type {Error} */ (problem).message);
  }
}

function base64(/** @type {Uint8Array} */ data) {
  let text = "";
  for (let start = 0; start < data.length; start += 32768) text += String.fromCharCode(...data.subarray(start, start + 32768));
  return btoa(text);
}
function save(/** @type {Uint8Array} */ data, /** @type {string} */ name) {
  const address = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (data)]));
  el("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
