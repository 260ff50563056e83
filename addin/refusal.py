"""How a command ends that cannot do what it was asked: a line that says why, and a status."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

REFUSED: Final = 1  # the workbook does not prove itself, or a file cannot be written
BAD_INPUT: Final = 2


def fail(message: str, status: int) -> NoReturn:
    """End with a message."""
    sys.stderr.write(f"{message}\n")
    sys.exit(status)


def unwritable(problem: OSError, output: Path) -> NoReturn:
    """End since a file cannot be written."""
    fail(f"{problem.filename or output}: {problem.strerror or problem}", REFUSED)


@contextmanager
def refusals(output: Path, bad_input: type[Exception]) -> Iterator[None]:
    """Work on a file to write, which ends where its input is bad, a workbook does not prove itself, or it cannot be."""
    from workbooks.build import BuildError  # noqa: PLC0415 - only some commands make one
    from workbooks.labels.language import LanguageError  # noqa: PLC0415 - as above

    try:
        yield
    except (bad_input, LanguageError) as problem:
        fail(str(problem), BAD_INPUT)
    except BuildError as problem:
        fail(str(problem), REFUSED)
    except OSError as problem:
        unwritable(problem, output)
