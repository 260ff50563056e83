"""The pane in headless Chromium: its ways by keyboard, in both languages, light and dark, at 320 pixels."""

import json
import re
import time
from pathlib import Path
from typing import Any, Final

import pytest

from absent import give_up
from browser import Browser, Server, office_js, package
from valuation.catalogue import CATALOGUE

pytestmark = pytest.mark.slow

STATIC: Final = Path(__file__).parents[3] / "addin" / "office" / "static"
LOOKS: Final = [("en", "light"), ("zh", "dark")]
NARROW: Final = {"width": 320, "height": 720}

AXE: Final = """
await here.page.evaluate(require("node:fs").readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
return await here.page.evaluate(async () => (await axe.run(document)).violations.map((each) => [each.id, each.impact, each.nodes.map((node) => node.html)]));
""".replace("require(", "here.require(").replace("require.resolve", "here.require.resolve")


@pytest.fixture
def pane(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Browser:
    """The pane, in a language and a theme."""
    lang, theme = getattr(request, "param", ("en", "light"))
    browser.open_pane(server.origin, f"?lang={lang}", {"viewport": NARROW, "colorScheme": theme})
    return browser


def keys(pane: Browser, *pressed: str) -> None:
    pane.run("for (const key of given) await here.page.keyboard.press(key)", pressed)


def typed(pane: Browser, text: str) -> None:
    pane.run("await here.page.keyboard.type(given)", text)


def until(pane: Browser, condition: str) -> None:
    deadline = time.monotonic() + 20
    while not pane.in_page(f"return Boolean({condition})"):
        assert time.monotonic() < deadline, f"never {condition}: {pane.in_page('return document.body.innerText')}"
        time.sleep(0.05)


def text(pane: Browser, selector: str) -> str:
    found: str = pane.run("return (await here.page.locator(given).innerText()).trim()", selector)
    return found


def focused(pane: Browser) -> str:
    found: str = pane.in_page("return document.activeElement.id || document.activeElement.textContent")
    return found


def sound(pane: Browser) -> None:
    """No violation for axe, nothing wider than the pane, and no complaint of the browser's."""
    assert pane.run(AXE) == []
    assert pane.in_page("return document.documentElement.scrollWidth <= innerWidth")
    assert pane.run("return here.said") == []


def to(pane: Browser, tab: str) -> None:
    pane.run("await here.page.locator(given).focus()", f"#tab-{tab}")
    keys(pane, "Enter")


@pytest.mark.parametrize("pane", LOOKS, indirect=True, ids=str)
def test_a_formula_is_found_built_and_inserted_by_keyboard(pane: Browser) -> None:
    sound(pane)
    for _ in range(8):
        keys(pane, "Tab")
        if focused(pane) == "search":
            break
    typed(pane, "sotp_value")
    keys(pane, "ArrowDown")
    assert focused(pane).startswith("SOTP_VALUE")
    keys(pane, "Enter")
    assert focused(pane) == "name"
    keys(pane, "Tab")
    if focused(pane) != "argument-metrics":  # the longer description comes first where there is one
        keys(pane, "Tab")
    typed(pane, "B2:B4")
    keys(pane, "Tab", "Tab")
    assert focused(pane) == "argument-multiples"
    typed(pane, "C2:C4")
    until(pane, "document.querySelector('#result.bad')")
    assert "row 2" in text(pane, "#argument-multiples-why")
    assert pane.in_page("return document.getElementById('argument-multiples').getAttribute('aria-invalid')") == "true"
    sound(pane)
    pane.run("await here.page.locator('#argument-multiples').selectText()")
    typed(pane, "{2;2.3;19}")
    until(pane, "/4,031\\.2/.test(document.getElementById('result').textContent)")
    assert text(pane, "#formula") == "=SOTP_VALUE(B2:B4,{2;2.3;19})"
    sound(pane)
    keys(pane, "Enter")
    until(pane, "document.getElementById('done').textContent.includes('D2')")
    assert pane.in_page("return standIn.formulas['Sheet1!D2']") == "=SOTP_VALUE(B2:B4,{2;2.3;19})"
    keys(pane, "Escape")
    assert focused(pane) == "search"


@pytest.mark.parametrize("pane", LOOKS, indirect=True, ids=str)
def test_every_part_is_reached_by_arrows_and_is_sound(pane: Browser) -> None:
    pane.run("await here.page.locator('#tab-find').focus()")
    for tab in ("build", "errors", "book", "doctor", "find"):
        keys(pane, "ArrowRight")
        assert focused(pane) == f"tab-{tab}"
        assert pane.in_page("return document.getElementById(given).hidden", tab) is False
        if tab == "doctor":
            until(pane, "document.querySelectorAll('#findings .ok').length >= 3")
        sound(pane)


def test_missing_figures_are_named_at_their_field(pane: Browser) -> None:
    pane.run("await here.page.locator('#search').fill('per_share'); await here.page.keyboard.press('Enter')")
    pane.run("await here.page.locator('#argument-equity').fill('abc'); await here.page.locator('#insert').click()")
    assert "is not a number" in text(pane, "#argument-equity-why")
    assert focused(pane) == "argument-equity"
    pane.run("await here.page.locator('#argument-equity').fill('5'); await here.page.locator('#insert').click()")
    assert text(pane, "#argument-shares-why") == "is required"
    assert pane.in_page("return Object.keys(standIn.formulas).length") == 0


def test_the_selection_fills_a_field(pane: Browser) -> None:
    pane.run("await here.page.locator('#search').fill('sotp_value'); await here.page.keyboard.press('Enter')")
    pane.run("await here.page.getByRole('button', { name: 'Use the selection for metrics' }).click()")
    assert pane.in_page("return document.getElementById('argument-metrics').value") == "B2:B4"


@pytest.mark.parametrize("pane", LOOKS, indirect=True, ids=str)
def test_the_errors_of_this_sheet_are_listed_with_their_reasons(pane: Browser) -> None:
    pane.in_page("await standIn.calculate('Sheet1!E2', '=IMPLIED_VALUE(C3:C3,B2:B2)')")
    pane.in_page("standIn.sheets.Sheet1.F2 = '#VALUE!'; standIn.formulas['Sheet1!F2'] = '=PER_SHARE(A1,A2)'")
    to(pane, "errors")
    until(pane, "document.querySelectorAll('#errors-list li').length === 2")
    assert "'1.2y' is not a number" in text(pane, "#errors-list")
    sound(pane)
    pane.run("await here.page.locator('#errors-list button').first().focus()")
    keys(pane, "Enter")
    assert pane.in_page("return standIn.selectedLast").endswith(("!E2", "!F2"))


@pytest.mark.parametrize("pane", LOOKS, indirect=True, ids=str)
def test_formulas_of_another_version_are_entered_again(pane: Browser) -> None:
    pane.in_page(
        """Object.assign(standIn.formulas, {"Sheet1!E1": "=_xldudf_STEELYARD_IMPLIED_VALUE(B2:B2,C2:C2)", "Sheet1!E2": "=_xldudf_IMPLIED_VALUE(B3:B3,C2:C2)",
             "Sheet1!E3": "=IMPLIED_VALUE(B4:B4,C2:C2)", "Sheet1!E4": '=LEN("IMPLIED_VALUE(")', "It's!A1": "=_xll.IMPLIED_VALUE(3,2)", "Sheet1!E5": "=IMPLIED_VALUE(9,9)"});
        for (const cell of ["E1", "E2", "E3", "E5"]) standIn.sheets.Sheet1[cell] = "#NAME?";
        standIn.sheets.Sheet1.E4 = 14; standIn.sheets["It's"].A1 = "#NAME?"; standIn.protected.push("Sheet1!E5");"""
    )
    to(pane, "book")
    pane.run("await here.page.locator('#light').focus()")
    keys(pane, "Enter")
    until(pane, "document.getElementById('lit').textContent.includes('E5')")
    assert text(pane, "#lit").startswith(("4 formulas", "已重新输入4个公式"))
    cells = pane.in_page('return [standIn.sheets.Sheet1, standIn.sheets["It\'s"], standIn.formulas]')
    assert [cells[0][name] for name in ("E1", "E2", "E3", "E4")] == [1612, 468, 198, 14]
    assert cells[1]["A1"] == 6
    assert cells[2]["Sheet1!E4"] == '=LEN("IMPLIED_VALUE(")'
    sound(pane)


def test_a_template_opens(pane: Browser) -> None:
    to(pane, "book")
    pane.run("await here.page.getByRole('button', { name: 'An empty model' }).click()")
    until(pane, "standIn.opened.length === 1")
    assert pane.in_page("return standIn.opened[0]") > 20_000


def test_a_blank_cell_is_tested_and_the_sheet_deleted(pane: Browser) -> None:
    to(pane, "doctor")
    pane.run("await here.page.locator('#blank').click()")
    until(pane, "document.querySelector('#blank-finding .ok')")
    assert pane.in_page("return Object.keys(standIn.sheets)") == ["Sheet1", "It's"]


def test_nothing_from_a_cell_is_read_as_html(pane: Browser) -> None:
    pane.in_page("await standIn.calculate('Sheet1!E2', '=AMOUNT(C3:C3)')")
    pane.in_page(
        "standIn.sheets.Sheet1.C3 = '<img src=x onerror=alert(1)>'; await standIn.calculate('Sheet1!E2', '=IMPLIED_VALUE(C3:C3,B2:B2)')"
    )
    to(pane, "errors")
    until(pane, "document.querySelectorAll('#errors-list li').length === 1")
    assert pane.in_page("return document.querySelectorAll('img').length") == 0
    assert "<img" in text(pane, "#errors-list")


def test_an_interruption_of_the_server_is_shown_and_its_cells_recalculated(pane: Browser) -> None:
    pane.in_page("steelyard.LIMITS.patience = 100")
    pane.run(
        'await here.page.route("**/api/calls", (route) => route.abort()); await here.page.route("**/health", (route) => route.abort())'
    )
    pane.in_page("await standIn.calculate('Sheet1!E2', '=IMPLIED_VALUE(B2:B2,C2:C2)')")
    until(pane, "document.getElementById('status').textContent.length > 10")
    sound_without_network = pane.run(AXE)
    assert sound_without_network == []
    pane.run('await here.page.unroute("**/api/calls"); await here.page.unroute("**/health")')
    pane.run("await here.page.locator('#again').click({ timeout: 20000 })")
    until(pane, "standIn.sheets.Sheet1.E2 === 1612")


def test_a_key_is_asked_for_where_the_server_wants_one(browser: Browser, tmp_path: Path) -> None:
    from addin.office.keys import make  # noqa: PLC0415 - beside the test that needs it

    file = tmp_path / "keys.toml"
    key = make(file, "desk", __import__("datetime").date(2026, 1, 1), None)
    with Server("--keys", str(file)) as guarded:
        browser.open_pane(guarded.origin, "?lang=en", {"viewport": NARROW})
        to(browser, "doctor")
        until(browser, "document.querySelector('#findings .wrong')")
        assert "key or a token is missing" in text(browser, "#findings")
        browser.run("await here.page.getByLabel('API key').fill(given); await here.page.keyboard.press('Enter')", key)
        until(browser, "document.querySelectorAll('#findings .ok').length >= 3")
        assert browser.run(AXE) == []
    assert key not in guarded.log


def test_microsofts_own_office_js_keeps_the_policy(browser: Browser, server: Server) -> None:
    routes = {"https://appsforoffice.microsoft.com/lib/1/hosted/office.js": office_js("office.js")}
    browser.open(f"{server.origin}/pane.html?lang=en", routes)
    until(browser, "document.body.dataset.ready")
    assert [each for each in browser.run("return here.said") if "Content Security Policy" in each] == []


def test_every_text_has_its_chinese(pane: Browser) -> None:
    known = set(pane.in_page('return [...(await import("/words.js")).translated]'))
    used = set(re.findall(r'data-text="([^"]+)"', (STATIC / "pane.html").read_text("utf-8")))
    for path in STATIC.glob("*.js"):
        used |= (
            set(re.findall(r'"((?:[^"\\])+)"', " ".join(re.findall(r"\bsay\((.*)", path.read_text("utf-8"))))) & known
        )
        used |= set(re.findall(r'\bsay\("((?:[^"\\])+)"', path.read_text("utf-8")))
    assert used - known == set()
    assert known - used <= {"Steelyard", "is good", "is wrong", "to know"}


def test_the_scripts_pass_typescript(tmp_path: Path) -> None:
    import subprocess  # noqa: PLC0415

    compiler, types = package("typescript"), package("@types/office-js")
    if not compiler or not types or not package("@types/custom-functions-runtime"):
        give_up("npm install typescript @types/office-js @types/custom-functions-runtime")
    declared = tmp_path / "globals.d.ts"
    declared.write_text("declare var steelyard: any;\ndeclare var steelyardServer: any;\n")
    options = {
        "allowJs": True,
        "checkJs": True,
        "noEmit": True,
        "strict": True,
        "target": "es2022",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2023", "dom", "dom.iterable"],
        "typeRoots": [str(types.parent)],
        "types": ["office-js", "custom-functions-runtime"],
        "skipLibCheck": True,
    }
    files = [str(path) for path in STATIC.glob("*.js")] + [str(declared)]
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": files}))
    done = subprocess.run(
        ["node", compiler / "bin" / "tsc", "-p", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_pane_knows_every_function(pane: Browser) -> None:
    count: Any = pane.in_page("return document.querySelectorAll('#find .entry').length")
    assert count == len(CATALOGUE)
