"""Attributes the change of each result that both cases have to changes and groups of changes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.numerics.shapley import States, owen
from workbooks.case.model import Case
from workbooks.comparison.changes import FORMULAS, Change, ComparisonError, changed, changes, data_of, unused
from workbooks.comparison.states import TOLERANCE, Key, Mixtures, labels
from workbooks.sheets.method import CONCLUSION
from workbooks.sheets.methods import KINDS

QUICK_STATES: Final = 1024
GROUP_STATES: Final = 4096  # 12 groups
SLOW_STATES: Final = 128  # if every state needs a new case
AGREES: Final = 1e-9  # relative tolerance, the same as in a build
RULE: Final = (
    "Each share is the mean over all orders in which the changes could be made: first of the groups (Shapley values), "
    "then of the changes within each group (Owen values)"
)


def why(old: Case, new: Case) -> dict[str, Any]:
    """Contributions to the change of each result, as printed by `steelyard diff --json`.

    Amounts are in whole units of the currency. The shares of a result add up to its change.

    Raises
    ------
    ComparisonError
        If the cases cannot be compared, or no method has a value in both.
    """
    found = changes(old, new)
    # Figures of only one case are in every state; changes of sections determine whether they are used.
    data = data_of(old)
    data["figures"] = {**data_of(new)["figures"], **data["figures"]}
    data["sources"] = {**data_of(new)["sources"], **data["sources"]}
    data["reconciliation"] = ()  # its lines refer to results that a state in between may not have
    formulas = [change for change in found if change.group == FORMULAS]
    players = [change for change in found if change.group != FORMULAS]
    before = Mixtures(data, ())
    first = before.results(())
    base = changed(data, [edit for change in formulas for edit in change.edits])
    mixtures = Mixtures(base, players)
    last = mixtures.results([True] * len(players))
    _check(last, Mixtures(data_of(new), ()).results(()), labels(new))
    both = [key for key in last if key in first]
    if not both:
        message = "no method has a value in both cases"
        raise ComparisonError(message)
    said = labels(old) | labels(new)
    places: dict[Key, tuple[bool, int, int]] = {
        (name, kind): (name != CONCLUSION, n, m) for n, name in enumerate(said) for m, kind in enumerate(KINDS)
    }
    ordered = sorted(both, key=places.__getitem__)
    results = [_result(key, said[key[0]], first[key], last[key], formulas, mixtures) for key in ordered]
    rows = [row for result in results for group in result["groups"] for row in group["changes"]]
    moving = {row["label"] for row in rows if row.get("share") != 0}
    idle = [change for change in players if change.label not in moving] + unused(old, new)
    return {
        "company": new.company.name,
        "currency": new.company.currency,
        "old": old.company.as_of.isoformat(),
        "new": new.company.as_of.isoformat(),
        "rule": RULE,
        "changes": len(found),
        "results": results,
        "without_effect": [{"label": change.label, "old": change.old, "new": change.new} for change in idle],
        "only_in_old": sorted({said[key[0]] for key in first} - {said[key[0]] for key in last}),
        "only_in_new": sorted({said[key[0]] for key in last} - {said[key[0]] for key in first}),
    }


def _check(last: Mapping[Key, float], own: Mapping[Key, float], said: Mapping[str, str]) -> None:
    """Raise ComparisonError where the new case has a value that all changes together do not give."""
    for key, value in own.items():
        if not math.isclose(last.get(key, math.nan), value, rel_tol=AGREES, abs_tol=TOLERANCE):
            message = (
                f"{said[key[0]]}, {key[1].replace('_', ' ')}: all changes together give {last.get(key)!r}, the new "
                f"case {value!r}. Steelyard did not find a change between the two; please report it"
            )
            raise ComparisonError(message)


def foremost(found: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The result that is explained in full, the first that changed, and the others: of another price, the upside."""
    results = found["results"]
    moved = (result for result in results if abs(result["change"]) > TOLERANCE * abs(result["old"]))
    main = next(moved, results[0])
    return main, [result for result in results if result is not main]


def _result(
    key: Key, label: str, old: float, new: float, formulas: Sequence[Change], mixtures: Mixtures
) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    start = float(mixtures.values(key, np.zeros((1, len(mixtures.players)), np.bool_))[0])
    if formulas:
        rows = [{"label": change.label, "old": change.old, "new": change.new} for change in formulas]
        groups.append({"group": FORMULAS, "share": start - old, "error": 0.0, "changes": rows})
    touching = mixtures.touching(key)
    names = [*dict.fromkeys(mixtures.players[n].group for n in touching)]
    members = [[place for place, n in enumerate(touching) if mixtures.players[n].group == name] for name in names]

    def game(states: States) -> Floats:
        whole = np.zeros((len(states), len(mixtures.players)), np.bool_)
        whole[:, touching] = states
        return mixtures.values(key, whole)

    if touching:
        most, between = (QUICK_STATES, GROUP_STATES) if mixtures.is_quick else (SLOW_STATES, SLOW_STATES)
        parts = owen(game, members, most, between)
        for name, group in zip(names, members, strict=True):
            inside = [
                _row(mixtures.players[touching[n]], float(parts.shares[n]), float(parts.errors[n]))
                for n in sorted(group, key=lambda n: -abs(parts.shares[n]))
            ]
            error = 0.0 if parts.whole_groups else math.sqrt(math.fsum(row["error"] ** 2 for row in inside))
            share = math.fsum(row["share"] for row in inside)
            groups.append({"group": name, "share": share, "error": error, "changes": inside})
    ranked = sorted(groups, key=lambda group: (group["group"] != FORMULAS, -abs(group["share"])))
    return {"id": key[0], "label": label, "kind": key[1], "old": old, "new": new, "change": new - old, "groups": ranked}


def _row(change: Change, share: float, error: float) -> dict[str, Any]:
    return {"label": change.label, "old": change.old, "new": change.new, "share": share, "error": error}
