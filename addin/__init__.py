"""All interfaces to the functions: Excel, LibreOffice, the embedded engine and the command line."""
