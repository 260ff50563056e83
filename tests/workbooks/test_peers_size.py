"""Large tables of peers: within memory, and a preview of the first peers without reading the rest."""

import codecs
import json
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from workbooks.peer_import.reading import read_peers
from workbooks.peer_import.records import TableError, Wishes

ROWS: Final = 200_000
MEMORY: Final = 500  # MB
FIGURES: Final = "Market cap (USD m),EV (USD m),Revenue LTM (USD m),EBITDA LTM (USD m),P/E,EV/EBITDA,EV/Sales"
FIRST: Final = Wishes(most=100)
# Runs the command with its output in a file, and says its status and the most memory that one of its processes had.
PROGRAM: Final = """
import json, resource, subprocess, sys
with open(sys.argv[1], "wb") as listed:
    done = subprocess.run([sys.executable, "-m", "addin", *sys.argv[2:]], stdout=listed, stderr=subprocess.PIPE)
unit = 2**20 if sys.platform == "darwin" else 2**10
print(json.dumps({"status": done.returncode, "said": done.stderr.decode(),
    "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit}))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of 200,000 companies, 20 MB."""
    path = tmp_path_factory.mktemp("large") / "peers.csv"
    drawn = random.Random(1)  # noqa: S311 - numbers to fill cells with
    with path.open("w", encoding="utf-8", newline="\r\n") as file:
        print(f"Company,Ticker,{FIGURES}", file=file)
        for number in range(ROWS):
            figures = ",".join(f"{drawn.uniform(10, 1e5):.2f}" for _ in range(7))
            print(f"Company {number} Holdings plc,T{number:06d},{figures}", file=file)
    return path


def measured(*words: str, to: Path) -> dict[str, float | str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(to), *words], capture_output=True, check=True)
    answer: dict[str, float | str] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with the module resource")
def test_200_000_peers_are_read_within_memory(large: Path, tmp_path: Path) -> None:
    listed = tmp_path / "listed"
    done = measured("peers", str(large), "--seconds", "900", to=listed)
    assert (done["status"], done["said"]) == (0, "")
    assert float(done["memory"]) < MEMORY
    text = listed.read_text("utf-8")
    assert len(re.findall(r"^Company \d+ Holdings plc T\d{6}$", text, re.MULTILINE)) == ROWS
    assert text.count("cell I") == ROWS
    assert "cell I200001" in text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with the module resource")
def test_more_peers_than_a_case_holds_are_refused_within_memory(large: Path, tmp_path: Path) -> None:
    done = measured("new", str(tmp_path / "acme.toml"), "--peers", str(large), to=tmp_path / "said")
    assert done["status"] == 2
    # On a busy machine it may take longer than it is given.
    assert re.search(r"a case holds at most 5,000|takes more than 25 s", str(done["said"]))
    assert float(done["memory"]) < MEMORY
    assert not (tmp_path / "acme.toml").exists()


# --- previews -------------------------------------------------------------------------------------


def rows(count: int, word: str = "Firm") -> str:
    return "".join(f'"{word} {number}",{number},{number * 3}.5\n' for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("gbk", b""), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", b"")]
)
def test_a_preview_of_a_text_does_not_read_the_rest(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "peers.csv"
    begun = mark + f"公司,市值(亿元),市盈率\n{rows(60_000, '公司')}".encode(encoding)
    path.write_bytes(begun + '"a quote that is never closed\n'.encode(encoding) + b"\xff\xff\xff")
    table = read_peers(path, FIRST)
    assert [peer.name for peer in table.peers] == [f"公司 {number}" for number in range(1, 101)]
    assert table.peers[-1].by_period["pe", ""].value == 300.5
    assert table.partial
    with pytest.raises(TableError):
        read_peers(path)


def test_a_preview_that_is_cut_within_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    note = "\n".join(["a line of a note"] * 1000)
    path.write_text(f"Company,P/E,Note\n{rows(100)}" + f'Last,7,"{note}"\n' * 100, "utf-8")
    assert len(read_peers(path, FIRST).peers) == 100


def test_a_preview_goes_on_where_the_beginning_has_no_table(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text(f"{'A long preface ' * 200}\n" * 400 + f"Company,P/E,P/S\n{rows(200)}", "utf-8")
    table = read_peers(path, FIRST)
    assert (len(table.peers), table.partial) == (100, True)
    assert table.peers[0].place == "peers.csv, row 402"


def test_a_short_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text(f"Company,P/E,P/S\n{rows(50)}\n", "utf-8")
    assert not read_peers(path, FIRST).partial


def test_a_preview_of_a_workbook_reads_its_first_rows_and_all_its_merged_areas(tmp_path: Path) -> None:
    path = tmp_path / "peers.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Company", "P/E", None])
    sheet.append([None, "2024", "2025"])
    for number in range(1, 701):
        sheet.append([f"Firm {number}", number, number + 0.5])
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("A1:A2")
    book.save(path)
    table = read_peers(path, FIRST)
    assert (len(table.peers), table.partial) == (100, True)
    assert {key: found.value for key, found in table.peers[99].by_period.items()} == {
        ("pe", "2024"): 100,
        ("pe", "2025"): 100.5,
    }
    broken = tmp_path / "broken.xlsx"  # a row that is out of order, far below
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<row r="690"', b'<row r="9"', old.read(name)))
    assert len(read_peers(broken, FIRST).peers) == 100
    with pytest.raises(TableError, match="row 9 is out of order"):
        read_peers(broken)
