"""Reconciliation: every published figure beside the one recomputed here, and why they differ."""

import numpy as np

from valuation.catalogue import entry
from valuation.reconcile import reconcile
from workbooks.case import Case, Line
from workbooks.quantity import shown_unit
from workbooks.spec import Argument, Call, Check, Column, Content, Formula, Link, Reference, Sheet, Table, Values, Word
from workbooks.workings.money import figure

AGREES, DIFFERS = "agrees", "does not foot"


def sheet(case: Case) -> Sheet | None:
    """The Reconciliation sheet."""
    lines = case.reconciliation
    if not lines:
        return None
    published = [case.figures[line.published] for line in lines]
    units = [given.unit for given in published]
    difference = Formula("{published}-{recomputed}", lambda v: v("published") - v("recomputed"))
    relative = Formula("{difference}/{recomputed}", lambda v: v("difference") / v("recomputed"))
    table = Table(
        "lines",
        "Published and recomputed",
        rows=len(lines),
        columns=(
            Column("label", "Published figure", cells=[given.label for given in published], width=52),
            Column("as_of", "As of", cells=[given.as_of for given in published], width=13),
            Column("shown_unit", "Unit", cells=[shown_unit(unit) for unit in units], width=15),
            Column(
                "published",
                "Published",
                cells=[Link(figure(line.published)) for line in lines],
                units=units,
                precise=True,
                width=14,
            ),
            Column(
                "recomputed",
                "Recomputed",
                cells=[_recomputed(line) for line in lines],
                units=units,
                keys=[f"recomputed.{line.published}" for line in lines],
                precise=True,
                width=14,
            ),
            Column("difference", "Difference", difference, units=units, precise=True, width=14),
            Column("relative", "Difference", relative, units=["rate"] * len(lines), width=11),
            Column("verdict", "Verdict", _verdict(), units=["status"] * len(lines), width=14),
            Column(
                "explanation", "Explanation", cells=[line.explanation or None for line in lines], width=80, wrap=True
            ),
        ),
    )
    agreed = Formula(
        f'COUNTIF({{lines.verdict}},"{DIFFERS}")=0',
        lambda v: bool((np.asarray(v("lines.verdict"), object) != DIFFERS).all()),
    )
    return Sheet(
        "reconciliation",
        "Reconciliation",
        "Reconciliation",
        "Do the published figures follow from their own inputs? Each is recomputed, and a difference is explained.",
        (table,),
        checks=(
            Check("published_agree", "All published figures agree with their inputs", agreed, "warn", "lines.verdict"),
        ),
        tab="checks",
    )


def _recomputed(line: Line) -> Content:
    if line.result:
        return Link(line.result)
    method = entry(line.method)
    kinds = {parameter.name: parameter.kind.shape for parameter in method.parameters}
    return Call(method.function, {name: _argument(a, kinds[name]) for name, a in line.arguments.items()})


def _argument(given: str | float | tuple[str | float, ...], shape: str) -> Argument:
    match given:
        case tuple():
            return tuple(_reference(element) for element in given)
        case str() if shape in ("text", "choice"):
            return Word(given)
        case _:
            return _reference(given)


def _reference(given: str | float) -> Reference | float:
    if isinstance(given, str):
        return given if "." in given else figure(given)
    return given


def _verdict() -> Formula:
    def verdict(value: Values) -> object:
        words = reconcile(value("published"), value("recomputed"), value("inputs.tolerance"))
        return np.where(np.asarray(words, object) == AGREES, AGREES, DIFFERS)

    return Formula(f'IF(ABS({{difference}})<={{inputs.tolerance}}*ABS({{published}}),"{AGREES}","{DIFFERS}")', verdict)
