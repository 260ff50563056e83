"""Helpers of the native formulas: vectors, choices, flags, and sums of products."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from workbooks.declarations.excel_functions import AND, IF, ISNUMBER, SUMPRODUCT
from workbooks.declarations.expressions import Array, Written, grouped, total
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

ZERO: Final = Literal(0.0)
ONE: Final = Literal(1.0)
Vector: TypeAlias = Expression | Sequence[Expression]  # adjacent cells, or several cells and ranges anywhere


def guarded(needs: Sequence[Expression], formula: Expression) -> Expression:
    """The formula if all its needs are numbers, else n.m."""
    if not needs:
        return formula
    tests = [ISNUMBER(cell) for cell in needs]
    return IF(tests[0] if len(tests) == 1 else AND(*tests), formula, NOT_MEANINGFUL)


def sum_of_products(*vectors: Vector | None) -> Expression:
    """SUMPRODUCT of ranges; for vectors of several pieces (cells and ranges), the sum over the pieces."""
    given = [vector for vector in vectors if vector is not None]
    whole = [vector for vector in given if isinstance(vector, Expression)]
    if len(whole) == len(given):
        return _product_of_ranges(whole)
    length = max(len(vector) for vector in given if not isinstance(vector, Expression))
    columns = [[vector] * length if isinstance(vector, Expression) else vector for vector in given]
    return grouped(total([_product(term) for term in zip(*columns, strict=True) if ZERO not in term]))


def _product(factors: Sequence[Expression]) -> Expression:
    first, *others = [factor for factor in factors if factor != ONE] or [ONE]
    if any(isinstance(factor, Written) and factor.many for factor in (first, *others)):
        return _product_of_ranges((first, *others))
    for factor in others:
        first *= factor
    return first


def _product_of_ranges(factors: Sequence[Expression]) -> Expression:
    """SUMPRODUCT of ranges, times single numbers: between ranges of other sizes it is #VALUE! in Excel."""
    single = [each for each in factors if isinstance(each, Literal) or (isinstance(each, Written) and not each.many)]
    ranges = [each for each in factors if each not in single]
    if not ranges or not single:
        return SUMPRODUCT(*factors)
    product: Expression = SUMPRODUCT(*ranges)
    for each in single:
        product = product if each == ONE else product * each
    return product


def listed(vector: Vector) -> Sequence[Expression]:
    """The pieces of a vector as arguments of a function with any number of arguments."""
    return [vector] if isinstance(vector, Expression) else vector


def singly(vector: Vector) -> list[Expression]:
    """The cells of a vector one by one, which a formula needs that says something of each of them.

    Raises
    ------
    TypeError
        If it is a range.
    """
    cells = [*listed(vector)]
    if any(isinstance(cell, Written) and cell.many for cell in cells):
        message = "this formula says something of each cell, which it cannot of a range: give the cells one by one"
        raise TypeError(message)
    return cells


def one_array(vector: Vector) -> Expression:
    """A vector for functions that take one range: cells that are no neighbours as IF({1,0,0},B2,IF({0,1,0},B5,B9))."""
    if isinstance(vector, Expression):
        return vector
    whole = vector[-1]
    for place, cell in reversed(list(enumerate(vector[:-1]))):
        picked = Array(tuple(ONE if at == place else ZERO for at in range(len(vector))))
        whole = IF(picked, cell, whole)
    return whole


def word(choice: Expression) -> str:
    """The literal word of a choice."""
    if isinstance(choice, Literal) and isinstance(choice.of, str):
        return choice.of
    message = "a native formula depends on this choice: it must be a word and not a reference"
    raise TypeError(message)


def either(flag: Expression | None, yes: Expression, no: Expression) -> Expression:
    """One of two expressions by a flag: chosen directly if the flag is constant, else by an IF formula."""
    if flag is None:
        return no
    if isinstance(flag, Literal):
        return yes if flag.of else no
    return IF(flag, yes, no)
