"""Excel on Windows through xlwings: set-up, diagnosis, and the macros for workbooks."""
