"""The component that LibreOffice loads; it runs in LibreOffice's own Python and passes calls to the functions.

The extension also contains `made.json`, with the location of numpy and the names of the functions in UNO, and the
folder `pythonpath` with the packages of Steelyard, which LibreOffice adds to the import path.
"""

import json
import struct
import sys
from collections.abc import Callable, Collection, Mapping
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any, Final

PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
NAME_ERROR: Final = struct.unpack("<d", struct.pack("<Q", 0x7FF8 << 48 | 525))[0]  # Calc shows it as #NAME?


class Libraries:
    """Import hook that finds only numpy and scipy of Steelyard, so that other extensions keep their own packages."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def find_spec(self, name: str, path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return where a library is installed, for Python's import."""
        return PathFinder.find_spec(name, self._folders) if path is None and name in ("numpy", "scipy") else None


def functions(made: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Every function by its name in UNO; if numpy cannot be imported, each returns a text that says so."""
    names: dict[str, str] = made["functions"]
    if made["python"] == PYTHON:
        sys.meta_path.insert(0, Libraries(made["libraries"]))
    try:
        from addin.calc.functions import calc_function  # noqa: PLC0415
        from valuation.catalogue import CATALOGUE  # noqa: PLC0415
    except ImportError as problem:
        # LibreOffice's import hook appends a guess to the message.
        why = " ".join(str(problem).partition(" (or ")[0].split())[:150]
        if made["python"] != PYTHON:
            why = f"it was installed for Python {made['python']}, and LibreOffice runs Python {PYTHON}"
        said = f"#NAME? Steelyard cannot start: {why}. Make the extension anew: steelyard calc-extension"
        return {name: _saying(said, function, made["texts"]) for name, function in names.items()}
    return {name: calc_function(CATALOGUE[function]) for name, function in names.items()}


def _saying(text: str, function: str, texts: Collection[str]) -> Callable[..., Any]:
    """A function that returns a text; the version returns an error, so that workbooks treat functions as missing."""
    answer = NAME_ERROR if function == "steelyard_version" else text
    return lambda *_: answer if function in texts else ((answer,),)


def registered(made: Mapping[str, Any]) -> object:
    """The factory that LibreOffice asks for the component."""
    import uno  # noqa: PLC0415 - only there inside LibreOffice
    import unohelper  # type: ignore[import-not-found] # noqa: PLC0415

    methods = {name: staticmethod(function) for name, function in functions(made).items()}
    component = type(
        "Functions",
        (unohelper.Base, uno.getClass(made["interface"])),
        {"__init__": lambda *_: None} | methods,
    )
    helper = unohelper.ImplementationHelper()
    helper.addImplementation(component, made["implementation"], (made["implementation"],))
    return helper


if __name__ == "uno_component":  # name that LibreOffice expects
    g_ImplementationHelper = registered(json.loads(Path(__file__).with_name("made.json").read_text("utf-8")))  # noqa: N816
