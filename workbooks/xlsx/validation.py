"""Data validation: allowed input of a cell, and the message of Excel for other input."""

from dataclasses import dataclass
from typing import Final, Literal

from workbooks.case.quantity import quantity
from workbooks.layout.cell import Cell
from workbooks.layout.styles import NO_NUMBER


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be typed into a cell."""

    type: Literal["list", "decimal", "date"]
    first: str
    message: str
    operator: Literal["between", "greaterThan", "greaterThanOrEqual", "lessThanOrEqual"] | None = None
    second: str | None = None


NUMBER: Final = Rule("decimal", "-1E+300", "A number, counted in the unit of its line.", "between", "1E+300")
RULES: Final = {
    "share": Rule("decimal", "0", "A share is a number from 0 to 1 (0% to 100%).", "between", "1"),
    "rate": Rule("decimal", "-1", "A rate is a number above -1 (-100%).", "greaterThan"),
    "margin": Rule("decimal", "1", "A margin is a number of at most 1 (100%).", "lessThanOrEqual"),
    "multiple": Rule("decimal", "0", "A multiple is a number, zero or positive.", "greaterThanOrEqual"),
    "score": Rule("decimal", "1", "A score is a number from 1 (worst) to 5 (best).", "between", "5"),
    "date": Rule("date", "1", "A date.", "greaterThanOrEqual"),
    "fx": Rule("decimal", "0", "An exchange rate is a positive number.", "greaterThan"),
    "years": Rule("decimal", "0", "A number of years, zero or positive.", "greaterThanOrEqual"),
}


def rule_of(laid: Cell) -> Rule | None:
    """Validation rule of a cell; None where anything is allowed, or nothing can be typed."""
    if laid.role != "input" and not (laid.role == "entry" and laid.unit):  # a text may be any
        return None
    if laid.choices or laid.among:
        return Rule("list", laid.among or '"' + ",".join(laid.choices) + '"', "Choose one from the list.")
    return NUMBER if laid.unit in NO_NUMBER else RULES.get(quantity(laid.unit).kind, NUMBER)
