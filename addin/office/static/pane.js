/* The pane: its tabs, its language and theme, and what it says of the server. */
import * as book from "./book.js";
import * as build from "./build.js";
import * as doctor from "./doctor.js";
import { byId, el } from "./dom.js";
import * as errors from "./errors.js";
import * as excel from "./excel.js";
import * as find from "./find.js";
import { lang, locale, say } from "./words.js";

await Promise.race([globalThis.Office?.onReady?.(), new Promise((wake) => setTimeout(wake, 3000))]);

// Outside Excel errors still need a class; inside, Office.js brings Microsoft's.
if (!globalThis.CustomFunctions) {
  /** @type {any} */ (globalThis).CustomFunctions = { Error: class { constructor(/** @type {string} */ code, /** @type {string} */ message) { this.code = code; this.message = message; } }, associate() {} };
}

function paint() {
  const theme = globalThis.Office?.context?.officeTheme;
  const dark = theme && "isDarkTheme" in theme ? theme.isDarkTheme : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
paint();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

document.documentElement.lang = locale;
document.title = say("Steelyard");
/** @type {HTMLElement} */ (document.querySelector("h1")).textContent = say("Steelyard");
byId("tabs").setAttribute("aria-label", say("Steelyard's parts"));
const other = lang === "zh" ? "en" : "zh";
const language = byId("language");
language.textContent = lang === "zh" ? "English" : "中文";
language.lang = other === "zh" ? "zh-CN" : "en";
language.onclick = () => { const address = new URL(location.href); address.searchParams.set("lang", other); location.assign(address); };

const tabs = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[role=tab]")]);
const shown = new Map([["errors", errors.look], ["doctor", doctor.examine]]);
function show(/** @type {string} */ panel) {
  for (const tab of tabs) {
    const on = tab.getAttribute("aria-controls") === panel;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    byId(String(tab.getAttribute("aria-controls"))).hidden = !on;
  }
  scrollTo(0, 0);
  shown.get(panel)?.();
}
tabs.forEach((tab, place) => {
  tab.textContent = say(String(tab.dataset.text));
  tab.onclick = () => show(String(tab.getAttribute("aria-controls")));
  tab.onkeydown = (event) => {
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    tabs[to % tabs.length].click();
    tabs[to % tabs.length].focus();
    event.preventDefault();
  };
});

/** The line at the top: whether the server is unreachable, and which cells got no answer. */
function status() {
  const line = byId("status"), { online, unanswered } = steelyard.state;
  line.replaceChildren();
  if (!online) line.append(say("The server does not answer. Cells are tried again for half a minute."));
  else if (unanswered.size && excel.inExcel()) {
    line.append(say("The server is back: {} cells have no answer yet.", unanswered.size), el("button", { type: "button", className: "plain", id: "again", onclick: async () => {
      const cells = [...unanswered];
      unanswered.clear();
      status();
      await excel.enterAgain(cells);
    } }, say("Calculate them")));
  }
}
steelyard.state.listeners.add(status);

const catalogue = await (await fetch(`/catalogue-${lang}.json`)).json();
const names = catalogue.functions.map((/** @type {any} */ each) => each.name);
function choose(/** @type {any} */ chosen) {
  build.open(chosen, names);
  show("build");
  byId("name").focus();
}
find.start(catalogue.functions, choose);
build.start(() => { show("find"); byId("search").focus(); });
errors.start();
book.start(catalogue.workbooks);
doctor.start();
show("find");
const asked = catalogue.functions.find((/** @type {any} */ each) => `#${each.name}` === location.hash.toUpperCase());
if (asked) choose(asked);
status();
document.body.dataset.ready = "yes";
