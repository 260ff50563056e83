"""Every host gives what Python gives, but for the differences that docs/hosts.md lists: no more, and no fewer."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

import hosts
from absent import give_up
from browser import Browser, Server, missing
from hosts import Grid, differences, grid, kind_of_argument
from libreoffice import LibreOffice
from matrix import CALLS, INPUTS, Call, answers

PAGE: Final = Path(__file__).parents[2] / "docs" / "hosts.md"
ABSENT: Final = "cannot be there"


def listed() -> dict[str, set[tuple[str, str]]]:
    """Differences by host, from the page's table: an input and a kind of argument, or a kind of cell in an answer."""
    found: dict[str, set[tuple[str, str]]] = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if re.match(r"\|[^|]*\| `", line):
            host, inputs, kinds, *_ = (cell.strip() for cell in line.strip("|").split("|"))
            named = re.findall(r"`([^`]+)`", kinds) or [kinds]
            found.setdefault(host, set()).update(
                (name, kind) for name in re.findall(r"`([^`]+)`", inputs) for kind in named
            )
    return found


LISTED: Final = listed()


def sent(host: str) -> tuple[list[Call], list[Grid]]:
    """The calls that can be made in a host, and what they give in Python."""
    pairs = [(call, grid(answer)) for call, answer in zip(CALLS, answers(), strict=True)]
    possible = [pair for pair in pairs if (pair[0].input, ABSENT) not in LISTED[host]]
    return [call for call, _ in possible], [wanted for _, wanted in possible]


def compare(host: str, ask: Callable[[Sequence[Call], Sequence[Grid]], list[Grid]]) -> None:
    calls, wanted = sent(host)
    found: dict[tuple[str, str], str] = {}
    for call, given, right in zip(calls, ask(calls, wanted), wanted, strict=True):
        for difference in differences(call, given, right):
            found.setdefault(difference, f"{call}: {given}, not {right}"[:500])
    expected = {(what, kind) for what, kind in LISTED[host] if kind != ABSENT}
    assert {what: said for what, said in found.items() if what not in expected} == {}
    assert expected - found.keys() == set(), "listed, and not so"


def test_the_page_names_what_there_is() -> None:
    assert set(LISTED) == {
        "`steelyard call`",
        "Excel",
        "xlwings Lite",
        "Office add-in",
        "`steelyard recalc`",
        "LibreOffice",
    }
    kinds = {ABSENT, *map(kind_of_argument, CALLS)}
    for differences_there in LISTED.values():
        for what, kind in differences_there:
            assert (what in INPUTS and kind in kinds) or (what, kind) in {("answer", "truth"), ("answer", "date")}


@pytest.mark.slow
def test_the_shell() -> None:
    compare("`steelyard call`", lambda calls, _: hosts.shell(calls))


@pytest.mark.slow
def test_excel_through_xlwings() -> None:
    compare("Excel", lambda calls, _: hosts.excel(calls))


@pytest.mark.slow
def test_xlwings_lite(tmp_path: Path) -> None:
    compare("xlwings Lite", lambda calls, _: hosts.lite(calls, tmp_path))


@pytest.mark.slow
def test_the_office_add_in() -> None:
    if reason := missing():
        give_up(f"Chromium: {reason}")
    with Server() as server, Browser() as browser:
        browser.open_runtime(server.origin)
        compare("Office add-in", lambda calls, _: hosts.office(calls, browser))


@pytest.mark.slow
def test_the_embedded_engine() -> None:
    compare("`steelyard recalc`", lambda calls, wanted: hosts.embedded(hosts.book(calls, wanted)))


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice(calc: LibreOffice, tmp_path: Path) -> None:
    compare("LibreOffice", lambda calls, wanted: hosts.calc(hosts.book(calls, wanted), calc, tmp_path))
