"""What Excel is told of the functions, in English and in Chinese."""

import json
import re
from typing import Any, Final

import pytest

from addin.office.metadata import metadata, translations
from asgi import Client
from valuation.catalogue import CATALOGUE

CLIENT: Final = Client()
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def told(lang: str) -> list[Any]:
    path = "/functions.json" if lang == "en" else "/functions-zh.json"
    found: list[Any] = json.loads(CLIENT.get(path).body)["functions"]
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_lists_exactly_the_catalogue(lang: str) -> None:
    found = told(lang)
    assert [each["name"] for each in found] == [entry.excel_name for entry in CATALOGUE.values()]
    for each, entry in zip(found, CATALOGUE.values(), strict=True):
        assert each["id"] == each["name"]
        assert [one["name"] for one in each["parameters"]] == [parameter.name for parameter in entry.parameters]
        optional = [bool(one.get("optional")) for one in each["parameters"]]
        assert optional == [not parameter.required for parameter in entry.parameters]
        assert {one["type"] for one in each["parameters"]} <= {"any"}
        assert {one["dimensionality"] for one in each["parameters"]} <= {"matrix"}
        assert each["result"] == {"type": "any", "dimensionality": "matrix"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_and_texts_are_such_as_excel_takes(lang: str) -> None:
    for each in told(lang):
        assert re.fullmatch(r"[A-Z][A-Z0-9_.]{2,127}", each["name"])
        assert 0 < len(each["description"]) <= 255
        assert all(0 < len(one["description"]) <= 255 for one in each["parameters"])
        assert each["helpUrl"].startswith("http")


def test_every_function_is_described_in_chinese() -> None:
    assert [each["name"] for each in told("zh") if not CHINESE.search(each["description"])] == []


def test_every_argument_is_described_in_chinese_and_nothing_else() -> None:
    texts = {entry.argument_docs[parameter.name] for entry in CATALOGUE.values() for parameter in entry.parameters}
    assert translations()["arguments"].keys() == texts
    assert all(CHINESE.search(text) for text in translations()["arguments"].values())


def test_both_languages_describe_the_same_arguments() -> None:
    english, chinese = (metadata("https://a.example", lang)["functions"] for lang in ("en", "zh"))
    for left, right in zip(english, chinese, strict=True):
        assert [one["name"] for one in left["parameters"]] == [one["name"] for one in right["parameters"]]


def test_the_script_names_every_function_and_the_server() -> None:
    first = CLIENT.get("/functions.js").body.split(b"\n", 1)[0]
    server = json.loads(first.partition(b"=")[2].rstrip(b";"))
    assert server["names"] == [entry.excel_name for entry in CATALOGUE.values()]
    assert set(server["slow"]) <= set(server["names"])
