"""Reading peers from a data export: the grid, its headings, its figures."""
