"""Case files: what is read and what is none, names and paths, the hash, and the schema for editors."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from workbooks.case.editor_schema import schema
from workbooks.case.model import Case
from workbooks.case.reading import CaseError, bundled, bundled_names, find, input_hash, load, parse

CASE = (Path(__file__).parent / "acme.toml").read_text(encoding="utf-8")
CASES = Path(__file__).parents[2] / "workbooks" / "cases"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title = \n", "acme.toml: line 1, column 9: Invalid value: title ="),
        ("title = 1\ntitle = 2\n", "acme.toml: line 2, column 10: Cannot overwrite a value: title = 2"),
        ("[company", "acme.toml: end of document: Expected ']' at the end of a table declaration"),
        ("a = " + "[" * 10_000, "acme.toml: nested too deeply"),
        ("a" + ".a" * 10_000 + " = 1", "acme.toml: nested too deeply"),
        ("a = " + "1" * 5_000, "acme.toml: nested too deeply, or a number of thousands of digits"),
    ],
)
def test_a_slip_of_syntax_is_shown_with_its_line(text: str, expected: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse(text, "acme.toml")
    assert str(caught.value).startswith(expected)


@given(st.integers(0, len(CASE)), st.integers(0, 40), st.text(max_size=5))
def test_a_damaged_file_gives_a_case_or_problems(start: int, lost: int, put: str) -> None:
    try:
        parse(CASE[:start] + put + CASE[start + lost :], "acme.toml")
    except CaseError as error:
        told = str(error)
    else:
        told = "acme.toml: nothing"
    assert told.startswith("acme.toml: ")


def test_a_file_is_read_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "a.toml").write_text(CASE, encoding=encoding)
        assert load(tmp_path / "a.toml") == parse(CASE, "acme.toml")


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(CASE.replace("\n", "\r\n").encode())
    assert load(tmp_path / "a.toml") == parse(CASE, "acme.toml")


def test_files_that_do_not_exist_or_hold_no_table(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes('title = "A"\n# 小米\n'.encode("gbk"))
    (tmp_path / "utf16.toml").write_bytes('title = "A"'.encode("utf-16"))
    (tmp_path / "large.toml").write_bytes(b"#" * (4 << 20) + b"#")
    for name, expected in (
        ("gbk.toml", "line 2: byte 0xc3 is not UTF-8: save the file as UTF-8"),
        ("utf16.toml", "line 1: byte 0xff is not UTF-8: save the file as UTF-8"),
        ("large.toml", "4,194,305 bytes: expected at most 4,194,304"),
        ("none.toml", "no such file"),
        ("", "is a folder: expected a case file"),
        ("nul\0.toml", "no such file"),
        ("n" * 300 + ".toml", "cannot be read: File name too long"),
    ):
        path = tmp_path / name
        with pytest.raises(CaseError) as caught:
            load(path)
        assert str(caught.value) == f"{path}: {expected}"


def test_a_case_is_found_by_name_or_by_path(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(CASE, encoding="utf-8")
    (tmp_path / "bare").write_text(CASE, encoding="utf-8")
    companies = ("alibaba_2025", "netflix_2018", "pike_2014", "prosus_2023", "thyssenkrupp_2018")
    assert bundled_names() == (*companies, "xiaomi_2015", "xiaomi_2018", "xiaomi_2019", "xiaomi_finance_2016")
    assert find("xiaomi_2018") == bundled("xiaomi_2018")
    assert find(tmp_path / "acme.toml") == find(str(tmp_path / "bare")) == parse(CASE, "acme.toml")


@pytest.mark.parametrize("read", [find, bundled])
def test_an_unknown_case_is_refused_with_the_nearest_name(read: Callable[[str], Case]) -> None:
    with pytest.raises(CaseError, match=r"^xiaomi_2017: .*did you mean xiaomi_201[589]\?$"):
        read("xiaomi_2017")
    with pytest.raises(
        CaseError, match=r"bundled are alibaba_2025, netflix_2018, .*, xiaomi_2019, xiaomi_finance_2016"
    ):
        read("acme")


def test_the_hash_is_of_the_content() -> None:
    case = parse(CASE, "a.toml")
    assert re.fullmatch("[0-9a-f]{12}", input_hash(case))
    assert input_hash(parse("# a comment\n" + CASE.replace(" = ", "="), "b.toml")) == input_hash(case)
    others = {
        input_hash(parse(CASE.replace(*change), "c.toml"))
        for change in (("value = 6.5,", "value = 6.6,"), ('"Peer Two"', '"Peer 2"'), ("selected = 2", "selected = 1"))
    }
    assert len(others | {input_hash(case)}) == 4


def test_the_schema_for_editors_is_fresh() -> None:
    printed = (CASES / "case.schema.json").read_text(encoding="utf-8")
    how = "python -m workbooks.case.editor_schema > workbooks/cases/case.schema.json"
    assert json.loads(printed) == schema(), f"run: {how}"


def test_the_schema_takes_what_is_right_and_refuses_what_is_wrong() -> None:
    Draft202012Validator.check_schema(schema())
    validator = Draft202012Validator(schema())

    def errors(text: str) -> list[str]:
        data = json.loads(json.dumps(tomllib.loads(text), default=str))  # a date is a text in JSON
        return [".".join(map(str, error.absolute_path)) for error in validator.iter_errors(data)]

    for name in bundled_names():
        assert errors((CASES / f"{name}.toml").read_text(encoding="utf-8")) == []
    assert errors(CASE) == []
    assert errors(CASE.replace("selected = 2", "chosen = 2")) == ["scenarios"]
    assert errors(CASE.replace('value = 100, unit = "CNY m"', 'unit = "CNY m"')) == ["figures.revenue"]
    assert errors(CASE.replace("value = 100", 'value = "100"')) == ["figures.revenue.value"]
    assert errors(CASE.replace("revenue = {", '"1revenue" = {')) == ["figures"]
    assert errors(CASE.replace('basis = "earnings"', 'basis = "profit"')) == ["scenarios.cases.0.basis"]


def test_the_schema_says_what_a_figure_must_be() -> None:
    definitions = schema()["$defs"]
    assert "a multiple, not negative: a number," in definitions["Part"]["properties"]["base"]["description"]
    assert "亿元" in definitions["Figure"]["properties"]["unit"]["description"]
    assert "null" not in json.dumps(schema())


def test_every_bundled_case_points_its_editor_to_the_schema() -> None:
    for file in CASES.glob("*.toml"):
        assert file.read_text(encoding="utf-8").startswith("#:schema ./case.schema.json\n")
