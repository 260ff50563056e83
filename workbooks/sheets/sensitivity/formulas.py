"""The workings of Sensitivity: whether its grids are about the results as they stand."""

from collections.abc import Sequence

import numpy as np

from workbooks.declarations.sheet import Formula, Reference, Values


def centred(pairs: Sequence[tuple[Reference, Reference]]) -> Formula:
    """Whether the centre of every grid is the result that the grid is about: the same number, or n.m. as well."""
    same = (
        f"IF(COUNT({{{centre}}},{{{result}}})>1,"
        f"ABS({{{centre}}}-{{{result}}})<={{inputs.rounding}}*ABS({{{result}}}),{{{centre}}}={{{result}}})"
        for centre, result in pairs
    )

    def agree(value: Values) -> bool:
        ends, rounding = [(value(centre), value(result)) for centre, result in pairs], value("inputs.rounding")
        return all(np.isnan(c) == np.isnan(r) and not abs(c - r) > rounding * abs(r) for c, r in ends)

    return Formula(f"AND({','.join(same)})", agree)
