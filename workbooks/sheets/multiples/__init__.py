"""Multiples of comparable companies: listed peers, or companies that were bought."""
