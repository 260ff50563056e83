"""The case: its records, reading it from a file, and every check of it."""
