"""Formulas of Users: the peer's revenue per user × the subject's users × the peer's multiple."""

from typing import Final

from valuation.multiples import multiple
from valuation.periods import growth_rate
from valuation.users import attributed_value, payer_ratio, per_user_value, user_revenue, value_per_user
from workbooks.case.model import Case, Users
from workbooks.case.quantity import quantity
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import ABS, IF, ISNUMBER
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression
from workbooks.sheets.money import fx

PAYER_RATIO: Final = Call(payer_ratio, {"payers": "users.peer_payers", "users": "users.peer_accounts"})
PAYER_ARPU_GROWTH: Final = Call(growth_rate, {"current": "users.payer_arpu", "prior": "users.prior_payer_arpu"})
AD_ARPU_GROWTH: Final = Call(growth_rate, {"current": "users.ad_arpu", "prior": "users.prior_ad_arpu"})
FIRST_QUARTER: Final = ref("users.quarter_ad_arpu") / (1 + ref("users.quarter_ad_growth"))
HALF_YEAR: Final = ref("users.first_quarter") + ref("users.quarter_ad_arpu")
# Solves full year = half × (prior full year ÷ prior half) for the one figure that was not published.
PRIOR_HALF: Final = ref("users.half_year") * ref("users.prior_ad_arpu") / ref("users.ad_arpu")

AD_REVENUE: Final = ref("users.users") * ref("users.ad_arpu")
PAYERS_ARE_USERS: Final = ref("users.peer_payers") <= ref("users.peer_accounts")
PAYERS: Final = ref("users.users") * ref("users.payer_ratio")
PAYER_REVENUE: Final = ref("users.payers") * ref("users.payer_arpu")
_SPENDING: Final = {name: f"users.{name}" for name in ("users", "ad_arpu", "payer_ratio", "payer_arpu")}
REVENUE: Final = Call(user_revenue, _SPENDING, native=ref("users.ad_revenue") + ref("users.payer_revenue"))

ATTRIBUTION: Final = ref("users.peer_part") / ref("users.peer_whole")
ATTRIBUTED: Final = Call(
    attributed_value, {"total_value": "users.peer_value", "part": "users.peer_part", "whole": "users.peer_whole"}
)
MULTIPLE: Final = Call(multiple, {"value": "users.attributed_value", "metric": "users.peer_revenue_reporting"})


def plain_multiple(case: Case) -> Expression:
    """The whole value of the peer over its whole revenue."""
    whole = ref("users.peer_whole")
    return ref("users.peer_value") / (whole / ref(fx(case)) if case.company.fx else whole)


def each(case: Case, section: Users) -> str:
    """The unit of a value per user: per account where advertising is per account."""
    return f"{case.company.currency} per {quantity(case.figures[section.ad_arpu].unit).noun}"


_MULTIPLE: Final = ref("users.multiple")
_NEAR: Final = ABS(_MULTIPLE / ref("users.plain_multiple") - 1) <= ref("inputs.rounding")
CANCELS: Final = IF(ISNUMBER(_MULTIPLE), _NEAR, otherwise=False)

_CHAIN: Final = _SPENDING | {"multiple": "users.multiple"}
_OF_MULTIPLE: Final = ("users.multiple",)
VALUE: Final = Call(per_user_value, _CHAIN, native=ref("users.revenue") * _MULTIPLE, needs=_OF_MULTIPLE)
VALUE_REPORTING: Final = Call(
    per_user_value, _CHAIN | {"fx": "users.fx"}, native=ref("users.value") / ref("users.fx"), needs=_OF_MULTIPLE
)
PER_USER: Final = Call(value_per_user, {"value": "users.value", "users": "users.users"}, needs=_OF_MULTIPLE)
