"""The workings of Users: the peer's spending per user, on the subject's users, at the peer's multiple."""

from typing import Final

from valuation.multiples import multiple
from valuation.periods import growth_rate
from valuation.users import attributed_value, payer_ratio, per_user_value, user_revenue, value_per_user
from workbooks.case.model import Case, Users
from workbooks.case.quantity import quantity
from workbooks.declarations.sheet import Call, Formula
from workbooks.sheets.arithmetic import product, quotient
from workbooks.sheets.money import fx

PAYER_RATIO: Final = Call(payer_ratio, {"payers": "users.peer_payers", "users": "users.peer_accounts"})
PAYER_ARPU_GROWTH: Final = Call(growth_rate, {"current": "users.payer_arpu", "prior": "users.prior_payer_arpu"})
AD_ARPU_GROWTH: Final = Call(growth_rate, {"current": "users.ad_arpu", "prior": "users.prior_ad_arpu"})
FIRST_QUARTER: Final = Formula(
    "{users.quarter_ad_arpu}/(1+{users.quarter_ad_growth})",
    lambda v: v("users.quarter_ad_arpu") / (1 + v("users.quarter_ad_growth")),
)
HALF_YEAR: Final = Formula(
    "{users.first_quarter}+{users.quarter_ad_arpu}", lambda v: v("users.first_quarter") + v("users.quarter_ad_arpu")
)
# full year = half × (prior full year ÷ prior half), turned round: the one figure not published.
PRIOR_HALF: Final = Formula(
    "{users.half_year}*{users.prior_ad_arpu}/{users.ad_arpu}",
    lambda v: v("users.half_year") * v("users.prior_ad_arpu") / v("users.ad_arpu"),
)

AD_REVENUE: Final = product("users.users", "users.ad_arpu")
PAYERS: Final = product("users.users", "users.payer_ratio")
PAYER_REVENUE: Final = product("users.payers", "users.payer_arpu")
_SPENDING: Final = {name: f"users.{name}" for name in ("users", "ad_arpu", "payer_ratio", "payer_arpu")}
REVENUE: Final = Call(user_revenue, _SPENDING, native="{users.ad_revenue}+{users.payer_revenue}")

ATTRIBUTION: Final = quotient("users.peer_part", "users.peer_whole")
ATTRIBUTED: Final = Call(
    attributed_value, {"total_value": "users.peer_value", "part": "users.peer_part", "whole": "users.peer_whole"}
)
MULTIPLE: Final = Call(multiple, {"value": "users.attributed_value", "metric": "users.peer_revenue_reporting"})


def plain_multiple(case: Case) -> Formula:
    """The whole value of the peer over its whole revenue."""
    rate = fx(case)
    return Formula(
        f"{{users.peer_value}}/({{users.peer_whole}}/{{{rate}}})",
        lambda v: v("users.peer_value") / (v("users.peer_whole") / v(rate)),
    )


def each(case: Case, section: Users) -> str:
    """The unit of a value per user: per account where advertising is per account."""
    return f"{case.company.currency} per {quantity(case.figures[section.ad_arpu].unit).noun}"


CANCELS: Final = Formula(
    "IF(ISNUMBER({users.multiple}),ABS({users.multiple}/{users.plain_multiple}-1)<={inputs.rounding},FALSE)",
    lambda v: bool(abs(v("users.multiple") / v("users.plain_multiple") - 1) <= v("inputs.rounding")),
)

_CHAIN: Final = _SPENDING | {"multiple": "users.multiple"}
_OF_MULTIPLE: Final = ("users.multiple",)
VALUE: Final = Call(per_user_value, _CHAIN, native="{users.revenue}*{users.multiple}", needs=_OF_MULTIPLE)
VALUE_REPORTING: Final = Call(
    per_user_value, _CHAIN | {"fx": "users.fx"}, native="{users.value}/{users.fx}", needs=_OF_MULTIPLE
)
PER_USER: Final = Call(value_per_user, {"value": "users.value", "users": "users.users"}, needs=_OF_MULTIPLE)
