"""Empty case files and empty workbooks to fill in."""
