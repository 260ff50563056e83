"""The list of public functions; each is described by its own signature and docstring.

The help in Excel's function wizard, the Functions sheet, the reference in docs/functions and the help of the command
line are all generated from it.
"""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from valuation import (
    about,
    amounts,
    attribution,
    beta,
    blending,
    bridge,
    conversion,
    funding,
    implied,
    intrinsic,
    lifetime,
    multiples,
    ownership,
    periods,
    quality,
    reconcile,
    regression,
    returns,
    scenarios,
    sensitivity,
    simulation,
    sotp,
    users,
    waterfall,
)
from valuation.kernel.errors import ChoiceError
from valuation.kernel.units import Kind, kind_of

if TYPE_CHECKING:
    from docstring_parser import Docstring
    from docstring_parser.numpydoc import NumpydocParser

FUNCTIONS: Final[tuple[Callable[..., Any], ...]] = (
    # multiples
    multiples.multiple,
    multiples.implied_value,
    multiples.peer_multiple,
    multiples.weighted_multiple,
    multiples.peer_stats,
    multiples.peer_outliers,
    multiples.adjusted_multiple,
    multiples.growth_multiple,
    multiples.peg_ratio,
    # blending
    blending.blend,
    blending.blend_reweighted,
    blending.price_to_value,
    blending.bracket,
    # regression
    regression.regression_multiple,
    regression.regression_fit,
    # periods
    periods.growth_rate,
    periods.cagr,
    periods.project,
    periods.annualize,
    periods.ltm,
    periods.ntm,
    periods.calendarize,
    # the bridge
    bridge.net_debt,
    bridge.equity_from_ev,
    bridge.ev_from_equity,
    bridge.diluted_shares,
    bridge.diluted_price,
    bridge.per_share,
    bridge.if_converted_shares,
    bridge.if_converted_price,
    # sum of the parts
    sotp.segment_value,
    sotp.sotp_value,
    sotp.sotp_range,
    sotp.sotp_table,
    sotp.implied_discount,
    sotp.stub_multiple,
    # users
    users.arpu,
    users.payer_ratio,
    users.value_per_user,
    users.user_revenue,
    users.per_user_value,
    users.attributed_value,
    users.acquisition_cost,
    users.user_base_value,
    # lifetime
    lifetime.user_lifetime_value,
    lifetime.simple_lifetime_value,
    lifetime.cohort_lifetime_value,
    # scenarios
    scenarios.mix_profit,
    scenarios.forward_value,
    scenarios.present_value,
    scenarios.scenario_value,
    scenarios.scenario_pick,
    # implied
    implied.implied_growth,
    implied.implied_perpetual_growth,
    implied.breakeven_earnings,
    implied.solve_for,
    # intrinsic
    intrinsic.gordon_value,
    intrinsic.dcf_value,
    intrinsic.driver_dcf,
    intrinsic.cost_of_equity,
    intrinsic.wacc,
    # beta
    beta.unlevered_beta,
    beta.relevered_beta,
    # dated flows
    returns.dated_dcf_value,
    returns.irr_of_flows,
    returns.xirr_of_flows,
    # ownership
    ownership.chain_stake,
    ownership.lookthrough,
    ownership.holdings_value,
    # funding
    funding.post_money,
    funding.round_stake,
    funding.step_up,
    funding.funding_table,
    # conversion
    conversion.note_balance,
    conversion.round_price,
    conversion.conversion_table,
    conversion.anti_dilution_price,
    # the waterfall of an exit
    waterfall.waterfall_payouts,
    waterfall.liquidation_waterfall,
    # quality
    quality.quality_score,
    quality.quality_premium,
    # amounts
    amounts.amount,
    amounts.convert_amount,
    amounts.format_amount,
    # reconcile
    reconcile.foots,
    reconcile.reconcile,
    # sensitivity
    sensitivity.sensitivity,
    sensitivity.tornado,
    # attribution
    attribution.why_moved,
    # simulation
    simulation.simulate,
    # about
    about.steelyard_version,
)

REQUIRED: Final = inspect.Parameter.empty


class Parameter(NamedTuple):
    """One argument: its name, its kind, and its default (`REQUIRED` where it has none)."""

    name: str
    kind: Kind
    default: object

    @property
    def required(self) -> bool:
        """Whether the argument has no default."""
        return self.default is REQUIRED


@dataclass(frozen=True)
class Entry:
    """One function of the catalogue."""

    function: Callable[..., Any]

    @property
    def name(self) -> str:
        """The Python name."""
        return self.function.__name__

    @property
    def excel_name(self) -> str:
        """The name in a cell: the Python name in capitals."""
        return self.name.upper()

    @property
    def family(self) -> str:
        """Name of the module that defines the function."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def subject(self) -> str:
        """Heading of the family: the first words of the module's docstring."""
        text = sys.modules[self.function.__module__].__doc__ or ""
        return text.partition("\n")[0].partition(":")[0].rstrip(".")

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments in order."""
        parameters = self._signature.parameters.values()
        return tuple(Parameter(p.name, kind_of(p.annotation), p.default) for p in parameters)

    @cached_property
    def result(self) -> Kind:
        """The kind of the result."""
        return kind_of(self._signature.return_annotation)

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @cached_property
    def doc(self) -> "Docstring":
        """The parsed docstring."""
        from docstring_parser import DocstringStyle, parse  # noqa: PLC0415 - only the reference reads the whole of it

        return parse(self._text, DocstringStyle.NUMPYDOC)

    @cached_property
    def summary(self) -> str:
        """The first sentence, which the function wizard shows."""
        # Taken without the docstring parser, which is slow to import: every workbook lists all summaries.
        return " ".join(self._text.partition("\n\n")[0].split())

    @cached_property
    def argument_docs(self) -> dict[str, str]:
        """The description of each argument, on one line."""
        before_returns = self._text.partition("\n\nReturns\n")[0]
        found = _parameters_parser().parse(before_returns).params
        return {parameter.arg_name: " ".join((parameter.description or "").split()) for parameter in found}

    @cached_property
    def _text(self) -> str:
        return inspect.getdoc(self.function) or ""

    @property
    def usage(self) -> str:
        """`SOTP_VALUE(metrics, multiples, [stakes], [net_debt], [discount], [gross_discount])`."""
        shown = (p.name if p.required else f"[{p.name}]" for p in self.parameters)
        return f"{self.excel_name}({', '.join(shown)})"


@cache
def _parameters_parser() -> "NumpydocParser":
    # Imported here since only callers that read the docstrings need it. It parses the Parameters section alone, because
    # Excel waits for the arguments of all functions when it loads them.
    from docstring_parser.numpydoc import NumpydocParser, ParamSection  # noqa: PLC0415

    return NumpydocParser([ParamSection("Parameters", "param")])  # type: ignore[arg-type] # it takes a list, as its own


CATALOGUE: Final = {function.__name__: Entry(function) for function in FUNCTIONS}


def entry(name: str) -> Entry:
    """Look up a function by its Python or Excel name."""
    found = CATALOGUE.get(name.strip().lower())
    if found is None:
        from difflib import get_close_matches  # noqa: PLC0415 - seldom needed

        near = [each.upper() for each in get_close_matches(name.strip().lower(), CATALOGUE)]
        hint = f"; did you mean: {', '.join(near)}" if near else ""
        message = f"{name!r} is not a function of the catalogue{hint}"
        raise ChoiceError(message)
    return found
