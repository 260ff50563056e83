"""Short case files to fill in, one per valuation method: at most thirty lines, with "?" for each number.

Beside each "?" stands what the records of a case say of the key.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from workbooks.case.annotations import fields, inner
from workbooks.case.model import Case
from workbooks.case.table_words import FIELDS, NAMES
from workbooks.case.tables import headings
from workbooks.case.toml_text import toml
from workbooks.case.value_checks import basis

Like: TypeAlias = Literal["comps", "sotp", "nav", "dcf", "users"]
LIKES: Final[tuple[str, ...]] = get_args(Like)

_HEAD: Final = """\
# Replace each "?" by a number, or by an amount with its unit: "45 {currency} m", "12.5%", "32m shares".
title = {title}

[company]
name = {name}
as_of = {as_of}
currency = "{currency}"
unit = {unit}

[defaults]
source = "?"
as_of = "{as_of}"
"""
_COUNTS: Final = {"shares": "shares", "users": "users", "peer_payers": "users", "peer_accounts": "users"}
_CAPITAL: Final = """
[capital]
{bridge}
shares = "?"
price = "?"
"""
_BODIES: Final[dict[str, str]] = {
    "sotp": """
[segments]
metric_name = "EBITDA"
of = "enterprise"
parts = [  # low, base and high are multiples of the metric
  { name = "First part", metric = "?", low = "?", base = "?", high = "?", peer = "Its peers" },
  { name = "Second part", metric = "?", low = "?", base = "?", high = "?", peer = "Its peers" },
  { name = "Third part", metric = "?", low = "?", base = "?", high = "?", peer = "Its peers" },
]
""",
    "nav": """
[segments]
of = "equity"
parts = [  # a part that is not owned whole has a stake: stake = "30%"
  { name = "Listed stake", method = "market", shares = "?", price = "?" },
  { name = "Unlisted stake", method = "book", value = "?" },
  { name = "Other assets", method = "value", value = "?" },
]
""",
    "dcf": """
[dcf]
revenue = "?"
growth = ["?", "?", "?", "?", "?"]
ebitda_margin = "?"
depreciation = "?"
tax_rate = "?"
capex = "?"
working_capital = "?"
terminal_growth = "?"
mid_year = true
wacc = "?"
""",
    "users": """
[users]
peer = "The peer"
users = "?"
ad_arpu = "?"
payer_arpu = "?"
peer_payers = "?"
peer_accounts = "?"
peer_value = "?"
peer_part = "?"
peer_whole = "?"
""",
}
_PEERS: Final = """\
peers = [
  { name = "Peer 1", multiples = { "EV/EBITDA" = "?", "P/E" = "?" } },
  { name = "Peer 2", multiples = { "EV/EBITDA" = "?", "P/E" = "?" } },
  { name = "Peer 3", multiples = { "EV/EBITDA" = "?", "P/E" = "?" } } ]
"""
_METRICS: Final = {"P/E": "Net profit", "P/B": "Book value", "P/S": "Revenue", "市盈率": "净利润", "市净率": "净资产"}


@dataclass(frozen=True, slots=True)
class Small:
    """Options of a short case; `peers` is a table of peers, named in the file as `peers_name`."""

    like: str
    name: str
    as_of: str
    currency: str
    unit: str
    peers: Path | None = None
    peers_name: str = ""


def small_case(wanted: Small) -> str:
    """Text of a short case file; shares and users are counted in the scale of money.

    Raises
    ------
    TableError
        If the table of peers cannot be read, or no heading of it is a multiple.
    """
    scale = count_scale(wanted)

    def counted(found: re.Match[str]) -> str:
        return f'{found[1]} = {{ value = "?", unit = "{scale}{_COUNTS[found[1]]}" }}'

    return _described(re.sub(rf'\b({"|".join(_COUNTS)}) = "\?"', counted, plain_case(wanted)))


def _described(text: str) -> str:
    """The text with the description of each key to fill in as a comment at the end of its line."""
    section, lines = "", []
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        found = re.match(r"(\w+) = .*\?", line)
        known = fields(inner(Case, section)).get(found[1]) if found else None
        lines.append(f"{line}  # {known.description}" if known and known.description else line)
    return "\n".join(lines) + "\n"


def count_scale(wanted: Small) -> str:
    """Scale of the unit of money followed by a space: 亿, m; empty without a scale."""
    scale = wanted.unit.removesuffix("元").replace(wanted.currency, "").strip()
    return f"{scale} ".lstrip()


def plain_case(wanted: Small) -> str:
    """Text of a short case file with "?" for every number.

    Raises
    ------
    TableError
        If the table of peers cannot be read, or no heading of it is a multiple.
    """
    head = _HEAD.format(
        title=toml(f"{wanted.name}: valuation"),
        name=toml(wanted.name),
        as_of=wanted.as_of,
        currency=wanted.currency,
        unit=toml(wanted.unit),
    )
    match wanted.like:
        case "comps":
            return head + _comparables(wanted)
        case "users":
            return head + _BODIES["users"]
        case "dcf" | "nav":
            return head + _CAPITAL.format(bridge='debt = "?"\ncash = "?"') + _BODIES[wanted.like]
        case like:
            return head + _CAPITAL.format(bridge='net_debt = "?"') + _BODIES[like]


def _comparables(wanted: Small) -> str:
    found = headings(wanted.peers) if wanted.peers else ["EV/EBITDA", "P/E"]
    multiples = [heading for heading in found if basis(heading)]
    own = [each for each in found if each not in multiples and each.casefold() not in (*NAMES, *FIELDS)]
    metrics = "".join(f'{toml(metric)} = "?"\n' for metric in dict.fromkeys(map(_metric, multiples)))
    rows = "".join(
        f'  {{ name = {toml(each)}, of = "{basis(each)}", metric = {toml(_metric(each))} }},\n' for each in multiples
    )
    measures = ", ".join(f"{{ name = {toml(each)} }}" for each in own)
    return (
        f"\n[metrics]\n{metrics}"
        + _CAPITAL.format(bridge='net_debt = "?"')
        + "\n[comparables]\n"
        + (f"table = {toml(wanted.peers_name)}\n" if wanted.peers else "")
        + f"multiples = [\n{rows.rstrip()} ]\n"
        + (f"measures = [{measures}]\n" if measures else "")
        + ("" if wanted.peers else _PEERS)
    )


def _metric(multiple: str) -> str:
    """Metric of a multiple by its name: EBITDA 2015E for EV/EBITDA 2015E."""
    if basis(multiple) == "enterprise":
        return multiple.partition("/")[2].strip() or multiple
    start = next((known for known in _METRICS if multiple.upper().startswith(known)), "")
    period = re.sub(r"[()]", "", multiple[len(start) :]).strip()
    return f"{_METRICS.get(start, multiple)} {period}".strip()
