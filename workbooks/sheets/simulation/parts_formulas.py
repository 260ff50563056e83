"""Simulation of the sum of the parts: uncertain multiples and values, with low and high."""

from collections.abc import Sequence

from valuation.sotp import sotp_value
from workbooks.case.model import Case, Part, Segments
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.expressions import ref
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference
from workbooks.sheets.segments.formulas import ranges, stakes, taken, taken_label
from workbooks.sheets.simulation.drawn_formulas import Drawn, Number, Uncertain, between, by_share


def drawn_parts(case: Case, price: Reference) -> Drawn | None:
    """The equity value of the sum of the parts; None in a case without segments."""
    section, money = case.segments, case.company.display_unit
    if section is None:
        return None
    arguments: dict[str, Argument] = {"metrics": "parts.metric", "multiples": "parts.base"}
    if stakes(section):
        arguments["stakes"] = "parts.stake"
    if taken(case, section):
        arguments["net_debt"] = "segments.net_debt"
    if section.discount:
        arguments["discount"] = "segments.discount"
    return Drawn(
        "sotp",
        "Sum of the parts",
        Call(sotp_value, arguments),
        _uncertain(section),
        _certain(section, [*arguments], money, taken_label(case, section)),
        {"metrics": money, "multiples": "×", "stakes": "share", "net_debt": money, "discount": "share"},
        "segments.equity",
        "equity",
        money,
        price,
        width=len(section.parts),
    )


def _uncertain(section: Segments) -> list[Uncertain]:
    """Low and high from the case; a step for values other than multiples, or if the case gives none."""
    argued = any(part.method == "multiple" and ranges(part) for part in section.parts)
    found: list[Uncertain] = []
    for place, part in enumerate(section.parts, start=1):
        named = (f"multiples[{place}]", *_named(part), f"parts.base[{place}]")
        if ranges(part):
            found.append(between(*named, ref(f"parts.low[{place}]"), ref(f"parts.high[{place}]")))
        elif part.method != "multiple" or not argued:
            found.append(by_share(*named))
    return found


def _named(part: Part) -> tuple[str, str]:
    """What the uncertain number of a part is called, and its unit: a multiple, or a share of the value given."""
    if part.method == "multiple":
        return Text("{}, multiple", part.name), "×"
    return Text("{}, value", part.name), "share"


def _certain(section: Segments, arguments: Sequence[str], money: str, debt: str) -> list[Number]:
    found: list[Number] = []
    for place, part in enumerate(section.parts, start=1):
        found.append(Number(Text("{}, metric", part.name), f"parts.metric[{place}]", money))
        if "stakes" in arguments:
            found.append(Number(Text("{}, stake", part.name), f"parts.stake[{place}]", "share"))
        if part.method == "multiple" and not ranges(part):
            found.append(Number(Text("{}, multiple", part.name), f"parts.base[{place}]", "×"))
    if "net_debt" in arguments:
        found.append(Number(debt, "segments.net_debt", money))
    if "discount" in arguments:
        found.append(Number("Holding discount", "segments.discount", "share"))
    return found
