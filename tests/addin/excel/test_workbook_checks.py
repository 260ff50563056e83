"""What the doctor says of a workbook: whether it can hold functions, has imported them, and can call them."""

import io
import zipfile
from pathlib import PureWindowsPath
from typing import Final

import pytest

from addin.excel import workbook
from addin.excel.doctor import examine
from addin.excel.finding import Finding
from addin.excel.macros import macros
from addin.excel.project import Project
from addin.excel.settings import MODULES, changed
from addin.excel.vba import module
from valuation.catalogue import CATALOGUE
from windows import ADDIN, SECURITY, SETTINGS, USER, VERSION, Windows, set_up
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled

DESK: Final = USER / "模型 of 2018"
BOOK: Final = DESK / "小米 2018.xlsm"


@pytest.fixture(scope="module")
def xlsm() -> bytes:
    return workbook_bytes(bundled("xiaomi_2015"), macros=macros())[1]


def test_examining_changes_nothing(xlsm: bytes) -> None:
    windows = set_up()
    windows.files[BOOK] = xlsm
    before = dict(windows.files)
    assert list(examine(windows, BOOK))
    assert windows.files == before


def in_workbook(windows: Windows, data: bytes, path: PureWindowsPath = BOOK) -> list[Finding]:
    windows.files[path] = data
    return [each for each in examine(windows, path) if each.state != "ok"]


def test_our_workbook_only_needs_its_functions_imported(xlsm: bytes) -> None:
    (finding,) = in_workbook(set_up(), xlsm)
    assert "has not imported the functions yet" in finding.says
    assert "Import Functions" in finding.remedy


def test_with_its_own_macros_a_workbook_can_do_without_the_add_in(xlsm: bytes) -> None:
    windows = set_up()
    del windows.files[ADDIN]
    states = {each.subject: each.state for each in in_workbook(windows, xlsm)}
    assert states == {"Add-in": "look", "Workbook": "wrong"}


def test_settings_of_the_workbook_precede_those_of_folder_and_user(xlsm: bytes) -> None:
    windows = set_up()
    windows.files[SETTINGS] = changed(windows.files[SETTINGS], {MODULES: "of_the_user"}, windows.page)
    windows.files[DESK / "xlwings.conf"] = b'"UDF MODULES","of_the_folder"\r\n'
    told = next(each for each in examine(windows, DESK / "no such book.xlsm") if each.subject == "Functions")
    assert f"of_the_folder (from {DESK / 'xlwings.conf'})" in told.says
    assert "there, or delete that line there" in told.remedy
    windows.files[BOOK] = xlsm
    told = next(each for each in examine(windows, BOOK) if each.subject == "Functions")
    assert (told.state, told.says) == ("ok", f"UDF Modules is addin.udfs (from sheet xlwings.conf of {BOOK.name})")


def test_the_folder_of_a_workbook_is_what_python_looks_in_first() -> None:
    windows = set_up()
    windows.files[DESK / "valuation.py"] = windows.files[DESK / "addin" / "__init__.py"] = b""
    says = [each.says for each in in_workbook(windows, quickstart())]
    assert any(str(DESK / "valuation.py") in each for each in says)
    assert any(str(DESK / "addin" / "__init__.py") in each for each in says)
    assert windows.ran[-1][-1] == f"true;{BOOK};{BOOK};;;;"


def test_our_workbooks_do_not_use_that_setting(xlsm: bytes) -> None:
    windows = set_up()
    windows.files[DESK / "valuation.py"] = b""
    assert all("valuation.py" not in each.says for each in in_workbook(windows, xlsm))
    assert windows.ran[-1][-1] == f"false;{BOOK};{BOOK};;;;"


@pytest.mark.parametrize(
    ("data", "says"), [(None, "no such file"), (b"", "not a workbook"), (b"PK", "not a workbook"), ("held", "denied")]
)
def test_a_workbook_that_cannot_be_read(data: bytes | str | None, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = set_up()
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
    windows = set_up()
    mark = PureWindowsPath(f"{BOOK}:Zone.Identifier")
    windows.files[mark] = b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://mail/\r\n"
    assert any("Unblock" in each.remedy for each in in_workbook(windows, xlsm))
    for zone in (b"[ZoneTransfer]\r\nZoneId=1\r\n", b"[ZoneTransfer]", b"\xff\xfeZ\0"):
        windows.files[mark] = zone
        assert all("Unblock" not in each.remedy for each in in_workbook(windows, xlsm))


def test_an_xlsx_holds_no_functions(xlsm: bytes) -> None:
    findings = in_workbook(set_up(), without_macros(xlsm), BOOK.with_suffix(".xlsx"))
    assert any(".xlsx can hold no functions" in each.says and "--xlsm" in each.remedy for each in findings)


def test_links_to_an_add_in_that_is_not_there() -> None:
    windows = set_up()
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
    return list(examine(set_up(), BOOK))


OWN: Final = {"xlwings": f'Const XLPyDLLName As String = "xlwings64-{VERSION}.dll"'}


@pytest.mark.parametrize(("modules", "references"), [(OWN, ()), ({}, ("Office", "xlwings"))])
def test_a_workbook_with_everything(
    modules: dict[str, str], references: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = having_imported(monkeypatch, module(), modules, references)
    assert [each for each in findings if each.state != "ok"] == []
    assert findings[-1].says == f"{BOOK.name} has imported all {len(CATALOGUE)} functions"


def test_functions_added_later_must_be_imported_again(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_after_the_import_access_to_the_vba_project_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Windows, "registry", lambda self, key: {} if key == SECURITY else dict(self.keys.get(key, {})))
    findings = having_imported(monkeypatch, module(), OWN)
    assert [each.says for each in findings if each.subject == "Trust"] == [
        "Import Functions may not write into workbooks, and need not any more"
    ]
