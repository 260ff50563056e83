"""The workings of Sensitivity: whether its grids are about the results as they stand."""

from collections.abc import Sequence

from workbooks.spec import Formula, Reference, Values


def centred(pairs: Sequence[tuple[Reference, Reference]]) -> Formula:
    """Whether the centre of every grid is the result that the grid is about; one without a value has none."""
    same = (
        f"IF(ISNUMBER({{{centre}}}),ABS({{{centre}}}-{{{result}}})<={{inputs.rounding}}*ABS({{{result}}}),TRUE)"
        for centre, result in pairs
    )

    def agree(value: Values) -> bool:
        rounding = value("inputs.rounding")
        return not any(abs(value(c) - value(r)) > rounding * abs(value(r)) for c, r in pairs)

    return Formula(f"AND({','.join(same)})", agree)
