"""Findings as text, JSON, Markdown and SARIF."""

import json
from collections.abc import Mapping
from typing import Any, Final

from valuation.about import steelyard_version
from workbooks.audit.finding import SEVERITIES, Finding
from workbooks.audit.report import Report
from workbooks.audit.rulebook import RULES

FORMATS: Final = ("text", "json", "markdown", "sarif")
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LISTED: Final = 8  # cells of a finding that a line lists


def written(reports: Mapping[str, Report], form: str) -> str:
    """Reports by file name in a format: text, json, markdown or sarif."""
    match form:
        case "json":
            return as_json(reports)
        case "markdown":
            return as_markdown(reports)
        case "sarif":
            return as_sarif(reports)
        case _:
            return as_text(reports)


def as_text(reports: Mapping[str, Report]) -> str:
    """Text with three lines per finding: place and rule; reason; fix."""
    lines = []
    for name, report in reports.items():
        for each in report.findings:
            lines += [
                f"{each.severity}: {each.where or name} [{each.rule}]{_count(each)}",
                f"    {each.message}",
                f"    → {each.fix}",
            ]
        lines.append(f"{name}: {totals(report)}")
    return "\n".join(lines)


def as_json(reports: Mapping[str, Report]) -> str:
    """JSON: `{"findings": […]}`; with several files each finding names its file."""
    several = len(reports) > 1
    found = [
        {**({"file": name} if several else {}), **each.as_json(), "fingerprint": mark}
        for name, report in reports.items()
        for each, mark in zip(report.findings, report.prints, strict=True)
    ]
    return json.dumps({"findings": found}, ensure_ascii=False, indent=2, allow_nan=False)


def as_markdown(reports: Mapping[str, Report]) -> str:
    """One table of findings per file."""
    lines = []
    for name, report in reports.items():
        lines += [f"## {name}", "", totals(report), ""]
        if report.findings:
            lines += ["| severity | cell | rule | what and why | how to mend |", "|---|---|---|---|---|"]
            lines += [
                f"| {each.severity} | {_cell(each.where)} | {each.rule}{_count(each)} | {_cell(each.message)} "
                f"| {_cell(each.fix)} |"
                for each in report.findings
            ]
            lines.append("")
    return "\n".join(lines)


def as_sarif(reports: Mapping[str, Report]) -> str:
    """SARIF 2.1.0, with the cell as logical location and a fingerprint without the address."""
    rules = sorted({each.rule for report in reports.values() for each in report.findings})
    results = [
        _result(name, each, mark, rules.index(each.rule))
        for name, report in reports.items()
        for each, mark in zip(report.findings, report.prints, strict=True)
    ]
    driver = {
        "name": "Steelyard",
        "semanticVersion": steelyard_version(),
        "rules": [{"id": rule, "shortDescription": {"text": RULES.get(rule, rule)}} for rule in rules],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(log, ensure_ascii=False, indent=2, allow_nan=False)


def totals(report: Report) -> str:
    """Number of findings by severity, as text.

    Examples
    --------
    >>> totals(Report((), (), 12))
    '12 formulas, no findings'
    """
    counts = [(report.count(severity), severity) for severity in SEVERITIES]
    said = ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for count, severity in counts if count)
    return f"{report.formulas:,} formulas, {said or 'no findings'}"


def _result(name: str, each: Finding, mark: str, number: int) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": name.replace(" ", "%20")}}}
    if each.where:
        location["logicalLocations"] = [{"fullyQualifiedName": each.where, "kind": "member"}]
    return {
        "ruleId": each.rule,
        "ruleIndex": number,
        "level": each.severity,
        "message": {
            "text": f"{each.where}: {each.message}. {each.fix}." if each.where else f"{each.message}. {each.fix}."
        },
        "locations": [location],
        "partialFingerprints": {"steelyardFinding/v1": mark},
    }


def _count(each: Finding) -> str:
    if each.count == 1:
        return ""
    listed = ", ".join(each.cells[:_LISTED])
    return f" × {each.count}: {listed}{' …' if each.count > _LISTED else ''}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
