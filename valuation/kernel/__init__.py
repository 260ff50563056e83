"""What every function of the catalogue uses: broadcasting, errors and their reasons, kinds of argument, currencies."""
