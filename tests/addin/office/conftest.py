"""What the tests of the Office add-in share."""

import os
from collections.abc import Iterator

import pytest

from browser import Browser, Server, missing


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own for a module, over plain HTTP."""
    with Server() as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for a module: skipped where it is absent, a failure where CI lacks it."""
    if reason := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"Chromium: {reason}")
    with Browser() as started:
        yield started
