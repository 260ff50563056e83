"""The extension for LibreOffice, generated from the catalogue: `steelyard calc-extension`.

=================== ==============================================================================================
CalcFunctions.idl   the interface: one method per function, with optional arguments of any type
CalcAddIns.xcu      what the function wizard shows: names, category, meaning of functions and arguments
component.py        what LibreOffice loads, `.components` says so
made.json           location of numpy, its Python version, and the function of each method
pythonpath/         the packages of Steelyard; numpy and scipy are loaded from this Python's environment
=================== ==============================================================================================
"""

import io
import json
import re
import shutil
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from addin.calc.functions import gives_text
from addin.describe import argument_help
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE, Entry
from workbooks.languages.language import CHINESE, language

CATEGORY: Final = "Add-In"  # Calc's wizard has fixed categories and puts unknown ones here too
IDENTIFIER: Final = "steelyard.calc"
INTERFACE: Final = f"{IDENTIFIER}.XFunctions"
IMPLEMENTATION: Final = f"{IDENTIFIER}.Functions"
LEAST_VERSION: Final = "7.4"  # of LibreOffice
STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the earliest date of the zip format: the same extension has the same bytes
PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
SOURCES: Final = ("valuation/**/*.py", "addin/**/*.py", "workbooks/**/*.py", "workbooks/languages/*.toml")
USUAL: Final = (
    Path("/Applications/LibreOffice.app/Contents/Resources"),
    Path("C:/Program Files/LibreOffice/program"),
)
PYTHON_HOME: Final = re.compile(r"python(?:-core-)?(\d+\.\d+)")


class ExtensionError(ValueError):
    """The extension would not work in the LibreOffice of this machine."""


def extension() -> bytes:
    """The bytes of the `.oxt` file.

    Raises
    ------
    ExtensionError
        If the LibreOffice of this machine runs another Python, for which this one's numpy is not compiled.
    """
    inside = python_of_libreoffice()
    if inside not in ("", PYTHON):
        message = (
            f"LibreOffice runs Python {inside}, this is Python {PYTHON}, and numpy is compiled for one of them. "
            f"Install Steelyard for Python {inside} and make the extension with that: /usr/bin/python3 -m venv ..."
        )
        raise ExtensionError(message)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files().items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content)
    return out.getvalue()


def files() -> dict[str, str]:
    """All files of the extension by path."""
    here = Path(__file__).parent
    return {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "CalcFunctions.idl": _interface(),
        "CalcAddIns.xcu": _wizard(),
        "steelyard.components": _components(),
        "component.py": (here / "component.py").read_text("utf-8"),
        "made.json": _made(),
        **_packages(here.parents[1]),
    }


def method_name(entry: Entry) -> str:
    """Name of a function in UNO, which does not allow underscores.

    Examples
    --------
    >>> method_name(CATALOGUE["sotp_value"])
    'sotpValue'
    """
    first, *rest = entry.name.split("_")
    return first + "".join(map(str.capitalize, rest))


def python_of_libreoffice() -> str:
    """Version of the Python inside the LibreOffice of this machine, "3.11"; empty where none is found."""
    for folder in _programs():
        for name in ("pythonloader.unorc", "pythonloader.uno.ini"):
            try:
                found = PYTHON_HOME.search((folder / name).read_text("utf-8"))
            except OSError:
                continue
            if found:
                return found[1]
    return ""


def _programs() -> tuple[Path, ...]:
    """Folders in which LibreOffice's programs may be."""
    started = shutil.which("soffice") or shutil.which("libreoffice")
    return ((Path(started).resolve().parent,) if started else ()) + USUAL


def _manifest() -> str:
    kinds = {
        "CalcFunctions.idl": "uno-typelibrary;type=RDB",
        "steelyard.components": "uno-components",
        "CalcAddIns.xcu": "configuration-data",
    }
    lines = [
        f'  <manifest:file-entry manifest:full-path="{name}" manifest:media-type="application/vnd.sun.star.{kind}"/>'
        for name, kind in kinds.items()
    ]
    return _document('manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest"', lines)


def _description() -> str:
    return _document(
        'description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:l="http://libreoffice.org/extensions/description/2011"',
        [
            f'  <identifier value="{IDENTIFIER}"/>',
            f"  <version value={quoteattr(steelyard_version())}/>",
            "  <dependencies>",
            f'    <l:LibreOffice-minimal-version value="{LEAST_VERSION}" name="LibreOffice {LEAST_VERSION}"/>',
            "  </dependencies>",
            '  <display-name><name lang="en">Steelyard: company valuation in formulas</name></display-name>',
        ],
    )


def _components() -> str:
    return _document(
        'components xmlns="http://openoffice.org/2010/uno-components"',
        [
            '  <component loader="com.sun.star.loader.Python" uri="./component.py">',
            f'    <implementation name="{IMPLEMENTATION}"><service name="{IMPLEMENTATION}"/></implementation>',
            "  </component>",
        ],
    )


def _interface() -> str:
    rows = "sequence< sequence< any > >"  # UNO refuses an `any` that holds rows as a result from Python
    methods = []
    for entry in CATALOGUE.values():
        arguments = ", ".join(f"[in] any argument{number}" for number, _ in enumerate(entry.parameters, 1))
        methods.append(f"  {'any' if gives_text(entry) else rows} {method_name(entry)}({arguments});")
    *modules, interface = INTERFACE.split(".")
    opening = " ".join(f"module {module} {{" for module in modules)
    return "\n".join([f"{opening} interface {interface} {{", *methods, "}; " + "}; " * len(modules), ""])


def _wizard() -> str:
    """Names and help texts; an argument is identified by its name in the interface."""
    lines = [f'  <node oor:name="AddInInfo"><node oor:name="{IMPLEMENTATION}" oor:op="replace">']
    lines.append('  <node oor:name="AddInFunctions">')
    chinese = language(CHINESE)
    for entry in CATALOGUE.values():
        lines.append(f'    <node oor:name="{method_name(entry)}" oor:op="replace">')
        lines += [
            # The name in ODF and on screen, and the name in Excel's files.
            _property("DisplayName", entry.excel_name),
            _property("CompatibilityName", entry.excel_name),
            f'          <prop oor:name="Category"><value>{CATEGORY}</value></prop>',
            _property("Description", entry.summary, chinese.text(entry.summary, "functions")),
            '      <node oor:name="Parameters">',
        ]
        for number, parameter in enumerate(entry.parameters, 1):
            lines += [
                f'        <node oor:name="argument{number}" oor:op="replace">',
                _property("DisplayName", parameter.name),
                _property("Description", argument_help(entry, parameter)),
                "        </node>",
            ]
        lines += ["      </node>", "    </node>"]
    lines.append("  </node></node></node>")
    return _document(
        'oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" oor:package="org.openoffice.Office"',
        lines,
    )


def _property(name: str, text: str, chinese: str = "") -> str:
    texts = {"en-US": text, "zh-CN": chinese}
    values = [f'<value xml:lang="{tongue}">{escape(said)}</value>' for tongue, said in texts.items() if said]
    return f'          <prop oor:name="{name}">{"".join(values)}</prop>'


def _made() -> str:
    origins = [spec.origin for name in ("numpy", "scipy") if (spec := find_spec(name)) and spec.origin]
    return json.dumps(
        {
            "python": PYTHON,
            "libraries": sorted({str(Path(origin).parents[1]) for origin in origins}),
            "interface": INTERFACE,
            "implementation": IMPLEMENTATION,
            "functions": {method_name(entry): entry.name for entry in CATALOGUE.values()},
            "texts": [entry.name for entry in CATALOGUE.values() if gives_text(entry)],
        },
        indent=1,
    )


def _packages(root: Path) -> dict[str, str]:
    """Our packages, and the metadata from which the version is read."""
    sources = [path for pattern in SOURCES for path in sorted(root.glob(pattern))]
    found = {f"pythonpath/{path.relative_to(root).as_posix()}": path.read_text("utf-8") for path in sources}
    version = steelyard_version()
    found[f"pythonpath/steelyard-{version}.dist-info/METADATA"] = (
        f"Metadata-Version: 2.1\nName: steelyard\nVersion: {version}\n"
    )
    return found


def _document(element: str, lines: list[str]) -> str:
    return "\n".join([f"{HEADER}<{element}>", *lines, f"</{element.partition(' ')[0]}>", ""])
