"""The total of the segments: metric, implied multiples, values and share."""

from workbooks.case.model import Case, Segments
from workbooks.declarations.sheet import Column, Content, Link, Table, present
from workbooks.sheets.money import per_share_unit
from workbooks.sheets.segments import formulas

SUMS = {
    "low": "segments.gross_low",
    "base": "segments.gross",
    "high": "segments.gross_high",
    "used": "segments.gross_used",
}


def total(case: Case, section: Segments) -> Table:
    """A row in the columns of the segments."""
    money, summed = case.company.display_unit, formulas.summed(section)
    per_share = formulas.part_per_share(case)
    multiples = [
        Column(name, name, formulas.implied_multiple(of) if summed else None, unit="×") for name, of in SUMS.items()
    ]
    values = [Column(formulas.VALUES[name], name, Link(of), unit=money) for name, of in SUMS.items()]
    metric: Content = formulas.metric_together() if summed else None
    return Table(
        "parts_total",
        "Segments, total",
        present(
            Column("name", "Segment", cells=["Total"]),
            Column("metric", "Metric or value", metric, unit=money),
            *(multiples if formulas.on_multiples(section) else ()),
            Column("owned", "Stake") if formulas.discounts(section) else None,
            Column("discount", "Discount") if formulas.discounts(section) else None,
            Column("stake", "Stake") if formulas.stakes(section) else None,
            *values,
            Column("own_debt", "Own net debt") if formulas.own_debt(section) else None,
            Column("share", "Share", formulas.SHARES, unit="share"),
            Column("per_share", "Per share", formulas.per_share_together(), unit=per_share_unit(case), precise=True)
            if per_share is not None
            else None,
        ),
        rows=1,
        total=True,
    )
