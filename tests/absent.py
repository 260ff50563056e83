"""What tests do where a program, a package of npm or a font that they need is absent."""

import os
import shutil
from importlib.util import find_spec
from typing import NoReturn

import pytest


def give_up(reason: str) -> NoReturn:
    """Skip the test; under CI, where everything has to be installed, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def need_program(name: str, source: str) -> None:
    """Give up where a program is not on PATH."""
    if not shutil.which(name):
        give_up(f"{name} is not on PATH ({source})")


def need_package(name: str) -> None:
    """Give up where a package of Python is not installed."""
    if find_spec(name) is None:
        give_up(f"{name} is not installed (pip install -e '.[dev]')")
