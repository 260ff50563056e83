"""What people get wrong in a case file and its table: each is refused with its place, its text and what would do."""

from pathlib import Path
from typing import Final, NamedTuple

import pytest
from typer.testing import CliRunner

from addin.commands.app import app
from company_cases import EXAMPLES

TABLE: Final = "pike_peers.csv"
CSV: Final = (EXAMPLES / TABLE).read_text(encoding="utf-8")


class Wrong(NamedTuple):
    """A change to an example, and parts of what is told of it."""

    case: str
    old: str
    new: str
    told: tuple[str, ...]


PRICE: Final = 'price = "10.13 USD per share"'
SHARES: Final = 'shares = "32m shares"'
EBITDA: Final = '"EBITDA 2015E" = 85.17'
GROWTHS: Final = "growth = [0.10, 0.09, 0.08, 0.06, 0.05]"

FILES: Final = (
    # keys, sections, ids
    Wrong("comps", "net_debt = 218", "nett_debt = 218", ("capital.nett_debt: is not a key", "did you mean net_debt?")),
    Wrong("comps", "[capital]", "[captial]", ("captial: is not a key", "did you mean capital?")),
    Wrong("comps", "[metrics]", "[metricz]", ("metricz: is not a key", "did you mean metrics?")),
    Wrong("comps", 'metric = "EBITDA', 'metric = "EBITA', ("multiples[1].metric", "did you mean EBITDA 2015E?")),
    Wrong(
        "sotp",
        "metric = 806",
        'metric = "fones"',
        ("parts[1].metric (Phones): 'fones' is not a figure", "expected money"),
    ),
    Wrong("sotp", "metric = 806", 'metric = "segments.phones.metric"', ("is this figure itself: expected a number",)),
    Wrong("group", "segments = 1", "segment = 1", ("weights.segment: is not a method", "did you mean segments?")),
    Wrong("sotp", ", base = 2.3, peer", ", peer", ("parts[2].base (IoT and lifestyle): is missing",)),
    Wrong("dcf", ', strike = "12 EUR per share"', "", ("capital.options[1].strike: is missing",)),
    Wrong(
        "comps", ', metric = "EBITDA 2015E"', "", ("multiples[1].metric", "is missing: name of the company's figure")
    ),
    Wrong("comps", '{ name = "P/E 2015E"', '{ name = "EV/EBITDA 2015E"', ("is already the name of number 1",)),
    # numbers, texts, dates
    Wrong("comps", "net_debt = 218", 'net_debt = "218"', ("capital.net_debt: '218'", "without quotes: 218")),
    Wrong("comps", "net_debt = 218", 'net_debt = "1,218"', ("capital.net_debt: '1,218'", "without quotes: 1218")),
    Wrong("comps", "net_debt = 218", "net_debt = 1,218", ("line 18", "net_debt = 1,218", "without commas: 1218")),
    Wrong("comps", "net_debt = 218", "net_debt = 218,5", ("line 18", "net_debt = 218,5", "with a point: 12.5")),
    Wrong("comps", "net_debt = 218", 'net_debt = "218,5 USD m"', ("capital.net_debt: '218,5 USD m'",)),
    Wrong("comps", "net_debt = 218", "net_debt = 218 USD m", ("line 18", "an amount with its unit stands in quotes")),
    Wrong("comps", "net_debt = 218", "net_debt = ", ("line 18", "a value is missing after the sign =")),
    Wrong("comps", "net_debt = 218", "net_debt = 218\nnet_debt = 219", ("line 19", "net_debt = 219")),
    Wrong("comps", 'name = "Pike"', "name = Pike", ("line 4", "name = Pike", "a text stands in quotes")),
    Wrong("comps", 'name = "Pike"', "name = “Pike”", ("line 4", "quotes are straight")),
    Wrong("comps", 'name = "Pike"', 'name = "Pi\\tke"', ("company.name: 'Pi\\tke': expected one line of text",)),
    Wrong("sotp", "as_of = 2018-06-30", "as_of = 30.06.2018", ("line 5", "a date is written 2018-06-30")),
    Wrong("sotp", "as_of = 2018-06-30", 'as_of = "2018-06-30"', ("company.as_of", "expected a date without quotes")),
    Wrong("sotp", 'as_of = "2017"', "", ("parts[1].metric (Phones): 806 has no date", "[defaults]")),
    Wrong("sotp", 'source = "Chinese business press, June 2018"', "", ("806 has no source: give it here",)),
    Wrong("dcf", "tax_rate = 0.25", "tax_rate = 25", ("dcf.tax_rate: 25.0 in share", "25 % is 0.25")),
    Wrong("dcf", "tax_rate = 0.25", 'tax_rate = "25 percent"', ("dcf.tax_rate: '25 percent'", "write '25%'")),
    Wrong("dcf", "tax_rate = 0.25", "tax_rate = 25%", ("tax_rate = 25%", 'stands in quotes, "12.5%"')),
    Wrong("dcf", "tax_rate = 0.25", 'tax_rate = { value = 25, unit = "%" }', ("'%': write a fraction",)),
    Wrong("comps", EBITDA, '"EBITDA 2015E" = "n/a"', ("metrics.'EBITDA 2015E': 'n/a' is neither",)),
    Wrong("comps", EBITDA, '"EBITDA 2015E" = true', ("metrics.'EBITDA 2015E': true: expected any figure",)),
    Wrong("comps", EBITDA, '"EBITDA 2015E" = [85.17]', ("metrics.'EBITDA 2015E': [85.17]: expected any figure",)),
    Wrong("comps", EBITDA, '"EBITDA 2015E" = "?"', ("metrics.'EBITDA 2015E': is not filled in yet",)),
    Wrong("sotp", "metric = 806", "metric = 1e308", ("1e+308 in 亿元: is too large for a number",)),
    Wrong("dcf", "growth = [0.10", 'growth = ["ten"', ("dcf.growth[1]: 'ten' is not a figure",)),
    # units and currencies
    Wrong("comps", 'unit = "USD m"\n', "", ("company.unit: is missing", "such as `USD m`")),
    Wrong("comps", 'unit = "USD m"', 'unit = "EUR m"', ("company.display_unit: 'EUR m': expected a unit of USD",)),
    Wrong("comps", 'currency = "USD"', 'currency = "US dollars"', ("company.currency: 'US dollars'", "three capitals")),
    Wrong("comps", 'currency = "USD"', 'currency = "XYZ"', ("company.currency: 'XYZ' is not a currency",)),
    Wrong("comps", PRICE, 'price = "212p"', ("capital.price: 'GBP per share' is in GBP", "such as GBPUSD")),
    Wrong("dcf", '"12 EUR per share"', '"12 JPY per share"', ("options[1].strike: 'JPY per share'", "JPYEUR")),
    Wrong("nav", "USDHKD = 7.837", "", ("parts[1].price (Tencent): 'HKD per share' is in HKD", "HKDUSD")),
    Wrong("nav", "USDHKD = 7.837", "USDHK = 7.837", ("fx.USDHK: 'USDHK': expected two currencies in six capitals",)),
    Wrong("nav", "USDHKD = 7.837", "USDHKD = 0", ("fx.USDHKD: 0.0 in HKD per USD: an exchange rate is above 0",)),
    Wrong("comps", SHARES, 'shares = "32 USD m"', ("capital.shares: '32 USD m' is in `USD m`: expected a number of",)),
    Wrong("comps", SHARES, "shares = 32", ("capital.shares: 32 counts single shares: write '32m shares'",)),
    Wrong("comps", SHARES, 'shares = "-32m shares"', ("capital.shares: -32.0 in m shares", "cannot be negative")),
    Wrong("comps", SHARES, 'shares = "0 shares"', ("capital.shares: is 0: expected a number above 0",)),
    Wrong("comps", PRICE, 'price = "-10.13 USD per share"', ("capital.price: '-10.13 USD per share'", "not negative")),
    Wrong("comps", PRICE, "price = 0", ("capital.price: is 0: expected a number above 0",)),
    Wrong("comps", PRICE, 'price = "10.13"', ("capital.price: '10.13' is neither", "without quotes: 10.13")),
    Wrong("comps", PRICE, "ads_ratio = 5", ("capital.ads_ratio: expected a price",)),
    Wrong(
        "comps", PRICE, 'price = "20.2 USD per ADS"', ("capital.ads_ratio: is missing: how many ordinary shares one",)
    ),
    Wrong("comps", 'unit = "USD m"', 'unit = "USD m"\nyear_end = 13', ("company.year_end: 13: expected at most 12",)),
    # what must fit together
    Wrong("group", "stake = 0.5", "stake = 50", ("parts[5].stake (Steel joint venture): 50.0", "50 % is 0.5")),
    Wrong("group", "discount = 0.10\n", "discount = 10\n", ("segments.discount: 10.0", "10 % is 0.1")),
    Wrong("group", "segments = 1", "segments = 0", ("conclusion.weights: are all 0",)),
    Wrong(
        "group", "segments = 1", "segments = -1", ("conclusion.weights.segments: -1: expected a weight, not negative",)
    ),
    Wrong("dcf", "terminal_growth = 0.03", "terminal_growth = 0.2", ("0.2 is not below the cost of capital, 0.0799",)),
    Wrong(
        "dcf", "terminal_growth = 0.03\n", "", ("neither is given: expected either terminal_growth or exit_multiple",)
    ),
    Wrong("dcf", "tax_rate = 0.25", "tax_rate = [0.25, 0.25]", ("dcf.tax_rate: 2 years: expected one number, or 5",)),
    Wrong("dcf", GROWTHS, "growth = []", ("dcf.years: is missing",)),
    Wrong("comps", "net_debt = 218\n", "", ("multiples[1].of", "without a bridge", "with net_debt, or debt and cash")),
    Wrong("comps", 'of = "enterprise"', 'of = "EV"', ("multiples[1].of", "'EV': expected 'enterprise' or 'equity'")),
    Wrong(
        "comps", 'of = "enterprise"', 'of = "equity"', ("'equity', but 'EV/EBITDA 2015E' is a multiple of enterprise",)
    ),
    Wrong("comps", 'low = "q1"', 'low = "quartile"', ("comparables.low: 'quartile': expected 'mean'",)),
    Wrong("sotp", "low = 0.5", "low = 5.0", ("parts[1].low (Phones)", "is 5: expected at most the base, 2")),
    # the table's file
    Wrong("comps", TABLE, "nope.csv", ("comparables.table: ", "nope.csv cannot be read: No such file")),
    Wrong("comps", TABLE, ".", ("comparables.table", "is a folder: expected a file")),
    Wrong("comps", TABLE, "peers.pdf", ("comparables.table: peers.pdf: expected .xlsx",)),
    Wrong("comps", f'table = "{TABLE}"', "table = 5", ("comparables.table: 5: expected a text, in quotes",)),
)

TABLES: Final = {
    "another heading": (
        CSV.replace("P/E", "PER"),
        ("cell D1: 'PER 2015E' is not a known heading; did you mean P/E 2015E?",),
    ),
    "no column of names": (
        CSV.replace("Peer,", "X,"),
        ("no row of headings was found: expected one that begins with",),
    ),
    "a heading twice": (
        CSV.replace("Tier", "P/E 2015E", 1),
        ("cell D1: 'P/E 2015E' stands in an earlier heading too",),
    ),
    "a blank cell": (CSV.replace(",5.0x", ","), ("cell C2: is blank: expected a number, or NM",)),
    "a row too short": (CSV.replace("5.8x,10.3x", "5.8x"), ("cell D3: is blank: expected a number, or NM",)),
    "a row too long": (CSV.replace("10.3x", "10.3x,99"), ("cell E3: '99' stands under no heading",)),
    "a word": (CSV.replace(",5.0x", ",high"), ("cell C2: 'high' is not an amount",)),
    "an error": (CSV.replace(",5.0x", ",#N/A"), ("cell C2: '#N/A' is an error of a spreadsheet", "or n/a where")),
    "a percentage": (CSV.replace(",5.0x", ",5.0%"), ("cell C2: '5.0%' is in `rate`: expected a multiple",)),
    "money": (CSV.replace(",5.0x", ",5 USD m"), ("cell C2: '5 USD m' is in `USD m`: expected a multiple",)),
    "not a number": (CSV.replace(",5.0x", ",nan"), ("cell C2: 'nan' is not an amount",)),
    "a heading for a name": (CSV.replace("Peer B", "公司"), ("peers[2].name (公司): '公司' is a heading",)),
    "a peer twice": (CSV.replace("Peer B", "Peer A"), ("peers[2].name (Peer A): 'Peer A' is already the name",)),
    "no rows": (CSV.splitlines()[0], (f"{TABLE}: no row stands below the headings",)),
    "nothing": ("", ("no row of headings was found",)),
}
BYTES: Final = {
    "binary": (b"\x00\x01\x02PK", f"{TABLE} holds binary data, no text"),
    "an unclear encoding": (CSV.replace("Peer A", "腾讯").encode("gbk"), "save it as CSV UTF-8"),
}


def written(folder: Path, case: str, old: str = "", new: str = "", table: bytes = b"") -> Path:
    text = (EXAMPLES / f"{case}_small.toml").read_text(encoding="utf-8")
    assert old in text
    path = folder / "case.toml"
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    (folder / TABLE).write_bytes(table or CSV.encode())
    return path


def refused(path: Path) -> str:
    """What both commands tell; neither prints a value or writes a file."""
    out = path.with_suffix(".xlsx")
    valued = CliRunner().invoke(app, ["value", str(path)])
    built = CliRunner().invoke(app, ["build", str(path), "-o", str(out)])
    assert (valued.exit_code, built.exit_code) == (2, 2), valued.stdout + built.stdout
    assert valued.stdout == built.stdout == ""
    assert not out.exists()
    assert valued.stderr == built.stderr
    assert "Traceback" not in valued.stderr
    assert "'?' is not a figure" not in valued.stderr
    return valued.stderr


@pytest.mark.parametrize("wrong", FILES, ids=lambda wrong: f"{wrong.case}: {wrong.new or 'without ' + wrong.old}"[:60])
def test_a_case_is_refused_with_place_text_and_hint(wrong: Wrong, tmp_path: Path) -> None:
    told = refused(written(tmp_path, wrong.case, wrong.old, wrong.new))
    assert [part for part in wrong.told if part not in told] == [], told


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_refused_with_file_cell_and_text(name: str, tmp_path: Path) -> None:
    table, wanted = TABLES[name]
    told = refused(written(tmp_path, "comps", table=table.encode() or b"\n"))
    assert TABLE in told or "comparables.peers" in told
    assert [part for part in wanted if part not in told] == [], told


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_cannot_be_read_is_reported(name: str, tmp_path: Path) -> None:
    data, wanted = BYTES[name]
    assert wanted in refused(written(tmp_path, "comps", table=data))


@pytest.mark.parametrize(
    "table",
    [
        "\ufeff" + CSV,
        CSV.replace(",", ";"),
        CSV.replace(",", ";").replace(".", ","),
        CSV.replace(",", "\t"),
        CSV.replace("\n", "\r\n"),
        CSV + "Median,,7.0x,14.5x\n平均值,,6.6,13.9\n",
        CSV.replace("7.3x", "7.3倍").replace("7.2x", '"7.2"'),
        CSV.replace("NM,NM", "n.m.,亏损"),
        CSV.replace("NM,NM", "(5.0x),-3x"),  # of a loss: not averaged
    ],
    ids=["BOM", "semicolons", "decimal commas", "tabs", "CRLF", "statistics", "倍 and quotes", "n.m.", "losses"],
)
def test_a_table_in_another_format_gives_the_same_case(table: str, tmp_path: Path) -> None:
    values = []
    for number, text in enumerate((CSV, table)):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = CliRunner().invoke(app, ["value", str(written(folder, "comps", table=text.encode())), "--json"])
        assert done.exit_code == 0, done.output
        values.append(done.stdout)
    assert values[0] == values[1]


def test_an_empty_file_gets_a_hint_how_a_case_begins(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text("", encoding="utf-8")
    told = refused(path)
    assert "title: is missing" in told
    assert "company: is missing: [company] with name, as_of, currency and unit" in told
