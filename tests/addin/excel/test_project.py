"""VBA projects are read: against the source text that xlwings ships beside its binaries, and Microsoft's examples."""

import random
import re
import zipfile
from io import BytesIO
from typing import Final

import pytest

from addin.excel import bundled
from addin.excel.project import ProjectError, project, unpacked

WORKBOOKS: Final = ("quickstart.xlsm", "quickstart_standalone.xlsm", "quickstart_addin.xlam", "addin/xlwings.xlam")

WITH_COPIES: Final = (
    "01 2F B0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6A 01 38 08 61 6B 6C 00 30 6D 6E 6F 70 06 71 02 70 04 "
    "10 72 73 74 75 76 10 77 78 79 7A 00 3C"
)


def read(name: str) -> bytes:
    return bundled.vba_project(bundled.path(name).read_bytes())


@pytest.mark.parametrize(
    ("packed", "text"),
    [  # [MS-OVBA] 3.2
        (
            "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E",
            b"abcdefghijklmnopqrstuv.",
        ),
        (
            WITH_COPIES,
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        ),
        ("01 03 B0 02 61 45 00", b"a" * 73),
        ("01 FF 3F" + " 2A" * 4096, b"*" * 4096),  # a chunk that is not packed
    ],
)
def test_microsofts_examples(packed: str, text: bytes) -> None:
    assert unpacked(bytes.fromhex(packed)) == text


@pytest.mark.parametrize(
    ("workbook", "module", "source"),
    [
        ("addin/xlwings.xlam", "Config", "addin/Config.bas"),
        ("addin/xlwings.xlam", "WebHelpers", "addin/WebHelpers.bas"),
        ("quickstart_standalone.xlsm", "xlwings", "xlwings.bas"),
    ],
)
def test_modules_equal_the_source_files_of_xlwings(workbook: str, module: str, source: str) -> None:
    given = bundled.path(source).read_text("cp1252")
    assert project(read(workbook)).modules[module].splitlines() == given.splitlines()


@pytest.mark.parametrize("workbook", WORKBOOKS)
def test_every_module_that_the_project_lists_is_read(workbook: str) -> None:
    data = read(workbook)
    listed = re.findall(rb"\r\n(?:Document|Module|Class)=(\w+)", data)  # its list in plain text
    found = project(data)
    assert set(found.modules) == {name.decode() for name in listed}
    assert all(f'Attribute VB_Name = "{name}"' in source for name, source in found.modules.items())


def test_references() -> None:
    assert "xlwings" in project(read("quickstart.xlsm")).references
    assert "xlwings" not in project(read("quickstart_standalone.xlsm")).references


@pytest.mark.parametrize("data", [b"", b"x", b"PK\3\4", bytes(2000), bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000)])
def test_bytes_that_are_not_a_project(data: bytes) -> None:
    with pytest.raises(ProjectError, match="not a VBA project"):
        project(data)


def test_damaged_files_are_reported_or_repaired() -> None:
    whole = read("quickstart_standalone.xlsm")
    chance = random.Random(1)  # noqa: S311 - nothing secret
    for _ in range(200):
        damaged = bytearray(whole[: chance.choice([len(whole), chance.randrange(len(whole))])])
        for _ in range(chance.randrange(20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            project(bytes(damaged))
        except ProjectError:
            continue


def test_versions() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", bundled.version_in(bundled.path("addin/xlwings.xlam").read_bytes()))
    assert bundled.version_in(bundled.path("quickstart.xlsm").read_bytes()) == ""  # it refers to the add-in
    assert bundled.version_in(None) == bundled.version_in(b"no zip") == ""
    empty = BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert bundled.version_in(empty.getvalue()) == ""
