"""`steelyard convert`: numbers move to where they belong, and every figure and every result stays."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addin.commands import app as cli
from built import EVERY_CASE
from workbooks.build import workbook_bytes
from workbooks.case.conversion import converted, is_old
from workbooks.case.model import Case
from workbooks.case.reading import CaseError, bundled, parse
from workbooks.results import values

OLD = """\
title = "Acme"

[company]
name = "Acme"
as_of = 2025-12-31
currency = "CNY"
reporting_currency = "USD"
display_unit = "亿元"
reporting_unit = "亿 USD"
fx = "rate"

[sources.report]
title = "Annual report"
date = "2026"

[sources.ours]
title = "Our assumption"
date = "2026"

[figures]
rate = { label = "Exchange rate", value = 7, unit = "CNY per USD", as_of = "2025-12", source = "report" }

# Segments, in this group of figures.
phones = { label = "Phones, Revenue", value = 806, unit = "亿元", as_of = "2025", source = "report", note = "rounded" }
phones_ps = { label = "Phones, base", value = 2, unit = "×", as_of = "2025-12", source = "ours" }
services = { label = "Services, Revenue", value = 99, unit = "亿元", as_of = "2025", source = "report" }

# Shared.
peer_ps = { label = "The peer's P/S", value = 19, unit = "×", as_of = "2025-12", source = "ours" }
published = { label = "Published value", value = 1612, unit = "亿元", as_of = "2025", source = "report" }

[[segments.parts]]
name = "Phones"
metric = "phones"  # of last year
metric_name = "Revenue"
base = "phones_ps"
peer = "Makers"

[[segments.parts]]
name = "Services"
metric = "services"
metric_name = "Revenue"
base = "peer_ps"
high = "peer_ps"
peer = "Tencent"

[segments]
of = "equity"

[[reconciliation]]
published = "published"
method = "implied_value"
arguments = { metric = "phones", multiple = "phones_ps" }
explanation = "806 × 2."
"""


def numbers(case: Case, language: str) -> dict[str, Counter[float]]:
    """How often each number stands on each sheet."""
    book, _ = workbook_bytes(case, language)
    return {
        page.sheet.id: Counter(cell.content for cell in page.cells if isinstance(cell.content, float))
        for page in book.sheets
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_and_every_result_stays(language: str) -> None:
    old, new = parse(OLD, "old.toml"), parse(converted(OLD, "old.toml"), "new.toml")
    assert values(new) == values(old)
    assert Counter(str(f) for f in new.figures.values()) == Counter(str(f) for f in old.figures.values())
    assert numbers(new, language) == numbers(old, language)


def test_numbers_stand_where_they_belong() -> None:
    text = converted(OLD, "old.toml")
    data = tomllib.loads(text)
    assert not is_old(data)
    assert data["company"]["unit"] == "亿元"
    assert data["fx"] == {"USDCNY": {"value": 7, "label": "Exchange rate"}}
    assert set(data["figures"]) == {"peer_ps", "published"}
    phones, services = data["segments"]["parts"]
    assert phones["metric"] == {"value": 806, "note": "rounded"} | _less(phones["metric"])
    assert phones["base"]["value"] == 2
    assert services["base"] == services["high"] == "peer_ps"
    assert data["reconciliation"][0]["arguments"] == {
        "metric": "segments.phones.metric",
        "multiple": "segments.phones.base",
    }


def _less(given: dict[str, object]) -> dict[str, object]:
    """What a number says besides its value and its note: no more than its date and its source."""
    rest = {key: item for key, item in given.items() if key not in {"value", "note"}}
    assert set(rest) <= {"as_of", "source"}
    return rest


def test_comments_stay_but_over_figures_that_have_moved() -> None:
    text = converted(OLD, "old.toml")
    assert "# of last year" in text
    assert "# Shared." in text
    assert "in this group of figures" not in text


def test_converting_a_case_of_the_new_form_changes_nothing() -> None:
    once = converted(OLD, "old.toml")
    assert converted(once, "new.toml") == once


@pytest.mark.parametrize("name", EVERY_CASE)
def test_bundled_cases_have_the_new_form(name: str) -> None:
    file = Path(__file__).parents[2] / "workbooks" / "cases" / f"{name}.toml"
    text = file.read_text("utf-8")
    assert not is_old(tomllib.loads(text))
    again = parse(converted(text, file.name, file.parent), file.name, file.parent)
    assert values(again) == values(bundled(name))


def test_the_command_writes_the_file_and_the_hint_names_it(tmp_path: Path) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(OLD, "utf-8")
    told = CliRunner().invoke(cli.app, ["value", str(old), "--json"])
    assert f"`steelyard convert {old} -o NEW.toml`" in told.stderr
    built = CliRunner().invoke(cli.app, ["build", str(old), "-o", str(tmp_path / "old.xlsx")])
    assert built.exit_code == 0, built.output
    assert f"`steelyard convert {old} -o NEW.toml`" in built.stderr
    done = CliRunner().invoke(cli.app, ["convert", str(old), "-o", str(new)])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{new}: 4 numbers moved to their sections")
    again = CliRunner().invoke(cli.app, ["value", str(new), "--json"])
    assert (again.stdout, again.stderr) == (told.stdout, "")
    refused = CliRunner().invoke(cli.app, ["convert", str(old), "-o", str(new)])
    assert refused.exit_code == 2
    assert "--force replaces it" in refused.stderr


def test_a_case_with_a_mistake_is_refused() -> None:
    with pytest.raises(CaseError, match="is not a figure of this case"):
        converted(OLD.replace('metric = "services"', 'metric = "servces"'), "old.toml")
