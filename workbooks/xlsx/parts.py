"""The parts of a package written by us: worksheets by name, and texts."""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# In a package `_x0041_` is an escape for the letter A, so the underscore of a literal text like that is escaped.
ESCAPE: Final = re.compile(rb"_(?=x[0-9A-Fa-f]{4}_)")
ESCAPED: Final = b"_x005F_"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Parts(dict[str, bytes]):
    """The parts of a package in their order; openpyxl writes to it as to a zip archive."""

    def writestr(self, name: str, content: bytes | str) -> None:
        """Add a part."""
        self[name] = content.encode() if isinstance(content, str) else content

    def namelist(self) -> list[str]:
        """The names of the parts."""
        return [*self]

    def close(self) -> None:
        """Do nothing: there is no file."""


def sheet_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The names of the sheets, and the parts that hold them."""
    relations = {r.get("Id"): r.get("Target", "") for r in ET.fromstring(parts["xl/_rels/workbook.xml.rels"])}  # noqa: S314 - our own file
    for sheet in ET.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet"):  # noqa: S314 - our own file
        target = relations[sheet.get(RELATION)]
        yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def escaped(text: str) -> str:
    """A text as XML, for the content of an element or an attribute in double quotes.

    Examples
    --------
    >>> escaped('R&D "2018"')
    'R&amp;D &quot;2018&quot;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def plain(xml: str) -> str:
    """A text of a part with entities decoded.

    Examples
    --------
    >>> plain("R&amp;D &lt;2018&gt;")
    'R&D <2018>'
    """
    return ET.fromstring(f"<t>{xml}</t>").text or "" if "&" in xml else xml  # noqa: S314 - our own file
