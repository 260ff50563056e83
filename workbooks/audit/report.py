"""What an audit is asked for, and what it gives; the audit itself runs in a process of its own."""

from dataclasses import dataclass, field
from typing import Final

from workbooks.audit.finding import Finding

TASK: Final = "workbooks.audit.audit:audited"  # task for the child process


@dataclass(frozen=True, slots=True)
class Request:
    """Options of an audit: ignored rules, accepted findings, and whether formulas are computed.

    An accepted finding is a rule and a cell, `Inputs!C10`; findings accepted by the workbook's own case are left out
    too.
    """

    ignored: frozenset[str] = frozenset()
    accepted: frozenset[tuple[str, str]] = frozenset()
    compute: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """Result of an audit.

    Attributes
    ----------
    findings : tuple of Finding
        The worst first.
    prints : tuple of str
        Fingerprint of each finding, which does not change when rows are inserted.
    formulas : int
        Number of formulas audited.
    """

    findings: tuple[Finding, ...]
    prints: tuple[str, ...] = field(repr=False)
    formulas: int = 0

    def count(self, severity: str) -> int:
        """Number of findings with a severity."""
        return sum(finding.severity == severity for finding in self.findings)
