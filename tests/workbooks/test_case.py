"""Records of a case: frozen, strict, and every field that names a figure says what the figure must be."""

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from company_cases import COHORTS, case_of
from workbooks.case.editor_schema import schema
from workbooks.case.inline import lowered
from workbooks.case.lines import RESULTS
from workbooks.case.model import Case, Figure
from workbooks.case.reading import bundled, bundled_names
from workbooks.declarations.sheet import Fields
from workbooks.sheets.contents import sheets


def sections() -> Iterator[tuple[str, str, Any]]:
    """Every field of every record, as the schema has it."""
    for name, record in {"Case": schema(), **schema()["$defs"]}.items():
        for key, field in record["properties"].items():
            yield name, key, field


def test_every_id_says_what_figure_it_stands_for() -> None:
    kinds = ["number", "string", "object"]
    named = {(name, key): field for name, key, field in sections() if field.get("items", field).get("type") == kinds}
    assert len(named) > 100
    words = {
        at: field.get("items", field).get("description", field.get("description", "")) for at, field in named.items()
    }
    assert {at for at, text in words.items() if not text} == set()


@pytest.mark.parametrize("name", bundled_names())
def test_references_are_all_the_ids_of_a_case(name: str) -> None:
    case = bundled(name)
    # Every text outside of the figures that is the id of one, found without looking at any type.
    data = case.model_dump(exclude={"figures", "sources", "title"})
    for line in data["reconciliation"]:
        del line["arguments"]
    texts = [text for text in _texts(data) if text in case.figures]
    named = [reference.name for reference in lowered(case.model_dump()).references if reference.name]
    assert sorted(named) == sorted(texts)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for item in node.values():
            yield from _texts(item)
    elif isinstance(node, tuple):
        for item in node:
            yield from _texts(item)


def test_results_that_a_line_may_refer_to_are_on_the_sheets() -> None:
    fields = {
        f"{sheet.id}.{field.id}"
        for case in (*map(bundled, bundled_names()), case_of(tomllib.loads(COHORTS)))
        for sheet in sheets(case)
        for block in sheet.blocks
        if isinstance(block, Fields)
        for field in block.fields
    }
    assert {f"{section}.{result}" for section, results in RESULTS.items() for result in results} <= fields
    assert RESULTS.keys() <= Case.model_fields.keys()


@pytest.mark.parametrize("name", bundled_names())
def test_a_case_survives_json(name: str) -> None:
    case = bundled(name)
    assert Case.model_validate_json(case.model_dump_json()) == case


def test_records_are_frozen_and_strict() -> None:
    right = {"label": "Revenue", "value": 1, "unit": "CNY", "as_of": "2020", "source": "report"}
    figure = Figure.model_validate(right)
    assert type(figure.value) is float
    with pytest.raises(ValidationError, match="frozen"):
        figure.value = 2.0
    for wrong in ({"value": "1"}, {"value": True}, {"value": float("nan")}, {"units": "CNY"}, {"label": " "}):
        with pytest.raises(ValidationError):
            Figure.model_validate(right | wrong)


def test_a_role_tells_editors_what_belongs_there() -> None:
    assert "a growth rate" in json.dumps(schema()["$defs"]["Scenario"]["properties"]["growth"])


def test_every_record_of_a_case_is_closed() -> None:
    closed = [record["additionalProperties"] for record in (schema(), *schema()["$defs"].values())]
    assert closed == [False] * len(closed)
