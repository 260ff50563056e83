"""An empty case: its data with placeholders, and how it begins as a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workbooks.case.checks import read
from workbooks.case.model import Case
from workbooks.case.shape import frozen
from workbooks.declarations.texts import Text
from workbooks.templates.pasted_peers import Columns
from workbooks.templates.to_fill import ToFill, mapped, sampled

SHOWN: Final = 2  # problems listed in an error


class WantedError(ValueError):
    """The options for an empty case are not valid."""


@dataclass(slots=True)
class Skeleton:
    """The data of an empty case, and its optional figures."""

    raw: dict[str, Any]
    optional: set[str] = field(default_factory=set)
    tables: Mapping[str, Columns] = field(default_factory=dict)  # by language
    filled: bool = False  # whether the table of peers already holds names or figures

    def start(self, language: str) -> Columns:
        """Columns of the table to fill in, each with its initial texts."""
        return self.tables.get(language, {})

    @property
    def empty(self) -> set[str]:
        """Ids of figures to be filled in."""
        return {name for name, figure in self.raw["figures"].items() if isinstance(figure["value"], ToFill)}

    def hints(self) -> set[str]:
        """Placeholder texts."""
        found: set[str] = set()
        mapped(self.raw, lambda unknown: found.add(unknown.sample) if isinstance(unknown.sample, str) else None)
        return found

    def texts(self) -> set[Text]:
        """Composed texts: labels that contain the name of a peer, a part or a scenario."""
        titles = {figure["label"] for figure in self.raw["figures"].values()} | {self.raw["title"]}
        return {title for title in titles if isinstance(title, Text)}

    def sample(self) -> Case:
        """The case completed with sample values, so that the formulas of a workbook can be verified."""
        case, problems = read(frozen(sampled(self.raw)))
        if case is None or problems:
            # Only the first few are shown, because one wrong option causes problems throughout the case.
            raise WantedError("\n".join(f"{problem.place}: {problem.message}" for problem in problems[:SHOWN]))
        return case
