"""The table to paste peers into: a sample of everything that it may contain, and the headings that it begins with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from workbooks.languages.language import CHINESE, ENGLISH
from workbooks.sheets.peers.block import COLUMNS
from workbooks.templates.to_fill import ToFill, sized

PEERS: Final = 25  # sample peers; with the spare rows thirty peers can be pasted
ENTERPRISE, EQUITY = 4, 2  # multiples that a table may have where the workbook has no other method
BESIDE_OTHERS: Final = (2, 2)  # of each kind, beside other methods: those of a usual export, in a usual number of rows
TIERS: Final = 3
DATE: Final = "date"
SOURCE: Final = "source_1"  # of what is typed
GROWTH: Final = "growth"
MEASURES: Final = {GROWTH: ("Growth", "%")}  # operating measures: their names, and what their numbers are typed in
HEADINGS: Final[Mapping[str, Mapping[str, str]]] = {
    ENGLISH: {
        "name": "Peer",
        "tier": "Tier",
        "included": "Included",
        "value": "Market cap",
        "ev": "EV",
        "net_debt": "Net debt",
        "revenue": "Revenue",
        "net_profit": "Net profit",
        "ebitda": "EBITDA",
        GROWTH: "Growth",
        "ps": "P/S",
        "pe": "P/E",
        "ev_ebitda": "EV/EBITDA",
        "why": "Why",
    },
    CHINESE: {
        "name": "可比公司",
        "tier": "组别",
        "included": "纳入",
        "value": "市值",
        "ev": "企业价值",
        "net_debt": "净债务",
        "revenue": "收入",
        "net_profit": "净利润",
        "ebitda": "EBITDA",
        GROWTH: "增速",
        "ps": "市销率",
        "pe": "市盈率",
        "ev_ebitda": "EV/EBITDA",
        "why": "理由",
    },
}
WITHOUT_UNIT: Final = frozenset({"name", "tier", "included", "ps", "pe", "ev_ebitda", "why"})
Columns: TypeAlias = dict[str, Sequence[str | float]]


class Sampled(NamedTuple):
    """A multiple of the sample: what it is of, its name, its metric, and its number among those of its kind."""

    basis: str
    name: str
    metric: str
    number: int


def multiples(enterprise: int, equity: int) -> tuple[Sampled, ...]:
    """So many multiples of each kind; the names are as long as usual ones, so that columns have room for those."""
    kinds = (("enterprise", "EV/", "EBITDA", enterprise), ("equity", "P/", "PROFIT", equity))
    return tuple(
        Sampled(basis, f"{start}{metric}{number}", f"{metric}{number}", number)
        for basis, start, metric, count in kinds
        for number in range(1, count + 1)
    )


MULTIPLES: Final = multiples(ENTERPRISE, EQUITY)


@dataclass(frozen=True, slots=True)
class PastedPeers:
    """Builds the sample of a table; its figures are added to `figures`."""

    unit: str
    samples: Iterator[float]
    figures: dict[str, dict[str, Any]]
    peers: int = PEERS
    multiples: tuple[Sampled, ...] = MULTIPLES
    told: bool = False  # whether the table has a column for reasons
    grown: bool = False  # whether it has one for growth

    def metrics(self) -> dict[str, str]:
        """The company's own figures, one for each multiple, to be filled in."""
        made = {metric: f"metrics.{basis}_{number}" for basis, _, metric, number in self.multiples}
        for metric, name in made.items():
            value = ToFill(sized(next(self.samples), self.unit))
            self.figures[name] = _figure(metric, value, self.unit) | {"as_of": ToFill(DATE)}
        return made

    def comparables(self) -> dict[str, Any]:
        """The multiples and a sample of peers."""
        multiples = [{"name": name, "of": basis, "metric": metric} for basis, name, metric, _ in self.multiples]
        measures = [{"name": MEASURES[GROWTH][0]}] if self.grown else []
        peers = [self._peer(n) for n in range(1, self.peers + 1)]
        return {"multiples": multiples, "peers": peers} | ({"measures": measures} if measures else {})

    def _peer(self, number: int) -> dict[str, Any]:
        money = {key: self._sampled(f"{key}_{number}", self.unit) for key in ("market_value", "net_debt")}
        metrics = {
            metric: self._sampled(f"{metric}_{number}", self.unit) for _, _, metric, n in self.multiples if n == 1
        }
        if self.grown:
            metrics[MEASURES[GROWTH][0]] = self._sampled(f"growth_{number}", "rate", 1 / (number + 7))
        given = [name for _, name, _, n in self.multiples if number % 2 or n > 1]
        multiples = {name: self._sampled(f"{name}_{number}", "×") for name in given}
        tier = f"Tier {1 + number % TIERS}"
        why = {"why": f"Reason {number}"} if self.told else {}
        return {"name": f"Sample {number}", "tier": tier, **money, "metrics": metrics, "multiples": multiples, **why}

    def _sampled(self, name: str, unit: str, sample: float | None = None) -> str:
        made = "peers." + name.replace("/", "_")
        value = sized(next(self.samples), unit) if sample is None else sample
        self.figures[made] = _figure(name, value, unit)
        return made


def _figure(label: str, value: object, unit: str) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "as_of": DATE, "source": SOURCE}


def usual(
    of: Mapping[str, str],
    enterprise: Iterable[str],
    equity: Iterable[str],
    room: tuple[int, int] = (ENTERPRISE, EQUITY),
) -> list[str]:
    """The multiples of a table whose headings name none, by the keys of their headings, in the room for each kind."""
    first, second = [of[key] for key in enterprise], [of[key] for key in equity]
    return [*first, *[""] * (room[0] - len(first)), *second, *[""] * (room[1] - len(second))]


def columns(of: Mapping[str, str], keys: Sequence[str], unit: str, names: Sequence[str] = ()) -> Columns:
    """The first cells of each column: its unit, its heading, and in the first one the names of peers."""
    made: Columns = {}
    for number in range(1, COLUMNS + 1):
        key = keys[number - 1] if number <= len(keys) else ""
        typed_in = MEASURES[key][1] if key in MEASURES else "" if not key or key in WITHOUT_UNIT else unit
        made[f"pasted.c{number}"] = (typed_in, of.get(key, ""), *(names if key == "name" else ()))
    return made | {"pasted.source": (), "pasted.as_of": ()}
