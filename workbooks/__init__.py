"""Cases and workbooks: a case file becomes sheets declared as data, and those become an .xlsx."""
