"""A program that runs Python as in xlwings Lite, with only the contents of its two tabs.

    python -I -S lite_guise.py LIBRARIES_FOLDER MAIN.PY PACKAGE...

Runs main.py where no other packages can be imported and the system says that it is a browser's; then answers the calls
on standard input, (function, values), both ways pickled.
"""

import pickle
import sys
from collections.abc import Collection
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any


class Installed:
    """Finds the packages that requirements.txt names."""

    def __init__(self, folder: str, packages: Collection[str]) -> None:
        self._folder, self._packages = folder, packages

    def find_spec(self, name: str, path: object = None, _target: object = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [self._folder]) if path is None and name in self._packages else None


def main(folder: str, program: str, *packages: str) -> None:
    sys.meta_path.append(Installed(folder, packages))
    for package in packages:
        __import__(package)  # the packages of this system
    sys.platform = "emscripten"
    names: dict[str, Any] = {"__name__": "main"}
    exec(compile(Path(program).read_text("utf-8"), program, "exec"), names)  # noqa: S102 - as xlwings Lite does
    calls = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the test
    pickle.dump([names[function](*values) for function, values in calls], sys.stdout.buffer)


if __name__ == "__main__":
    main(*sys.argv[1:])
