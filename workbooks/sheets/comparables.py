"""Comparables: what peers on the same ring road are valued at, and what that would make of the subject."""

from dataclasses import dataclass

import numpy as np

from valuation.multiples import implied_value, multiple, peer_multiple, peer_outliers
from workbooks.case import Case, Comparables, Peer
from workbooks.spec import (
    ABSENT,
    Call,
    Column,
    Content,
    Field,
    Fields,
    Formula,
    Input,
    Link,
    Sheet,
    Table,
    Values,
    Word,
)
from workbooks.workings.money import GROWS, figure, local

STATISTICS = ("min", "q1", "median", "mean", "harmonic", "q3", "max")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A multiple that peers are compared on: its id, its heading, and the metric under it."""

    id: str
    heading: str
    metric: str


RATIOS = (Ratio("ps", "P/S", "revenue"), Ratio("pe", "P/E", "net_profit"), Ratio("ev_ebitda", "EV/EBITDA", "ebitda"))
FACTS = (("value", "Value"), ("revenue", "Revenue"), ("net_profit", "Net profit"), ("ebitda", "EBITDA"))


def ratios(section: Comparables) -> list[Ratio]:
    """The multiples for which the subject has a metric and some peer a multiple."""
    return [
        ratio for ratio in RATIOS if getattr(section, ratio.metric) and any(_has(peer, ratio) for peer in section.peers)
    ]


def sheet(case: Case) -> Sheet | None:
    """The Comparables sheet."""
    section = case.comparables
    if section is None or not ratios(section):
        return None
    return Sheet(
        "comparables",
        "Comparables",
        "Comparables",
        "What would the subject be worth on the multiples of companies that drive on the same ring road?",
        (
            _peers(case, section),
            _statistics(section),
            _chosen(section),
            *(_implied(case, section, ratio) for ratio in ratios(section)),
        ),
        tab="results",
    )


def _peers(case: Case, section: Comparables) -> Table:
    peers = section.peers
    money = case.company.display_unit
    facts = [(name, heading) for name, heading in FACTS if any(getattr(peer, name) for peer in peers)]
    growth = [figure(peer.growth) if peer.growth else None for peer in peers]
    return Table(
        "peers",
        "Peers",
        note="A peer counts while its switch says yes; a multiple of a loss is n.m. and is never averaged.",
        rows=len(peers),
        grows=GROWS.format("peers"),
        columns=(
            Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
            Column(
                "included",
                "Counts",
                cells=[Input("yes" if p.included else "no", ("yes", "no")) for p in peers],
                width=13,
            ),
            *(
                Column(
                    name,
                    heading,
                    cells=[local(case, i) if (i := getattr(p, name)) else ABSENT for p in peers],
                    unit=money,
                )
                for name, heading in facts
            ),
            *(
                [Column("growth", "Growth", cells=[Link(g) if g else ABSENT for g in growth], unit="rate")]
                if any(growth)
                else ()
            ),
            *(
                Column(
                    ratio.id,
                    ratio.heading,
                    cells=[_multiple(peer, ratio) for peer in peers],
                    unit="×",
                )
                for ratio in ratios(section)
            ),
            *(Column(f"{ratio.id}_used", f"{ratio.heading} used", _used(ratio), unit="×") for ratio in ratios(section)),
            *(
                Column(f"{ratio.id}_outlier", f"{ratio.heading} outlier", _outlier(ratio), width=13)
                for ratio in ratios(section)
            ),
            *(
                Column(f"{ratio.id}_implied", f"Value by its {ratio.heading}", _implied_by(section, ratio), unit=money)
                for ratio in ratios(section)
            ),
            Column("why", "Why it is comparable, or not", cells=[peer.why for peer in peers], width=62, wrap=True),
        ),
    )


def _implied_by(section: Comparables, ratio: Ratio) -> Formula:
    metric, own = figure(getattr(section, ratio.metric)), ratio.id

    def implied(value: Values) -> list[object]:
        values = implied_value(value(metric), value(own))
        return [ABSENT if np.isnan(each) else each for each in np.atleast_1d(values).tolist()]

    return Formula(f'IF(ISNUMBER({{{own}}}),{{{metric}}}*{{{own}}},"{ABSENT}")', implied)


def _has(peer: Peer, ratio: Ratio) -> bool:
    return bool(getattr(peer, ratio.id) or (peer.value and getattr(peer, ratio.metric)))


def _multiple(peer: Peer, ratio: Ratio) -> Content:
    published = getattr(peer, ratio.id)
    if published:
        return Link(figure(published))
    if _has(peer, ratio):
        return Call(multiple, {"value": "value", "metric": ratio.metric})
    return ABSENT


def _used(ratio: Ratio) -> Formula:
    def used(value: Values) -> list[object]:
        counts = [switch == "yes" for switch in value("included")]
        return [
            ABSENT if not counted or np.isnan(own) else float(own) if own > 0 else "n.m."
            for counted, own in zip(counts, value(ratio.id), strict=True)
        ]

    own = f"{{{ratio.id}}}"
    return Formula(f'IF(AND({{included}}="yes",ISNUMBER({own})),IF({own}>0,{own},"n.m."),"{ABSENT}")', used)


def _outlier(ratio: Ratio) -> Formula:
    used = f"peers.{ratio.id}_used"
    q1, q3 = (f"{{statistics.{ratio.id}_{quartile}}}" for quartile in ("q1", "q3"))
    fence = f"{{inputs.fence}}*({q3}-{q1})"
    own = f"{{{ratio.id}_used}}"
    text = f'IF(ISNUMBER({own}),IF(OR({own}<{q1}-{fence},{own}>{q3}+{fence}),"outlier",""),"")'
    return Formula(text, lambda value: np.where(peer_outliers(value(used), value("inputs.fence")), "outlier", ""))


def _statistics(section: Comparables) -> Table:
    def count(used: str, text: str, *, numbers: bool) -> Formula:
        return Formula(text.format(used=used), lambda value: float((np.isfinite(value(used)) == numbers).sum()))

    columns = []
    for ratio in ratios(section):
        used = f"peers.{ratio.id}_used"
        cells: list[Content] = [
            count(used, "COUNT({{{used}}})", numbers=True),
            count(
                used, "COUNTA({{peers.name}})-1-COUNT({{{used}}})", numbers=False
            ),  # 1: the line that peers stand above
            *(Call(peer_multiple, {"multiples": used, "statistic": Word(s)}) for s in STATISTICS),
        ]
        names = ("count", "left_out", *STATISTICS)
        columns.append(
            Column(
                ratio.id,
                ratio.heading,
                cells=cells,
                units=["", "", *["×"] * len(STATISTICS)],
                unit="×",
                keys=[f"statistics.{ratio.id}_{name}" for name in names],
            )
        )
    return Table(
        "statistics",
        "Statistics of the peers that count",
        rows=2 + len(STATISTICS),
        columns=(Column("label", "Statistic", cells=["count", "left out or n.m.", *STATISTICS]), *columns),
    )


def _chosen(section: Comparables) -> Fields:
    return Fields(
        "Statistic in force",
        (
            Field("statistic", "Statistic", Input(section.statistic, STATISTICS), note="Choose from the list"),
            *(
                Field(
                    f"{ratio.id}_multiple",
                    f"{ratio.heading} in force",
                    Call(
                        peer_multiple,
                        {"multiples": f"peers.{ratio.id}_used", "statistic": "comparables.statistic"},
                        native=f"INDEX({{statistics.{ratio.id}}},MATCH({{comparables.statistic}},{{statistics.label}},0))",
                    ),
                    "×",
                    addin=True,
                    precise=True,
                )
                for ratio in ratios(section)
            ),
        ),
    )


def _implied(case: Case, section: Comparables, ratio: Ratio) -> Fields:
    metric = figure(getattr(section, ratio.metric))
    money = case.company.display_unit

    def line(name: str, label: str, by: str, *, strong: bool = False) -> Field:
        call = Call(implied_value, {"metric": metric, "multiple": by}, needs=(by,))
        return Field(f"{ratio.id}_{name}", label, call, money, strong=strong, addin=strong)

    return Fields(
        f"Value implied by {ratio.heading}",
        (
            Field(f"{ratio.id}_metric", case.figures[getattr(section, ratio.metric)].label, Link(metric), money),
            line("low", "At the lowest peer that counts", f"statistics.{ratio.id}_min"),
            line("base", "At the statistic in force", f"comparables.{ratio.id}_multiple", strong=True),
            line("high", "At the highest peer that counts", f"statistics.{ratio.id}_max"),
        ),
    )
