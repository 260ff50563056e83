"""The sources of Inputs: their table, and how figures cite them."""

from collections.abc import Sequence
from typing import Final

from workbooks.case.model import Case, Source
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.texts import Prose, Text, prose
from workbooks.sheets.inputs import formulas

NARROW: Final = 8.0  # characters of a number of a source


def cited(case: Case, sources: Sequence[str], *, built: bool) -> Column:
    """Where each figure comes from: the number of its source, a click away; in a template there is room to type it."""
    if not built:
        return Column(
            "source", "Source", cells=[formulas.cited(case, source) for source in sources], width=40, wrap=True
        )
    numbers = [formulas.number(case, source) for source in sources]
    links = [f"source_title.{source}" for source in sources]
    return Column("source", "Source", cells=[f"{number}." for number in numbers], width=NARROW, links=links)


def sources(case: Case, *, built: bool) -> Table:
    """The sources, each with its number; what was published where stands under the notes of the figures."""
    given = [*case.sources.values()]
    note = "A title in brackets is ours: the article's own is not recorded." if formulas.supplied(case) else ""
    keys = [f"source_title.{name}" for name in case.sources]
    if built:
        titles: list[Content] = [formulas.cited(case, name) for name in case.sources]
        columns: tuple[Column, ...] = (
            Column("title", "Source", cells=titles, keys=keys, width=NARROW),
            *(Column(f"beside_{number}", "", width=NARROW) for number in range(4)),
            Column("publisher", "Publisher and date", cells=[_published(source) for source in given], wrap=True),
        )
    else:
        columns = (
            Column("title", "Source", cells=[Prose(source.title) for source in given], keys=keys, wrap=True),
            Column("number", "Number", cells=[f"{number}." for number in range(1, len(given) + 1)]),
            *(Column(f"beside_{number}", "") for number in range(2)),
            Column(
                "publisher",
                "Publisher and date",
                cells=[_dated(source) for source in given],
                wrap=True,
            ),
            Column("note", "Note", cells=[prose(source.note) for source in given], wrap=True),
        )
    return Table("sources", "Sources", columns, len(given), note)


def _published(source: Source) -> str:
    """Who published a source, when, and what there is to say of it."""
    return Text("{}. {}", _dated(source), Prose(source.note)) if source.note else _dated(source)


def _dated(source: Source) -> str:
    return Text("{}, {}", Prose(source.publisher), source.date) if source.publisher else source.date
