"""Excel's side of a call, so that xlwings' own Windows code runs anywhere.

`xlwings.func` does something on Windows only, so what it is given can only be tested there. Here
xlwings' COM server runs in a process of its own, on stand-ins for pywin32 and for the few objects of Excel that it
touches: its decorators, its VBA generator, its import of functions and its calls are the real ones.
"""

import ctypes
import datetime as dt
import io
import os
import pickle
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, Self
from unittest import mock

OMITTED: Final = -2147352572  # VBA's value for an optional argument that is left out
_RANGE_IID: Final = "{00020846-0000-0000-C000-000000000046}"


@dataclass(frozen=True)
class Cells:
    """A reference to cells: one value, or rows of them as tuples."""

    value: object


class Excel:
    """xlwings' COM server with our functions, in its own process."""

    def __enter__(self) -> Self:
        here = Path(__file__).parent
        path = os.pathsep.join((str(here), str(here.parent)))
        self._process = subprocess.Popen(
            [sys.executable, "-c", "import excel_com; excel_com.serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def call(self, function: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever a cell gets
        """The result that Excel gets for a formula."""
        return self._ask("call", function, arguments)

    def vba(self) -> str:
        """The VBA module that "Import Functions" writes."""
        return str(self._ask("vba"))

    def wizard(self) -> dict[str, dict[str, Any]]:
        """Texts that "Import Functions" gives the function wizard, by function."""
        found: dict[str, dict[str, Any]] = self._ask("wizard")
        return found

    def _ask(self, *request: object) -> Any:  # noqa: ANN401
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump(request, self._process.stdin)
        self._process.stdin.flush()
        answer = pickle.load(self._process.stdout)  # noqa: S301 - our own child
        if isinstance(answer, BaseException):
            raise answer
        return answer


def serve() -> None:
    """Answer requests from standard input until it ends."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # xlwings prints
    udfs, server = xlwings_on_windows()
    actions: dict[str, Callable[..., object]] = {
        "call": lambda function, arguments: server.XLPython().CallUDF(
            "addin.udfs", function, tuple(map(_com, arguments)), None, excel_range(None)
        ),
        "vba": lambda: _import_functions(udfs)[0],
        "wizard": lambda: _import_functions(udfs)[1],
    }
    while True:
        try:
            action, *arguments = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        try:
            answer = actions[action](*arguments)
        except Exception as error:  # noqa: BLE001 - the test is told
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


def _com(argument: object) -> object:
    return excel_range(argument.value) if isinstance(argument, Cells) else argument


def excel_range(value: object) -> object:
    """Stand-in for Excel's Range, with the attributes that xlwings reads."""
    rows = value if isinstance(value, tuple) else ((value,),)
    identity = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=_RANGE_IID))
    return SimpleNamespace(
        Value=value,
        Row=1,
        Column=1,
        Rows=SimpleNamespace(Count=len(rows)),
        Columns=SimpleNamespace(Count=len(rows[0])),
        Worksheet=SimpleNamespace(Parent=SimpleNamespace(Application=SimpleNamespace(Hwnd=1))),
        _oleobj_=SimpleNamespace(GetTypeInfo=lambda: identity),
    )


def _import_functions(udfs: ModuleType) -> tuple[str, dict[str, dict[str, Any]]]:
    wizard: dict[str, dict[str, Any]] = {}
    module = io.StringIO()
    components = mock.Mock()
    components.Import.side_effect = lambda path: module.write(Path(path).read_text("utf-8"))
    workbook = SimpleNamespace(
        Name="book.xlsm",
        VBProject=SimpleNamespace(VBComponents=components),
        Application=SimpleNamespace(
            Version="16.0", MacroOptions=lambda name, **options: wizard.update({name.partition("!")[2]: options})
        ),
    )
    with mock.patch.object(udfs, "get_udf_module", lambda name, _: __import__(name, fromlist=["*"])):
        udfs.import_udfs("addin.udfs", workbook)
    return module.getvalue(), wizard


def _module(name: str, **attributes: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(attributes)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    return module


def xlwings_on_windows() -> tuple[ModuleType, ModuleType]:
    """The real `xlwings.udfs` and `xlwings.com_server`, on stand-ins for pywin32; before anything imports xlwings."""
    kinds = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass", "PyIDispatch")}
    com_error = type("com_error", (Exception,), {})
    _module(
        "pywintypes",
        com_error=com_error,
        error=type("error", (Exception,), {}),
        TimeType=type("TimeType", (dt.datetime,), {}),
        IID=str,
    )
    _module(
        "pythoncom",
        com_error=com_error,
        ole_error=com_error,
        IID_IDispatch="IDispatch",
        TypeIIDs={"IDispatch": kinds.pop("PyIDispatch")},
        CoInitialize=lambda: None,
        __file__="pythoncom.dll",
    )
    for name in ("win32api", "win32con", "win32gui", "win32event", "win32com", "win32com.server"):
        _module(name)
    for name in ("dispatcher", "policy", "util"):
        _module(f"win32com.server.{name}")
    _module("win32com.client", Dispatch=lambda com, **_: com, DispatchEx=None, **kinds)
    _module("win32process", GetWindowThreadProcessId=lambda _: (0, 0))
    _module("win32timezone", TimeZoneInfo=SimpleNamespace(utc=lambda: dt.UTC))
    # From Python 3.12 on, shutil and sysconfig look at the platform at their first use: let them see the real one.
    tempfile.gettempdir()
    sysconfig.get_config_vars()
    with (
        mock.patch.multiple(ctypes, create=True, windll=mock.Mock(), oledll=mock.Mock(), PyDLL=mock.Mock()),
        mock.patch.object(sys, "platform", "win32"),
    ):
        from xlwings import _xlwindows, com_server, udfs  # noqa: PLC0415
    vars(_xlwindows)["COMRetryObjectWrapper"] = lambda inner: inner
    return udfs, com_server
