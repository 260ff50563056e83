"""Recalculating any workbook with the embedded engine, and storing the values in place."""
