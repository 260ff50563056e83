"""Cases and workbooks: a case file is turned into sheets declared as data, and these are written as an .xlsx file."""
