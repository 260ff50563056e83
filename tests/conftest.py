"""Fixtures that several test modules use."""

import gc
import io
import os
import zipfile
from collections.abc import Iterator

import hypothesis
import pytest

import browser as chromium
from absent import give_up
from addin.calc.extension import ExtensionError, extension
from libreoffice import LibreOffice, missing

gc.set_threshold(200_000)  # as the command itself: garbage collection takes a twentieth of a build

# Under CI hypothesis draws the same examples every time; elsewhere it searches, without a time limit per example.
if not os.environ.get("CI"):
    hypothesis.settings.register_profile("searching", deadline=None)
    hypothesis.settings.load_profile("searching")

collect_ignore = ["libreoffice_worker.py"]  # runs under another Python


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """LibreOffice for the whole session: skipped where it is absent, a failure where CI lacks it."""
    if reason := missing():
        give_up(f"LibreOffice: {reason}")
    with LibreOffice() as office:
        yield office


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """LibreOffice with our functions; skipped where it runs another Python than this one.

    That is no failure under CI either, which runs the tests with LibreOffice's own Python and with a newer one.
    """
    if reason := missing():
        give_up(f"LibreOffice: {reason}")
    folder = tmp_path_factory.mktemp("extensions")
    try:
        with zipfile.ZipFile(io.BytesIO(extension())) as package:
            package.extractall(folder / "steelyard")
    except ExtensionError as problem:
        pytest.skip(f"LibreOffice: {problem}")
    with LibreOffice(extensions=folder) as office:
        yield office


@pytest.fixture(scope="module")
def server() -> Iterator[chromium.Server]:
    """A server of the Office add-in for a module, over plain HTTP."""
    with chromium.Server() as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Browser]:
    """A Chromium for a module: skipped where it is absent, a failure where CI lacks it."""
    if reason := chromium.missing():
        give_up(f"Chromium: {reason}")
    with chromium.Browser() as started:
        yield started
