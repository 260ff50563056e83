"""Formulas of the Cohorts sheet: value per user at the end of each year, existing and new users, overhead.

The value of a user at the end of a year is next year's margin and value times the retention rate, discounted: value[t]
= retention[t+1] × (margin[t+1] + value[t+1]) ÷ (1 + rate). After the forecast retention, growth and rate are constant,
so the value is a geometric series.
"""

from collections.abc import Sequence
from typing import Final

from valuation.users import user_base_value, value_per_user
from workbooks.case.cohorts import Cohorts
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AND, IF, MAX, MEDIAN, MIN, SUM
from workbooks.declarations.expressions import cells, grouped, ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.dcf.steps import MOST
from workbooks.sheets.inputs.steps import RATE_STEP
from workbooks.sheets.method import Which
from workbooks.sheets.money import converted, currency_of, figure

DRIVERS: Final = {
    "retention": "Retention",
    "margin_growth": "Growth of margin",
    "new_users": "New users",
    "acquisition_cost": "Acquisition cost a new user",
    "overhead": "Overhead",
}
STEPS: Final[dict[Which, int]] = {
    "low": 1,
    "base": 0,
    "high": -1,
}  # direction of the discount rates: a higher rate gives a lower value
USER_BASE: Final = {  # arguments of USER_BASE_VALUE, and their cells
    "users": "cohorts.users",
    "value_per_user": "cohorts.value_per_user",
    "new_users": "cohorts.new_users_total",
    "value_per_new_user": "cohorts.value_per_new_user",
    "overhead": "cohorts.overhead",
}
ENDINGS: Final[dict[Which, str]] = {"low": "_low", "base": "", "high": "_high"}


def cohorts(case: Case) -> Cohorts:
    """The section of a case that has one."""
    if case.cohorts is None:
        message = "the case has no cohorts"
        raise ValueError(message)
    return case.cohorts


def figures(case: Case, name: str) -> tuple[str, ...]:
    """The figures of a driver: one for all years, or one a year."""
    given = getattr(cohorts(case), name)
    return given if isinstance(given, tuple) else (given,)


def years(case: Case) -> int:
    """How many years are forecast."""
    given = cohorts(case).years
    return int(case.figures[given].value) if given else max(len(figures(case, name)) for name in DRIVERS)


def amount(case: Case, name: str) -> Expression:
    """A figure in the company's currency."""
    local = currency_of(case, name)
    return converted(case, ref(figure(name)), local, case.company.currency) if local else ref(figure(name))


def driver(case: Case, name: str) -> list[Content]:
    """The cells of a driver, a year each."""
    given = figures(case, name)
    return [amount(case, given[min(year, len(given) - 1)]) for year in range(years(case))]


KEPT_OF_TAX: Final = 1 - ref("cohorts.tax_rate")


def after_tax(case: Case, of: Expression) -> Expression:
    """An amount after tax."""
    return of * KEPT_OF_TAX if cohorts(case).tax_rate else of


def margins(case: Case) -> list[Content]:
    """Margin per user after tax: of the last actual year, and of each forecast year."""
    first = after_tax(case, amount(case, cohorts(case).margin))
    return [first, *(ref(f"cohort_years.margin[{n}]") * (1 + ref("margin_growth")) for n in range(1, years(case) + 1))]


def rate(which: Which, *, new: bool) -> Expression:
    """A discount rate: of existing or of new users; a step higher for the low value, lower for the high one."""
    base, step = ref("cohorts.new_users_rate" if new else "cohorts.discount_rate"), ref("cohorts.rate_step")
    match STEPS[which]:
        case 1:
            return base + step
        case -1:
            return base - step
        case _:
            return base


def values(case: Case, which: Which, *, new: bool) -> list[Content]:
    """Value per user at the end of each year, beginning with the last actual year."""
    column, count = f"cohort_years.{'new_' if new else ''}value{ENDINGS[which]}", years(case)
    by, last = rate(which, new=new), count + 1
    kept = grouped(ref(f"cohort_years.retention[{last}]") * (1 + ref(f"cohort_years.margin_growth[{last}]")))
    for_ever = ref(f"cohort_years.margin[{last}]") * kept / (1 + by - kept)

    def before(year: int) -> Expression:
        later = grouped(ref(f"cohort_years.margin[{year + 1}]") + ref(f"{column}[{year + 1}]"))
        return ref(f"cohort_years.retention[{year + 1}]") * later / (1 + by)

    return [*(before(year) for year in range(1, last)), for_ever]


def added(case: Case, which: Which) -> list[Content]:
    """Present value of the users who join in a year, less acquisition costs."""
    value = ref(f"new_value{ENDINGS[which]}")
    worth = ref("new_users") * grouped(value - after_tax(case, ref("acquisition_cost")))
    return [worth / (1 + rate(which, new=True)) ** year for year in range(1, years(case) + 1)]


def overheads(case: Case, which: Which) -> list[Content]:
    """Present value of the overhead of a year."""
    cost = after_tax(case, ref("overhead"))
    return [cost / (1 + rate(which, new=False)) ** year for year in range(1, years(case) + 1)]


def existing(which: Which) -> Expression:
    """Value of existing users."""
    return ref("cohorts.users") * ref(f"cohort_years.value{ENDINGS[which]}[1]")


def together(case: Case, column: str, which: Which, *, new: bool) -> Expression:
    """Sum over the forecast years, plus a perpetuity if it grows for ever."""
    name = f"cohort_years.{column}{ENDINGS[which]}"
    explicit = SUM(cells(name, 2, years(case) + 1))
    if not cohorts(case).terminal_growth:
        return explicit
    growth, by = ref("cohorts.terminal_growth"), rate(which, new=new)
    return explicit + ref(f"{name}[{years(case) + 1}]") * (1 + growth) / (by - growth)


def joining(case: Case) -> Expression:
    """The users who join in the forecast."""
    return SUM(cells("cohort_years.new_users", 2, years(case) + 1))


def per_new_user(new: Reference = "cohorts.new") -> Expression:
    """Value per new user; 0 where there are none."""
    return IF(ref("cohorts.new_users_total") > 0, ref(new) / ref("cohorts.new_users_total"), 0)


def value(which: Which) -> Expression:
    """The value of the user base: existing and new users less overhead."""
    end = ENDINGS[which]
    native = ref(f"cohorts.existing{end}") + ref(f"cohorts.new{end}") - ref(f"cohorts.overhead{end}")
    if which != "base":
        return native
    return Call(user_base_value, USER_BASE, native=native)


OWN_PER_USER: Final = Call(value_per_user, {"value": "cohorts.value", "users": "cohorts.users"})
PEER_PER_USER: Final = ref("value") / ref("users")
PEERS_MEDIAN: Final = MEDIAN(ref("user_peers.per_user"))
AT_PEERS: Final = ref("cohorts.peers_median") * ref("cohorts.users")


def peer_values(case: Case, section: Cohorts) -> Sequence[Content]:
    """The values of the peers in the company's currency."""
    return [amount(case, peer.value) for peer in section.peers]


def has_an_end(case: Case) -> Expression:
    """Check: retention × growth of the margin is below 1 + discount rate, so that the value is finite."""
    last = years(case) + 1
    kept = ref(f"cohort_years.retention[{last}]") * (1 + ref(f"cohort_years.margin_growth[{last}]"))
    return AND(kept < 1 + rate("high", new=False), kept < 1 + rate("high", new=True))


_LOWER_RATE: Final = MIN(ref("cohorts.discount_rate"), ref("cohorts.new_users_rate"))
BELOW_RATES: Final = ref("cohorts.terminal_growth") < _LOWER_RATE


def rate_step(section: Cohorts) -> Expression:
    """The step of the discount rates: that of Inputs, or less where growth for ever would reach a rate."""
    if not section.terminal_growth:
        return ref(RATE_STEP)
    return MIN(ref(RATE_STEP), MAX(_LOWER_RATE - ref("cohorts.terminal_growth"), 0) / MOST)


A_USER: Final = ref("cohort_years.value[1]")
PEERS_LOW: Final = MIN(ref("user_peers.per_user"))
PEERS_HIGH: Final = MAX(ref("user_peers.per_user"))
OWN_LINK: Final = Link("cohorts.per_user")
ORDERED: Final = AND(
    ref("cohorts.value_low") <= ref("cohorts.value"), ref("cohorts.value") <= ref("cohorts.value_high")
)
