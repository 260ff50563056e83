"""File names say where things are, and no folder of the product grows beyond its share.

A question is put in words of finance or of spreadsheets. Its words are compared with the words of every path, as a
search for file names does; the file that shares most with the question must define the function that was asked for.
"""

import ast
import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PRODUCT: Final = sorted(
    path for package in ("valuation", "workbooks", "addin") for path in (ROOT / package).rglob("*.py")
)
STOP_WORDS: Final = frozenset(
    re.findall(r"\w+", "a an and are as at by does for from how in into is it its of on or out the to what where with")
)

# A question, and the function or class that answers it. No path is stated here: it is looked for.
QUESTIONS: Final = {
    "Where are multiples outside Tukey's fence found?": "peer_outliers",
    "Where is a case's unit checked?": "read",
    "Where is the unit of a case's figure read as a quantity?": "quantity",
    "Where are stored values put in the file?": "with_stored_values",
    "Where is the sum of the parts (SOTP) worked out?": "sotp_value",
    "Where is the valuation per user of a company with many users?": "per_user_value",
    "Where does the valuation core take the bridge?": "equity_from_ev",
    "Where is the intrinsic value worked out?": "dcf_value",
    "Where is look-through ownership worked out in the valuation core?": "lookthrough",
    "Where are fiscal periods turned into calendar years?": "calendarize",
    "Where is the valuation that follows from each funding?": "funding_table",
    "Where is the sampling of a simulation?": "draw",
    "Where are Sobol points made?": "sobol",
    "Where are the roots of an equation found?": "roots",
    "Where are arrays broadcast against each other?": "broadcasts",
    "Where are percentiles, the order statistics of peers, worked out?": "statistic_of",
    "Where are printing settings of an xlsx made?": "set_up_printing",
    "Where is the language of a workbook looked up?": "language",
    "Where are the headings of a peer import understood?": "read_heading",
    "Where are formulas of foreign workbooks computed: the engine of the recalculation?": "recalculated",
    "Where does the doctor of Excel look for faults?": "examine",
    "Where are fonts, fills and borders: the styles of the layout?": "look_of",
    "Where is an empty workbook made from templates?": "empty_workbook",
    "Where is the extension of LibreOffice Calc packed?": "extension",
    "Where does the valuation reconcile a result with what was published?": "reconcile",
}
ENDINGS: Final = re.compile(r"(?<=[a-z]{3})(?:ing|ed|s)$")


def words(text: str) -> set[str]:
    """Words of a text without those that say nothing, and without their commonest endings."""
    return {ENDINGS.sub("", word) for word in re.findall(r"[a-z]+", text.lower()) if word not in STOP_WORDS}


def path_words(path: Path) -> set[str]:
    return words(path.relative_to(ROOT).with_suffix("").as_posix())


WEIGHT: Final = {
    word: math.log(len(PRODUCT) / count) for word, count in Counter(w for p in PRODUCT for w in path_words(p)).items()
}


def found(question: str) -> list[Path]:
    """The files whose paths share most with a question: rare words weigh more, and of equals the shorter path wins."""
    asked = words(question)
    ranks = {
        path: (math.fsum(WEIGHT[word] for word in path_words(path) & asked), -len(path_words(path) - asked))
        for path in PRODUCT
    }
    best = max(ranks.values())
    return [path for path, rank in ranks.items() if rank == best]


def defines(path: Path, name: str) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        for node in ast.parse(path.read_text("utf-8")).body
    )


@pytest.mark.parametrize(("question", "name"), QUESTIONS.items(), ids=QUESTIONS.values())
def test_a_file_is_found_by_its_name(question: str, name: str) -> None:
    paths = found(question)
    assert len(paths) == 1, f"{question} {paths}"
    assert defines(paths[0], name), f"{question} {paths[0]} does not define {name}"


def test_twenty_questions_are_asked_of_many_rooms() -> None:
    files = {found(question)[0] for question in QUESTIONS}
    assert len(files) >= 20
    assert len({path.parent for path in files}) >= 9


def test_no_question_finds_a_file_by_nothing() -> None:
    assert len(found("Who won the tennis match?")) > 1


def room(path: Path) -> str:
    """The folder of a package that a file belongs to: workbooks/sheets, or the package itself."""
    return "/".join(path.relative_to(ROOT).parts[:-1][:2])


def test_no_room_holds_more_than_a_third_of_the_product() -> None:
    lines: Counter[str] = Counter()
    for path in PRODUCT:
        lines[room(path)] += path.read_text("utf-8").count("\n")
    largest, count = lines.most_common(1)[0]
    assert count <= 0.35 * lines.total(), f"{largest}: {count} of {lines.total()} lines"


def test_few_functions_are_complex() -> None:
    """Fewer than 25 functions have a complexity above 10, those with an exemption in a comment included."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "C901", "--ignore-noqa"]
    options = ["--output-format", "concise", "--config", "lint.mccabe.max-complexity = 10"]
    done = subprocess.run(
        [*command, *options, *{path.relative_to(ROOT).parts[0] for path in PRODUCT}],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.count("C901") < 25, done.stdout
