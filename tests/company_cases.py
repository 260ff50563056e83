"""The example cases as data that tests change, and what a case gives by its methods.

raw = example("dcf")                              # the tables of dcf_small.toml
raw["capital"]["debt"] = 600
valued(case_of(raw))["dcf"]["equity"]["base"]     # as `steelyard value --json` prints it
"""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, Final, TypeAlias

from workbooks.case.checks import read
from workbooks.case.model import Case
from workbooks.case.shape import Problem, frozen
from workbooks.case.tables import with_tables
from workbooks.declarations.trees import Reference
from workbooks.layout.core_values import Evaluation
from workbooks.layout.placing import Places
from workbooks.results import values
from workbooks.sheets import contents

EXAMPLES: Final = Path(__file__).parent / "workbooks" / "examples"
NAMES: Final = ("sotp", "comps", "nav", "group", "dcf")

Raw: TypeAlias = dict[str, Any]
Valued: TypeAlias = dict[str, dict[str, dict[str, float]]]  # by method, kind of result, and low, base or high

# A user base by cohorts, worked out by hand in test_cohorts.
COHORTS: Final = """
title = "A company by its subscribers"
[company]
name = "Example"
as_of = 2025-12-31
currency = "USD"
unit = "USD m"
[defaults]
source = "Made-up figures"
as_of = "2025"
[capital]
net_debt = 500
shares = "100m shares"
price = "20 USD per share"
[cohorts]
users = "10m users"
margin = 100
margin_growth = [0.05, 0.03]
retention = [0.90, 0.85]
new_users = ["2m users", "1m users"]
acquisition_cost = 120
overhead = 30
tax_rate = 0.25
discount_rate = 0.10
new_users_rate = 0.12
terminal_growth = 0.02
peers = [
  { name = "A", value = 4000, users = "8m users" },
  { name = "B", value = 9000, users = "30m users" },
  { name = "C", value = 5000, users = "12m users" },
]
"""

# A start-up with a SAFE and a note that convert in a round; worked out in test_cap_table.
HEAD: Final = """
title = "A start-up before its Series B"
[company]
name = "Example"
as_of = 2025-06-30
currency = "USD"
unit = "USD m"
[defaults]
source = "Made-up terms"
as_of = "2025-06"
"""
START_UP: Final = (
    HEAD
    + """
[cap_table]
pool_shares = "0.5m shares"
exits = [8, 20, 40, 80, 200]
classes = [
  { name = "Founders", shares = "6m shares" },
  { name = "Options granted", shares = "0.5m shares" },
  { name = "Series A", shares = "2.5m shares", invested = 5, participation = "capped", cap = 2, rank = 2 },
]
convertibles = [
  { name = "Angel SAFE", principal = 0.5, cap = 10 },
  { name = "Bridge note", principal = 1, rate = 0.08, years = 1.5, discount = 0.2, cap = 24 },
]
[cap_table.round]
name = "Series B"
pre_money = 30
raised = 10
pool = 0.10
"""
)


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


def cells(case: Case, *references: Reference) -> list[Any]:
    """Values of some cells of a case's workbook, computed by the core."""
    sheets, places = contents.sheets(case), Places()
    for sheet in sheets:
        places.place(sheet)
    evaluation = Evaluation(places)
    return [evaluation.of(reference) for reference in references]


def with_stub(raw: Raw) -> None:
    """Let the first year of the cash flows be half over."""
    raw["dcf"]["first_year_end"] = dt.date(2026, 6, 30)


def with_exit_multiple(raw: Raw) -> None:
    """End the cash flows with a multiple in place of growth for ever."""
    del raw["dcf"]["terminal_growth"]
    raw["dcf"]["exit_multiple"] = 9.0
