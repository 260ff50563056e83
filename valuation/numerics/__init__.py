"""Numerical tools of the methods: roots, order statistics, sampling, statistics of draws."""
