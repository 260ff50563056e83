"""Fixtures of the tests of workbooks."""

import pytest

from built import Workbook, bundled_workbook


@pytest.fixture(scope="session")
def xiaomi_2018(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """The workbook of a case, built once: engines recalculate it, and the file stays as it is."""
    book, data = bundled_workbook("xiaomi_2018")
    path = tmp_path_factory.mktemp("built") / "xiaomi_2018.xlsx"
    path.write_bytes(data)
    return book, path
