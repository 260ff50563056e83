"""A multiple, and the companies that are compared on it."""

from typing import Literal, NamedTuple

from workbooks.case.inline import slug
from workbooks.case.model import Case
from workbooks.case.multiples import Multiple
from workbooks.case.quantity import one_of, quantity
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference


class Ratio(NamedTuple):
    """A multiple that companies are compared on."""

    id: str
    heading: str
    enterprise: bool  # whether it is of enterprise value
    metric_name: str
    own: str  # the company's metric, a figure
    metric_unit: str  # that amounts of the metric are shown in
    unit: str = "×"  # of the multiple: money for one of something where the metric is a count

    @property
    def of(self) -> Literal["enterprise", "equity"]:
        """What it is a multiple of: "enterprise" or "equity" value."""
        return "enterprise" if self.enterprise else "equity"

    @property
    def value_at(self) -> str:
        """The heading of the value that the multiple gives the company."""
        return Text("EV at {}" if self.enterprise else "Equity at {}", self.heading)

    @property
    def metric(self) -> str:
        """The column of the compared companies' own figures."""
        return f"metric_{slug(self.metric_name)}"


class Sample(NamedTuple):
    """Companies that are compared: the ids of their sheet, of their table and of the table of their statistics."""

    sheet: str
    table: str
    statistics: str

    def used(self, ratio: Ratio) -> Reference:
        """The column of the multiples that count."""
        return f"{self.table}.{ratio.id}_used"

    def statistic(self, ratio: Ratio, name: str) -> Reference:
        """A statistic of a multiple."""
        return f"{self.statistics}.{ratio.id}_{name}"

    def chosen(self, end: str) -> Reference:
        """The statistic that is chosen for an end: "low_", "" or "high_"."""
        return f"{self.sheet}.{end}statistic"

    def field(self, ratio: Ratio, name: str) -> Reference:
        """A field of a multiple: "metric", "low_multiple", or "base", which is what it makes of the company."""
        return f"{self.sheet}.{ratio.id}_{name}"


def named(case: Case, multiple: Multiple) -> Ratio:
    """A multiple that a case names."""
    own = case.metrics[multiple.metric_key]
    of = quantity(case.figures[own].unit)
    counted = of.kind == "count"
    return Ratio(
        slug(multiple.name),
        multiple.name,
        multiple.of == "enterprise",
        multiple.metric_key,
        own,
        metric_unit(case, own),
        f"{case.company.currency} per {one_of(of.noun)}" if counted else "×",
    )


def metric_unit(case: Case, figure: str) -> str:
    """The unit that a figure is shown in: money in the unit of display, anything else in its own."""
    unit = case.figures[figure].unit
    return case.company.display_unit if quantity(unit).kind == "money" else unit
