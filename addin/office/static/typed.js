/* What is typed into a field, as Excel would read it: a number, a text, an array, or a reference to cells. */
import { say } from "./words.js";

/** @typedef {{text: string, none?: boolean, value?: any, reference?: string, problem?: string}} Typed */

const SHEET = String.raw`(?:'(?:[^']|'')+'!|[\p{L}_][\p{L}\p{N}_.]*!)?`;
const CELLS = new RegExp(`^${SHEET}\\$?[A-Z]{1,3}\\$?\\d{1,7}(?::\\$?[A-Z]{1,3}\\$?\\d{1,7})?#?$`, "iu");
const LINES = new RegExp(`^${SHEET}(?:\\$?[A-Z]{1,3}:\\$?[A-Z]{1,3}|\\$?\\d{1,7}:\\$?\\d{1,7})$`, "iu");
const NUMBER = /^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[-+]?\d+)?%?$/i;

/** A value as written in a formula. @returns {string} */
export function literal(/** @type {any} */ value) {
  if (Array.isArray(value)) {
    const rows = Array.isArray(value[0]) ? value : [value];
    return `{${rows.map((row) => row.map(literal).join(",")).join(";")}}`;
  }
  if (typeof value === "string") return `"${value.replaceAll('"', '""')}"`;
  if (value === null) return '""';
  return typeof value === "boolean" ? String(value).toUpperCase() : String(value);
}

/** Parses typed text. @returns {Typed} */
export function read(/** @type {string} */ raw) {
  const text = raw.trim().replace(/^=/, "");
  if (!text) return { text: "", none: true };
  if (text.startsWith("{")) return array(text);
  if (CELLS.test(text) || LINES.test(text)) return { text, reference: text };
  return single(text);
}

/** @returns {Typed} */
function single(/** @type {string} */ text) {
  if (/^(true|false)$/i.test(text)) return { text: text.toUpperCase(), value: /^t/i.test(text) };
  if (/\d/.test(text) && NUMBER.test(text)) {
    const plain = text.replaceAll(",", ""), number = Number.parseFloat(plain);
    return { text: plain, value: plain.endsWith("%") ? number / 100 : number };
  }
  if (text.startsWith('"')) {
    const inner = /^"((?:[^"]|"")*)"$/.exec(text);
    return inner ? { text, value: inner[1].replaceAll('""', '"') } : { text, problem: say("a quotation mark is not closed") };
  }
  return { text: literal(text), value: text };
}

/** An array in braces: commas between cells, semicolons between rows. @returns {Typed} */
function array(/** @type {string} */ text) {
  if (!text.endsWith("}") || text.length < 2) return { text, problem: say("a brace is not closed") };
  const rows = [[""]];
  let quoted = false;
  for (const letter of text.slice(1, -1)) {
    if (letter === '"') quoted = !quoted;
    const row = rows[rows.length - 1];
    if (letter === "," && !quoted) row.push("");
    else if (letter === ";" && !quoted) rows.push([""]);
    else row[row.length - 1] += letter;
  }
  if (quoted) return { text, problem: say("a quotation mark is not closed") };
  if (rows.some((row) => row.length !== rows[0].length)) return { text, problem: say("rows of different length") };
  const cells = rows.map((row) => row.map((cell) => (cell.trim() ? single(cell.trim()) : { text: '""', value: null })));
  return { text: `{${cells.map((row) => row.map((cell) => cell.text).join(",")).join(";")}}`, value: cells.map((row) => row.map((cell) => cell.value ?? null)) };
}
