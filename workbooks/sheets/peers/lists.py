"""The lists of words that the table is read by."""

from collections.abc import Sequence

from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.trees import Literal
from workbooks.sheets.peers import words


def lists() -> tuple[Table, ...]:
    """A list for each kind of word."""
    known, names = words.KNOWN, [word for word, key, _, _ in words.KNOWN if key == "name"]
    return (
        _list("heading_names", "Headings of the names", word=names),
        Table(
            "heading_words",
            "Headings that are known",
            (
                Column("word", "Heading", cells=[each[0] for each in known], verbatim=True),
                Column("label", "Figure", cells=[each[2] for each in known]),
                Column("key", "Key", cells=[each[1] for each in known], verbatim=True),
                Column("counts_in", "Counts in", cells=[each[3] for each in known], verbatim=True),
            ),
            len(known),
            quiet=True,
        ),
        _list(
            "metric_words",
            "Multiples of equity",
            word=[w for w, _ in words.METRICS],
            metric=[m for _, m in words.METRICS],
        ),
        _list(
            "unit_words",
            "Scales of units",
            word=[w for w, _ in words.UNITS],
            factor=[Literal(f) for _, f in words.UNITS],
        ),
        _list("no_number_words", "Not meaningful, not known", word=words.NO_NUMBERS),
        _list("no_words", "Not included", word=words.NO),
        _list("summary_words", "Rows that are no peers", word=words.SUMMARIES),
    )


def _list(table: str, title: str, **columns: Sequence[Content]) -> Table:
    made = [Column(name, "", cells=cells, verbatim=True) for name, cells in columns.items()]
    return Table(table, title, made, len(next(iter(columns.values()))), quiet=True)
