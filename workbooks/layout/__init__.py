"""From declarations to cells: addresses, formulas, widths, styles, and the values that the core expects."""
