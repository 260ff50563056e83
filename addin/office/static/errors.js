/* The errors of this sheet with their reasons: Excel itself shows only some of them. */
import { byId, el } from "./dom.js";
import * as excel from "./excel.js";
import { say } from "./words.js";

export function start() {
  const again = el("button", { type: "button", className: "plain", id: "look", onclick: look }, say("Look again"));
  byId("errors").append(el("p", { role: "status", id: "errors-count" }), el("ul", { id: "errors-list" }), el("div", { className: "buttons" }, again));
}

export async function look() {
  const list = byId("errors-list"), count = byId("errors-count");
  if (!excel.inExcel()) { count.textContent = say("This page is not inside Excel: formulas are copied, not inserted."); return; }
  try {
    const { sheet, cells } = await excel.ourCells(false);
    const found = new Map();
    for (const cell of cells) if (typeof cell.value === "string" && /^#[A-Z/0]+[!?A]/.test(cell.value)) found.set(excel.split(cell.address)[1], { e: cell.value, m: "", count: 1 });
    for (const [address, reason] of steelyard.state.reasons) {
      const [where, cell] = excel.split(address);
      if (where === sheet && cells.some((each) => excel.split(each.address)[1] === cell)) found.set(cell, reason);
    }
    count.textContent = found.size ? say("{} cells of this sheet show an error.", found.size) : say("No function of this sheet shows an error.");
    list.replaceChildren(...[...found].map(([cell, reason]) => entry(sheet, cell, reason)));
  } catch (problem) {
    count.textContent = say("That did not work: {}", /** @type {Error} */ (problem).message);
  }
}

function entry(/** @type {string} */ sheet, /** @type {string} */ cell, /** @type {any} */ reason) {
  const address = `'${sheet.replaceAll("'", "''")}'!${cell}`;
  const why = [reason.m || say("The reason is known once the cell is calculated again."), reason.count > 1 ? say("and {} more in its range", reason.count - 1) : ""].filter(Boolean).join("; ");
  const go = el("button", { type: "button", className: "entry", onclick: () => excel.select(address) }, el("b", {}, `${cell}  `, el("span", { className: "code" }, reason.e)), el("span", {}, why));
  return el("li", {}, go, ...(reason.m ? [] : [el("button", { type: "button", className: "plain", onclick: async () => { await excel.enterAgain([address]); setTimeout(look, 500); } }, `${say("Calculate again")} ${cell}`)]));
}
