"""The text of a formula."""

from workbooks.declarations.trees import Expression, Scope


def written(formula: Expression) -> str:
    """The formula in Excel's words, with the names of its references."""
    return formula.excel(Scope(str))
