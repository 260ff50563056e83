"""Under every function: broadcasting, errors and their reasons, kinds of argument, currencies."""
