"""The statements of the README are tested."""

import doctest
import re
import tomllib

import pytest

from documentation import ROOT, commands, says
from test_docs import run
from valuation.sotp import sotp_value
from valuation.users import per_user_value

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_is_short() -> None:
    assert README.count("\n") <= 150


def test_python_examples_run() -> None:
    found = doctest.DocTestParser().get_doctest(README, {}, "README.md", "README.md", 0)
    assert found.examples
    assert doctest.DocTestRunner(verbose=False).run(found).failed == 0


def test_formulas_give_what_stands_beside_them() -> None:
    assert "=SOTP_VALUE({806;234;99},{2;2.3;19})          → 4031.2" in README
    assert sotp_value([806, 234, 99], [2, 2.3, 19]) == pytest.approx(4031.2)
    assert "=PER_USER_VALUE(1.5,21.32,10%,992.4,13.39,6.3) → 384.36" in README
    assert per_user_value(1.5, 21.32, 0.1, 992.4, 13.39, 6.3) == pytest.approx(384.36, abs=0.005)


def test_shell_examples_print_what_stands_below_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    examples = [found for part in README.split("```")[1::2] for found in commands(part.partition("\n")[2])]
    assert examples
    for words, output, status in examples:
        done = run(words, tmp_path_factory.mktemp("shell"))
        assert (done.returncode, says(done.stdout, output)) == (status, True)


def test_what_the_readme_shows_comes_in_this_order() -> None:
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert headings == ["Two commands", "A formula", "Your own company", "Install", "Documentation"]
    assert README.index("![") < README.index("## Two commands")


def test_the_two_commands_stand_as_they_are_run() -> None:
    found = re.findall(r"^pip install .+$", README, re.MULTILINE)
    assert found == [
        "pip install . && steelyard build xiaomi_2018 -o xiaomi_2018.xlsx",
        'pip install -e ".[dev]" && pytest',
    ]


def test_the_citation_names_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {project['version']}\n" in citation
    assert f"\nlicense: {project['license']}\n" in citation
    assert f"name: {project['authors'][0]['name']}\n" in citation
