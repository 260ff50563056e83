"""Every command, example and file name in the documentation works as its page says."""

import doctest
import json
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
from typer.testing import CliRunner

from addin.commands.app import app
from addin.reference import written
from company_cases import HEAD, case_of, valued
from documentation import DOCS, PAGES, ROOT, blocks, commands, says
from valuation.sotp import sotp_value
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.sheets import contents

WITH_COMMANDS = [
    page for page in PAGES if any(block.language == "console" for block in blocks(page.read_text("utf-8")))
]
TUTORIAL = (DOCS / "tutorial.md").read_text("utf-8")


def name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page in a folder of its own."""
    program = sys.executable if words[0] == "python" else str(Path(sysconfig.get_path("scripts")) / words[0])
    return subprocess.run(
        [program, *words[1:]], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_reference_is_what_the_docstrings_say() -> None:
    for page, text in written().items():
        assert (ROOT / page).read_text(encoding="utf-8") == text, f"{page} is out of date: python -m addin.reference"
    pages = [DOCS / "case-file.md", *(DOCS / "functions").iterdir()]
    assert {str(path.relative_to(ROOT)) for path in pages} == set(written())


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_give_what_stands_below_them(page: Path, tmp_path: Path) -> None:
    """A page is one session: files that it shows are written, and its commands run in order in one folder."""
    for block in blocks(page.read_text("utf-8")):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        found = list(commands(block.text))
        assert found, block.text
        for command in found:
            done = run(command.words, tmp_path)
            output = done.stdout + done.stderr
            assert done.returncode == command.status, f"{shlex.join(command.words)}: {output}"
            assert says(output, command.output), f"{shlex.join(command.words)}: {output}"


def test_the_tutorial_has_no_command_that_is_not_run() -> None:
    assert {block.language for block in blocks(TUTORIAL)} == {"toml", "console", "text"}


def shell_lines(text: str) -> list[list[str]]:
    """Commands of `steelyard` that a page shows for another computer, and that cannot run here."""
    lines = [line for block in blocks(text) if block.language in ("bat", "sh") for line in block.text.splitlines()]
    parts = [part for line in lines for part in line.split("&&")]
    return [shlex.split(part) for part in parts if part.split()[:1] == ["steelyard"]]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_for_another_computer_exist_with_their_options(page: Path) -> None:
    for _, command, *words in shell_lines(page.read_text("utf-8")):
        described = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
        assert described.exit_code == 0, command
        for option in (word for word in words if word.startswith("-")):
            assert option in described.output, f"{command} {option}"


def test_the_page_on_excel_shows_commands() -> None:
    shown = {words[1] for words in shell_lines((DOCS / "how-to" / "excel.md").read_text("utf-8"))}
    assert shown == {"install", "uninstall", "doctor", "vba", "build"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_examples_run(page: Path) -> None:
    found = doctest.DocTestParser().get_doctest(page.read_text("utf-8"), {}, page.name, str(page), 0)
    assert doctest.DocTestRunner(verbose=False).run(found).failed == 0


def summary_values(path: Path) -> list[object]:
    """Low, selected and high value of the sum of the parts on the Summary of a workbook."""
    rows = openpyxl.load_workbook(path, data_only=True)["Summary"].iter_rows(values_only=True)
    (row,) = [row for row in rows if row[0] == "Sum of the parts"]
    return list(row[3:6])  # after the weight, and the weight that counts


# 80.6 and 9.9 of revenue on 1.5 and 15, 2 and 19, 2.3 and 21 times, less 9.3 of net debt; all in CNY bn.
ACME = [260.1e9, 340.0e9, 383.98e9]


def test_the_case_of_the_tutorial_has_the_value_that_it_says(tmp_path: Path) -> None:
    (case,) = [block for block in blocks(TUTORIAL) if block.file == "acme.toml"]
    (tmp_path / case.file).write_text(case.text, encoding="utf-8")
    assert run(["steelyard", "build", "acme.toml", "-o", "acme.xlsx"], tmp_path).returncode == 0
    assert "=SOTP_VALUE({806;99},{2;19},,93)" in TUTORIAL
    assert sotp_value([806, 99], [2, 19], net_debt=93) == pytest.approx(3400)
    assert summary_values(tmp_path / "acme.xlsx") == pytest.approx(ACME)


@pytest.mark.slow
def test_the_workbook_of_the_tutorial_is_filled_in_as_it_says(tmp_path: Path) -> None:
    (words,) = [
        command.words
        for block in blocks(TUTORIAL)
        if block.language == "console"
        for command in commands(block.text)
        if "fill.xlsx" in command.words
    ]
    assert run(words, tmp_path).returncode == 0
    path = tmp_path / "fill.xlsx"
    book = openpyxl.load_workbook(path)
    rows = re.findall(r"^\| ([A-Z]+\d+) \| (.+?) \| (\S+) \|$", TUTORIAL, re.MULTILINE)
    assert len(rows) == 11
    for cell, label, typed in rows:
        sheet = book["Inputs"]
        assert sheet[cell.replace("B", "A")].value == label
        assert sheet[cell].value is None
        sheet[cell].value = float(typed)
    book.save(path)
    done = run(["steelyard", "recalc", "fill.xlsx"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert summary_values(path) == pytest.approx(ACME)
    checked = openpyxl.load_workbook(path, data_only=True)["Summary"].iter_rows(values_only=True)
    assert [row[2] for row in checked if row[0] == "Master check"] == ["OK"]


def test_the_sheet_that_it_adds_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DOCS / "how-to" / "add-a-sheet.md").read_text("utf-8")
    (source,) = [block.text for block in blocks(text) if block.language == "python"]
    module = ModuleType("workbooks.sheets.asking.sheet")
    exec(source, vars(module))  # noqa: S102 - code that a reader of the page may write
    for each in ("workbooks.sheets.asking", module.__name__):
        monkeypatch.setitem(sys.modules, each, module)
    assert 'one line, `"asking",` among the names' in text
    monkeypatch.setattr(contents, "METHODS", (*contents.METHODS, "asking"))
    book, _ = workbook_bytes(bundled("xiaomi_2018"))  # the build compares every formula with the core
    added = next(page for page in book.sheets if page.sheet.id == "asking")
    paid = next(cell for cell in added.cells if cell.role == "result")
    assert paid.content == pytest.approx(450 * 6.375 / 1146)  # 45 billion USD for 1,146 亿元 of revenue


def test_files_named_in_the_map_are_there() -> None:
    (block,) = [block.text for block in blocks((DOCS / "architecture.md").read_text("utf-8"))]
    folder = Path()
    for line in block.strip().splitlines():
        names = re.findall(r"\b([\w]+(?:\.py|/))", line.partition("  ")[0] if not line.startswith(" ") else line)
        if not line.startswith(" "):
            folder = ROOT / names[0]
            assert folder.is_dir(), line
            names = re.findall(r"\b(\w+\.py)\b", line)
        for each in names:
            assert (folder / each).exists(), line


def test_every_room_is_in_the_map() -> None:
    (block,) = [block.text for block in blocks((DOCS / "architecture.md").read_text("utf-8"))]
    rooms = {
        init.parent
        for package in ("valuation", "workbooks", "addin")
        for init in (ROOT / package).glob("*/__init__.py")
    }
    assert [room.name for room in rooms if f"{room.name}/" not in block] == []


def test_every_page_is_reached_from_the_index() -> None:
    entries = set(re.findall(r"^([\w/-]+)$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE))
    assert {name(page).removesuffix(".md") for page in PAGES} - {"index"} | {"functions/index"} == entries


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=str)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


def test_the_case_of_the_page_on_companies_gives_what_it_says(tmp_path: Path) -> None:
    (case,) = [block for block in blocks((DOCS / "how-to" / "company.md").read_text("utf-8")) if block.file]
    (tmp_path / case.file).write_text(case.text, encoding="utf-8")
    done = run(["steelyard", "value", case.file, "--json"], tmp_path)
    assert done.returncode == 0, done.stderr
    methods = {method["id"]: method for method in json.loads(done.stdout)["methods"]}
    found = methods["EV/EBITDA 2026E"]
    # Debt, leases, pensions, minorities and the convertible bond, less associates and cash: 2,615.
    assert found["enterprise"]["base"] - found["equity"]["base"] == pytest.approx(2615e6)
    assert "enterprise" not in methods["P/E 2026E"]


def test_the_examples_of_users_are_worth_what_the_page_says() -> None:
    page = (DOCS / "how-to" / "users.md").read_text("utf-8")
    by_peer, by_cohort = [tomllib.loads(block.text) for block in blocks(page) if block.language == "toml"]
    head = tomllib.loads(HEAD)
    assert "2,500 m" in page
    assert valued(case_of(head | by_peer))["users"]["equity"]["base"] == pytest.approx(2_500e6)
    assert "5,013.4 m together" in page
    found = valued(case_of(head | {"capital": {"net_debt": 0}} | by_cohort))["cohorts"]["enterprise"]["base"]
    assert found == pytest.approx(5_013.4e6, abs=0.05e6)


def test_the_example_of_cash_flows_is_worth_what_the_page_says() -> None:
    page = (DOCS / "how-to" / "company.md").read_text("utf-8")
    [text] = [block.text for block in blocks(page) if block.language == "toml" and block.text.startswith("[dcf]")]
    found = valued(case_of(tomllib.loads(HEAD) | {"capital": {"net_debt": 0}} | tomllib.loads(text)))
    revenue, value = 1250.0, 0.0
    for year in range(1, 7):  # the sixth is the year after the forecast
        grown = revenue * (1.05 if year < 6 else 1.015)
        flow = grown * ((0.14 - 0.045) * (1 - 0.29) + 0.045 - 0.05) - 0.08 * (grown - revenue)
        value += flow / 1.082 ** (year - 0.5) if year < 6 else flow / (0.082 - 0.015) / 1.082**4.5
        revenue = grown
    assert found["dcf"]["enterprise"]["base"] == pytest.approx(value * 1e6, rel=1e-12)
    assert f"worth {value:,.1f}" in page
