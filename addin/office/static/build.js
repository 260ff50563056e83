/* A formula, built with a field an argument and a preview of its result. */
import { byId, el } from "./dom.js";
import * as excel from "./excel.js";
import { literal, read } from "./typed.js";
import { lang, locale, say } from "./words.js";

const MOST_ROWS = 12, MOST_COLUMNS = 6;
const NUMBERS = new Set(["number", "vector", "matrix"]);
/** @type {any} */
let current = null;
let turn = 0;
/** @type {() => void} */
let leave = () => {};

export function start(/** @type {() => void} */ back) {
  leave = back;
  byId("build").append(el("p", { className: "quiet" }, say("Choose a function first, under Functions.")));
}

export function open(/** @type {any} */ chosen, /** @type {string[]} */ names) {
  current = chosen;
  const form = el("form", { noValidate: true, autocomplete: "off" }, el("h2", { id: "name", className: "name", tabIndex: -1 }, chosen.name), el("p", {}, chosen.summary));
  if (chosen.about) form.append(el("details", {}, el("summary", {}, "…"), el("p", { className: "quiet" }, chosen.about)));
  chosen.arguments.forEach((/** @type {any} */ each) => form.append(field(each, names)));
  const insert = el("button", { type: "submit", className: "main", id: "insert" }, excel.inExcel() ? say("Insert into the selected cell") : say("Copy the formula"));
  const example = el("button", { type: "button", className: "plain", id: "example", onclick: fillExample }, say("Fill in the example"));
  const back = el("button", { type: "button", className: "plain", onclick: () => leave() }, say("All functions"));
  form.append(
    el("h2", {}, say("Formula")), el("p", { className: "formula", id: "formula" }),
    el("h2", { id: "result-title" }, say("Result")), el("output", { className: "result", id: "result", "aria-labelledby": "result-title" }),
    el("div", { className: "buttons" }, insert, example, back), el("p", { role: "status", id: "done" }));
  form.onsubmit = (event) => { event.preventDefault(); finish(); };
  form.onkeydown = (event) => { if (event.key === "Escape") leave(); };
  byId("build").replaceChildren(form);
  later();
}

function field(/** @type {any} */ argument, /** @type {string[]} */ names) {
  const id = `argument-${argument.name}`, hint = `${id}-hint`, why = `${id}-why`;
  const input = control(argument, names);
  Object.assign(input, { id, oninput: later });
  input.setAttribute("aria-describedby", `${hint} ${why}`);
  if (argument.required) input.setAttribute("aria-required", "true");
  const row = el("div", { className: "row" }, input);
  if (excel.inExcel() && input instanceof HTMLInputElement) {
    row.append(el("button", { type: "button", className: "plain", "aria-label": say("Use the selection for {}", argument.name), title: say("Use the selection for {}", argument.name),
      onclick: async () => { input.value = await excel.selection(); later(); } }, "▦"));
  }
  const notes = [argument.takes, argument.leftOut ? say("left out: {}", argument.leftOut) : ""].filter(Boolean).join(lang === "zh" ? "；" : "; ");
  const label = el("label", { for: id }, argument.name);
  if (!argument.required) label.append(" ", el("span", { className: "optional" }, say("optional")));
  return el("div", { className: "field" }, label, row, el("p", { className: "hint", id: hint }, lang === "zh" ? `${argument.means}（${notes}）` : `${argument.means} (${notes})`), el("p", { className: "why", id: why, role: "alert" }));
}

/** The control for an argument: a list for a choice of words, else a text field. */
function control(/** @type {any} */ argument, /** @type {string[]} */ names) {
  const words = argument.shape === "method" ? names : argument.shape === "choice" && !argument.orNumber ? argument.choices : null;
  if (words) {
    const first = el("option", { value: "" }, argument.required ? "" : say("(left out)"));
    return el("select", {}, first, ...words.map((/** @type {string} */ word) => el("option", { value: literal(word) }, word)));
  }
  const input = el("input", { spellcheck: false, autocomplete: "off" });
  const offered = argument.shape === "flag" ? ["TRUE", "FALSE"] : argument.choices;
  if (offered.length) {
    const list = el("datalist", { id: `offered-${argument.name}` }, ...offered.map((/** @type {string} */ word) => el("option", { value: word })));
    input.setAttribute("list", list.id);
    document.getElementById(list.id)?.remove();
    byId("build").after(list);
  }
  return input;
}

const fieldOf = (/** @type {any} */ argument) => /** @type {HTMLInputElement} */ (byId(`argument-${argument.name}`));
const given = () => current.arguments.map((/** @type {any} */ argument) => read(fieldOf(argument).value));

function fillExample() {
  for (const argument of current.arguments) {
    const value = current.example[argument.name];
    fieldOf(argument).value = value === undefined || value === null ? "" : column(argument, value);
  }
  later();
}
/** A list as a column, as in most sheets. */
function column(/** @type {any} */ argument, /** @type {any} */ value) {
  if (typeof value === "string" && fieldOf(argument) instanceof HTMLInputElement) return value;
  return literal(Array.isArray(value) && !Array.isArray(value[0]) ? value.map((cell) => [cell]) : value);
}

function formula(/** @type {any[]} */ parts) {
  const texts = parts.map((part) => part.text);
  while (texts.length && !texts[texts.length - 1]) texts.pop();
  return `=${steelyard.server.prefix}${current.name}(${texts.join(",")})`;
}

function complain(/** @type {any} */ argument, /** @type {string} */ why) {
  byId(`argument-${argument.name}-why`).textContent = why;
  if (why) fieldOf(argument).setAttribute("aria-invalid", "true");
  else fieldOf(argument).removeAttribute("aria-invalid");
}

/** Error of a field that is detected without the server. */
function fault(/** @type {any} */ argument, /** @type {any} */ part) {
  if (part.problem) return part.problem;
  if (part.none || part.reference || Array.isArray(part.value)) return "";
  if (NUMBERS.has(argument.shape) && typeof part.value === "string" && !/[\d０-９]/.test(part.value)) return say("is not a number: write 12.5, 10%, A1:A3 or {1;2;3}");
  if (argument.shape === "flag" && typeof part.value !== "boolean" && !/^(yes|no|是|否)$/i.test(String(part.value))) return say("TRUE, FALSE or a cell");
  return "";
}

function later() {
  const mine = ++turn;
  byId("done").textContent = "";
  setTimeout(() => { if (mine === turn) preview(mine); }, 150);
}

async function preview(/** @type {number} */ mine) {
  const parts = given(), output = byId("result");
  byId("formula").textContent = formula(parts);
  let wrong = false, lacking = false;
  current.arguments.forEach((/** @type {any} */ argument, /** @type {number} */ place) => {
    const why = fault(argument, parts[place]);
    complain(argument, why);
    wrong = wrong || Boolean(why);
    lacking = lacking || (argument.required && parts[place].none);
  });
  output.classList.remove("bad");
  if (wrong || lacking) { output.textContent = lacking ? say("Fill in what is required to see the result.") : ""; return; }
  try {
    const values = await Promise.all(parts.map((/** @type {any} */ part) => (part.reference ? cells(part.reference) : part.none ? null : part.value)));
    const rows = await steelyard.ask(current.name, values);
    if (mine === turn) output.replaceChildren(table(rows));
  } catch (problem) {
    if (mine === turn) explain(/** @type {any} */ (problem));
  }
}

async function cells(/** @type {string} */ reference) {
  if (!excel.inExcel()) throw { code: "", message: say("This page is not inside Excel: formulas are copied, not inserted.") };
  return excel.values(reference.replace(/#$/, ""));
}

/** Show the error of a result at the field that it names, if any. */
function explain(/** @type {{code?: string, message?: string}} */ problem) {
  const message = problem.message || "";
  const output = byId("result");
  output.classList.add("bad");
  output.textContent = `${problem.code || ""} ${message}`.trim();
  const named = current.arguments.find((/** @type {any} */ argument) => message.startsWith(argument.name) && !/\w/.test(message[argument.name.length] || " "));
  if (named) complain(named, message.slice(named.name.length).replace(/^:\s*/, ""));
}

function shown(/** @type {any} */ cell) {
  if (cell instanceof CustomFunctions.Error) return String(cell.code);
  if (cell && typeof cell === "object") return day(cell.basicValue);
  if (typeof cell === "number") return cell.toLocaleString(locale, { maximumSignificantDigits: 12 });
  return typeof cell === "boolean" ? String(cell).toUpperCase() : String(cell);
}
const day = (/** @type {number} */ serial) => new Date(Date.UTC(1899, 11, 30 + serial)).toISOString().slice(0, 10);

function table(/** @type {any[][]} */ rows) {
  if (rows.length === 1 && rows[0].length === 1) return el("span", { className: "number" }, shown(rows[0][0]));
  const lines = rows.slice(0, MOST_ROWS).map((row) => el("tr", {}, ...row.slice(0, MOST_COLUMNS).map((cell) =>
    el("td", { className: cell instanceof CustomFunctions.Error ? "bad" : typeof cell === "string" ? "words" : "" }, shown(cell)))));
  const size = el("p", { className: "quiet" }, say("{} rows × {} columns", rows.length, rows[0].length));
  return el("div", {}, el("table", {}, el("tbody", {}, ...lines)), size);
}

async function finish() {
  const parts = given();
  for (const [place, argument] of current.arguments.entries()) {
    const why = fault(argument, parts[place]) || (argument.required && parts[place].none ? say("is required") : "");
    complain(argument, why);
    if (why) { turn++; fieldOf(argument).focus(); return; } // a preview under way would clear it
  }
  const done = byId("done"), text = formula(parts);
  try {
    if (excel.inExcel()) done.textContent = say("Inserted into {}.", await excel.insert(text));
    else { await navigator.clipboard.writeText(text); done.textContent = say("Copied."); }
  } catch (problem) {
    done.textContent = say("That did not work: {}", /** @type {Error} */ (problem).message);
  }
}
