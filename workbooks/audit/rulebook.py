"""All rules by id, with a one-sentence description for SARIF, `--ignore` and the documentation."""

from typing import Final

ANY_WORKBOOK: Final = {
    "inconsistent-formula": "A formula is not a copy of the formulas of its row or column.",
    "number-among-formulas": "A number is typed where its row or column has formulas.",
    "constant-in-formula": "A formula holds a typed number that looks like an assumption.",
    "error-hidden": "A formula turns an error into a number.",
    "number-as-text": "A text looks like a number, and sums leave it out.",
    "blank-as-zero": "A formula counts a blank cell as 0.",
    "text-as-zero": "A sum leaves out a text that stands among its numbers.",
    "error-value": "A cell holds an error value.",
    "broken-reference": "A formula refers to a cell, sheet or name that does not exist.",
    "short-range": "A range stops one cell short of what belongs to it.",
    "unequal-ranges": "Ranges of one function are not of the same size.",
    "merged-cells": "A range holds merged cells.",
    "counted-twice": "A sum counts a cell twice.",
    "circular-reference": "A formula depends on itself.",
    "unused-input": "No formula uses a typed number.",
    "external-link": "A value comes from another workbook.",
    "volatile-function": "A formula changes without an input changing, or hides what it refers to.",
    "manual-calculation": "The workbook does not compute when an input changes.",
    "iterative-calculation": "Circles of references give a number without a warning.",
    "precision-as-displayed": "Numbers are cut to the digits that are shown.",
    "hidden-sheet": "A sheet is hidden.",
    "very-hidden-sheet": "A sheet is hidden so that no menu shows it.",
    "hidden-row": "Hidden rows hold numbers.",
    "hidden-column": "Hidden columns hold numbers.",
    "stale-value": "The file stores another value than the formula gives.",
    "not-computed": "The file stores no values for its formulas.",
    "not-judged": "Stored values could not be compared with what the formulas give.",
}

OF_OURS: Final = {
    "formula-overwritten": "A constant or nothing stands where the workbook was written with a formula.",
    "formula-changed": "A formula is not the one that the workbook was written with.",
    "formula-plugged": "A typed number was added to a formula.",
    "check-disarmed": "A check of the workbook was overwritten or changed.",
    "check-fails": "A check of the workbook fails that passed when it was written.",
    "row-below-list": "Something is typed below a list, or beside one that runs across, where no formula reads it.",
    "input-missing": "An input is blank.",
    "input-not-a-number": "An input holds a text.",
    "input-out-of-bounds": "An input is out of its kind: a share of 45, a negative multiple.",
    "input-out-of-scale": "An input is 20 times what the case has, or more, or exactly 10 times, or as much less.",
    "input-in-another-currency": "An input is off by an exchange rate.",
    "input-sign": "An input has another sign than in the case.",
    "not-a-choice": "A cell holds none of its choices.",
    "unit-changed": "The unit beside an input was changed; formulas compute in the old one.",
    "shares-do-not-sum": "Weights, a mix or probabilities no longer sum to 1.",
    "total-does-not-foot": "A typed total is no longer the sum of its parts.",
    "stale-input": "An input was changed after the results were computed.",
    "case-unknown": "The workbook is one of ours, but does not say from which case.",
}

RULES: Final = {**ANY_WORKBOOK, **OF_OURS}
