"""Simulation: draws of every method by the core when the workbook was built."""

from collections.abc import Sequence

from valuation.about import steelyard_version
from workbooks.case.model import Case
from workbooks.declarations.sheet import Block, Check, Field, Fields, Link, Sheet, present
from workbooks.declarations.texts import Text
from workbooks.sheets.price import market_value, price_of
from workbooks.sheets.simulation import drawn_formulas as formulas
from workbooks.sheets.simulation import settings, tables, values_formulas
from workbooks.sheets.simulation.drawn_formulas import Drawn
from workbooks.sheets.simulation.histogram import bins, histogram, legend, title
from workbooks.sheets.simulation.methods_formulas import methods_drawn
from workbooks.sheets.simulation.overview import overview


def sheet(case: Case) -> Sheet | None:
    """The Simulation sheet."""
    drawn = methods_drawn(case)
    if not drawn:
        return None
    current = "The simulation is of the inputs as they stand"
    shown = [_shown(case, each) for each in drawn]
    return Sheet(
        "simulation",
        "Simulation",
        "Simulation",
        "How widely is each value spread if every uncertain number may come out anywhere between its low and its high?",
        (
            _facts(case, drawn),
            overview(case, drawn),
            *(block for blocks in shown for block in blocks),
            *(block for each in drawn for block in _details(each)),
            *(block for each in drawn for block in (*settings.behind(each), legend(each), title(case, each))),
        ),
        checks=(Check("simulation_current", current, formulas.STILL_CURRENT, "warn", "simulation.current"),),
        tab="results",
        board=shown[0][-1].title,  # others are printed only in the overview
        headlines=("above",) if drawn[0].price else (),
    )


def _facts(case: Case, drawn: Sequence[Drawn]) -> Fields:
    money, price = case.company.display_unit, market_value(case)
    stale = "FALSE: redraw what is struck out"
    first = drawn[0]
    enterprise = any(each.price == "simulation.market_enterprise" for each in drawn)
    above = Text("{}: probability of upside", first.title)
    return Fields(
        "Simulation settings",
        present(
            Field("draws", "Draws", Link("inputs.draws"), "draws"),
            Field("seed", "Seed", Link("inputs.seed"), note="The same seed gives the same draws"),
            Field("price", case.figures[price_of(case)[0]].label, Link(price), money) if price else None,
            Field("market_enterprise", "Enterprise value at the price", values_formulas.market_enterprise(case), money)
            if enterprise
            else None,
            Field("above", above, formulas.ABOVE, "share", strong=True, precise=True) if first.price else None,
            Field("current", "Drawn from the inputs as they stand", formulas.all_current(drawn), note=stale),
        ),
        note=Text(
            "Grey and slanted: stored, as Steelyard {} computed them; the add-in computes them anew beside each table.",
            steelyard_version(),
        ),
    )


def _shown(case: Case, drawn: Drawn) -> tuple[Block, ...]:
    """Printed sections of a method."""
    return present(
        histogram(case, drawn), tables.quantiles(case, drawn), settings.uncertain(drawn), tables.drivers(drawn)
    )


def _details(drawn: Drawn) -> tuple[Block, ...]:
    """Sections that are not printed."""
    return tables.summary(drawn), tables.tail(drawn), bins(drawn)
