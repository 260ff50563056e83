"""Generates the reference in docs: of case files from their records, and of the functions from the catalogue.

`python -m addin.reference` in the folder of the project writes the pages; a test fails if they are out of date.
"""

from itertools import groupby
from pathlib import Path
from typing import Final

from addin import case_reference
from addin.describe import command, left_out, takes
from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import formula
from valuation.kernel import errors

PAGES: Final = "docs/functions"
MADE: Final = "Made from the docstrings by `python -m addin.reference`. Arguments in brackets may be left out."


def written() -> dict[str, str]:
    """Text of every page of the reference by path."""
    pages = {f"{PAGES}/{family}.md": _page(entries) for family, entries in _families()}
    return {f"{PAGES}/index.md": _index(), case_reference.PAGE: case_reference.page()} | pages


def _families() -> list[tuple[str, list[Entry]]]:
    return [(family, list(entries)) for family, entries in groupby(CATALOGUE.values(), key=lambda entry: entry.family)]


def _index() -> str:
    lines = ["# The functions", "", MADE, ""]
    for family, entries in _families():
        lines += [f"## [{entries[0].subject}]({family}.md)", "", "| function | gives |", "|---|---|"]
        lines += [f"| `{entry.usage}` | {_one_line(entry.summary)} |" for entry in entries]
        lines.append("")
    families = [family for family, _ in _families()]
    return "\n".join([*lines, "```{toctree}", ":hidden:", "", *families, "```", ""])


def _page(entries: list[Entry]) -> str:
    lines = [
        f"# {entries[0].subject}",
        "",
        MADE,
        "",
    ]
    for entry in entries:
        lines += _section(entry)
    return "\n".join(lines).rstrip() + "\n"


def _section(entry: Entry) -> list[str]:
    doc = entry.doc
    lines = [f"## {entry.excel_name}", "", f"`{entry.usage}`", "", entry.summary, ""]
    if doc.long_description:
        lines += [doc.long_description, ""]
    if entry.parameters:
        lines += ["| argument | takes | left out | meaning |", "|---|---|---|---|"]
        for parameter in entry.parameters:
            default = "required" if parameter.required else left_out(parameter)
            meaning = _one_line(entry.argument_docs[parameter.name])
            lines.append(f"| `{parameter.name}` | {takes(parameter.kind)} | {default} | {meaning} |")
        lines.append("")
    if doc.returns:
        lines += [f"**Gives** {takes(entry.result)}: {_one_line(doc.returns.description or '')}", ""]
    notes = {meta.args[0]: meta.description or "" for meta in doc.meta if meta.args[0] in ("notes", "references")}
    if "notes" in notes:
        lines += [notes["notes"], ""]
    if doc.raises:
        lines += ["**Errors**", ""]
        for each in doc.raises:
            kind = getattr(errors, each.type_name or "")
            lines.append(f"- `{kind.excel}` {_one_line(each.description or '')}")
        lines.append("")
    lines += ["**Example**", "", "```", formula(entry), command(entry), "```", ""]
    if "references" in notes:
        lines += [f"**Source** {_one_line(notes['references'].replace('.. [', '['))}", ""]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(root: Path) -> None:
    """Write the reference into the folder of the project."""
    for name, text in written().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path.cwd())
