"""LibreOffice for tests: recalculates a workbook, prints it, draws its sheets.

    def test_it(libreoffice, tmp_path):                      # the session's one LibreOffice
        values = libreoffice.recalculate(path)               # {"Summary": [[A1, B1, …], [A2, …], …], …}
        at(values, "Summary", "B5")                          # one cell of it
        libreoffice.recalculate(path, {("Inputs", "D7"): 0.2})   # what if: on a copy in memory, the file stays
        libreoffice.to_pdf(path, tmp_path / "book.pdf")      # a sheet a page
        libreoffice.to_png(path, tmp_path)                   # a picture a sheet: "01 Summary.png"

Values are numbers (booleans and dates too: Calc knows no others), texts, None for an empty cell or text, and errors by
their code: "#N/A", "#DIV/0!"; "Err:502" where Excel would say #NUM! or #VALUE!, which Calc does not tell apart.

Calc trusts the values stored in a file; here every formula is really computed anew (`calculateAll`).
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from openpyxl.utils.cell import coordinate_to_tuple

Value: TypeAlias = float | str | bool | None
Values: TypeAlias = dict[str, list[list[Value]]]
Changes: TypeAlias = Mapping[tuple[str, str], Value]
Rows: TypeAlias = Sequence[tuple[str, int]]
Steps: TypeAlias = Sequence[tuple[str | float, ...]]

PYTHON: Final = os.environ.get("UNO_PYTHON", "/usr/bin/python3")
WORKER: Final = Path(__file__).with_name("libreoffice_worker.py")


class LibreOfficeError(Exception):
    """LibreOffice failed, hung or died."""


def missing() -> str:
    """Say which part of LibreOffice is missing; empty if none is."""
    if not shutil.which("soffice"):
        return "soffice is not on PATH"
    if (
        not shutil.which(PYTHON)
        or subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode
    ):
        return f"{PYTHON} cannot import uno (Debian: python3-uno; elsewhere name another in UNO_PYTHON)"
    return ""


def at(values: Values, sheet: str, cell: str) -> Value:
    """Value of one cell; None beyond the used area.

    Examples
    --------
    >>> at({"Data": [[1.0, 2.0], [3.0, 4.0]]}, "Data", "B1")
    2.0
    """
    row, column = coordinate_to_tuple(cell)
    try:
        return values[sheet][row - 1][column - 1]
    except IndexError:
        return None


class LibreOffice:
    """One LibreOffice process with a profile of its own, started by the first request and again after a failure.

    Parameters
    ----------
    extensions
        Folder of unpacked extensions that it loads: the add-in under test.
    environment
        Further variables of the environment it runs in.
    timeout
        Seconds that one request may take before the process is killed and the request fails.
    """

    def __init__(
        self, extensions: Path | None = None, environment: Mapping[str, str] | None = None, timeout: float = 120
    ) -> None:
        self.timeout = timeout
        self._extensions = extensions
        outer = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        # The Python inside LibreOffice looks for its library beside the first python3 on PATH; another's, as of a
        # virtual environment, makes every extension written in Python fail with bad_alloc.
        path = os.pathsep.join([str(Path(PYTHON).parent), os.environ.get("PATH", "")])
        self._environment = outer | {"LC_ALL": "C.UTF-8", "PATH": path, "SAL_USE_VCLPLUGIN": "svp"}
        self._environment |= environment or {}
        self._folder = Path(tempfile.mkdtemp(prefix="libreoffice-"))
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def recalculate(self, path: Path, changes: Changes | None = None, copied: Rows = ()) -> Values:
        """Values of every sheet after a full recalculation, with some cells changed first.

        Parameters
        ----------
        path
            The workbook; it is not written to.
        changes
            New content by sheet and address; text that begins with = is entered as a formula, None empties the cell.
        copied
            Sheets and rows: before each a row is inserted first, as a user does, and the row above copied into it.

        Returns
        -------
        dict of str to list of rows
            Rows from A1 to the last used cell.

        Raises
        ------
        LibreOfficeError
            If the file does not load, a sheet is unknown, or no answer comes in time.
        """
        return self._ask(path, changes, None, copied)

    def charted(self, path: Path, copied: Rows = ()) -> dict[str, list[list[str]]]:
        """The ranges that each chart of each sheet shows, after rows were inserted."""
        return self._ask(path, None, None, copied, charts=True)

    def to_pdf(self, path: Path, pdf: Path, changes: Changes | None = None) -> list[str]:
        """Write the recalculated workbook as PDF, a sheet a page; return the names of the sheets on its pages."""
        return list(self._ask(path, changes, pdf))

    def to_printed(self, path: Path, pdf: Path) -> Path:
        """Print the recalculated workbook as it is set up, page by page, to a PDF; return the file."""
        self._ask(path, None, pdf, printed=True)
        return pdf

    def saved(
        self, path: Path, out: Path, changes: Changes | None = None, copied: Rows = (), steps: Steps = ()
    ) -> Path:
        """Save the workbook as an .xlsx of LibreOffice's own; return the file.

        Rows are copied and cells changed first, as `recalculate` does. Then come the steps in their order: a verb, the
        sheet, and what the verb needs: ("rename", sheet, name), ("move", sheet, position), ("remove", sheet),
        ("insert rows" or "delete rows", sheet, row, how many), ("insert columns", sheet, column, how many),
        ("copy column", sheet, column), whose copy is inserted after it, ("type", sheet, cell, content),
        ("move cells", sheet, area, first cell).
        """
        given = [list(step) for step in steps]
        self._ask(path, changes, None, copied, xlsx=str(out.resolve()), steps=given)
        return out

    def to_png(self, path: Path, folder: Path, changes: Changes | None = None, dpi: int = 100) -> list[Path]:
        """Draw each sheet of the recalculated workbook to `NN NAME.png` in a folder; return the files."""
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            pdf = Path(scratch) / "book.pdf"
            names = self.to_pdf(path, pdf, changes)
            subprocess.run(["pdftoppm", "-png", "-r", str(dpi), pdf, Path(scratch) / "page"], check=True)
            pages = sorted(Path(scratch).glob("page-*.png"))
            pictures = [folder / f"{number:02} {name}.png" for number, name in enumerate(names, start=1)]
            for page, picture in zip(pages, pictures, strict=True):
                shutil.copyfile(page, picture)
        return pictures

    def described(self, names: Sequence[str]) -> dict[str, Any]:
        """Texts of the function wizard: `meaning`, and `arguments` with the name and meaning of each."""
        return self._request({"names": list(names)})

    def close(self) -> None:
        """End the process, by force if necessary, and remove its profile."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            self._kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(
        self,
        path: Path,
        changes: Changes | None,
        pdf: Path | None,
        copied: Rows = (),
        *,
        charts: bool = False,
        **more: object,
    ) -> dict[str, Any]:
        return self._request(
            {
                "path": str(path.resolve()),
                "changes": [[*place, value] for place, value in (changes or {}).items()],
                "pdf": pdf and str(pdf.resolve()),
                "copied": list(copied),
                "charts": charts,
                **more,
            }
        )

    def _request(self, request: Mapping[str, object]) -> dict[str, Any]:
        if self._process is None:
            self._start()
        reply = self._exchange(json.dumps(request, allow_nan=False))
        if "error" in reply:
            raise LibreOfficeError(reply["error"])
        answer: dict[str, Any] = reply["answer"]
        return answer

    def _start(self) -> None:
        arguments: list[str | Path] = [PYTHON, WORKER, self._folder / "profile"]
        if self._extensions is not None:
            arguments.append(self._extensions.resolve())
        with (self._folder / "messages").open("w") as messages:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                text=True,
                env=self._environment,
                start_new_session=True,  # a process group of its own: worker, soffice and soffice.bin end together
            )
        self._exchange(None)

    def _exchange(self, request: str | None) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            message = "LibreOffice has not been started"
            raise LibreOfficeError(message)
        watchdog = threading.Timer(self.timeout, os.killpg, (process.pid, signal.SIGKILL))
        watchdog.start()
        try:
            if request is not None:
                process.stdin.write(request + "\n")
                process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watchdog.cancel()
        if line:
            reply: dict[str, Any] = json.loads(line)
            return reply
        self._kill()
        said = (self._folder / "messages").read_text(errors="replace")[-2000:]
        message = f"LibreOffice died, or gave no answer in {self.timeout:g} s. {said}"
        raise LibreOfficeError(message)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
