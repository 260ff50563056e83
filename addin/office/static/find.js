/* Functions by subject, and a search over names, texts and arguments. */
import { byId, el } from "./dom.js";
import { say } from "./words.js";

export function start(/** @type {any[]} */ functions, /** @type {(found: any) => void} */ choose) {
  const search = el("input", { id: "search", type: "search", autocomplete: "off", spellcheck: false });
  const count = el("p", { className: "quiet", role: "status", id: "count" });
  const list = el("div");
  byId("find").append(el("label", { for: "search" }, say("Find a function")), search, count, list);
  const texts = new Map(functions.map((each) => [each, [each.name, each.summary, each.subject, ...each.arguments.flatMap((/** @type {any} */ one) => [one.name, one.means])].join(" ").toLowerCase()]));

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = functions.filter((each) => words.every((word) => texts.get(each)?.includes(word)));
    count.textContent = found.length ? say("{} functions", found.length) : say("No function has these words.");
    list.replaceChildren();
    for (const subject of new Set(found.map((each) => each.subject))) {
      const entries = found.filter((each) => each.subject === subject).map((each) =>
        el("li", {}, el("button", { type: "button", className: "entry", onclick: () => choose(each) }, el("b", {}, each.name), el("span", {}, each.summary))));
      list.append(el("h2", {}, subject), el("ul", {}, ...entries));
    }
  }
  search.oninput = show;
  search.onkeydown = (event) => {
    if (event.key === "Enter") list.querySelector("button")?.click();
    if (event.key === "ArrowDown") { list.querySelector("button")?.focus(); event.preventDefault(); }
  };
  list.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = [...list.querySelectorAll("button")];
    const next = all[all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) + step];
    (next || search).focus();
    event.preventDefault();
  };
  show();
}
