"""Scenarios: projected revenue, exit-year value and present value by scenario."""

from workbooks.case.model import Case, Scenarios
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.arithmetic import positions
from workbooks.sheets.forecast_start import start_check
from workbooks.sheets.money import figure, reporting
from workbooks.sheets.scenarios import formulas, sums
from workbooks.sheets.scenarios.years import behind, charts, path


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
            _in_force(case, section),
            _scenarios(case, section),
            _today(case),
            path(case, section),
            *charts(case, section),
            behind(case, section),
        ),
        checks=_checks(case),
        tab="results",
        headlines=("weighted",),
    )


def _in_force(case: Case, section: Scenarios) -> Fields:
    money = case.company.display_unit
    number, parts = formulas.selected(section), formulas.picked_text("segments")
    revenue, years = case.figures[section.revenue].label, case.figures[section.years].label
    return Fields(
        "Selected scenario",
        present(
            Field("selected", "Scenario number", number, name="Scenario", note="Choose from the list"),
            Field("selected_name", "Scenario", formulas.picked_text("name")),
            Field("revenue", revenue, Link(figure(section.revenue)), money),
            Field("years", years, Link(figure(section.years)), "years", precise=True),
            Field("selected_growth", "Growth per year", formulas.picked("growth"), "rate"),
            Field("selected_margin", "Metric ÷ revenue", formulas.picked("margin"), "rate"),
            Field("selected_basis", "Multiple of", formulas.picked_text("basis")),
            Field("selected_multiple", "Multiple", formulas.picked("multiple"), "×"),
            Field("selected_rate", "Discount rate", formulas.picked("discount_rate"), "rate"),
            Field("selected_segments", "Multiples of the segments", parts) if case.segments else None,
        ),
    )


def _scenarios(case: Case, section: Scenarios) -> Table:
    cases, money = section.cases, case.company.display_unit
    growth, multiple = formulas.links(section, "growth"), formulas.links(section, "multiple")
    rate, probability = formulas.links(section, "discount_rate"), formulas.links(section, "probability")
    keys = [f"scenario_number.{place}" for place in range(len(cases))]
    of_parts, margin = formulas.part_multiples(section), formulas.net_margin(section)
    rows = present(
        Column("name", "Scenario", cells=[scenario.name for scenario in cases], role="heading"),
        Column("number", "Number", cells=positions(keys[0], len(cases), "COLUMN"), keys=keys),
        Column("growth", "Growth per year", cells=growth, unit="rate"),
        *_of_each_part(section, "mix", "Mix", "share"),
        *_of_each_part(section, "margins", "Net margin", "rate"),
        Column("basis", "Multiple of", cells=formulas.bases(section)),
        Column("multiple", "Multiple", cells=multiple, unit="×"),
        Column("discount_rate", "Discount rate", cells=rate, unit="rate"),
        Column("probability", "Probability", cells=probability, unit="share"),
        Column("segments", "Multiples of the segments", cells=of_parts) if case.segments else None,
        Column("forward_revenue", "Exit-year revenue", formulas.FORWARD_REVENUE, unit=money),
        Column("net_margin", "Net margin of the mix", margin, unit="rate") if section.parts else None,
        Column("margin", "Metric ÷ revenue", formulas.margin(section), unit="rate"),
        Column("metric", "Metric then", formulas.METRIC, unit=money),
        Column("future", "Exit-year value", cells=formulas.future(section), unit=money),
        Column("present", "Value today", cells=formulas.today(section), unit=money),
    )
    return Table("scenarios_of", "Scenarios", rows, len(cases), across=True, copied=True)


def _of_each_part(section: Scenarios, name: str, label: str, unit: str) -> list[Column]:
    """One row per part; rows must be adjacent, because the net margin is a sum over the range."""
    return [
        Column(f"{name}_{place + 1}", Text("{}, {}", label, part), cells=formulas.part(section, name, place), unit=unit)
        for place, part in enumerate(section.parts)
    ]


def _today(case: Case) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    picked, converted = formulas.picked("present"), reporting(case, "scenarios.weighted") if second else None
    of_enterprise = case.scenarios is not None and case.scenarios.of == "enterprise"
    return Fields(
        "Enterprise value today" if of_enterprise else "Value today",
        (
            Field("low", "Lowest scenario", formulas.LOWEST, money),
            Field("picked", "Selected scenario", picked, money, "Scenario_Equity", addin=True, strong=True),
            Field("weighted", "Probability-weighted value", formulas.WEIGHTED, money, addin=True, strong=True),
            Field("high", "Highest scenario", formulas.HIGHEST, money),
            *(
                (Field("weighted_reporting", "Probability-weighted value", converted, second, strong=True),)
                if second
                else ()
            ),
        ),
    )


def _checks(case: Case) -> tuple[Check, ...]:
    between = "The weighted value lies between the scenarios"
    return present(
        *sums.checks(case),
        Check("weighted_between", between, formulas.BETWEEN, "fail", "scenarios.weighted"),
        Check("selected_exists", "The selected scenario exists", formulas.EXISTS, "fail", "scenarios.selected"),
        start_check(case, "scenarios", "scenarios.years"),
    )
