"""Every door into the product: Excel through xlwings, and the command line."""
