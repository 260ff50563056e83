"""Static pages and files of the server, created once at start."""

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from addin.office.books import titles
from addin.office.lanes import SLOW
from addin.office.metadata import LANGUAGES, catalogue, metadata
from addin.office.settings import Settings
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE

JSON: Final = "application/json"
KINDS: Final = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".png": "image/png"}
FOR_ANYONE: Final = (".js", ".png")


@dataclass(frozen=True, slots=True)
class Page:
    """A static response: bytes, media type and version."""

    data: bytes
    kind: str
    for_anyone: bool = False  # whether pages of other origins may read it

    @property
    def tag(self) -> str:
        """The version, as an entity tag."""
        return f'"{hashlib.sha256(self.data).hexdigest()[:20]}"'


def pages(settings: Settings, access: str) -> dict[str, Page]:
    """Pages by their path."""
    found = {}
    for file in (resources.files("addin") / "office" / "static").iterdir():
        suffix = "." + file.name.rpartition(".")[2]
        if suffix in KINDS:
            found[file.name] = Page(file.read_bytes(), KINDS[suffix], suffix in FOR_ANYONE)
    functions = found["functions.js"]
    found["functions.js"] = Page(_told(settings, access) + functions.data, functions.kind, for_anyone=True)
    origin = settings.origins[0] if settings.origins else settings.own_origin
    for lang in LANGUAGES:
        suffix = "" if lang == "en" else f"-{lang}"
        found[f"functions{suffix}.json"] = Page(_json(metadata(origin, lang)), JSON, for_anyone=True)
        shown = {"functions": catalogue(lang), "workbooks": titles(lang)}
        found[f"catalogue-{lang}.json"] = Page(_json(shown), JSON)
    return found


def _told(settings: Settings, access: str) -> bytes:
    """The line of the script with the settings of this server."""
    told = {
        "version": steelyard_version(),
        "prefix": f"{settings.namespace}." if settings.namespace else "",
        "access": access,
        "names": [entry.excel_name for entry in CATALOGUE.values()],
        "slow": sorted(SLOW),
    }
    return b"globalThis.steelyardServer = " + _json(told) + b";\n"


def _json(value: Any) -> bytes:  # noqa: ANN401 - anything that JSON holds
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
