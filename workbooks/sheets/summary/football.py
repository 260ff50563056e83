"""The football field: the chart of the Summary, and its data."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Chart, Column, Field, Input, Table
from workbooks.declarations.texts import Abridged, Text
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.money import per_share_unit
from workbooks.sheets.price import market_value
from workbooks.sheets.summary import football_formulas as formulas
from workbooks.sheets.summary.formulas import Line

NAME = 32  # letters of a method's name that the chart has room for


def chart(case: Case, lines: Sequence[Line]) -> Chart:
    """Bars from low to high with the base marked, and the price as a line across them."""
    company = case.company
    methods = len(lines) - len(case.references)
    meeting = "The tick is the selected value"
    return Chart(
        "football",
        Text("{}: equity value by method, {}", company.name, company.display_unit),
        "field",
        Text("{}; grey, below the line: third-party ranges", meeting) if case.references else meeting,
        rows=9 + round(1.9 * (methods + 0.6 * len(case.references))),
        methods=methods,
        points=[methods + n for n, named in enumerate(case.references) if named.low == named.high],
        line="price_line" if market_value(case) else "",
        title_at="field_title.title" if per_share(case) else "",
        rule="field_rule" if 0 < methods < len(lines) else "",
    )


def per_share(case: Case) -> str:
    """Unit of value per share, the alternative unit of the field; empty where the case has no shares."""
    shares = case.capital is not None and case.capital.has_shares
    return per_share_unit(case) if shares else ""


def choice(case: Case) -> Field | None:
    """Whether the field is in money or per share, for the reader to choose."""
    if not per_share(case):
        return None
    return Field("field_in", "The chart shows", Input(formulas.MONEY, formulas.CHOICES), note="Choose from the list")


def title(case: Case) -> Table | None:
    """The title of the chart where it says which of the two the field is in."""
    if not per_share(case):
        return None
    company = case.company
    text = formulas.title(company.name, company.display_unit, per_share(case))
    return Table("field_title", "Title of the chart", (Column("title", "Title", text),), rows=1, quiet=True)


def behind(case: Case, lines: Sequence[Line]) -> Table:
    """The bars, a row each, in the display unit."""
    methods = sum(line.method is not None for line in lines)
    keys, line = [f"field_level.{n}" for n in range(len(lines))], bool(market_value(case))
    shares = bool(per_share(case))
    columns = (
        Column("label", "Method", cells=[Abridged(line.label, NAME) for line in lines]),
        Column("low", "Low", cells=formulas.ends(lines, "low", shares=shares)),
        Column("base", "Base", cells=formulas.ends(lines, "base", shares=shares)),
        Column("high", "High", cells=formulas.ends(lines, "high", shares=shares)),
        Column("level", "Level", cells=formulas.levels(keys, methods), keys=keys),
        Column("level_again", "Level, end", formulas.LEVEL_AGAIN),
        Column("edge", "Edge", NOTHING),
        Column("low_at", "Low, place", formulas.along("low")),
        Column("base_at", "Base, place", formulas.along("base", formulas.NOWHERE)),
        Column("high_at", "High, place", formulas.along("high")),
        Column("tick_at", "Tick, place", ref("base_at")),
        Column("tick_again", "Tick, place again", ref("base_at")),
        Column("tick_under", "Tick, from", formulas.UNDER),
        Column("tick_above", "Tick, to", formulas.OVER),
        Column("base_text", "Base, shown", cells=formulas.base_texts(lines, shares=shares)),
        Column("low_text", "Low, shown", formulas.low_text(line=line, shares=shares)),
        Column("high_text", "High, shown", cells=formulas.high_texts(lines, line=line, shares=shares)),
    )
    title = "Behind the chart" if shares else Text("Behind the chart, in {}", case.company.display_unit)
    return Table("field", title, columns, len(lines), quiet=True)
