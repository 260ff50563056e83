"""What the tests share."""

import os
from collections.abc import Iterator

import hypothesis
import pytest

from libreoffice import LibreOffice, missing

# Under CI hypothesis is the same every time; elsewhere it goes on searching, and a busy machine is no failure.
if not os.environ.get("CI"):
    hypothesis.settings.register_profile("searching", deadline=None)
    hypothesis.settings.load_profile("searching")

collect_ignore = ["libreoffice_worker.py"]  # runs under another Python


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """LibreOffice for the whole session: skipped where it is absent, a failure where CI lacks it."""
    if reason := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"LibreOffice: {reason}")
    with LibreOffice() as office:
        yield office
