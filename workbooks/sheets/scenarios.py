"""Scenarios: the same revenue grown under different views, valued some years out and today."""

import numpy as np

from valuation.multiples import implied_value
from valuation.periods import project
from valuation.scenarios import forward_value, scenario_pick, scenario_value
from workbooks.case import Case, Scenario, Scenarios
from workbooks.sheets.scenario_years import behind, chart, path
from workbooks.spec import (
    Call,
    Check,
    Column,
    Content,
    Field,
    Fields,
    Formula,
    Input,
    Link,
    Reference,
    Sheet,
    Table,
)
from workbooks.workings.money import figure, reporting
from workbooks.workings.segments import CASES


def sheet(case: Case) -> Sheet | None:
    """The Scenarios sheet."""
    section = case.scenarios
    if section is None:
        return None
    return Sheet(
        "scenarios",
        "Scenarios",
        "Forward scenarios",
        "What would the company be worth some years out under each view, and what is that worth today?",
        (
            _selector(case, section),
            _scenarios(case, section),
            _results(case),
            path(case, section),
            chart(case, section),
            behind(case, section),
        ),
        checks=_checks(section),
        tab="results",
    )


def _selector(case: Case, section: Scenarios) -> Fields:
    numbers = tuple(str(number + 1) for number in range(len(section.cases)))
    name = Formula(
        "INDEX({scenarios_of.name},{scenarios.selected})",
        lambda v: v("scenarios_of.name")[int(v("scenarios.selected")) - 1],
    )

    def pick(of: str) -> Call:
        return Call(scenario_pick, {"selector": "scenarios.selected", "values": f"scenarios_of.{of}"})

    return Fields(
        "Scenario in force",
        (
            Field(
                "selected",
                "Scenario number",
                Input(float(section.selected), numbers),
                name="Scenario",
                note="Choose from the list",
            ),
            Field("selected_name", "Scenario", name),
            Field(
                "revenue", case.figures[section.revenue].label, Link(figure(section.revenue)), case.company.display_unit
            ),
            Field("years", case.figures[section.years].label, Link(figure(section.years)), "years"),
            Field("selected_growth", "Growth a year", pick("growth"), "rate"),
            Field("selected_margin", "Metric ÷ revenue", pick("margin"), "rate"),
            Field("selected_multiple", "Multiple", pick("multiple"), "×"),
            Field("selected_rate", "Discount rate", pick("discount_rate"), "rate"),
            *([Field("selected_segments", "Multiples of the parts", _segments())] if case.segments else ()),
        ),
    )


def _segments() -> Formula:
    return Formula(
        "INDEX({scenarios_of.segments},{scenarios.selected})",
        lambda v: v("scenarios_of.segments")[int(v("scenarios.selected")) - 1],
    )


def _scenarios(case: Case, section: Scenarios) -> Table:
    cases = section.cases
    money = case.company.display_unit

    def links(name: str) -> list[Content]:
        return [Link(figure(getattr(scenario, name))) for scenario in cases]

    def part(name: str, heading: str) -> list[Column]:
        return [
            Column(
                f"{name}_{number + 1}",
                f"{heading}, {title}",
                cells=[Link(figure(ids[number])) if (ids := getattr(scenario, name)) else 0.0 for scenario in cases],
                unit="share" if name == "mix" else "rate",
            )
            for number, title in enumerate(section.parts)
        ]

    return Table(
        "scenarios_of",
        "Scenarios",
        across=True,
        rows=len(cases),
        columns=(
            Column(
                "number",
                "Number",
                cells=[_number(n) for n in range(len(cases))],
                keys=[f"scenario_number.{n}" for n in range(len(cases))],
            ),
            Column("name", "Scenario", cells=[scenario.name for scenario in cases]),
            Column("growth", "Growth a year", cells=links("growth"), unit="rate"),
            *part("mix", "Mix"),
            *part("margins", "Net margin"),
            Column(
                "basis", "Multiple of", cells=[Input(scenario.basis, ("revenue", "earnings")) for scenario in cases]
            ),
            Column("multiple", "Multiple", cells=links("multiple"), unit="×"),
            Column("discount_rate", "Discount rate", cells=links("discount_rate"), unit="rate"),
            Column("probability", "Probability", cells=links("probability"), unit="share"),
            *(
                [Column("segments", "Multiples of the parts", cells=[Input(s.segments, CASES) for s in cases])]
                if case.segments
                else ()
            ),
            Column(
                "forward_revenue",
                "Revenue then",
                Call(project, {"base": "scenarios.revenue", "growth": "growth", "years": "scenarios.years"}),
                unit=money,
            ),
            *(
                [Column("net_margin", "Net margin of the mix", _net_margin(section), unit="rate")]
                if section.parts
                else ()
            ),
            Column("margin", "Metric ÷ revenue", _margin(section), unit="rate"),
            Column(
                "metric",
                "Metric then",
                Call(implied_value, {"metric": "forward_revenue", "multiple": "margin"}),
                unit=money,
            ),
            Column("future", "Value then", cells=[_value(section, s, discounted=False) for s in cases], unit=money),
            Column("present", "Value today", cells=[_value(section, s, discounted=True) for s in cases], unit=money),
        ),
    )


def _number(number: int) -> Formula:
    if not number:
        return Formula("1", lambda v: 1.0)  # noqa: ARG005 - needs no values
    before = f"scenario_number.{number - 1}"
    return Formula(f"{{{before}}}+1", lambda v: v(before) + 1)


def _stretch(section: Scenarios, name: str) -> Reference:
    return f"{name}_1:{name}_{len(section.parts)}"


def _net_margin(section: Scenarios) -> Formula:
    mix, margins = _stretch(section, "mix"), _stretch(section, "margins")
    return Formula(f"SUMPRODUCT({{{mix}}},{{{margins}}})", lambda v: (v(mix) * v(margins)).sum(axis=-1))


def _margin(section: Scenarios) -> Formula:
    if not section.parts:
        return Formula("1", lambda v: np.ones(len(v("basis"))))
    return Formula(
        'IF({basis}="earnings",{net_margin},1)',
        lambda v: np.where(np.asarray(v("basis"), object) == "earnings", v("net_margin"), 1.0),
    )


def _value(section: Scenarios, scenario: Scenario, *, discounted: bool) -> Call:
    arguments = {"revenue": "scenarios.revenue", "growth": "growth", "years": "scenarios.years", "multiple": "multiple"}
    if scenario.basis == "earnings":
        arguments |= {"mix": _stretch(section, "mix"), "margins": _stretch(section, "margins")}
    if not discounted:
        return Call(forward_value, arguments, native="{metric}*{multiple}")
    return Call(
        forward_value,
        arguments | {"discount_rate": "discount_rate"},
        native="{future}/(1+{discount_rate})^{scenarios.years}",
    )


def _results(case: Case) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    picked = Call(scenario_pick, {"selector": "scenarios.selected", "values": "scenarios_of.present"})
    weighted = Call(scenario_value, {"values": "scenarios_of.present", "probabilities": "scenarios_of.probability"})
    low = Formula("MIN({scenarios_of.present})", lambda v: float(v("scenarios_of.present").min()))
    high = Formula("MAX({scenarios_of.present})", lambda v: float(v("scenarios_of.present").max()))
    return Fields(
        "Value today",
        (
            Field("low", "Lowest scenario", low, money),
            Field("picked", "Scenario in force", picked, money, "Scenario_Equity", addin=True, strong=True),
            Field("weighted", "Weighted by probability", weighted, money, addin=True, strong=True),
            Field("high", "Highest scenario", high, money),
            Field("weighted_reporting", "Weighted by probability", reporting(case, "scenarios.weighted"), second),
        ),
    )


def _checks(section: Scenarios) -> tuple[Check, ...]:
    def whole(reference: Reference) -> Formula:
        return Formula(
            f"ABS(SUM({{{reference}}})-1)<={{inputs.rounding}}",
            lambda v: bool(abs(float(np.sum(v(reference))) - 1) <= v("inputs.rounding")),
        )

    count = len(section.cases)
    between = Formula(
        "AND({scenarios.low}<={scenarios.weighted},{scenarios.weighted}<={scenarios.high})",
        lambda v: bool(v("scenarios.low") <= v("scenarios.weighted") <= v("scenarios.high")),
    )
    selected = Formula(
        "AND({scenarios.selected}>=1,{scenarios.selected}<=COLUMNS({scenarios_of.number}))",
        lambda v: bool(1 <= v("scenarios.selected") <= count),
    )
    return (
        Check(
            "probabilities_sum",
            "Probabilities make the whole",
            whole("scenarios_of.probability"),
            "fail",
            "scenarios_of.probability",
        ),
        Check(
            "weighted_between", "The weighted value lies between the scenarios", between, "fail", "scenarios.weighted"
        ),
        Check("selected_exists", "The scenario in force exists", selected, "fail", "scenarios.selected"),
    )
