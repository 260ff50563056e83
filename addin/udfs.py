"""What xlwings imports: every function of the catalogue under its Excel name.

On Windows set the add-in's `UDF Modules` to `addin.udfs`; in xlwings Lite and xlwings Server write
`from addin.udfs import *` in a module of your own.

On Windows, through COM, a cell that cannot hold a value shows a text that begins with Excel's error and says why, such
as `#VALUE! metric: 'x' is not a number`: COM has no error cell with a message. Our own functions read such a text as
the error it is; Excel's SUM skips it as it skips every text, so totals should count first.

In xlwings Lite and Server, which speak to Excel through Office.js, a text that is an error and nothing more becomes a
real error in its own cell; the message has no place there. An exception would be one error for a whole range.
"""

import inspect
import os
import sys
from collections.abc import Callable
from typing import Final

import xlwings as xw

from addin.binding import bind
from addin.cells import error_text
from addin.describe import argument_help
from valuation.catalogue import CATALOGUE, Entry

CATEGORY: Final = "Steelyard"  # where the function wizard lists them
OFFICE_JS: Final = sys.platform == "emscripten" or os.environ.get("XLWINGS_ON_SERVER") == "true"

# Those that xlwings makes real errors of.
_OFFICE_JS_ERRORS: Final = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


def office_js_error(code: str, _message: str) -> str:
    """Text that xlwings turns into an error cell; the newer kinds are #VALUE!, as in files.

    Examples
    --------
    >>> office_js_error("#N/A", "a required cell is blank"), office_js_error("#SPILL!", "")
    ('#N/A', '#VALUE!')
    """
    return code if code in _OFFICE_JS_ERRORS else "#VALUE!"


def _udf(entry: Entry) -> Callable[..., object]:
    udf = bind(entry, office_js_error if OFFICE_JS else error_text)
    # xlwings reads all this when its decorators see the function, and only then; it would convert by annotations.
    udf.__annotations__ = {}
    vars(udf)["__signature__"] = inspect.Signature(
        [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if parameter.required else None,
            )
            for parameter in entry.parameters
        ]
    )
    udf.__name__ = udf.__qualname__ = entry.excel_name
    udf.__module__, udf.__doc__ = __name__, entry.summary
    for parameter in entry.parameters:
        # Errors as texts: as None they could not be told from blanks.
        read = xw.arg(parameter.name, ndim=2, err_to_str=True, doc=argument_help(entry, parameter))
        udf = read(udf)
    # Last, since `arg` sets the category anew.
    return xw.func(category=CATEGORY)(udf)


_UDFS: Final = {entry.excel_name: _udf(entry) for entry in CATALOGUE.values()}
globals().update(_UDFS)
__all__ = list(_UDFS)
