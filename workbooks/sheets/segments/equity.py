"""From the sum of the segments to the equity value."""

from workbooks.case.model import Case, Segments
from workbooks.declarations.sheet import Field, Fields, Link, present
from workbooks.sheets.money import figure, local, reporting
from workbooks.sheets.segments import formulas


def bridge(case: Case, section: Segments) -> Fields:
    """Sums of the segments, deductions, and equity values."""
    money = case.company.display_unit
    discount, shares = section.discount, section.shares
    equity = {name: formulas.equity(case, section, name, values) for name, values in formulas.VALUES.items()}
    a_share = f"{case.company.currency} per share"
    return Fields(
        "From the segments to equity",
        present(
            *_gross(case, section),
            *_taken(case, section),
            Field("discount", "Holding discount", Link(figure(discount)), "share") if discount else None,
            Field("equity_low", "Equity value, low", equity["low"], money, addin=True),
            Field("equity", "Equity value, base", equity["base"], money, addin=True),
            Field("equity_high", "Equity value, high", equity["high"], money, addin=True),
            Field(
                "equity_used", "Equity value, selected", equity["used"], money, "SOTP_Equity", addin=True, strong=True
            ),
            *_reported(case),
            Field("per_share", "Equity value per share", formulas.a_share(shares), a_share, addin=True, strong=True)
            if shares
            else None,
        ),
    )


def _reported(case: Case) -> tuple[Field, ...]:
    second = case.company.reporting_unit
    if not second:
        return ()
    return (
        Field("equity_reporting", "Equity value, base", reporting(case, "segments.equity"), second),
        Field("equity_used_reporting", "Equity value, selected", reporting(case, "segments.equity_used"), second),
    )


def _gross(case: Case, section: Segments) -> list[Field]:
    money = case.company.display_unit
    labels = {"low": "Sum, low", "base": "Sum, base", "high": "Sum, high", "used": "Sum, selected"}
    return [
        Field(f"gross_{by}" if by != "base" else "gross", labels[by], formulas.gross(section, by, values), money)
        for by, values in formulas.VALUES.items()
    ]


def _taken(case: Case, section: Segments) -> tuple[Field, ...]:
    """Deductions from the sum before the discount."""
    if not formulas.taken(case, section):
        return ()
    money, together = case.company.display_unit, formulas.net_debt(case, section)
    from_capital = not section.net_debt and formulas.bridged(case, section)
    label = formulas.taken_label(case, section)
    note = "see Capital" if from_capital else ""
    if formulas.own_debt(section) and formulas.taken_together(case, section) is not None:
        note = "with the line above"
    own = Field("own_debt", "Net debt of the segments", formulas.own_debt_together(section), money)
    return present(own if formulas.own_debt(section) else None, Field("net_debt", label, together, money, note=note))


def footing(case: Case, section: Segments) -> tuple[Fields, ...]:
    """Whether the metrics of the segments make the group's; none where the case does not give that."""
    money, group = case.company.display_unit, section.group
    if not group:
        return ()
    lines = (
        Field("parts_metric", "Metric of the segments together", formulas.metric_together(), money),
        Field("group_metric", case.figures[group].label, local(case, group), money),
        Field("not_in_parts", "Unallocated", formulas.NOT_IN_PARTS, money, note="Not valued here"),
    )
    return (Fields("From the segments to the group", lines),)
