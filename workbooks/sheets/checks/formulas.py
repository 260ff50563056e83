"""The workings of Checks: the status of each check, how many fail, and the one verdict."""

from typing import Final

import numpy as np

from workbooks.declarations.sheet import Formula, Values

TO_FILL: Final = "to fill"


def _status(value: Values) -> list[str]:
    both = zip(value("holds"), value("severity"), strict=True)
    return ["OK" if holds else severity.upper() for holds, severity in both]


# A check that cannot be worked out has not been passed.
STATUS: Final = Formula(
    f'IF(ISERROR({{holds}}),"FAIL",IF({{holds}}="","{TO_FILL}",IF({{holds}},"OK",UPPER({{severity}}))))',
    _status,
    open=True,
)
BLANK: Final = Formula(
    "COUNTBLANK({input_rows.value})", lambda v: float(np.isnan(v("input_rows.value")).sum()), open=True
)


def count(word: str) -> Formula:
    """How many checks have a status."""
    return Formula(
        f'COUNTIF({{check_rows.status}},"{word}")', lambda v: float(list(v("check_rows.status")).count(word)), open=True
    )


def _master(value: Values) -> str:
    fails, warns = int(value("checks.fails")), int(value("checks.warns"))
    if fails:
        return f"FAIL: {fails} of the checks fail"
    return f"OK, {warns} to look at" if warns else "OK"


MASTER: Final = Formula(
    'IF({checks.fails}>0,"FAIL: "&{checks.fails}&" of the checks fail",'
    'IF({checks.blank}>0,"to fill: "&{checks.blank}&" inputs",'
    'IF({checks.warns}>0,"OK, "&{checks.warns}&" to look at","OK")))',
    _master,
    open=True,
)
# No add-in answers while the workbook is built.
ADDIN_READY: Final = Formula("IFERROR(LEN(STEELYARD_VERSION())>0,FALSE)", lambda v: False)  # noqa: ARG005
