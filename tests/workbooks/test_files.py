"""A file appears whole or not at all, with the rights of any file."""

import os
import stat
from pathlib import Path

import pytest

from workbooks.files import save


def test_a_file_appears_and_replaces_another(tmp_path: Path) -> None:
    out = tmp_path / "模型 1.xlsx"
    for data in (b"first", b"second, which is longer", b""):
        save(data, out)
        assert out.read_bytes() == data
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_whatever_interrupts_it_the_old_file_stays(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "model.xlsx"
    out.write_bytes(b"before")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os if step == "fsync" else Path, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(b"after", out)
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's")
def test_a_new_file_has_the_rights_of_any_new_file_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    old, new, plain = (tmp_path / name for name in ("old.xlsx", "new.xlsx", "plain"))
    plain.touch()
    old.touch()
    old.chmod(0o640)
    save(b"", old)
    save(b"", new)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_places_that_cannot_hold_a_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder"):
        save(b"", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"the folder does not exist.*nowhere"):
        save(b"", tmp_path / "nowhere" / "model.xlsx")
    assert not list(tmp_path.iterdir())
