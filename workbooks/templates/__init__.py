"""Empty cases and empty workbooks to fill in."""
