"""Reads peers from a data export: the grid of cells, the headings, the figures."""
