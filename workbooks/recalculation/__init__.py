"""Recalculates any workbook with the embedded engine and stores the values in place."""
