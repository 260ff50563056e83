"""Workbooks that the pane opens: the bundled cases, and an empty one to fill in."""

import datetime as dt
from functools import lru_cache
from typing import Final

from workbooks.build import BuildError, workbook_bytes
from workbooks.case.reading import bundled, bundled_names, find
from workbooks.languages.language import CHINESE
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook

EMPTY: Final = "empty"
EMPTY_TITLE: Final = {"en": "An empty model to fill in", "zh": "空白模型（待填写）"}
COMPANY: Final = {"en": "My company", "zh": "我的公司"}


class BookError(ValueError):
    """The workbook cannot be made."""


def titles(lang: str) -> list[dict[str, str]]:
    """The available workbooks: name and title."""
    found = [{"name": EMPTY, "title": EMPTY_TITLE[lang]}]
    for name in bundled_names():
        case = bundled(name)
        title = case.zh.get(case.title, case.title) if lang == CHINESE else case.title
        found.append({"name": name, "title": title})
    return found


def workbook(name: str, lang: str) -> bytes:
    """Bytes of a workbook.

    Raises
    ------
    BookError
        If there is none of that name, or it cannot be made.
    """
    if name == EMPTY:
        return _empty(lang)
    if name not in bundled_names():
        message = f"there is no workbook {name[:64]!r}"
        raise BookError(message)
    return _bundled(name, lang)


@lru_cache(maxsize=16)
def _bundled(name: str, lang: str) -> bytes:
    try:
        return workbook_bytes(find(name), lang)[1]
    except BuildError as problem:
        raise BookError(str(problem)) from problem


def _empty(lang: str) -> bytes:
    today = dt.datetime.now(dt.UTC).date()
    try:
        return empty_workbook(skeleton(Wanted(COMPANY[lang], today)), lang)
    except BuildError as problem:
        raise BookError(str(problem)) from problem
