"""Checks of the section for user cohorts."""

from collections.abc import Mapping

from workbooks.case.cohorts import Cohorts
from workbooks.case.known import Known, Misfits
from workbooks.case.yearly import yearly

YEARLY = ("margin_growth", "retention", "new_users", "acquisition_cost", "overhead")


def cohort_misfits(section: Cohorts, known: Known) -> Misfits:
    """Lists of different lengths, a missing number of years, and infinite sums."""
    years = yearly(section, YEARLY, section.years, known)
    yield from years.misfits("entry")
    if years.is_whole and years.most and years.is_named:
        yield ("years",), f"is given beside lists, which have {years.most} years: expected either"
    growth, retention = _last(section.margin_growth, known.numbers), _last(section.retention, known.numbers)
    rates = {"discount_rate": section.discount_rate, "new_users_rate": section.new_users_rate}
    for key, given in rates.items():
        rate = known.numbers.get(given or "")
        if rate is None:
            continue
        if growth is not None and retention is not None and retention * (1 + growth) >= 1 + rate:
            kept = f"{retention:.4g} of the users with a margin that grows by {growth:.4g}"
            yield (key,), f"{rate:.4g}: {kept} a year grow faster than they are discounted: the value is infinite"
        terminal = known.numbers.get(section.terminal_growth or "")
        if terminal is not None and terminal >= rate:
            yield ("terminal_growth",), f"{terminal:.4g} is not below {key}, {rate:.4g}: the value is infinite"


def _last(given: str | tuple[str, ...], numbers: Mapping[str, float]) -> float | None:
    return numbers.get(given[-1] if isinstance(given, tuple) else given)
