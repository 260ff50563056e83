"""The examples in docstrings of the installed packages give what they say.

The packages are imported by name, not by the path of a file, so that the tests run alike on an editable install, on an
installed wheel, and in the checkout.
"""

import doctest
import importlib
import pkgutil
from types import ModuleType
from typing import Final

import pytest

import addin
import valuation
import workbooks

PACKAGES: Final = (valuation, workbooks, addin)
# LibreOffice's own Python imports it; `__main__` would start the command.
NOT_IMPORTED: Final = {"addin.calc.component", "addin.__main__"}


def modules() -> list[str]:
    """Names of every module of the packages, the packages themselves included."""
    found = [package.__name__ for package in PACKAGES]
    for package in PACKAGES:
        found += [each.name for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return sorted(set(found) - NOT_IMPORTED)


def examples_in(module: ModuleType) -> list[doctest.DocTest]:
    return [found for found in doctest.DocTestFinder(exclude_empty=True).find(module) if found.examples]


@pytest.mark.parametrize("name", modules())
def test_examples_of_a_module_give_what_they_say(name: str) -> None:
    runner = doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    for example in examples_in(importlib.import_module(name)):
        runner.run(example, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_docstrings_with_examples_are_found() -> None:
    assert len(examples_in(importlib.import_module("valuation.sotp"))) >= len({"SOTP_VALUE", "SOTP_RANGE"})


def test_a_wrong_example_fails() -> None:
    wrong = ModuleType("wrong")
    wrong.__doc__ = ">>> 1 + 1\n3\n"
    (example,) = examples_in(wrong)
    assert doctest.DocTestRunner(verbose=False).run(example, out=lambda _: None).failed == 1
