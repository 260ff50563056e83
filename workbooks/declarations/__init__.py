"""What a sheet is declared in: its sections, and the expressions in its cells."""
