"""Realistic figures: zero, or of a size that a company has, never 1e-300."""

from typing import Final

from hypothesis import strategies as st


def figures(smallest: float, largest: float) -> st.SearchStrategy[float]:
    """Zero, or a positive number between two."""
    return st.one_of(st.just(0.0), st.floats(smallest, largest))


fractions: Final = figures(1e-6, 1)
multiples: Final = figures(0.01, 100)
amounts: Final = figures(0.01, 1e12)
money: Final = st.one_of(amounts, amounts.map(lambda amount: -amount))
