"""What the README and the reference say is so."""

import doctest
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

from addin.reference import written
from valuation.sotp import sotp_value
from valuation.users import per_user_value
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.sheets import contents

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_reference_is_what_the_docstrings_say() -> None:
    for name, text in written(README).items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name} is stale: python -m addin.reference"
    pages = {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "functions").iterdir()}
    assert pages == set(written(README)) - {"README.md"}


def test_python_examples_run() -> None:
    parser = doctest.DocTestParser()
    found = parser.get_doctest(README, {}, "README.md", "README.md", 0)
    assert found.examples
    assert doctest.DocTestRunner(verbose=False).run(found).failed == 0


def test_formulas_give_what_stands_beside_them() -> None:
    assert "=SOTP_VALUE({806;234;99},{2;2.3;19})          → 4031.2" in README
    assert sotp_value([806, 234, 99], [2, 2.3, 19]) == pytest.approx(4031.2)
    assert "=PER_USER_VALUE(1.5,21.32,10%,992.4,13.39,6.3) → 384.36" in README
    assert per_user_value(1.5, 21.32, 0.1, 992.4, 13.39, 6.3) == pytest.approx(384.36, abs=0.005)


def test_shell_examples_print_what_stands_below_them() -> None:
    examples = re.findall(r"^\$ (.+)\n((?:(?!\$|```).*\n)*)", README, re.MULTILINE)
    assert examples
    for command, output in examples:
        program, *arguments = shlex.split(command)
        script = Path(sysconfig.get_path("scripts")) / program
        done = subprocess.run([script, *arguments], capture_output=True, text=True, check=True)
        assert done.stdout == output


def test_the_sheet_that_it_adds_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = re.findall(r"^```python\n(\"\"\"Price:.+?)^```", README, re.MULTILINE | re.DOTALL)
    module = ModuleType("workbooks.sheets.price.sheet")
    exec(source, vars(module))  # noqa: S102 - what the README says a stranger may write
    for name in ("workbooks.sheets.price", module.__name__):
        monkeypatch.setitem(sys.modules, name, module)
    assert 'one line, `"price",` among the names' in README
    monkeypatch.setattr(contents, "METHODS", (*contents.METHODS, "price"))
    book, _ = workbook_bytes(bundled("xiaomi_2018"))  # which proves itself
    added = next(page for page in book.sheets if page.sheet.id == "price")
    paid = next(cell for cell in added.cells if cell.role == "result")
    assert paid.content == pytest.approx(450 * 6.375 / 1146)  # 45 billion USD for 1,146 亿元 of revenue


def test_links_lead_to_files() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if not link.startswith("http")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_what_the_readme_shows_comes_in_this_order() -> None:
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert headings == [
        "Two commands",
        "A formula",
        "In Excel",
        "The functions",
        "The map of the house",
        "Decisions",
        "Measured",
    ]
    assert README.index("![") < README.index("## Two commands")


def test_the_two_commands_stand_as_they_are_run() -> None:
    commands = re.findall(r"^pip install .+$", README, re.MULTILINE)
    assert commands == [
        "pip install . && steelyard build xiaomi_2018 -o xiaomi_2018.xlsx",
        'pip install -e ".[dev]" && pytest',
    ]


def test_files_named_in_the_map_are_there() -> None:
    block = README.partition("## The map of the house")[2].split("```")[1]
    folder = Path()
    for line in block.strip().splitlines():
        names = re.findall(r"\b([\w]+(?:\.py|/))", line.partition("  ")[0] if not line.startswith(" ") else line)
        if not line.startswith(" "):
            folder = ROOT / names[0]
            assert folder.is_dir(), line
            names = re.findall(r"\b(\w+\.py)\b", line)
        for name in names:
            assert (folder / name).exists(), line
