"""xlwings Lite: writes the contents of its two tabs, so that the functions work without an installed Python.

xlwings Lite is an add-in from Excel's own store, on Windows, on a Mac and in a browser; Python runs inside it
(Pyodide). The tab `main.py` contains the functions themselves, compressed, so nothing has to be published or hosted.
"""

import io
import zipfile
import zlib
from base64 import b85encode
from pathlib import Path
from typing import Final

from valuation.about import steelyard_version

# Packages needed for a call; numpy and scipy are part of Pyodide, the others have pure Python wheels.
REQUIREMENTS: Final = ("docstring-parser", "numpy", "scipy", "xlwings")
SOURCES: Final = (
    "valuation/**/*.py",
    "addin/__init__.py",
    "addin/arguments.py",
    "addin/binding.py",
    "addin/cells.py",
    "addin/currencies.py",
    "addin/describe.py",
    "addin/plain_numbers.py",
    "addin/udfs.py",
    # Translations of choices.
    "workbooks/__init__.py",
    "workbooks/case/__init__.py",
    "workbooks/case/labels.py",
    "workbooks/case/quantity.py",
    "workbooks/declarations/__init__.py",
    "workbooks/declarations/texts.py",
    "workbooks/languages/*",
)
WIDTH: Final = 100
STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the earliest date of the zip format: the same functions give the same text

_MAIN: Final = '''\
"""Steelyard {version} for xlwings Lite: paste all of this into the tab main.py; your own functions go below."""

import base64
import sys
import tempfile
import zlib
from pathlib import Path

PACKED = """
{packed}
"""

package = Path(tempfile.mkdtemp()) / "steelyard.zip"
package.write_bytes(zlib.decompress(base64.b85decode("".join(PACKED.split()))))
sys.path.insert(0, str(package))

from addin.udfs import *
'''


def files() -> dict[str, str]:
    """The texts to paste, by the name of the tab.

    Examples
    --------
    >>> files()["requirements.txt"].split()
    ['docstring-parser', 'numpy', 'scipy', 'xlwings']
    """
    packed = b85encode(zlib.compress(_package(), 9)).decode()
    lines = "\n".join(packed[start : start + WIDTH] for start in range(0, len(packed), WIDTH))
    main = _MAIN.format(version=steelyard_version(), packed=lines)
    return {"main.py": main, "requirements.txt": "\n".join([*REQUIREMENTS, ""])}


def _package() -> bytes:
    """A zip file that Python imports from."""
    root = Path(__file__).parents[1]
    version = steelyard_version()
    sources = [path for pattern in SOURCES for path in sorted(root.glob(pattern)) if path.suffix in (".py", ".toml")]
    contents = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sources}
    record = f"Metadata-Version: 2.1\nName: steelyard\nVersion: {version}\n"
    contents[f"steelyard-{version}.dist-info/METADATA"] = record
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:  # stored uncompressed: compressing all files together is smaller
        for name, text in contents.items():
            package.writestr(zipfile.ZipInfo(name, STAMP), text)
    return out.getvalue()
