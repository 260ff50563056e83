"""Declarations of sheets: sections, tables, and the expressions in cells."""
