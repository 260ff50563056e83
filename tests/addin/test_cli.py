"""`steelyard` in a shell: what it prints, where, with which status, and never a traceback."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from acceptance import CASES, Case, agrees
from addin.binding import bind
from addin.cells import error_text
from addin.commands import app as cli
from addin.describe import command
from command import run
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import example, formula
from workbooks import build as builder
from workbooks.case.editor_schema import schema
from workbooks.case.reading import bundled, bundled_names

ENTRIES: Final = tuple(CATALOGUE.values())


def answer(*words: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    result = run("call", *words)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout, parse_constant=pytest.fail)


def refusal(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return result.stderr.strip()


def in_a_shell(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
    program = [sys.executable, "-c", "from addin.commands.app import main; main()", *words]
    return subprocess.run(program, capture_output=True, check=False, encoding="utf-8", **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_published_cases(case: Case) -> None:
    named = [f"{name}={json.dumps(value)}" for name, value in case.arguments.items()]
    assert agrees(answer(case.function, *named), case.exact or case.published)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.excel_name)
def test_the_command_in_the_help_gives_what_the_cells_give(entry: Entry) -> None:
    words = shlex.split(command(entry))
    assert words[:2] == ["steelyard", "call"]
    given = example(entry)
    cells = bind(entry, error_text)(*(given.get(parameter.name) for parameter in entry.parameters))
    assert answer(*words[2:]) == json.loads(json.dumps(cells, default=str))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("SOTP_VALUE", "[806, 234, 99]", "[2, 2.3, 19]"), 4031.2),
        (("sotp_value", "[[806], [234], [99]]", "[2, 2.3, 19]", "discount=0.5"), 2015.6),
        (("net_debt", "500", "180"), 320.0),
        (("net_debt", "-5", "-2.5e1"), 20.0),
        (("net_debt", "cash=-5", "debt=1"), 6.0),
        (("segment_value", "multiple=2", "806"), 1612.0),
        (("per_share", '"1,125"', '"250"'), 4.5),
        (("peer_multiple", "[1, 2, 6]", '"mean"'), 3.0),
        (("peer_multiple", "[1, 2, -6]", "include_negative=true"), 1.0),
        (("amount", '"1146亿元"'), 1.146e11),
        (("format_amount", "403120000000", '"亿元"'), "4,031.2亿元"),
        (("foots", "100", "[60, 40]"), True),
        (("segment_value", "[[1], [2]]", "[[10, 20]]"), [[10.0, 20.0], [20.0, 40.0]]),
    ],
)
def test_a_call(words: tuple[str, ...], value: object) -> None:
    assert answer(*words) == value


def test_arguments_from_files_and_from_standard_input(tmp_path: Path) -> None:
    metrics, numbers = tmp_path / "metrics.json", tmp_path / "many.json"
    metrics.write_text("[806, 234, 99]", "utf-8")
    numbers.write_text(json.dumps([1.0] * 100_000), "utf-8")
    assert answer("SOTP_VALUE", f"@{metrics}", "[2, 2.3, 19]") == 4031.2
    assert answer("SOTP_VALUE", f"@{numbers}", f"@{numbers}") == 100_000.0
    done = CliRunner().invoke(cli.app, ["call", "SOTP_VALUE", f"@{metrics}", "-"], input="[2, 2.3, 19]")
    assert json.loads(done.stdout) == 4031.2
    done = CliRunner().invoke(cli.app, ["call", "SOTP_VALUE", f"@{metrics}", "-"], input="")
    assert done.stderr.strip() == "multiples: standard input is empty"
    missing = tmp_path / "missing.json"
    assert refusal("call", "SOTP_VALUE", f"@{missing}", "2").startswith(f"metrics: {missing}: No such file")


def test_rows_of_arguments_need_no_padding() -> None:
    rows, low, high = '[["value", 100], ["metric", 5]]', '[["metric", 4]]', '[["metric", 10]]'
    assert answer("TORNADO", '"MULTIPLE"', rows, low, high)[1][:5] == ["metric", 4.0, 10.0, 25.0, 10.0]
    rows, low, high = (
        '[["metrics", 1, 2], ["multiples", 3, 4], ["discount", 0.5]]',
        '[["discount", 0]]',
        '[["discount", 1]]',
    )
    assert answer("TORNADO", '"SOTP_VALUE"', rows, low, high)[1][3:5] == [11.0, 0.0]


def test_an_error_in_a_range_is_reported_in_its_cell() -> None:
    assert answer("multiple", '[[5], [-3], [null], ["x"], [1]]', "[[2], [2], [2], [2], [-2]]") == [
        [2.5],
        [-1.5],
        [{"error": "#N/A", "message": "value: a required cell is blank"}],
        [{"error": "#VALUE!", "message": "not a number"}],
        [{"error": "#N/A", "message": "n.m.: the metric is zero or negative"}],
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("multiple", "5", "-2"), "#N/A n.m.: the metric is zero or negative"),
        (("per_share", "5", "0"), "#DIV/0! the denominator is zero"),
        (("per_share", "5"), "#N/A shares: is required"),
        (("segment_value", "806", "2", "null"), "#N/A stake: the cell is blank: fill it, or leave the argument out"),
        (("per_share", '"five"', "2"), "#VALUE! equity: 'five' is not a number"),
        (("per_share", "true", "2"), "#VALUE! equity: TRUE is not a number"),
        (("per_share", "1e999", "2"), "#NUM! equity: #NUM! in the input"),
        (("per_share", "9" * 5000, "2"), "#NUM! equity: #NUM! in the input"),
        (("per_share", "[]", "2"), "#N/A equity: is an empty range"),
        (("per_share", "[[1, 2], [3]]", "2"), "#VALUE! equity row 2: has 1 cells where row 1 has 2"),
        (("per_share", "5", "2", "3"), "too many arguments: PER_SHARE(equity, shares)"),
        (("per_share", "5", "price=3"), "no argument price: PER_SHARE(equity, shares)"),
        (("per_share", "5", "equity=3"), "equity is given twice: PER_SHARE(equity, shares)"),
        (("per_shares", "5", "3"), "'per_shares' is not a function of the catalogue; did you mean: PER_SHARE"),
        (("per_share", '{"a": 1}', "2"), 'equity: {"a": 1} is neither a cell, nor a row of cells, nor rows of cells'),
        (("per_share", "[1, [2]]", "2"), "equity: [1, [2]] is neither a cell, nor a row of cells, nor rows of cells"),
        (("per_share", "[[[1]]]", "2"), "equity: [[[1]]] is neither a cell, nor a row of cells, nor rows of cells"),
    ],
)
def test_a_call_that_fails(words: tuple[str, ...], message: str) -> None:
    assert refusal("call", *words).startswith(message)


@pytest.mark.skipif(os.name == "nt", reason="quotes as a POSIX shell takes them")
@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("median", "statistic: median is not JSON; a text has quotes of its own, here '\"median\"'"),
        ("it's", "statistic: it's is not JSON; a text has quotes of its own, here '\"it'\"'\"'s\"'"),
        ("NaN", "statistic: NaN is not JSON; a text has quotes of its own, here '\"NaN\"'"),
        ("Infinity", "statistic: Infinity is not JSON"),
        ("[1,", "statistic: [1, is not JSON; in a shell it needs quotes around it"),
        ("[" * 100_000, "statistic: [[["),
    ],
)
def test_invalid_json_gets_a_hint(word: str, advice: str) -> None:
    told = refusal("call", "peer_multiple", "[1, 2]", word)
    assert told.startswith(advice)
    quoted = re.search(r"here (.*)$", told)
    if quoted:
        assert json.loads(shlex.split(quoted[1])[0]) == word  # the advice works


def test_numbers_are_printed_to_the_last_digit() -> None:
    result = run("call", "segment_value", "0.1", "3")
    assert result.stdout == f"{0.1 * 3!r}\n"


def test_the_functions_are_listed_by_family() -> None:
    listed = run("functions").stdout
    for entry in ENTRIES:
        assert f"\n{entry.usage}\n    {entry.summary}\n" in listed
        assert f"\n{entry.family.upper()}\n" in listed


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.excel_name)
def test_a_function_in_full(entry: Entry) -> None:
    shown = run("functions", entry.excel_name).stdout
    assert shown.startswith(f"{entry.usage}\n{entry.summary}\n")
    words = " ".join(shown.split())
    for parameter in entry.parameters:
        assert parameter.name in words
        # A table folds its columns: word by word they are all there.
        assert set(entry.argument_docs[parameter.name].split()) <= set(shown.split())
    assert entry.doc.returns is not None
    assert " ".join((entry.doc.returns.description or "").split()) in words
    assert formula(entry) in shown
    assert command(entry) in shown
    for error in entry.doc.raises:
        assert " ".join((error.description or "").split()) in words


def test_an_unknown_function_suggests_similar_names() -> None:
    assert refusal("functions", "SOTP_VALU").startswith(
        "'SOTP_VALU' is not a function of the catalogue; did you mean: SOTP_VALUE"
    )


def test_the_cases_are_listed() -> None:
    shown = run("cases").stdout
    for name in bundled_names():
        case = bundled(name)
        line = next(line for line in shown.splitlines() if line.startswith(name))
        assert line.split()[0] == name
        assert {case.company.as_of.isoformat(), str(len(case.figures))} <= set(line.split())


def test_the_schema_of_case_files() -> None:
    assert json.loads(run("cases", "--schema").stdout) == schema()


def test_a_workbook(tmp_path: Path) -> None:
    out = tmp_path / "xiaomi.xlsx"
    result = run("build", bundled_names()[0], "-o", str(out))
    assert result.exit_code == 0, result.output
    assert out.read_bytes()[:2] == b"PK"
    assert re.search(r"xiaomi\.xlsx: \d+ sheets, [\d,]+ formulas, in \d+\.\d s\n.+\n", result.stdout)


def test_a_workbook_in_chinese(tmp_path: Path) -> None:
    result = run("build", bundled_names()[0], "-o", str(tmp_path / "小米.xlsx"), "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "通过" in result.stdout
    assert refusal("build", bundled_names()[0], "-o", str(tmp_path / "x.xlsx"), "--lang", "fr") == (
        "'fr' is not a language of workbooks: expected en or zh"
    )
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        (("build", "xiaomi_2015", "-o", "model.xls"), ".xlsx"),
        (("recalc", "model.xlsx", "-o", "model.xlsm"), ".xlsx"),
        (("recalc", "model.xlsm", "-o", "model.xlsx"), ".xlsm"),
        (("value", "model.xlsx", "--to", "model.txt"), ".toml"),
        (("convert", "old.toml", "-o", "new.txt"), ".toml"),
        (("diff", "xiaomi_2015", "xiaomi_2015", "-o", "why.pdf"), ".xlsx"),
        (("check", "model.xlsx", "--annotate", "model.txt"), ".xlsx"),
        (("screen", "universe.toml", "--report", "report.pdf"), ".xlsx"),
        (("calc-extension", "-o", "steelyard.zip"), ".oxt"),
        (("vba", "-o", "steelyard.txt"), ".bas"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_an_output_file_has_the_suffix_of_its_contents(
    words: tuple[str, ...], ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel opens no workbook under another suffix, so the command refuses before it reads or writes anything."""
    monkeypatch.chdir(tmp_path)
    assert refusal(*words) == f"{words[-1]}: expected a name that ends in {ending}"
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_is_not_there(tmp_path: Path) -> None:
    out = tmp_path / "x.xlsx"
    assert refusal("build", "nokia_2015", "-o", str(out)).startswith("nokia_2015: no such file, and no bundled case")
    assert not out.exists()


def test_a_case_that_is_wrong(tmp_path: Path) -> None:
    case = tmp_path / "case.toml"
    case.write_text("title = 5\n", "utf-8")
    assert "case.toml" in refusal("build", str(case), "-o", str(tmp_path / "x.xlsx"))


def test_a_workbook_that_cannot_be_written(tmp_path: Path) -> None:
    result = run("build", bundled_names()[0], "-o", str(tmp_path / "no" / "such" / "folder.xlsx"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "folder" in result.stderr


def test_a_workbook_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(case: str, out: Path, *_: object) -> None:
        message = f"{case} to {out.name}: Segments!C9 gives 1.0, the core 2.0"
        raise builder.BuildError(message)

    monkeypatch.setattr(builder, "build", refuse)
    result = run("build", "a", "-o", str(tmp_path / "b.xlsx"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "a to b.xlsx: Segments!C9 gives 1.0, the core 2.0\n"


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_case: str, out: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(out))

    monkeypatch.setattr(builder, "build", fail)
    result = run("build", "a", "-o", str(tmp_path / "b.xlsx"))
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path / 'b.xlsx'}: Permission denied\n"


@pytest.mark.parametrize("name", ["build", "cases", "functions", "call", "lite"])
def test_every_command_has_help_with_an_example_that_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = " ".join(run(name, "--help").stdout.split())
    found = re.search(r"Example: (steelyard .+)$", shown)
    assert found
    monkeypatch.chdir(tmp_path)
    result = run(*shlex.split(found[1])[1:])
    assert result.exit_code == 0, result.output


def test_without_a_command_the_help_is_printed() -> None:
    assert all(name in run().output for name in ("build", "cases", "functions", "call"))


def test_the_version() -> None:
    assert run("--version").stdout == f"{steelyard_version()}\n"


def test_output_is_utf_8_in_any_locale() -> None:
    done = in_a_shell("call", "format_amount", "5e8", '"亿元"', env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    assert (done.returncode, done.stdout) == (0, '"5亿元"\n')


def test_a_closed_output_pipe_causes_no_traceback() -> None:
    program = "from addin.commands.app import main; main()"
    done = subprocess.run(
        ["sh", "-c", f"{shlex.quote(sys.executable)} -c {shlex.quote(program)} functions | head -n 1"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (RuntimeError("two\nlines"), 1, "steelyard: RuntimeError: two lines\n"),
    ],
)
def test_whatever_fails_there_is_no_traceback(
    error: BaseException, status: int, told: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_case: str, _out: Path, *_: object) -> None:
        raise error

    monkeypatch.setattr(builder, "build", fail)
    monkeypatch.setattr(sys, "argv", ["steelyard", "build", "a", "-o", "b.xlsx"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == status
    assert capfd.readouterr().err == told


def test_a_call_does_not_wait_for_spreadsheets_or_colours() -> None:
    program = (
        "import sys; from addin.commands.app import app\n"
        "try: app(['call', 'per_share', '1', '2'])\n"
        "except SystemExit: pass\n"
        "print(*{'rich', 'pandas', 'xlwings', 'openpyxl', 'scipy', 'formualizer', 'docstring_parser', 'workbooks'}"
        " & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "0.5\n\n"
