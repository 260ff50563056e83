"""The figures of Inputs by subject: those of the company, and those that one method alone takes."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from workbooks.case.model import Case, Figure
from workbooks.case.uses import figures_of_peers, sections_of
from workbooks.declarations.texts import Text

# The sections of a case that are subjects, in the order of the sheets, with their names there.
SECTIONS: Final = {
    "capital": "Capital",
    "comparables": "Comparables",
    "transactions": "Transactions",
    "segments": "Segments",
    "dcf": "DCF",
    "users": "Users",
    "cohorts": "Cohorts",
    "scenarios": "Scenarios",
    "premium": "Premium",
    "ownership": "Ownership",
    "funding": "Funding",
    "cap_table": "Cap table",
    "holdings": "Holdings",
    "references": "Third-party ranges",
}
COMPARING: Final = {"reconciliation", "accepted"}  # sections that take figures only to compare them
FIRST: Final = "input_rows"
FEW: Final = 12  # figures that stand together whatever their subjects
LEAST: Final = 3  # figures of a subject of its own


class Subject(NamedTuple):
    """A table of figures: its id, its title, and the figures."""

    table: str
    title: str
    figures: Mapping[str, Figure]


def subjects(case: Case, figures: Mapping[str, Figure]) -> list[Subject]:
    """The tables of these figures; the first is `input_rows`."""
    apart = dict(_apart(case, figures)) if len(figures) > FEW else {}
    taken = {name for held in apart.values() for name in held}
    rest = {name: given for name, given in figures.items() if name not in taken}
    found = [Subject(section, Text("Figures: {}", SECTIONS[section]), held) for section, held in apart.items()]
    if len(rest) >= LEAST or not apart:
        found.insert(0, Subject("company", "Figures", rest))
    elif rest:
        found.append(Subject("others", "Other figures", rest))
    first, *others = found
    return [first._replace(table=FIRST), *(each._replace(table=f"{FIRST}_{each.table}") for each in others)]


def _apart(case: Case, figures: Mapping[str, Figure]) -> Iterator[tuple[str, dict[str, Figure]]]:
    """The subjects of several of the figures."""
    subject = _subject_of(case)
    for section in SECTIONS:
        held = {name: given for name, given in figures.items() if subject.get(name) == section}
        if len(held) >= LEAST:
            yield section, held


def _subject_of(case: Case) -> dict[str, str]:
    """The section that alone takes a figure; figures of peers are theirs whatever takes them too."""
    alone = {}
    for name, sections in sections_of(case).items():
        section, *others = sorted(sections - COMPARING) or ("",)
        if not others:
            alone[name] = section
    return alone | dict.fromkeys(figures_of_peers(case), "comparables")
