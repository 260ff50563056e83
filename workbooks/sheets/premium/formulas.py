"""The workings of Premium: from the answers to a score, from the score to a premium, from the premium to a value."""

from typing import Any, Final

import numpy as np

from valuation.multiples import adjusted_multiple, implied_value
from valuation.quality import quality_premium, quality_score
from workbooks.declarations.sheet import Call, Formula, Reference, Values
from workbooks.sheets.arithmetic import product


def _scaled(answer: str) -> str:
    """An answer on the scale from −1 to +1."""
    low, high = "{inputs.score_low}", "{inputs.score_high}"
    return f"(({answer}-{low})-({high}-{answer}))/({high}-{low})"


def _earned(value: Values) -> Any:  # noqa: ANN401 - an array
    share = value("weight") / np.sum(value("questions.weight"))
    return quality_premium(quality_score(value("score")[:, None]), value("premium.maximum")) * share


WEIGHTED: Final = product("score", "weight")
EARNED: Final = Formula(f"{_scaled('{score}')}*{{premium.maximum}}*{{weight}}/SUM({{questions.weight}})", _earned)

MEAN: Final = Formula(
    "SUM({questions.weighted})/SUM({questions.weight})",
    lambda v: float(np.sum(v("questions.weighted")) / np.sum(v("questions.weight"))),
)
SCORE: Final = Call(
    quality_score, {"scores": "questions.score", "weights": "questions.weight"}, native=_scaled("{premium.mean}")
)
PREMIUM: Final = Call(quality_premium, {"score": "premium.score", "maximum": "premium.maximum"})


def multiple(premium: Reference) -> Call:
    """The peer's multiple with a premium."""
    return Call(adjusted_multiple, {"base_multiple": "premium.base_multiple", "premium": premium})


def value(multiple: Reference) -> Call:
    """What the company is worth on a multiple."""
    return Call(implied_value, {"metric": "premium.metric", "multiple": multiple})


FOOTS: Final = Formula(
    "ABS(SUM({questions.earned})-{premium.premium})<={inputs.rounding}",
    lambda v: bool(abs(float(np.sum(v("questions.earned"))) - v("premium.premium")) <= v("inputs.rounding")),
)
ON_SCALE: Final = Formula(
    "AND(MIN({questions.score})>={inputs.score_low},MAX({questions.score})<={inputs.score_high})",
    lambda v: bool(
        min(v("questions.score")) >= v("inputs.score_low") and max(v("questions.score")) <= v("inputs.score_high")
    ),
)
