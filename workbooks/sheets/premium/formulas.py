"""Formulas of Premium: from answers to a score, a premium and a value."""

from typing import Final

from valuation.multiples import adjusted_multiple, implied_value
from valuation.quality import quality_premium, quality_score
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import ABS, AND, MAX, MIN, SUM
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.trees import Expression, Reference


def _scaled(answer: Reference) -> Expression:
    """An answer on the scale from −1 to +1."""
    low, high = ref("inputs.score_low"), ref("inputs.score_high")
    return (grouped(ref(answer) - low) - (high - ref(answer))) / (high - low)


WEIGHTED: Final = ref("score") * ref("weight")
_SCORE: Final = Call(quality_score, {"scores": "score:score"}, native=_scaled("score"))
EARNED: Final = _SCORE * ref("premium.maximum") * ref("weight") / SUM(ref("questions.weight"))
WEIGHTS, WEIGHTED_TOGETHER, EARNED_TOGETHER = (
    SUM(ref(f"questions.{column}")) for column in ("weight", "weighted", "earned")
)

MEAN: Final = SUM(ref("questions.weighted")) / SUM(ref("questions.weight"))
SCORE: Final = Call(
    quality_score, {"scores": "questions.score", "weights": "questions.weight"}, native=_scaled("premium.mean")
)
PREMIUM: Final = Call(quality_premium, {"score": "premium.score", "maximum": "premium.maximum"})


def multiple(premium: Reference) -> Call:
    """The peer's multiple with a premium."""
    return Call(adjusted_multiple, {"base_multiple": "premium.base_multiple", "premium": premium})


def value(multiple: Reference) -> Call:
    """Value of the company at a multiple."""
    return Call(implied_value, {"metric": "premium.metric", "multiple": multiple})


# The lower of the values with and without the premium, which may be a discount.
LOW: Final = MIN(ref("premium.plain"), ref("premium.value"))
FOOTS: Final = ABS(ref("questions_total.earned[1]") - ref("premium.premium")) <= ref("inputs.rounding")
ON_SCALE: Final = AND(
    MIN(ref("questions.score")) >= ref("inputs.score_low"), MAX(ref("questions.score")) <= ref("inputs.score_high")
)
