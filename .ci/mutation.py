"""Mutants of valuation/, made by mutmut, each met by its module's tests: a table of how many were killed.

`.ci/mutation` calls it in a copy of the checkout, which it changes: never call it in the checkout itself. mutmut's own
runner starts pytest anew for every mutant, which takes longer than the tests; here one process imports what the tests
import, and a fork of it meets each mutant.
"""

# ruff: noqa: INP001, T201 - a program, and printing is how it answers

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
PATIENCE: Final = 10  # times the tests' own processor time: a mutant may go round for ever, and that is noticed too
STUCK: Final = 900  # seconds: it may wait for ever, too
NO_MUTANTS: Final = "  # pragma: no mutate"  # tells mutmut to leave a line; those of ours give a reason after it

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
    "--noconftest",  # which starts LibreOffice, and reads the doors of the house each time
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # pytest finds its plugins imported already
]


def file_of(module: str) -> Path:
    """The file of a module of valuation/, in whichever of its folders it is."""
    (path,) = (TREE / "valuation").rglob(f"{module}.py")
    return path


def tests_of(module: str) -> list[str]:
    """The tests of a module, and the examples in its docstrings."""
    tests = [f"tests/valuation/test_{name}.py" for name in TESTS.get(module, [module])]
    return [*tests, file_of(module).relative_to(TREE).as_posix()]


class Quick:
    """Puts the tests of single cases before those that search: they kill most mutants, and in no time."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort, and otherwise leave the order."""
        items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))


def passes(tests: list[str], limit: int) -> bool:
    """Whether the tests pass, in a fork; out of processor time or out of memory, they do not."""
    child = os.fork()
    if not child:
        os.setsid()  # what the tests start ends with them
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        status = 1
        try:
            status = pytest.main([*OPTIONS, "-x", *tests], [Quick()])
        finally:
            os._exit(int(status))
    end = time.monotonic() + STUCK
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def warm(tests: list[str]) -> None:
    """Import what the tests import, and forget what of it is ours: a fork imports that again, with the mutant."""
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
    # What is compiled stays compiled, and no mutant is: of the same second and size, one would be taken for another.
    sys.dont_write_bytecode = True


def mutants(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """Every mutant that mutmut makes of a module and Python can read: its line and its source."""
    # mutmut's parser is older than `match`: it is shown an `if` in its place. The name of a type is for mypy alone.
    disguised = re.sub(r"^( *)(match|case) (.*):$", r"\1if __\2__(\3):", source, flags=re.MULTILINE)
    disguised = re.sub(r"(: TypeAlias = .*)$", rf"\1{NO_MUTANTS}", disguised, flags=re.MULTILINE)
    for place in list_mutations(Context(source=disguised, filename=str(path), mutation_id=ALL)):
        mutant = mutate(Context(source=disguised, filename=str(path), mutation_id=place))[0]
        mutant = re.sub(r"^( *)if __(match|case)__\((.*)\):$", r"\1\2 \3:", mutant, flags=re.MULTILINE)
        mutant = mutant.replace(f"{NO_MUTANTS}\n", "\n")
        with suppress(SyntaxError):
            compile(mutant, path, "exec")
            yield place.line_number + 1, mutant


def meet(module: str) -> tuple[int, int]:
    """How many mutants a module has and how many its tests kill; the others are printed."""
    path, tests = file_of(module), (tests_of(module), OF_ALL)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    if not all(passes(some, STUCK) for some in tests):
        sys.exit(f"{module}: the tests fail without a mutant")
    limit = 1 + int(PATIENCE * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before))
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
    """Print the survivors as they are found, then the table; 1 where fewer were killed than the goals say."""
    warm(sorted({*OF_ALL, *(test for module in modules for test in tests_of(module))}))
    counts = {module: meet(module) for module in modules}
    counts["all"] = sum(count for count, _ in counts.values()), sum(killed for _, killed in counts.values())
    print(f"\n{'module':12} {'mutants':>7} {'killed':>7} {'survived':>8} {'ratio':>7}")
    for module, (count, killed) in counts.items():
        print(f"{module:12} {count:7} {killed:7} {count - killed:8} {killed / count:7.1%}")
    every, all_killed = counts.pop("all")
    return int(all_killed < GOAL * every or any(killed < LEAST * count for count, killed in counts.values()))


if __name__ == "__main__":
    every = sorted(path.stem for path in (TREE / "valuation").rglob("[!_]*.py"))
    sys.exit(main(sys.argv[1:] or every))
