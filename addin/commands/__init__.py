"""The command line: `steelyard` and its commands."""
