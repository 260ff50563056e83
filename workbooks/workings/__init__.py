"""What the cells of the sheets work out: formulas, and the same in the core. Where they stand is in `sheets/`."""
