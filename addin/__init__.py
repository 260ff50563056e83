"""Every door into the product: Excel, LibreOffice, the embedded engine and the command line."""
