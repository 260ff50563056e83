"""Builds an empty case: all figures that the requested methods need, with labels and units but without numbers.

It is the data of a case file with `ToFill` for values to fill in. In a case file these are written as "?", which `load`
reports one by one; for a workbook each has a sample value with which the formulas are verified before it is removed.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final

from workbooks.case.peer_values import USUAL, is_of_enterprise
from workbooks.case.quantity import quantity
from workbooks.declarations.texts import Text
from workbooks.peer_import.headings import FIGURES
from workbooks.peer_import.records import Found, PeersTable
from workbooks.sheets.peers.block import MOST
from workbooks.templates.pasted_peers import (
    BESIDE_OTHERS,
    GROWTH,
    HEADINGS,
    PEERS,
    SOURCE,
    Columns,
    PastedPeers,
    columns,
    multiples,
    usual,
)
from workbooks.templates.skeleton import Skeleton, WantedError
from workbooks.templates.to_fill import ToFill, samples, sized
from workbooks.templates.wording import PEER_LABELS, QUESTIONS

TABLE, OURS = "peers_table", "template"
FIELDS: Final = {"ev": "enterprise_value"}  # of a peer, where a table calls it otherwise


@dataclass(frozen=True, slots=True)
class Wanted:
    """Options for an empty case: unit of money and names of list items, "" for a name to be filled in."""

    company: str
    as_of: dt.date
    _: KW_ONLY
    currency: str = "CNY"
    reporting_currency: str = ""
    display_unit: str = "亿元"
    reporting_unit: str = ""
    peers: tuple[str, ...] = ("",) * 5
    peer_figures: tuple[str, ...] = ("value", "net_debt", "revenue", "net_profit", "ebitda", "growth")
    table: PeersTable | None = None
    segments: tuple[str, ...] = ("",) * 3
    scenarios: tuple[str, ...] = ("",) * 3
    mix: tuple[str, ...] = ("Services", "Products")
    years: int = 3
    rounds: int = 0
    users: bool = False
    premium: bool = False
    pasted: bool = False  # whether peers are pasted into a table of a workbook, whose headings name the multiples


def skeleton(wanted: Wanted) -> Skeleton:
    """Build the empty case for some options.

    Raises
    ------
    WantedError
        If the options are not valid: an unknown currency or unit, a duplicate name.
    """
    unknown = [figure for figure in wanted.peer_figures if figure not in FIGURES]
    if unknown:
        message = f"{', '.join(unknown)}: no figure of a peer; expected some of {', '.join(FIGURES)}"
        raise WantedError(message)
    if wanted.rounds == 1:
        message = "growth needs two rounds: expected none, or at least two"
        raise WantedError(message)
    if wanted.scenarios and not wanted.mix:
        message = "scenarios need a mix: what revenue is made of"
        raise WantedError(message)
    made = _Maker(wanted)
    made.company()
    if wanted.table or wanted.peers:
        made.peers()
    if wanted.segments:
        made.segments()
    if wanted.scenarios:
        made.scenarios()
    if wanted.users:
        made.users()
    if wanted.premium:
        made.premium()
    if wanted.rounds:
        made.funding()
    found = made.skeleton()
    found.sample()  # refused here, whatever it is wanted for
    return found


class _Maker:
    """Builds the sections and their figures."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.figures: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, dict[str, Any]] = {SOURCE: _source()}
        self.sections: dict[str, Any] = {}
        self.optional: set[str] = set()
        self.tables: dict[str, Columns] = {}
        self.named = False  # whether the table of peers begins with names
        self.samples = samples()
        scale = wanted.display_unit.removesuffix("元").replace(wanted.currency, "").strip()
        self.count = f"{scale} ".lstrip()  # scale of users and shares: 亿, m

    def skeleton(self) -> Skeleton:
        head = {"title": Text("{}: valuation", self.wanted.company), "company": self.head, "sources": self.sources}
        return Skeleton({**head, "figures": self.figures, **self.sections}, self.optional, self.tables, self.named)

    def figure(self, name: str, label: str, unit: str, sample: float | dt.date | None = None) -> str:
        """Add a figure to be filled in."""
        value = sized(next(self.samples), unit) if sample is None else sample
        self.figures[name] = {
            "label": label,
            "value": ToFill(value),
            "unit": unit,
            "as_of": ToFill("date"),
            "source": SOURCE,
        }
        return name

    def company(self) -> None:
        wanted = self.wanted
        self.head = {
            "name": wanted.company,
            "as_of": wanted.as_of,
            "currency": wanted.currency,
            "unit": wanted.display_unit,
        }
        if wanted.reporting_currency:
            rate = f"{wanted.currency} per {wanted.reporting_currency}"
            self.head |= {
                "reporting_currency": wanted.reporting_currency,
                "reporting_unit": wanted.reporting_unit,
                "fx": self.figure("fx", "Exchange rate", rate, 6.5),
            }
        self.head["price"] = self.figure("price", "Price or valuation of the last round", self.money)
        self.optional.add("price")

    @property
    def money(self) -> str:
        return self.wanted.display_unit

    def subject(self, name: str, label: str) -> str:
        """A metric of the company itself, shared by the methods that need it."""
        if name not in self.figures:
            self.figure(name, label, self.money)
            self.figures[name]["as_of"] = ToFill("the last year")
        return name

    def net_debt(self) -> str:
        """The net debt of the company, shared by the methods that need it."""
        if "net_debt" not in self.figures:
            self.figure("net_debt", "Net debt: debt less cash, negative where cash is larger", self.money)
        return "net_debt"

    def shares(self) -> str:
        """The shares of the company, shared by the methods that need them."""
        if "shares" not in self.figures:
            self.figure("shares", "Shares, fully diluted", f"{self.count}shares")
            self.optional.add("shares")
        return "shares"

    def rate(self, currency: str) -> None:
        """Add the exchange rate of a third currency."""
        if currency in {"", self.wanted.currency, self.wanted.reporting_currency}:
            return
        rates = self.sections.setdefault("fx", {})
        per = f"{self.wanted.currency} per {currency}"
        pair = f"{currency}{self.wanted.currency}"
        if pair not in rates:
            rates[pair] = self.figure(f"fx_{currency.lower()}", Text("{}: {}", "Exchange rate", per), per, 6.5)

    def peers(self) -> None:
        if self.wanted.pasted:
            self.pasted()
        else:
            self.comparables()

    def comparables(self) -> None:
        peers = [*(self._from_table() if self.wanted.table else self._to_fill())]
        has = {key for peer in peers for key in peer}
        section: dict[str, Any] = {"statistic": "median", "low": "min", "high": "max"}
        equity, enterprise = "value" in has, bool(has & {"enterprise_value", "net_debt"})
        for key, _, metric, label in USUAL:
            valued = enterprise if is_of_enterprise(key) else equity
            if key in has or (valued and metric in has):
                section[metric] = self.subject(metric, label)
        if "ebitda" in section:  # a multiple of enterprise value, so a bridge is needed
            self.capital()
        self.sections["comparables"] = section | {"peers": peers}

    def capital(self) -> None:
        """The bridge from enterprise value, and what a price per share needs."""
        self.sections["capital"] = {
            "net_debt": self.net_debt(),
            "shares": self.shares(),
            "price": self.figure("share_price", "Share price", f"{self.wanted.currency} per share"),
        }
        self.optional = self.optional - {"price"} | {"share_price"}
        del self.head["price"], self.figures["price"]

    def pasted(self) -> None:
        """Peers in a table to paste into, and the company's own figure for each multiple that it may have."""
        wanted, shown = self.wanted, self.wanted.peer_figures
        if len(wanted.peers) > MOST:
            message = f"{len(wanted.peers):,} peers: a workbook to fill in has room for {MOST}; a case file has more"
            raise WantedError(message)
        many = max(PEERS, len(wanted.peers))
        room = multiples(*BESIDE_OTHERS)
        made = PastedPeers(self.money, self.samples, self.figures, many, room, told=True, grown=GROWTH in shown)
        self.sections["metrics"] = made.metrics()
        self.optional |= {*self.sections["metrics"].values()}
        self.capital()
        self.sections["comparables"] = made.comparables()
        self.named = any(wanted.peers)
        keys = ["name", "tier", "included", *shown, "why"]
        enterprise = ["ev_ebitda"] if "ebitda" in shown else []
        equity = [key for key, metric in (("pe", "net_profit"), ("ps", "revenue")) if metric in shown]
        self.tables = {
            code: columns(of, keys, self.money, wanted.peers)
            | {"pasted_multiples.typed": usual(of, enterprise, equity, BESIDE_OTHERS)}
            for code, of in HEADINGS.items()
        }

    def _to_fill(self) -> Iterator[dict[str, Any]]:
        for number, name in enumerate(self.wanted.peers, start=1):
            peer = {"name": name or ToFill(f"Peer {number}"), "why": ToFill("Why it is comparable, or not")}
            for what in self.wanted.peer_figures:
                unit = {"growth": "rate"}.get(what, "×" if what in ("ps", "pe", "ev_ebitda") else self.money)
                sample = 0.1 if what == "growth" else None
                label = Text("{}: {}", name or f"Peer {number}", PEER_LABELS[what])
                peer[FIELDS.get(what, what)] = self.figure(f"peer_{number}_{what}", label, unit, sample)
                self.optional.add(f"peer_{number}_{what}")
            yield peer

    def _from_table(self) -> Iterator[dict[str, Any]]:
        table = self.wanted.table
        if table is None:
            return
        title = table.file
        self.sources[TABLE] = _source(title, table.publisher)
        for number, found in enumerate(table.peers, start=1):
            peer: dict[str, Any] = {"name": found.name, "why": ToFill("Why it is comparable, or not")}
            for what, figure in found.figures.items():
                self.rate(quantity(figure.unit).currency)
                name = f"peer_{number}_{what}"
                self.figures[name] = _known(Text("{}: {}", found.name, PEER_LABELS[what]), figure)
                peer[FIELDS.get(what, what)] = name
            if len(peer) > 2:  # noqa: PLR2004 - its name, why, and a figure
                yield peer

    def segments(self) -> None:
        parts = []
        for number, name in enumerate(self.wanted.segments, start=1):
            shown = name or f"Part {number}"
            ids = {
                "metric": self.figure(f"part_{number}_metric", Text("{}: revenue or profit", shown), self.money),
                "low": self.figure(f"part_{number}_low", Text("{}: multiple, low", shown), "×", 1 + number / 8),
                "base": self.figure(f"part_{number}_base", Text("{}: multiple, base", shown), "×", 2 + number / 8),
                "high": self.figure(f"part_{number}_high", Text("{}: multiple, high", shown), "×", 3 + number / 8),
            }
            texts = {"metric_name": ToFill("Revenue"), "peer": ToFill("a peer")}
            parts.append({"name": name or ToFill(shown), **ids, **texts})
        # Where there is a bridge, the same claims are taken off as in the other methods.
        bridged = "capital" in self.sections
        section: dict[str, Any] = {"of": "enterprise"} if bridged else {}
        section["group"] = self.subject("revenue", "Revenue of the last year")
        if not bridged:
            section["net_debt"] = self.net_debt()
        section["discount"] = self.figure("discount", "Holding discount", "share", 0.125)
        if not bridged:
            section["shares"] = self.shares()
        self.sections["segments"] = section | {"parts": parts}

    def scenarios(self) -> None:
        wanted, count = self.wanted, len(self.wanted.scenarios)
        year = {"label": "Years ahead", "value": wanted.years, "unit": "years"}
        self.sources[OURS] = _source("How this template was made", "Steelyard", wanted.as_of.isoformat())
        self.figures["years"] = {**year, "as_of": wanted.as_of.isoformat(), "source": OURS}
        shares = [1 / len(wanted.mix)] * len(wanted.mix)
        cases = []
        for number, name in enumerate(wanted.scenarios, start=1):
            shown, base = name or f"Scenario {number}", f"scenario_{number}"
            mix = [
                self.figure(f"{base}_mix_{n}", Text("{}: share of {} in revenue", shown, part), "share", share)
                for n, (part, share) in enumerate(zip(wanted.mix, shares, strict=True), start=1)
            ]
            margins = [
                self.figure(f"{base}_margin_{n}", Text("{}: net margin of {}", shown, part), "rate", 1 / (n + 15))
                for n, part in enumerate(wanted.mix, start=1)
            ]
            cases.append(
                {
                    "name": name or ToFill(shown),
                    "growth": self.figure(
                        f"{base}_growth", Text("{}: {}", shown, PEER_LABELS["growth"]), "rate", 1 / (number + 7)
                    ),
                    "mix": mix,
                    "margins": margins,
                    "basis": "earnings",
                    "multiple": self.figure(f"{base}_multiple", Text("{}: multiple", shown), "×"),
                    "discount_rate": self.figure(f"{base}_rate", Text("{}: discount rate", shown), "rate", 0.125),
                    "probability": self.figure(
                        f"{base}_probability", Text("{}: probability", shown), "share", 1 / count
                    ),
                }
            )
        revenue = self.subject("revenue", "Revenue of the last year")
        section = {"of": "equity", "revenue": revenue, "years": "years", "parts": list(wanted.mix)}
        self.sections["scenarios"] = section | {"selected": (count + 1) // 2, "cases": cases}

    def users(self) -> None:
        local, accounts = self.wanted.currency, f"{self.count}accounts"
        per = f"{local} per account"
        other = self.wanted.reporting_unit or self.money
        figures: Mapping[str, tuple[str, str]] = {
            "users": ("Number of users", accounts),
            "ad_arpu": ("Yearly advertising revenue per account of the peer", per),
            "payer_arpu": ("Yearly spending per paying account of the peer", per),
            "peer_payers": ("Paying accounts of the peer", accounts),
            "peer_accounts": ("Accounts of the peer", accounts),
            "peer_value": ("Market capitalisation of the peer", other),
            "peer_part": ("Revenue of the peer that the analogy is about", self.money),
            "peer_whole": ("Revenue of the peer, whole", self.money),
        }
        section = {name: self.figure(f"users_{name}", label, unit) for name, (label, unit) in figures.items()}
        self.sections["users"] = {"peer": "the peer", **section}

    def premium(self) -> None:
        questions = [
            {
                "name": question,
                "score": self.figure(f"score_{n}", Text("Score, {}: {}", n, question), "score", 1.0 + n % 5),
                "weight": self.figure(f"weight_{n}", Text("Weight, {}: {}", n, question), "share", 1 / len(QUESTIONS)),
                "why": ToFill("What the answer rests on"),
            }
            for n, question in enumerate(QUESTIONS, start=1)
        ]
        self.sections["premium"] = {
            "of": "equity",
            "metric": self.subject("net_profit", "Net profit of the last year"),
            "base_multiple": self.figure("base_multiple", "Multiple of the peer", "×"),
            "peer": "the peer",
            "maximum": self.figure("maximum_premium", "Premium that the best score earns", "rate", 0.5),
            "questions": questions,
        }

    def funding(self) -> None:
        rounds = []
        for number in range(1, self.wanted.rounds + 1):
            day = self.wanted.as_of.replace(month=1, day=1, year=self.wanted.as_of.year - self.wanted.rounds + number)
            base, shown = f"round_{number}", f"Round {number}"
            valuation, raised = Text("{}: post-money valuation", shown), Text("{}: money raised", shown)
            rounds.append(
                {
                    "name": ToFill(shown),
                    "date": self.figure(f"{base}_date", Text("{}: date", shown), "date", day),
                    "valuation": self.figure(f"{base}_valuation", valuation, self.money),
                    "raised": self.figure(f"{base}_raised", raised, self.money, 10.0 + number),
                }
            )
        self.sections["funding"] = {"rounds": rounds}


def _source(title: str = "", publisher: str = "", date: str = "") -> dict[str, Any]:
    return {
        "title": title or ToFill("Title of the source"),
        "publisher": publisher or ToFill("publisher"),
        "date": date or ToFill("date"),
    }


def _known(label: str, found: Found) -> dict[str, Any]:
    """A figure from a table, with its cell."""
    as_of = found.as_of or ToFill("date")
    return {
        "label": label,
        "value": found.value,
        "unit": found.unit,
        "as_of": as_of,
        "source": TABLE,
        "note": found.place,
    }
