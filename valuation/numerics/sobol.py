"""Scrambled Sobol points: quasi-random points that fill a cube of many dimensions evenly.

The points are the same, to the last bit, as those of `scipy.stats.qmc.Sobol`, whose import takes half a second: too
long for the first call in Excel and for every workbook with a simulation. For more dimensions than the table below has,
scipy is used.

References
----------
.. [1] Joe and Kuo: Constructing Sobol sequences with better two-dimensional projections. SIAM Journal on Scientific
   Computing 30 (2008): the table of direction numbers (new-joe-kuo-6).
.. [2] Matoušek: On the L2-discrepancy for anchored boxes. Journal of Complexity 14 (1998): the scrambling.
"""

from collections.abc import Callable
from itertools import count
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats

Uniforms: TypeAlias = Callable[[int], Floats]  # returns so many points: a row per point
Bits: TypeAlias = NDArray[np.uint32]

BITS: Final = 30


def sobol(dimensions: int, seed: int) -> Uniforms:
    """Function that returns the next points, as many as asked for (always the same power of two).

    Examples
    --------
    >>> points = sobol(2, seed=1)
    >>> points(4).shape
    (4, 2)
    """
    if dimensions > len(_DIMENSIONS) + 1:
        # Imported here because it takes longer to import than the rest of the core.
        from scipy.stats import qmc  # noqa: PLC0415

        points: Uniforms = qmc.Sobol(dimensions, seed=np.random.default_rng(seed)).random
        return points
    generator = np.random.default_rng(seed)
    shift, directions = _scrambled(dimensions, generator.spawn(1)[0])
    # In Gray-code order, neighbouring points differ in one direction number. Point n is the XOR of one step per bit of
    # n: the direction numbers of that bit and of the bit before.
    steps = directions.copy()
    steps[:, 1:] ^= directions[:, :-1]
    blocks = count()

    def block(size: int) -> Floats:
        found = np.empty((dimensions, size), np.uint32)
        found[:, 0] = shift
        first = next(blocks) * size
        for bit in range(first.bit_length()):
            if first >> bit & 1:
                found[:, 0] ^= steps[:, bit]
        for bit in range(size.bit_length() - 1):
            half = 1 << bit
            found[:, half : 2 * half] = found[:, :half] ^ steps[:, bit, np.newaxis]
        return np.multiply(found, 2.0**-BITS, dtype=np.float64).T

    return block


def _scrambled(dimensions: int, generator: np.random.Generator) -> tuple[Bits, Bits]:
    """Random digital shift, and the direction numbers after the random matrix scrambling."""
    weights = np.uint32(1) << np.arange(BITS, dtype=np.uint32)
    shift = generator.integers(2, size=(dimensions, BITS), dtype=np.uint32) @ weights
    mixing = np.tril(generator.integers(2, size=(dimensions, BITS, BITS), dtype=np.uint32))
    mixing |= np.eye(BITS, dtype=np.uint32)
    highest_first = weights[::-1]
    directions = np.array([_directions(place) for place in range(dimensions)], np.uint32)
    bits = (directions[:, np.newaxis, :] & highest_first[:, np.newaxis]) != 0  # bits down a column
    return shift, np.einsum("dbi,b->di", mixing @ bits & 1, highest_first)


def _directions(place: int) -> list[int]:
    """Direction numbers of one dimension, highest bit first."""
    if not place:
        return [1 << BITS - 1 - bit for bit in range(BITS)]
    polynomial, *numbers = _DIMENSIONS[place - 1]
    degree = len(numbers)
    for _ in range(BITS - degree):
        following = numbers[-degree]
        for back in range(1, degree + 1):
            if polynomial >> degree - back & 1:
                following ^= numbers[-back] << back
        numbers.append(following)
    return [number << BITS - 1 - bit for bit, number in enumerate(numbers)]


# One line per dimension, from the second: the primitive polynomial as bits, then the initial direction numbers.
_DIMENSIONS: Final[tuple[tuple[int, ...], ...]] = (
    (3, 1),
    (7, 1, 3),
    (11, 1, 3, 1),
    (13, 1, 1, 1),
    (19, 1, 1, 3, 3),
    (25, 1, 3, 5, 13),
    (37, 1, 1, 5, 5, 17),
    (41, 1, 1, 5, 5, 5),
    (47, 1, 1, 7, 11, 19),
    (55, 1, 1, 5, 1, 1),
    (59, 1, 1, 1, 3, 11),
    (61, 1, 3, 5, 5, 31),
    (67, 1, 3, 3, 9, 7, 49),
    (91, 1, 1, 1, 15, 21, 21),
    (97, 1, 3, 1, 13, 27, 49),
    (103, 1, 1, 1, 15, 7, 5),
    (109, 1, 3, 1, 15, 13, 25),
    (115, 1, 1, 5, 5, 19, 61),
    (131, 1, 3, 7, 11, 23, 15, 103),
    (137, 1, 3, 7, 13, 13, 15, 69),
    (143, 1, 1, 3, 13, 7, 35, 63),
    (145, 1, 3, 5, 9, 1, 25, 53),
    (157, 1, 3, 1, 13, 9, 35, 107),
    (167, 1, 3, 1, 5, 27, 61, 31),
    (171, 1, 1, 5, 11, 19, 41, 61),
    (185, 1, 3, 5, 3, 3, 13, 69),
    (191, 1, 1, 7, 13, 1, 19, 1),
    (193, 1, 3, 7, 5, 13, 19, 59),
    (203, 1, 1, 3, 9, 25, 29, 41),
    (211, 1, 3, 5, 13, 23, 1, 55),
    (213, 1, 3, 7, 3, 13, 59, 17),
    (229, 1, 3, 1, 3, 5, 53, 69),
    (239, 1, 1, 5, 5, 23, 33, 13),
    (241, 1, 1, 7, 7, 1, 61, 123),
    (247, 1, 1, 7, 9, 13, 61, 49),
    (253, 1, 3, 3, 5, 3, 55, 33),
    (285, 1, 3, 1, 15, 31, 13, 49, 245),
    (299, 1, 3, 5, 15, 31, 59, 63, 97),
    (301, 1, 3, 1, 11, 11, 11, 77, 249),
    (333, 1, 3, 1, 11, 27, 43, 71, 9),
    (351, 1, 1, 7, 15, 21, 11, 81, 45),
    (355, 1, 3, 7, 3, 25, 31, 65, 79),
    (357, 1, 3, 1, 1, 19, 11, 3, 205),
    (361, 1, 1, 5, 9, 19, 21, 29, 157),
    (369, 1, 3, 7, 11, 1, 33, 89, 185),
    (391, 1, 3, 3, 3, 15, 9, 79, 71),
    (397, 1, 3, 7, 11, 15, 39, 119, 27),
    (425, 1, 1, 3, 1, 11, 31, 97, 225),
    (451, 1, 1, 1, 3, 23, 43, 57, 177),
    (463, 1, 3, 7, 7, 17, 17, 37, 71),
    (487, 1, 3, 1, 5, 27, 63, 123, 213),
    (501, 1, 1, 3, 5, 11, 43, 53, 133),
    (529, 1, 3, 5, 5, 29, 17, 47, 173, 479),
    (539, 1, 3, 3, 11, 3, 1, 109, 9, 69),
    (545, 1, 1, 1, 5, 17, 39, 23, 5, 343),
    (557, 1, 3, 1, 5, 25, 15, 31, 103, 499),
    (563, 1, 1, 1, 11, 11, 17, 63, 105, 183),
    (601, 1, 1, 5, 11, 9, 29, 97, 231, 363),
    (607, 1, 1, 5, 15, 19, 45, 41, 7, 383),
    (617, 1, 3, 7, 7, 31, 19, 83, 137, 221),
    (623, 1, 1, 1, 3, 23, 15, 111, 223, 83),
    (631, 1, 1, 5, 13, 31, 15, 55, 25, 161),
    (637, 1, 1, 3, 13, 25, 47, 39, 87, 257),
)
