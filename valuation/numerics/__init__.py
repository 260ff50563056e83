"""Numerical tools under the methods: roots, order statistics, sampling, statistics of draws."""
