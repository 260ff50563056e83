"""The case: its records, the reader of case files, and all checks."""
