"""Multiples of companies that are compared, be they listed peers or companies that were bought."""
