"""One module a sheet: each says what stands on it, and nothing of addresses, styles or files."""
