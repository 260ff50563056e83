"""The core: valuation methods as pure functions on numbers and arrays; no files, no Excel, no printing."""
