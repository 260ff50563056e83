"""Summary: value by method in both currencies, the football field, and whether the checks hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from valuation.multiples import price_to_value
from workbooks.case import Case
from workbooks.case_file import input_hash
from workbooks.sheets import funding
from workbooks.spec import Block, Call, Chart, Column, Content, Field, Fields, Formula, Link, Reference, Sheet, Table
from workbooks.workings.comparables import ratios
from workbooks.workings.money import displayed, local, reporting, thousands


@dataclass(frozen=True, slots=True)
class Method:
    """One line of the football field."""

    label: str
    low: Content
    base: Content
    high: Content


def sheet(case: Case, others: Sequence[Sheet], *, built: bool = True) -> Sheet:
    """The Summary sheet over all others; of a case that a workbook is built from it shows the fingerprint."""
    methods = _methods(case, others)
    ranges = [Method(r.label, local(case, r.low), None, local(case, r.high)) for r in case.references]
    lines = [*methods, *ranges]
    drawn = len(lines) > 1
    blocks: list[Block] = [_company(case, others, built=built)]
    if lines:
        blocks.append(_values(case, lines))
    if drawn:
        blocks.append(_chart(case, lines, len(methods)))
    blocks += _headlines(others)
    if not drawn and case.funding:
        blocks.append(funding.chart(case, case.funding))
    blocks.append(_contents(others))
    if drawn:
        blocks += [_behind(case, lines), *_price_line(case, len(lines))]
    return Sheet(
        "summary",
        "Summary",
        case.title,
        "What is the company worth, by every method that the case has figures for?"
        if lines
        else "What do the figures of the case show? None of its methods values the whole company.",
        blocks,
    )


def _headlines(others: Sequence[Sheet]) -> list[Fields]:
    lines = [
        replace(
            line,
            id=f"{sheet.id}_{line.id}",
            content=Link(f"{sheet.id}.{line.id}"),
            name="",
            note="",
            addin=False,
            strong=False,
        )
        for sheet in others
        for name in sheet.headlines
        for block in sheet.blocks
        if isinstance(block, Fields)
        for line in block.fields
        if line.id == name
    ]
    return [Fields("Key results", lines)] if lines else []


def _methods(case: Case, others: Sequence[Sheet]) -> list[Method]:
    built = {sheet.id for sheet in others}
    methods = []
    if "segments" in built:
        methods.append(
            _linked("Sum of the parts", "segments.equity_low", "segments.equity_used", "segments.equity_high")
        )
    if "users" in built:
        methods.append(_linked("Per user", "users.value", "users.value", "users.value"))
    if "comparables" in built and case.comparables:
        methods += [
            _linked(
                f"Peers, {r.heading}", f"comparables.{r.id}_low", f"comparables.{r.id}_base", f"comparables.{r.id}_high"
            )
            for r in ratios(case.comparables)
        ]
    if "scenarios" in built:
        methods.append(_linked("Scenarios, value today", "scenarios.low", "scenarios.picked", "scenarios.high"))
    if "premium" in built and case.premium:
        low = Formula(
            "MIN({premium.plain},{premium.value})", lambda v: min(float(v("premium.plain")), float(v("premium.value")))
        )
        label = f"{case.premium.peer}'s multiple with a premium"
        methods.append(Method(label, low, Link("premium.value"), Link("premium.best")))
    if case.holdings and case.holdings.whole and any(held.value or held.benchmark for held in case.holdings.stakes):
        methods.append(_linked("Holdings", "holdings.value", "holdings.value", "holdings.value"))
    return methods


def _linked(label: str, low: Reference, base: Reference, high: Reference) -> Method:
    return Method(label, Link(low), Link(base), Link(high))


def _company(case: Case, others: Sequence[Sheet], *, built: bool) -> Fields:
    company = case.company
    price = (
        [Field("price", case.figures[company.price].label, local(case, company.price), company.display_unit)]
        if company.price
        else []
    )
    scenario = (
        [Field("scenario", "Scenario in force", Link("scenarios.selected_name"))]
        if any(s.id == "scenarios" for s in others)
        else []
    )
    return Fields(
        company.name,
        (
            Field("as_of", "Valued as of", company.as_of.isoformat()),
            Field("fx", case.figures[company.fx].label, Link(f"figures.{company.fx}"), case.figures[company.fx].unit),
            *price,
            *scenario,
            Field("master", "Master check", Link("checks.master"), "status"),
            *([_fingerprint(case)] if built else ()),
        ),
    )


def _fingerprint(case: Case) -> Field:
    return Field("hash", "Fingerprint of the case", input_hash(case), note="changes when anything in the case does")


def _values(case: Case, lines: Sequence[Method]) -> Table:
    money, second = case.company.display_unit, case.company.reporting_unit

    def columns(which: str, heading: str) -> Column:
        cells = [getattr(line, which) for line in lines]
        return Column(which, heading, cells=cells, unit=money, keys=[f"value.{which}_{n}" for n in range(len(lines))])

    def converted(which: str, heading: str) -> Column:
        cells = [None if getattr(line, which) is None else reporting(case, which) for line in lines]
        return Column(f"{which}_reporting", heading, cells=cells, unit=second)

    price = case.company.price
    compared = Call(price_to_value, {"price": "summary.price", "value": "base"})
    return Table(
        "methods",
        "Value by method",
        note="Equity value. In force: as the scenario and the statistic are chosen. Below: ranges that others named.",
        rows=len(lines),
        columns=(
            Column("label", "Method", cells=[line.label for line in lines], width=34),
            columns("low", "Low"),
            columns("base", "In force"),
            columns("high", "High"),
            converted("low", "Low"),
            converted("base", "In force"),
            converted("high", "High"),
            *(
                [
                    Column(
                        "price_to_value",
                        "Price ÷ in force",
                        cells=[compared if line.base else None for line in lines],
                        unit="×",
                        precise=True,
                    )
                ]
                if price
                else ()
            ),
        ),
    )


def _chart(case: Case, lines: Sequence[Method], methods: int) -> Chart:
    company = case.company
    return Chart(
        "football",
        f"{company.name}: equity value by method, {company.display_unit}",
        "field",
        company.display_unit,
        rows=8 + round(1.5 * len(lines)),
        methods=methods,
        points=[methods + n for n, named in enumerate(case.references) if named.low == named.high],
        line="price_line" if company.price else "",
    )


def _contents(others: Sequence[Sheet]) -> Table:
    return Table(
        "contents",
        "Contents",
        rows=len(others),
        columns=(
            Column(
                "name",
                "Sheet",
                cells=[sheet.name for sheet in others],
                links=[sheet.id for sheet in others],
            ),
            Column("answers", "What it answers", cells=[sheet.answers for sheet in others]),
        ),
    )


def _behind(case: Case, lines: Sequence[Method]) -> Table:
    count = len(lines)

    low_text = Formula(
        'IF({low}={high}," ",TEXT(ROUND({low},0),"#,##0")&" ")',
        lambda v: [" " if a == b else f"{thousands(a)} " for a, b in zip(v("low"), v("high"), strict=True)],
    )
    high_text = Formula('" "&TEXT(ROUND({high},0),"#,##0")', lambda v: [f" {thousands(value)}" for value in v("high")])
    levels = [_level(count, n) for n in range(count)]
    return Table(
        "field",
        f"Behind the chart, in {case.company.display_unit}",
        quiet=True,
        rows=count,
        columns=(
            Column("label", "Method", cells=[line.label for line in lines]),
            Column("low", "Low", cells=[displayed(f"value.low_{n}") for n in range(count)]),
            Column(
                "base",
                "Base",
                cells=[displayed(f"value.{'base' if line.base else 'low'}_{n}") for n, line in enumerate(lines)],
            ),
            Column("high", "High", cells=[displayed(f"value.high_{n}") for n in range(count)]),
            Column("level", "Level", cells=levels, keys=[f"field_level.{n}" for n in range(count)]),
            Column("level_again", "Level", Formula("{level}", lambda v: v("level"))),
            Column("edge", "Edge", Formula("0", lambda v: 0.0)),  # noqa: ARG005 - needs no values
            Column("low_text", "Low, shown", low_text),
            Column("high_text", "High, shown", high_text),
        ),
    )


def _level(count: int, number: int) -> Formula:
    if not number:
        return Formula("ROWS({field.label})", lambda v: float(count))  # noqa: ARG005 - needs no values
    before = f"field_level.{number - 1}"
    return Formula(f"{{{before}}}-1", lambda v: v(before) - 1)


def _price_line(case: Case, count: int) -> list[Table]:
    if not case.company.price:
        return []
    label = case.figures[case.company.price].label
    price = displayed("summary.price")
    shown = Formula(
        '{named}&": "&TEXT(ROUND({price},0),"#,##0")',
        lambda v: [f"{label}: {thousands(value)}" for value in v("price")],
    )
    top = Formula("ROWS({field.label})+1", lambda v: float(count + 1))  # noqa: ARG005 - needs no values
    ground = Formula("0", lambda v: 0.0)  # noqa: ARG005 - needs no values
    return [
        Table(
            "price_line",
            "Behind the line",
            quiet=True,
            rows=2,
            columns=(
                Column("label", "Line", shown),
                Column("price", "Price", cells=[price, price]),
                Column("level", "Level", cells=[ground, top]),
                Column("named", "Price", cells=[label, label]),
            ),
        )
    ]
