"""Short case of one valuation method as a workbook to fill in: each "?" becomes an input cell."""

import tomllib
from collections.abc import Iterator
from typing import Any, Final

from workbooks.case.annotations import children, role_of
from workbooks.case.inline import TO_FILL, lowered
from workbooks.case.model import Case
from workbooks.case.roles import Role
from workbooks.case.shape import Location, frozen
from workbooks.declarations.texts import Text
from workbooks.templates.skeleton import Skeleton
from workbooks.templates.small_case import Small, count_scale, plain_case
from workbooks.templates.to_fill import ToFill, samples, sized

LABELS: Final = {
    "net_debt": "Net debt: debt less cash, negative where cash is larger",
    "debt": "Debt",
    "cash": "Cash and equivalents",
    "shares": "Shares, fully diluted",
    "price": "Share price",
    "revenue": "Revenue of the last year",
    "ebitda_margin": "EBITDA ÷ revenue",
    "depreciation": "Depreciation ÷ revenue",
    "tax_rate": "Tax rate",
    "capex": "Capital expenditure ÷ revenue",
    "working_capital": "Working capital ÷ change in revenue",
    "terminal_growth": "Growth for ever",
    "wacc": "Cost of capital (WACC)",
    "users": "Number of users",
    "ad_arpu": "Yearly advertising revenue per account of the peer",
    "payer_arpu": "Yearly spending per paying account of the peer",
    "peer_payers": "Paying accounts of the peer",
    "peer_accounts": "Accounts of the peer",
    "peer_value": "Market capitalisation of the peer",
    "peer_part": "Revenue of the peer that the analogy is about",
    "peer_whole": "Revenue of the peer, whole",
}
OF_PARTS: Final = {
    "metric": "{}: revenue or profit",
    "low": "{}: multiple, low",
    "base": "{}: multiple, base",
    "high": "{}: multiple, high",
    "shares": "{}: shares held",
    "price": "{}: share price",
    "value": "{}: value",
}
PARTS: Final = {"market": "Listed stake", "book": "Unlisted stake", "value": "Other assets"}  # by method
# Samples that must be in order or within bounds; the others are arbitrary.
SAMPLES: Final = {
    "low": 1.5,
    "base": 2.5,
    "high": 3.5,
    "growth": 0.08,
    "ebitda_margin": 0.3,
    "depreciation": 0.05,
    "tax_rate": 0.25,
    "capex": 0.06,
    "working_capital": 0.1,
    "terminal_growth": 0.02,
    "wacc": 0.09,
}
EXCHANGE_RATE: Final = 6.5


def short_workbook_skeleton(wanted: Small) -> Skeleton:
    """Skeleton of a short case: figures, names of parts and the source are to be filled in.

    Raises
    ------
    WantedError
        If the options are not valid: an unknown currency or unit.
    """
    raw: dict[str, Any] = frozen(tomllib.loads(plain_case(wanted)))
    raw["title"] = Text("{}: valuation", wanted.name)
    if "users" in raw:
        raw["users"] = raw["users"] | {"peer": "the peer"}
    maker = _Maker(wanted)
    sections: dict[str, Any] = {}
    for key, expected, value in children(Case, raw):
        named = maker.named(raw["segments"]) if key == "segments" else value
        sections[str(key)] = maker.filled(expected, named, (key,))
    source = {"title": ToFill("Title of the source"), "publisher": ToFill("publisher"), "date": ToFill("date")}
    sampled = raw | sections | {"defaults": raw["defaults"] | {"source": "source_1"}}
    sampled["sources"] = {"source_1": {"title": "Title of the source", "publisher": "publisher", "date": "date"}}
    made = lowered(sampled).raw
    figures = {
        name: figure | {"value": ToFill(figure["value"]), "as_of": ToFill("date")}
        for name, figure in made.pop("figures").items()
    }
    made.pop("defaults")
    if "segments" in made:
        made["segments"] = _to_type(made["segments"], maker.hints)
    found = Skeleton({**made, "sources": {"source_1": source}, "figures": figures})
    found.sample()  # refused here, whatever it is wanted for
    return found


class _Maker:
    """Replaces every "?" by a labelled figure with a sample."""

    def __init__(self, wanted: Small) -> None:
        self.samples = samples()
        self.unit = wanted.unit
        self.hints: set[str] = set()
        self.count = count_scale(wanted)  # 亿, m: what users and shares are counted in

    def named(self, section: dict[str, Any]) -> dict[str, Any]:
        """The sum of the parts, with placeholder names of the parts."""
        parts = section["parts"]
        names = [PARTS.get(part.get("method", ""), f"Part {n}") for n, part in enumerate(parts, start=1)]
        self.hints.update(names)
        rows = (part | {"name": name} for part, name in zip(parts, names, strict=True))
        return section | {"parts": tuple(part | ({"peer": "a peer"} if "peer" in part else {}) for part in rows)}

    def filled(self, expected: object, value: object, loc: Location, name: str = "") -> object:
        """A value of a section with each "?" replaced by a figure with a sample."""
        role = role_of(expected)
        if role and value == TO_FILL:
            return self._figure(role, loc, name)
        if isinstance(value, dict):
            name = value["name"] if isinstance(value.get("name"), str) else name
            return value | {
                key: self.filled(each, item, (*loc, key), name) for key, each, item in children(expected, value)
            }
        if isinstance(value, tuple):
            return tuple(self.filled(each, item, (*loc, key), name) for key, each, item in children(expected, value))
        return value

    def _figure(self, role: Role, loc: Location, name: str) -> dict[str, Any]:
        key = next(str(step) for step in reversed(loc) if isinstance(step, str))
        return {"label": _label(loc, key, name), "value": self._sample(role, key, loc)} | self._unit(role)

    def _sample(self, role: Role, key: str, loc: Location) -> float:
        if loc[0] == "fx":
            return EXCHANGE_RATE
        sample = SAMPLES.get(key) or next(self.samples)
        unit = self._unit(role).get("unit", self.unit if role.kinds == ("money",) else "")
        return sized(sample, unit) if unit else sample

    def _unit(self, role: Role) -> dict[str, str]:
        return {"unit": f"{self.count}{role.noun}"} if role.kinds == ("count",) else {}


def _label(loc: Location, key: str, name: str) -> str:
    if loc[0] == "fx":
        return "Exchange rate"
    if loc[0] == "segments":
        return Text(OF_PARTS[key], name)
    if loc[:2] == ("dcf", "growth"):
        return Text("Growth of revenue, year {}", str(int(loc[2]) + 1))
    return LABELS[key]


def _to_type(value: Any, hints: set[str]) -> Any:  # noqa: ANN401 - the data of a case
    """The data with placeholder names and words marked as such."""
    if isinstance(value, dict):
        return dict(_marked(value, hints))
    return [_to_type(item, hints) for item in value] if isinstance(value, tuple) else value


def _marked(table: dict[str, Any], hints: set[str]) -> Iterator[tuple[str, Any]]:
    for key, item in table.items():
        typed = key in {"name", "peer"} and isinstance(item, str) and (item in hints or item == "a peer")
        yield key, ToFill(item) if typed else _to_type(item, hints)
