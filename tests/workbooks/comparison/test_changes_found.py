"""Every change between two cases is found: all of them together give what the new case gives by itself."""

import copy
import datetime as dt
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from company_cases import COHORTS, EXAMPLES, NAMES, Raw, case_of, example, valued
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.comparison import why as explained
from workbooks.comparison.changes import ComparisonError
from workbooks.comparison.why import why
from workbooks.results import values

UNSEEN: Final = ("title", "sources", "reconciliation", "references", "zh")  # in no value
DRAWS: Final = 12
QUARTER: Final = dt.timedelta(91)


def by_hand() -> Raw:
    """The DCF of the examples, with a first year that is a part of a year."""
    raw = example("dcf")
    raw["company"]["as_of"] = dt.date(2025, 12, 31)
    raw["dcf"]["first_year_end"] = dt.date(2026, 12, 31)
    return raw


CASES: Final[dict[str, Callable[[], Raw]]] = {
    **{name: lambda name=name: example(name) for name in NAMES},  # type: ignore[misc]
    "cohorts": lambda: tomllib.loads(COHORTS),
    "part of a year": by_hand,
}


def paths(data: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each item of a case file."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


def edited(raw: Raw, path: tuple[Any, ...], draw: random.Random) -> Raw:
    """A case file with one number, date or choice changed, or one item removed."""
    made = copy.deepcopy(raw)
    *above, last = path
    table: Any = made
    for key in above:
        table = table[key]
    match table[last]:
        case bool(value):
            table[last] = not value
        case int(value) | float(value) if draw.random() < 0.8:
            table[last] = value * 1.1 if isinstance(value, float) else value + 1
        case dt.date() as value:
            table[last] = value - QUARTER
        case str(value) if re.match(r"\D{0,5}\d", value) and draw.random() < 0.8:
            table[last] = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), value, count=1)
        case _:
            del table[last]
    return made


def valid(raw: Raw) -> Case | None:
    try:
        case = case_of(raw)
        return case if values(case)["conclusion"] else None
    except Exception:  # noqa: BLE001 - most edits of a case file make no case
        return None


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_all_changes_together_give_the_new_case(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes of what `[company]` says were left out: the new value was that of the old date and the old price."""
    for states in ("QUICK_STATES", "GROUP_STATES", "SLOW_STATES"):
        monkeypatch.setattr(explained, states, 2)
    raw, draw = CASES[name](), random.Random(name)  # noqa: S311 - samples
    places = [path for path in paths(raw) if path[0] not in UNSEEN]
    tried = 0
    while tried < DRAWS:
        new = valid(edited(raw, draw.choice(places), draw))
        if new is None:
            continue
        tried += 1
        try:
            found = why(case_of(raw), new)
        except ComparisonError as refused:
            if "the units differ" in str(refused):
                continue
            raise
        own = values(new)
        rows = {row["id"]: row for row in own["methods"]} | {"conclusion": own["conclusion"]}
        for result in found["results"]:
            assert result["new"] == pytest.approx(rows[result["id"]][result["kind"]]["base"], rel=1e-9)


def test_a_later_valuation_date_is_a_change_by_hand() -> None:
    """Every flow comes a quarter nearer, and the first year has a quarter less of its flow."""
    old, new = by_hand(), by_hand()
    new["company"]["as_of"] = dt.date(2026, 3, 31)
    found = why(case_of(old), case_of(new))["results"][0]
    was, now = (valued(case_of(raw))["dcf"]["equity"]["base"] for raw in (old, new))
    assert was != now
    assert [group["group"] for group in found["groups"]] == ["dates"]
    [change] = found["groups"][0]["changes"]
    assert (change["label"], change["old"], change["new"]) == ("Valuation date", "2025-12-31", "2026-03-31")
    assert change["share"] == pytest.approx(now - was)


def test_a_date_that_no_value_depends_on_is_no_change() -> None:
    old, new = example("comps"), example("comps")
    new["company"]["as_of"] += QUARTER
    assert why(case_of(old), case_of(new))["changes"] == 0


def test_the_price_of_a_company_without_shares_changes_its_upside() -> None:
    """3,858.37 亿元 against 450 and 400 亿 USD at 6.375: 34.50 % and 51.31 %."""
    text = (EXAMPLES.parents[2] / "workbooks" / "cases" / "xiaomi_2018.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    raw["company"]["price"]["value"] = 400
    found = {(r["id"], r["kind"]): r for r in why(bundled("xiaomi_2018"), case_of(raw))["results"]}
    upside = found["conclusion", "upside"]
    assert [group["group"] for group in upside["groups"]] == ["price"]
    assert (upside["old"], upside["new"]) == pytest.approx((0.34496633, 0.51308713))
