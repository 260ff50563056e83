"""Peers from a data export: a table in CSV or Excel, its headings in English or Chinese."""
