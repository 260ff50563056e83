"""Labels of figures that a case file gives none: the name of the row, the field, and its position in a list.

`comparables.peers[1].enterprise_value` of a peer named Alpha is "Alpha, enterprise value", `dcf.growth[0]` is
"Growth 1" and `capital.options[0].strike` is "Options 1, strike".
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

NAMED: Final = ("metrics", "multiples")  # tables whose keys are names of the case's own
_FIELDS: Final = {
    "ad_arpu": "Ad ARPU",
    "ads_ratio": "Ordinary shares per ADS",
    "capex": "Capital expenditure",
    "ebitda": "EBITDA",
    "ebitda_margin": "EBITDA margin",
    "ev_ebitda": "EV/EBITDA",
    "group": "Metric of the group",
    "payer_arpu": "ARPU of payers",
    "pe": "P/E",
    "peer_accounts": "Users of the peer",
    "peer_part": "The peer's revenue of this kind",
    "peer_payers": "Paying users of the peer",
    "peer_value": "Market value of the peer",
    "peer_whole": "Whole revenue of the peer",
    "pre_money": "Pre-money valuation",
    "prior_ad_arpu": "Ad ARPU of the prior year",
    "prior_payer_arpu": "ARPU of payers in the prior year",
    "ps": "P/S",
    "quarter_ad_arpu": "Ad ARPU of the quarter",
    "quarter_ad_growth": "Ad growth of the quarter",
    "restricted": "Restricted shares",
    "wacc": "WACC",
}
_METHODS: Final = {
    "segments": "the sum of the parts",
    "dcf": "the DCF",
    "users": "the value per user",
    "cohorts": "the cohorts",
    "scenarios": "the scenarios",
    "premium": "the premium",
    "funding": "the funding rounds",
    "holdings": "the holdings",
}
WEIGHT: Final = "Weight of {}"
RATE: Final = "Exchange rate, {}"
TEMPLATES: Final = (WEIGHT, RATE)
_PARTS: Final = re.compile(r"(?:(?P<name>.+), )?(?P<field>.+?)(?: (?P<number>\d{1,3}))?", re.DOTALL)


class LabelParts(NamedTuple):
    """A label in its parts; name and number may be empty."""

    name: str
    field: str
    number: str


def label(loc: Sequence[str | int], name: str = "", metric_name: str = "") -> str:
    """Label of a figure.

    Parameters
    ----------
    loc : path
        Place of the figure in the case file.
    name : text
        Name of its row; empty where the row has none.
    metric_name : text
        What the case calls the metric of the row.

    Examples
    --------
    >>> label(("comparables", "peers", 1, "ev_ebitda"), "Alpha"), label(("capital", "options", 0, "strike"))
    ('Alpha, EV/EBITDA', 'Options 1, strike')
    """
    if loc[0] == "fx":
        pair = str(loc[-1])
        return RATE.format(f"{pair[3:]} per {pair[:3]}")
    if loc[-1] == "metric" and metric_name:
        return f"{name}, {metric_name}" if name else metric_name
    keys = [step for step in loc if isinstance(step, str)]
    number = f" {loc[-1] + 1}" if isinstance(loc[-1], int) else ""
    if keys[-2:-1] == ["weights"]:
        return WEIGHT.format(_METHODS.get(keys[-1], keys[-1]))
    if keys[-2:-1] and keys[-2] in NAMED:
        return f"{name}, {keys[-1]}" if name else keys[-1][:1].upper() + keys[-1][1:]
    row = loc[-2] if len(loc) > 2 and isinstance(loc[-2], int) and isinstance(loc[-1], str) else None  # noqa: PLR2004 - a table, a row and its field
    if row is not None and not name:
        name = f"{_field(keys[-2])} {row + 1}"
    field = _field(keys[-1]) + number
    return f"{name}, {_continued(field)}" if name else field


def parts(text: str) -> LabelParts:
    """The parts of a label: its field as it begins a label.

    Examples
    --------
    >>> parts("Alpha, enterprise value"), parts("Growth 1")
    (LabelParts(name='Alpha', field='Enterprise value', number=''), LabelParts(name='', field='Growth', number='1'))
    """
    found = _PARTS.fullmatch(text)
    name, field, number = found.groups("") if found else ("", text, "")
    return LabelParts(name, field[:1].upper() + field[1:], number)


def _field(key: str) -> str:
    words = key.replace("_", " ")
    return _FIELDS.get(key, words[:1].upper() + words[1:])


def _continued(field: str) -> str:
    """A field after a comma: with a small letter, unless it begins with an abbreviation."""
    return field if field[1:2].isupper() or field[1:2] == "/" else field[:1].lower() + field[1:]
