"""Every reason for #NAME? that the doctor knows is told, with its remedy; a healthy computer is told to be one."""

import io
import zipfile
from collections.abc import Callable
from pathlib import PureWindowsPath
from typing import Any, Final

import pytest

from addin import cli
from addin.excel import workbook
from addin.excel.computer_checks import RULES
from addin.excel.doctor import INSTEAD, examine
from addin.excel.finding import Finding
from addin.excel.install import install
from addin.excel.macros import macros
from addin.excel.project import Project
from addin.excel.settings import CONDA_ENV, CONDA_PATH, INTERPRETER, MODULES, changed
from addin.excel.vba import module
from valuation.catalogue import CATALOGUE
from windows import (
    ADDIN,
    ANSWERS,
    APP_PATHS,
    EXCEL,
    NEW_ADDIN,
    POLICY,
    PYTHON,
    SECURITY,
    SETTINGS,
    USER,
    VERSION,
    Windows,
    program,
)
from workbooks.build import workbook_bytes
from workbooks.case_file import bundled

DESK: Final = USER / "模型 of 2018"
BOOK: Final = DESK / "小米 2018.xlsm"
DLL: Final = PYTHON.parent.parent / f"xlwings64-{VERSION}.dll"
OPTIONS: Final = r"HKCU\SOFTWARE\Microsoft\Office\16.0\Excel\Options"
DISABLED: Final = r"HKCU\SOFTWARE\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
DEFENDER: Final = r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
DEFENDER_POLICY: Final = DEFENDER.replace("Microsoft", r"Policies\Microsoft", 1)
CHILDREN, CALLS = RULES
INSTALL: Final = "steelyard install"

Change = Callable[[Windows], Any]


@pytest.fixture(scope="module")
def xlsm() -> bytes:
    return workbook_bytes(bundled("xiaomi_2015"), macros=macros())[1]


def healthy() -> Windows:
    windows = Windows()
    assert list(install(windows))
    return windows


def set_to(**values: str | None) -> Change:
    """Change the user's settings; a name with a blank in it has an underscore here."""
    changes = {name.replace("_WIN", "-WIN").replace("_", " ").replace("-WIN", "_WIN"): v for name, v in values.items()}
    return lambda windows: windows.files.update({SETTINGS: changed(windows.files[SETTINGS], changes, windows.page)})


def answering(**values: object) -> Change:
    return lambda windows: windows.answers.update({PYTHON: {**ANSWERS, **values}})


def key(name: str, **values: Any) -> Change:  # noqa: ANN401 - whatever a registry holds
    return lambda windows: windows.keys.update({name: {**windows.keys.get(name, {}), **values}})


def without(path: PureWindowsPath) -> Change:
    return lambda windows: windows.files.pop(path)


def file(path: PureWindowsPath, data: bytes = b"") -> Change:
    return lambda windows: windows.files.update({path: data})


def found(windows: Windows, state: str, path: PureWindowsPath | None = None) -> list[Finding]:
    return [each for each in examine(windows, path) if each.state == state]


def test_a_healthy_computer() -> None:
    windows = healthy()
    assert found(windows, "wrong") == found(windows, "look") == []
    subjects = [each.subject for each in examine(windows)]
    assert set(subjects) == {"Excel", "Settings", "Python", "Functions", "Add-in", "Trust", "Macros", "Defender"}
    told = {each.subject: each.says for each in examine(windows)}
    assert told["Excel"] == f"Excel 16.0.18129.20158, 64-bit, {EXCEL}"
    assert told["Python"] == f"{PYTHON}, 3.12.1, 64-bit: Steelyard 0.1.0 answers (from {SETTINGS})"


def test_what_the_doctor_looks_at_stays_as_it_is(xlsm: bytes) -> None:
    windows = healthy()
    windows.files[BOOK] = xlsm
    before = dict(windows.files)
    assert list(examine(windows, BOOK))
    assert windows.files == before


FINDINGS: Final[list[tuple[str, Change, str, str, str, str]]] = [
    # what, how it comes about, state, subject, says, remedy
    ("no Excel", without(EXCEL), "wrong", "Excel", "not installed", "steelyard recalc"),
    ("Excel unknown to Windows", lambda w: w.keys.pop(APP_PATHS), "wrong", "Excel", "not installed", "calc-extension"),
    ("no settings", without(SETTINGS), "wrong", "Python", "No interpreter is set", INSTALL),
    ("no settings at all", without(SETTINGS), "wrong", "Functions", "UDF Modules is not set", INSTALL),
    (
        "a line that is none",
        lambda w: w.files.update({SETTINGS: w.files[SETTINGS] + b"\r\nhello\r\n"}),
        "wrong",
        "Settings",
        "line 3, 4: no setting",
        INSTALL,
    ),
    (
        "an editor's Unicode",
        lambda w: w.files.update({SETTINGS: w.files[SETTINGS].decode("gbk").encode("utf-8-sig")}),
        "wrong",
        "Settings",
        "line 1: no setting",
        INSTALL,
    ),
    (
        "UTF-8 where Windows has another code page",
        lambda w: w.files.update({SETTINGS: w.files[SETTINGS].decode("gbk").encode("utf-8")}),
        "wrong",
        "Python",
        "is not there",
        INSTALL,
    ),
    ("no interpreter", set_to(INTERPRETER_WIN=None), "wrong", "Python", "No interpreter is set", INSTALL),
    ("any interpreter", set_to(INTERPRETER_WIN="python"), "wrong", "Python", "No interpreter", INSTALL),
    ("interpreter gone", without(PYTHON), "wrong", "Python", "python.exe is set as interpreter", INSTALL),
    (
        "Steelyard not importable",
        lambda w: w.answers.update({PYTHON: "ModuleNotFoundError: No module named 'addin'"}),
        "wrong",
        "Python",
        "does not run Steelyard: ModuleNotFoundError: No module named 'addin'",
        f"steelyard install, with the Python that has it: {PYTHON}",
    ),
    ("a wrong answer", answering(answer=1.5), "wrong", "Python", "SOTP_VALUE gave 1.5", INSTALL),
    ("no pywin32", answering(importable=False), "wrong", "Python", "no pywin32", "-m pip install"),
    ("no DLL", without(DLL), "wrong", "Python", f"xlwings64-{VERSION}.dll is neither in", "py -m venv"),
    (
        "32-bit Excel without its DLL",
        file(EXCEL, program(0x014C)),
        "wrong",
        "Python",
        f"xlwings32-{VERSION}.dll is neither in",
        "py -m venv",
    ),
    (
        "conda gone",
        set_to(CONDA_PATH=r"C:\gone"),
        "wrong",
        "Python",
        r"Conda Path is C:\gone",
        "Empty Conda Path",
    ),
    (
        "other modules",
        set_to(UDF_MODULES="mine"),
        "wrong",
        "Functions",
        "UDF Modules is mine (from",
        INSTALL,
    ),
    ("empty modules", set_to(UDF_MODULES=""), "wrong", "Functions", "UDF Modules is empty", INSTALL),
    ("debugging", set_to(DEBUG_UDFS="True"), "wrong", "Functions", "Debug UDFs is on", "Untick Debug UDFs"),
    ("no add-in", without(ADDIN), "wrong", "Add-in", "add-in is not in", INSTALL),
    (
        "an old add-in",
        answering(xlwings="99.0"),
        "wrong",
        "Add-in",
        f"is of xlwings {VERSION}, Python",
        INSTALL,
    ),
    ("an unknown add-in", file(ADDIN, b"?"), "wrong", "Add-in", "is of xlwings unknown", INSTALL),
    (
        "two add-ins",
        file(EXCEL.parent / "XLSTART" / "xlwings.xlam", NEW_ADDIN),
        "wrong",
        "Add-in",
        "several add-ins of xlwings",
        "Keep the first",
    ),
    (
        "a second add-in in the list",
        lambda w: (
            w.files.update({PureWindowsPath(r"D:\xlwings.xlam"): NEW_ADDIN}),
            w.keys.update({OPTIONS: {"open": r'/R "D:\xlwings.xlam"'}}),
        ),
        "wrong",
        "Add-in",
        r"several add-ins of xlwings: C:",
        "untick",
    ),
    (
        "a stale entry in the list",
        key(OPTIONS, open1='"xlwings.xlam"', options=1, open="another.xlam"),
        "wrong",
        "Add-in",
        r"AppData\Roaming\Microsoft\AddIns\xlwings.xlam, which is not there any more",
        "untick it",
    ),
    (
        "disabled after a crash",
        key(DISABLED, a1b2=b"\1\0\0\0" + "c:\\xlstart\\xlwings.xlam".encode("utf-16-le"), other=5),
        "wrong",
        "Add-in",
        "Excel has disabled xlwings' add-in",
        "Disabled Items",
    ),
    ("no trust", lambda w: w.keys.pop(SECURITY), "wrong", "Trust", "off until somebody ticks it", "tick"),
    ("trust taken away", key(SECURITY, accessvbom=0), "wrong", "Trust", "not trusted", "steelyard vba"),
    ("trust forbidden", key(POLICY, accessvbom=0), "wrong", "Trust", "administrator forbids it", "steelyard vba"),
    ("no macros", key(SECURITY, vbawarnings=4), "wrong", "Macros", "Excel runs no macros", "with notification"),
    ("signed macros", key(SECURITY, vbawarnings=3), "wrong", "Macros", "signed macros only", "with notification"),
    ("forbidden macros", key(POLICY, vbawarnings=4), "wrong", "Macros", "administrator's choice", "trusted folder"),
    ("Defender: children", key(rf"HKLM\{DEFENDER}", **{CHILDREN: 1}), "wrong", "Defender", "not start", "except"),
    ("Defender: calls", key(rf"HKLM\{DEFENDER_POLICY}", **{CALLS: "1"}), "wrong", "Defender", "not call", "except"),
    ("Defender warns", key(rf"HKLM\{DEFENDER_POLICY}", **{CHILDREN: "6"}), "look", "Defender", "not start", "except"),
    (
        "Defender, managed from afar",
        key(r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager", asrrules=f"x=1|{CHILDREN.upper()}=1"),
        "wrong",
        "Defender",
        "not start",
        "except",
    ),
]


@pytest.mark.parametrize(
    ("change", "state", "subject", "says", "remedy"),
    [each[1:] for each in FINDINGS],
    ids=[each[0] for each in FINDINGS],
)
def test_each_finding(change: Change, state: str, subject: str, says: str, remedy: str) -> None:
    windows = healthy()
    change(windows)
    matching = [each for each in found(windows, state) if each.subject == subject and says in each.says]
    assert len(matching) == 1, [str(each) for each in examine(windows)]
    assert remedy in matching[0].remedy


@pytest.mark.parametrize(
    "change",
    [
        key(SECURITY, vbawarnings=1),
        key(SECURITY, vbawarnings=2),
        key(rf"HKLM\{DEFENDER_POLICY}", **{CHILDREN: "2", CALLS: "0"}),
        lambda w: (key(rf"HKLM\{DEFENDER}", **{CALLS: 1})(w), key(rf"HKLM\{DEFENDER_POLICY}", **{CALLS: "0"})(w)),
        lambda w: w.files.update({PYTHON.parent / DLL.name: w.files.pop(DLL)}),
        lambda w: (w.files.update({EXCEL: program(0x14C)}), file(DLL.with_name(f"xlwings32-{VERSION}.dll"))(w)),
        answering(bits=32),
        file(EXCEL, b"MZ"),
        key(OPTIONS, open='"another.xlam"'),
        lambda w: w.keys.pop(r"HKLM\SOFTWARE\Classes\Excel.Application\CurVer"),
        set_to(UDF_MODULES="mine; addin.udfs"),
        set_to(INTERPRETER_WIN=None, INTERPRETER=str(PYTHON)),
        lambda w: (
            w.variables.update({"MODELS": str(PYTHON.parent)}),
            set_to(INTERPRETER_WIN=r"%MODELS%\python.exe")(w),
        ),
    ],
)
def test_what_is_no_reason(change: Change) -> None:
    windows = healthy()
    change(windows)
    assert found(windows, "wrong") == found(windows, "look") == []


def test_conda_is_followed() -> None:
    windows = healthy()
    python = PureWindowsPath(r"C:\my conda\envs\finance\python.exe")
    windows.files |= {
        python: b"",
        python.parent / DLL.name: b"",
        PureWindowsPath(r"C:\my conda\condabin\conda.bat"): b"",
    }
    windows.answers[python] = dict(ANSWERS)
    changes: dict[str, str | None] = {INTERPRETER: "python", CONDA_PATH: r"C:\my conda", CONDA_ENV: "finance"}
    windows.files[SETTINGS] = changed(windows.files[SETTINGS], changes, windows.page)
    assert found(windows, "wrong") == []
    assert str(python) in next(each.says for each in examine(windows) if each.subject == "Python")


# A workbook.


def in_workbook(windows: Windows, data: bytes, path: PureWindowsPath = BOOK) -> list[Finding]:
    windows.files[path] = data
    return [each for each in examine(windows, path) if each.state != "ok"]


def test_a_workbook_of_ours_wants_its_functions_imported_and_no_more(xlsm: bytes) -> None:
    (finding,) = in_workbook(healthy(), xlsm)
    assert "has not imported the functions yet" in finding.says
    assert "Import Functions" in finding.remedy


def test_with_its_own_macros_a_workbook_can_do_without_the_add_in(xlsm: bytes) -> None:
    windows = healthy()
    del windows.files[ADDIN]
    states = {each.subject: each.state for each in in_workbook(windows, xlsm)}
    assert states == {"Add-in": "look", "Workbook": "wrong"}


def test_a_workbook_decides_before_its_folder_and_the_folder_before_the_user(xlsm: bytes) -> None:
    windows = healthy()
    set_to(UDF_MODULES="of_the_user")(windows)
    windows.files[DESK / "xlwings.conf"] = b'"UDF MODULES","of_the_folder"\r\n'
    told = next(each for each in examine(windows, DESK / "no such book.xlsm") if each.subject == "Functions")
    assert f"of_the_folder (from {DESK / 'xlwings.conf'})" in told.says
    assert "there, or delete that line there" in told.remedy
    windows.files[BOOK] = xlsm
    told = next(each for each in examine(windows, BOOK) if each.subject == "Functions")
    assert (told.state, told.says) == ("ok", f"UDF Modules is addin.udfs (from sheet xlwings.conf of {BOOK.name})")


def test_the_folder_of_a_workbook_is_what_python_looks_in_first() -> None:
    windows = healthy()
    windows.files[DESK / "valuation.py"] = windows.files[DESK / "addin" / "__init__.py"] = b""
    says = [each.says for each in in_workbook(windows, quickstart())]
    assert any(str(DESK / "valuation.py") in each for each in says)
    assert any(str(DESK / "addin" / "__init__.py") in each for each in says)
    assert windows.ran[-1][-1] == f"true;{BOOK};{BOOK};;;;"


def test_our_workbooks_do_not_look_there(xlsm: bytes) -> None:
    windows = healthy()
    windows.files[DESK / "valuation.py"] = b""
    assert all("valuation.py" not in each.says for each in in_workbook(windows, xlsm))
    assert windows.ran[-1][-1] == f"false;{BOOK};{BOOK};;;;"


@pytest.mark.parametrize(
    ("data", "says"), [(None, "no such file"), (b"", "not a workbook"), (b"PK", "not a workbook"), ("held", "denied")]
)
def test_a_workbook_that_cannot_be_read(data: bytes | str | None, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = healthy()
    if data == "held":
        read = windows.read

        def denied(path: PureWindowsPath, size: int = -1) -> bytes | None:
            if path == BOOK:
                raise PermissionError(13, "Permission denied")
            return read(path, size)

        monkeypatch.setattr(windows, "read", denied)
    elif isinstance(data, bytes):
        windows.files[BOOK] = data
    (finding,) = [each for each in examine(windows, BOOK) if each.state == "wrong"]
    assert says in finding.says
    assert str(BOOK) in finding.says


def test_the_mark_of_the_internet(xlsm: bytes) -> None:
    windows = healthy()
    mark = PureWindowsPath(f"{BOOK}:Zone.Identifier")
    windows.files[mark] = b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://mail/\r\n"
    assert any("Unblock" in each.remedy for each in in_workbook(windows, xlsm))
    for zone in (b"[ZoneTransfer]\r\nZoneId=1\r\n", b"[ZoneTransfer]", b"\xff\xfeZ\0"):
        windows.files[mark] = zone
        assert all("Unblock" not in each.remedy for each in in_workbook(windows, xlsm))


def test_an_xlsx_holds_no_functions(xlsm: bytes) -> None:
    findings = in_workbook(healthy(), without_macros(xlsm), BOOK.with_suffix(".xlsx"))
    assert any(".xlsx can hold no functions" in each.says and "--xlsm" in each.remedy for each in findings)


def test_links_to_an_add_in_that_is_not_there() -> None:
    windows = healthy()
    windows.files[DESK / "there.xlam"] = b""
    targets = ["file:///C:\\old%20pc\\xlwings.xlam", "there.xlam", "gone.xlam", "another.xlsx"]
    stale = [each for each in in_workbook(windows, quickstart(targets)) if "lead to" in each.says]
    assert [each.says.partition("lead to ")[2] for each in stale] == [
        "C:\\old pc\\xlwings.xlam, which is not there",
        "gone.xlam, which is not there",
    ]
    assert all("Change Source" in each.remedy for each in stale)


def quickstart(links: list[str] | None = None) -> bytes:
    """A workbook without macros, whose formulas lead elsewhere."""
    space = "http://schemas.openxmlformats.org"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("xl/workbook.xml", f'<workbook xmlns="{space}/spreadsheetml/2006/main"><sheets/></workbook>')
        package.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
        for number, target in enumerate(links or []):
            package.writestr(
                f"xl/externalLinks/_rels/externalLink{number}.xml.rels",
                f'<Relationships><Relationship Target="{target}"/></Relationships>',
            )
    return out.getvalue()


def without_macros(xlsm: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsm)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != "xl/vbaProject.bin":
                new.writestr(name, old.read(name))
    return out.getvalue()


def test_a_sheet_of_settings_written_by_excel() -> None:
    """Shared strings, inline strings, booleans and numbers; the first blank name ends it, whatever follows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Debug UDFs</t></is></c><c r="B2" t="b"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>Number</v></c><c r="B3"><v>5</v></c></row>'
        '<row r="4"><c r="A4" t="str"><v>Empty</v></c></row>'
        '<row r="6"><c r="A6" t="str"><v>PYTHONPATH</v></c><c r="B6" t="str"><v>C:\\x</v></c></row>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        sheets = '<sheet name="Data" r:id="a"/><sheet name="XLWINGS.conf" r:id="b"/>'
        package.writestr("xl/workbook.xml", f"<workbook {space} {relation}><sheets>{sheets}</sheets></workbook>")
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="b" Target="/xl/worksheets/conf.xml"/></Relationships>',
        )
        strings = "<si><t>UDF </t><r><t>Modules</t></r></si><si><t>mine</t></si>"
        package.writestr("xl/sharedStrings.xml", f"<sst {space}>{strings}</sst>")
        package.writestr("xl/worksheets/conf.xml", f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>")
    windows = Windows()
    windows.files[BOOK] = out.getvalue()
    assert workbook.read(windows, BOOK).settings == {
        MODULES: "mine",
        "DEBUG UDFS": "True",
        "NUMBER": "5",
        "EMPTY": "",
    }


# A workbook that has imported something: its project is given, since only Excel writes one.


def having_imported(
    monkeypatch: pytest.MonkeyPatch, source: str, modules: dict[str, str], references: tuple[str, ...] = ()
) -> list[Finding]:
    vba = Project({"ThisWorkbook": "", "xlwings_udfs": source} | modules, references)
    book = workbook.Workbook(BOOK, {"ADD_WORKBOOK_TO_PYTHONPATH": "false"}, vba, (), from_internet=False)
    monkeypatch.setattr(workbook, "read", lambda *_: book)
    return list(examine(healthy(), BOOK))


OWN: Final = {"xlwings": f'Const XLPyDLLName As String = "xlwings64-{VERSION}.dll"'}


@pytest.mark.parametrize(("modules", "references"), [(OWN, ()), ({}, ("Office", "xlwings"))])
def test_a_workbook_with_everything(
    modules: dict[str, str], references: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = having_imported(monkeypatch, module(), modules, references)
    assert [each for each in findings if each.state != "ok"] == []
    assert findings[-1].says == f"{BOOK.name} has imported all {len(CATALOGUE)} functions"


def test_functions_that_came_later_are_to_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    source = module().replace("Function SOTP_VALUE(", "Function SOTP_WERT(")
    (finding,) = [each for each in having_imported(monkeypatch, source, OWN) if each.state != "ok"]
    assert (finding.state, "not SOTP_VALUE" in finding.says) == ("look", True)
    assert "once more" in finding.remedy


def test_without_a_reference_cells_say_object_required(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = [each for each in having_imported(monkeypatch, module(), {}, ("Office",)) if each.state != "ok"]
    assert '"Object required"' in finding.says
    assert "Tools > References, tick xlwings" in finding.remedy


def test_macros_of_another_version_ask_for_another_dll(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"xlwings": OWN["xlwings"].replace(VERSION, "0.30.1")}
    (finding,) = [each for each in having_imported(monkeypatch, module(), own) if each.state != "ok"]
    assert "of xlwings 0.30.1" in finding.says
    assert '"xlwings==0.30.1"' in finding.remedy


def test_once_imported_trust_is_needed_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Windows, "registry", lambda self, key: {} if key == SECURITY else dict(self.keys.get(key, {})))
    findings = having_imported(monkeypatch, module(), OWN)
    assert [each.says for each in findings if each.subject == "Trust"] == [
        "Import Functions may not write into workbooks, and need not any more"
    ]


# Elsewhere.


@pytest.mark.parametrize(("system", "name"), [("Linux", "Linux"), ("Darwin", "macOS"), ("FreeBSD", "FreeBSD")])
def test_on_another_system_it_says_what_works_there(system: str, name: str) -> None:
    (finding,) = examine(Windows(system=system))
    assert (finding.state, finding.remedy) == ("wrong", INSTEAD)
    assert f"This is {name}" in finding.says


def test_the_commands_that_work_instead_are_there() -> None:
    named = [line.split()[1] for line in INSTEAD.splitlines()[1:]]
    known = {each.callback.__name__.replace("_", "-") for each in cli.app.registered_commands if each.callback}
    assert set(named) <= known
