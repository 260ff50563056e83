"""Properties of every function that broadcasts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from valuation.kernel.errors import CELL_ERRORS, reason

BAD = 1  # the case that gets an error


def check_elementwise(
    function: Callable[..., Any], cases: Sequence[Mapping[str, Any]], cancelled: float = 0.0, **options: str | bool
) -> None:
    """One call on arrays equals a call for each case, and an error in one case stays in that case, unchanged.

    Where terms of a sum cancel, one vector is added exactly and many are not: they differ by up to `cancelled`.
    """
    arrays = {name: np.array([case[name] for case in cases], float) for name in cases[0]}
    together = function(**arrays, **options)
    alone = np.array([function(**case, **options) for case in cases])
    assert together.shape == (len(cases),)
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=cancelled)
    for name, array in arrays.items():
        spoilt = array.copy()
        spoilt[(BAD, *(0,) * (array.ndim - 1))] = CELL_ERRORS["#REF!"]  # one element of a vector is enough
        result = function(**arrays | {name: spoilt}, **options)
        why = reason(result[BAD])
        assert why is not None, f"an error in {name} became {result[BAD]}"
        assert why.excel == "#REF!", f"an error in {name} became {why.excel}"
        np.testing.assert_array_equal(np.delete(result, BAD), np.delete(together, BAD))
