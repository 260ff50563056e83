"""Mutation testing of valuation/: runs the tests of each module on the mutants that mutmut makes of it.

`.ci/mutation` calls it in a copy of the checkout, which it changes: never call it in the checkout itself. mutmut's own
runner starts pytest again for every mutant, which takes longer than the tests. Here one process imports everything that
the tests import, and runs the tests on each mutant in a fork of itself.
"""

# ruff: noqa: INP001, T201 - a program that prints its results

import os
import re
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from difflib import unified_diff
from io import StringIO
from pathlib import Path
from typing import Final

import hypothesis
import pytest
from mutmut import ALL, Context, list_mutations, mutate

TREE: Final = Path.cwd()
GOAL: Final = 0.95  # of all modules together
LEAST: Final = 0.9  # of each
MEMORY: Final = 4 << 30  # bytes: a mutant may ask for an endless array
TIMES: Final = 10  # limit of processor time, as a multiple of the tests' own: a mutant may loop for ever
TIMEOUT: Final = 900  # seconds: a mutant may also wait for ever
NO_MUTANTS: Final = "  # pragma: no mutate"  # mutmut leaves such a line alone; in our modules a reason follows

# The tests of a module are tests/valuation/test_<module>.py and the examples in its docstrings, unless listed here.
TESTS: Final = {
    "about": ["catalogue"],
    "amount_text": ["amounts", "local_amounts", "currencies"],
    "batch_sampling": ["batch_simulation"],
    "blending": ["blending", "multiples"],
    "bridge": ["bridge", "convertible_bonds"],
    "currencies": ["currencies", "local_amounts", "amounts"],
    "dates": ["dates", "returns"],
    "distributions": ["distributions", "sampling", "simulation", "blending"],
    "draw_statistics": ["spread", "simulation"],
    "flow_rates": ["returns"],
    "implied": ["implied", "solve", "perpetuities"],
    "intrinsic": ["intrinsic", "driver_dcf", "perpetuities"],
    "lifetime": ["users", "perpetuities"],
    "multiples": ["multiples", "peers"],
    "order_statistics": ["multiples", "peers", "blending"],
    "ownership": ["ownership", "lookthrough"],
    "priced_round": ["conversion"],
    "regression": ["peers"],
    "roots": ["solve", "returns"],
    "sampling": ["sampling", "batch_simulation"],
    "rounding": ["amounts", "sensitivity", "simulation"],
    "shapley": ["shapley", "attribution"],
    "sotp": ["sotp", "blending"],
}
# Tests for every function of the catalogue: its signature, and errors that affect only their element.
OF_ALL: Final = ["tests/valuation/test_catalogue.py", "tests/valuation/test_every_function.py"]

OPTIONS: Final = [
    *("-p", "no:cacheprovider", "-n", "0", "--hypothesis-profile=mutation"),
    "--noconftest",  # conftest.py starts LibreOffice and reads all modules
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # its plugins are already imported
]


def file_of(module: str) -> Path:
    """The file of a module anywhere in valuation/."""
    (path,) = (TREE / "valuation").rglob(f"{module}.py")
    return path


def tests_of(module: str) -> list[str]:
    """The tests of a module, and the examples in its docstrings."""
    tests = [f"tests/valuation/test_{name}.py" for name in TESTS.get(module, [module])]
    return [*tests, file_of(module).relative_to(TREE).as_posix()]


class ExamplesFirst:
    """Runs tests of single examples before property tests: they are fast and kill most mutants."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests; the order is otherwise unchanged."""
        items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))


def passes(tests: list[str], limit: int) -> bool:
    """Run the tests in a fork: whether they pass. They fail if they run out of processor time or memory."""
    child = os.fork()
    if not child:
        os.setsid()  # so that processes started by the tests can be ended with them
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        status = 1
        try:
            status = pytest.main([*OPTIONS, "-x", *tests], [ExamplesFirst()])
        finally:
            os._exit(int(status))
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def preload(tests: list[str]) -> None:
    """Import everything that the tests import, then drop our own modules: each fork imports them again, mutated."""
    hypothesis.settings.register_profile(
        "mutation",
        max_examples=15,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # one failure is enough, of whatever size
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    with redirect_stdout(StringIO()) as said:
        failed = pytest.main([*OPTIONS, "--collect-only", *tests])
    if failed:
        sys.exit(said.getvalue())
    for name, module in list(sys.modules.items()):
        if name != "__main__" and Path(getattr(module, "__file__", None) or "/").is_relative_to(TREE):
            del sys.modules[name]
    # Mutants are not compiled to files: Python would take two of the same second and size for the same.
    sys.dont_write_bytecode = True


def mutants(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """Every mutant of a module that is valid Python: its line and its source."""
    # mutmut's parser does not know `match`, so it gets an `if` instead. Names of types only matter to mypy.
    disguised = re.sub(r"^( *)(match|case) (.*):$", r"\1if __\2__(\3):", source, flags=re.MULTILINE)
    disguised = re.sub(r"(: TypeAlias = .*)$", rf"\1{NO_MUTANTS}", disguised, flags=re.MULTILINE)
    for place in list_mutations(Context(source=disguised, filename=str(path), mutation_id=ALL)):
        mutant = mutate(Context(source=disguised, filename=str(path), mutation_id=place))[0]
        mutant = re.sub(r"^( *)if __(match|case)__\((.*)\):$", r"\1\2 \3:", mutant, flags=re.MULTILINE)
        mutant = mutant.replace(f"{NO_MUTANTS}\n", "\n")
        with suppress(SyntaxError):
            compile(mutant, path, "exec")
            yield place.line_number + 1, mutant


def tested(module: str) -> tuple[int, int]:
    """Number of mutants of a module, and how many its tests kill; prints the survivors."""
    path, tests = file_of(module), (tests_of(module), OF_ALL)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    if not all(passes(some, TIMEOUT) for some in tests):
        sys.exit(f"{module}: the tests fail without a mutant")
    limit = 1 + int(TIMES * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before))
    source, written = path.read_text(), path.stat()
    count = killed = 0
    for line, mutant in mutants(path, source):
        count += 1
        path.write_text(mutant)
        if all(passes(some, limit) for some in tests):
            difference = unified_diff(source.splitlines(), mutant.splitlines(), f"{path.name}:{line}", "survives", n=0)
            print(*(each.rstrip() for each in difference if not each.startswith("@@")), sep="\n", flush=True)
        else:
            killed += 1
        path.write_text(source)
        os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))
    print(f"{module}: {killed} of {count} killed", flush=True)
    return count, killed


def main(modules: list[str]) -> int:
    """Print survivors as they are found, then a table; returns 1 if fewer were killed than the goals."""
    preload(sorted({*OF_ALL, *(test for module in modules for test in tests_of(module))}))
    counts = {module: tested(module) for module in modules}
    counts["all"] = sum(count for count, _ in counts.values()), sum(killed for _, killed in counts.values())
    print(f"\n{'module':12} {'mutants':>7} {'killed':>7} {'survived':>8} {'ratio':>7}")
    for module, (count, killed) in counts.items():
        print(f"{module:12} {count:7} {killed:7} {count - killed:8} {killed / count:7.1%}")
    every, all_killed = counts.pop("all")
    return int(all_killed < GOAL * every or any(killed < LEAST * count for count, killed in counts.values()))


if __name__ == "__main__":
    every = sorted(path.stem for path in (TREE / "valuation").rglob("[!_]*.py"))
    sys.exit(main(sys.argv[1:] or every))
