"""xlwings.conf: read as VBA reads it, changed without touching what others set."""

from pathlib import Path
from typing import Final

import pytest
import xlwings
from hypothesis import given
from hypothesis import strategies as st
from xlwings.utils import read_user_config

from addin.excel.settings import INTERPRETER, MODULES, Settings, changed, modules_with_ours, parse

CODE_PAGES: Final = ("cp1252", "cp936", "cp932", "utf-8")
ascii_text = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='",'))
names = ascii_text.filter(lambda text: bool(text.strip()))
settings = st.dictionaries(names.map(lambda text: text.strip().upper()), ascii_text.map(str.strip), max_size=6)


def vba_reads(text: str) -> list[tuple[str, str]]:
    """What VBA's `Input #file, name, value` gives until the end of a file: items, two by two, across lines."""
    items: list[str] = []
    at = 0
    while at < len(text):
        while at < len(text) and text[at] == " ":
            at += 1
        if at < len(text) and text[at] == '"':
            end = text.find('"', at + 1)
            items.append(text[at + 1 : end])
            at = end + 1
            while at < len(text) and text[at] not in ",\r\n":
                at += 1
        else:
            end = at
            while end < len(text) and text[end] not in ",\r\n":
                end += 1
            items.append(text[at:end].rstrip(" "))
            at = end
        at += 2 if text[at : at + 2] == "\r\n" else 1
    return list(zip(items[::2], items[1::2], strict=False))


@given(settings, st.sampled_from(CODE_PAGES))
def test_vba_reads_what_is_written(wanted: dict[str, str], code_page: str) -> None:
    data = changed(b"", dict(wanted), code_page)
    assert dict(vba_reads(data.decode(code_page))) == wanted
    assert parse(data, code_page).values == wanted
    assert parse(data, code_page).odd_lines == ()


@given(settings, settings)
def test_settings_of_others_are_unchanged(there: dict[str, str], ours: dict[str, str]) -> None:
    before = "".join(f'"{name.title()}", {value}\r\n' for name, value in there.items()).encode()
    after = changed(before, dict(ours), "cp1252")
    kept = [line for line in before.splitlines() if line.split(b'"')[1].decode().upper() not in ours]
    assert after.splitlines()[: len(kept)] == kept
    assert parse(after, "cp1252").values == {**there, **ours}


def test_xlwings_own_reader_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = changed(b'"SHOW CONSOLE","True"\n', {INTERPRETER: r"C:\my env\python.exe", MODULES: "addin.udfs"}, "cp1252")
    conf = tmp_path / "xlwings.conf"
    conf.write_bytes(data)
    monkeypatch.setattr(xlwings, "USER_CONFIG_FILE", str(conf))
    found = read_user_config()  # type: ignore[no-untyped-call]
    assert found == {name.lower(): value for name, value in parse(data, "cp1252").values.items()}


@pytest.mark.parametrize(
    ("text", "values", "odd"),
    [
        ("", {}, ()),
        ('"A","1"', {"A": "1"}, ()),
        ('"a","1"\n"A","2"\r\n', {"A": "1"}, ()),
        ("A,1\r\nB , x y \r\n", {"A": "1", "B": "x y"}, ()),
        ('"A",""\n', {"A": ""}, ()),
        ('"A",\n', {"A": ""}, ()),
        ('"A","1, 2"\n', {"A": "1, 2"}, ()),
        ('"A","1"\n\n"B","2"\n', {"A": "1", "B": "2"}, (2,)),
        ('[settings]\nA=1\n"B","2"\n', {"B": "2"}, (1, 2)),
        ('"A","1","2"\n', {}, (1,)),
        ('"A","1\n', {}, (1,)),
        ('"A" "1"\n', {}, (1,)),
        ('\ufeff"A","1"\n"B","2"\n', {"B": "2"}, (1,)),
    ],
)
def test_files_that_people_have_edited(text: str, values: dict[str, str], odd: tuple[int, ...]) -> None:
    found = parse(text.encode(), "utf-8")
    assert (found.values, found.odd_lines) == (values, odd)


def test_odd_lines_go_and_settings_stay() -> None:
    before = b'[settings]\r\n\r\n"SHOW CONSOLE","True"\r\nhello\r\n'
    assert (
        changed(before, {MODULES: "addin.udfs"}, "cp1252") == b'"SHOW CONSOLE","True"\r\n"UDF MODULES","addin.udfs"\r\n'
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_in_unicode_comes_back_in_the_code_page(encoding: str) -> None:
    before = '"PYTHONPATH","C:\\模型"\r\n'.encode(encoding)
    assert parse(before, "cp936").values == {}  # as VBA reads it: not at all
    assert changed(before, {}, "cp936") == '"PYTHONPATH","C:\\模型"\r\n'.encode("cp936")
    assert changed(before, {}, "cp1252") == b'"PYTHONPATH","C:\\??"\r\n'


@given(st.binary(max_size=60).filter(lambda data: not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))))
def test_bytes_outside_the_code_page_are_preserved(junk: bytes) -> None:
    value = bytes(byte for byte in junk if byte not in b'"\r\n')
    line = b'"PYTHONPATH","C:\\' + value + b'"\r\n'
    assert changed(line, {}, "utf-8") == line
    assert changed(line, {}, "cp1252") == line


def test_a_value_that_the_code_page_has_no_letters_for_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        changed(b"", {INTERPRETER: "C:\\张伟\\python.exe"}, "cp1252")
    assert changed(b"", {INTERPRETER: "C:\\张伟\\python.exe"}, "cp936").decode("gbk").count("张伟") == 1


def test_the_first_place_that_names_a_setting_decides() -> None:
    places = [
        ("sheet", {MODULES: ""}),
        ("directory", {MODULES: "mine", "A": "%HOME%\\x %NOBODY%"}),
        ("user", {"B": "2"}),
    ]
    found = Settings(places, {"HOME": "C:\\Users\\me"}.get)  # type: ignore[arg-type] # None is as good as "" here
    assert (found.get(MODULES).value, found.get(MODULES).place) == ("", "sheet")
    assert (found.get("A").value, found.get("A").place) == ("C:\\Users\\me\\x %NOBODY%", "directory")
    assert (found.get("B").value, found.get("C", "3").value, found.get("C").place) == ("2", "3", "")


def test_the_old_name_of_the_interpreter_counts_where_the_new_one_is_empty() -> None:
    assert Settings([("user", {INTERPRETER: "", "INTERPRETER": "old"})], str).interpreter().value == "old"
    assert Settings([("user", {INTERPRETER: "new", "INTERPRETER": "old"})], str).interpreter().value == "new"
    assert Settings([], str).interpreter().value == "pythonw"


@given(st.lists(st.sampled_from(["mine", "yours", "addin.udfs", ""]), max_size=4))
def test_our_module_is_listed_once_and_other_modules_are_kept(given_modules: list[str]) -> None:
    found = modules_with_ours(";".join(given_modules)).split(";")
    assert found.count("addin.udfs") == max(1, given_modules.count("addin.udfs"))
    assert [name for name in found if name and name != "addin.udfs"] == [
        name for name in given_modules if name and name != "addin.udfs"
    ]
