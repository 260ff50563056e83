"""The scale of the football field, and its lines: between methods and third parties, and of the price."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Literal
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.price import market_per_share, market_value, price_of
from workbooks.sheets.summary import football_formulas as formulas
from workbooks.sheets.summary.formulas import Line


def scale(case: Case) -> Table:
    """The largest amount, which the places along the chart are shares of."""
    columns = (Column("farthest", "Largest", formulas.farthest(line=bool(market_value(case)))),)
    return Table("field_scale", "Scale of the chart", columns, rows=1, quiet=True)


def rule(lines: Sequence[Line]) -> Table | None:
    """Ends of the line between the methods and third-party ranges."""
    methods = sum(line.method is not None for line in lines)
    if not 0 < methods < len(lines):
        return None
    columns = (
        Column("place", "Place", cells=[NOTHING, Literal(1.0)]),
        Column("level", "Level", cells=[formulas.between(methods)] * 2),
    )
    return Table("field_rule", "Between methods and third parties", columns, rows=2, quiet=True)


def price_line(case: Case) -> Table | None:
    """Ends of the price line: at the bottom, and above the topmost bar."""
    market = market_value(case)
    if not market:
        return None
    given = case.figures[price_of(case)[0]]
    label = Text("{}, {}", given.label, given.as_of)
    share = market_per_share(case)
    columns = (
        Column("label", "Line", formulas.price_text(market, share)),
        Column("price", "Price", formulas.price(market, share)),
        Column("place", "Place", formulas.along("price", formulas.NOWHERE)),
        Column("level", "Level", cells=[NOTHING, formulas.ABOVE]),
        Column("named", "Name", cells=[label, label]),
    )
    return Table("price_line", "Behind the line", columns, rows=2, quiet=True)
