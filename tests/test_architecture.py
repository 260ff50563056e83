"""The architecture: allowed imports, the form of a module, and what is committed."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest
from importlinter.cli import lint_imports
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbooks.sheets import contents

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("valuation", "workbooks", "addin")
PRODUCT: Final = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
SOURCES: Final = PRODUCT + sorted(path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
SHEETS: Final = [path for path in PRODUCT if path.match("workbooks/sheets/*/*.py") and not path.match("*formulas.py")]

# Modules that may import each third-party library.
IMPORTERS: Final = {
    "docstring_parser": {"valuation/catalogue.py"},
    "openpyxl": {
        "workbooks/xlsx/writer.py",
        "workbooks/xlsx/printing.py",
        "workbooks/xlsx/rows.py",
        "workbooks/xlsx/charts.py",
        "workbooks/xlsx/chart_parts.py",
        "workbooks/xlsx/chart_pieces.py",
        "workbooks/xlsx/chart_texts.py",
        "workbooks/xlsx/football_chart.py",
        "workbooks/xlsx/stale_marks.py",
        "workbooks/xlsx/peer_marks.py",
        "workbooks/peer_import/workbook_sheets.py",
    },
    "charset_normalizer": {"workbooks/peer_import/encoding.py"},
    "formualizer": {"workbooks/recalculation/", "workbooks/xlsx/stored_values.py"},
    "ironcalc": {"workbooks/recalculation/second_engine.py"},
    "xlwings": {"addin/udfs.py"},
    "typer": {"addin/commands/"},
    "rich": {"addin/commands/"},
    "uno": {"addin/calc/component.py"},
    "polars": {"workbooks/screening/"},
    "distributed": {"workbooks/screening/cluster.py"},
    "sqlalchemy": {"workbooks/screening/database.py"},
    "matplotlib": {"workbooks/pictures/drawing.py"},
    "starlette": {"addin/office/server.py", "addin/office/guard.py"},
    "uvicorn": {"addin/commands/serve.py"},
    "msgspec": {
        "addin/office/protocol.py",
        "addin/office/settings.py",
        "addin/office/keys.py",
        "addin/commands/serve.py",
    },
    "jwt": {"addin/office/tokens.py"},
    "cryptography": {"addin/office/certificates.py"},
    "prometheus_client": {"addin/office/metrics.py"},
}

# These come with something else: LibreOffice's own Python, pytest, pydantic.
BROUGHT: Final = {"uno", "unohelper", "packaging", "pydantic-core"}

# A start waits only for what it needs: of the libraries that take long to load, a module may load these.
HEAVY: Final = {
    "distributed",
    "docstring_parser",
    "formualizer",
    "ironcalc",
    "matplotlib",
    "numpy",
    "openpyxl",
    "pandas",
    "polars",
    "pydantic",
    "rich",
    "scipy",
    "sqlalchemy",
    "xlwings",
    # Of the standard library, what only a server, a client or a pool of processes needs.
    "logging.config",
    "ssl",
    "urllib.request",
}
LIGHT: Final[dict[str, set[str]]] = {
    "valuation.catalogue": {"numpy"},
    "workbooks.case.model": {"numpy", "pydantic"},
    "workbooks.sheets.contents": {"numpy", "pydantic"},
    "workbooks.build": {"numpy", "openpyxl", "pydantic"},
    "addin.binding": {"numpy"},
    "addin.commands.app": set(),
    # xlwings loads matplotlib, pandas and polars wherever they are installed.
    "addin.udfs": {"docstring_parser", "matplotlib", "numpy", "pandas", "polars", "xlwings"},
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """Top-level names of every module that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def private_imports(path: Path) -> set[str]:
    """Names with an underscore in front that a file takes from a module of ours."""
    return {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGES)
        for alias in node.names
        if alias.name.startswith("_")
    }


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.split("\0") if line and (ROOT / line).is_file()]


def test_the_architecture_tests_find_the_packages() -> None:
    assert {name(path).split("/")[0] for path in PRODUCT} == set(PACKAGES)


def test_import_contracts_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=str(tmp_path))
    assert status == 0, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("library", IMPORTERS)
def test_a_library_is_imported_in_its_own_module_only(library: str) -> None:
    users = [name(path) for path in PRODUCT if library in imported(path)]
    assert [user for user in users if not user.startswith(tuple(IMPORTERS[library]))] == []


@pytest.mark.slow
@pytest.mark.parametrize("module", LIGHT)
def test_modules_that_start_fast_import_no_heavy_libraries(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert module in loaded
    assert loaded & HEAVY <= LIGHT[module]


@pytest.mark.parametrize("path", [path for path in PRODUCT if path.name == "__init__.py"], ids=name)
def test_a_package_exports_nothing(path: Path) -> None:
    body = ast.parse(path.read_text("utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_modules_are_short(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    # A test module holds many cases of one subject: it may be longer than what it tests.
    assert lines <= (600 if "tests" in path.relative_to(ROOT).parts else 400)


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_the_layout_of_a_sheet_is_one_short_file(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") <= 120


def test_every_sheet_is_in_the_contents() -> None:
    modules = {path.parent.name for path in SHEETS if re.search(r"^def sheet\(", path.read_text("utf-8"), re.MULTILINE)}
    assert set(contents.METHODS) | {"summary", "inputs", "peers", "checks", "functions", "log"} == modules


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_private_names_are_not_imported_across_modules(path: Path) -> None:
    assert private_imports(path) == set()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a source distribution tracks nothing")
def test_no_tracked_file_names_a_place_on_a_machine() -> None:
    place = re.compile(rb"(?<![\w.:/])/(?:root|work|home|opt|tmp|Users)/\w")
    assert [name(path) for path in tracked() if place.search(path.read_bytes())] == []


PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def declared(lines: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines}


def borrowed(paths: list[Path]) -> set[str]:
    """Distributions that files import from, other than the standard library and ours."""
    ours = {*PACKAGES, "benchmarks", *(path.stem for path in SOURCES)}
    foreign = {name for path in paths for name in imported(path)} - sys.stdlib_module_names - ours
    installed = packages_distributions()
    return {canonicalize_name(installed[name][0]) if name in installed else name for name in foreign}


def test_the_product_declares_what_it_imports() -> None:
    extras = [line for extra, lines in PROJECT["optional-dependencies"].items() if extra != "dev" for line in lines]
    assert borrowed(PRODUCT) <= declared(PROJECT["dependencies"] + extras) | BROUGHT


def test_the_tests_declare_what_they_import() -> None:
    allowed = declared(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    assert borrowed(SOURCES) <= allowed | BROUGHT


def test_the_lock_satisfies_every_requirement() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([a-z0-9-]+)==([^ ]+)", lock, re.MULTILINE):
        pinned.setdefault(package, []).append(version)
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]:
        requirement = Requirement(line)
        versions = pinned.get(requirement.name.lower().replace("_", "-"))
        assert versions, f"{line} is not locked"
        assert all(requirement.specifier.contains(version) for version in versions), f"{line}: {versions}"
    assert "://" not in lock


# Workbooks that anybody may have made are unpacked by workbooks.opening alone, which measures them before a parser sees
# them. These unpack what was made here, or what comes with xlwings.
UNPACKS_OWN: Final = {"workbooks/xlsx/bare_package.py", "addin/excel/bundled.py"}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a file, by the last name of what is called."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            yield getattr(called, "attr", getattr(called, "id", "")), node


def unpacks(call: ast.Call) -> bool:
    """Whether a call of ZipFile is one that reads."""
    modes = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "mode")]
    return not modes or (isinstance(modes[0], ast.Constant) and modes[0].value == "r")


def test_no_two_test_modules_have_one_name() -> None:
    """The folders of tests are no packages: of two modules of one name pytest refuses the second."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py")]
    assert {name for name in names if names.count(name) > 1} == {"conftest.py"}


def test_workbooks_of_others_are_opened_in_one_place() -> None:
    unpacking = {name(path) for path in PRODUCT for what, call in calls(path) if what == "ZipFile" and unpacks(call)}
    assert unpacking == {"workbooks/opening/package.py"} | UNPACKS_OWN
    reading = {name(path) for path in PRODUCT for what, _ in calls(path) if what in ("load_workbook", "ExcelReader")}
    assert reading == {"workbooks/peer_import/workbook_sheets.py"}
    assert "measured" in {what for what, _ in calls(ROOT / "workbooks" / "peer_import" / "workbook_sheets.py")}


def test_commands_read_the_files_of_others_within_limits() -> None:
    commands = {path for path in PRODUCT if path.match("addin/commands/*.py")}
    assert {name(path) for path in commands for what, _ in calls(path) if what == "read_bytes"} == set()
    limited = {path.stem for path in commands for what, _ in calls(path) if what in ("in_child", "read_limited")}
    assert limited == {"check", "peers", "recalc", "value_workbook"}  # used by value and diff


def test_one_module_calls_python_functions_on_every_element() -> None:
    """After such a loop numpy warns of whatever flags the function left behind; `elementwise` expects that."""
    users = [path for path in PRODUCT if re.search(r"\b(frompyfunc|vectorize)\(", path.read_text("utf-8"))]
    assert users == [ROOT / "valuation/kernel/elementwise.py"]
