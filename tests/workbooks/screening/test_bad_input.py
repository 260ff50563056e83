"""Bad tables and specs: a bad row is a row with reasons, anything else a line that says what to mend."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from universe_tables import DCF, MULTIPLES, row, screened, universe
from workbooks.screening.local import Local
from workbooks.screening.running import screen
from workbooks.screening.spec import SpecError
from workbooks.screening.spec_file import load

PLAIN = """
[table]
file = "table.csv"
id = "id"
currency = "currency"
[fx]
currency = "USD"
rates = { EUR = 1.25 }
[capital]
market_value = "value"
[groups.all]
by = ["industry"]
min = 1
[[methods]]
name = "P/E"
metric = "income"
group = "all"
"""
HEADING = "id,currency,industry,value,income\n"
GOOD = "A,USD,x,100,10\nB,USD,x,200,10\nC,EUR,x,160,10\n"


def from_text(folder: Path, rows: str, spec: str = PLAIN, heading: str = HEADING) -> pl.DataFrame:
    (folder / "table.csv").write_text(heading + rows, "utf-8")
    (folder / "spec.toml").write_text(spec, "utf-8")
    screen(folder / "spec.toml", folder / "out.parquet", Local(1))
    return pl.read_parquet(folder / "out.parquet")


def nothing_is_left(folder: Path) -> bool:
    return not [path for path in folder.iterdir() if "out.parquet" in path.name]


def test_money_is_counted_in_one_currency(tmp_path: Path) -> None:
    # P/E: 10, 20, 160 € × 1.25 ÷ (10 € × 1.25) = 16; the median is 16.
    found = from_text(tmp_path, GOOD)
    assert found["P/E base"].to_list() == [160, 160, 200]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("D,JPY,x,100,10", "no exchange rate for JPY: give [fx.rates] JPY"),
        ("D,,x,100,10", "the currency is blank"),
        (",USD,x,100,10", "the id is blank"),
        ("D,USD,x,100,", "income is blank"),
        ("D,USD,x,100,n/a", "income is blank"),
        ("D,USD,x,100,12x", "income: '12x' is not a number"),
        ("D,USD,x,100,NaN", "income is blank"),  # as exports write what is missing
        ("D,USD,x,100,1_000", "income: '1_000' is not a number"),
        ("D,USD,x,100,inf", "income: 'inf' is not a number"),
        ("D,USD,x,100,-4", "n.m.: income is zero or negative"),
        ("D,USD,,100,10", "no group all: a column of it is blank"),
        ("D,USD,x,0,10", "no upside: value is zero or negative"),
        ("A,USD,x,100,10", "the id A stands in several rows"),
    ],
)
def test_a_bad_row_is_a_row_with_a_reason(cells: str, reason: str, tmp_path: Path) -> None:
    found = from_text(tmp_path, GOOD + cells + "\n")
    last = found.row(3, named=True)
    assert last["P/E reason"] == reason
    assert (last["P/E base"] is None) == (not reason.startswith("no upside"))
    others = found.head(3) if "several" not in reason else found[1:3]
    assert others["P/E reason"].to_list() == [None] * len(others)
    assert others["P/E base"].null_count() == 0
    assert not [value for value in last.values() if isinstance(value, float) and value != value]  # noqa: PLR0124 - a NaN


def test_texts_with_units_are_read_where_all_have_one(tmp_path: Path) -> None:
    found = from_text(tmp_path, 'A,USD,x,1.2bn,100m\nB,USD,x,US$2bn,"1,000万"\nC,EUR,x,1bn,US$5m\n')
    # 12 and 200: the median is 106; C's income is in dollars, and the row in euros.
    assert row(found, "A")["P/E base"] == pytest.approx(106 * 1e8)
    assert row(found, "C")["P/E reason"] == "income: 'US$5m' is in USD, and the row in EUR"


def test_a_column_that_mixes_units_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"'income' mixes units: row 2 says '1.2bn' and row 1 says '10' without a unit"):
        from_text(tmp_path, "A,USD,x,100,10\nB,USD,x,200,1.2bn\n")
    assert nothing_is_left(tmp_path)
    found = from_text(tmp_path, "A,USD,x,100,10\nB,USD,x,200,1.2bn\n", PLAIN + '[units]\nincome = "m"\n')
    assert row(found, "A")["P/E reason"] is None


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("id;currency;industry;value;income\n", "its columns are separated by ';': save it with commas"),
        ("id,currency,industry,value,income,income\n", "has two columns 'income': rename one"),
    ],
)
def test_a_heading_that_can_be_misread_is_refused(heading: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        from_text(tmp_path, "A,USD,x,100,10,12\n", heading=heading)
    assert f"table.csv: {message}" in str(caught.value)
    assert nothing_is_left(tmp_path)


def test_numbers_are_scaled_in_decimal(tmp_path: Path) -> None:
    rows = 'A,USD,x,34.27,1\nB,USD,x,"1,234.5",1\nC,USD,x,1e2,1\nD,USD,x,5m,1\n'
    spec = PLAIN + '[units]\nvalue = "bn"\n[output]\ncolumns = ["value"]\n'
    spec = spec.replace('[capital]\nmarket_value = "value"', '[capital]\nmarket_value = "income"')
    spec = spec.replace(
        'metric = "income"', 'of = "equity"\nfunction = "IMPLIED_VALUE"\narguments = { metric = "value", multiple = 1 }'
    )
    found = from_text(tmp_path, rows, spec)
    assert found["P/E base"].to_list() == [34_270_000_000, 1_234_500_000_000, 100_000_000_000, 5_000_000]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('metric = "income"', 'metric = "incom"'), "has no column 'incom'; did you mean 'income'?"),
        (('metric = "income"', 'metric = "industry"'), ""),
        (('file = "table.csv"', 'file = "none.csv"'), "no such file"),
        (('file = "table.csv"', 'file = "spec.toml"'), "is not one of .parquet, .csv, .tsv, .arrow, .xlsx, .xlsm"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    if not message:
        found = from_text(tmp_path, GOOD.replace("x,", "Banks,"), PLAIN.replace(*change))
        assert row(found, "A")["P/E reason"] == "industry: 'Banks' is not a number"
        return
    with pytest.raises(SpecError) as caught:
        from_text(tmp_path, GOOD, PLAIN.replace(*change))
    assert message in str(caught.value)
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_parquet_file_cut_short_is_refused(kept: float, tmp_path: Path) -> None:
    file = tmp_path / "universe.parquet"
    universe(500).write_parquet(file)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * kept)])
    (tmp_path / "spec.toml").write_text(MULTIPLES, "utf-8")
    with pytest.raises(SpecError, match=r"universe\.parquet: cannot be read, it may be cut short"):
        screen(tmp_path / "spec.toml", tmp_path / "out.parquet", Local(1))
    assert nothing_is_left(tmp_path)


def test_a_column_of_dates_is_no_column_of_numbers(tmp_path: Path) -> None:
    table = universe(20).with_columns(ebitda=pl.date(2020, 1, 1))
    with pytest.raises(SpecError, match="column 'ebitda' holds Date, not numbers"):
        screened(tmp_path, table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('group = "industry"', 'group = "sector"'), "methods EV/EBITDA: group 'sector' is not one of industry"),
        (
            ('metric = "ebitda"', 'metrik = "ebitda"'),
            "methods[1].metrik: is not a key of this table; did you mean metric",
        ),
        (
            ('id = "id"', 'id = "id"\ncolour = "red"'),
            "table.colour: is not a key of this table: file, sheet, id,",
        ),
        (('id = "id"', ""), "table.id: is missing"),
        (('metric = "ebitda"', 'metric = "ebitda"\nbase = "medium"'), "base 'medium' is not one of min, q1"),
        (
            ('function = "DRIVER_DCF"', 'function = "DRIVERDCF"'),
            "is not a function of the catalogue; did you mean: DRIVER_DCF",
        ),
        (('growth = "growth"', 'grwth = "growth"'), "grwth is not an argument of DRIVER_DCF; did you mean growth?"),
        (("wacc = 0.09", ""), "methods DCF: DRIVER_DCF needs wacc"),
        (("share = 0.05", "share = 0.05, distance = 1"), "either low and high, or share, or distance"),
        (('net_debt = "net_debt"', ""), "an enterprise value needs capital.net_debt, or debt and cash"),
        (('name = "P/E"', 'name = "DCF"'), "methods: 'DCF' is given twice"),
        (("[table]", "[table"), "is not TOML"),
    ],
)
def test_a_spec_that_is_wrong_says_where(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    text = MULTIPLES + DCF
    assert change[0] in text
    file = tmp_path / "spec.toml"
    file.write_text(text.replace(*change), "utf-8")
    with pytest.raises(SpecError) as caught:
        load(file)
    assert message in str(caught.value)


def test_methods_that_are_all_wrong_are_not_also_too_few(tmp_path: Path) -> None:
    file = tmp_path / "spec.toml"
    file.write_text(MULTIPLES.replace("metric =", "metrik ="), "utf-8")
    with pytest.raises(SpecError) as caught:
        load(file)
    assert "at least" not in str(caught.value)


def test_an_outflow_that_is_typed_negative_has_no_value(tmp_path: Path) -> None:
    """Capital expenditure of -4 %, as a cash flow statement prints it, was added to the flow."""
    table = universe(20).with_columns(capex=pl.Series([-0.04] + [0.04] * 19))
    found = screened(tmp_path, table, MULTIPLES + DCF.replace("capex = 0.05", 'capex = "capex"'))
    assert found["DCF reason"][0] == "capex is out of range: it must be from 0 to 10"
    assert found["DCF base"][0] is None
    assert found["DCF base"][1] is not None


def test_an_unknown_kind_of_output_is_refused(tmp_path: Path) -> None:
    universe(20).write_parquet(tmp_path / "universe.parquet")
    (tmp_path / "spec.toml").write_text(MULTIPLES, "utf-8")
    with pytest.raises(SpecError, match=r"is written as one of \.parquet, \.csv, \.arrow"):
        screen(tmp_path / "spec.toml", tmp_path / "out.docx", Local(1))
    with pytest.raises(FileNotFoundError):
        screen(tmp_path / "spec.toml", tmp_path / "nowhere" / "out.parquet", Local(1))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are Unix's")
def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path) -> None:
    universe(20_000).write_parquet(tmp_path / "universe.parquet")
    (tmp_path / "spec.toml").write_text(MULTIPLES, "utf-8")
    (tmp_path / "out.parquet").write_bytes(b"before")

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [sys.executable, "-m", "addin", "screen", "spec.toml", "-o", "out.parquet"],
        cwd=tmp_path,
        preexec_fn=little_room,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "out.parquet" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "out.parquet").read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.parquet", "spec.toml", "universe.parquet"]
