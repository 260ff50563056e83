"""Sensitivities of multiples: peers' multiples, and the multiple with a premium."""

from workbooks.case.model import Case, Premium
from workbooks.declarations.sheet import Axis
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables.peers_formulas import PEERS
from workbooks.sheets.inputs.steps import PREMIUM_STEP, STEP
from workbooks.sheets.multiples.sample import Ratio, Sample
from workbooks.sheets.premium import formulas as premium
from workbooks.sheets.premium.method import title_of, valued
from workbooks.sheets.sensitivity import varied_methods_formulas as formulas
from workbooks.sheets.sensitivity.varied_methods_formulas import WhatIf


def compared(case: Case, sample: Sample, ratio: Ratio) -> WhatIf:
    """The company's value on a multiple of its peers, or of transactions."""
    money = case.company.display_unit
    metric = Axis("metric", ratio.metric_name, ratio.metric_unit, STEP)
    multiple = Axis("multiple", ratio.heading, ratio.unit, STEP)
    of_peers = sample == PEERS
    return WhatIf(
        ratio.id if of_peers else f"{sample.table}_{ratio.id}",
        Text("Peers, {}" if of_peers else "Transactions, {}", ratio.heading),
        formulas.at_peers(sample.field(ratio, "metric"), sample.field(ratio, "multiple")),
        sample.field(ratio, "base"),
        money,
        {"metric": ratio.metric_unit, "multiple": ratio.unit},
        ((metric, multiple),),
        of=ratio.of,
    )


def premium_multiple(case: Case, section: Premium) -> WhatIf:
    """Sensitivity of the multiple with premium to the peer's multiple and the premium."""
    base = Axis("base_multiple", case.figures[section.base_multiple].label, "×", STEP)
    added = Axis("premium", "Premium", "rate", PREMIUM_STEP, relative=False)
    return WhatIf(
        "premium_multiple",
        title_of(case, section),
        premium.multiple("premium.premium"),
        "premium.multiple",
        "×",
        {"base_multiple": "×", "premium": "rate"},
        ((base, added),),
    )


def premium_value(case: Case, section: Premium) -> WhatIf:
    """The value on the multiple with the premium."""
    money = case.company.display_unit
    metric = Axis("metric", case.figures[section.metric].label, money, STEP)
    multiple = Axis("multiple", "Multiple with the premium", "×", STEP)
    return WhatIf(
        "premium_value",
        valued(section)[1],
        premium.value("premium.multiple"),
        "premium.value",
        money,
        {"metric": money, "multiple": "×"},
        ((metric, multiple),),
    )
