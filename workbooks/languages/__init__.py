"""The languages of a workbook."""
