"""Every layout of a data export is read right, or what is missing is asked for; none is read wrong."""

from pathlib import Path
from typing import Final

import pytest

from peer_layouts import LAYOUTS, Layout
from workbooks.peer_import.reading import read_peers
from workbooks.peer_import.records import PeersTable, Wishes

LEAST, LEAST_ALONE = 35, 25


def read(layout: Layout, folder: Path) -> PeersTable:
    path = folder / layout.file
    path.write_bytes(layout.data)
    return read_peers(path, Wishes(**layout.options))


def figures(table: PeersTable) -> dict[str, dict[str, tuple[float, str]]]:
    return {
        peer.name: {
            f"{what} {period}".strip(): (found.value, found.unit) for (what, period), found in peer.by_period.items()
        }
        for peer in table.peers
    }


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_is_read_as_it_is_meant(layout: Layout, tmp_path: Path) -> None:
    table = read(layout, tmp_path)
    assert figures(table) == layout.figures
    told = "\n".join(each.why for each in table.unplaced)
    assert [words for words in layout.told if words not in told] == []


ALONE: Final = [layout for layout in LAYOUTS if not layout.options and not any("--" in words for words in layout.told)]


def test_there_are_as_many_layouts_as_were_promised() -> None:
    assert len({layout.name for layout in LAYOUTS}) >= LEAST
    assert len(ALONE) >= LEAST_ALONE
