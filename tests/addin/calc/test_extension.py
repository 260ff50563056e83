"""What `steelyard calc-extension` writes, and what of it runs inside LibreOffice: here without one."""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from addin.calc import extension as made
from addin.calc.extension import ExtensionError, extension, files, method_name, python_of_libreoffice
from addin.calc.functions import calc_function
from addin.commands import app as cli
from addin.describe import argument_help
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE
from valuation.kernel.errors import reason
from workbooks.languages.language import language

ENTRIES: Final = tuple(CATALOGUE.values())
OOR: Final = "{http://openoffice.org/2001/registry}"
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
ELSEWHERE: Final = "2.7"


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extension be made whatever LibreOffice is here."""
    monkeypatch.setattr(made, "python_of_libreoffice", lambda: "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The extension, unpacked."""
    for name, content in files().items():
        path = tmp_path / "extension" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path / "extension"


def parsed(name: str) -> ET.Element:
    return ET.fromstring(files()[name])  # noqa: S314 - our own


def properties(node: ET.Element, tongue: str = "en-US") -> dict[str, str]:
    return {
        each.get(f"{OOR}name", ""): value.text or ""
        for each in node.findall("prop")
        for value in each.findall("value")
        if value.get(LANGUAGE, tongue) == tongue
    }


def test_the_wizard_knows_every_function_under_both_names_and_every_argument() -> None:
    root = parsed("CalcAddIns.xcu")
    nodes = {node.get(f"{OOR}name"): node for node in root.findall("./node/node/node/node")}
    assert nodes.keys() == {method_name(entry) for entry in ENTRIES}
    for entry in ENTRIES:
        node = nodes[method_name(entry)]
        shown = properties(node)
        assert shown["DisplayName"] == shown["CompatibilityName"] == entry.excel_name
        assert shown["Description"] == entry.summary
        assert properties(node, "zh-CN")["Description"] == language("zh").text(entry.summary, "functions")
        arguments = [properties(each) for each in node.findall("./node/node")]
        assert [each["DisplayName"] for each in arguments] == [parameter.name for parameter in entry.parameters]
        assert [each["Description"] for each in arguments] == [argument_help(entry, p) for p in entry.parameters]


def test_the_interface_has_one_method_per_function_with_the_arguments_of_the_wizard() -> None:
    methods = dict(re.findall(r"^  \S.* (\w+)\((.*)\);$", files()["CalcFunctions.idl"], re.MULTILINE))
    assert methods.keys() == {method_name(entry) for entry in ENTRIES}
    root = parsed("CalcAddIns.xcu")
    for node in root.findall("./node/node/node/node"):
        named = [each.get(f"{OOR}name") for each in node.findall("./node/node")]
        assert re.findall(r"\[in\] any (\w+)", methods[node.get(f"{OOR}name", "")]) == named


def test_method_names_are_unique_and_without_underscores() -> None:
    names = [method_name(entry) for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][A-Za-z0-9]*", name) for name in names)


def test_the_manifest_names_files_that_are_there() -> None:
    listed = re.findall(r'full-path="([^"]+)"', files()["META-INF/manifest.xml"])
    assert sorted(listed) == ["CalcAddIns.xcu", "CalcFunctions.idl", "steelyard.components"]
    assert set(listed) <= files().keys()
    assert 'uri="./component.py"' in files()["steelyard.components"]


def test_the_extension_states_its_version() -> None:
    root = parsed("description.xml")
    space = "{http://openoffice.org/extensions/description/2006}"
    assert [each.get("value") for each in root.iter(f"{space}version")] == [steelyard_version()]


def test_every_file_is_well_formed() -> None:
    for name, content in files().items():
        if name.endswith((".xml", ".xcu", ".components")):
            parsed(name)
        elif name.endswith(".py"):
            compile(content, name, "exec")


@pytest.mark.usefixtures("fits")
def test_the_same_extension_has_the_same_bytes() -> None:
    assert extension() == extension()
    with zipfile.ZipFile(io.BytesIO(extension())) as package:
        assert {name: package.read(name).decode() for name in package.namelist()} == files()


def test_the_extension_contains_only_our_packages() -> None:
    packages = {name.split("/")[1] for name in files() if name.startswith("pythonpath/")}
    assert packages == {"valuation", "workbooks", "addin", f"steelyard-{steelyard_version()}.dist-info"}


# A Python without site-packages, as LibreOffice's is without ours; it imports numpy only where it is shown the way.
BARE: Final = """
import importlib.util, json, sys
folder, made = sys.argv[1:]
sys.path.append(folder + "/pythonpath")
spec = importlib.util.spec_from_file_location("component", folder + "/component.py")
component = importlib.util.module_from_spec(spec)
spec.loader.exec_module(component)
functions = component.functions(json.loads(made))
said = functions["segmentValue"](806.0, 2.0, None)[0][0]
version = functions["steelyardVersion"]()
try:
    import pandas
    others = True
except ImportError:
    others = False
print(json.dumps([said, str(version), others, len(functions)]))
"""


def in_a_bare_python(folder: Path, **changed: object) -> list[Any]:
    facts = json.loads((folder / "made.json").read_text("utf-8")) | changed
    command = [sys.executable, "-I", "-S", "-c", BARE, str(folder), json.dumps(facts)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: list[Any] = json.loads(done.stdout)
    return answer


def test_the_component_needs_only_its_own_files_and_numpy(folder: Path) -> None:
    said, version, others, count = in_a_bare_python(folder)
    assert (said, version, count) == (1612.0, steelyard_version(), len(ENTRIES))
    assert not others  # what else is installed there stays there


def test_a_cell_reports_a_wrong_python_version(folder: Path) -> None:
    said, version, _, count = in_a_bare_python(folder, python=ELSEWHERE)
    assert said == (
        f"#NAME? Steelyard cannot start: it was installed for Python {ELSEWHERE}, and LibreOffice runs Python "
        f"{made.PYTHON}. Make the extension anew: steelyard calc-extension"
    )
    assert (version, count) == ("nan", len(ENTRIES))  # an error, not a text: AddinReady stays FALSE


def test_a_cell_reports_missing_libraries(folder: Path) -> None:
    said, version, *_ = in_a_bare_python(folder, libraries=["/nowhere"])
    assert said.startswith("#NAME? Steelyard cannot start: No module named 'numpy'. Make the extension anew")
    assert version == "nan"


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("pythonloader.unorc", "[Bootstrap]\nPYTHONHOME=file:///usr/lib/python3.11\n", "3.11"),
        ("pythonloader.unorc", "[Bootstrap]\nPYTHONHOME=$ORIGIN/python-core-3.10.16\n", "3.10"),
        ("pythonloader.uno.ini", "[Bootstrap]\nPYTHONHOME=$ORIGIN/python-core-3.12.8\n", "3.12"),
        ("pythonloader.unorc", "[Bootstrap]\n", ""),
        ("other", "PYTHONHOME=file:///usr/lib/python3.11", ""),
    ],
)
def test_which_python_libreoffice_runs(
    name: str, text: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "soffice").touch()
    monkeypatch.setattr(shutil, "which", lambda program: str(tmp_path / "soffice") if program == "soffice" else "")
    monkeypatch.setattr(made, "USUAL", ())
    assert python_of_libreoffice() == version


def test_an_extension_that_could_not_work_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "python_of_libreoffice", lambda: ELSEWHERE)
    with pytest.raises(ExtensionError, match=f"LibreOffice runs Python {ELSEWHERE}, this is Python {made.PYTHON}"):
        extension()
    out = tmp_path / "steelyard.oxt"
    result = CliRunner().invoke(cli.app, ["calc-extension", "-o", str(out)])
    assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
    assert ELSEWHERE in result.stderr


@pytest.mark.usefixtures("fits")
def test_the_command_writes_the_extension_and_prints_the_next_step(tmp_path: Path) -> None:
    out = tmp_path / "steel yard.oxt"
    result = CliRunner().invoke(cli.app, ["calc-extension", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == extension()
    assert result.stdout.endswith(f"unopkg add '{out}'\n")


def cells(function: str, *values: object) -> Any:  # noqa: ANN401 - rows of cells
    entry = CATALOGUE[function]
    return calc_function(entry)(*values, *[None] * (len(entry.parameters) - len(values)))


def test_values_are_converted_from_and_to_calc() -> None:
    assert cells("sotp_value", ((806.0,), (234.0,)), ((2.0, 2.3),)) == ((2150.2,),)
    assert cells("peer_multiple", ((8.0,), ("",), ("n.m.",), (10.0,))) == ((9.0,),)
    assert cells("foots", 100.0, ((60.0,), (40.0,))) == ((1.0,),)
    assert cells("peer_multiple", ((1.0, 2.0, -6.0),), None, 1.0) == ((1.0,),)
    assert cells("peer_multiple", ((1.0, 2.0, -6.0),), None, 0.0) == ((1.5,),)
    days = cells("funding_table", ((43281.0,), (43646.0,)), ((2.5,), (10.0,)))  # 30 June of 2018 and 2019
    assert [row[0] for row in days] == ["Date", 43281.0, 43646.0]
    assert days[2][5] == 3.0


def test_one_text_is_returned_as_a_single_value() -> None:
    assert cells("format_amount", 4.0312e11, "亿元") == "4,031.2亿元"
    assert cells("reconcile", 100.0, 100.0) == "agrees"
    for several in (cells("reconcile", ((100.0,), (1.0,)), 100.0), cells("bracket", "x", 1.0, 2.0)):
        why = reason(several)
        assert why is not None
        assert why.excel == "#VALUE!"


def test_flags_among_a_methods_arguments() -> None:
    block = (("multiples", 1.0, 2.0, -6.0), ("include_negative", 1.0, "", ""))
    grid = cells("sensitivity", "PEER_MULTIPLE", block, "multiples[1]", ((1.0,),), "multiples[2]", ((3.0,),))
    assert grid[1][1] == 1.0  # the median of 1, 3 and −6


@pytest.mark.parametrize(
    ("values", "code"),
    [((1.0, 0.0), "#DIV/0!"), ((1.0,), "#N/A"), (("x", 1.0), "#VALUE!"), ((1e308, 1e-308), "#NUM!")],
)
def test_an_error_is_a_nan_with_its_code(values: tuple[object, ...], code: str) -> None:
    why = reason(cells("per_share", *values)[0][0])
    assert why is not None
    assert why.excel == code


def test_an_element_without_a_value_is_an_error_in_its_cell_only() -> None:
    (good,), (bad,) = cells("multiple", ((100.0,), (100.0,)), ((20.0,), (-5.0,)))
    why = reason(bad)
    assert good == 5.0
    assert why is not None
    assert why.excel == "#N/A"
