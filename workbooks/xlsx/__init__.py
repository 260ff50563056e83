"""From cells to the bytes of an .xlsx file: openpyxl, charts, print settings, stored values, macros."""
