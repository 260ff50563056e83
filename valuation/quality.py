"""The business scorecard: answers from 1 to 5 are converted to a premium or a discount on a multiple."""

import numpy as np

from valuation.kernel.broadcast import broadcasts, divide, total
from valuation.kernel.units import Premium, Ratio, Score, Scores, Weights


@broadcasts
def quality_score(scores: Scores, weights: Weights = 1.0) -> Score:
    """Weighted mean of answers from 1 (worst) to 5 (best), on a scale from −1 to +1 where 3 is 0.

    Parameters
    ----------
    scores : (..., n) score
        One answer per question, from 1 to 5; need not be whole.
    weights : (..., n) number
        Weight of each question; the weights need not sum to 1.

    Returns
    -------
    (...) score
        Σ weight × (score − 3) ÷ 2 ÷ Σ weight.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    A score outside 1 to 5 and a negative weight are #NUM!; weights that are all 0 are #DIV/0!.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi, price and value, eight questions to a business (2018).

    Examples
    --------
    >>> quality_score([4, 3, 5, 2, 4, 5, 3, 4])
    0.375
    >>> quality_score([5, 1], [3, 1])
    0.5
    """
    points, weights = np.broadcast_arrays(weights * (scores - 3) / 2, weights)
    return divide(total(points), total(weights))


@broadcasts
def quality_premium(score: Score, maximum: Premium) -> Ratio:
    """Premium on the base multiple for a quality score; a discount where the score is negative.

    Parameters
    ----------
    score : (...) score
        Score from −1 to +1, from QUALITY_SCORE.
    maximum : (...) fraction
        Premium at the best score (+1), and discount at the worst (−1).

    Returns
    -------
    (...) fraction
        score × maximum.

    Notes
    -----
    A score outside −1 to +1 is #NUM!; convert answers from 1 to 5 with QUALITY_SCORE first.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi, price and value, the doubled multiple of a better business (2018).

    Examples
    --------
    >>> quality_premium(0.375, 0.5)
    0.1875
    """
    return score * maximum
