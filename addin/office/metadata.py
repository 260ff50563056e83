"""Descriptions of the functions for Excel (`functions.json`) and for the pane, in English and Chinese."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

from addin.describe import left_out, takes
from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.examples import example, formula
from workbooks.languages.language import CHINESE, language

LANGUAGES: Final = ("en", "zh")
HELP: Final = {"en": "{means} ({notes})", "zh": "{means}（{notes}）"}
DEFAULT: Final = {"en": "{} if left out", "zh": "省略时为{}"}
BETWEEN: Final = {"en": "; ", "zh": "；"}


def metadata(origin: str, lang: str) -> dict[str, Any]:
    """Description of all functions as Excel reads it.

    Parameters
    ----------
    origin : str
        Where the server is reached; a function's help is a page there.
    lang : str
        en or zh.

    Returns
    -------
    dict
        What `functions.json` holds. Every argument takes a range of anything, so that blanks, texts and errors in it
        reach the function as they are.

    Examples
    --------
    >>> metadata("https://localhost:8765", "en")["functions"][0]["name"]
    'MULTIPLE'
    """
    return {
        "allowCustomDataForDataTypeAny": True,
        "allowErrorForDataTypeAny": True,
        "functions": [_function(entry, origin, lang) for entry in CATALOGUE.values()],
    }


def _function(entry: Entry, origin: str, lang: str) -> dict[str, Any]:
    return {
        "id": entry.excel_name,
        "name": entry.excel_name,
        "description": summary(entry, lang),
        "helpUrl": f"{origin}/pane.html?lang={lang}#{entry.excel_name}",
        "options": {"cancelable": True, "requiresAddress": True},
        "parameters": [
            {
                "name": parameter.name,
                "description": argument_help(entry, parameter, lang),
                "type": "any",
                "dimensionality": "matrix",
            }
            | ({} if parameter.required else {"optional": True})
            for parameter in entry.parameters
        ],
        "result": {"type": "any", "dimensionality": "matrix"},
    }


def summary(entry: Entry, lang: str) -> str:
    """Result of a function, in a sentence."""
    return language(lang).text(entry.summary, "functions")


def meaning(entry: Entry, parameter: Parameter, lang: str) -> str:
    """Meaning of an argument; in English if there is no translation."""
    text = entry.argument_docs[parameter.name]
    return translations()["arguments"].get(text, text) if lang == CHINESE else text


def unit(parameter: Parameter, lang: str) -> str:
    """Kind of values that an argument takes, in a few words."""
    text = takes(parameter.kind)
    return translations()["kinds"].get(text, text) if lang == CHINESE else text


def argument_help(entry: Entry, parameter: Parameter, lang: str) -> str:
    """Help for an argument in Excel: meaning, unit and default.

    Examples
    --------
    >>> entry = CATALOGUE["segment_value"]
    >>> argument_help(entry, entry.parameters[2], "en")
    'Share of the part that the company owns. (fraction; 1 if left out)'
    >>> argument_help(entry, entry.parameters[2], "zh")
    '公司对该分部的持股比例。（小数；省略时为1）'
    """
    default = left_out(parameter)
    notes = [unit(parameter, lang)] + ([DEFAULT[lang].format(default)] if default else [])
    return HELP[lang].format(means=meaning(entry, parameter, lang), notes=BETWEEN[lang].join(notes))


@cache
def translations() -> dict[str, dict[str, str]]:
    """Chinese texts of the arguments: `arguments` by their meaning, `kinds` by what they take."""
    return tomllib.loads((resources.files("addin") / "office" / "arguments_zh.toml").read_text("utf-8"))


def catalogue(lang: str) -> list[dict[str, Any]]:
    """Descriptions of all functions for the pane."""
    subjects = language(lang)
    return [
        {
            "name": entry.excel_name,
            "subject": subjects.text(entry.subject),
            "summary": summary(entry, lang),
            "about": (entry.doc.long_description or "").strip() if lang != CHINESE else "",
            "formula": formula(entry),
            "example": example(entry),
            "arguments": [
                {
                    "name": parameter.name,
                    "means": meaning(entry, parameter, lang),
                    "takes": unit(parameter, lang),
                    "leftOut": left_out(parameter),
                    "required": parameter.required,
                    "shape": parameter.kind.shape,
                    "choices": list(parameter.kind.choices),
                    "orNumber": parameter.kind.or_number,
                }
                for parameter in entry.parameters
            ],
        }
        for entry in CATALOGUE.values()
    ]
