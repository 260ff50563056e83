"""Checks of Scenarios: the shares of each mix, and probabilities, sum to 100 %."""

from collections.abc import Iterator
from typing import Final

from workbooks.case.model import Case, Scenarios
from workbooks.declarations.excel_functions import ABS, AND, COLUMNS, SUM
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Check
from workbooks.declarations.trees import Expression
from workbooks.sheets.arithmetic import make_whole

MOST_SHARES: Final = 120  # named one by one in a formula of at most 8,191 characters


def checks(case: Case) -> Iterator[Check]:
    """The checks; that of the mixes where a scenario has one."""
    section, at = case.scenarios, "scenarios_of.probability"
    if section and any(each.mix for each in section.cases):
        whole = "The shares of each mix sum to 100%"
        yield Check("mixes_sum", whole, _mixes_whole(section), "fail", "scenarios_of.mix_1")
    yield Check("probabilities_sum", "Probabilities sum to 100%", make_whole(at), "fail", at)


def _mixes_whole(section: Scenarios) -> Expression:
    """Whether the shares of each scenario's mix sum to 1.

    Those of all together count the scenarios that are inserted, or are more than a formula has room for.
    """
    parts = range(1, len(section.parts) + 1)
    shares = [ref(f"scenarios_of.mix_{part}") for part in parts]
    mixed = [number for number, each in enumerate(section.cases, start=1) if each.mix]
    without = len(section.cases) - len(mixed)
    sums = [
        SUM(*(ref(f"scenarios_of.mix_{part}[{number}]") for part in parts))
        for number in mixed[: max(1, MOST_SHARES // len(parts))]
    ]
    tests = [ABS(each - 1) <= ref("inputs.rounding") for each in sums]
    if not without:
        tests.append(ABS(SUM(*shares) - COLUMNS(shares[0])) <= ref("inputs.rounding"))
    return AND(*tests)
