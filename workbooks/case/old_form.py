"""Cases of the first form, whose figures all stand under [figures], brought to today's keys."""

from typing import Any, Final

METRICS: Final = {"revenue": "Revenue", "net_profit": "Net profit", "ebitda": "EBITDA"}
MULTIPLES: Final = {
    "ps": ("P/S", "equity", "revenue"),
    "pe": ("P/E", "equity", "net_profit"),
    "ev_ebitda": ("EV/EBITDA", "enterprise", "ebitda"),
}


def todays(raw: dict[str, Any]) -> dict[str, Any]:
    """The data of a case file with today's keys; what is of today's form already stays as it is."""
    found = dict(raw)
    company = raw.get("company")
    if isinstance(company, dict) and "display_unit" in company and "unit" not in company:
        company = {"unit" if key == "display_unit" else key: value for key, value in company.items()}
        found["company"] = company
    if isinstance(company, dict) and isinstance(company.get("fx"), str) and "fx" not in raw:
        pair = f"{company.get('reporting_currency', '')}{company.get('currency', '')}"
        found["fx"] = {pair: company["fx"]}
    comparables = raw.get("comparables")
    if isinstance(comparables, dict) and "multiples" not in comparables and "table" not in comparables:
        found["comparables"], metrics = _comparables(comparables)
        found["metrics"] = metrics | found.get("metrics", {})
    return found


def _comparables(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    peers = given.get("peers", ())
    metrics = {METRICS[key]: given[key] for key in METRICS if key in given}
    multiples = tuple(
        {"name": name, "of": of, "metric": METRICS[metric]}
        for key, (name, of, metric) in MULTIPLES.items()
        if metric in given and any(isinstance(peer, dict) and _has(peer, key, metric) for peer in peers)
    )
    kept = {key: value for key, value in given.items() if key not in METRICS}
    ends = {"low": "min", "high": "max"}
    return ends | kept | {"multiples": multiples, "peers": tuple(map(_peer, peers))}, metrics


def _has(peer: dict[str, Any], key: str, metric: str) -> bool:
    return key in peer or ("value" in peer and metric in peer)


def _peer(given: Any) -> Any:  # noqa: ANN401 - what TOML holds
    if not isinstance(given, dict):
        return given
    kept = {key: value for key, value in given.items() if key not in METRICS and key not in MULTIPLES}
    metrics = {METRICS[key]: given[key] for key in METRICS if key in given}
    multiples = {MULTIPLES[key][0]: given[key] for key in MULTIPLES if key in given}
    return kept | ({"metrics": metrics} if metrics else {}) | ({"multiples": multiples} if multiples else {})
