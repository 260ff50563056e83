"""Money in a screen: enterprise or equity value, per share or in total, in the currency of accounts or listing."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from addin.commands.app import app
from universe_tables import DCF, MULTIPLES, row, screened, universe
from workbooks.screening.company_case import write_company_case
from workbooks.screening.spec import SpecError

FX: Final = '\n[fx]\ncurrency = "GBP"\nrates = { USD = 0.8, HKD = 0.1, ZAR = 0.04 }\n'
RATES: Final = {"GBP": 1.0, "GBp": 1.0, "USD": 0.8, "HKD": 0.1, "ZAR": 0.04, "ZAc": 0.04}
IN_MONEY: Final = ("revenue", "ebitda", "net_income", "net_debt")
VALUES: Final = [f"{method} {end}" for method in ("EV/EBITDA", "P/E") for end in ("low", "base", "high", "per share")]


def with_table(spec: str, *keys: str) -> str:
    return spec.replace('name = "name"\n', 'name = "name"\n' + "".join(f"{key}\n" for key in keys))


def per_share(spec: str) -> str:
    return spec.replace('of = "equity"\nmetric = "net_income"', 'of = "share"\nmetric = "eps"')


def numbers(table: pl.DataFrame, names: list[str]) -> Any:  # noqa: ANN401 - an array
    return table.select(names).to_numpy()


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ('net_debt = "net_debt"', "[capital] net_debt is between the two"),
        ('debt = "net_debt"\ncash = 0.0\npensions = 5.0', "[capital] debt, cash, pensions are between the two"),
    ],
)
def test_what_a_multiple_is_of_is_said_where_there_are_claims(claims: str, message: str, tmp_path: Path) -> None:
    spec = MULTIPLES.replace('net_debt = "net_debt"', claims).replace('of = "equity"\n', "")
    with pytest.raises(SpecError) as caught:
        screened(tmp_path, universe(5), spec)
    assert "methods P/E: say of =" in str(caught.value)
    assert message in str(caught.value)


def test_what_a_function_gives_is_said(tmp_path: Path) -> None:
    spec = MULTIPLES + DCF.replace('of = "enterprise"\n', "").replace("[simulation]\ndraws = 200\nseed = 5\n", "")
    with pytest.raises(SpecError, match="methods DCF: say what DRIVER_DCF gives"):
        screened(tmp_path, universe(5), spec)


def test_a_multiple_needs_no_of_without_claims(tmp_path: Path) -> None:
    both = MULTIPLES.split("[[methods]]")
    spec = both[0].replace('net_debt = "net_debt"\n', "") + "[[methods]]" + both[2].replace('of = "equity"\n', "")
    assert screened(tmp_path, universe(50), spec)["P/E base"].null_count() < 50


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_a_multiple_of_earnings_per_share_is_that_of_earnings(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("share")
    table = universe(60, seed).with_columns(eps=pl.col("net_income") / pl.col("shares"))
    uncertain = "uncertain = { metric = { share = 0.1 }, multiple = { peers = true } }\n"
    whole = MULTIPLES + uncertain + "[simulation]\ndraws = 50\n"
    of_equity = screened(folder, table, whole)
    of_share = screened(folder, table, per_share(whole))
    for name in of_equity.columns:
        if not name.startswith("P/E") or name in {"P/E reason", "P/E failed draws"}:
            continue
        expected, found = numbers(of_equity, [name]), numbers(of_share, [name])
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=name)


def test_a_value_per_share_needs_shares(tmp_path: Path) -> None:
    spec = per_share(MULTIPLES).replace('shares = "shares"\nprice = "price"', 'market_value = "price"')
    with pytest.raises(SpecError, match=r"methods P/E: a value per share needs capital\.shares"):
        screened(tmp_path, universe(5), spec)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_the_currency_of_accounts_and_of_prices_changes_no_value(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One universe in pounds, and the same with each company's accounts and price in a currency of its own."""
    folder = tmp_path_factory.mktemp("currencies")
    table = universe(40, data.draw(st.integers(0, 1000)))
    code = st.sampled_from(sorted(RATES))
    accounts, listing = (data.draw(st.lists(code, min_size=40, max_size=40)) for _ in range(2))
    rates = {"accounts": np.array([RATES[c] for c in accounts]), "listing": np.array([RATES[c] for c in listing])}
    cents = np.array([100.0 if c in {"GBp", "ZAc"} else 1.0 for c in listing])
    moved = table.with_columns(
        *(pl.Series(name, table[name].to_numpy() / rates["accounts"]) for name in IN_MONEY),
        pl.Series("price", table["price"].to_numpy() / rates["listing"] * cents),
        pl.Series("accounts", accounts),
        pl.Series("listing", listing),
    )
    near = MULTIPLES.replace(
        'by = ["industry"]', 'nearest = { columns = ["revenue", "growth"], count = 9, money = ["revenue"] }'
    )
    for spec in (MULTIPLES, near):
        expected = screened(folder, table, spec)
        found = screened(folder, moved, with_table(spec, 'currency = "accounts"', 'price_currency = "listing"') + FX)
        np.testing.assert_allclose(numbers(found, VALUES), numbers(expected, VALUES), rtol=1e-9, atol=1e-9)
        assert found["EV/EBITDA upside"].to_numpy() == pytest.approx(
            expected["EV/EBITDA upside"].to_numpy(), abs=1e-9, nan_ok=True
        )


@pytest.mark.parametrize(
    ("prices", "earnings"),
    [
        (["8", "800", "800", "800"], ["0.5", "50", "50", "50"]),
        (["£8", "800p", "£8", "800 p"], ["£0.5", "50p", "50p", "£0.5"]),
    ],
)
def test_pence_count_for_amounts_per_share_only(prices: list[str], earnings: list[str], tmp_path: Path) -> None:
    codes = ["GBP", "GBp", "GBX", "GBp"]
    table = pl.DataFrame(
        {"id": list("ABCD"), "name": list("ABCD"), "currency": codes, "eps": earnings, "price": prices}
    )
    table = table.with_columns(industry=pl.lit("x"), ebitda=10.0, net_debt=20.0, shares=10.0)
    # Each company: 10 shares at £8 and net debt of £20 are an enterprise value of £100, 10 × EBITDA; P/E 8 ÷ 0.5 = 16.
    found = screened(tmp_path, table, per_share(with_table(MULTIPLES, 'currency = "currency"')))
    assert found["EV/EBITDA base"].to_list() == [80.0] * 4
    assert found["P/E per share"].to_list() == [8.0] * 4
    assert found["P/E upside"].to_list() == [0.0] * 4


def test_a_price_in_an_unknown_currency_is_no_price(tmp_path: Path) -> None:
    table = universe(4).with_columns(
        accounts=pl.lit("USD"),
        listing=pl.Series(["USD", "USD", "GBP", "CHF"]),
        industry=pl.lit("x"),
        ebitda=pl.lit(5.0),
    )
    found = screened(tmp_path, table, with_table(MULTIPLES, 'currency = "accounts"', 'price_currency = "listing"') + FX)
    last = found.row(3, named=True)
    assert last["EV/EBITDA upside"] is None
    assert last["EV/EBITDA reason"] == "no upside: no exchange rate for CHF: give [fx.rates] CHF"
    assert found["EV/EBITDA base"].null_count() == 0
    with pytest.raises(SpecError, match=r"table.price_currency: needs \[fx\]"):
        screened(tmp_path, table, with_table(MULTIPLES, 'currency = "accounts"', 'price_currency = "listing"'))


def test_leases_are_debt(tmp_path: Path) -> None:
    table = universe(60).with_columns(leases=pl.col("revenue") * 0.1)
    added = screened(tmp_path, table.with_columns(net_debt=pl.col("net_debt") + pl.col("leases")))
    apart = screened(tmp_path, table, MULTIPLES.replace("[groups", 'leases = "leases"\n[groups'))
    np.testing.assert_allclose(numbers(apart, VALUES), numbers(added, VALUES), rtol=1e-12)
    with pytest.raises(SpecError, match=r"capital\.leases: are added to net_debt"):
        screened(tmp_path, table, MULTIPLES.replace('net_debt = "net_debt"', 'leases = "leases"'))


def test_a_size_that_is_no_money_is_not_converted(tmp_path: Path) -> None:
    table = universe(6).with_columns(
        accounts=pl.lit("HKD"), employees=pl.Series([90.0, 99.0, 100.0, 500.0, 999.0, 1000.0])
    )
    spec = with_table(MULTIPLES, 'currency = "accounts"') + FX
    sized = spec.replace('by = ["industry"]', 'size = { column = "employees", edges = [100.0, 1000.0] }')
    with pytest.raises(SpecError, match=r"groups.industry.size: say whether 'employees' is money"):
        screened(tmp_path, table, sized)
    found = screened(tmp_path, table, sized.replace("1000.0]", "1000.0], money = false"))
    assert found["group industry"].to_list() == ["< 100", "< 100", *["100 – 1,000"] * 3, "≥ 1,000"]
    known = spec.replace('by = ["industry"]', 'size = { column = "ebitda", edges = [10.0] }')
    expected = ["< 10" if value * 0.1 < 10 else "≥ 10" for value in table["ebitda"].to_list()]
    assert screened(tmp_path, table, known)["group industry"].to_list() == expected


def test_a_zero_needs_no_unit(tmp_path: Path) -> None:
    table = universe(3).with_columns(net_debt=pl.Series(["20m", "0", "0.0"]), industry=pl.lit("x"), ebitda=pl.lit(1e6))
    table = table.with_columns(price=pl.lit(1e6), shares=pl.lit(10.0))
    # Enterprise values of 30m, 10m and 10m: the median is 10 × EBITDA, so A is worth less than its debt.
    found = screened(tmp_path, table)
    assert found["EV/EBITDA base"].to_list() == [-10e6, 10e6, 10e6]


def test_a_workbook_has_no_value_that_the_screen_refuses(tmp_path: Path) -> None:
    table = universe(30).with_columns(industry=pl.lit("x"), currency=pl.lit("USD"))
    table = table.with_columns(pensions=pl.Series([None, *[1.0] * 29]), ebitda=pl.lit(50.0), net_income=pl.lit(9.0))
    spec = with_table(MULTIPLES, 'currency = "currency"').replace("[groups", 'pensions = "pensions"\n[groups')
    first = row(screened(tmp_path, table, spec), "C00000")
    assert first["EV/EBITDA reason"] == "pensions is blank"
    made = write_company_case(tmp_path / "spec.toml", "C00000", tmp_path)
    assert made.left_out == ("EV/EBITDA: pensions is blank",)
    assert "EV/EBITDA" not in made.path.read_text("utf-8")
    assert write_company_case(tmp_path / "spec.toml", "C00001", tmp_path).left_out == ()
    done = CliRunner().invoke(
        app, ["build", "--from", str(tmp_path / "spec.toml"), "--company", "C00000", "-o", str(tmp_path / "c.xlsx")]
    )
    assert done.exit_code == 0, done.output
    assert done.output.endswith("left out: EV/EBITDA: pensions is blank\n")
