"""Ratios of times, each measured side by side in one run against a public tool: `python -m benchmarks`.

Absolute times say more of the machine than of the program, so no goal is one. With the name of a module
(`python -m benchmarks analysis`) only that part is measured.
"""

import sys
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks import analysis, audit, calc, call_overhead, catalogue, com, finished, office, screen, workbooks
from benchmarks.rounds import Skipped

PARTS: Final = {
    "analysis": analysis,
    "catalogue": catalogue,
    "call_overhead": call_overhead,
    "com": com,
    "calc": calc,
    "screen": screen,
    "office": office,
    "workbooks": workbooks,
    "finished": finished,
    "audit": audit,
}


def main(names: list[str]) -> None:
    unknown = set(names) - PARTS.keys()
    if unknown:
        sys.exit(f"{', '.join(sorted(unknown))}: not one of {', '.join(PARTS)}")
    table = Table("Benchmark", "Against", "Ours", "Theirs", "Ratio", "Goal", "Met")
    for column in table.columns[2:6]:
        column.justify = "right"
    for name in names or PARTS:
        for row in PARTS[name].rows():
            if isinstance(row, Skipped):
                table.add_row(row.what, row.why)
                continue
            ratio = f"{row.ratio:.{row.digits}f}"
            table.add_row(
                row.what, row.against, row.ours, row.theirs, ratio, f"≤ {row.goal:g}", "yes" if row.met else "no"
            )
    Console(width=None if sys.stdout.isatty() else 160).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
