"""The way back: a workbook says which case it was made from, and its inputs are read again."""
