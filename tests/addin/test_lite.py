"""What is pasted into xlwings Lite, and how far the real Pyodide takes it."""

import json
import os
import shutil
import struct
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from absent import give_up, need_program
from addin.commands import app as cli
from addin.lite import REQUIREMENTS, files
from valuation.catalogue import CATALOGUE
from valuation.kernel.errors import REASONS

ROOT: Final = Path(__file__).parents[2]
BROWSER: Final = {"sys_platform": "emscripten"}
DECLARED: Final = [
    Requirement(line) for line in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
]


def test_the_requirements_are_those_of_a_browser() -> None:
    needed = {each.name for each in DECLARED if each.marker is None or each.marker.evaluate(BROWSER)}
    assert files()["requirements.txt"].split() == sorted(needed) == list(REQUIREMENTS)


def test_the_same_functions_give_the_same_text_of_a_size_to_paste() -> None:
    assert files() == files()
    main = files()["main.py"]
    assert len(main) < 200_000
    assert main.isascii()
    assert max(map(len, main.splitlines())) <= 120


def test_it_holds_all_that_a_call_needs_in_another_language_too(tmp_path: Path) -> None:
    calls = "[PEER_MULTIPLE([[1.0], [2.0], [9.0]], word) for word in ('median', '中位数')]"
    program = tmp_path / "main.py"
    program.write_text(f"{files()['main.py']}\nimport workbooks\nprint({calls}, workbooks.__file__)\n", "utf-8")
    done = subprocess.run([sys.executable, program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[2.0, 2.0] ")
    assert "steelyard.zip" in done.stdout  # not the sources beside it


def test_the_command_writes_both_and_says_where_they_go(tmp_path: Path) -> None:
    out = tmp_path / "lite"
    for _ in range(2):  # over what it wrote before, too
        result = CliRunner().invoke(cli.app, ["lite", "-o", str(out)])
        assert result.exit_code == 0, result.output
    assert {path.name: path.read_text("utf-8") for path in out.iterdir()} == files()
    assert result.stdout == f"{out}: paste main.py and requirements.txt into the tabs of those names in xlwings Lite\n"


def test_an_invalid_folder_is_refused_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(cli.app, ["lite", "-o", str(tmp_path / "file" / "lite")])
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path / 'file' / 'lite'}: Not a directory\n")


PYODIDE: Final = ROOT / "tests" / "pyodide.cjs"


@pytest.fixture(scope="module")
def pyodide() -> Path:
    """The folder of the real Pyodide, from npm; skipped where there is none, a failure where CI lacks it."""
    need_program("node", "for Pyodide")
    found = subprocess.run(
        ["node", "-p", "require('node:path').dirname(require.resolve('pyodide'))"],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        give_up("Pyodide: npm install --prefix FOLDER pyodide, and set NODE_PATH to FOLDER/node_modules")
    return Path(found.stdout.strip())


# Runs inside: main.py as far as it goes, each of our sources through the compiler, and each reason through a sum.
PROGRAM: Final = """
import json, pathlib, struct, sys
sys.path.append("/libraries")
try:
    exec(compile(pathlib.Path("/lite/main.py").read_text(), "main.py", "exec"), {})
    missing = ""
except ModuleNotFoundError as problem:
    missing = problem.name
import zipfile
with zipfile.ZipFile(sys.path[0]) as package:
    sources = {name: package.read(name) for name in package.namelist() if name.endswith(".py")}
for name, source in sources.items():
    compile(source, name, "exec")
payloads = []
for bits in BITS:
    value, = struct.unpack("<d", struct.pack("<Q", bits))
    through = (1.5 - value) * 2.0 / 3.0 + sum([value, 1.0])
    payloads.append(struct.unpack("<Q", struct.pack("<d", through))[0])
json.dumps([sys.platform, missing, "xlwings" in sys.modules, sorted(sources), payloads])
"""


@pytest.mark.slow
def test_the_real_pyodide_takes_it_up_to_numpy(pyodide: Path, tmp_path: Path) -> None:
    """Neither npm nor PyPI has numpy for Pyodide: what needs it is run by `test_parity`, in Lite's guise."""
    (tmp_path / "lite").mkdir()
    (tmp_path / "libraries").mkdir()
    (tmp_path / "lite" / "main.py").write_text(files()["main.py"], "utf-8")
    for name in ("xlwings", "docstring_parser"):
        module = __import__(name)
        shutil.copytree(Path(str(module.__file__)).parent, tmp_path / "libraries" / name)
    bits = [bits_of(each.nan) for each in REASONS.values()]
    done = subprocess.run(
        ["node", PYODIDE, *(f"{tmp_path / name}=/{name}" for name in ("lite", "libraries"))],
        input=PROGRAM.replace("BITS", repr(bits)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    platform, missing, xlwings, sources, payloads = json.loads(done.stdout.strip().splitlines()[-1])
    assert (platform, missing, xlwings) == ("emscripten", "numpy", True)
    assert {"addin/udfs.py", "valuation/sotp.py", "workbooks/languages/language.py"} <= set(sources)
    assert payloads == bits  # an element without a value knows its reason in WebAssembly as well
    locked: dict[str, Any] = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))["packages"]
    for each in DECLARED:
        if each.name in ("numpy", "scipy"):
            assert each.specifier.contains(locked[each.name]["version"])


def bits_of(value: float) -> int:
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return bits


# Office.js, as xlwings Server answers it: its code asks for a licence.
SERVER: Final = """
import asyncio, json, sys
import xlwings, xlwings.server
from addin import udfs
meta = xlwings.server.custom_functions_meta(udfs)
def call(function, *arguments):
    data = {"func_name": function, "args": list(arguments), "version": xlwings.__version__, "client": "Office.js",
            "runtime": "1.4", "date_format": "yyyy-mm-dd"}
    return asyncio.run(xlwings.server.custom_functions_call(data, udfs))
print(json.dumps({
    "names": sorted(each["name"] for each in meta["functions"]),
    "value": call("SOTP_VALUE", [[806.0], [234.0], [99.0]], [[2.0], [2.3], [19.0]], None, None, None),
    "errors": call("MULTIPLE", [[100.0], [100.0]], [[20.0], [-5.0]]),
    "whole": call("PER_SHARE", [["x"]], [[2.0]]),
}))
"""


@pytest.mark.skipif("XLWINGS_LICENSE_KEY" not in os.environ, reason="xlwings Server asks for a licence key")
def test_xlwings_server_finds_the_functions_and_makes_real_errors() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER],
        env=os.environ | {"XLWINGS_ON_SERVER": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["names"] == sorted(entry.excel_name for entry in CATALOGUE.values())
    assert found["value"] == [[4031.2]]
    assert found["errors"] == [[5.0], [{"type": "Error", "errorType": "NotAvailable"}]]
    assert found["whole"] == [[{"type": "Error", "errorType": "Value"}]]
