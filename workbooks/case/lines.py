"""Lines of the reconciliation: a published figure, and how it is recomputed."""

from typing import Final, Literal, TypeAlias

from pydantic import Field

from workbooks.case.roles import FigureId, Note, Sourced, Text

Argument: TypeAlias = str | Literal[0, 1]  # any other number must be a figure with a source

# Results on sheets that a line of the reconciliation may refer to, by section of the case.
RESULTS: Final = {
    "segments": ("gross", "equity", "equity_reporting"),
    "users": (
        "payer_ratio",
        "payers",
        "ad_revenue",
        "payer_revenue",
        "revenue",
        "attribution",
        "attributed_value",
        "peer_revenue_reporting",
        "multiple",
        "value",
        "value_reporting",
    ),
    "cohorts": ("value_per_user", "existing", "new", "value_per_new_user", "overhead", "value", "per_user"),
    "premium": ("score", "premium", "multiple", "value", "value_reporting"),
    "funding": ("step_up", "growth"),
    "holdings": ("value", "value_reporting"),
}


class Line(Sourced):
    """A published figure and how it is recomputed: by a result on a sheet, or by a function of the catalogue."""

    published: FigureId
    printed: Text = Field(
        default="",
        description="as its source prints it, where that has other digits: 2.70, 16bn, 12.5%",
    )
    result: str = Field(
        default="",
        description="a result in the workbook: segments.equity, segments.value_1 of the first part, "
        "statistics.p_e_mean and comparables.p_e_base of a multiple named P/E",
    )
    method: str = Field(default="", description="a function of the catalogue, when no sheet holds the result")
    arguments: dict[str, Argument | tuple[Argument, ...] | dict[str, Argument | tuple[Argument, ...]]] = Field(
        default_factory=dict,
        description="what the method is called with, by the names of its arguments: a figure's id, a result in the "
        "workbook, recomputed.ID of a line above, 0 or 1, or a list of these; where it takes a text, the text; of "
        "solve_for the arguments of its method, likewise by name",
    )
    explanation: Note = Field(default="", description="why the two differ, or what the figure rests on")
