"""Display units of the results: for readers of English millions and billions, not 亿."""

from typing import Final

from workbooks.case.model import Case
from workbooks.case.quantity import Quantity, quantity, whole
from workbooks.languages.language import ENGLISH

BILLION: Final = 1e9
CHINESE_SCALES: Final = (1e4, 1e8)


def in_units_of(case: Case, language: str) -> Case:
    """The case with display units for a language: in English billions, or millions for small amounts.

    Millions are used if any amount is below one billion. Figures keep the units of their sources, and so does a display
    unit that the case states explicitly.

    Examples
    --------
    >>> from workbooks.case.reading import bundled
    >>> company = in_units_of(bundled("xiaomi_2018"), "en").company
    >>> company.unit, company.display_unit, company.reporting_unit
    ('亿元', 'CNY bn', 'USD bn')
    """
    if language != ENGLISH:
        return case
    company = case.company
    own = company.display_unit if company.display_unit == company.unit else ""
    given = {"display_unit": own, "reporting_unit": company.reporting_unit}
    counted = {key: quantity(unit) for key, unit in given.items() if unit}
    scale = "bn" if all(abs(each) >= BILLION for each in _amounts(case)) else "m"
    shown = {key: f"{of.currency} {scale}" for key, of in counted.items() if _is_chinese(of)}
    return case.model_copy(update={"company": company.model_copy(update=shown)}) if shown else case


def _is_chinese(of: Quantity) -> bool:
    return bool(of.currency) and of.scale in CHINESE_SCALES


def _amounts(case: Case) -> list[float]:
    """All non-zero amounts of money of a case, in whole units."""
    units = ((figure.value, quantity(figure.unit)) for figure in case.figures.values())
    return [whole(value, of) for value, of in units if of.kind == "money" and value]
