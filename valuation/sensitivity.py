"""Sensitivity: a grid over two arguments, and a tornado of the swings of single arguments."""

from typing import Any, Final

import numpy as np

from valuation.kernel.broadcast import broadcasts
from valuation.kernel.errors import ShapeError
from valuation.kernel.units import Arguments, Ends, Method, Steps, Table, Text
from valuation.numerics.model import Model

MOST_CELLS: Final = 1_048_576  # as many as a sheet has rows


@broadcasts
def sensitivity(
    method: Method,
    arguments: Arguments,
    row_argument: Text,
    row_values: Steps,
    column_argument: Text,
    column_values: Steps,
) -> Table:
    """Grid of results over the values of two arguments, with headings, like a two-variable data table in Excel.

    Parameters
    ----------
    method : function of the catalogue
        What is calculated; it gives one number.
    arguments : name and values a row
        Arguments of the function.
    row_argument : text
        Argument that varies down the rows, or one element of it such as multiples[3].
    row_values : (r) number
        Its values.
    column_argument : text
        Argument that varies across the columns, or one element of it.
    column_values : (c) number
        Its values.

    Returns
    -------
    rows
        The column values in the first row, then one row per row value: the value and its results.

    Raises
    ------
    ChoiceError
        If the method gives no single number, or a name is not one of its arguments.
    ShapeError
        If the grid has more cells than a sheet has rows.

    Notes
    -----
    The method is called once, on arrays of rows × columns. A combination without a value is an error in that cell only.

    Examples
    --------
    >>> from valuation.sotp import sotp_value
    >>> for row in sensitivity(
    ...     sotp_value,
    ...     {"metrics": [806, 234, 99], "multiples": [2, 2.3, 19]},
    ...     "discount",
    ...     [0, 0.1],
    ...     "multiples[3]",
    ...     [10, 19],
    ... ):
    ...     print(row)
    ['discount ↓ multiples[3] →', 10.0, 19.0]
    [0.0, 3140.2, 4031.2]
    [0.1, 2826.18, 3628.08]
    """
    model = Model(method, arguments)
    row = model.element(row_argument, "row_argument")
    column = model.element(column_argument, "column_argument")
    shape = (row_values.size, column_values.size)
    if row_values.size * column_values.size > MOST_CELLS:
        message = f"{shape[0]:,} × {shape[1]:,} cells are more than {MOST_CELLS:,}"
        raise ShapeError(message)
    bigger, (down, across) = model.buffers([row, column], shape)
    down[...] = row_values[:, np.newaxis]
    across[...] = column_values
    results = model.call(bigger, shape)
    return [
        [f"{row} ↓ {column} →", *column_values.tolist()],
        *([value, *cells] for value, cells in zip(row_values.tolist(), results.tolist(), strict=True)),
    ]


@broadcasts
def tornado(method: Method, arguments: Arguments, lows: Ends, highs: Ends) -> Table:
    """Change of the result when each argument alone goes from its low to its high, the largest first.

    Parameters
    ----------
    method : function of the catalogue
        What is calculated; it gives one number.
    arguments : name and values a row
        The base case.
    lows : name and values a row
        Low value of each element that varies, in the layout of the arguments.
    highs : name and values a row
        High values of the same elements.

    Returns
    -------
    rows
        A heading, then one row per element: its name, low, high, result at the low, result at the high, swing (the
        absolute difference of the two results).

    Raises
    ------
    ChoiceError
        If the method gives no single number, or a name is not one of its arguments.
    MissingError
        If nothing varies, or an element has only a low or only a high.

    Notes
    -----
    The method is called once. A low or high without a result is an error in that cell, and its row comes last.

    Examples
    --------
    >>> from valuation.sotp import sotp_value
    >>> for row in tornado(
    ...     sotp_value,
    ...     {"metrics": [800, 200], "multiples": [2, 3]},
    ...     {"multiples": [1, 2], "net_debt": 0},
    ...     {"multiples": [3, 4], "net_debt": 500},
    ... ):
    ...     print(row)
    ['Argument', 'Low', 'High', 'Result at low', 'Result at high', 'Swing']
    ['multiples[1]', 1.0, 3.0, 1400.0, 3000.0, 1600.0]
    ['net_debt', 0.0, 500.0, 2200.0, 1700.0, 500.0]
    ['multiples[2]', 2.0, 4.0, 2000.0, 2400.0, 400.0]
    """
    model = Model(method, arguments)
    ends = model.ends(lows, highs)
    elements = list(ends)
    shape = (2, len(elements))
    bigger, rows = model.buffers(elements, shape)
    for place, (element, row) in enumerate(zip(elements, rows, strict=True)):
        row[:, place] = ends[element]
    at_low, at_high = model.call(bigger, shape)
    swings = abs(at_high - at_low)
    table: list[list[Any]] = [["Argument", "Low", "High", "Result at low", "Result at high", "Swing"]]
    for place in np.argsort(-swings, kind="stable").tolist():  # rows without a swing come last
        element = elements[place]
        results = (at_low[place], at_high[place], swings[place])
        table.append([str(element), *ends[element], *map(float, results)])
    return table
