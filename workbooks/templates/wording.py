"""Texts of empty cases: names of figures of peers, and the questions of the scorecard."""

from typing import Final

PEER_LABELS: Final = {
    "value": "market capitalisation",
    "ev": "enterprise value",
    "net_debt": "net debt",
    "revenue": "revenue",
    "net_profit": "net profit",
    "ebitda": "EBITDA",
    "growth": "growth of revenue per year",
    "ps": "price to sales",
    "pe": "price to earnings",
    "ev_ebitda": "EV to EBITDA",
}
QUESTIONS: Final = (
    "How large can the market become?",
    "How strong is the position in it?",
    "How good is the business model?",
    "How well is it defended?",
    "How capable is the management?",
    "How healthy are the finances?",
    "How fast does it grow?",
    "How well is it governed?",
)
