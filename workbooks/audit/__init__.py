"""Audit of workbooks: rules for any workbook, rules for workbooks written by Steelyard, findings in four formats."""
