"""The example cases as data that tests change, and what a case gives by its methods.

raw = example("dcf")                              # the tables of dcf_small.toml
raw["capital"]["debt"] = 600
valued(case_of(raw))["dcf"]["equity"]["base"]     # as `steelyard value --json` prints it
"""

import tomllib
from pathlib import Path
from typing import Any, Final, TypeAlias

from workbooks.case.checks import read
from workbooks.case.model import Case
from workbooks.case.shape import Problem, frozen
from workbooks.case.tables import with_tables
from workbooks.results import values

EXAMPLES: Final = Path(__file__).parent / "workbooks" / "examples"
NAMES: Final = ("sotp", "comps", "nav", "group", "dcf")

Raw: TypeAlias = dict[str, Any]
Valued: TypeAlias = dict[str, dict[str, dict[str, float]]]  # by method, kind of result, and low, base or high


def path(name: str) -> Path:
    return EXAMPLES / f"{name}_small.toml"


def example(name: str) -> Raw:
    """The tables of an example, for a test to change."""
    return tomllib.loads(path(name).read_text(encoding="utf-8"))


def case_of(raw: Raw) -> Case:
    """The case that tables make; the test fails with every problem where they make none."""
    case, problems = _read(raw)
    assert case is not None, problems
    assert problems == []
    return case


def problems_of(raw: Raw) -> str:
    """What is told of tables that make no case."""
    return "\n".join(map(str, _read(raw)[1]))


def _read(raw: Raw) -> tuple[Case | None, list[Problem]]:
    tables, unread = with_tables(frozen(raw), EXAMPLES)
    case, problems = read(tables)
    return case, [*unread, *problems]


def valued(case: Case) -> Valued:
    """The results of a case by the id of the method, and those of the conclusion."""
    found = values(case)
    by_method = {method["id"]: _kinds(method) for method in found["methods"]}
    return by_method | {"conclusion": _kinds(found["conclusion"])}


def _kinds(result: Raw) -> dict[str, dict[str, float]]:
    return {kind: ends for kind, ends in result.items() if kind not in {"id", "label"}}
