"""`steelyard value WORKBOOK`: reads the inputs of a workbook, values them, and compares with its own results."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from addin.commands.exits import BAD_INPUT, WORKBOOKS, expect_suffix, fail, save_or_fail

if TYPE_CHECKING:
    from workbooks.case.model import Case
    from workbooks.read_back.contents import Contents
    from workbooks.read_back.findings import Finding
    from workbooks.read_back.identity import Identity
    from workbooks.read_back.inputs import ReadInputs

SHOWN: Final = 8  # differences listed one by one


def is_workbook(name: str) -> bool:
    """Whether a name is that of a workbook file."""
    return name.lower().endswith(WORKBOOKS)


def value_workbook(file: Path, to: Path | None, original: str) -> tuple["Case", dict[str, Any]]:
    """The case with the inputs of a workbook, and its results; findings are printed to stderr."""
    from workbooks.layout.core_values import NoValueError  # noqa: PLC0415
    from workbooks.opening.child import in_child, read_limited  # noqa: PLC0415
    from workbooks.opening.limits import PackageError  # noqa: PLC0415
    from workbooks.read_back.findings import ReadBackError  # noqa: PLC0415
    from workbooks.read_back.inputs import read_inputs  # noqa: PLC0415
    from workbooks.results import values  # noqa: PLC0415

    if to:
        expect_suffix(to, ".toml")
    try:
        data = read_limited(file)
        identity = _identity(in_child("workbooks.read_back.contents:contents_of", data), original)
        read = read_inputs(identity)
        found = values(read.case, read.sheets)
    except OSError as problem:
        fail(f"{file}: {problem.strerror}", BAD_INPUT)
    except (PackageError, ReadBackError, NoValueError) as problem:
        fail("\n".join(f"{file}: {line}" for line in str(problem).splitlines()), BAD_INPUT)
    for finding in [*read.findings, *_held(identity, found, data)]:
        typer.echo(f"{file}: {finding}", err=True)
    if to:
        _write(read, file, to)
    return read.case, found


def _identity(contents: "Contents", original: str) -> "Identity":
    from workbooks.case.reading import CaseError, find  # noqa: PLC0415
    from workbooks.read_back.identity import identity_of  # noqa: PLC0415
    from workbooks.read_back.identity_from_case import identity_from  # noqa: PLC0415

    if not original:
        return identity_of(contents)
    try:
        return identity_from(find(original), contents)
    except CaseError as problem:
        fail(str(problem), BAD_INPUT)


def _held(identity: "Identity", found: dict[str, Any], data: bytes) -> list["Finding"]:
    """Report whether the workbook's cells show these results."""
    from workbooks.read_back.findings import Finding  # noqa: PLC0415
    from workbooks.read_back.result_check import NOT_COMPUTED, comparable, differences  # noqa: PLC0415

    if not identity.contents.is_computed:
        return [Finding("", NOT_COMPUTED)]
    count, wrong = comparable(identity, found), differences(identity, found)
    if not wrong:
        said = f"its own {count} results agree" if count else "none of its own results was found to hold these against"
        return [Finding("", said)]
    recomputed = _recomputed(data)
    if recomputed is None:
        why = "its own results differ; computed anew they could not be"
    elif wrong_still := differences(identity, found, recomputed):
        wrong, why = (
            wrong_still,
            "its own formulas give other results, also computed anew: one was changed",
        )
    else:
        why = "its stored results are stale: they were not computed after the last change; computed anew they agree"
    more = [Finding("", f"… and {len(wrong) - SHOWN} more")] if len(wrong) > SHOWN else []
    return [Finding("", why), *wrong[:SHOWN], *more]


def _recomputed(data: bytes) -> "Contents | None":
    from workbooks.opening.child import in_child  # noqa: PLC0415
    from workbooks.opening.limits import PackageError  # noqa: PLC0415
    from workbooks.read_back.contents import contents_of  # noqa: PLC0415
    from workbooks.recalculation.refusal import EngineError  # noqa: PLC0415
    from workbooks.recalculation.trusted import Trust  # noqa: PLC0415

    try:
        done = in_child("addin.embedded:recalculate", data, Trust(anew=True, second_engine=False))
        return contents_of(done.data)
    except (PackageError, EngineError):
        return None


def _write(read: "ReadInputs", file: Path, to: Path) -> None:
    save_or_fail(read.text(file.name).encode(), to)
    typer.echo(f"{to}: the inputs of {file.name}", err=True)
