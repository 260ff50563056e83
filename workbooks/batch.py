"""Builds the workbooks of many cases in parallel, one process per core, with a summary of the results."""

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from workbooks.build import BuildError, build
from workbooks.case.reading import SUFFIX, CaseError, bundled_names
from workbooks.case.shape import Problem
from workbooks.files import save
from workbooks.languages.language import ENGLISH
from workbooks.processes import Killed, map_in_processes

SUMMARY: Final = "summary.csv"
KILLED: Final = "each process that built it was killed; is the memory enough?"


@dataclass(frozen=True, slots=True)
class Built:
    """Result of building one case.

    Attributes
    ----------
    workbook : text
        Name of the file; empty if none was written.
    problem : text
        Why no workbook was written, on one line.
    """

    case: str
    workbook: str
    sheets: int
    formulas: int
    checks: str
    seconds: float
    problem: str


def cases_in(names: Sequence[str]) -> list[str]:
    """Resolve names to cases: bundled cases, case files, and all case files of a folder.

    Raises
    ------
    CaseError
        If a folder has no case files, or two cases would be written to the same workbook.
    """
    found: list[str] = []
    for name in names:
        folder = Path(name)
        if name in bundled_names() or not folder.is_dir():
            found.append(name)
            continue
        inside = sorted(str(file) for file in folder.glob(f"*{SUFFIX}"))
        if not inside:
            raise CaseError(name, [Problem("", f"the folder has no case files, *{SUFFIX}")])
        found += inside
    found = list(dict.fromkeys(found))
    workbooks: dict[str, str] = {}
    for case in found:
        other = workbooks.setdefault(workbook_of(case).casefold(), case)
        if other != case:
            raise CaseError(case, [Problem("", f"would be written to the same workbook as {other}")])
    return found


def workbook_of(case: str) -> str:
    """File name of the workbook of a case."""
    return re.sub(rf"{re.escape(SUFFIX)}$", "", Path(case).name) + ".xlsx"


def build_many(cases: Sequence[str], folder: Path, language: str = ENGLISH, processes: int = 0) -> Iterator[Built]:
    """Write the workbooks of cases into a folder and then a summary; yields each result when it is ready.

    A case that cannot be built does not stop the others.

    Parameters
    ----------
    cases : texts
        Bundled cases or case files, as `cases_in` gives them.
    folder : folder
        Created if it does not exist.
    language : text
        en or zh.
    processes : count
        Number of processes; 0 for one per core.

    Raises
    ------
    OSError
        If the folder or the summary cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = min(len(cases), processes or os.cpu_count() or 1)
    results: dict[str, Built] = {}
    if size == 1:
        for case in cases:
            results[case] = _built(case, folder, language)
            yield results[case]
    else:
        build_one = partial(_built, folder=folder, language=language)
        for case, result in map_in_processes(build_one, cases, size):
            results[case] = Built(case, "", 0, 0, "", 0.0, KILLED) if isinstance(result, Killed) else result
            yield results[case]
    save(_summary([results[case] for case in cases]), folder / SUMMARY)


def _built(case: str, folder: Path, language: str) -> Built:
    started = perf_counter()
    out = folder / workbook_of(case)
    try:
        report = build(case, out, language)
    except (CaseError, BuildError, OSError) as problem:
        said = " ".join(str(problem).split())
        return Built(case, "", 0, 0, "", round(perf_counter() - started, 3), said)
    seconds = round(perf_counter() - started, 3)
    return Built(case, out.name, report.sheets, report.formulas, report.checks, seconds, "")


def _summary(results: Sequence[Built]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Built)])
    writer.writerows(map(astuple, results))
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # with a byte order mark, by which Excel recognises the encoding
