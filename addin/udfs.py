"""The module that xlwings imports: all functions of the catalogue under their Excel names.

On Windows set the add-in's `UDF Modules` to `addin.udfs`; in xlwings Lite and xlwings Server write
`from addin.udfs import *` in a module of your own.

On Windows, through COM, a cell without a value shows a text that begins with Excel's error and gives the reason, such
as `#VALUE! metric: 'x' is not a number`, because COM cannot return an error with a message. Our own functions read such
a text as an error; Excel's SUM ignores it like every text, so totals should count their numbers first.

In xlwings Lite and Server, which use Office.js, a text that is only an error code becomes a real error in that cell,
without the message. An exception would give one error for the whole range.
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

# Error codes that xlwings converts to real errors.
_OFFICE_JS_ERRORS: Final = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


def office_js_error(code: str, _message: str) -> str:
    """Text that xlwings converts to an error; newer kinds become #VALUE!, as in files.

    Examples
    --------
    >>> office_js_error("#N/A", "a required cell is blank"), office_js_error("#SPILL!", "")
    ('#N/A', '#VALUE!')
    """
    return code if code in _OFFICE_JS_ERRORS else "#VALUE!"


def _udf(entry: Entry) -> Callable[..., object]:
    udf = bind(entry, office_js_error if OFFICE_JS else error_text)
    # Set before the decorators of xlwings run, because they read these attributes once; annotations would make xlwings
    # convert values.
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
        # Errors are passed as texts, because as None they could not be distinguished from blanks.
        read = xw.arg(parameter.name, ndim=2, err_to_str=True, doc=argument_help(entry, parameter))
        udf = read(udf)
    # Last, because `arg` resets the category.
    return xw.func(category=CATEGORY)(udf)


_UDFS: Final = {entry.excel_name: _udf(entry) for entry in CATALOGUE.values()}
globals().update(_UDFS)
__all__ = list(_UDFS)
