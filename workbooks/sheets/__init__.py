"""Declarations of the sheets, one module or package per sheet, without addresses, styles or files."""
