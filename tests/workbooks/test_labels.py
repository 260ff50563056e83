"""Labels on Inputs where a case gives none: readable in English, and in Chinese from the program's own dictionary."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from company_cases import case_of, example
from workbooks import languages
from workbooks.case.annotations import fields, inner, record_of, role_of
from workbooks.case.labels import TEMPLATES, label, parts
from workbooks.case.model import Case
from workbooks.case.shape import Location
from workbooks.case.value_checks import METHODS
from workbooks.languages.language import LABELS, language
from workbooks.sheets.inputs.sources import sources

CHINESE = language("zh")


def places(annotation: object, loc: Location) -> Iterator[Location]:
    """The place of every figure that a case may give in its sections, each list with one row."""
    for key in fields(annotation):
        yield from below(inner(annotation, key), (*loc, key))


def below(annotation: object, loc: Location) -> Iterator[Location]:
    item = inner(annotation, 0)
    if role_of(annotation):
        yield loc
    if item is not None:
        yield from below(item, (*loc, 0))
    if record_of(annotation):
        yield from places(annotation, loc)


PLACES = [loc for loc in places(Case, ()) if loc[0] not in {"figures", "reconciliation", "company", "fx"}]


@pytest.mark.parametrize(
    ("loc", "name", "expected", "chinese"),
    [
        (("dcf", "ebitda_margin", 1), "", "EBITDA margin 2", "EBITDA利润率2"),
        (("dcf", "wacc"), "", "WACC", "WACC"),
        (("capital", "options", 1, "strike"), "", "Options 2, strike", "期权2，行权价"),
        (
            ("comparables", "peers", 0, "enterprise_value"),
            "Alpha plc",
            "Alpha plc, enterprise value",
            "Alpha plc，企业价值",
        ),
        (("comparables", "peers", 0, "pe"), "Alpha", "Alpha, P/E", "Alpha，市盈率"),
        (("comparables", "peers", 0, "metrics", "EBITDA 2027E"), "B", "B, EBITDA 2027E", "B, EBITDA 2027E"),
        (("comparables", "peers", 0, "metrics", "net profit"), "B", "B, net profit", "B，净利润"),
        (("metrics", "revenue 2027E"), "", "Revenue 2027E", "Revenue 2027E"),
        (("conclusion", "weights", "dcf"), "", "Weight of the DCF", "现金流折现法的权重"),
        (("conclusion", "weights", "EV/EBITDA"), "", "Weight of EV/EBITDA", "EV/EBITDA的权重"),
        (("fx", "EURUSD"), "", "Exchange rate, USD per EUR", "汇率，美元/欧元"),
        (("scenarios", "cases", 0, "mix", 1), "Bull", "Bull, mix 2", "Bull，收入占比2"),
    ],
)
def test_labels_in_both_languages(loc: Location, name: str, expected: str, chinese: str) -> None:
    assert label(loc, name) == expected
    assert CHINESE.text(expected) == chinese


def test_the_metric_of_a_part_is_called_as_the_case_calls_it() -> None:
    assert label(("segments", "parts", 0, "metric"), "Phones", "Revenue") == "Phones, Revenue"
    assert label(("segments", "parts", 0, "metric"), "", "Revenue") == "Revenue"


@pytest.mark.parametrize("loc", PLACES, ids=lambda loc: ".".join(map(str, loc)))
def test_every_field_has_a_label_in_chinese(loc: Location) -> None:
    for name in ("", "某公司"):
        chinese = CHINESE.text(label(loc, name))
        assert not re.search("[a-z]", chinese), chinese  # abbreviations such as WACC stay


def test_no_label_is_translated_that_no_figure_has() -> None:
    dictionary = tomllib.loads((Path(languages.__file__).parent / "zh.toml").read_text("utf-8"))[LABELS]
    fields_and_rows = {parts(part).field for loc in PLACES for part in parts(label(loc))[:2]} - {""}
    weights = {label(("conclusion", "weights", method)).removeprefix("Weight of ") for method in METHODS}
    assert set(dictionary) == fields_and_rows | weights | {*TEMPLATES, ", "}


@pytest.mark.parametrize(
    ("unit", "chinese"),
    [("shares", "股"), ("users", "用户"), ("stakes", "项持股"), ("m shares", "百万股"), ("rate", "rate")],
)
def test_a_unit_is_no_label(unit: str, chinese: str) -> None:
    assert CHINESE.text(unit) == chinese


def test_a_case_translates_a_label_itself() -> None:
    assert language("zh", {"Growth 1": "首年增速"}).text("Growth 1") == "首年增速"
    assert language("zh", {"Alpha": "阿尔法"}).text("Alpha, enterprise value") == "阿尔法，企业价值"


@pytest.mark.parametrize(("publisher", "shown"), [("", "2025"), ("Example plc", "Example plc, 2025")])
def test_a_source_without_a_publisher_shows_its_date_alone(publisher: str, shown: str) -> None:
    case = case_of(example("dcf"))
    source = case.sources["source_1"].model_copy(update={"publisher": publisher})
    table = sources(case.model_copy(update={"sources": {"source_1": source}}), built=True)
    assert next(column for column in table.columns if column.id == "publisher").cells == [shown]
